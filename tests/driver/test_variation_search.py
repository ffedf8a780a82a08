"""Effort max varies the back end: what is kept is the smallest object, and what clang refuses is passed over."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from smartopt.driver.back_end_modes import Ways, remembered

from smartopt.codegen.settings import VARIATIONS, variations
from smartopt.driver.back_end import BackEnd
from smartopt.driver.compile import _Job
from smartopt.driver.fallback import Refused
from smartopt.driver.flags import classify, load_table
from smartopt.driver.variation_search import vary
from smartopt.objfile.measure import measure_object
from smartopt.state.cache import _MAGIC
from tests.optimizer.support import clang

from .conftest import ROOT, Pair, tool

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="slim code is for x86-64")

SOURCES = ROOT / "tests" / "optimize" / "sources"
SLIM = Ways(22, slim=True, outlined=True)


ADDRESSES = """\
extern int e1, e2, e3, ea[]; extern int h(int, int), k(int *, int);
int f0(int a, int b, int *p, int n) { int r = 0;
for (int i = 0; i < n; i++) r += p[i + (e3)] * (b >> 3 & 31);
if (h((a & 255), (a * 12 + b))) r += (a & 255);
for (int i = 0; i < n; i++) r += p[i + ((a * 12 + b))] * ea[a & 7];
if (h(e3, (a * 12 + b))) r += e3;
for (int i = 0; i < n; i++) r += p[i + (e3)] * (a & 255);
return r; }
int f1(int a, int b, int *p, int n) { int r = 0;
if (h(ea[a & 7], e2)) r += ea[a & 7];
for (int i = 0; i < n; i++) r += p[i + ((b >> 3 & 31))] * e2;
if (h(e1, ea[a & 7])) r += e1;
if (h((b >> 3 & 31), (a * 12 + b))) r += (b >> 3 & 31);
return r; }
int f2(int a, int b, int *p, int n) { int r = 0;
if (e3 > (a & 255)) r = h(r, (a & 255)); else r += k(&e1, e3);
while (k(p + (e1), e3)) r ^= e1;
if (h((b >> 3 & 31), (b >> 3 & 31))) r += (b >> 3 & 31);
if ((a * 12 + b) > (b >> 3 & 31)) r = h(r, (b >> 3 & 31)); else r += k(&e1, (a * 12 + b));
return r; }
"""
"""Variables of other files: their addresses are kept over calls, or loaded from the offset table again."""


@pytest.fixture
def back_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BackEnd:
    monkeypatch.chdir(tmp_path)
    Path("a.c").touch()
    table = load_table(22)
    assert table is not None
    return BackEnd(_Job(tool("clang-22")), classify(["-Oz", "-c", "a.c"], table))


@pytest.fixture(scope="module")
def bitcode() -> bytes:
    return clang(22, "-", "-Oz", "-x", "c", "-c", "-emit-llvm", "-o", "-", data=ADDRESSES.encode())


def smallest(back_end: BackEnd, bitcode: bytes, names: Iterable[str], below: int) -> tuple[str, bytes] | None:
    found = vary(back_end.begin, bitcode, "own", SLIM, names, below)
    return None if found is None else (found[0].name("own"), found[1])


def total(back_end: BackEnd, bitcode: bytes, way: Ways) -> int:
    return measure_object(back_end.begin(bitcode, way.words("own"))()).total


def test_the_smallest_is_what_its_own_words_make(back_end: BackEnd, bitcode: bytes) -> None:
    plain = total(back_end, bitcode, SLIM)
    found = smallest(back_end, bitcode, variations(22), plain)
    assert found is not None
    again = remembered(found[0], SLIM)
    assert again is not None
    assert again[1].varied
    assert found[1] == back_end.begin(bitcode, again[1].words("own"))()
    singles = [total(back_end, bitcode, SLIM.but(varied=(name,))) for name in variations(22)]
    assert measure_object(found[1]).total <= min(singles) < plain
    assert smallest(back_end, bitcode, variations(22), plain) == found


def test_what_clang_refuses_is_passed_over(back_end: BackEnd, bitcode: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = total(back_end, bitcode, SLIM)
    found = smallest(back_end, bitcode, variations(22), plain)
    monkeypatch.setitem(VARIATIONS, "unheard-of", ("-no-such-setting", "1", 0))
    with pytest.raises(Refused):
        total(back_end, bitcode, SLIM.but(varied=("unheard-of",)))
    names = ("unheard-of", *(name for name in variations(22) if name != "unheard-of"))
    assert smallest(back_end, bitcode, names, plain) == found


def test_descriptors_do_not_add_up(back_end: BackEnd, bitcode: bytes) -> None:
    before = len(os.listdir("/proc/self/fd"))
    seen = []

    def begin(data: bytes, words: tuple[str, ...]) -> Callable[[], bytes]:
        seen.append(len(os.listdir("/proc/self/fd")))
        return back_end.begin(data, words)

    assert vary(begin, bitcode, "own", SLIM, variations(22), total(back_end, bitcode, SLIM)) is not None
    back_end.prepare(("-Qunused-arguments",))
    back_end.drop()
    assert len(seen) > len(variations(22))
    assert max(seen) <= before + 4  # two runs, two files each
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_compile_that_is_ended_leaves_no_object(pair: Pair) -> None:
    """While variations are tried there is none: an unfinished one would count as made."""
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="max")
    pair.files = {"a.c": ADDRESSES}
    pair.fresh()
    for _ in range(8):
        started = subprocess.Popen([pair.door(), "-Oz", "-c", "a.c"], cwd=pair.work, env=pair.env())
        written = None
        while started.poll() is None and written is None:
            written = next(pair.work.glob("*.o"), None)
        while started.poll() is None and written is not None and written.exists():
            pass
        if started.poll() is not None:  # it was quicker than we looked
            (pair.work / "a.o").unlink()
            shutil.rmtree(pair.state)
            continue
        started.terminate()
        assert started.wait(timeout=30) == -signal.SIGTERM
        assert [path.name for path in pair.work.iterdir()] == ["a.c"]
        return
    pytest.skip("the first object was never seen")


def test_nothing_smaller_is_nothing(back_end: BackEnd, bitcode: bytes) -> None:
    assert smallest(back_end, bitcode, variations(22), 0) is None
    assert smallest(back_end, bitcode, (), 1 << 30) is None


@pytest.mark.parametrize("major", [19, 22])
def test_every_setting_is_one_of_clangs(major: int) -> None:
    assert len(variations(major)) >= 18
    for name in variations(major):
        words = [word for option, value in settings([name]).items() for word in ("-mllvm", f"{option}={value}")]
        assert clang(major, "-", "-Oz", *words, "-x", "c", "-c", "-o", "-", data=b"int f(int a) { return a * 7; }")


def test_of_two_settings_of_one_option_the_later_counts() -> None:
    both = SLIM.but(varied=("burr-schedule", "ilp-schedule", "lsr")).words("own")
    assert both.count("-pre-RA-sched=list-ilp") == 1
    assert "-pre-RA-sched=list-burr" not in both
    assert [word for word in both if word.startswith("-disable-lsr")] == ["-disable-lsr=0"]


def test_what_is_remembered_is_believed_only_where_it_could_be_ours() -> None:
    way = SLIM.but(varied=("lea", "no-machine-cse"))
    again = remembered(way.name("plan"), SLIM)
    assert again is not None
    assert again[1].words("plan") == way.words("plan")
    for forged in ("plan slim lea lea-", "plan lea", "plan slim -load=x", "slim plan lea", "plan lea slim"):
        assert remembered(forged, SLIM) is None
    assert remembered(way.name("plan"), Ways(22, slim=False, outlined=True)) is None


def kept(pair: Pair) -> set[str]:
    """Which object is remembered."""
    found = [path.read_bytes() for path in (pair.state / "cache").rglob("*") if path.is_file()]
    texts = [zlib.decompress(data[len(_MAGIC) + 32 :]) for data in found]
    return {kind for text in texts for kind in json.loads(text)["objects"].values()}


@pytest.mark.parametrize("source", ["numbers.c", "words.c"])
def test_a_build_at_max_keeps_what_is_smaller_and_says_so(pair: Pair, tmp_path: Path, source: str) -> None:
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="max", SMARTOPT_REPORT_DIR=str(tmp_path))
    pair.files = {"a.c": (SOURCES / source).read_text()}
    cold = pair.ours("-Oz", "-c", "a.c")
    (path,) = tmp_path.glob("*.json")
    report = json.loads(path.read_text())
    assert bool(report["varied"]) == (source == "numbers.c")  # of words.c nothing makes less
    assert kept(pair) == {" ".join(("plan slim", *report["varied"]))}
    made = measure_object(cold.tree["a.o"][2])
    assert report["bytes"]["output"] == made.by_section()
    warm = pair.ours("-Oz", "-c", "a.c")
    assert pair.counted()["cache.hit"] == 1
    assert warm.tree == cold.tree
    assert cold.tree.keys() == {"a.c", "a.o"}
    assert cold.tree["a.o"][1] == pair.direct("-Oz", "-c", "a.c").tree["a.o"][1]
    less = measure_object(pair.object(SMARTOPT_EFFORT="default")).total
    assert made.total < less
    assert "plan slim" in kept(pair)  # that effort affords one run
