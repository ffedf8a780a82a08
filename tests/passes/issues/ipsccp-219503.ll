; issue: 219503
; pass: ipsccp
; wrong: 22
; A recursive function's struct: one field's value is taken for constant before all of its returns were seen.
@g = global i32 0
@h = global i8 0
define internal i32 @rec(i8 %a, i8 %b) {
entry:
  %stop = icmp eq i8 %a, -9
  br i1 %stop, label %last, label %more
more:
  %v = load i8, ptr @h, align 1
  %t = icmp eq i8 %v, 0
  br i1 %t, label %again, label %last
again:
  %r = call i32 @rec(i8 %b, i8 -9)
  store i32 %r, ptr @g, align 4
  ret i32 0
last:
  %w = load i32, ptr @g, align 4
  ret i32 %w
}
define i32 @main() {
  %r = call i32 @rec(i8 0, i8 0)
  ret i32 0
}
