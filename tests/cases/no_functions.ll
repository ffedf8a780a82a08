; case: a module that only declares
; flags:
; expect: equal, no-functions
@table = constant [3 x i32] [i32 1, i32 2, i32 3]
declare i32 @elsewhere(i32)
