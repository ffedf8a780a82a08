; issue: 197240
; pass: function(loop(indvars,loop-deletion))
; wrong: 19 22
; Inner loops that never repeat: what scalar evolution knew of them is wrong once loop-deletion has removed one in the
; same loop manager as indvars.
@acc = global i32 0
define i32 @f() noinline {
entry:
  %first = load i32, ptr @acc, align 4
  br label %outer
outer.latch:
  store i32 %sum, ptr @acc, align 4
  br i1 false, label %outer, label %stuck
stuck:
  br label %spin
spin:
  br label %spin
outer:
  br label %middle
middle.latch:
  store i32 %sum, ptr @acc, align 4
  br label %middle
middle:
  %x = phi i32 [ %first, %outer ], [ %sum, %middle.latch ]
  br label %inner
inner:
  %sum = add nsw i32 %x, -106119
  switch i32 %x, label %inner.latch [
    i32 106126, label %middle.latch
    i32 106125, label %outer.latch
  ]
inner.latch:
  br i1 false, label %inner, label %exit
exit:
  ret i32 %sum
}
define i32 @main() {
  %r = call i32 @f()
  %bad = icmp ne i32 %r, -106119
  %z = zext i1 %bad to i32
  ret i32 %z
}
