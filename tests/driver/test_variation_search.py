"""Effort max varies the back end: what is kept is the smallest object, and what clang refuses is passed over."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from smartopt.codegen.configuration import Configuration, ObjectChoice
from smartopt.codegen.settings import VARIATIONS, variation_settings, variations
from smartopt.driver.back_end import BackEnd
from smartopt.driver.fallback import Refused
from smartopt.driver.flags import classify, load_table
from smartopt.driver.made_object import MadeObject
from smartopt.driver.processes import Clangs
from smartopt.driver.variation_search import Begin, smallest_variation
from smartopt.objfile.measure import measure_object
from smartopt.records import replace
from tests.optimizer.support import clang

from .conftest import ROOT, Pair, tool
from .test_process import Fake

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="slim code is for x86-64")

SOURCES = ROOT / "tests" / "optimizer" / "sources"
SLIM = Configuration(slim=True, outlined=True)


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


@pytest.fixture(scope="module")
def back_end(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackEnd]:
    table = load_table(22)
    assert table is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("work"))
        Path("a.c").touch()
        yield BackEnd(Clangs(tool("clang-22")), classify(["-Oz", "-c", "a.c"], table))


@pytest.fixture(scope="module")
def begin(back_end: BackEnd) -> Begin:
    """Starts the back end on the example's own bitcode."""
    data = clang(22, "-", "-Oz", "-x", "c", "-c", "-emit-llvm", "-o", "-", data=ADDRESSES.encode())
    return lambda configuration: back_end.begin(data, ObjectChoice("own", configuration).flags(22))


def total(begin: Begin, configuration: Configuration) -> int:
    return measure_object(begin(configuration)()).total


def varied(*names: str) -> Configuration:
    return replace(SLIM, variations=names)


def smallest(begin: Begin, names: Iterable[str], below: int) -> MadeObject | None:
    return smallest_variation(begin, SLIM, names, below)


@pytest.fixture(scope="module")
def plain(begin: Begin) -> int:
    """The bytes of the object without variations."""
    return total(begin, SLIM)


@pytest.fixture(scope="module")
def found(begin: Begin, plain: int) -> MadeObject:
    """The smallest object."""
    found = smallest(begin, variations(22), plain)
    assert found is not None
    return found


def test_the_smallest_is_what_its_own_flags_make(begin: Begin, plain: int, found: MadeObject) -> None:
    configuration, made = found.configuration, found.data
    assert replace(configuration, variations=()) == SLIM
    assert configuration.variations
    assert made == begin(configuration)()
    singles = [total(begin, varied(name)) for name in variations(22)]
    assert measure_object(made).total <= min(singles) < plain


def test_what_clang_refuses_is_passed_over(
    begin: Begin, plain: int, found: MadeObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(VARIATIONS, "unheard-of", ("-no-such-setting", "1", 0))
    with pytest.raises(Refused):
        total(begin, varied("unheard-of"))
    names = ("unheard-of", *(name for name in variations(22) if name != "unheard-of"))
    assert smallest(begin, names, plain) == found


def test_what_is_not_acceptable_is_passed_over(begin: Begin, plain: int, found: MadeObject) -> None:
    other = smallest_variation(begin, SLIM, variations(22), plain, lambda made: made != found.data)
    assert other is None or other.data != found.data
    assert smallest_variation(begin, SLIM, variations(22), plain, lambda _: False) is None


def test_descriptors_do_not_add_up(back_end: BackEnd, begin: Begin, plain: int, found: MadeObject) -> None:
    before = len(os.listdir("/proc/self/fd"))
    seen = []

    def counted(configuration: Configuration) -> Callable[[], bytes]:
        seen.append(len(os.listdir("/proc/self/fd")))
        return begin(configuration)

    assert smallest_variation(counted, SLIM, variations(22), plain) == found, "a second time the same"
    back_end.prepare(("-Qunused-arguments",))
    back_end.drop()
    assert len(seen) > len(variations(22))
    assert max(seen) <= before + 4  # two runs, two files each
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_compile_that_is_ended_leaves_no_object(pair: Pair, fake: Fake) -> None:
    """While variations are tried there is none: an unfinished one would count as made.

    The first two variations hang. The second one is only started when the first object has been written and removed.
    """
    ((first, _), (second, _)) = (next(iter(variation_settings([name]).items())) for name in variations(22)[:2])
    pids = pair.home / "pids"
    fake(f'case "$*" in *{second}=*) echo $$ >> {pids}; exec sleep 60;; *{first}=*) exec sleep 60;; esac')
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="max")
    pair.files = {"a.c": ADDRESSES}
    pair.fresh()
    started = subprocess.Popen([pair.door(), "-Oz", "-c", "a.c"], cwd=pair.work, env=pair.env())
    deadline = time.monotonic() + 60
    while not pids.exists() and started.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert pids.exists()
    assert [path.name for path in pair.work.iterdir()] == ["a.c"]
    started.terminate()
    assert started.wait(timeout=30) == -signal.SIGTERM
    assert [path.name for path in pair.work.iterdir()] == ["a.c"]


def test_nothing_smaller_is_nothing(begin: Begin) -> None:
    assert smallest(begin, variations(22), 0) is None
    assert smallest(begin, (), 1 << 30) is None


@pytest.mark.parametrize("source", ["numbers.c", "words.c"])
def test_a_build_at_max_keeps_what_is_smaller_and_says_so(pair: Pair, tmp_path: Path, source: str) -> None:
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="max", SMARTOPT_REPORT_DIR=str(tmp_path))
    pair.files = {"a.c": (SOURCES / source).read_text()}
    cold = pair.ours("-Oz", "-c", "a.c")
    (path,) = tmp_path.glob("*.json")
    report = json.loads(path.read_text())
    assert bool(report["varied"]) == (source == "numbers.c")  # of words.c nothing makes less
    assert pair.choices() == {ObjectChoice("plan", Configuration(slim=True, variations=tuple(report["varied"])))}
    made = measure_object(cold.tree["a.o"][2])
    assert report["bytes"]["output"] == made.by_section()
    warm = pair.ours("-Oz", "-c", "a.c")
    assert pair.counted()["cache.hit"] == 1
    assert warm.tree == cold.tree
    assert cold.tree.keys() == {"a.c", "a.o"}
    assert cold.tree["a.o"][1] == pair.direct("-Oz", "-c", "a.c").tree["a.o"][1]
    less = measure_object(pair.object(SMARTOPT_EFFORT="default")).total
    assert made.total < less or (source == "words.c" and made.total == less)  # there default finds as much
    assert ObjectChoice("plan", Configuration(slim=True)) in pair.choices()  # that effort has time for one run
