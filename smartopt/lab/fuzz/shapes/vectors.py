"""Vectors: GCC's extension in all widths, shuffles, comparisons, conversions, and x86 builtins."""

# ruff: noqa: E501 - templates of C are kept as they are
from __future__ import annotations

from .shape import Draw, shape

__all__ = ["SHAPES"]


@shape("vectors", weight=1.5)
def vectors(draw: Draw) -> str:
    """Vector arithmetic, comparisons, shuffles, lane reads and writes at run-time indices, loads by memcpy."""
    kind = draw.pick("u8", "u16", "u32", "u32", "u64", "i32", "i16")
    bits = int(kind[1:])
    lanes = draw.rng.choice([n for n in (2, 4, 8, 16) if 64 <= n * bits <= (512 if draw.wide else 256)])
    wide = f"u{bits}"
    signed = f"i{bits}"
    order = ", ".join(str(draw.number(0, 2 * lanes - 1)) for _ in range(lanes))
    steps = draw.some(
        3,
        8,
        (
            "x = x @pick[+ | - | ^ | & | * | BOR] y;".replace("BOR", "|"),
            f"y = x >> {draw.number(1, bits - 1)};",
            f"x = x << {draw.number(1, bits - 1)} ^ y;",
            f"x = __builtin_shufflevector(x, y, {order});",
            "{ U t = x; x = y; y = t; }",
            f"x[r % {lanes}] = ({wide})r;",
            f"r = r * 3 + y[r % {lanes}];",
            "y = (U)(x > y) & x;",
            "y = (U)((S)x < (S)y);",
            "x = (U)(x == y) ? x : y;" if draw.cpp else "x = ((U)(x == y) & x) | (~(U)(x == y) & y);",
            f"memcpy(t, &x, sizeof x); r += t[b % {lanes}]; t[c % {lanes}] ^= ({wide})r; memcpy(&x, t, sizeof x);",
            f"y += ({wide})r;",
            f"y = ${{name}}_f(x, y, ({wide})a);",
            "x = -x + ~y;",
            "x = __builtin_elementwise_max(x, y);",
            "r += __builtin_reduce_xor(x);",
            "if (@cond[r a]) x = y;",
        ),
    ).replace("${name}", draw.name)
    return draw.fill(
        """typedef $wide ${name}_u __attribute__((vector_size($bytes))); typedef $signed ${name}_s __attribute__((vector_size($bytes)));
#define U ${name}_u
#define S ${name}_s
$helper U ${name}_f(U x, U y, $wide a) { @maybe[x[a % $lanes] = a;] return @pick[x * y + a | x ^ (y << 1) | y - x | (x & y) + a]; }
$head {
  U x, y; $wide t[$lanes]; u64 r = c;
  for (u32 k = 0; k < $lanes; k++) { x[k] = ($wide)(a >> k * 3); y[k] = ($wide)(b >> k) + ($wide)k; t[k] = 0; }
  for (u32 k = 0; k < (u32)(a & 3) + 1; k++) {
  $steps
  }
  for (u32 k = 0; k < $lanes; k++) r = r * 31 + x[k] * 3u + y[k];
  return r;
}
#undef U
#undef S
""",
        wide=wide,
        signed=signed,
        bytes=lanes * bits // 8,
        lanes=lanes,
        steps=steps,
        helper=draw.helper(),
    )


@shape("float-vectors")
def float_vectors(draw: Draw) -> str:
    """Vectors of floats or doubles on small whole numbers, converted from and to integers."""
    kind, whole = (("float", "i32"), ("double", "i64"))[draw.number(0, 1)]
    lanes = draw.rng.choice((2, 4, 8) if draw.wide else (2, 4))
    bytes_ = lanes * (4 if kind == "float" else 8)
    order = ", ".join(str(draw.number(0, 2 * lanes - 1)) for _ in range(lanes))
    steps = draw.some(
        2,
        6,
        (
            "x = x @pick[+ | - | *] y;",
            "y = x - y;",
            f"x = __builtin_shufflevector(x, y, {order});",
            "w = __builtin_convertvector(x, W); x = __builtin_convertvector(w & 63, V);",
            "w = x < y; r += (u64)w[1];",
            f"x[r % {lanes}] = 3;",
            f"r += (u64)(i64)y[r % {lanes}];",
            "x = x * 0.5f;",
            "y = -x;",
        ),
    )
    return draw.fill(
        """typedef $kind ${name}_v __attribute__((vector_size($bytes))); typedef $whole ${name}_w __attribute__((vector_size($bytes)));
#define V ${name}_v
#define W ${name}_w
$helper V ${name}_cut(V x) { W w; for (u32 k = 0; k < $lanes; k++) { if (!(x[k] > -4096 && x[k] < 4096)) x[k] = 1; } return x; }
$head {
  V x, y; W w; u64 r = c;
  for (u32 k = 0; k < $lanes; k++) { x[k] = ($kind)(i32)(a >> k & 63); y[k] = ($kind)(i32)(b >> k & 31) - 15; w[k] = 0; }
  for (u32 k = 0; k < (u32)(b & 3) + 1; k++) { $steps x = ${name}_cut(x); y = ${name}_cut(y); }
  for (u32 k = 0; k < $lanes; k++) r = r * 31 + (u64)(i64)(x[k] * 8) + (u64)(i64)(y[k] * 8) * 7;
  return r;
}
#undef V
#undef W
""".replace("W w; for", "for"),
        kind=kind,
        whole=whole,
        lanes=lanes,
        bytes=bytes_,
        steps=steps,
        helper=draw.helper(),
    )


@shape("x86-builtins", x86=True)
def builtins(draw: Draw) -> str:
    """SSE2 (and AVX2) builtins on vectors that are filled from memory at any alignment."""
    steps = draw.some(
        3,
        7,
        (
            "x = (I)__builtin_ia32_pmaddwd128((H)x, (H)y);",
            "x = (I)__builtin_ia32_packsswb128((H)x, (H)y);",
            "y = (I)__builtin_ia32_pslldi128((D)x, @n[1 31]);",
            "y = (I)__builtin_ia32_psrldi128((D)y, (int)(r & 31));",
            "r += (u64)(u32)__builtin_ia32_pmovmskb128((B)x) * 3;",
            "x = (I)__builtin_ia32_psadbw128((B)x, (B)y);",
            "x = (I)__builtin_ia32_pmulhuw128((H)x, (H)y);",
            "x = __builtin_shufflevector((D)x, (D)y, @n[0 7], @n[0 7], @n[0 7], @n[0 7]);",
            "memcpy(&x, t + (r & 15), 16);",
            "memcpy(t + (r & 15), &y, 16);",
            "x = (I)((U)x + (U)y * (u32)r);",
            "y ^= x;",
            *(
                (
                    "x = (I)__builtin_ia32_pshufb128((B)x, (B)y);",
                    "r += (u64)__builtin_ia32_ptestc128((Q)x, (Q)y);",
                    "r += (u64)__builtin_ia32_pext_di(r, b) + __builtin_ia32_pdep_di(c, r);",
                    "r = __builtin_ia32_bextr_u64(b, r & 0x1f1f) + r;",
                )
                if draw.wide
                else ()
            ),
        ),
    )
    return draw.fill(
        """typedef i32 ${name}_d __attribute__((vector_size(16))); typedef i16 ${name}_h __attribute__((vector_size(16)));
typedef u32 ${name}_u __attribute__((vector_size(16)));
typedef char ${name}_b __attribute__((vector_size(16))); typedef long long ${name}_q __attribute__((vector_size(16)));
#define D ${name}_d
#define I ${name}_d
#define H ${name}_h
#define B ${name}_b
#define Q ${name}_q
#define U ${name}_u
$head {
  u8 t[32]; u32 g[4]; I x, y; u64 r = c;
  for (u32 k = 0; k < 32; k++) t[k] = (u8)(a >> (k & 7) * 8) + (u8)(b >> (k & 31));
  memcpy(&x, t + (a & 15), 16); memcpy(&y, t + (b & 15), 16);
  $steps
  memcpy(g, &x, 16); r = r * 31 + g[0] + g[1] * 3u + g[2] * 5u + g[3] * 7u;
  memcpy(g, &y, 16); r = r * 31 + g[0] + g[1] * 3u + g[2] * 5u + g[3] * 7u;
  for (u32 k = 0; k < 32; k++) r = r * 131 + t[k];
  return r;
}
#undef D
#undef I
#undef H
#undef B
#undef Q
#undef U
""",
        steps=steps,
    )


SHAPES = (vectors, float_vectors, builtins)
