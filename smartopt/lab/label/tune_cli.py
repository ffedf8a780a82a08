"""``smartopt-lab autotune``: what a search finds for a sample of labelled functions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ...chooser.coreset import CoresetProposer
from ...errors import UsageError
from ...llvm.toolchain import find_toolchain
from ...passes.trusted import Trusted
from ..corpus.functions import package_split
from ..outcomes import FOLDER, SPLITS, load, path_of
from ..tune.templates import candidates
from .autotune import Tuning, autotune, lists_for, plans_for, write_best

__all__ = ["main"]


def main(
    folder: Annotated[Path, typer.Option(help="The corpus folder.")],
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "validation",
    labels: Annotated[Path, typer.Option(help="Folder of the label tables; best_bytes, best_insns go there.")] = FOLDER,
    functions: Annotated[int, typer.Option(help="How many labelled functions, in whole files drawn by seed.")] = 1000,
    lists: Annotated[int, typer.Option(help="Random lists that every function is tried with.")] = 300,
    rounds: Annotated[int, typer.Option(help="Rounds of each function's own search.")] = 6,
    width: Annotated[int, typer.Option(help="Lists a function and round.")] = 24,
    seed: Annotated[int, typer.Option(help="Of the sample and of every list.")] = 1,
    jobs: Annotated[int, typer.Option(help="Files at a time.")] = os.cpu_count() or 1,
    minutes: Annotated[float, typer.Option(help="Begin no further file after so many minutes.")] = 600.0,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    ray: Annotated[str | None, typer.Option(help="Work on the Ray cluster at this address.")] = None,
) -> None:
    """Autotune a sample of the labelled functions; goes on where an earlier run stopped."""
    if split not in SPLITS:
        raise UsageError(f"no split is called {split}; there are {', '.join(SPLITS)}")
    toolchain = find_toolchain(llvm)
    outcomes = load(split, labels, toolchain.major)
    known = frozenset(key.decode() for key in outcomes.hashes.tolist())
    packages = sorted(p.stem for p in (folder / "functions").glob("*.parquet") if package_split(p.stem) == split)
    plans = plans_for(folder, packages, known, functions, seed)
    present = sum(len(plan.functions) for plan in plans)
    if not present:
        raise UsageError(f"{folder} holds none of the functions of {split}; run smartopt-lab corpus functions first")
    trusted = Trusted.load(toolchain.major)
    coreset = CoresetProposer.load(toolchain.major)
    own = [*coreset.lists("size"), *coreset.lists("instructions")]
    tuning = Tuning(lists_for(own, candidates(seed, lists, trusted)), rounds, width, seed)
    typer.echo(f"{present} functions in {len(plans)} files; up to {tuning.trials} trials for each")
    found = autotune(folder, plans, tuning, llvm, jobs, minutes, typer.echo, ray)
    if not found:
        raise UsageError("nothing was tuned in the time given")
    about = {"functions": len(found), "lists": len(tuning.lists), "rounds": rounds, "width": width, "seed": seed}
    path = path_of(split, labels, toolchain.major)
    write_best(path, found, about)
    trials = sum(row["trials"] for row in found.values())
    typer.echo(f"{path}: the best of {trials:,} trials for {len(found):,} functions")
