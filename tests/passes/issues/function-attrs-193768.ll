; issue: 193768
; pass: cgscc(function-attrs)
; wrong: 19 22
; shows: memory\(argmem: (read)?write\)
; A release store orders all memory, yet the function is said to touch its argument only.
define void @publish(ptr %p) {
  store atomic i32 1, ptr %p release, align 4
  ret void
}
