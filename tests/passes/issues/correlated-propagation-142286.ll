; issue: 142286
; pass: function(correlated-propagation)
; wrong: 19
; A switch in a cycle of loops: a value that does arrive is taken for one that cannot.
define i32 @main() {
start:
  br label %outer
outer:
  %x = phi i8 [ -69, %start ], [ 0, %inner ]
  br label %middle
middle:
  br label %inner
inner:
  switch i8 %x, label %exit [
    i8 0, label %inner
    i8 1, label %middle
    i8 2, label %outer
  ]
exit:
  ret i32 0
}
