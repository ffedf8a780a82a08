; issue: 202028
; pass: function(loop(indvars))
; wrong: 19 22
; shows: udiv i32 224157, %n(?s:.*)\nloop:
; The exit value's division goes in front of the loop, where its divisor may be poison (cttz of zero), and runs always.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
define void @f(ptr %out, i64 %x, i1 %c, i1 %d) {
entry:
  %z = call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %x, i1 true)
  %t = trunc nuw nsw i64 %z to i32
  %n = add nuw nsw i32 %t, 1
  br label %loop
loop:
  br i1 %c, label %exit, label %body
body:
  %r = urem i32 224157, %n
  %k = icmp ne i32 %r, 5
  %m = select i1 %k, i1 true, i1 %d
  br i1 %m, label %loop, label %late
late:
  %v = sub nsw i32 0, %r
  store i32 %v, ptr %out, align 4
  br label %exit
exit:
  ret void
}
declare i64 @llvm.cttz.i64(i64, i1)
