"""Executed instructions are counted, and are the same every time."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from smartopt.errors import UsageError
from smartopt.lab.label.tune_cli import main
from smartopt.lab.paper.speed import executed_instructions
from smartopt.llvm.toolchain import find_toolchain


def count(folder: Path, rounds: int) -> tuple[int, bytes]:
    source, binary = folder / "x.c", folder / "x"
    source.write_text(
        f"#include <stdio.h>\nint main(void) {{ volatile int s = 0; for (int i = 0; i < {rounds}; i++) s += i;"
        ' printf("%d\\n", s); return 0; }\n'
    )
    subprocess.run([str(find_toolchain("22").clang), "-O1", "-static", "-o", str(binary), str(source)], check=True)
    found = executed_instructions(binary, folder)
    assert found is not None
    return found


def test_counts(tmp_path: Path) -> None:
    few, output = count(tmp_path, 10)
    assert output == b"45\n"
    assert count(tmp_path, 10)[0] == few
    many, _ = count(tmp_path, 1010)
    assert 3 * 1000 <= many - few <= 8 * 1000


def test_a_program_that_fails_has_no_count(tmp_path: Path) -> None:
    assert executed_instructions(Path("/bin/false"), tmp_path) is None


def test_the_autotuner_searches_programs_and_goes_on(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(main)
    words = ["--folder", str(tmp_path / "corpus"), "--objective", "speed", "--lists", "2"]
    first = CliRunner().invoke(app, [*words, "--functions", "1"], catch_exceptions=False)
    assert first.exit_code == 0, first.output
    assert re.search(r"^words\.cpp: \+\d+\.\d\d% fewer instructions than -O3", first.output, re.MULTILINE)
    assert "1 programs, 5 runs: the best list executes" in first.output
    stored = (tmp_path / "corpus" / "speed.jsonl").read_text().splitlines()
    row = json.loads(stored[1])
    assert 0 < row["best"] <= row["o3"] <= row["o0"]
    out_of_time = CliRunner().invoke(app, [*words, "--functions", "2", "--minutes", "0"])
    assert out_of_time.exit_code == 3
    again = CliRunner().invoke(app, [*words, "--functions", "1"], catch_exceptions=False)
    assert again.output == first.output
    assert (tmp_path / "corpus" / "speed.jsonl").read_text().splitlines() == stored
    with pytest.raises(UsageError, match="no objective 'fast'"):
        CliRunner().invoke(app, [*words[:2], "--objective", "fast"], catch_exceptions=False)
