"""Measures how much of an object a linker keeps for each of its global functions alone (``--gc-sections``).

Each global function in turn is the only root. lld links the object alone and leaves undefined symbols undefined, hidden
ones too (``--noinhibit-exec``). The sizes are those of the linked file.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from ...errors import SmartoptError
from ...llvm.toolchain import Toolchain
from ...objfile.symbols import global_functions
from .linked import measure_linked

__all__ = ["SECTION_FLAGS", "compare_roots", "find_linker"]

SECTION_FLAGS = ("-ffunction-sections", "-fdata-sections")


def find_linker(toolchain: Toolchain) -> str:
    """The toolchain's lld, or the system's. Raises SmartoptError."""
    names = (f"ld.lld-{toolchain.major}", "ld.lld")
    folders = [str(Path(toolchain.root) / "bin")] if toolchain.root else []
    for name in names:
        for folder in (*folders, None):
            if found := shutil.which(name, path=folder):
                return found
    raise SmartoptError(f"linking with --gc-sections needs lld; install lld-{toolchain.major}")


def compare_roots(linker: str, plain: Path, ours: Path, scratch: Path) -> dict[str, int]:
    """Count the functions that both objects define, those for which ours keeps more bytes, and these bytes."""
    roots = sorted(global_functions(plain.read_bytes()) & global_functions(ours.read_bytes()))
    sums = {"roots": len(roots), "larger": 0, "more": 0, "oz": 0, "smartopt": 0}
    for root in roots:
        before, after = (_kept(linker, path, (root,), scratch) for path in (plain, ours))
        sums["oz"] += before
        sums["smartopt"] += after
        sums["larger"] += after > before
        sums["more"] += max(0, after - before)
    return sums


def _kept(linker: str, path: Path, roots: Iterable[str], scratch: Path) -> int:
    out = scratch / "kept"
    words = [word for root in roots for word in ("-u", root)]
    command = [
        linker,
        "--gc-sections",
        "--noinhibit-exec",
        "--unresolved-symbols=ignore-all",
        "-e",
        "0",
        "--eh-frame-hdr",
        *words,
    ]
    subprocess.run([*command, "-o", str(out), str(path)], check=True, capture_output=True)
    return measure_linked(out.read_bytes())["total"]
