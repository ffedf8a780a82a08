"""What it costs to be called when there is nothing to do, and the native launcher that makes it cost nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT, Pair


def cost(pair: Pair, *programs: str) -> list[float]:
    """Least processor time of ``PROGRAM -O2 -c`` of an empty file, in milliseconds, measured in turns."""
    pair.files = {"a.c": ""}
    pair.fresh()
    best = [float("inf")] * len(programs)
    environment = pair.env()
    os.chdir(pair.work)
    for _ in range(10):
        for number, program in enumerate(programs):
            pid = os.posix_spawn(program, [program, "-O2", "-c", "a.c"], environment)
            _, status, used = os.wait4(pid, 0)
            assert status == 0
            best[number] = min(best[number], 1000 * (used.ru_utime + used.ru_stime))
    return best


def test_a_call_left_to_clang_is_measured(pair: Pair, native_doors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it costs is printed, not asserted: figures belong to a quiet machine. The launcher is the cheaper door."""
    monkeypatch.chdir(pair.home)
    clang, script, program = cost(pair, pair.clang, pair.door(), str(native_doors / "smartopt-clang"))
    print(f"clang {clang:.1f} ms, script +{script - clang:.1f} ms, program +{program - clang:.1f} ms")
    assert program < script


@pytest.mark.parametrize("words", [["-O2", "-c", "a.c"], ["--version"], ["-Oz", "-E", "a.c"]])
def test_nothing_is_imported_before_it_is_needed(pair: Pair, words: list[str]) -> None:
    pair.fresh()
    script = (
        "import os, sys; before = set(sys.modules); from smartopt.driver.entry import main_c\n"
        "os.execv = lambda *_: (print(*sorted(set(sys.modules) - before)), os._exit(0))\n"
        f"sys.stdout.reconfigure(line_buffering=True); sys.argv = ['smartopt-clang', *{words!r}]; main_c()"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{script}"],
        cwd=pair.work,
        env=pair.env(),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "smartopt.driver.entry" in loaded
    assert {name for name in loaded if not name.startswith("smartopt")} <= {"__future__", "_signal", "fcntl", "time"}
    assert len(loaded) <= 14


class TestNative:
    """The launcher does what the script does."""

    @pytest.mark.parametrize(
        ("words", "counted"),
        [
            (["--version"], "driver-query"),
            ([], "driver-query"),
            (["-cc1", "-version"], "driver-internal"),
            (["-E", "a.c"], "driver-stage"),
            (["-O2", "-c", "a.c"], "driver-not-size"),
            (["a.c", "-shared", "-o", "x.so"], "driver-no-compile"),
            (["-Oz", "-c", "a.c"], "winner.oz"),
            (["@x.rsp"], "winner.oz"),
            (["-Oz", "-fno-slp-vectorize", "-c", "a.c"], "driver-pipeline"),
        ],
    )
    def test_as_the_script(self, pair: Pair, native_doors: Path, words: list[str], counted: str) -> None:
        pair.files = {**pair.files, "x.rsp": "-Oz -c a.c"}
        pair.same("-dumpversion")  # smartopt's folder is there from now on
        pair.doors = native_doors
        assert pair.same(*words) == {counted}

    def test_for_cxx(self, pair: Pair, native_doors: Path) -> None:
        pair.doors = native_doors
        pair.eligible("-Oz", "-c", "a.cc", cxx=True)

    @pytest.mark.parametrize("words", [["--version"], ["-Oz", "-c", "a.c"]])
    def test_never_itself(self, pair: Pair, native_doors: Path, words: list[str]) -> None:
        links = pair.home / "links"
        links.mkdir()
        os.link(native_doors / "smartopt-clang", links / "clang")
        (links / "clang-22").symlink_to(native_doors / "smartopt-clang")
        del pair.environment["SMARTOPT_CLANG"]
        path = f"{links}{os.pathsep}{os.path.dirname(pair.clang)}"
        for program in ("clang", "clang-22"):
            pair.fresh()
            done = pair.run(str(links / program), *words, env={"PATH": path})
            assert (done.code, done.stderr) == (0, b"")

    def test_as_a_launcher_and_disabled(self, pair: Pair, native_doors: Path) -> None:
        pair.doors = native_doors
        pair.fresh()
        assert pair.run(pair.door(), pair.clang, "-Oz", "-c", "a.c").code == 0
        assert pair.counted()["winner.oz"] == 1
        pair.environment["SMARTOPT_DISABLE"] = "1"
        assert pair.same("-Oz", "-c", "a.c") == {"disabled"}


def test_what_is_imported_before_the_front_end_works(pair: Pair) -> None:
    """All else is loaded while clang is at work: ``typing`` and ``re`` alone would take a tenth of a small compile."""
    pair.fresh()
    script = (
        "import os, sys; before = set(sys.modules); from smartopt.driver.entry import main_c\n"
        "os.posix_spawn = lambda *_, **__: (print(*sorted(set(sys.modules) - before)), os._exit(0))\n"
        "sys.stdout.reconfigure(line_buffering=True); sys.argv = ['smartopt-clang', '-Oz', '-c', 'a.c']; main_c()"
    )
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{script}"]
    done = subprocess.run(command, cwd=pair.work, env=pair.env(), capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if not name.startswith(("smartopt", "json"))}
    assert "smartopt.driver.compile" in done.stdout
    assert loaded.isdisjoint({"typing", "re", "enum", "contextlib", "collections", "signal", "hashlib"}), loaded
