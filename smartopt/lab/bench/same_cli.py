"""``smartopt-lab bench same``: options in, a verdict out."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

import smartopt

from ...errors import UsageError
from ...llvm.toolchain import Toolchain, find_toolchain
from ...options import EFFORTS
from ..console import table_console
from ..packages import CACHE, fetch
from ..plugin import PluginStore, Way, checked_way
from ..results import ResultFile
from .installation import Installation, find_installation
from .recipes import CXX_RECIPES, RECIPES, prepare
from .same import SameSettings, Subject, check_distinct, compare_all, files_in, make_cases, spread

__all__ = ["same"]

_EXAMPLES = Path(smartopt.__file__).resolve().parents[1] / "examples"
_PACKAGES = "zlib,lua5.4,bzip2,libzstd,snappy,leveldb"
_DEBUG = {"both": (False, True), "without": (False,), "with": (True,)}
DIFFERENT, NOTHING_COMPARED = 1, 3


def same(
    before: Annotated[
        Path | None, typer.Option(help="The one: the bin folder of a virtual environment with smartopt, or a checkout.")
    ] = None,
    after: Annotated[Path | None, typer.Option(help="The other, likewise.")] = None,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="C, C++, .ll and .bc files, or folders of them (a corpus folder, say), instead of the examples and"
            " packages."
        ),
    ] = None,
    packages: Annotated[
        str, typer.Option(help=f"Comma-separated, of {', '.join((*RECIPES, *CXX_RECIPES))}; empty: none.")
    ] = _PACKAGES,
    flags: Annotated[str, typer.Option(help="Compiler flags for the C and C++ files that are named.")] = "",
    count: Annotated[int | None, typer.Option("--files", help="Only so many files, spread over all.")] = None,
    max_files: Annotated[int, typer.Option(help="Files for effort max.")] = 20,
    efforts: Annotated[str, typer.Option(help="Comma-separated.")] = ",".join(EFFORTS),
    debug: Annotated[str, typer.Option(help="C and C++ with -g: both, without or with.")] = "both",
    ignore: Annotated[
        list[str] | None, typer.Option(help="A field of the reports that may differ; may be given several times.")
    ] = None,
    env: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE for both compilers; may be given several times.")
    ] = None,
    jobs: Annotated[int, typer.Option(help="Comparisons at a time.")] = os.cpu_count() or 1,
    timeout: Annotated[float, typer.Option(help="Seconds for one compile.")] = 3600.0,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    way: Annotated[str, typer.Option(help="smartopt-clang's way through clang: plugin or two-run.")] = "two-run",
    ways: Annotated[
        bool,
        typer.Option("--ways", help="Compare both ways of one smartopt (--after, or this one): the same sections."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="The result file (JSON lines); the same command goes on where it was stopped.")
    ] = None,
    cache: Annotated[Path, typer.Option(help="Where sources are kept and checkouts installed.")] = CACHE,
) -> None:
    """Compile the same files with two smartopts and compare objects and reports byte for byte, field by field.

    Exit code 1: something differs; 3: nothing could be compared.
    """
    toolchain = find_toolchain(llvm)
    pair: tuple[Way, Way] = ("two-run", "plugin") if ways else (checked_way(way), checked_way(way))
    if ways:
        before = after = after or Path(sys.executable).parent
    if before is None or after is None:
        raise UsageError("name two smartopts with --before and --after, or compare both --ways of one")
    names = _checked(efforts.split(","), EFFORTS, "effort")
    if debug not in _DEBUG:
        raise typer.BadParameter(f"--debug is one of {', '.join(_DEBUG)}")
    subjects = _named(files, flags) if files else _default(packages, cache, toolchain)
    check_distinct(subjects)
    subjects = [subject for subject in subjects if not (ways and subject.is_ir)]
    subjects = spread(subjects, count) if count is not None else subjects
    cases = list(make_cases(subjects, names, _DEBUG[debug], max_files))
    one = find_installation(before, cache / "same" / "before")
    other = one if ways else find_installation(after, cache / "same" / "after")
    settings = SameSettings(
        one,
        other,
        toolchain,
        llvm,
        frozenset(ignore or ()),
        dict(_assignment(text) for text in env or ()),
        timeout,
        pair,
        (_store(one, pair[0], toolchain, cache), _store(other, pair[1], toolchain, cache)),
    )
    results = ResultFile(out, _campaign(settings, flags), schema=1, kind="bench same")
    console = Console(stderr=True)
    known = len(results.lines)
    total = len(cases)
    console.print(f"{len(subjects)} files, {total} comparisons; {known} are in the result file already")

    def done(line: dict[str, Any]) -> None:
        status = "different" if line["differences"] else "same" if line["compared"] else "neither compiles"
        text = f"[{len(results.lines)}/{total}] {line['case']}: {status}"
        console.print(escape(text), highlight=False, soft_wrap=True)

    code = show(table_console(), compare_all(cases, settings, results, jobs, done))
    if code:
        raise typer.Exit(code)


def show(console: Console, lines: list[dict[str, Any]]) -> int:
    """Print the verdict and every difference; returns the exit code."""
    compared = [line for line in lines if line["compared"]]
    different = [line for line in lines if line["differences"]]
    alone = sum(not line["reported"] for line in compared)
    for line in lines:
        if line["problem"]:
            console.print(f"not compared: {line['case']}: {line['problem']}", markup=False, soft_wrap=True)
        for text in line["differences"]:
            console.print(f"{line['case']}: {text}", markup=False, soft_wrap=True)
    console.print(
        f"{len(compared)} comparisons ({alone} of files that clang compiled alone), {len(different)} different,"
        f" {sum(line['identical'] for line in compared)} identical byte for byte,"
        f" {len(lines) - len(compared)} of files that neither compiles",
        highlight=False,
        soft_wrap=True,
    )
    return DIFFERENT if different else 0 if compared else NOTHING_COMPARED


def _store(installation: Installation, way: Way, toolchain: Toolchain, cache: Path) -> PluginStore | None:
    """The plugin of an installation, if it takes that way."""
    if way != "plugin":
        return None
    python, place = installation.python, installation.place
    return PluginStore(toolchain.clang or "clang", cache / "plugins", python, place).ready()


def _named(files: list[Path], flags: str) -> list[Subject]:
    words = tuple(shlex.split(flags))
    return [Subject(found.name, found.file, found.folder, words) for place in files for found in files_in(place)]


def _default(packages: str, cache: Path, toolchain: Toolchain) -> list[Subject]:
    """The examples and the packages' files."""
    subjects = files_in(_EXAMPLES) if _EXAMPLES.is_dir() else []
    known = {**RECIPES, **CXX_RECIPES}
    for name in _checked([name for name in packages.split(",") if name], known, "package"):
        tree = fetch(name, cache)
        subjects += [
            Subject(f"{name}/{file.relative_to(tree)}", file, tree, known[name].flags)
            for file in prepare(known[name], tree, toolchain.clang or "clang")
        ]
    return subjects


def _checked(names: list[str], known: Any, kind: str) -> list[str]:
    for name in names:
        if name not in known:
            raise typer.BadParameter(f"unknown {kind} {name!r}; known are {', '.join(known)}")
    return names


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UsageError(f"--env takes NAME=VALUE, not {text!r}")
    return name, value


def _campaign(settings: SameSettings, flags: str) -> dict[str, Any]:
    """What decides the results of a case."""
    return {
        "before": settings.before.digest,
        "after": settings.after.digest,
        "llvm": settings.toolchain.version,
        "ways": list(settings.ways),
        "ignored": sorted(settings.ignored),
        "environment": dict(settings.environment),
        "flags": flags,
    }
