"""``smartopt-lab pilot``: do modules gain what the labels of their functions promise?

Labels are measured function by function in a view of their own; the product puts whole modules together. Here the
product takes, for each function that has a label, the list that the labels call best, and three sums are compared:
what the labels promise, what became of those same functions in the finished plan, and what the plan is smaller than
-Oz's module. Where the first and the last differ much, the view is wrong, and so is what is learnt from it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from ...chooser.proposer import FunctionView, Proposal
from ...errors import SmartoptError, UsageError
from ...llvm.toolchain import find_toolchain
from ...optimizer.start import start
from ...options import Objective, Options
from ..corpus.functions import hash_of, package_split
from ..corpus.recipes import SPLITS
from ..outcomes import FOLDER, Outcomes, load

__all__ = ["Delivered", "LabelProposer", "deliver", "main"]


class LabelProposer:
    """Proposes for each function the list that its label calls best, and nothing where -Oz is or no label is known."""

    name = version = "labels"
    wants_text, wants_code, wants_lines = True, False, False

    def __init__(self, outcomes: Outcomes) -> None:
        saved = outcomes.saved("size")
        best = np.argmax(saved, axis=1)
        self._best = {
            key.decode(): (outcomes.lists[place] if value > 0 else None, max(0, int(value)))
            for key, place, value in zip(outcomes.hashes, best, saved[np.arange(len(best)), best], strict=True)
        }
        self.promised: dict[str, int] = {}
        """Bytes that the label of each function in the last request promises."""

    def propose(self, functions: Sequence[FunctionView], objective: Objective, count: int) -> list[list[Proposal]]:
        known = [(view.name, self._best.get(hash_of(view.text))) for view in functions]
        self.promised = {name: found[1] for name, found in known if found is not None}
        return [[Proposal(found[0], "model", 0)] if found and found[0] else [] for _, found in known]


@dataclass
class Delivered:
    """Sums over modules, in bytes: ``oz`` is all of -Oz's, ``promised`` by the labels of ``labelled`` functions,
    ``there`` what those functions became smaller, ``whole`` what the plans are smaller than -Oz's modules."""

    files: int = 0
    labelled: int = 0
    oz: int = 0
    promised: int = 0
    there: int = 0
    whole: int = 0

    def __iadd__(self, other: Delivered) -> Delivered:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
        return self

    def line(self, title: str) -> str:
        shares = "".join(f"{100 * value / max(1, self.oz):8.2f}%" for value in (self.promised, self.there, self.whole))
        return f"{title:12} {self.files:5} {self.labelled:9} {self.oz:11,}{shares}"


HEADER = f"{'package':12} {'files':>5} {'labelled':>9} {'-Oz bytes':>11}{'promised':>9}{'there':>9}{'whole':>9}"


def deliver(data: bytes, name: str, proposer: LabelProposer, llvm: str) -> Delivered:
    """One module's sums. Raises SmartoptError if the product cannot work on it."""
    optimization = start(Options(llvm=llvm, effort="fast", select="plan", frames=False), None)
    try:
        optimization.context.choose = lambda _: proposer
        proposer.promised = {}
        report = optimization.run(data, name, False, None).report
    finally:
        optimization.close()
    sizes = {row["name"]: row["bytes"] for row in report["functions"]}
    there = [sizes[name] for name in proposer.promised if name in sizes]
    return Delivered(
        files=1,
        labelled=len(proposer.promised),
        oz=report["bytes"]["oz"]["total"],
        promised=sum(proposer.promised.values()),
        there=sum(size["oz"] - size["output"] for size in there),
        whole=report["bytes"]["oz"]["total"] - report["bytes"]["output"]["total"],
    )


def main(
    folder: Annotated[Path, typer.Option(help="The corpus folder.")],
    labels: Annotated[Path, typer.Option(help="Folder of outcomes-22-SPLIT.parquet.")] = FOLDER,
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "validation",
    files: Annotated[int, typer.Option(help="Files of each package, drawn by chance (0: all).")] = 20,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
) -> None:
    """Compare what labels promise with what the product delivers in whole modules, by package."""
    if split not in SPLITS:
        raise UsageError(f"no split is called {split}; there are {', '.join(SPLITS)}")
    proposer = LabelProposer(load(split, labels, find_toolchain(llvm).major))
    packages = sorted(path.name for path in (folder / "bitcode").glob("*") if package_split(path.name) == split)
    if not packages:
        raise UsageError(f"{folder} holds no bitcode of {split}; run smartopt-lab corpus build first")
    typer.echo(HEADER)
    total = Delivered()
    for package in packages:
        found = sorted((folder / "bitcode" / package).glob("*.bc"))
        random.Random(package).shuffle(found)
        sums = Delivered()
        for path in found[: files or None]:
            try:
                sums += deliver(path.read_bytes(), path.name, proposer, llvm)
            except SmartoptError as error:
                typer.echo(f"{package}/{path.name} is left out: {error}", err=True)
        typer.echo(sums.line(package))
        total += sums
    typer.echo(total.line("all"))
