"""``smartopt-lab bench larger``: recorded compiles, run again by a compiler whose objects are larger, or that fails."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from smartopt.lab.bench import record_compiles
from smartopt.lab.bench.larger import Compile, LargerSettings, chosen, compare_sizes, read_compiles
from smartopt.lab.bench.larger_cli import show
from smartopt.lab.results import ResultFile
from smartopt.llvm.toolchain import find_toolchain
from tests.support import tool


@pytest.fixture
def compiles(tmp_path: Path) -> list[Compile]:
    """What the recorder notes of a build of three files, one of them gone afterwards."""
    tree, record = tmp_path / "tree", tmp_path / "record"
    (tree / "src").mkdir(parents=True)
    (tree / "src" / "a.c").write_text("int f(int a) { return NUMBER * a + a / 3; }\n")
    (tree / "src" / "b.cc").write_text(
        "int g(int a) { int s = 0; for (int i = 0; i < a; i++) s += i * a; return s; }\n"
    )
    (tree / "src" / "gone.c").write_text("int h;\n")
    for words in (
        [tool("clang-22"), "-O2", "-DNUMBER=7", "-MD", "-MF", "a.d", "-c", "a.c", "-o", "a.o"],
        [tool("clang++-22"), "-c", str(tree / "src" / "b.cc"), "-ob.o"],
        [tool("clang-22"), "-c", "gone.c"],
        [tool("clang-22"), "-E", "a.c", "-o", "a.i", "-DNUMBER=7"],
    ):
        command = [sys.executable, record_compiles.__file__, record, *words]
        subprocess.run(command, cwd=tree / "src", check=True)
    assert (tree / "src" / "a.o").exists(), "the recorder becomes the compiler"
    (tree / "src" / "gone.c").unlink()
    return read_compiles("ours", tree, record)


def test_commands_are_recorded_without_their_outputs(compiles: list[Compile]) -> None:
    assert [(one.name, one.cxx) for one in compiles] == [("src/a.c", False), ("src/b.cc", True)]
    assert compiles[0].words == ("-O2", "-DNUMBER=7", "a.c")
    assert [one.name for one in chosen([compiles, compiles[:1] * 9], 4)] == [
        "src/a.c",
        "src/b.cc",
        "src/a.c",
        "src/a.c",
    ]


def run(compiles: list[Compile], folder: Path, body: str) -> tuple[int, str, list[dict[str, Any]]]:
    """Compare with a smartopt-clang of ours; exit code, what is printed, and the lines that were measured."""
    commands = folder / "bin"
    commands.mkdir(exist_ok=True)
    for name in ("clang", "clang++"):
        (commands / f"smartopt-{name}").write_text(f"#!/bin/sh\n{body.replace('CLANG', tool(f'{name}-22'))}\n")
        (commands / f"smartopt-{name}").chmod(0o755)
    settings = LargerSettings(find_toolchain("22"), commands, ("two-run",), ("fast",), None)
    results = ResultFile(folder / "out.jsonl", {}, schema=1, kind="bench larger")
    measured: list[dict[str, Any]] = []
    lines = compare_sizes(compiles, settings, results, 2, measured.append)
    shown = io.StringIO()
    return show(Console(file=shown, width=200), lines), shown.getvalue(), measured


def test_equal_objects_are_none_larger_and_a_run_goes_on(compiles: list[Compile], tmp_path: Path) -> None:
    code, text, measured = run(compiles, tmp_path, 'exec CLANG "$@"')
    assert code == 0
    assert "2 files, 0 optimised" in text
    assert "0 larger" in text
    assert len(measured) == 2
    kept = (tmp_path / "out.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "out.jsonl").write_text("".join(kept[:-1]))
    code, _, measured = run(compiles, tmp_path, 'exec CLANG "$@"')
    assert (code, len(measured)) == (0, 1)


def test_a_larger_object_is_named(compiles: list[Compile], tmp_path: Path) -> None:
    code, text, _ = run(compiles, tmp_path, 'exec CLANG "$@" -O0')
    assert code == 1
    assert "larger: ours/src/a.c, two-run fast: " in text
    line = json.loads((tmp_path / "out.jsonl").read_text().splitlines()[1])
    assert line["bytes"]["two-run fast"] > line["clang"] > 0


def test_a_compile_that_only_ours_fails_is_no_success(compiles: list[Compile], tmp_path: Path) -> None:
    code, text, _ = run(compiles[:1], tmp_path, "echo no >&2; exit 5")
    assert code == 3
    assert "smartopt-clang: exit 5: no" in text
    (tmp_path / "out.jsonl").unlink()
    both = 'case "$*" in *a.c*) exit 5;; esac; exec CLANG "$@"'
    assert run(compiles, tmp_path, both)[0] == 1
