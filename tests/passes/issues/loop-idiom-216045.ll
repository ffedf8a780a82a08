; issue: 216045
; pass: function(loop(loop-idiom))
; wrong: 22
; shows: call i64 @wcslen
; Loads of four bytes that need no alignment become wcslen, which may ask for it.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
define i64 @f(ptr %s) {
entry:
  br label %loop
loop:
  %p = phi ptr [ %s, %entry ], [ %q, %loop ]
  %v = load i32, ptr %p, align 1
  %z = icmp eq i32 %v, 0
  %q = getelementptr inbounds i8, ptr %p, i64 4
  br i1 %z, label %exit, label %loop
exit:
  %a = ptrtoint ptr %p to i64
  %b = ptrtoint ptr %s to i64
  %d = sub i64 %a, %b
  %n = ashr exact i64 %d, 2
  ret i64 %n
}
!llvm.module.flags = !{!0}
!0 = !{i32 1, !"wchar_size", i32 4}
