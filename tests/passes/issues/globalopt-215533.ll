; issue: 215533
; pass: globalopt
; wrong: 19 22
; shows: (?m)global \[16 x i8\] undef(, align [1248])?$
; Aligned memory that only a static pointer keeps becomes a global that is aligned less.
@keep = internal global ptr null
@in = external global <4 x i32>
@out = external global i32
declare noalias ptr @aligned_alloc(i64 allocalign, i64) allockind("alloc,uninitialized,aligned") allocsize(1) "alloc-family"="malloc"
define void @f() {
  %p = call noalias align 16 ptr @aligned_alloc(i64 16, i64 16)
  store ptr %p, ptr @keep, align 8
  %q = load ptr, ptr @keep, align 8
  %w = load <4 x i32>, ptr @in, align 16
  store <4 x i32> %w, ptr %q, align 16
  %r = load ptr, ptr @keep, align 8
  %v = load i32, ptr %r, align 16
  store i32 %v, ptr @out, align 4
  ret void
}
