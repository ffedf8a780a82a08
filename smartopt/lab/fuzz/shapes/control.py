"""Control flow that optimisers seldom see: label addresses, long jumps, dense and sparse switches, odd recursion."""

# ruff: noqa: E501 - templates of C are kept as they are
from __future__ import annotations

from .shape import Draw, shape

__all__ = ["SHAPES"]


@shape("computed-goto", weight=2.0)
def interpreter(draw: Draw) -> str:
    """A bytecode interpreter with a table of label addresses."""
    count = draw.number(3, 9)
    choices = (
        "r = r * @n[3 31] + *p;",
        "r ^= @u64[r b x:u32];",
        "x = @u32[x:u32 r];",
        "if (@cond[r x:u32]) p++;",
        "{ u64 t = r; r = x; x = (u32)t; }",
        "stack[x & 7] += (u32)r;",
        "r -= stack[(r ^ x) & 7];",
        "if (x & 1) goto ${name}_again;",
    )
    table = ", ".join(f"&&op{number}" for number in range(count))
    bodies = "\n  ".join(f"op{number}: {draw.some(1, 3, choices, ' ')} NEXT" for number in range(count))
    offsets = draw.chance(0.3)
    if offsets:
        base = ", ".join(f"(i32)((char *)&&op{number} - (char *)&&op0)" for number in range(count))
        declared = f"static const i32 table[] = {{{base}}};"
        jump = "goto *(void *)((char *)&&op0 + table[*p++ % COUNT])"
    else:
        declared = f"@pick[static const | static | const] void *@pick[const] table[] = {{{table}}};"
        jump = "goto *(void *)table[*p++ % COUNT]"
    if draw.cpp and offsets:  # no constant expression in C++
        declared = f"const void *table[] = {{{table}}};"
        jump = "goto *(void *)table[*p++ % COUNT]"
    text = """$head {
  $declared
  u8 code[$length + 1]; u32 stack[8] = {1, 2, 3, 4, 5, 6, 7, 8}; const u8 *p = code, *end = code + $length - 2;
  u64 r = c; u32 x = (u32)b, fuel = @n[10 60];
  for (u32 k = 0; k <= $length; k++) code[k] = (u8)(@u32[a b k:u32:0:99]);
#define NEXT do { if (p >= end || fuel-- == 0) goto out; $jump; } while (0);
  ${name}_again: NEXT
  $bodies
out:
#undef NEXT
  for (u32 k = 0; k < 8; k++) r = r * 7 + stack[k];
  return r ^ x;
}
"""
    return draw.fill(
        text,
        declared=declared,
        length=draw.number(8, 30),
        jump=jump.replace("COUNT", str(count)),
        bodies=bodies.replace("${name}", draw.name),
    )


@shape("label-tables")
def picks(draw: Draw) -> str:
    """A small function that only picks by label address, as in a table of results."""
    count = draw.number(2, 6)
    table = ", ".join(f"&&l{number}" for number in range(count))
    bodies = " ".join(f"l{number}: return @u64[a b];" for number in range(count))
    return draw.fill(
        """$helper u64 ${name}_pick(u32 k, u64 a, u64 b) {
  static const void *const table[] = {$table};
  @maybe[if (@cond[a b k:u32:0:9]) k = 0;]
  goto *(void *)table[k];
  $bodies
}
$head { u64 r = c; for (u32 k = 0; k < (u32)(a & 15); k++) r = r * 3 + ${name}_pick(k % $count, r, b); return r; }
""",
        helper=draw.pick("static NOINLINE", "NOINLINE", "static"),
        table=table,
        bodies=bodies,
        count=count,
    )


@shape("long-jump")
def long_jump(draw: Draw) -> str:
    """setjmp and longjmp through a few frames; what changes after setjmp is volatile or in memory."""
    draw.includes.add("setjmp.h")
    return draw.fill(
        """static jmp_buf ${name}_at; static u64 ${name}_g;
static NOINLINE void ${name}_deep(u32 depth, u64 v) {
  u32 room[4] = {depth, (u32)v, 3, 4};
  ${name}_g += room[depth & 3];
  if (@cond[v depth:u32:0:20]) longjmp(${name}_at, @pick[(int)(depth & 7) + 1 | 3 | 0]);
  if (depth > 0) ${name}_deep(depth - 1, @u64[v depth:u32:0:20]);
  ${name}_g ^= room[(depth + 1) & 3];
}
$head {
  volatile u64 r = a; volatile u32 tries = 0; u64 kept = @u64[a b c];
  ${name}_g = c;
  switch (setjmp(${name}_at)) {
  case 0: break;
  case 1: r += 17; break;
  case 2: r ^= b; @maybe[break;] /* fall through */
  case 3: r = r * 3; break;
  default: r -= kept;
  }
  tries = tries + 1;
  if (tries < @n[2 6]) ${name}_deep((u32)(b % @n[2 9]), a + tries);
  return r * 31 + ${name}_g + kept + tries;
}
"""
    )


@shape("switches", weight=1.5)
def switches(draw: Draw) -> str:
    """Switch statements of all densities: tables, bit tests, trees, ranges, lookups of constants, fall-throughs."""
    kind = draw.pick("u8", "i8", "u16", "i32", "u32", "u64", "i64")
    count = draw.number(2, 18)
    spread = draw.pick("dense", "dense", "holes", "sparse", "bits", "ranges")
    most = 127 if kind.endswith("8") else 30000
    cases: list[str] = []
    used: set[int] = set()
    base = draw.number(-100 if kind[0] == "i" else 0, 100 if most == 127 else 1000)
    for number in range(count):
        value = {
            "dense": base + number,
            "holes": base + number * draw.number(1, 3),
            "sparse": draw.number(-most if kind[0] == "i" else 0, most),
            "bits": draw.number(0, 63),
            "ranges": base + number * 7,
        }[spread]
        if value > most or value in used:
            continue
        used.add(value)
        label = f"case {value}"
        if spread == "ranges" and value + 4 <= most:
            label = f"case {value} ... {value + draw.number(0, 4)}"
        body = draw.pick(
            "r = @n[1 9999];", "r += @n[1 999];", "r = @u64[a r];", "", "return @n[1 99];", "x ^= @u32[x:u32 r];"
        )
        stop = draw.pick("break;", "break;", "break;", "") if body or draw.chance(0.3) else ""
        cases.append(f"{label}: {body} {stop}")
    default = draw.pick("default: r ^= 5; break;", "default: break;", "default: return 1;", "")
    if draw.chance(0.3):
        cases.insert(draw.number(0, len(cases)), default)
    else:
        cases.append(default)
    if not any(cases):
        cases = ["default: break;"]
    if not used:
        base = 0
    return draw.fill(
        """$helper u64 ${name}_w($kind v, u64 a) { u64 r = a; u32 x = (u32)a;
  switch (v) {
  $cases
  }
  return r + x;
}
$head {
  u64 r = c;
  for (i32 k = @n[-9 0]; k < @n[1 30]; k++) r = r * 3 + ${name}_w(($kind)($base + k + (i32)(b & @pick[0 | 1 | 7 | 63])), r);
  return r ^ ${name}_w(($kind)a, b);
}
""",
        helper=draw.helper(),
        kind=kind,
        base=base,
        cases="\n  ".join(cases),
    )


@shape("state-machine")
def machine(draw: Draw) -> str:
    """A loop over a switch whose variable it sets: jump threading's food."""
    count = draw.number(3, 7)
    states = "\n    ".join(
        f"case {number}: r = @u64[r x:u32 b]; state = @pick[{number + 1} | {draw.number(0, count)} | "
        f"@cond[r x:u32] ? {draw.number(0, count)} : {draw.number(0, count)} | (i32)(r % {count + 1})]; break;"
        for number in range(count)
    )
    return draw.fill(
        """$head {
  u64 r = a; u32 x = (u32)c; i32 state = (i32)(b % $count); u32 fuel = @n[5 50];
  while (state != $count && fuel-- > 0) {
    @maybe[x = x * 3 + (u32)state;]
    switch (state) {
    $states
    default: state = 0;
    }
  }
  return r * 5 + x + (u64)(i64)state + fuel;
}
""",
        count=count,
        states=states,
    )


@shape("recursion")
def recursion(draw: Draw) -> str:
    """Tail recursion, accumulating recursion, and functions that call one another."""
    return draw.fill(
        """$one u64 ${name}_even(u32 n, u64 v);
$two u64 ${name}_odd(u32 n, u64 v) {
  if (n == 0) return @u64[v];
  if (@cond[v n:u32:0:40]) return ${name}_even(n - 1, @u64[v n:u32:0:40]);
  return ${name}_odd(n - 1, v * 3 + n)@maybe[ + n]@maybe[ ^ v];
}
$one u64 ${name}_even(u32 n, u64 v) {
  if (n < 2) return v @pick[+ | ^ | *] 3;
  @maybe[v ^= ${name}_odd(n / 2, v);]
  return ${name}_odd(n - @pick[1 | 2], @u64[v n:u32:0:40]);
}
static u32 ${name}_fold(const u8 *p, u32 n) { return n ? (u32)p[0] @pick[+ | ^] ${name}_fold(p + 1, n - 1)@pick[ | * 3u] : @n[0 99]; }
$head {
  u8 t[24]; for (u32 k = 0; k < 24; k++) t[k] = (u8)(c >> (k & 15));
  return ${name}_even((u32)(a % @n[3 14]), b) * 7 + ${name}_fold(t, (u32)(b % 24));
}
""",
        one=draw.pick("static", "static NOINLINE"),
        two=draw.pick("static", "static NOINLINE"),
    )


@shape("function-pointers")
def pointers(draw: Draw) -> str:
    """Tables of functions, called by index, passed on, compared; functions that are the same text."""
    count = draw.number(2, 6)
    kinds = draw.pick("u64", "u32", "i16", "u8")
    text = "@u64[a b]" if draw.chance(0.8) else "a * 3 + b"
    functions = "".join(
        f"static {draw.pick('NOINLINE', '')} {kinds} {draw.name}_f{number}(u64 a, {kinds} b) "
        f"{{ {draw.maybe('if (@cond[a]) return b;', 0.3)} return ({kinds})({text.replace('b]', f'b:{kinds}]')}); }}\n"
        for number in range(count)
    )
    table = ", ".join(f"{draw.name}_f{number}" for number in range(count))
    return draw.fill(
        """$functions
typedef $kind (*${name}_p)(u64, $kind);
static @maybe[const] ${name}_p ${name}_t[] = {$table};
static NOINLINE $kind ${name}_via(${name}_p f, u64 a, $kind b) { return f == ${name}_f0 ? b : f(a, b); }
$head {
  u64 r = c; ${name}_p f = ${name}_t[b % $count];
  for (u32 k = 0; k < (u32)(a & 7); k++) {
    r = r * 3 + ${name}_t[(r ^ k) % $count](r, ($kind)b);
    if (@cond[r]) r ^= ${name}_via(f, r, ($kind)c); else f = ${name}_t[k % $count];
  }
  return r;
}
""",
        functions=functions,
        kind=kinds,
        table=table,
        count=count,
    )


@shape("variadic")
def variadic(draw: Draw) -> str:
    """Variable arguments of many types, more than registers hold; lists passed on and copied."""
    order = [draw.pick("u64", "i32", "double", "pointer", "struct", "i64") for _ in range(draw.number(3, 14))]
    reads, passed = [], []
    for number, kind in enumerate(order):
        if kind == "double":
            reads.append("r = r * 3 + (u64)(i64)(va_arg(list, double) * 4.0);")
            passed.append(f"(double)(i32)((a >> {number}) & 0xffff) / 4.0")
        elif kind == "pointer":
            reads.append("r += *va_arg(list, u32 *);")
            passed.append("&local")
        elif kind == "struct":
            reads.append(f"{{ struct {draw.name}_s s = va_arg(list, struct {draw.name}_s); r ^= s.x * 5 + s.y; }}")
            passed.append("s")
        else:
            reads.append(f"r = r * 7 + (u64)va_arg(list, {kind});")
            passed.append(f"@{kind}[a b c]")
    stop = draw.number(1, len(reads))
    lines = "\n  ".join(f"if (n <= {number}) goto out; {read}" for number, read in enumerate(reads))
    again = "".join(reads[:stop])
    draw.includes.add("stdarg.h")
    return draw.fill(
        """struct ${name}_s { u64 x; @pick[u32 | u8 | u64] y; @maybe[u64 z;] };
static NOINLINE u64 ${name}_v(u32 n, va_list list) {
  u64 r = n;
  $lines
out: return r;
}
@pick[static NOINLINE | static | NOINLINE] u64 ${name}_w(u32 n, ...) {
  va_list list, copy; u64 r;
  va_start(list, n); va_copy(copy, list);
  r = ${name}_v(n, list); va_end(list);
#define list copy
  $again
#undef list
  va_end(copy);
  return r;
}
$head {
  u32 local = (u32)c; struct ${name}_s s; memset(&s, 0, sizeof s); s.x = a; s.y = (u8)b;
  return ${name}_w((u32)(b % $most), $passed);
}
""",
        lines=lines,
        again=again,
        most=len(reads) + 1,
        passed=", ".join(passed),
    )


SHAPES = (interpreter, picks, long_jump, switches, machine, recursion, pointers, variadic)
