"""``smartopt-lab bench suites``: options in, progress and a table out; every result in a JSON-lines file."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...errors import UsageError
from ...llvm.toolchain import find_toolchain
from ...options import EFFORTS
from ..console import table_console
from ..packages import CACHE
from ..targets import HOST, find_targets, prepare_targets
from .suite_recipes import SUITE_RECIPES, TARGET_SUITES
from .suites import ResultLines, Run, SuiteSettings, Verdict, run_suites

__all__ = ["exit_code", "show", "suites"]

_FOLDER = CACHE / "suites"
DIFFERENT, NOTHING_COMPARED = 1, 3


def suites(
    packages: Annotated[
        str, typer.Option(help="Comma-separated; all by default, which for another target are four C packages.")
    ] = "",
    llvm: Annotated[str, typer.Option(help="LLVM versions or folders, comma-separated.")] = "22,19",
    effort: Annotated[str, typer.Option(help="fast, default or max.")] = "default",
    jobs: Annotated[int, typer.Option(help="make -j.")] = 1,
    time_limit: Annotated[float | None, typer.Option(help="Seconds after which the campaign stops.")] = None,
    step_limit: Annotated[float, typer.Option(help="Seconds for configuring, building or testing one.")] = 1800.0,
    repeats: Annotated[int, typer.Option(help="Further runs of both compilers where they differ.")] = 1,
    keep: Annotated[bool, typer.Option("--keep", help="Keep all built trees, not only those that differ.")] = False,
    driver: Annotated[
        Path | None, typer.Option(help="Folder of smartopt-clang and smartopt-clang++; this smartopt's by default.")
    ] = None,
    target: Annotated[str, typer.Option(help="Build for this target; its emulator runs the tests.")] = HOST,
    out: Annotated[Path | None, typer.Option(help="The result file (JSON lines); FOLDER/results.jsonl.")] = None,
    folder: Annotated[Path, typer.Option(help="Where sources, builds and logs are kept.")] = _FOLDER,
) -> None:
    """Build public programs with clang and with smartopt-clang, run their own test suites, compare test by test.

    The same command goes on where it was stopped. Exit code 1: something differs; 3: nothing could be compared.
    """
    (chosen,) = find_targets(target)
    prepare_targets([chosen], run=True)
    recipes = TARGET_SUITES if chosen.emulator else SUITE_RECIPES
    names = packages.split(",") if packages else list(recipes)
    for name in names:
        if name not in recipes:
            raise typer.BadParameter(f"unknown package {name!r}; known are {', '.join(recipes)}")
    if effort not in EFFORTS:
        raise typer.BadParameter(f"the effort is one of {', '.join(EFFORTS)}")
    toolchains = tuple(find_toolchain(spec) for spec in llvm.split(","))
    for toolchain in toolchains:
        if toolchain.clang is None or toolchain.clangxx is None:
            raise UsageError(
                f"bench suites needs clang and clang++; install clang-{toolchain.major} or pass --llvm DIR"
            )
    folder = folder.resolve()
    settings = SuiteSettings(
        folder, toolchains, effort, jobs, time_limit, step_limit, repeats, keep, driver and driver.resolve(), chosen
    )
    console = Console(stderr=True)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # what is being built ends, too
    verdicts = run_suites(
        [recipes[name] for name in names],
        settings,
        ResultLines(out or folder / ("results.jsonl" if target == HOST else f"results-{target}.jsonl")),
        lambda line: console.print(escape(line), highlight=False, soft_wrap=True),
    )
    show(table_console(), verdicts, settings)
    raise typer.Exit(exit_code(verdicts))


def exit_code(verdicts: Sequence[Verdict]) -> int:
    """The command's exit code."""
    if any(verdict.status in ("different", "unstable") for verdict in verdicts):
        return DIFFERENT
    return 0 if any(verdict.status == "same" for verdict in verdicts) else NOTHING_COMPARED


def show(console: Console, verdicts: Sequence[Verdict], settings: SuiteSettings) -> None:
    """A row for each package and LLVM, then every difference."""
    count = sum(verdict.status == "same" for verdict in verdicts)
    table = Table(title=f"{count} of {len(verdicts)} suites have the same results under clang and smartopt-clang")
    for heading in ("package", "LLVM", "results", "failed", "by smartopt", "by clang", "seconds", "verdict"):
        table.add_column(heading, justify="left" if heading in ("package", "LLVM", "verdict") else "right")
    for verdict in verdicts:
        reference = [run for run in verdict.runs if run.compiler == "clang"]
        ours = [run for run in verdict.runs if run.compiler == "smartopt"]
        table.add_row(
            verdict.package,
            verdict.llvm,
            str(verdict.tests),
            str(_failed(reference[-1])) if reference else "",
            str(ours[-1].ours) if ours else "",
            str(sum(ours[-1].alone.values())) if ours else "",
            f"{sum(sum(run.seconds.values()) for run in verdict.runs):.0f}",
            verdict.status,
        )
    console.print(table)
    for verdict in verdicts:
        for line in verdict.why:
            text = f"{verdict.package}, LLVM {verdict.llvm}: {verdict.status}: {line}"
            console.print(text, markup=False, highlight=False, soft_wrap=True)
    if any(verdict.status in ("different", "unstable") for verdict in verdicts):
        console.print(f"logs: {settings.folder / 'logs'}; trees: {settings.folder / 'builds'}", soft_wrap=True)


def _failed(run: Run) -> int:
    """Count the failed tests; suites have several words for success."""
    good = ("PASS", "OK", "PASSED", "XFAIL", "SKIP")
    return sum(result.upper() not in good for result in run.tests.values())
