; issue: 167627
; pass: function(float2int)
; wrong: 19
; A sum of two constants that are far beyond any integer is taken for zero.
define i32 @main() {
  %s = fadd float 0xC5AAD8ABE0000000, 0xC57E819700000000
  %t = fcmp one float %s, 0.0
  %bad = xor i1 %t, true
  %z = zext i1 %bad to i32
  ret i32 %z
}
