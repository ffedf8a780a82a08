; case: inline assembly that this assembler does not take, although -Oz never looks at it
; flags: --effort fast
; expect: equal, measure-failed
target triple = "x86_64-pc-linux-gnu"

define i32 @f(i32 %x) minsize optsize {
  %a = add i32 %x, 1
  %b = add i32 %a, 1
  call void asm sideeffect "instruction_of_another_processor", ""()
  ret i32 %b
}
