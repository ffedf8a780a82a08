; case: -finstrument-functions, which the default pipeline itself puts in
; flags: --effort fast
; expect: equal, module-excluded
target triple = "x86_64-pc-linux-gnu"

declare i32 @ext(i32)

define i32 @f(i32 %x) #0 {
  %a = call i32 @ext(i32 %x)
  %y = add i32 %x, 1
  %b = call i32 @ext(i32 %y)
  %r = mul i32 %a, %b
  ret i32 %r
}

define i32 @g(i32 %x) #0 {
  %a = call i32 @f(i32 %x)
  %b = call i32 @f(i32 %a)
  ret i32 %b
}

attributes #0 = { minsize optsize "instrument-function-entry"="__cyg_profile_func_enter" "instrument-function-exit"="__cyg_profile_func_exit" }
