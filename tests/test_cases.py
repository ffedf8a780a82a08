"""One test a file: ``tests/cases/*.ll``. Adding a file adds a test.

A case begins with three comment lines: ``; case:`` what it is, ``; flags:`` the flags for smartopt, and
``; expect:`` clauses with commas between them:

    smaller | equal | not-larger      the output against -Oz's (bytes; instructions without a target)
    a reason's id                     it is counted in the report
    error: TEXT                       one line on stderr that has TEXT in it, exit code 1, no output

Every output is also verified by the real opt, must define what the real -Oz's output defines, and, where it has
a ``main`` for this machine, must print and return what the real -Oz's does.
"""

from __future__ import annotations

import json
import platform
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from smartopt.reasons import REASONS
from tests.support import ROOT, one_line, opt, smartopt, tool

FILES = sorted((ROOT / "tests" / "cases").glob("*.ll"))
_SIZES = {
    "smaller": lambda oz, out: out < oz,
    "equal": lambda oz, out: out == oz,
    "not-larger": lambda oz, out: out <= oz,
}


@dataclass(frozen=True)
class Case:
    flags: list[str]
    size: str
    reasons: list[str]
    error: str | None


def _read(path: Path) -> Case:
    head = path.read_text().split("\n")[:3]
    for line, key in zip(head, ("case", "flags", "expect"), strict=True):
        assert line.startswith(f"; {key}:"), f"{path.name}: expected a line '; {key}: ...', found {line!r}"
    flags = shlex.split(head[1].removeprefix("; flags:"))
    expect = head[2].removeprefix("; expect:").strip()
    if expect.startswith("error:"):
        return Case(flags, "", [], expect.removeprefix("error:").strip())
    size, *reasons = [clause.strip() for clause in expect.split(",")]
    assert size in _SIZES, f"{path.name}: {size!r}"
    assert set(reasons) <= set(REASONS), f"{path.name}: {reasons}"
    return Case(flags, size, reasons, None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_case(path: Path, tmp_path: Path) -> None:
    case = _read(path)
    output, report_file = tmp_path / "out", tmp_path / "report.json"
    done = smartopt(path, *case.flags, "-o", output, "--report", report_file)
    if case.error is not None:
        assert case.error in one_line(done)
        assert done.returncode == 1
        assert not output.exists()
        assert not report_file.exists()
        return
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    report = json.loads(report_file.read_text())
    _check_sizes(report, case)
    for reason in case.reasons:
        assert report["fallbacks"].get(reason), report["fallbacks"]
    verified, baseline = tmp_path / "verified.bc", tmp_path / "oz.bc"
    assert opt("-passes=verify", output, "-o", verified).returncode == 0
    assert opt("-Oz", path, "-o", baseline).returncode == 0
    assert _defined(verified) == _defined(baseline)
    if _runs_here(path):
        assert _run(verified, tmp_path / "ours") == _run(baseline, tmp_path / "theirs")


def _check_sizes(report: dict[str, Any], case: Case) -> None:
    sizes = report["bytes"]
    oz, out = (sizes[which]["total"] for which in ("oz", "output"))
    if not oz:
        oz, out = (report["instructions"][which] for which in ("oz", "output"))
    assert _SIZES[case.size](oz, out), f"{oz} -> {out}"


def _defined(module: Path) -> set[str]:
    """Symbols that other modules can see."""
    command = [tool("llvm-nm-22"), "--extern-only", "--defined-only", "--format=just-symbols", str(module)]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def _runs_here(path: Path) -> bool:
    text = path.read_text()
    return "x86_64-pc-linux" in text and " @main(" in text and platform.machine() == "x86_64"


def _run(module: Path, program: Path) -> tuple[int, bytes]:
    """Build with the compiler's own back end only, and run."""
    compiler = [tool("clang++-22"), "-x", "ir", str(module), "-Xclang", "-disable-llvm-passes", "-w"]
    subprocess.run([*compiler, "-o", str(program)], check=True)
    done = subprocess.run([str(program)], capture_output=True, timeout=20, check=False)
    return done.returncode, done.stdout


def test_the_examples_run_the_same(tmp_path: Path) -> None:
    for path in sorted((ROOT / "examples").glob("*.ll")):
        output = tmp_path / "out.bc"
        assert smartopt(path, "-o", output).returncode == 0
        code, printed = _run(output, tmp_path / path.stem)
        assert (code, printed) == _run(path, tmp_path / f"{path.stem}-unoptimised")
        assert b"checksum" in printed
