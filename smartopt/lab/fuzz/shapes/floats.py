"""Floating point under strict rules: special values, conversions within range, rounding modes, volatile, library calls."""

# ruff: noqa: E501 - templates of C are kept as they are
from __future__ import annotations

from .shape import Draw, shape

__all__ = ["SHAPES"]

_BITS = """static u64 ${name}_bits(double v) { u64 r; if (v != v) return 0x7ff8; memcpy(&r, &v, 8); return r; }
static double ${name}_of(u64 v) {
  switch (v & 15) {
  case 0: return 0.0; case 1: return -0.0; case 2: return __builtin_inf(); case 3: return -__builtin_inf();
  case 4: return __builtin_nan(""); case 5: return 1.0; case 6: return 4.9406564584124654e-324; case 7: return 1e308;
  default: return (double)(i64)v / @pick[1024.0 | 3.0 | 65536.0 | 1.0]; }
}
"""


@shape("float-specials", weight=1.5)
def specials(draw: Draw) -> str:
    """NaN, infinities, negative zero, subnormals, through comparisons, selects and arithmetic without fast-math."""
    kind = draw.pick("double", "double", "float")
    steps = draw.some(
        4,
        9,
        (
            "x = x + y;",
            "x = y - x;",
            "y = x * z;",
            "z = x / y;",
            "r = r * 3 + (x < y);",
            "r = r * 3 + !(x >= z);",
            "r = r * 3 + (x == x);",
            "r = r * 5 + (u64)__builtin_isinf_sign(y);",
            "x = x < y ? x : y;",
            "y = !(x > z) ? z : x;",
            "z = __builtin_copysign(z, x);",
            "x = __builtin_fabs(x);",
            "x = -x;",
            "y = 0.0 - y;",
            "y = y + 0.0;",
            "x = x * 1.0;",
            "if (x != x) x = 2.5;",
            "r += (u64)__builtin_signbit((double)y) * 7;",
            "if (z > -1e9 && z < 1e9) r ^= (u64)(i64)z;",
            "if (z >= 0.0 && z < 4e9) r ^= (u32)z;",
            "x = (F)(i32)(r & 0xffff) * (F)0.5;",
            "{ volatile F v = x; y = v + v; }",
            "z = (F)(float)z;",
            "z = x - z * @pick[0.5 | 2.0 | 3.0 | -1.0];",
            "if (x == 0.0) r++; else if (1.0 / x < 0.0) r += 11;",
        ),
    )
    return draw.fill(
        _BITS
        + """#define F $kind
$head {
  F x = (F)${name}_of(a), y = (F)${name}_of(b), z = (F)${name}_of(c); u64 r = a;
  for (u32 k = 0; k < (u32)(b & 3) + 1; k++) {
  $steps
  }
  return r * 31 + ${name}_bits((double)x) * 3 + ${name}_bits((double)y) * 5 + ${name}_bits((double)z) * 7;
}
#undef F
""",
        kind=kind,
        steps=steps,
    )


@shape("float-rounding", languages=("c",))
def rounding(draw: Draw) -> str:
    """Rounding modes and exception flags, with the accesses to them allowed by the pragma."""
    draw.includes.add("fenv.h")
    steps = draw.some(
        3,
        6,
        (
            "x = x / y;",
            "x = x * z;",
            "y = x + z;",
            "z = (double)(float)x;",
            "r += fetestexcept(FE_INEXACT) != 0;",
            "fesetround(FE_UPWARD);",
            "fesetround(FE_DOWNWARD);",
            "fesetround(FE_TOWARDZERO);",
            "fesetround(FE_TONEAREST);",
            "r ^= (u64)(i64)__builtin_rint(x > -1e9 && x < 1e9 ? x : 1.5);",
            "feclearexcept(FE_ALL_EXCEPT);",
        ),
    )
    return draw.fill(
        _BITS
        + """static NOINLINE u64 ${name}_strict(double x, double y, double z, u64 r) {
#pragma STDC FENV_ACCESS ON
  feclearexcept(FE_ALL_EXCEPT);
  $steps
  fesetround(FE_TONEAREST);
  return r * 31 + ${name}_bits(x) * 3 + ${name}_bits(y) * 5 + ${name}_bits(z) * 7;
}
$head {
  u64 r = c;
  r += ${name}_strict((double)(i32)a, (double)((i32)b | 1), (double)(i64)c / 7.0, r);
  return r ^ ${name}_bits((double)(i64)a / 3.0);
}
""",
        steps=steps,
    )


@shape("float-loops")
def loops(draw: Draw) -> str:
    """Sums, recurrences and polynomial loops over arrays of floats, in an order that must be kept."""
    kind, size = draw.pick("float", "double"), draw.number(4, 24)
    steps = draw.some(
        1,
        3,
        (
            "s += t[k] * u[k];",
            "t[k] = u[k] - s * (F)0.25;",
            "s = s * (F)0.5 + t[k];",
            "if (t[k] > u[k]) s += t[k]; else s -= u[k];",
            "s = t[k] < s ? t[k] : s;",
            "u[k] = (F)(i32)t[k & 3] + u[k];",
            "n += (t[k] > s);",
            "t[k] = u[$size - 1 - k];",
        ),
    ).replace("$size", str(size))
    return draw.fill(
        _BITS
        + """#define F $kind
$helper F ${name}_l(F *t, F *u, u32 n0, u32 *count) {
  F s = @pick[0 | (F)1.5]; u32 n = 0;
  for (u32 k = 0; k < n0; k++) { $steps
    if (s > (F)1e6 || s < (F)-1e6) s = 1; if (t[k] > (F)1e6 || t[k] < (F)-1e6) t[k] = 2; if (u[k] > (F)1e6 || u[k] < (F)-1e6) u[k] = 3; }
  *count = n;
  return s;
}
$head {
  F t[$size], u[$size]; u32 n; u64 r;
  for (u32 k = 0; k < $size; k++) { t[k] = (F)(i32)((a >> k & 1023) - 512) / 8; u[k] = (F)(i32)(b >> k & 1023) / 16; }
  r = ${name}_bits((double)${name}_l(t, u, (u32)(c % ($size + 1)), &n));
  for (u32 k = 0; k < $size; k++) r = r * 31 + ${name}_bits((double)t[k]) + ${name}_bits((double)u[k]) * 3;
  return r + n;
}
#undef F
""",
        kind=kind,
        size=size,
        steps=steps,
        helper=draw.helper(),
    )


@shape("float-library")
def library(draw: Draw) -> str:
    """Exact library functions (floor, sqrt, fmin, ldexp, fmod and others) and conversions of all widths."""
    draw.includes.add("math.h")
    steps = draw.some(
        3,
        7,
        (
            "x = floor(x);",
            "x = ceil(y);",
            "y = trunc(x * 0.125);",
            "y = sqrt(fabs(x));",
            "x = fmin(x, y);",
            "y = fmax(x, 0.5);",
            "x = ldexp(x, (int)(r & 7) - 3);",
            "y = fmod(x, @pick[7.0 | 0.5 | 3.25]);",
            "x = nearbyint(y * 0.5);",
            "r += (u64)lrint(x);",
            "r ^= (u64)llround(y);",
            "x = (double)(float)x;",
            "x = (double)(u64)(fabs(y));",
            "y = (double)(i16)r;",
            "x = (double)r / 4294967296.0;",
            "r += (u64)(u32)(i64)x;",
            "r = r * 3 + (u64)(i8)(i32)x;",
            "y = sqrtf((float)fabs(y));",
            "x = x - (y > 2.0 ? y : x);",
            "x = copysign(x, y);",
            "x = pow(2.0, (double)(r & 15));",
        ),
        "\n  IN; ",
    )
    return draw.fill(
        _BITS
        + """#define IN if (!(x > -1e6 && x < 1e6)) x = 12.5; if (!(y > -1e6 && y < 1e6)) y = -3.75
$head {
  double x = (double)(i32)(a & 0xfffff) / 16.0, y = (double)(i32)b / 65536.0; u64 r = c;
  IN; $steps
  IN; return r * 31 + ${name}_bits(x) * 3 + ${name}_bits(y);
}
#undef IN
""",
        steps=steps,
    )


SHAPES = (specials, rounding, loops, library)
