; case: nothing but comments is a module to LLVM
; flags: -S
; expect: equal, no-functions
