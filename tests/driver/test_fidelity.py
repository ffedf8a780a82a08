"""Under ``SMARTOPT_SELECT=baseline`` objects are clang's own, byte for byte: the way through us loses nothing.

The sources have what clang's text pipelines are known to lack (slp-vectorizer at -Oz, declare-to-assign with -g)
and what needs the target machine that clang uses (relative lookup tables exist only with PIC).
"""

from __future__ import annotations

import subprocess

import pytest

from smartopt.optimizer import optimize
from smartopt.options import Options
from smartopt.passes.clang_pipelines import LEVELS, clang_pipeline

from .conftest import Pair
from .test_flag_table import asked

SOURCES = {
    "slp.c": """
struct quad { int x, y, z, w; };
void add(struct quad *a, const struct quad *b) { a->x += b->x; a->y += b->y; a->z += b->z; a->w += b->w; }
void clear(struct quad *a) { a->x = a->y = a->z = a->w = 0; }
""",
    "tables.c": """
static const char *const names[] = {"one", "two", "three", "four"};
const char *name(int k) { return names[k & 3]; }
const char *word(int k) { switch (k) { case 0: return "a"; case 1: return "bc"; case 2: return "def"; } return ""; }
""",
    "loops.c": """
#include <string.h>
float dot(float *a, float *b, int n) { float s = 0; for (int i = 0; i < n; i++) s += a[i] * b[i]; return s; }
void copy(char *to, const char *from, int n) { for (int i = 0; i < n; i++) to[i] = from[i]; }
int count(const char *s, int c) { int n = 0; while (*s) n += *s++ == c; return n; }
struct pair { long a, b; } swap(struct pair p) { struct pair q = {p.b, p.a}; return q; }
""",
    "throws.cc": """
struct base { virtual ~base(); virtual int f(int) const; int state = 3; };
base::~base() {}
int base::f(int x) const { return x * state; }
template <class T> T twice(T t) { return t + t; }
int run(base *b) { try { return twice(b->f(2)); } catch (...) { return 0; } }
static base global;
base &get() { static base local; return local; }
""",
}
FLAGS = [["-g"], ["-fno-pic", "-fno-rtti"], ["-ffunction-sections", "-fdata-sections"]]


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("flags", [["-Oz", *flags] for flags in FLAGS] + [["-Os", "-g"]], ids=" ".join)
def test_the_baseline_is_clangs_object(pair: Pair, name: str, flags: list[str]) -> None:
    pair.files = {name: SOURCES[name]}
    pair.eligible(*flags, "-c", name, cxx=name.endswith(".cc"))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("debug", [[], ["-g"]], ids=" ".join)
def test_the_optimisers_baseline_is_clangs_object(pair: Pair, level: str, name: str, debug: list[str]) -> None:
    """The yardstick itself, without clang's help: front end, our libLLVM with clang's pipeline, back end."""
    pair.files = SOURCES
    pair.fresh()
    clang = [pair.clangxx if name.endswith(".cc") else pair.clang, f"-{level}", *debug, "-c"]
    cut = ["-Xclang", "-disable-llvm-passes"]

    def run(*words: str, stdin: bytes = b"") -> bytes:
        return subprocess.run([*clang, *words], cwd=pair.work, input=stdin, capture_output=True, check=True).stdout

    expected = run(name, "-o", "-")
    data = run(*cut, "-emit-llvm", name, "-o", "-")
    options = Options(level=level, stands_for="clang", select="baseline", effort="fast", llvm="22")  # type: ignore[arg-type]
    assert run(*cut, "-x", "ir", "-", "-o", "-", stdin=optimize(data, options).data) == expected


def test_with_another_clang(pair: Pair) -> None:
    """LLVM 19 through and through: its own flag table, pipeline and libLLVM."""
    pair.use(19)
    pair.files = SOURCES
    pair.eligible("-Oz", "-g", "-MD", "-c", "slp.c")
    pair.eligible("-Os", "-c", "throws.cc", cxx=True)


@pytest.mark.parametrize("major", [22, 19])
@pytest.mark.parametrize("level", LEVELS)
def test_the_texts_are_what_the_installed_clang_prints(major: int, level: str) -> None:
    command = [f"-{level}", "-c", "-x", "c", "/dev/null", "-o", "/dev/null", "-mllvm", "-print-pipeline-passes"]
    assert clang_pipeline(major, level) == asked(major, *command).strip()
