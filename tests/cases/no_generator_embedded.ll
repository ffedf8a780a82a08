; case: a target that nobody has a code generator for, in the embedded engine
; flags: --engine llvmlite --effort fast
; expect: not-larger, target-missing
target triple = "dxil-pc-shadermodel6.3-library"

define i32 @f(i32 %x) minsize optsize {
  %slot = alloca i32
  store i32 %x, ptr %slot
  %r = load i32, ptr %slot
  %s = add i32 %r, 3
  ret i32 %s
}
