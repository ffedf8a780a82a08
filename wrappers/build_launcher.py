"""Builds the native launcher with whatever C compiler there is: its file, or None where none can be built.

``pip install`` calls this (``wrappers/build_scripts.py``). By hand::

    python wrappers/build_launcher.py FOLDER

The program is linked statically where that works, which saves the loading of a library in every compile.
"""

from __future__ import annotations

import os
import runpy
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["build"]

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "smartopt"
COMPILERS = ("cc", "gcc", "clang", *(f"clang-{version}" for version in range(22, 16, -1)))
FLAGS = ("-std=gnu11", "-O2", "-s", "-Wall", "-Wextra")


def build(folder: Path) -> Path | None:
    """Build ``smartopt-clang`` into a folder; None if no compiler makes a program that runs here."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        (work / "launch_options.h").write_text(_header())
        for compiler in _compilers():
            for link in (["-static"], []):
                command = [*compiler, *FLAGS, *link, f"-I{work}", str(HERE / "launcher.c"), "-o", str(work / "made")]
                if _succeeds(command) and _runs(work):
                    target = folder / "smartopt-clang"
                    shutil.copyfile(work / "made", target)
                    target.chmod(0o755)
                    return target
    return None


def _compilers() -> list[list[str]]:
    named = [shlex.split(os.environ["CC"])] if os.environ.get("CC", "").strip() else []
    return [*named, *([name] for name in COMPILERS if shutil.which(name))]


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=120, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _runs(work: Path) -> bool:
    """Whether the program runs on this machine: without a script beside it, it says so."""
    try:
        done = subprocess.run([work / "made"], capture_output=True, timeout=20, check=False, env={"PATH": ""})
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 127 and b"smartopt is damaged" in done.stderr


def _header() -> str:
    """The tables of ``smartopt/driver/launch_options.py`` and the version, in C."""
    tables = runpy.run_path(str(PACKAGE / "driver" / "launch_options.py"))
    version = runpy.run_path(str(PACKAGE / "__init__.py"))["__version__"]
    lines = [f'#define VERSION "{version}"']
    for name in tables["__all__"]:
        table = tables[name]
        texts = [str(part) for row in table.items() for part in row] if isinstance(table, dict) else sorted(table)
        listed = ", ".join(f'"{text}"' for text in texts)
        lines.append(f"static const char *const {name}[] = {{{listed}, 0}};")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    made = build(Path(sys.argv[1]))
    if made is None:
        sys.exit("no C compiler here makes a program that runs")
    shutil.copy(made, made.parent / "smartopt-clang++")
