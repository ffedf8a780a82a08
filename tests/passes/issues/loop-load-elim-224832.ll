; issue: 224832
; pass: function(loop-load-elim)
; wrong: 19 22
; A byte store covers part of a word; the next iteration's load is given the word as it was before.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
define i32 @sum(ptr noalias %a, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %s = phi i32 [ 0, %entry ], [ %s2, %loop ]
  %next = add nuw nsw i64 %i, 1
  %q = getelementptr inbounds i32, ptr %a, i64 %next
  store i32 0, ptr %q, align 4
  store i8 7, ptr %q, align 4
  %p = getelementptr inbounds i32, ptr %a, i64 %i
  %v = load i32, ptr %p, align 4
  %s2 = add i32 %s, %v
  %done = icmp eq i64 %next, %n
  br i1 %done, label %exit, label %loop
exit:
  ret i32 %s2
}
define i32 @main() {
  %a = alloca [9 x i32], align 16
  store i32 0, ptr %a, align 16
  %r = call i32 @sum(ptr %a, i64 8)
  %bad = icmp ne i32 %r, 49
  %z = zext i1 %bad to i32
  ret i32 %z
}
