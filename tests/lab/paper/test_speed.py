"""Executed instructions are counted, and are the same every time."""

from __future__ import annotations

import subprocess
from pathlib import Path

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
