"""Repeated machine code becomes functions of its own where that makes the object smaller, and only there."""

from __future__ import annotations

import platform

import pytest

from smartopt.codegen.outliner import asks_for_special_code, has_outlined
from smartopt.objfile.measure import measure_object

from .conftest import CXX_SOURCE, Pair
from .plugins import BOTH

PAIR_WAYS = BOTH

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="outlining is for x86-64")

REPEATED = """\
#include <stdio.h>
typedef struct { unsigned a, b, c, d, e; } state;
__attribute__((weak, noinline)) unsigned next(state *s, unsigned n) { return s->a * n + s->e; }
#define STIR(s) \\
    do { \\
        (s)->a += (s)->b * 2654435761u; \\
        (s)->b ^= (s)->c >> 13; \\
        (s)->c = (s)->d - (s)->a; \\
        (s)->d = ((s)->d << 7 | (s)->d >> 25) + 12345; \\
    } while (0)
void SECTION stir_all(state *s, unsigned n) {
    STIR(s);
    s->e = next(s, n);
    STIR(s);
    s->e ^= next(s, n + 1);
    if (n & 1) {
        STIR(s);
        s->e += next(s, n + 2);
    }
    STIR(s);
    s->e -= next(s, n * 3);
    if (n & 6) {
        STIR(s);
        s->e |= next(s, n ^ 9);
    }
    STIR(s);
    s->e = next(s, 77);
    STIR(s);
}
int main(void) {
    state s = {1, 2, 3, 4, 5};
    for (unsigned i = 0; i < 100; i++)
        stir_all(&s, i);
    printf("%u %u %u %u %u\\n", s.a, s.b, s.c, s.d, s.e);
    return 0;
}
"""


@pytest.fixture
def repeated(pair: Pair) -> Pair:
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="fast")
    pair.files = {"a.c": REPEATED}
    return pair


def made(pair: Pair, *flags: str, **environment: str) -> bytes:
    return pair.object("-DSECTION=", *flags, **environment)


def total(data: bytes) -> int:
    return measure_object(data).total


def test_repeated_code_is_outlined_and_the_program_is_the_same(repeated: Pair) -> None:
    data = made(repeated)
    without = made(repeated, SMARTOPT_OUTLINE="0")
    assert has_outlined(data)
    assert not has_outlined(without)
    clangs = repeated.direct("-Oz", "-DSECTION=", "-c", "a.c").tree["a.o"][2]
    assert total(data) < total(without) <= total(clangs)
    assert repeated.said(repeated.door(), "-DSECTION=") == repeated.said(repeated.clang, "-DSECTION=")


def test_what_is_remembered_makes_the_same_object(repeated: Pair) -> None:
    cold = made(repeated)
    assert repeated.counted().get("cache.hit", 0) == 0
    assert made(repeated) == cold
    assert repeated.counted()["cache.hit"] == 1
    # Other words for the back end make another object, whatever was remembered for the first.
    sections = made(repeated, "-ffunction-sections")
    again = made(repeated, "-ffunction-sections")
    assert sections == again != cold
    assert not has_outlined(made(repeated, SMARTOPT_OUTLINE="0"))
    assert made(repeated) == cold


def test_debug_information_changes_no_code(repeated: Pair) -> None:
    texts = []
    for flags in ([], ["-g"], ["-g3"]):
        data = made(repeated, *flags)
        assert has_outlined(data)
        texts.append((measure_object(data).text, repeated.text()))
    assert texts[0] == texts[1] == texts[2]


@pytest.mark.parametrize(
    "flags",
    [["-ffreestanding"], ["-mno-red-zone"], ["-mcmodel=kernel"], ["-mharden-sls=all"], ["-mllvm", "-stats-json"]],
    ids=lambda flags: flags[0],
)
def test_kernels_and_mitigations_keep_their_code_in_place(repeated: Pair, flags: list[str]) -> None:
    assert not has_outlined(made(repeated, *flags))


def test_code_with_a_section_of_its_own_stays_there(repeated: Pair) -> None:
    done = repeated.ours("-Oz", '-DSECTION=__attribute__((section(".ramcode")))', "-c", "a.c")
    assert done.code == 0
    assert not has_outlined(done.tree["a.o"][2])


def test_a_file_that_initialises_variables_is_outlined(repeated: Pair) -> None:
    """Clang gives such code a section of its own accord (gtest does so in every test, <iostream> in every file)."""
    source = REPEATED.replace(" SECTION ", " ").replace("next", "step")
    repeated.files = {"a.cc": f"{source}int later();\nint now = later();\nint later() {{ return main(); }}\n"}
    done = repeated.ours("-Oz", "-c", "a.cc", cxx=True)
    assert done.code == 0
    assert b".text.startup" in done.tree["a.o"][2]
    assert has_outlined(done.tree["a.o"][2])


def test_nothing_to_outline_costs_one_back_end(pair: Pair) -> None:
    """The usual case: the outliner finds nothing, and the object is what it would have been."""
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="fast")
    pair.files = {"a.cc": CXX_SOURCE}
    first = pair.ours("-Oz", "-c", "a.cc", cxx=True).tree["a.o"]
    second = pair.ours("-Oz", "-c", "a.cc", cxx=True, env={"SMARTOPT_OUTLINE": "0"}).tree["a.o"]
    assert first == second


def test_words() -> None:
    assert asks_for_special_code(["-O2", "-mcmodel=kernel"])
    assert not asks_for_special_code(["-Oz", "-ffunction-sections", "-fPIC", "-mcmodel=small", "-g"])
