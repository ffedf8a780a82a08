"""Inline assembly for x86-64: clobbers, tied operands, memory operands, flags as outputs, jumps to labels."""

# ruff: noqa: E501 - templates of C are kept as they are
from __future__ import annotations

from .shape import Draw, shape

__all__ = ["SHAPES"]

_CLOBBERS = ("rbx", "r12", "r13", "r14", "r15", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm5", "xmm0")


@shape("assembly", x86=True, weight=1.5)
def assembly(draw: Draw) -> str:
    """Assembly statements between expressions that keep many values alive."""

    def clobbers() -> str:
        chosen = draw.rng.sample(_CLOBBERS, draw.number(0, 5))
        return "".join(f', "{one}"' for one in chosen)

    steps = []
    for _ in range(draw.number(2, 6)):
        steps.append(
            draw.pick(
                '__asm__ @pick[ | volatile] ("lea (%1,%2,2), %0" : "=r"(r) : "r"(x), "r"(y) : "cc"CLOBBER);',
                '__asm__ @pick[ | volatile] ("add %2, %0" : "=r"(x) : "0"(x), "r"(r) : "cc"CLOBBER);',
                '__asm__ volatile ("addq %1, %0" : "+m"(m) : "r"(r) : "cc"CLOBBER);',
                '__asm__ volatile ("xor %%eax, %%eax\\n\\tinc %%eax" : : : "rax", "cc", "memory"CLOBBER);',
                '__asm__ volatile ("" : "+r"(x), "+r"(y) : : "memory"CLOBBER);',
                '{ u8 f; __asm__ ("cmp %2, %1" : "=@ccb"(f) : "r"(x), "r"(y) : "cc"CLOBBER); r = r * 3 + f; }',
                '{ u64 q; __asm__ ("mov %1, %0\\n\\tbswap %0" : "=&r"(q) : "r"(r) : "cc"CLOBBER); r += q; }',
                '{ u64 lo, hi; __asm__ ("mulq %3" : "=a"(lo), "=d"(hi) : "a"(x), "r"(y) : "cc"); r ^= lo + hi * 3; }',
                '{ u32 s = (u32)r; __asm__ ("roll %%cl, %0" : "+r"(s) : "c"((u8)(y & 31)) : "cc"); x += s; }',
                "x = @u64[x y r];",
                "y = @u64[y m r];",
                "if (@cond[x y]) r += m;",
                "r ^= ${name}_c(x, y);",
            ).replace("CLOBBER", clobbers())
        )
    return draw.fill(
        """static NOINLINE u64 ${name}_c(u64 a, u64 b) { @maybe[__asm__ volatile ("" ::: "rbx", "r12", "r15", "memory");] return @u64[a b]; }
$head {
  u64 r = c, x = a, y = b, m = a ^ b, k0 = @u64[a b], k1 = @u64[b c], k2 = @u64[a c];
  for (u32 k = 0; k < (u32)(a & 3) + 1; k++) {
  STEPS
  }
  return r + x * 3 + y * 5 + m * 7 + k0 * 11 + k1 * 13 + k2;
}
""".replace("STEPS", "\n  ".join(steps)),
    )


@shape("assembly-goto", x86=True)
def assembly_goto(draw: Draw) -> str:
    """``asm goto`` with outputs, in a loop."""
    return draw.fill(
        """$helper u64 ${name}_g(u64 a, u64 b) {
  u64 r = a;
  __asm__ goto ("test %1, %1\\n\\tjz %l[zero]\\n\\tbt $$3, %1\\n\\tjc %l[bit]" : "+r"(r) : "r"(b) : "cc"@maybe[, "rbx"] : zero, bit);
  return r @pick[+ | ^ | *] b;
zero: return @u64[a];
bit: return @u64[r b];
}
$head { u64 r = c; for (u32 k = 0; k < (u32)(a & 15); k++) r = r * 3 + ${name}_g(r, b >> k & @pick[15 | 255 | 12]); return r; }
""",
        helper=draw.pick("static", "static NOINLINE"),
    )


SHAPES = (assembly, assembly_goto)
