"""Effort fast in a compiler: -Oz's own module with what the back end can make of it, and nothing tried."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import pytest

from smartopt.llvm.objfile import measure_object

from .conftest import ROOT, Pair
from .test_process import Fake
from .test_slim import LOOPS

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="slim code is for x86-64")

LEAF = """
unsigned sum(const unsigned char *p, unsigned long n, unsigned a, unsigned b, unsigned c, unsigned d) {
    while (n--) {
        a += p[0] * b; b ^= a >> 3; c += b * 5 + p[1]; d ^= c << 2; p += 2;
        a ^= d * 7; b += c ^ a; c -= d >> 1; d += a * b; a += b ^ c ^ d; b -= a * 3;
        c ^= a + b; d += c * 9; a -= d ^ b; b ^= c * 11; c += a ^ d; d -= b + c;
    }
    return a ^ b ^ c ^ d;
}
"""
"""Long and without a call: the rule gives it a frame pointer, which makes it larger."""


@pytest.fixture
def fast(pair: Pair) -> Pair:
    pair.environment.update(SMARTOPT_SELECT="auto", SMARTOPT_EFFORT="fast")
    pair.files = {"a.c": (ROOT / "examples" / "src" / "calc.c").read_text()}
    return pair


def report(pair: Pair, folder: Path, **environment: str) -> dict[str, object]:
    folder.mkdir()
    pair.object(SMARTOPT_REPORT_DIR=str(folder), **environment)
    (file,) = folder.iterdir()
    found: dict[str, object] = json.loads(file.read_text())
    return found


def test_the_object_is_smaller_and_the_program_the_same(fast: Pair) -> None:
    made = fast.object()
    clangs = fast.direct("-Oz", "-c", "a.c").tree["a.o"][2]
    assert measure_object(made).total < measure_object(clangs).total
    for arguments in (["2*(3+4)"], ["7%0"], ["-(1<<3)", "nonsense"]):
        ran = []
        for compiler in (fast.door(), fast.clang):
            fast.fresh()
            assert fast.run(compiler, "-Oz", "-c", "a.c").code == 0
            assert fast.run(fast.clang, "a.o", "-o", "calc").code == 0
            done = fast.run("./calc", *arguments)
            ran.append((done.code, done.stdout, done.stderr))
        assert ran[0] == ran[1]


def test_nothing_is_tried_and_the_report_shows_the_object(fast: Pair, tmp_path: Path) -> None:
    found = report(fast, tmp_path / "reports")
    assert (found["winner"], found["trials"], found["effort"]) == ("module", 0, "fast")
    sizes = measure_object(fast.object()).by_section()
    assert found["bytes"]["output"] == sizes  # type: ignore[index]
    assert found["frames"]
    assert not found["fallbacks"]
    without = report(fast, tmp_path / "frameless", SMARTOPT_FRAMES="0")
    assert (without["winner"], without["frames"]) == ("module", [])
    assert "frame pointers" in json.dumps(found["functions"])
    assert "frame pointers" not in json.dumps(without["functions"])


def test_what_is_remembered_makes_the_same_object(fast: Pair) -> None:
    cold = fast.object()
    assert fast.object() == cold
    assert fast.counted()["cache.hit"] == 1


@pytest.mark.parametrize("model", ["none", str(ROOT / "models" / "tiny-22")])
def test_whoever_names_a_chooser_has_lists_tried(fast: Pair, tmp_path: Path, model: str) -> None:
    assert report(fast, tmp_path / "reports", SMARTOPT_MODEL=model)["trials"]


def test_larger_than_clangs_is_clangs_own_after_one_more_run(fast: Pair, fake: Fake) -> None:
    fast.files = {"a.c": LEAF}
    clangs = fast.direct("-Oz", "-c", "a.c").tree["a.o"][2]
    log = fake(":")
    for _ in range(2):
        log.write_text("")
        assert fast.object() == clangs
        assert len([line for line in log.read_text().splitlines() if "-x ir" in line]) <= 2
    assert fast.counted()["reason.driver-grew"]


def test_without_unwind_tables_there_are_no_frame_pointers(fast: Pair, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    words = ("-Oz", "-fno-asynchronous-unwind-tables", "-c", "a.c")
    fast.ours(*words, env={"SMARTOPT_REPORT_DIR": str(folder)})
    (file,) = folder.iterdir()
    assert json.loads(file.read_text())["frames"] == []


def test_debug_information_changes_no_code(fast: Pair) -> None:
    fast.files = {"a.c": LOOPS}
    made = [measure_object(fast.ours("-Oz", *debug, "-c", "a.c").tree["a.o"][2]) for debug in ([], ["-g"])]
    assert made[0].by_section() == made[1].by_section()
