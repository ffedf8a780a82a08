"""C++: exceptions and destructors through optimised frames, virtual calls, templates, lambdas, members by reference."""

# ruff: noqa: E501 - templates of C are kept as they are
from __future__ import annotations

from .shape import Draw, shape

__all__ = ["SHAPES"]


@shape("exceptions", languages=("c++",), weight=3.0)
def exceptions(draw: Draw) -> str:
    """Throws from a few frames down, caught by type; destructors in between see values that are alive."""
    live = draw.number(1, 8)
    declared = " ".join(f"u64 k{number} = @u64[a b r];" for number in range(live))
    used = " ".join(f"r = r * 31 + k{number};" for number in range(live))
    room = draw.pick(
        "",
        "u32 room[@n[1 80]]; room[0] = (u32)a; r += room[0];",
        "u32 *room = (u32 *)__builtin_alloca((a & 63) * 4 + 4); room[a & 63] = (u32)b; r += room[a & 63];",
        "alignas(64) u32 room[4] = {(u32)a, 2, 3, 4}; r += room[b & 3];",
    )
    handlers = "\n  ".join(
        draw.rng.sample(
            (
                "catch (int v) { r += (u64)v * 3; @maybe[if (@cond[r]) throw;] }",
                "catch (const ${name}_derived &v) { r ^= v.code * 5; }",
                "catch (const ${name}_base &v) { r ^= v.code * 7 + v.kind(); }",
                "catch (u64 v) { r = r * 3 + v; }",
            ),
            draw.number(1, 4),
        )
    )
    # The base's handler before the derived one's would only be a warning, yet the other order says more.
    if handlers.find("_base &v") < handlers.find("_derived &v") and "_base &v" in handlers:
        handlers = handlers.replace("_derived", "_other")
    return draw.fill(
        """static u64 ${name}_log;
struct ${name}_base { u64 code; ${name}_base(u64 c) : code(c) {} virtual u64 kind() const { return 1; } virtual ~${name}_base() {} };
struct ${name}_derived : ${name}_base { ${name}_derived(u64 c) : ${name}_base(c * 3) {} u64 kind() const override { return 2; } };
struct ${name}_other { u64 code; };
struct ${name}_guard { u64 v; u32 n; ${name}_guard(u64 v, u32 n) : v(v), n(n) {} ~${name}_guard() @maybe[noexcept] { ${name}_log = ${name}_log * 31 + v * n; } };
static NOINLINE u64 ${name}_deep(u32 depth, u64 a, u64 b) {
  u64 r = b; $declared
  ${name}_guard guard(@u64[a b], depth);
  if (@cond[a b depth:u32:0:9]) {
    switch ((a + depth) & 3) {
    case 0: throw (int)(r & 0xffff);
    case 1: throw ${name}_derived(r);
    case 2: throw ${name}_base(r + depth);
    default: @maybe[throw (u64)a;] break;
    }
  }
  $room
  if (depth) r += ${name}_deep(depth - 1, @u64[a depth:u32:0:9], r);
  @maybe[${name}_guard last(r, 3);]
  $used
  return r;
}
static @maybe[NOINLINE] u64 ${name}_mid(u64 a, u64 b) {
  u64 r = a;
  ${name}_guard one(b, 5);
  try { ${name}_guard two(r, 7); r += ${name}_deep((u32)(b % @n[1 7]), a, b); r ^= two.v; }
  HANDLERS
  return r + one.v;
}
$head {
  u64 r = c; ${name}_log = 0; $outer
  for (u32 k = 0; k < (u32)(a & 1) + 1; k++) {
    try { r = r * 3 + ${name}_mid(a + k, b ^ k); } catch (...) { r = r * 5 + 17; @maybe[${name}_guard g(r, 2);] }
  }
  return r * 7 + ${name}_log $sum;
}
""".replace("HANDLERS", handlers),
        declared=declared,
        used=used,
        room=room,
        outer=draw.maybe("u64 w0 = @u64[a b], w1 = @u64[b c], w2 = @u64[a c];"),
        sum="",
    )


@shape("objects", languages=("c++",), weight=1.5)
def objects(draw: Draw) -> str:
    """Virtual calls over a small hierarchy, placement of objects, copies and moves, members by pointer, lambdas."""
    return draw.fill(
        """struct ${name}_shape { u32 w; virtual u64 area(u64 v) const = 0; virtual void grow(u32 by) { w += by; } virtual ~${name}_shape() {} };
struct ${name}_square @maybe[final] : ${name}_shape { u64 x; u64 area(u64 v) const override { return @u64[v x w:u32]; } };
struct ${name}_round : ${name}_shape { u16 y; u64 area(u64 v) const override { return @u64[v y:u16]; } void grow(u32 by) override { y = (u16)(y + by); } };
struct ${name}_box { u64 *p; u32 n; ${name}_box(u32 n, u64 v) : p(new u64[n]), n(n) { for (u32 k = 0; k < n; k++) p[k] = v + k; }
  ${name}_box(const ${name}_box &o) : p(new u64[o.n]), n(o.n) { memcpy(p, o.p, n * sizeof *p); }
  ${name}_box(${name}_box &&o) : p(o.p), n(o.n) { o.p = nullptr; o.n = 0; }
  ~${name}_box() { delete[] p; } u64 sum() const { u64 r = 0; for (u32 k = 0; k < n; k++) r = r * 3 + p[k]; return r; } };
static @maybe[NOINLINE] ${name}_box ${name}_twice(${name}_box one) { for (u32 k = 0; k < one.n; k++) one.p[k] *= 2; return one; }
template <class F> static u64 ${name}_each(u32 n, F f) { u64 r = 0; for (u32 k = 0; k < n; k++) r = r * 31 + f(k); return r; }
static NOINLINE u64 ${name}_use(${name}_shape &s, u64 v) { s.grow((u32)v & 7); return s.area(v) + s.w; }
$head {
  ${name}_square s; ${name}_round t; s.w = (u32)a; s.x = b; t.w = (u32)c; t.y = (u16)a;
  ${name}_shape *all[2] = {&s, &t}; u64 r = c;
  for (u32 k = 0; k < (u32)(a & 7); k++) r = r * 3 + ${name}_use(*all[(b >> k) & 1], r);
  ${name}_box one((u32)(b & 7) + 1, a), two(one); @maybe[two = two;]
  r += ${name}_twice(one).sum() + ${name}_twice(static_cast<${name}_box &&>(two)).sum();
  u64 (${name}_shape::*f)(u64) const = &${name}_shape::area;
  r ^= (all[c & 1]->*f)(a);
  return r + ${name}_each((u32)(c & 7), [&](u32 k) { r += k; return @u64[r k:u32:0:7]; }) + s.area(r) + t.y;
}
""".replace("@maybe[two = two;]", "")
    )


@shape("static-objects", languages=("c++",))
def static_objects(draw: Draw) -> str:
    """Objects with constructors at namespace scope and in functions, references, thread_local, constant evaluation."""
    return draw.fill(
        """namespace { struct ${name}_t { u64 v; ${name}_t(u64 x) : v(x * @n[2 9]) {} ~${name}_t() { v = 0; } }; }
static ${name}_t ${name}_one(@n[1 99]); @maybe[inline] ${name}_t ${name}_two(${name}_one.v + 1);
static const u64 &${name}_ref = ${name}_two.v;
static thread_local ${name}_t ${name}_local(${name}_ref);
constexpr u64 ${name}_fold(u32 n) { u64 r = 1; for (u32 k = 1; k <= n; k++) r = r * k + 3; return r; }
static NOINLINE ${name}_t &${name}_lazy(u64 a) { static ${name}_t it(${name}_ref); it.v += a; return it; }
$head {
  u64 r = c, kept = ${name}_lazy(0).v; constexpr u64 f = ${name}_fold(@n[3 20]);
  for (u32 k = 0; k < (u32)(b & 3); k++) r = r * 3 + ${name}_lazy(@u64[a k:u32:0:3]).v;
  r += ${name}_local.v + ${name}_ref + f + ${name}_one.v;
  ${name}_lazy(0).v = kept;
  return r;
}
"""
    )


SHAPES = (exceptions, objects, static_objects)
