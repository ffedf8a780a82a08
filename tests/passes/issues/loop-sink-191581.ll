; issue: 191581
; pass: function(loop-sink)
; wrong: 22
; A call that writes a global, its result used in a cold block of a loop, is moved behind a later store.
@g = global i32 0
@h = global i32 0
define i32 @writes() memory(write) nounwind willreturn noinline {
  store i32 1, ptr @g, align 4
  ret i32 0
}
define void @f(i32 %n) !prof !0 {
entry:
  %r = call i32 @writes()
  store i32 9, ptr @g, align 4
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %next, %latch ]
  %c = icmp eq i32 %i, 3
  br i1 %c, label %cold, label %latch, !prof !1
cold:
  store i32 %r, ptr @h, align 4
  br label %latch
latch:
  %next = add i32 %i, 1
  %done = icmp eq i32 %next, %n
  br i1 %done, label %exit, label %head, !prof !1
exit:
  ret void
}
define i32 @main() {
  call void @f(i32 10)
  %v = load i32, ptr @g, align 4
  %bad = icmp ne i32 %v, 9
  %z = zext i1 %bad to i32
  ret i32 %z
}
!0 = !{!"function_entry_count", i64 1000}
!1 = !{!"branch_weights", i32 1, i32 100000}
