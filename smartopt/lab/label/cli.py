"""``smartopt-lab label``: the outcome matrix of a corpus, and the tables that are committed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from ... import __version__
from ...chooser.coreset import CoresetProposer
from ...errors import InputError, UsageError
from ...ir.normalise import NORMALISER_VERSION
from ...llvm.toolchain import find_toolchain
from ...passes.plan_stages import OZ_LIST
from ..corpus.functions import VIEW_VERSION, package_split
from ..corpus.recipes import SPLITS
from .label import choose, label, read_outcomes
from .tables import read_table, write_table

__all__ = ["main"]


def main(
    folder: Annotated[Path, typer.Option(help="The corpus folder.")],
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "train",
    lists: Annotated[
        Path | None,
        typer.Option(help="Lists, one a line, or a coreset that tune wrote (.json); the packaged coreset by default."),
    ] = None,
    most: Annotated[int, typer.Option(help="Leave out functions of more instructions than this.")] = 1000,
    least: Annotated[int, typer.Option(help="Leave out functions of fewer instructions than this.")] = 0,
    beside: Annotated[
        Path | None, typer.Option(help="Folder of a table whose functions are kept and not labelled again.")
    ] = None,
    driver: Annotated[
        bool, typer.Option("--driver", help="Label as the compiler driver measures: slim code, with frame pointers.")
    ] = False,
    each: Annotated[int, typer.Option(help="Label about so many functions of a package (0: all).")] = 0,
    jobs: Annotated[int, typer.Option(help="Files at a time.")] = os.cpu_count() or 1,
    minutes: Annotated[float, typer.Option(help="Begin no further file after so many minutes.")] = 600.0,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    ray: Annotated[str | None, typer.Option(help="Work on the Ray cluster at this address.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the table, such as models/labels.")] = None,
) -> None:
    """Run every list of the coreset on every function of a split; goes on where an earlier run stopped."""
    if split not in SPLITS:
        raise UsageError(f"no split is called {split}; there are {', '.join(SPLITS)}")
    toolchain = find_toolchain(llvm)
    coreset = _read_lists(lists) if lists else list(CoresetProposer.load(toolchain.major).lists("size"))
    present = sorted(path.stem for path in (folder / "functions").glob("*.parquet"))
    mine = [name for name in present if package_split(name) == split]
    if not mine:
        raise UsageError(f"{folder} holds no functions of {split}; run smartopt-lab corpus functions first")
    # What is in test is kept out of validation, and what is in either out of train.
    above = {"test": (), "validation": ("test",), "train": ("test", "validation")}[split]
    unwanted, _ = _hashes(folder, [name for name in present if package_split(name) in above])
    kept = read_table(beside, toolchain.major, split, coreset) if beside else None
    unwanted |= set(kept["hash"].to_pylist()) if kept else set()
    plans = choose(folder, mine, frozenset(unwanted), most, each=each, least=least)
    count = sum(len(plan.functions) for plan in plans)
    typer.echo(f"{split}: {count} functions in {len(plans)} files of {len(mine)} packages, {len(coreset)} lists")
    tried = [OZ_LIST, *coreset]
    label(folder, plans, tried, llvm, jobs, minutes, typer.echo, ray, driver)
    if out is not None:
        from ..outcomes import path_of

        _, instructions = _hashes(folder, mine)
        about = {
            "llvm": toolchain.version,
            "normaliser": NORMALISER_VERSION,
            "view": VIEW_VERSION,
            "smartopt": __version__,
            "oz": OZ_LIST,
            "most_instructions": most,
            "driver": driver,
        }
        path = path_of(split, out, toolchain.major)
        rows = write_table(path, read_outcomes(folder, plans, tried, driver), coreset, about, instructions, kept)
        typer.echo(f"wrote {path}: {rows} functions, {path.stat().st_size / 1e6:.1f} MB")


def _read_lists(path: Path) -> list[str]:
    """The lists of a text file, one a line, or of a coreset file. Raises InputError."""
    try:
        text = path.read_text()
        return list(json.loads(text)["lists"]["size"]) if path.suffix == ".json" else text.splitlines()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} cannot be read as lists: {error}; name a file with a list on each line") from error


def _hashes(folder: Path, packages: list[str]) -> tuple[set[str], dict[str, int]]:
    import pyarrow.parquet as pq

    instructions: dict[str, int] = {}
    for name in packages:
        table = pq.read_table(folder / "functions" / f"{name}.parquet", columns=["hash", "instructions"])
        instructions.update(zip(table["hash"].to_pylist(), table["instructions"].to_pylist(), strict=True))
    return set(instructions), instructions
