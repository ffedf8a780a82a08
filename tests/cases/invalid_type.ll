; case: a type error is LLVM's message, in one line
; flags:
; expect: error: invalid_type.ll:6:
define i32 @f(i64 %x) {
  ; the next line is wrong
  ret i32 %x
}
