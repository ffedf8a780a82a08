"""Objects are written with the back end's slim settings where that makes them smaller, and only there."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from smartopt.codegen.settings import slim_flags
from smartopt.driver.back_end import replace_file
from smartopt.driver.fallback import Fallback
from smartopt.objfile.measure import measure_object

from .conftest import Pair

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="slim code is for x86-64")

LOOPS = """\
#include <stdio.h>
struct row { int key, a[5]; double weight; };
__attribute__((weak, noinline)) double mix(struct row *rows, int n, const int *order, double scale,
                                           int a, int b, int c, int d) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
        struct row *r = &rows[order[i] % n];
        for (int j = 0; j < 5; j++)
            sum += r->a[j] * scale + (rows[i].key ^ a) * b - (c + d * j);
        rows[i].weight += sum / (i + 1);
        rows[i].key = r->a[i % 5] + d;
    }
    return sum;
}
int main(void) {
    struct row rows[20] = {0};
    int order[20];
    for (int i = 0; i < 20; i++) {
        order[i] = i * 7 + 3;
        rows[i].key = i * i;
        for (int j = 0; j < 5; j++)
            rows[i].a[j] = i * j - 3;
    }
    for (int k = 0; k < 4; k++)
        printf("%.6f\\n", mix(rows, 20, order, 0.5 * k, k, k + 1, k * 3, 9 - k));
    return 0;
}
"""


@pytest.fixture
def loops(pair: Pair) -> Pair:
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="default")
    pair.files = {"a.c": LOOPS}
    return pair


def total(data: bytes) -> int:
    return measure_object(data).total


def test_code_is_slimmer_and_the_program_is_the_same(loops: Pair) -> None:
    slim, plain = loops.object(), loops.object(SMARTOPT_SLIM="0")
    clangs = loops.direct("-Oz", "-c", "a.c").tree["a.o"][2]
    assert total(slim) < total(plain) <= total(clangs)
    assert loops.said(loops.door()) == loops.said(loops.clang)


def test_what_is_remembered_makes_the_same_object(loops: Pair) -> None:
    cold = loops.object()
    assert loops.object() == cold
    assert loops.counted()["cache.hit"] == 1
    assert loops.object(SMARTOPT_SLIM="0") != cold
    assert loops.object() == cold


def test_debug_information_changes_no_code(loops: Pair) -> None:
    texts = []
    for flags in ([], ["-g"]):
        loops.object(*flags)
        texts.append(loops.text())
    assert texts[0] == texts[1]


@pytest.mark.parametrize("flags", [["-mno-red-zone"], ["-mllvm", "-stats-json"]], ids=lambda flags: flags[0])
def test_builds_that_speak_for_themselves_are_left_alone(loops: Pair, flags: list[str]) -> None:
    assert loops.object(*flags) == loops.object(*flags, SMARTOPT_SLIM="0")


def test_a_plain_object_is_kept_where_slim_code_is_larger(loops: Pair) -> None:
    """A function called with pushed arguments and without unwind tables: stores are longer than pushes."""
    loops.files = {
        "a.c": "void g(int,int,int,int,int,int,int,int,int,int);\n"
        "void f(void) { g(1,2,3,4,5,6,7,8,9,10); g(2,3,4,5,6,7,8,9,10,11); }\n"
    }
    flags = ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables"]
    slim = ["-Oz", *flags, *slim_flags(22), "-c", "a.c"]
    clangs = total(loops.direct("-Oz", *flags, "-c", "a.c").tree["a.o"][2])
    assert total(loops.direct(*slim).tree["a.o"][2]) > clangs
    assert total(loops.object(*flags)) <= clangs


def test_an_object_is_placed_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    object_file = tmp_path / "a.o"
    object_file.write_bytes(b"larger")
    replace_file(str(object_file), b"smaller")
    assert object_file.read_bytes() == b"smaller"
    monkeypatch.setattr("os.rename", _fails)
    with pytest.raises(Fallback):
        replace_file(str(object_file), b"again")
    assert [path.name for path in tmp_path.iterdir()] == ["a.o"]
    assert object_file.read_bytes() == b"smaller"


def _fails(*_: object) -> None:
    raise OSError(28, "No space left on device")
