"""Loops whose bounds are run-time values, with all kinds of induction variables, and loops over arrays."""

from __future__ import annotations

from .shape import Draw, shape

__all__ = ["SHAPES"]


def _kind(draw: Draw) -> str:
    return draw.pick("i8", "u8", "i16", "u16", "i32", "u32", "i32", "u32", "i64", "u64")


def _room(kind: str) -> int:
    """How large a bound may be, so that an induction variable of this type does not wrap with a step of ours."""
    return 100 if kind.endswith("8") else 250


@shape("loop-bounds", weight=2.0)
def counted(draw: Draw) -> str:
    """Counting up or down between two run-time values, with early exits."""
    kind = _kind(draw)
    room = _room(kind)
    low = draw.number(-room, 0) if kind[0] == "i" else 0
    up = draw.chance(0.65)
    walk = f"i += {draw.number(1, 9)}" if up else f"i -= {draw.number(1, 9)}"
    if up:
        begin = f"({kind})((i32)(a % {room - low}) + {low})"
        end = f"({kind})((i32)(b % {room - low}) + {low})"
    elif kind[0] == "i":
        begin, end = f"({kind})(a % {room})", f"({kind})((i32)(b % {room}) - {room // 2})"
    else:  # an unsigned one stops early enough not to wrap below zero
        begin, end = f"({kind})(a % {room})", f"({kind})(9 + b % {room - 9})"
    test = draw.pick("<", "<", "<=", "!=") if up and walk.endswith(" 1") else draw.pick("<", "<=")
    if test == "!=":
        begin = f"({kind})({end} - (i32)(a % 20))" if kind[0] == "i" and low <= -60 else f"({kind})0"
    if not up:
        test = draw.pick(">", ">=")
    first = draw.maybe(f"if (@cond[r x:u32 i:{kind}]) break;", 0.4)
    second = draw.maybe(f"if (@cond[x:u32 i:{kind}]) continue;", 0.3)
    form = draw.number(0, 2)
    if second and form:
        second = ""
    body = draw.fill(
        "{ r = r * @n[3 31] + @u64[i:$kind x:u32 c]; " + second + " x ^= @u32[r i:$kind x:u32]; " + first + " }",
        kind=kind,
    )
    loops = (
        f"for ({kind} i = from; i {test} to; {walk}) {body}",
        f"{{ {kind} i = from; while (i {test} to) {{ {body} {walk}; }} r ^= i; }}",
        f"{{ {kind} i = from; if (i {test} to) do {{ {body} {walk}; }} while (i {test} to); r += i; }}",
    )
    return draw.fill(
        "$head { u64 r = c; u32 x = (u32)(c >> 7); $kind from = $begin, to = $end; $loop return r ^ x; }\n",
        kind=kind,
        begin=begin,
        end=end,
        loop=loops[form],
    )


@shape("loop-split", weight=2.0)
def split(draw: Draw) -> str:
    """A condition on the induction variable that splits the loop, as in LLVM's issue 207360."""
    kind = draw.pick("i32", "i32", "u32", "i64", "i16", "u16")
    step, count = draw.number(1, 4), draw.number(1, 4)
    sums = "".join(f"s{number} += {draw.number(1, 99)}; " for number in range(count))
    others = "".join(f"t{number} += @u32[i:{kind} c]; " for number in range(draw.number(1, 4)))
    test, inner = draw.pick("<", "<", "<=", "!=" if step == 1 else "<"), draw.pick("<", "<", "<=", ">", ">=", "==")
    split_at = draw.pick("m", "m", f"({kind})(m - {draw.number(1, 3)})", f"({kind})(m + {draw.number(1, 3)})")
    body = draw.fill(
        f"if (i {inner} {split_at}) {{ {sums} @maybe[r += i;] }} else {{ {others} @maybe[r ^= (u32)i * 3u;] }}"
    )
    if draw.chance(0.5):
        test = "<" if test == "!=" else test
        loop = f"{kind} i = 0; if (m > 0) {{ do {{ {body} i += {step}; }} while (i {test} n); }}"
    else:
        loop = f"for ({kind} i = 0; i {test} n; i += {step}) {{ {body} }}"
    total = "".join(f" + s{number} * {number + 2}u + t{number} * {number + 11}u" for number in range(4))
    return draw.fill(
        "$head { u32 r = 0, s0 = 0, s1 = 0, s2 = 0, s3 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0;\n"
        "  $kind n = ($kind)(a % @n[9 60]), m = ($kind)(b % @n[9 60]); $loop\n  return r $total; }\n",
        kind=kind,
        loop=loop,
        total=total,
    )


@shape("loop-nest", weight=1.5)
def nested(draw: Draw) -> str:
    """Two loops, the inner one bound by the outer one's variable, over a small array."""
    size = draw.number(5, 40)
    outer, inner = draw.pick("i32", "u32", "u8", "i64"), draw.pick("i32", "u32", "i16", "u64")
    return draw.fill(
        """static u32 ${name}_g[$size];
$head {
  u64 r = a; $outer n = ($outer)(a % $size);
  for (i32 k = 0; k < $size; k++) ${name}_g[k] = @u32[b c k:i32:0:64];
  for ($outer i = 0; i < n; i++) {
    @maybe[if (@cond[r b i:$outer]) continue;]
    for ($inner j = $start; j < ($inner)$limit; j += @n[1 3]) {
      u32 v = ${name}_g[j];
      if (@cond[v:u32 c]) ${name}_g[i] @pick[+= | ^= | -=] @u32[v:u32 j:$inner:0:64 i:$outer:0:64];
      else r += @u64[v:u32 r];
      @maybe[if (v == (u32)c) break;]
    }
  }
  for (i32 k = 0; k < $size; k++) r = r * 31 + ${name}_g[k];
  return r;
}
""",
        size=size,
        outer=outer,
        inner=inner,
        start=draw.pick("0", f"({inner})i", f"({inner})(i / 2)"),
        limit=draw.pick("n", "(i + 1)", "n", f"{size}"),
    )


@shape("loop-sentinel")
def sentinel(draw: Draw) -> str:
    """Search loops: until a value, a pointer's end, or a fuel is reached; several exits that carry values."""
    kind = draw.pick("u8", "i8", "u16", "i32", "u64")
    size = draw.number(8, 48)
    return draw.fill(
        """static $kind ${name}_t[$size + 1];
$helper u32 ${name}_find(const $kind *p, const $kind *end, $kind v, u32 *steps) {
  u32 n = 0; const $kind *q = p;
  for (;;) {
    if (q == end) { *steps = n; return 255; }
    if (*q == v) break;
    if (@cond[n:u32:0:64 v:KIND]) { if (end - q > @n[1 4]) q += @n[1 2]; else q++; } else q++;
    n++;
  }
  *steps = n * @n[2 9];
  return (u32)(q - p);
}
$head {
  u64 r = 0; u32 steps = 0;
  for (u32 k = 0; k < $size; k++) ${name}_t[k] = @KIND[a k:u32:0:64];
  u32 n = (u32)(b % $size);
  r = ${name}_find(${name}_t, ${name}_t + n, ($kind)c, &steps);
  r = r * 1000 + steps;
  r += ${name}_find(${name}_t + n, ${name}_t + $size, ${name}_t[c % $size], &steps) * 7;
  return r ^ steps;
}
""".replace("KIND", kind),
        kind=kind,
        size=size,
        helper=draw.helper(),
    )


@shape("loop-recurrence")
def recurrences(draw: Draw) -> str:
    """Loops that carry several values from turn to turn: sums, products, minima, shifts, previous values."""
    kind = draw.pick("u32", "u64", "u16", "u8", "i32")
    wide = "u32" if kind == "i32" else kind
    steps = draw.repeat(
        1,
        5,
        "v# = @pick[(WIDE)(v# + prev) | (WIDE)(v# * 3 + i) | v# < prev ? v# : prev | "
        "(WIDE)(v# >> 1 ^ prev) | v# > (WIDE)i ? v# : (WIDE)(i * 5) | (WIDE)(prev - v#)];\n    ",
    )
    return draw.fill(
        """$head {
  $wide v0 = ($wide)a, v1 = ($wide)b, v2 = ($wide)c, v3 = 1, v4 = 7, prev = ($wide)(a >> 9);
  u32 n = (u32)@pick[a % 37 | b % 90 | (a ^ b) & 63];
  for (@pick[u32 | i32 | u64 | u8] i = 0; i < n; i@pick[++ | += 2 | += 3]) {
    $wide next = (WIDE)(@u32[v0:WIDE prev:WIDE i:u32:0:200]);
    $steps prev = next;
    @maybe[if (next == v1) v4++;]
  }
  return (u64)v0 * 3 + (u64)v1 * 5 + (u64)v2 * 7 + (u64)v3 * 11 + (u64)v4 * 13 + prev;
}
""".replace("WIDE", wide),
        wide=wide,
        steps=steps.replace("WIDE", wide),
    )


@shape("loop-strided-copy")
def strided(draw: Draw) -> str:
    """Idiom loops: fills, copies, reversals and sums with strides over arrays at run-time offsets."""
    kind, size = draw.pick("u8", "u16", "u32", "u64"), draw.number(24, 80)
    stride = draw.number(1, 4)
    work = draw.some(
        2,
        4,
        (
            "for (u32 i = 0; i < n; i++) p(i) = q(i);",
            "for (u32 i = n; i-- > 0;) p(i) = q(i);",
            "for (u32 i = 0; i < n; i++) p(i) = (KIND)c;",
            "for (u32 i = 0; i < n; i++) p(i) = 0;",
            "for (u32 i = 0; i < n / 2; i++) { KIND t = p(i); p(i) = p(n - 1 - i); p(n - 1 - i) = t; }",
            "for (u32 i = 1; i < n; i++) p(i) += p(i - 1);",
            "for (u32 i = 0; i < n; i++) if (p(i) > (KIND)b) p(i) = q(n - 1 - i);",
            "for (i32 i = (i32)n - 1; i >= 0; i -= 2) p(i) ^= (KIND)i;",
        ),
    )
    return draw.fill(
        """static KIND ${name}_m[$size * $stride + $size];
$head {
  for (u32 k = 0; k < sizeof ${name}_m / sizeof(KIND); k++) ${name}_m[k] = @KIND[a k:u32:0:999];
  u32 n = (u32)(a % $half), x = (u32)(b % $half), y = (u32)(c % $half); u64 r = n;
#define p(i) ${name}_m[x + (i) * $one]
#define q(i) ${name}_m[y + (i) * $two]
  $work
#undef p
#undef q
  for (u32 k = 0; k < sizeof ${name}_m / sizeof(KIND); k++) r = r * 33 + ${name}_m[k];
  return r;
}
""".replace("KIND", kind),
        size=size,
        stride=stride,
        half=size // 2,
        one=draw.number(1, stride),
        two=draw.number(1, stride),
        work=work.replace("KIND", kind),
    )


SHAPES = (counted, split, nested, sentinel, recurrences, strided)
