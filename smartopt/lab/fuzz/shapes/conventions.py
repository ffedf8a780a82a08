"""Calling conventions and function attributes that promise something, all of it kept."""

# ruff: noqa: E501 - templates of C are kept as they are
from __future__ import annotations

from .shape import Draw, shape

__all__ = ["SHAPES"]


@shape("conventions", x86=True, weight=1.5)
def conventions(draw: Draw) -> str:
    """Functions of several conventions that call one another, with many live values around the calls."""
    kinds = (
        "__attribute__((regcall))",
        "__attribute__((preserve_most))",
        "__attribute__((preserve_all))",
        "__attribute__((vectorcall))",
        "__attribute__((ms_abi))",
        "__attribute__((sysv_abi))",
        "",
    )
    count = draw.number(2, 4)
    functions = []
    for number in range(count):
        inner = f"r += {draw.name}_f{number - 1}(@u64[r a], @u32[b x:u32], @u64[c b], r, a, b, c, 9);" if number else ""
        inner = inner and draw.pick(inner, f"if (@cond[r a]) {inner}", inner)
        functions.append(
            f"static NOINLINE {draw.pick(*kinds)} u64 {draw.name}_f{number}"
            "(u64 a, u32 x, u64 b, u64 c, u64 d, u64 e, u64 g, u64 h) {\n"
            "  u64 k0 = @u64[a b x:u32], k1 = @u64[c d], k2 = @u64[e g h], r = h;\n"
            f"  {inner}\n  return r + k0 * 3 + k1 * 5 + k2 * 7 + @u64[a c x:u32];\n}}\n"
        )
    return draw.fill(
        """$functions$head {
  u64 r = c, k0 = a * 3, k1 = b * 5, k2 = a ^ b, k3 = c + 7;
  for (u32 k = 0; k < (u32)(a & 3) + 1; k++) r = r * 3 + ${name}_f$last(a, (u32)b, c, r, k0, k1, k2, k);
  return r + k0 + k1 * 3 + k2 * 5 + k3 * 7;
}
""",
        functions="".join(functions),
        last=count - 1,
    )


@shape("saved-registers", x86=True, weight=2.0)
def saved(draw: Draw) -> str:
    """``no_caller_saved_registers``: functions that restore everything, with vectors alive and arguments on the stack."""
    vectors = draw.chance(0.5)
    lines = []
    for _ in range(draw.number(3, 8)):
        # Constants are what the back end likes to push.
        values = ", ".join(draw.pick("x", f"{draw.number(1, 99)}", "1", "2", "3") for _ in range(4))
        which = draw.pick(
            f"${{name}}_nine(@pick[&one | &two], {values}, 5, @pick[&two | &one], @n[1 9], @pick[7 | 9 | x])",
            f"${{name}}_nine(&one, {values}, 5, &two, @n[1 9], @n[1 9])",
            f"${{name}}_seven(&two, {values}, 4, &one)",
        )
        lines.append(f"r @pick[+= | ^=] {which}@pick[ | * 3 |  + one];")
    return draw.fill(
        """static NOINLINE u64 ${name}_nine(u64 *a, u64 b, u64 c, u64 d, u64 e, u64 f, u64 *g, u64 h, u64 i) {
  return *a + b * 2 + c * 3 + d + e + f + *g * 7 + h * 11 + i * 13;
}
static NOINLINE u64 ${name}_seven(u64 *a, u64 b, u64 c, u64 d, u64 e, u64 f, u64 *g) {
  return *a + b * 2 + c * 3 + d + e + f + *g * 7;
}
@pick[static NOINLINE | NOINLINE] __attribute__((no_caller_saved_registers)) void ${name}_hook(u64 x, u64 a, u64 *out) {
  u64 one = x * 3, two = x * 5, r = 0;
  @maybe[if (@cond[x a]) { *out = x; return; }]
  $lines
  *out = r + one * 100 + two * 10000;
}
$head {
  u64 r = 0, k0 = a * 3, k1 = b ^ c; double d = (double)(i32)a; $declared
  ${name}_hook(b, c, &r); @maybe[${name}_hook(r, a, &r);]
  $used
  return r + k0 * 3 + k1 * 5 + (u64)(i64)d;
}
""".replace("$lines", "\n  ".join(lines)),
        declared="u32 v __attribute__((vector_size(16))) = {(u32)a, (u32)b, (u32)c, 7};" if vectors else "",
        used="r += v[0] + v[1] * 3u + v[2] * 5u + v[3];" if vectors else "",
    )


@shape("promises")
def promises(draw: Draw) -> str:
    """pure, const, malloc, returns_nonnull, noreturn, cold, flatten, noescape and unreachable parts: all kept."""
    return draw.fill(
        """static u64 ${name}_g[8];
static NOINLINE __attribute__((const)) u64 ${name}_const(u64 a, u64 b) { return @u64[a b]; }
static NOINLINE __attribute__((pure)) u64 ${name}_pure(u64 a) { return ${name}_g[a & 7] + @u64[a]; }
static NOINLINE __attribute__((returns_nonnull, nonnull)) u64 *${name}_at(u64 *p, u64 k) { return p + (k & 7); }
static NOINLINE __attribute__((malloc)) u64 *${name}_new(u64 a) { u64 *p = (u64 *)malloc(16); if (!p) abort(); p[0] = a; p[1] = 5; return p; }
static NOINLINE __attribute__((noreturn, cold)) void ${name}_die(u64 a) { printf("never %llu\\n", (unsigned long long)a); exit(3); }
@pick[static | static NOINLINE] __attribute__((@pick[flatten | always_inline | hot | minsize | unused])) u64 ${name}_w(u64 a, u64 b) {
  u64 r = ${name}_pure(a) + ${name}_pure(a); ${name}_g[b & 7] = r; r += ${name}_pure(a) * 3;
  switch (b & 3) { case 0: r++; break; case 1: r ^= a; break; case 2: @maybe[r *= 3;] break; case 3: r -= b; break; default: __builtin_unreachable(); }
  return r;
}
$head {
  u64 r = c, *p = ${name}_new(b);
  for (u32 k = 0; k < 8; k++) ${name}_g[k] = @u64[a b k:u32:0:7];
  if ((b & 7) > 7) ${name}_die(b);
  for (u32 k = 0; k < (u32)(a & 7); k++) {
    r = r * 3 + ${name}_const(a, b); @maybe[if (@cond[r k:u32:0:7]) *${name}_at(${name}_g, r) += k;]
    r ^= ${name}_w(r, a); p[k & 1] += r; @maybe[__builtin_assume(k < 8);] @maybe[if (k > 7) __builtin_unreachable();]
  }
  r += p[0] + p[1] * 3; free(p);
  for (u32 k = 0; k < 8; k++) r = r * 31 + ${name}_g[k];
  return r;
}
"""
    )


SHAPES = (conventions, saved, promises)
