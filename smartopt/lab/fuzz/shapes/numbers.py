"""Numbers beyond the plain integers: bit-fields, ``_BitInt``, 128 bits, complex, checked arithmetic, bit tricks."""

# ruff: noqa: E501 - templates of C are kept as they are
from __future__ import annotations

from .shape import Draw, shape

__all__ = ["SHAPES"]


@shape("bit-fields", weight=1.5)
def bit_fields(draw: Draw) -> str:
    """A structure of bit-fields of random widths, packed or not, volatile or not, copied and compared."""
    fields = []
    for number in range(draw.number(2, 8)):
        kind = draw.pick("u32", "i32", "u8", "i16", "u64", "i64")
        width = draw.number(1, int(kind[1:]))
        fields.append(f"{draw.maybe('volatile ', 0.1)}{kind} f{number} : {width};")
        if draw.chance(0.15):
            fields.append(draw.pick(f"u8 g{number};", f"u16 g{number};", "u32 : 0;"))
    count = sum(" f" in one for one in fields)
    any_ = [f"s->f{number}" for number in range(count)]
    steps = draw.some(
        3,
        8,
        [
            *(f"{one} = @i64[a r];" for one in any_),
            *(f"{one} = ({one} & 1) ? r : {draw.pick(*any_)};" for one in any_),
            *(f"r = r * 7 + (u64)(i64){one};" for one in any_),
            *(f"if ({one} == (i64)(r & 3)) r ^= b;" for one in any_),
            *(f"{one} ^= 1;" for one in any_),
        ],
    )
    total = " ".join(f"r = r * 31 + (u64)(i64)s.f{number};" for number in range(count))
    return draw.fill(
        """struct @pick[ | __attribute__((packed)) |  | ] ${name}_s { $fields };
$helper u64 ${name}_w(struct ${name}_s *s, u64 a, u64 b, u64 r) {
  $steps
  return r;
}
$head {
  struct ${name}_s s; u64 r = c;
  memset(&s, @pick[0 | 255], sizeof s);
  for (u32 k = 0; k < (u32)(a & 3) + 1; k++) r = ${name}_w(&s, a + k, b, r);
  $total
  return r;
}
""",
        helper=draw.helper(),
        fields="\n  ".join(fields),
        steps=steps,
        total=total,
    )


@shape("bit-int", weight=1.5, integer_bits=256)
def bit_int(draw: Draw) -> str:
    """Arithmetic in ``unsigned _BitInt(N)`` of odd widths, and in signed ones by conversions that wrap."""
    width, other = draw.number(2, 200), draw.number(2, 130)
    steps = draw.some(
        3,
        8,
        (
            "x = x * 3 + y;",
            "x ^= (N)r;",
            f"x <<= (r % {width});",
            f"x >>= (r % {width});",
            "y = x / ((N)(r & 255) | 1);",
            "y += x % ((N)(r & 0xffff) | 1);",
            "r += (u64)x;",
            "r ^= (u64)(y >> 1);",
            "s = (S)x; r += (u64)(i64)s;",
            "if (x > y) { N t = x; x = y; y = t; }",
            "if (s < 0) x = ~x;",
            "r = r * 5 + (u64)(M)x;",
            "x -= (N)(M)(r * 3);",
            "for (u32 k = 0; k < (u32)(r & 7); k++) x = x * x + (N)k;",
        ),
    )
    return draw.fill(
        """$head {
  typedef unsigned _BitInt($width) N; typedef _BitInt($width) S; typedef unsigned _BitInt($other) M;
  N x = (N)a, y = (N)b; S s = 0; u64 r = c;
  @maybe[x = x * (N)b + (N)c; y = y * (N)(a | 1);]
  $steps
  return r + (u64)x * 3 + (u64)y * 7 + (u64)(i64)s;
}
""",
        width=width,
        other=other,
        steps=steps,
    )


@shape("wide-integers", integer_bits=128)
def wide_integers(draw: Draw) -> str:
    """``__int128``: products, quotients, shifts by run-time amounts, comparisons, passing and returning."""
    steps = draw.some(
        3,
        7,
        (
            "x = x * (W)(r | 1) + y;",
            "y ^= x >> (r & 127);",
            "x = x << (r & 63) | y >> @n[1 127];",
            "r += (u64)(x / ((W)(r & 0xffffffffffu) + 3));",
            "y += x % @pick[10 | 1000000007u | 3 | 640];",
            "if (x > y) x -= y; else y -= x;",
            "r ^= (u64)((S)x >> @n[1 127]);",
            "r += (S)x < (S)y;",
            "x = ${name}_f(x, y, r);",
            "r = r * 3 + (u64)(x >> 64);",
            "y = (W)r * b;",
        ),
    ).replace("${name}", draw.name)
    return draw.fill(
        """typedef unsigned __int128 ${name}_w; typedef __int128 ${name}_s;
#define W ${name}_w
#define S ${name}_s
$helper W ${name}_f(W x, W y, u64 r) { return @cond[r] ? x * @n[3 99] ^ y : y - (x >> @n[1 90]); }
$head {
  W x = (W)a << 64 | b, y = (W)(S)(i64)c; u64 r = b;
  $steps
  return r ^ (u64)x ^ (u64)(x >> 64) * 3 ^ (u64)y * 5 ^ (u64)(y >> 64) * 7;
}
#undef W
#undef S
""",
        helper=draw.helper(),
        steps=steps,
    )


@shape("complex")
def complex_numbers(draw: Draw) -> str:
    """Complex arithmetic on small whole numbers, so that every result is exact."""
    base = draw.pick("double", "float")
    most = 60 if base == "double" else 12
    steps = draw.some(
        2,
        6,
        (
            "x = x + y;",
            "y = y - x;",
            "x = z * CUT(y);",
            "z = CUT(x) * CUT(y);",
            "if (__real__ x > __imag__ y) x = ~x;",
            "__real__ z = __imag__ x;",
            "__imag__ y += __real__ x;",
            "r += x == y;",
            "x = -x;",
        ),
    )
    return draw.fill(
        """typedef _Complex $base ${name}_z;
static ${name}_z ${name}_cut(${name}_z v) {
  ${name}_z w; __real__ w = ($base)((i64)(__real__ v) % $most); __imag__ w = ($base)((i64)(__imag__ v) % $most); return w;
}
#define CUT ${name}_cut
$head {
  ${name}_z x, y, z; u64 r = 0;
  __real__ x = ($base)(i64)(a % $most); __imag__ x = ($base)(i64)(b % $most);
  __real__ y = ($base)((i64)(c % $most) - $most / 2); __imag__ y = ($base)(i64)(a / 3 % $most); z = x;
  for (u32 k = 0; k < (u32)(b & 3) + 1; k++) { $steps x = CUT(x); y = CUT(y); z = CUT(z); }
  return r + (u64)(i64)__real__ x + (u64)(i64)__imag__ x * 100 + (u64)(i64)__real__ y * 10000 +
         (u64)(i64)__imag__ y * 1000000 + (u64)(i64)__real__ z * 31 + (u64)(i64)__imag__ z * 37;
}
#undef CUT
""",
        base=base,
        most=most,
        steps=steps,
    )


@shape("checked-arithmetic")
def checked(draw: Draw) -> str:
    """Overflow builtins in all types, saturation, minimum and maximum idioms, divisions by constants."""
    lines = []
    for number in range(draw.number(3, 8)):
        kind, x, y = draw.pick("i32", "u32", "i64", "u64", "i16", "u8", "i8"), draw.pick("a", "b", "c", "r"), "r"
        other = draw.pick(kind, kind, "i64", "u32")
        operation = draw.pick("add", "sub", "mul")
        lines.append(
            draw.pick(
                f"{{ {kind} v; if (__builtin_{operation}_overflow(({kind}){x}, ({other})(b >> {number}), &v)) r += 3; r ^= (u64)v; }}",
                f"{{ {kind} v; r += (u64)__builtin_{operation}_overflow(({kind}){x}, ({kind}){y}, &v) * 5; r = r * 3 + (u64)v; }}",
                f"{{ {kind} v = ({kind}){x}; v = v > ({kind})b ? v : ({kind})b; r = r * 5 + (u64)v; }}",
                f"{{ {kind} v = ({kind}){x}; if (v < {draw.number(0, 60)}) v = {draw.number(0, 60)}; "
                f"if (v > {draw.number(61, 120)}) v = {draw.number(61, 120)}; r += (u64)v; }}",
                f"{{ {kind} v = ({kind}){x}; r += (u64)(v / ({kind}){draw.number(2, 120)}) * 3 + (u64)(v % ({kind}){draw.number(2, 120)}); }}",
                "{ i32 v = (i32)(b % 2001) - 1000; r += (u64)(v < 0 ? -v : v); r ^= (u64)(i64)(v / 8) + (u64)(i64)(v % 8); }",
                f"if (((u32)r & {draw.number(1, 255)}u) + 5u < {draw.number(1, 255)}u && (i32)a > -3) r = @u64[r a];",
                "r = (r & 0x5555555555555555ull) << 1 | (r >> 1 & 0x5555555555555555ull);",
                "{ u32 v = (u32)r; v |= v >> 1; v |= v >> 2; v |= v >> 4; v |= v >> 8; v |= v >> 16; r += v - (v >> 1); }",
                "{ u32 n = 0; u64 v = b; while (v) { v &= v - 1; n++; } r += n; }",
                "{ u32 n = 0; u32 v = (u32)a; while (v > 1) { v >>= 1; n++; } r ^= n; }",
            )
        )
    return draw.fill("$head {\n  u64 r = c;\n  $lines\n  return r;\n}\n", lines="\n  ".join(lines))


@shape("straight-line", weight=1.5)
def straight(draw: Draw) -> str:
    """Many expressions over many live values: register pressure without memory."""
    count = draw.number(4, 22)
    kinds = [draw.pick("u32", "u64", "i32", "i64", "u16", "i8", "u8") for _ in range(count)]
    seen = ["a", "b", "c"]
    lines = []
    for number, kind in enumerate(kinds):
        chosen = " ".join(seen[-6:] if draw.chance(0.6) else seen[:6])
        lines.append(f"{kind} v{number} = @{kind}[{chosen}];")
        if draw.chance(0.2):
            lines.append(f"if (@cond[{chosen}]) v{number} = @{kind}[{chosen}];")
        seen.append(f"v{number}:{kind}")
    total = " ".join(f"r = r * 31 + (u64)v{number};" for number in range(count))
    return draw.fill("$head {\n  $lines\n  u64 r = 0; $total\n  return r;\n}\n", lines="\n  ".join(lines), total=total)


SHAPES = (bit_fields, bit_int, wide_integers, complex_numbers, checked, straight)
