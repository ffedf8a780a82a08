; issue: 207360
; pass: function(loop(loop-bound-split))
; wrong: 19 22
; The loop steps by two, and the bound of its first half counts steps, not values.
define i32 @count(i32 %n, i32 %k) {
entry:
  %some = icmp sgt i32 %k, 0
  br i1 %some, label %loop, label %none
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %latch ]
  %a = phi i32 [ 0, %entry ], [ %a2, %latch ]
  %b = phi i32 [ 0, %entry ], [ %b2, %latch ]
  %c = phi i32 [ 0, %entry ], [ %c2, %latch ]
  %d = phi i32 [ 0, %entry ], [ %d2, %latch ]
  %t = icmp slt i32 %i, %k
  br i1 %t, label %low, label %high
low:
  %a1 = add i32 %a, 1
  %b1 = add i32 %b, 3
  br label %latch
high:
  %c1 = add i32 %c, 5
  %d1 = add i32 %d, 7
  br label %latch
latch:
  %a2 = phi i32 [ %a1, %low ], [ %a, %high ]
  %b2 = phi i32 [ %b1, %low ], [ %b, %high ]
  %c2 = phi i32 [ %c, %low ], [ %c1, %high ]
  %d2 = phi i32 [ %d, %low ], [ %d1, %high ]
  %next = add nsw i32 %i, 2
  %more = icmp slt i32 %next, %n
  br i1 %more, label %loop, label %exit
exit:
  %ab = add i32 %a2, %b2
  %cd = add i32 %c2, %d2
  %r = add i32 %ab, %cd
  ret i32 %r
none:
  ret i32 0
}
define i32 @main() {
  %r = call i32 @count(i32 20, i32 15)
  %bad = icmp ne i32 %r, 56
  %z = zext i1 %bad to i32
  ret i32 %z
}
