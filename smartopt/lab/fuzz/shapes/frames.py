"""Frames: large, variable, over-aligned, with alloca; many callee-saved registers; calls with stack arguments."""

# ruff: noqa: E501 - templates of C are kept as they are
from __future__ import annotations

from .shape import Draw, shape

__all__ = ["SHAPES"]


@shape("variable-frames", weight=1.5)
def variable(draw: Draw) -> str:
    """Arrays of run-time length and alloca beside over-aligned locals, alive across calls."""
    align = draw.pick(
        "", "", "__attribute__((aligned(32)))", "__attribute__((aligned(64)))", "__attribute__((aligned(256)))"
    )
    vla = draw.pick(
        "u32 v[n];",
        "u32 *v = (u32 *)__builtin_alloca(n * sizeof(u32));",
        "u32 v[@n[3 60] + 24];",
        "u32 *v = (u32 *)__builtin_alloca_with_align(n * sizeof(u32), @pick[256 | 512]);",
    )
    live, more = draw.number(1, 9), draw.chance(0.5)
    declared = " ".join(f"u64 k{number} = @u64[a b c];" for number in range(live))
    used = " ".join(f"r = r * 31 + k{number};" for number in range(live))
    return draw.fill(
        """static NOINLINE u64 ${name}_use(u32 *p, u32 n, u64 v$extra) {
  for (u32 k = 0; k < n; k++) p[k] = p[k] * 3 + @u32[v k:u32:0:99];
  return v + p[n / 2];
}
static NOINLINE u64 ${name}_w(u64 a, u64 b, u64 c) {
  u32 n = (u32)(a % 23) + 1; u64 r = b; $declared
  u64 $align aligned[@n[1 6]]; @maybe[u8 big[@pick[40 | 130 | 300 | 5000]];]
  $vla
  for (u32 k = 0; k < n; k++) v[k] = @u32[b k:u32:0:99];
  aligned[0] = c; r += (u64)((uintptr_t)aligned % @pick[8 | __alignof__(aligned)]);
  r += ${name}_use(v, n, aligned[0]$passed); $nested
  $used
  for (u32 k = 0; k < n; k++) r = r * 31 + v[k];
  return r ^ aligned[0];
}
$head { u64 r = 0; for (u32 k = 0; k < (u32)(c & 3) + 1; k++) r = r * 3 + ${name}_w(a + k, b, c); return r; }
""",
        extra=", u64 x1, u64 x2, u64 x3, u64 x4, u64 x5" if more else "",
        passed=", a, b, c, r, 5" if more else "",
        align=align,
        vla=vla,
        declared=declared,
        used=used,
        nested=draw.maybe(f"if (b & 1) r ^= {draw.name}_w(a + 5, (b & 7) >> 1, r);"),
    )


@shape("stack-arguments", weight=1.5)
def arguments(draw: Draw) -> str:
    """Calls with many arguments of many types, structures by value, results by hidden pointer, in loops."""
    kinds = [draw.pick("u64", "u32", "i8", "u16", "double", "S", "P", "u64", "i32") for _ in range(draw.number(5, 15))]
    parameters = ", ".join(f"{kind} x{number}" for number, kind in enumerate(kinds))
    whole = {"double": "(u64)(i64)x#", "S": "x#.a * 3 + x#.b", "P": "*x#"}
    total = " ".join(
        f"r = r * {draw.number(3, 31)} + {whole.get(kind, '(u64)x#').replace('#', str(number))};"
        for number, kind in enumerate(kinds)
    )
    calls = []
    for _ in range(draw.number(2, 5)):
        passed = [
            {
                "double": "(double)(i32)(r & 1023) * 0.5",
                "S": "s",
                "P": draw.pick("&one", "&two"),
            }.get(kind, draw.pick(f"({kind})a", f"({kind})(r >> {number})", f"({kind})@n[0 99]", f"({kind})c"))
            for number, kind in enumerate(kinds)
        ]
        calls.append(f"r @pick[+= | ^=] ${{name}}_f({', '.join(passed)}); @maybe[one += r;]")
    return draw.fill(
        """typedef struct { u64 a; u32 b; @maybe[u64 more[@n[1 3]];] } ${name}_s; typedef u64 *${name}_p;
#define S ${name}_s
#define P ${name}_p
$linkage u64 ${name}_f($parameters) { u64 r = 0; $total return r; }
static NOINLINE S ${name}_g(u64 a, S s) { s.a += a; s.b ^= (u32)a; return s; }
$head {
  u64 one = a * 3, two = b * 5, r = c; S s; memset(&s, 0, sizeof s); s.a = b; s.b = (u32)c;
  @maybe[if (@cond[a b]) return r;]
  for (u32 k = 0; k < (u32)(b & 3) + 1; k++) { $calls @maybe[s = ${name}_g(r, s);] }
  return r + one * 100 + two * 10000 + s.a + s.b;
}
#undef S
#undef P
""".replace("$calls", " ".join(calls)),
        linkage=draw.pick("static NOINLINE", "NOINLINE"),
        parameters=parameters,
        total=total,
    )


@shape("red-zone")
def leaves(draw: Draw) -> str:
    """Leaf functions with just under and just over 128 bytes of locals, read at run-time indices."""
    size = draw.rng.choice((12, 14, 15, 16, 17, 18, 24, 40))
    return draw.fill(
        """@pick[static NOINLINE | NOINLINE | static] u64 ${name}_leaf(u64 a, u64 b) {
  volatile u64 t[$size]; @maybe[volatile u8 more[@n[1 9]]; more[0] = (u8)a;]
  u64 r = b;
  for (u32 k = 0; k < $size; k++) t[k] = @u64[a b k:u32:0:50];
  t[a % $size] ^= b;
  for (u32 k = 0; k < (u32)(a & 15); k++) r = r * 3 + t[(r + k) % $size];
  return r;
}
$head { u64 r = ${name}_leaf(a, b); @maybe[if (@cond[r c])] r ^= ${name}_leaf(b, c); return r * 5 + ${name}_leaf(r, a); }
""",
        size=size,
    )


@shape("shrink-wrap")
def shrink_wrapped(draw: Draw) -> str:
    """Early returns before the part that needs registers saved; calls on one path only; cold parts."""
    draw_live = draw.number(3, 9)
    live = " ".join(f"u64 k{number} = ${{name}}_x(@u64[a b c], {number});" for number in range(draw_live))
    sums = " ".join(f"r = r * 7 + k{number};" for number in range(draw_live))
    return draw.fill(
        """static NOINLINE u64 ${name}_x(u64 v, u32 n) { return @u64[v n:u32:0:99] + n; }
static NOINLINE @maybe[__attribute__((cold))] u64 ${name}_cold(u64 v, u64 *p) { *p += @u64[v]; return *p ^ v; }
$head {
  u64 r = c;
  if (@cond[a b]) return r * 3;
  if (__builtin_expect((long)(a % @n[2 9]) == 0, @n[0 1])) { r += ${name}_cold(b, &r); @maybe[return r;] }
  for (u32 n = 0; n < (u32)(b & 3); n++) { LIVE SUMS if (@cond[r a]) return ${name}_x(r, n); }
  return r @maybe[+ ${name}_cold(a, &r)];
}
""".replace("LIVE", live.replace("${{", "${").replace("}}", "}")).replace("SUMS", sums),
    )


SHAPES = (variable, arguments, leaves, shrink_wrapped)
