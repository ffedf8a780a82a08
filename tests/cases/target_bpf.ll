; case: a target that hooks passes of its own into the default pipelines
; flags: --effort fast
; expect: equal, module-excluded
target triple = "bpf"

define i64 @f(ptr %p, i64 %n) minsize optsize {
entry:
  %x = alloca i64
  store i64 %n, ptr %x
  %v = load i64, ptr %x
  %q = getelementptr i64, ptr %p, i64 %v
  %r = load i64, ptr %q
  ret i64 %r
}
