"""Pointers that alias or do not: restrict, overlaps, stores and loads of other widths, unions, narrow indices."""

# ruff: noqa: E501 - templates of C are kept as they are
from __future__ import annotations

from .shape import Draw, shape

__all__ = ["SHAPES"]


@shape("alias-widths", weight=2.0)
def widths(draw: Draw) -> str:
    """Stores and loads of different widths at overlapping offsets of one buffer, by memcpy, between branches."""
    size = draw.number(16, 40)
    kinds = ("u8", "u16", "u32", "u64")
    steps = []
    for number in range(draw.number(4, 9)):
        kind = draw.pick(*kinds)
        room = size - int(kind[1:]) // 8 + 1
        at = draw.pick(f"{draw.number(0, room - 1)}", f"x % {room}", f"y % {room}")
        step = draw.pick(
            f"{{ {kind} v = @{kind}[a r c]; memcpy(p + {at}, &v, sizeof v); }}",
            f"{{ {kind} v; memcpy(&v, p + {at}, sizeof v); r = r * 31 + v; }}",
        )
        if draw.chance(0.25):
            step = f"if (@cond[b r]) {step}"
        elif draw.chance(0.2):
            step = f"for (u32 k{number} = 0; k{number} < (y & 3); k{number}++) {step}"
        steps.append(step)
    return draw.fill(
        """$head {
  u8 buffer[$size]; u8 *p = buffer; u64 r = b; u32 x = (u32)(a >> 3 & 255), y = (u32)(b >> 5 & 255);
  for (u32 k = 0; k < $size; k++) buffer[k] = (u8)(c >> (k & 7) * 8);
  $steps
  for (u32 k = 0; k < $size; k++) r = r * 131 + buffer[k];
  return r;
}
""",
        size=size,
        steps="\n  ".join(steps),
    )


@shape("alias-restrict")
def restricted(draw: Draw) -> str:
    """Functions whose pointers are restrict and do not overlap, and ones without it whose pointers do."""
    kind, size = draw.pick("u16", "u32", "u64", "i32"), draw.number(8, 32)
    promise = draw.pick("", "__restrict")
    offset = size if promise else draw.number(0, 3)
    work = ("p[k] = q[k] + o;", "p[k] ^= q[k] * 3u;", "o += p[k]; p[k] = q[k];", "if (q[k] & 1u) p[k] = o;")
    lines = draw.some(1, 3, work, " ")
    wide = "u32" if kind == "i32" else kind
    return draw.fill(
        """static $kind ${name}_b[$size * 2 + 8];
$helper $kind ${name}_w($kind *$promise p, const $kind *$promise q, u32 n, $kind o) {
  for (u32 k = 0; k < n; k++) { $lines @maybe[o += ($kind)1u;] }
  return o;
}
$head {
  u64 r = c; u32 n = (u32)(a % $size);
  for (u32 k = 0; k < $size * 2 + 8; k++) ${name}_b[k] = @$kind[b k:u32:0:99] & 0xffff;
  r += ($kind)${name}_w(${name}_b + @maybe[1 +] 0, ${name}_b + $offset + @n[1 4], n, ($kind)(c & 255));
  @maybe[r ^= ($kind)${name}_w(${name}_b + $offset + 1, ${name}_b, n, ($kind)(b & 255));]
  for (u32 k = 0; k < $size * 2 + 8; k++) r = r * 37 + ($wide)${name}_b[k];
  return r;
}
""",
        kind=wide,
        wide=wide,
        size=size,
        helper=draw.helper(),
        promise=promise,
        offset=offset,
        lines=lines,
    )


@shape("overlapping-moves")
def moves(draw: Draw) -> str:
    """memmove and memcpy in a buffer: run-time lengths, overlaps for memmove, stores around them."""
    size = draw.number(24, 96)
    half = size // 2
    steps = draw.some(
        3,
        6,
        (
            f"memmove(p + x % {half}, p + y % {half}, n);",
            f"memmove(p + @n[0 7], p + @n[0 7], {min(16, half)});",
            f"memcpy(p, p + {half}, n);",
            f"memcpy(p + {half}, p, {min(8, half)});",
            f"memset(p + x % {half}, (int)(r & 255), n);",
            f"p[x % {size}] = (u8)r;",
            f"r += p[y % {size}] * 3u;",
            f"r += (u64)(memcmp(p, p + {half}, n) != 0);",
            "memset(p + @n[0 9], @n[0 3], @n[1 9]);",
        ),
    )
    return draw.fill(
        """$head {
  u8 p[$size]; u64 r = a; u32 x = (u32)(a >> 7), y = (u32)(b >> 3); size_t n = (size_t)(c % $half);
  for (u32 k = 0; k < $size; k++) p[k] = (u8)(@u32[a b k:u32:0:99]);
  $steps
  for (u32 k = 0; k < $size; k++) r = r * 131 + p[k];
  return r;
}
""",
        size=size,
        half=half,
        steps=steps,
    )


@shape("narrow-index", weight=2.5)
def narrow_index(draw: Draw) -> str:
    """Indices computed in a narrow type that wraps, with constants added, used signed or unsigned in loops."""
    kind = draw.pick("i8", "i8", "u8", "i8", "u8", "unsigned _BitInt(7)", "_BitInt(6)", "_BitInt(9)")
    bits = {"i8": 8, "u8": 8}.get(kind) or int(kind.split("(")[1].rstrip(")"))

    def cut(text: str) -> str:
        return f"({kind})({text})"

    span = 1 << bits
    element = draw.pick("u8", "u16", "u32", "u32", "u64")
    unit = f"struct {{ u32 x; {element} v; }}" if draw.chance(0.3) else ""
    field = ".v" if unit else ""
    reads = []
    for _ in range(draw.number(1, 4)):
        plus = draw.pick(*(f"i + {draw.number(1, span // 2)}", f"i - {draw.number(1, span // 2)}"))
        plus = draw.pick(plus, plus, f"i * {draw.number(2, 5)} + {draw.number(1, 90)}", f"{draw.number(1, 99)} - i")
        read = f"r = r * {draw.number(3, 31)} {draw.pick('+', '^')} p[{cut(plus)}]{field};"
        if draw.chance(0.4):
            read = draw.fill("if (@cond[r n:u32:0:99]) ") + read
        if draw.chance(0.2):
            read = f"p[{cut(plus)}]{field} = ({element})(r >> 3); " + read
        reads.append(read)
    return draw.fill(
        """$tag
static $type ${name}_t[$total];
$helper u64 ${name}_l($type *p, $kind i, u32 n) {
  u64 r = n;
  while (n-- > 0) { $reads i = $step; @maybe[if (r == 77) break;] }
  return r ^ (u64)(i64)i;
}
$head {
  for (u32 k = 0; k < $total; k++) ${name}_t[k]$field = ($element)(k * (u32)(a | 1) + (u32)c);
  return ${name}_l(${name}_t + $total / 2, $start, (u32)(c % @n[3 40]));
}
""",
        tag=f"typedef {unit} {draw.name}_e;" if unit else "",
        type=f"{draw.name}_e" if unit else element,
        kind=kind,
        total=2 * span + 2,
        element=element,
        field=field,
        reads="\n    ".join(reads),
        step=cut(f"i + {draw.number(1, 60)}"),
        start=cut("(i32)(b & 0x3ffff)"),
        helper=draw.helper(),
    )


@shape("union-bytes")
def unions(draw: Draw) -> str:
    """A union read through other members (clang defines that), and bytes of objects by unsigned char."""
    steps = draw.some(
        3,
        7,
        (
            "u.q = u.q * 3 + r;",
            "u.d[x & 1] += (u32)r;",
            "u.h[x & 3] = (u16)(r >> 5);",
            "u.b[x & 7] ^= (u8)r;",
            "r = r * 7 + u.d[1];",
            "r += u.s.lo;",
            "u.s.hi = (i16)r;",
            "r ^= ((unsigned char *)&u)[x & 7];",
            "x = x * 5 + 3;",
            "r += (u64)(i64)u.s.c;",
            "if (@cond[r b]) u.q ^= c;",
        ),
    )
    return draw.fill(
        """$head {
  union { u64 q; u32 d[2]; u16 h[4]; u8 b[8]; struct { u16 lo; i16 hi; i8 c; u8 rest[3]; } s; } u;
  u64 r = a; u32 x = (u32)c;
  u.q = b;
  $steps
  return r ^ u.q;
}
""",
        steps=steps,
    )


@shape("linked-nodes")
def nodes(draw: Draw) -> str:
    """Lists and trees in a pool, pointers that change while they are walked, fields of many widths."""
    size = draw.number(6, 24)
    return draw.fill(
        """struct ${name}_n { struct ${name}_n *next; @pick[u8 | u16 | u32] key; struct ${name}_n *other; u64 value; };
static struct ${name}_n ${name}_pool[$size];
$helper struct ${name}_n *${name}_rev(struct ${name}_n *at, u32 fuel) {
  struct ${name}_n *done = 0;
  while (at && fuel-- > 0) { struct ${name}_n *next = at->next; at->next = done; done = at; at = next; }
  return done;
}
$head {
  u64 r = 0; struct ${name}_n *list = 0;
  for (u32 k = 0; k < $size; k++) {
    struct ${name}_n *one = &${name}_pool[k], **link = &list;
    one->key = @u8[a b k:u32:0:99]; one->value = @u64[c k:u32:0:99]; one->other = k ? &${name}_pool[(k * 7 + (u32)a) % k] : 0;
    while (*link && (*link)->key @pick[< | <=] one->key) link = &(*link)->next;
    one->next = *link; *link = one;
  }
  @maybe[list = ${name}_rev(list, (u32)(b % $size) + 1);]
  for (struct ${name}_n *at = list; at; at = at->next) {
    r = r * 31 + at->value + at->key;
    if (at->other && @cond[r c]) at->other->value @pick[+= | ^= | -=] r;
    @maybe[if (at->next && at->next->key == at->key) { at->next = at->next->next; r++; }]
  }
  return r;
}
""",
        size=size,
        helper=draw.helper(),
    )


SHAPES = (widths, restricted, moves, narrow_index, unions, nodes)
