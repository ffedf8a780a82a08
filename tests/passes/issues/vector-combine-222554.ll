; issue: 222554
; pass: function(vector-combine)
; wrong: 22
; shows: or disjoint i64
; Poison of one lane becomes poison of the whole scalar.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
define <2 x i32> @f(i64 %x) {
  %v = bitcast i64 %x to <2 x i32>
  %r = or disjoint <2 x i32> %v, <i32 1, i32 2>
  ret <2 x i32> %r
}
