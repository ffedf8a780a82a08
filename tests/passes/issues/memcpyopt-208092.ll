; issue: 208092
; pass: function(memcpyopt)
; wrong: 19 22
; shows: %d = alloca \[16 x i8\], align 4
; The alignment of a copy's destination falls to its source's, while others count on more.
define void @f() {
  %d = alloca [16 x i8], align 16
  %s = alloca [16 x i8], align 4
  call void @fill(ptr %s)
  call void @llvm.memcpy.p0.p0.i64(ptr align 1 %d, ptr align 4 %s, i64 16, i1 false)
  call void @llvm.memset.p0.i64(ptr align 16 %d, i8 0, i64 16, i1 false)
  call void @read(ptr %d)
  ret void
}
declare void @fill(ptr nocapture sret([16 x i8])) nounwind memory(argmem: write)
declare void @read(ptr nocapture) nounwind memory(argmem: read)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
