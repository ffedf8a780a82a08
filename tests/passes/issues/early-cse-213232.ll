; issue: 213232
; pass: require<globals-aa>,function(early-cse<memssa>)
; wrong: 19 22
; A global that points at itself: globals-aa thinks that a store through it cannot change it.
@self = internal global ptr null
define i32 @f() noinline {
  %p = load ptr, ptr @self, align 8
  store ptr null, ptr %p, align 8
  %q = load ptr, ptr @self, align 8
  %bad = icmp ne ptr %q, null
  %z = zext i1 %bad to i32
  ret i32 %z
}
define i32 @main() {
  store ptr @self, ptr @self, align 8
  %r = call i32 @f()
  ret i32 %r
}
