; case: an infinite loop without side effects, and unreachable blocks
; flags: --effort fast
; expect: not-larger
define i32 @f(i32 %x) minsize optsize {
entry:
  br label %loop
loop:
  br label %loop
dead:
  %y = add i32 %x, 1
  br label %dead
}
define i32 @g(i32 %x) minsize optsize {
  %d = sdiv i32 %x, 3
  %u = udiv i32 %d, 5
  ret i32 %u
}
