; case: assembly of all kinds in the embedded engine, which has a parser for it
; flags: --engine llvmlite
; expect: not-larger
source_filename = "assembly_embedded.ll"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

module asm ".globl from_module"
module asm "from_module: movl $12, %eax"
module asm "ret"

@format = private unnamed_addr constant [10 x i8] c"%d %d %d\0A\00"

define i32 @swapped(i32 %x) minsize optsize {
  %y = mul i32 %x, 6
  %r = call i32 asm "bswapl $0", "=r,0"(i32 %y)
  ret i32 %r
}

define i32 @intel() minsize optsize {
  %r = call i32 asm inteldialect "mov $0, 3", "=r"()
  ret i32 %r
}

declare i32 @from_module()

define i32 @main() minsize optsize {
  %a = call i32 @swapped(i32 7)
  %b = call i32 @intel()
  %c = call i32 @from_module()
  %d = call i32 (ptr, ...) @printf(ptr @format, i32 %a, i32 %b, i32 %c)
  ret i32 0
}

declare i32 @printf(ptr, ...)
