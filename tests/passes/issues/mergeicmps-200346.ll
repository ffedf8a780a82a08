; issue: 200346
; pass: function(mergeicmps)
; wrong: 19 22
; shows: @memcmp\(ptr [^,]+, ptr [^,]+, i64 4\)
; Two fields of 17 bits, four bytes apart: the comparison made of them looks at too few bytes.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
define i1 @same(ptr dereferenceable(8) %a, ptr dereferenceable(8) %b) nofree nosync {
entry:
  %x = load i17, ptr %a, align 2
  %y = load i17, ptr %b, align 2
  %e = icmp eq i17 %x, %y
  br i1 %e, label %second, label %exit
second:
  %a2 = getelementptr inbounds i8, ptr %a, i64 2
  %b2 = getelementptr inbounds i8, ptr %b, i64 2
  %x2 = load i17, ptr %a2, align 2
  %y2 = load i17, ptr %b2, align 2
  %e2 = icmp eq i17 %x2, %y2
  br label %exit
exit:
  %r = phi i1 [ false, %entry ], [ %e2, %second ]
  ret i1 %r
}
define i32 @main() {
  %a = alloca [2 x i32], align 8
  %b = alloca [2 x i32], align 8
  store i64 0, ptr %a, align 8
  store i64 0, ptr %b, align 8
  %h = getelementptr inbounds i8, ptr %b, i64 4
  store i8 1, ptr %h, align 4
  %r = call i1 @same(ptr %a, ptr %b)
  %z = zext i1 %r to i32
  ret i32 %z
}
