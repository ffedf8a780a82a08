"""``bench pace``: how long two smartopts take for the same compiles, pair by pair.

Each pair compiles one file with both, one after the other, in turn the one and the other first, so that what else
happens on the machine hits both alike. Reported is the median of the pairs' ratios, with the range in which the middle
half of them lies, in processor time (user and system, children included) and in wall-clock time; first compiles start
from an empty state, remembered ones from what the compile before has stored.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ...errors import UsageError
from ...llvm.toolchain import Toolchain, find_toolchain
from ..console import table_console
from ..packages import CACHE
from .installation import Installation, find_installation
from .same import Subject, files_in

__all__ = ["Pace", "measure_pace", "pace"]

_WHENS = ("first", "remembered")


@dataclass(frozen=True)
class Pace:
    """One file's figures: seconds of the median pair, and the ratios after/before (lower quartile, median, upper)."""

    file: str
    when: str
    measure: str
    before: float
    after: float
    ratios: tuple[float, float, float]


def measure_pace(
    subject: Subject,
    before: Installation,
    after: Installation,
    toolchain: Toolchain,
    pairs: int,
    effort: str,
    done: Callable[[], None] = lambda: None,
) -> list[Pace]:
    """Time one file. Raises UsageError if either cannot compile it."""
    rows = []
    for when in _WHENS:
        runs = []
        with tempfile.TemporaryDirectory(prefix="smartopt-pace-") as scratch:
            states = [Path(scratch, name) for name in ("before", "after")]
            sides = list(zip((before, after), states, strict=True))
            for installation, state in sides:
                _compile(subject, installation, state, toolchain, effort)  # the files of both are in memory now
            for number in range(pairs):
                pair = [(0.0, 0.0), (0.0, 0.0)]
                for side in (0, 1) if number % 2 else (1, 0):
                    installation, state = sides[side]
                    if when == "first":
                        shutil.rmtree(state, ignore_errors=True)
                    pair[side] = _compile(subject, installation, state, toolchain, effort)
                runs.append(pair)
                done()
        for index, measure in enumerate(("processor", "wall")):
            ratios = [pair[1][index] / pair[0][index] for pair in runs]
            low, middle, high = quantiles(ratios, n=4) if len(ratios) > 1 else (ratios[0],) * 3
            one, other = (median(pair[side][index] for pair in runs) for side in (0, 1))
            rows.append(Pace(subject.name, when, measure, one, other, (low, middle, high)))
    return rows


def _compile(
    subject: Subject, installation: Installation, state: Path, toolchain: Toolchain, effort: str
) -> tuple[float, float]:
    """Seconds of processor time and of wall-clock time of one compile."""
    cxx = subject.file.suffix != ".c"
    command = [
        str(installation.commands / ("smartopt-clang++" if cxx else "smartopt-clang")),
        *subject.flags,
        *("-Oz", "-w", "-c", str(subject.file), "-o", f"{state}.o"),
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SMARTOPT_")}
    environment |= {
        "SMARTOPT_CLANG": toolchain.clang or "clang",
        "SMARTOPT_CLANGXX": toolchain.clangxx or "clang++",
        "SMARTOPT_DIR": str(state),
        "SMARTOPT_EFFORT": effort,
    }
    used, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=subject.folder, env=environment, capture_output=True, check=False)
    wall, now = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        last = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"])[-1]
        raise UsageError(f"{subject.file} does not compile: {last}")
    return now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime, wall


def pace(
    files: Annotated[list[Path], typer.Argument(help="C and C++ files that compile without flags of their own.")],
    before: Annotated[Path, typer.Option(help="The bin folder of a virtual environment with smartopt, or a checkout.")],
    after: Annotated[Path, typer.Option(help="The other, likewise.")],
    pairs: Annotated[int, typer.Option(min=1, help="Pairs of compiles for each file, first and remembered.")] = 15,
    effort: Annotated[str, typer.Option(help="fast, default or max.")] = "default",
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    cache: Annotated[Path, typer.Option(help="Where checkouts are installed.")] = CACHE,
) -> None:
    """Time two smartopts on the same compiles, pair by pair; ratios above 1 mean that the second is slower."""
    toolchain = find_toolchain(llvm)
    one = find_installation(before, cache / "pace" / "before")
    other = find_installation(after, cache / "pace" / "after")
    subjects = [found for place in files for found in files_in(place) if not found.is_ir]
    console, total = Console(stderr=True), 2 * pairs * len(subjects)
    count = 0

    def done() -> None:
        nonlocal count
        count += 1
        console.print(f"{count} of {total} pairs", end="\r", highlight=False)

    rows: list[Pace] = []
    for subject in subjects:
        rows += measure_pace(subject, one, other, toolchain, pairs, effort, done)
    show(table_console(), rows)


def show(console: Console, rows: Sequence[Pace]) -> None:
    """Print a line for each file, state and measure."""
    table = Table("file", "state", "time", "before, ms", "after, ms", "ratio", "middle half of the pairs")
    for row in rows:
        low, middle, high = row.ratios
        seconds = (f"{1000 * value:,.0f}" for value in (row.before, row.after))
        table.add_row(row.file, row.when, row.measure, *seconds, f"{middle:.3f}", f"{low:.3f} to {high:.3f}")
    console.print(table)
