"""String and memory functions, constant data, statics, constructors, and objects with lifetimes."""

# ruff: noqa: E501 - templates of C are kept as they are
from __future__ import annotations

from .shape import Draw, shape

__all__ = ["SHAPES"]


@shape("strings", weight=1.5)
def strings(draw: Draw) -> str:
    """String functions on bounded buffers, with constant and run-time arguments."""
    words = ("", "a", "abc", "hello world", "x%d:%s", "0123456789abcdef", "aaaaab", "-17", "4294967295")
    literal = f'"{draw.pick(*words)}"'
    steps = draw.some(
        3,
        8,
        (
            "r = r * 3 + strlen(s);",
            "r += (u64)(strcmp(s, t) < 0) * 5 + (strcmp(s, t) == 0);",
            "r ^= (u64)(strncmp(s, LIT, (size_t)(b & 7)) == 0);",
            "{ const char *p = strchr(s, 'a' + (int)(r & 7)); r = r * 7 + (p ? (u64)(p - s) : 99); }",
            "{ const char *p = strrchr(t, 'a'); r += p ? (u64)(p - t) : 77; }",
            "{ const char *p = strstr(s, LIT); r = r * 5 + (p ? (u64)(p - s) : 55); }",
            "{ const void *p = memchr(s, (int)(r & 127), 24); r += p ? (u64)((const char *)p - s) : 33; }",
            "strncpy(t, s, 15); t[15] = 0;",
            'if (strlen(s) + 12 < 48) strcat(s, "xy");',
            'snprintf(t, 24, "%d:%s", (int)(r & 255), LIT);',
            'r += strspn(s, "abcdef") * 3 + strcspn(s, "xyz0");',
            "s[r % 20] = (char)('a' + (b & 7));",
            "s[c % 20] = 0;",
            "r += (u64)strtoul(t, 0, 10);",
            "r += (u64)(i64)atoi(t);",
            "memset(s, 'q', @n[0 15]);",
            "memcpy(t, LIT, sizeof LIT);",
            "r = r * 31 + (u64)(memcmp(s, t, @n[1 16]) > 0);",
            "r ^= (u64)(memcmp(s, LIT, @n[0 1]) != 0) * 9;",
            "strcpy(t, LIT);",
        ),
    ).replace("LIT", literal)
    return draw.fill(
        """$head {
  char s[64], t[64]; u64 r = c;
  memset(s, 0, sizeof s); memset(t, 0, sizeof t);
  for (u32 k = 0; k < (u32)(a & 15); k++) s[k] = (char)('a' + (b >> k * 3 & 7));
  strcpy(t, $literal);
  for (u32 n = 0; n < (u32)(b & 1) + 1; n++) {
  $steps
  }
  for (u32 k = 0; k < 64; k++) r = r * 31 + (u8)s[k] + (u8)t[k] * 3u;
  return r;
}
""",
        steps=steps,
        literal=literal,
    )


@shape("constant-tables")
def tables(draw: Draw) -> str:
    """Lookups in constant arrays of structures, pointers and strings; loops over them that could be folded."""
    kind, size = draw.pick("u8", "i16", "u32", "u64", "i8"), draw.number(3, 40)
    numbers = ", ".join(f"({kind}){draw.number(0, 120)}" for _ in range(size))
    rows = ", ".join(
        f'{{{draw.number(0, 9)}, "{draw.pick("one", "two", "three", "")}", &{draw.name}_t[{draw.number(0, size - 1)}]}}'
        for _ in range(size)
    )
    return draw.fill(
        """static const $kind ${name}_t[$size] = {$numbers};
static @maybe[const] struct { u32 n; const char *s; const $kind *p; } ${name}_r[$size] = {$rows};
$helper i32 ${name}_find(u64 v) {
  for (i32 k = 0; k < $size; k++) if (${name}_t[k] == ($kind)v) return k;
  return -1;
}
$head {
  u64 r = c; u32 sum = 0;
  for (u32 k = 0; k < @pick[$size | (u32)(a % $size)]; k++) { sum += (u32)${name}_t[k] * @n[1 9]; @maybe[if (sum > (u32)b) break;] }
  r = r * 31 + sum + (u64)(i64)${name}_find(a);
  r = r * 7 + ${name}_r[b % $size].n + (u64)*${name}_r[a % $size].p + strlen(${name}_r[c % $size].s);
  return r ^ (u64)(${name}_r[a % $size].p == ${name}_t + b % $size);
}
""",
        kind=kind,
        size=size,
        numbers=numbers,
        rows=rows,
        helper=draw.helper(),
    )


@shape("statics")
def statics(draw: Draw) -> str:
    """Globals of all linkages, thread-local ones, static locals, constructors, aliases, weak and hidden functions."""
    return draw.fill(
        """@pick[static | static volatile | ] u64 ${name}_g = @n[0 99];
static __thread u32 ${name}_tls = @n[0 9];
@pick[static | ] u16 ${name}_z[@n[4 40]];
static __attribute__((constructor)) void ${name}_start(void) { ${name}_g += 5; ${name}_z[1] = 7; }
@maybe[static __attribute__((constructor(@n[200 900]))) void ${name}_early(void) { ${name}_z[2] += 11; }]
__attribute__((weak)) NOINLINE u64 ${name}_weak(u64 v) { return @u64[v]; }
__attribute__((visibility("hidden"))) u64 ${name}_hidden(u64 v) { return @u64[v] + ${name}_tls; }
$c_open u64 ${name}_real(u64 v) { return v * 3 + ${name}_z[2]; } $c_close
$c_open u64 ${name}_alias(u64 v) __attribute__((alias("${name}_real"))); $c_close
static u64 ${name}_count(void) { static u64 n = @n[0 9]; n = @u64[n]; return n; }
$head {
  u64 r = c, kept = ${name}_g; u32 tls = ${name}_tls;
  ${name}_tls += (u32)a; r += ${name}_weak(r) + ${name}_hidden(b);
  @maybe[${name}_g ^= r;] r = r * 3 + ${name}_g + ${name}_z[1];
  for (u32 k = 0; k < (u32)(a & 3); k++) r = r * 5 + ${name}_count();
  r ^= ${name}_alias(r) + ${name}_real(a);
  ${name}_g = kept; ${name}_tls = tls;
  return r + ${name}_tls;
}
""",
        c_open='extern "C" {' if draw.cpp else "",
        c_close="}" if draw.cpp else "",
    )


@shape("cleanups")
def cleanups(draw: Draw) -> str:
    """The cleanup attribute, statement expressions, compound literals, loops left in the middle of scopes."""
    return draw.fill(
        """static u64 ${name}_log;
static void ${name}_done(u32 *p) { ${name}_log = ${name}_log * 31 + *p; @maybe[*p = 0;] }
$head {
  u64 r = c; ${name}_log = b;
  for (u32 k = 0; k < (u32)(a & 7) + 1; k++) {
    __attribute__((cleanup(${name}_done))) u32 one = (u32)r + k;
    if (@cond[r one:u32 k:u32:0:9]) continue;
    { __attribute__((cleanup(${name}_done))) u32 two = one * 3; @maybe[if (@cond[two:u32 b]) break;] r += two; @maybe[if (@cond[r]) goto out;] }
    r = r * 3 + ({ u32 t = one ^ k; t * 5; });
    if (@cond[r a k:u32:0:9]) return r ^ ${name}_log;
  }
out:
  return r * 7 + ${name}_log;
}
"""
    )


SHAPES = (strings, tables, statics, cleanups)
