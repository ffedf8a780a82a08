"""``smartopt-lab bench larger``: options in, a verdict out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from ...llvm.toolchain import find_toolchain
from ...options import EFFORTS
from ..console import table_console
from ..corpus.recipes import split_of
from ..packages import CACHE, PackageError
from ..plugin import WAYS, PluginStore, checked_way
from ..results import ResultFile
from .build import own_launchers, write_launchers
from .installation import find_installation
from .larger import PACKAGES, LargerSettings, chosen, compare_sizes, recorded

__all__ = ["larger", "show"]

LARGER, NOTHING_COMPARED = 1, 3


def larger(
    files: Annotated[int, typer.Option(min=1, help="Files, equally many of each package.")] = 500,
    packages: Annotated[str, typer.Option(help="Train packages, comma-separated.")] = ",".join(PACKAGES),
    ways: Annotated[str, typer.Option(help="smartopt-clang's ways through clang, comma-separated.")] = ",".join(WAYS),
    efforts: Annotated[str, typer.Option(help="Comma-separated.")] = "default",
    jobs: Annotated[int, typer.Option(help="Files at a time.")] = os.cpu_count() or 1,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    out: Annotated[
        Path | None, typer.Option(help="The result file (JSON lines); the same command goes on where it was stopped.")
    ] = None,
    cache: Annotated[Path, typer.Option(help="Where packages are fetched and built.")] = CACHE / "larger",
) -> None:
    """Compile C and C++ files of many packages as their builds do, and look for objects larger than clang -Oz's.

    A package that does not build is named and left out. Exit code 1: an object is larger, or smartopt-clang failed
    where clang did not; 3: nothing could be compared.
    """
    console, toolchain = Console(stderr=True), find_toolchain(llvm)
    names = packages.split(",")
    for name in names:
        if split_of(name) != "train":
            raise typer.BadParameter(f"{name!r} is no train package")
    wanted = tuple(checked_way(way) for way in ways.split(","))
    if unknown := sorted(set(efforts.split(",")) - set(EFFORTS)):
        raise typer.BadParameter(f"unknown effort {unknown[0]!r}; known are {', '.join(EFFORTS)}")
    cache.mkdir(parents=True, exist_ok=True)
    found = []
    for name in names:
        try:
            found.append(recorded(name, cache.resolve(), toolchain, jobs))
            console.print(f"{name}: {len(found[-1])} files")
        except PackageError as error:
            console.print(escape(f"left out: {error}"))
    commands = own_launchers() or write_launchers(cache / "bin")
    store = PluginStore(toolchain.clang or "clang", cache / "plugins").ready() if "plugin" in wanted else None
    settings = LargerSettings(toolchain, commands, wanted, tuple(efforts.split(",")), store)
    digest = find_installation(commands, cache).digest if own_launchers() else ""
    campaign = {"llvm": toolchain.version, "ways": list(wanted), "efforts": efforts, "smartopt": digest}
    results = ResultFile(out, campaign, schema=1, kind="bench larger")
    compiles = chosen(found, files)
    console.print(f"{len(compiles)} files; {len(results.lines)} are in the result file already")

    def done(line: dict[str, Any]) -> None:
        sizes = ", ".join(f"{name} {size}" for name, size in line["bytes"].items())
        text = line["problem"] or f"clang {line['clang']}, {sizes}{' LARGER' * bool(line['larger'])}"
        console.print(escape(f"[{len(results.lines)}/{len(compiles)}] {line['case']}: {text}"), soft_wrap=True)

    code = show(table_console(), compare_sizes(compiles, settings, results, jobs, done))
    if code:
        raise typer.Exit(code)


def show(console: Console, lines: list[dict[str, Any]]) -> int:
    """Print the verdict, and every file that is larger or was not compared; returns the exit code."""
    compared = [line for line in lines if not line["problem"]]
    failed = [line for line in lines if line["problem"] and line["clang"]]
    for line in lines:
        if line["problem"]:
            console.print(f"not compared: {line['case']}: {line['problem']}", markup=False, soft_wrap=True)
        for name in line["larger"]:
            text = f"larger: {line['case']}, {name}: {line['bytes'][name]} bytes, by clang {line['clang']}"
            console.print(text, markup=False, soft_wrap=True)
    for name in dict.fromkeys(name for line in compared for name in line["bytes"]):
        before, after = sum(line["clang"] for line in compared), sum(line["bytes"][name] for line in compared)
        optimised = sum(name in line["optimised"] for line in compared)
        grown = sum(name in line["larger"] for line in compared)
        saved = f"{100 * (1 - after / before):.2f}%" if before else "nothing"
        text = f"{len(compared)} files, {optimised} optimised, {before:,} -> {after:,} bytes ({saved}), {grown} larger"
        console.print(f"{name}: {text}", highlight=False, soft_wrap=True)
    if not compared:
        return NOTHING_COMPARED
    return LARGER if failed or any(line["larger"] for line in compared) else 0
