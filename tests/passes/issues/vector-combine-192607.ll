; issue: 192607
; pass: function(vector-combine)
; wrong: 22
; shows: add nuw i32 %x, 1
; The scalar sum takes over the flags of a vector sum of other operands.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
define i32 @f(i32 %x) {
  %s = add i32 %x, 1
  %v = insertelement <2 x i32> zeroinitializer, i32 %s, i64 0
  %w = add nuw <2 x i32> %v, zeroinitializer
  ret i32 %s
}
