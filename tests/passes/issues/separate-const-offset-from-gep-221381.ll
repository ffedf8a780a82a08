; issue: 221381
; pass: function(separate-const-offset-from-gep)
; wrong: 19 22
; The flags of a wide sum say nothing of the narrow value that it is cut to.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
define i32 @at(ptr %p, i32 %x) {
  %a = and i32 %x, 127
  %s = add nuw nsw i32 %a, 3
  %n = trunc i32 %s to i8
  %i = sext i8 %n to i64
  %q = getelementptr i32, ptr %p, i64 %i
  %v = load i32, ptr %q, align 4
  ret i32 %v
}
define i32 @main() {
  %a = alloca [512 x i32], align 16
  call void @llvm.memset.p0.i64(ptr %a, i8 1, i64 2048, i1 false)
  %mid = getelementptr i32, ptr %a, i64 256
  %hit = getelementptr i32, ptr %a, i64 130
  store i32 0, ptr %hit, align 4
  %r = call i32 @at(ptr %mid, i32 127)
  ret i32 %r
}
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
