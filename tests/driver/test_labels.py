"""Programs that live on what copying a module can lose: they run right at every effort, with clang 22 and 19.

A computed-goto interpreter, label addresses in tables of several shapes, and C++ with comdats, inline functions and
variables, thread-local variables, constructors, aliases and ifuncs, in two files that share their comdats.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .conftest import Pair
from .plugins import BOTH, first_on_both

PAIR_WAYS = BOTH

LABELS = r"""
#include <stdio.h>

static int helper(const int *p, int n) {
  int s = 0;
  for (int i = 0; i < n; i++) s = p[i] > 3 ? s + p[i] * i : s ^ i;
  return s;
}

__attribute__((noinline)) static int pick(int k) {
  static const void *const table[] = {&&one, &&two, &&three};
  goto *table[k];
one: return 11;
two: return 22;
three: return 33;
}

/* Offsets from one label, in a structure in an array in a structure. */
struct entry { const char *name; int offset[2]; };
__attribute__((noinline)) static int relative(int k, int way) {
  static const struct { long tag; struct entry entries[2]; } all = {
      7, {{"first", {&&a - &&a, &&b - &&a}}, {"second", {&&c - &&a, &&a - &&a}}}};
  void *to = (char *)&&a + all.entries[k].offset[way];
  int sum = (int)all.tag + all.entries[k].name[0];
  goto *to;
a: return sum + 1;
b: return sum * 2;
c: return sum - 3;
}

/* A table that a loop fills, a label passed on and stored, and one that is only printed as a difference. */
__attribute__((noinline)) static void *keep(void *p) { static void *kept; void *old = kept; kept = p; return old; }
__attribute__((noinline)) static int filled(int n) {
  void *to[4];
  int steps = 0;
  for (int i = 0; i < 4; i++) to[i] = i & 1 ? &&odd : &&even;
  keep(&&done);
next:
  if (n <= 0) goto *keep(0);
  goto *to[n & 3];
odd: n -= 1; steps += 100; goto next;
even: n -= 2; steps += 1; goto next;
done: return steps;
}

enum { PUSH, ADD, MUL, DUP, SWAP, JUMP_IF, DEC, HALT };
__attribute__((noinline)) static long interpret(const signed char *pc) {
  static void *const op[] = {&&push, &&add, &&mul, &&dup, &&swap, &&jump_if, &&dec, &&halt};
  long stack[16], *sp = stack, t;
  *sp = 0;
#define NEXT goto *op[(int)*pc++]
  NEXT;
push: *++sp = *pc++; NEXT;
add: t = *sp--; *sp += t; NEXT;
mul: t = *sp--; *sp *= t; NEXT;
dup: sp[1] = *sp; sp++; NEXT;
swap: t = *sp; *sp = sp[-1]; sp[-1] = t; NEXT;
dec: --*sp; NEXT;
jump_if: t = *pc++; if (*sp) pc += t; NEXT;
halt: return sp[-1];
}

int main(int argc, char **argv) {
  (void)argv;
  int v[5] = {1, 5, 2, 9, 4};
  static const signed char factorial[] = {PUSH, 1, PUSH, 9, DUP, PUSH, -1, ADD, PUSH, 1, ADD, SWAP, PUSH, 0, ADD,
                                          PUSH, 0, MUL, ADD, SWAP, PUSH, 2, MUL, SWAP, DEC, JUMP_IF, -23, HALT};
  for (int k = 0; k < 3; k++) printf("%d ", pick(k * argc));
  for (int k = 0; k < 4; k++) printf("%d ", relative(k & 1, k >> 1));
  printf("%d %d ", filled(5), filled(11 * argc));
  printf("%d %ld\n", helper(v, 5), interpret(factorial));
}
"""
HEADER = r"""
#include <cstdio>
#include <string>
#include <vector>
inline int counter = 40;
inline thread_local int per_thread = 3;
template <class T> struct Registry {
  static std::vector<T> &all() { static std::vector<T> made; return made; }
  explicit Registry(T value) { all().push_back(value); counter++; }
};
struct Shape { virtual ~Shape() {} virtual int area() const { return per_thread; } };
struct Square : Shape {
  int side;
  explicit Square(int s) : side(s) {}
  int area() const override { return side * side; }
};
inline int shared(int k) {
  static void *const to[] = {&&a, &&b, &&c};
  static int calls = 0;
  calls++;
  goto *to[k % 3];
a: return calls;
b: return calls * 10;
c: return calls * 100;
}
int other(int);
"""
ONE = r"""
#include "all.h"
static Registry<int> first{1}, second{2};
struct Early { Early() { Registry<int>{7}; } ~Early() { std::puts("bye"); } };
static Early early __attribute__((init_priority(200)));
extern "C" int real(int x) { return x * 3 + counter; }
extern "C" int alias(int) __attribute__((alias("real")));
extern "C" __attribute__((weak)) int maybe(int x) { return x - 1; }
static int quick(int x) { return x + 1000; }
static int (*resolve())(int) { return quick; }
extern "C" int chosen(int) __attribute__((ifunc("_ZL7resolvev")));
__attribute__((constructor)) static void begin() { per_thread = 5; }
__attribute__((used, section("kept"))) static int kept = 9;
int guarded(int k) {
  try { if (k > 2) throw std::string("much"); return other(k); } catch (const std::string &s) { return (int)s.size(); }
}
int main() {
  Shape *shapes[] = {new Shape, new Square(4)};
  for (Shape *s : shapes) { std::printf("%d ", s->area()); delete s; }
  int sum = 0;
  for (int v : Registry<int>::all()) sum = sum * 10 + v;
  std::printf("%d %d %d %d %d ", sum, alias(2), maybe(3), chosen(4), counter);
  for (int k = 0; k < 5; k++) std::printf("%d %d ", shared(k), guarded(k));
}
"""
OTHER = '#include "all.h"\nstatic Registry<int> third{3};\nint other(int k) { return shared(k) + per_thread; }\n'


@pytest.mark.parametrize("major", [22, 19])
@pytest.mark.parametrize("effort", first_on_both("default", "fast", "max"))
def test_programs_that_copying_can_break_run_right(pair: Pair, major: int, effort: str) -> None:
    pair.use(major)
    pair.environment.update(SMARTOPT_EFFORT=effort, SMARTOPT_SELECT="auto")
    pair.files = {"labels.c": LABELS, "all.h": HEADER, "one.cc": ONE, "other.cc": OTHER}
    programs = ("c", "cxx") if effort != "max" else ("c",)  # which takes long
    if major not in CLANGS:
        CLANGS[major] = said(pair, pair.clang, pair.clangxx, ("c", "cxx"))
    expected = CLANGS[major]
    assert expected["c"].startswith(b"11 22 33 ")
    assert expected["cxx"].endswith(b"bye\n")
    assert said(pair, pair.door(), pair.door(cxx=True), programs) == {name: expected[name] for name in programs}


CLANGS: dict[int, dict[str, bytes]] = {}
"""What the programs print that each clang has compiled alone."""


def said(pair: Pair, clang: str, clangxx: str, programs: tuple[str, ...]) -> dict[str, bytes]:
    """What the programs print whose objects two compilers have made."""
    pair.fresh()
    found = {}
    for program in programs:
        sources, compiler, linker = (
            (("labels.c",), clang, pair.clang) if program == "c" else (("one.cc", "other.cc"), clangxx, pair.clangxx)
        )
        for name in sources:
            done = pair.run(compiler, "-Oz", "-w", "-c", name)
            assert (done.code, done.stderr) == (0, b"")
        objects = [str(Path(name).with_suffix(".o")) for name in sources]
        assert pair.run(linker, *objects, "-o", program).code == 0
        found[program] = subprocess.run([pair.work / program], capture_output=True, timeout=20, check=True).stdout
    return found
