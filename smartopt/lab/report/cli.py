"""``smartopt-lab report``: makes one HTML file of a folder of reports."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from ...errors import OutputError, ToolchainError, UsageError
from ...llvm.toolchain import find_toolchain
from .collect import Build, load
from .page import page

__all__ = ["demangler", "report"]


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What SMARTOPT_REPORT_DIR was in the build.")],
    out: Annotated[Path, typer.Option(help="The page to write.")],
    stats: Annotated[
        Path | None, typer.Option(help="The build's 'smartopt --show-stats --json': why calls went to clang.")
    ] = None,
) -> None:
    """Make one HTML page of a build's reports: what was saved, where and by which lists. It needs no network."""
    build = load(folder)
    counters = None if stats is None else _counters(stats)
    text = page(build, counters, demangler(function.name for function in build.functions))
    try:
        out.write_bytes(text.encode("utf-8", "replace"))  # a name may hold bytes that are no characters
    except OSError as error:
        raise OutputError(f"cannot write {out}: {error.strerror}") from error
    typer.echo(_summary(build, out))


def _summary(build: Build, out: Path) -> str:
    before, after = build.sizes("total")
    skipped = f", {len(build.skipped)} reports skipped" if build.skipped else ""
    return f"{out}: {len(build.files)} files, {before:,} -> {after:,} bytes{skipped}"


def _counters(path: Path) -> dict[str, int]:
    try:
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict) or not all(type(value) is int for value in found.values()):
            raise ValueError("not a map of counters")
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not what 'smartopt --show-stats --json' prints: {error}") from error
    return found


def demangler(names: Iterable[str]) -> Callable[[str], str]:
    """C++ names as people write them, by the toolchain's llvm-cxxfilt; without one they stay as they are."""
    mangled = sorted({name for name in names if name.startswith("_Z") and name.isascii() and name.isprintable()})
    readable: dict[str, str] = {}
    if mangled:
        try:
            tool = find_toolchain().tool("llvm-cxxfilt")
            if tool is not None:
                done = subprocess.run([tool], input="\n".join(mangled), capture_output=True, text=True, timeout=60)
                lines = done.stdout.splitlines()
                if len(lines) == len(mangled):
                    readable = dict(zip(mangled, lines, strict=True))
        except (ToolchainError, OSError, subprocess.SubprocessError):
            pass
    return lambda name: readable.get(name, name)
