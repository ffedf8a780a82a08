; issue: 215453
; pass: function(instcombine<no-verify-fixpoint>)
; wrong: 22
; A masked load whose result goes into a select is loaded anew behind a store to the same place.
define i32 @main() {
  %p = alloca <4 x i32>, align 16
  store <4 x i32> <i32 0, i32 0, i32 0, i32 0>, ptr %p, align 16
  %r = call <4 x i32> @swap(ptr %p, <4 x i32> <i32 5, i32 5, i32 5, i32 5>, <4 x i1> <i1 true, i1 true, i1 true, i1 true>)
  %e = extractelement <4 x i32> %r, i64 0
  ret i32 %e
}
define <4 x i32> @swap(ptr %p, <4 x i32> %new, <4 x i1> %m) noinline {
  %old = call <4 x i32> @llvm.masked.load.v4i32.p0(ptr %p, i32 16, <4 x i1> %m, <4 x i32> zeroinitializer)
  store <4 x i32> %new, ptr %p, align 16
  %r = select <4 x i1> %m, <4 x i32> %old, <4 x i32> %new
  ret <4 x i32> %r
}
declare <4 x i32> @llvm.masked.load.v4i32.p0(ptr, i32, <4 x i1>, <4 x i32>)
