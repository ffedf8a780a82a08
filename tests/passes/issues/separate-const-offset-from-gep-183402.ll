; issue: 183402
; pass: function(separate-const-offset-from-gep)
; wrong: 19 22
; The index is an 8-bit sum that wraps; its sign extension is not the sum of the extensions.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
define i8 @at(ptr %p, i8 %i) {
  %s = add i8 %i, 100
  %x = sext i8 %s to i64
  %q = getelementptr inbounds i8, ptr %p, i64 %x
  %v = load i8, ptr %q, align 1
  ret i8 %v
}
define i32 @main() {
  %a = alloca [512 x i8], align 1
  call void @llvm.memset.p0.i64(ptr %a, i8 1, i64 512, i1 false)
  %mid = getelementptr inbounds i8, ptr %a, i64 256
  %hit = getelementptr inbounds i8, ptr %a, i64 200
  store i8 0, ptr %hit, align 1
  %r = call i8 @at(ptr %mid, i8 100)
  %z = zext i8 %r to i32
  ret i32 %z
}
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
