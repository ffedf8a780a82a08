; case: an instruction that no assembler knows ends the process that measures it; -Oz's own module
; flags: --engine llvmlite --effort fast
; expect: equal, measure-failed
source_filename = "assembly_unknown_embedded.ll"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define i32 @f() minsize optsize {
  %r = call i32 asm "nosuchinstruction $0", "=r"()
  ret i32 %r
}
