"""``smartopt-lab corpus``: build packages, extract their functions, describe the corpus."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ...errors import UsageError
from ...llvm.toolchain import find_toolchain
from ..console import table_console
from ..packages import PackageError
from ..targets import find_targets, prepare_targets
from .build import build_package, manifest
from .cross import cross_package, is_done
from .examples import EXAMPLES, build_examples
from .functions import extract
from .recipes import SPLITS
from .stats import shared, statistics

__all__ = ["app"]

app = typer.Typer(help="The corpus of functions that models learn from.", no_args_is_help=True)
Folder = Annotated[Path, typer.Option(help="The corpus folder.")]


@app.command()
def build(
    folder: Folder,
    split: Annotated[str, typer.Option(help="train, validation or test; all three by default.")] = "",
    packages: Annotated[str, typer.Option(help="Comma-separated; the whole split by default.")] = "",
    jobs: Annotated[int, typer.Option(help="Compiles at a time.")] = os.cpu_count() or 1,
    minutes: Annotated[float, typer.Option(help="Start no further package after so many minutes.")] = 600.0,
    each: Annotated[float, typer.Option(help="Minutes that one package may take.")] = 15.0,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    again: Annotated[bool, typer.Option("--again", help="Build also what failed before.")] = False,
) -> None:
    """Fetch packages, build them with smartopt-clang and keep the bitcode of every compile."""
    if split and split not in SPLITS:
        raise UsageError(f"no split is called {split}; there are {', '.join(SPLITS)}")
    names = packages.split(",") if packages else [n for s in ([split] if split else SPLITS) for n in SPLITS[s]]
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + 60 * minutes
    for number, name in enumerate(names, 1):
        before = manifest(folder).get(name)
        if before is not None and not (again and before.status != "built"):
            continue
        if time.monotonic() > deadline:
            typer.echo(f"out of time before {name}; run again to go on")
            break
        build_package(name, folder, llvm, jobs, each, partial(_say, f"[{number}/{len(names)}]"))
    rows = [row for name, row in manifest(folder).items() if name in names]
    done = [row for row in rows if row.status != "failed"]
    typer.echo(f"{len(done)} of {len(names)} packages, {sum(row.files for row in done)} files")


@app.command()
def cross(
    folder: Folder,
    target: Annotated[str, typer.Option(help="Targets, comma-separated.")],
    packages: Annotated[str, typer.Option(help="Comma-separated; all of the train split by default.")] = "",
    files: Annotated[int | None, typer.Option(help="At most so many C files of each package; all by default.")] = None,
    jobs: Annotated[int, typer.Option(help="Compiles at a time.")] = os.cpu_count() or 1,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    again: Annotated[bool, typer.Option("--again", help="Also packages that were cross-compiled before.")] = False,
) -> None:
    """Cross-compile packages' C files to bitcode; each target gets a corpus of its own, FOLDER/TARGET.

    Files that do not compile for a target are left out and counted. What packages and targets need is installed.
    """
    targets = find_targets(target)
    prepare_targets(targets)
    toolchain = find_toolchain(llvm)
    names = packages.split(",") if packages else list(SPLITS["train"])
    for name in names:
        for one in targets:
            if again or not is_done(name, one, folder):
                try:
                    cross_package(name, one, folder, toolchain, jobs, files, typer.echo)
                except PackageError as error:
                    typer.echo(str(error))
                    break
    for one in targets:
        rows = [row for name, row in manifest(folder / one.name).items() if name in names]
        typer.echo(f"{one.name}: {len(rows)} of {len(names)} packages, {sum(row.files for row in rows)} files")


@app.command()
def csmith(
    folder: Folder,
    programs: Annotated[int, typer.Option(help="How many seeds.")] = 1000,
    seed: Annotated[int, typer.Option(help="The first of them; all within 1 to 999,999.")] = 1,
    jobs: Annotated[int, typer.Option(help="Programs at a time.")] = os.cpu_count() or 1,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
) -> None:
    """Make csmith's programs and keep their bitcode as the train package csmith."""
    from .csmith import build_csmith

    (folder / "bitcode").mkdir(parents=True, exist_ok=True)
    build_csmith(folder, programs, seed, llvm, jobs, typer.echo)


@app.command()
def examples(
    folder: Folder,
    sources: Annotated[Path, typer.Option(help="The examples of a checkout.")] = EXAMPLES,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
) -> None:
    """Make this project's own examples two packages, one of train and one of validation: a corpus in seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    build_examples(folder, sources, llvm, typer.echo)


@app.command()
def functions(
    folder: Folder,
    packages: Annotated[str, typer.Option(help="Comma-separated; all that were built by default.")] = "",
    jobs: Annotated[int, typer.Option(help="Files at a time.")] = os.cpu_count() or 1,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    front: Annotated[bool, typer.Option("--front", help="Also functions as clang emitted them.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also packages that were extracted before.")] = False,
) -> None:
    """Extract the functions of packages: their texts, and the modules on which lists will be tried."""
    done = [name for name, row in manifest(folder).items() if row.status != "failed"]
    for name in packages.split(",") if packages else done:
        if again or not (folder / "functions" / f"{name}.parquet").exists():
            extract(folder, name, llvm, jobs, ("base", "front") if front else ("base",), typer.echo)


@app.command()
def stats(
    folder: Folder,
    labels: Annotated[Path, typer.Option(help="Folder of outcomes-*.parquet.")] = Path("models/labels"),
) -> None:
    """Describe the corpus, and check that no function is in the labels of two splits (exit code 1 if one is)."""
    import pyarrow.parquet as pq
    from rich.table import Table

    table = Table("split", "packages", "files", "MB of bitcode", "functions", "in no other split", "instructions", "MB")
    for row in statistics(folder):
        sizes = (f"{row.bitcode / 1e6:.1f}", f"{row.functions:,}", f"{row.alone:,}", f"{row.instructions:,}")
        table.add_row(row.split, str(row.packages), str(row.files), *sizes, f"{row.characters / 1e6:.1f}")
    table_console().print(table)
    files = {path.stem.split("-")[-1]: path for path in sorted(labels.glob("outcomes-*.parquet"))}
    hashes = {split: pq.read_table(path, columns=["hash"])["hash"].to_pylist() for split, path in files.items()}
    for split, found in hashes.items():
        typer.echo(f"labelled in {split}: {len(found):,} functions, {len(found) - len(set(found))} of them twice")
    common = shared(hashes)
    for (one, other), count in common.items():
        typer.echo(f"labelled in both {one} and {other}: {count}")
    if any(common.values()):
        raise typer.Exit(1)


def _say(where: str, line: str) -> None:
    typer.echo(f"{where} {line}")
