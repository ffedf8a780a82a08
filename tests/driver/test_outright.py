"""Effort fast in a compiler: -Oz's own module with what the back end can make of it, and nothing tried."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import pytest

from smartopt.codegen.settings import slim_flags
from smartopt.ir.straight_line import is_straight, mostly_straight
from smartopt.objfile.measure import measure_object

from .conftest import ROOT, Pair
from .test_back_end_settings import LOOPS
from .test_process import Fake

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


def unrolled(rounds: int, loops: bool = False) -> str:
    """A cipher's rounds written out one after another, as macros do it; or each in a loop, with a call."""
    step = (
        "x{b} ^= R(x{a} + x{d}, 7); x{c} ^= R(x{b} + x{a}, 9); x{d} ^= R(x{c} + x{b}, 13); x{a} ^= R(x{d} + x{c}, 18);"
    )
    turns = [(0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11)]
    lines = [step.format(a=a, b=b, c=c, d=d) for _ in range(rounds) for a, b, c, d in turns]
    if loops:
        lines = [f"for (int i = 0; i < x1 % 7; i++) {{ {line} next(x3); }}" for line in lines]
    words = ", ".join(f"x{n} = in[{n}]" for n in range(16))
    out = " ".join(f"out[{n}] = x{n} + in[{n}];" for n in range(16))
    head = "#define R(v, n) ((v) << (n) | (v) >> (32 - (n)))\nvoid next(unsigned);\n"
    return f"{head}void core(unsigned *out, const unsigned *in) {{ unsigned {words};\n" + "\n".join(
        [*lines, out, "}\n"]
    )


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


def test_larger_than_clangs_is_made_without_frame_pointers_in_one_more_run(fast: Pair, fake: Fake) -> None:
    fast.files = {"a.c": LEAF}
    clangs = fast.direct("-Oz", "-c", "a.c").tree["a.o"][2]
    slim = fast.direct("-Oz", *slim_flags(22), "-c", "a.c").tree["a.o"][2]
    assert measure_object(slim).total <= measure_object(clangs).total
    log = fake(":")
    # With frame pointers, without, and clang's own to compare with, where that is close; then the best at once.
    for runs in (3, 1):
        log.write_text("")
        assert measure_object(fast.object()).total == measure_object(slim).total
        assert len([line for line in log.read_text().splitlines() if "-x ir" in line]) <= runs
    assert fast.counted()["reason.driver-grew"]


def test_straight_line_code_is_clangs_own_at_once(fast: Pair, fake: Fake, tmp_path: Path) -> None:
    fast.files = {"a.c": unrolled(20)}
    clangs = fast.direct("-Oz", "-c", "a.c").tree["a.o"][2]
    log = fake(":")
    for name in ("cold", "warm"):
        log.write_text("")
        found = report(fast, tmp_path / name)
        made = log.read_text().count("-x ir")
        assert made <= 2 if name == "cold" else made == 1  # one was started before the code was known
        assert (found["winner"], found["fallbacks"], found["frames"]) == ("oz", {"code-straight": 1}, [])
        sizes = measure_object(clangs).by_section()
        assert found["bytes"] == {"oz": sizes, "output": sizes}
        assert fast.object() == clangs
    assert fast.counted()["cache.hit"]


def test_straight_is_counted_in_instructions_for_each_branch_and_call() -> None:
    line = b"  %1 = add i32 %0, 1\n"
    body = b"define void @f() {\n" + line * 400
    assert is_straight(body)
    assert not is_straight(b"define void @f() {\n" + line * 100)
    assert not is_straight(body + b"  call void @g()\n" * 20)
    assert is_straight(body + b"  %2 = call i32 @llvm.fshl.i32(i32 %1, i32 %1, i32 7)\n" * 20)
    assert not is_straight(body + b"  br label %4\n\n4:\n" * 20)
    ordinary = b"define void @g() {\n" + (line * 9 + b"  call void @h()\n") * 10
    assert mostly_straight([body, body, body, ordinary])
    assert not mostly_straight([body, ordinary])
    assert not mostly_straight([])


def test_code_with_loops_and_calls_is_not_left_alone(fast: Pair, tmp_path: Path) -> None:
    fast.files = {"a.c": unrolled(3, loops=True)}
    assert "code-straight" not in report(fast, tmp_path / "reports")["fallbacks"]  # type: ignore[operator]


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
