"""``smartopt-lab autotune``: what a search finds for labelled functions, or for whole programs' run time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ...chooser.coreset import CoresetProposer
from ...errors import UsageError
from ...llvm.toolchain import find_toolchain
from ...passes.trusted import Trusted
from ..corpus.functions import package_split
from ..outcomes import FOLDER, SPLITS, load, path_of
from ..results import ResultFile
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
    objective: Annotated[
        str,
        typer.Option(
            help="size: bytes and instructions of labelled functions. speed: executed instructions of --functions "
            "whole programs, the examples' and csmith's, by --lists random lists each; FOLDER/speed.jsonl keeps them."
        ),
    ] = "size",
) -> None:
    """Autotune a sample of the labelled functions; goes on where an earlier run stopped."""
    if objective == "speed":
        _for_speed(folder, functions, lists, seed, minutes, llvm)
        return
    if objective != "size":
        raise UsageError(f"there is no objective {objective!r}; there are size and speed")
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


def _for_speed(folder: Path, programs: int, lists: int, seed: int, minutes: float, llvm: str) -> None:
    """Search whole programs for the fewest executed instructions; what was searched earlier is passed over."""
    from ..paper.arms import make_arm
    from ..paper.scales import scale
    from ..paper.speed import ARM, SpeedSearch, search_for_speed
    from ..paper.study import OutOfTime

    toolchain = find_toolchain(llvm)
    end = time.monotonic() + 60 * minutes
    campaign = {"llvm": toolchain.version, "lists": lists, "seed": seed}
    store = ResultFile(folder / "speed.jsonl", campaign, 1, "autotune --objective speed")

    def check_time() -> None:
        if time.monotonic() > end:
            raise OutOfTime

    def keep(row: dict[str, Any]) -> None:
        store.add([row])

    search = SpeedSearch(
        toolchain, make_arm(ARM, toolchain), programs, lists, scale("small").longest, seed,
        typer.echo, check_time, {row["program"]: row for row in store.lines}, keep,
    )  # fmt: skip
    try:
        found = search_for_speed(search)
    except OutOfTime:
        typer.echo(f"stopped after {minutes:g} minutes; the same command goes on")
        raise typer.Exit(3) from None
    typer.echo(
        f"{len(found['programs'])} programs, {found['runs']:,} runs: the best list executes {found['saved']:.2f}% "
        f"fewer instructions than -O3, {found['mean_saved']:.2f}% on average"
    )
