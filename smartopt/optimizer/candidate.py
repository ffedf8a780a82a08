"""Candidates: finished modules that may be the output, and the decisions that make them again."""

from __future__ import annotations

from ..objfile.sizes import Sizes
from ..records import dataclass, field
from ..worker.protocol import Finished, Recipe
from .outcome import Winner

__all__ = ["Candidate", "Chosen", "Decision"]


@dataclass(frozen=True)
class Chosen:
    """The list that a function got in a plan: its text, who proposed it, and at which rank (from 0)."""

    passes: str
    source: str
    rank: int


@dataclass(frozen=True)
class Decision:
    """What makes a candidate again from the source: choices only, never code.

    Attributes:
        kind: of candidate.
        strategy: the plan's (``optimizer.strategies``); empty for others.
        recipe: how the plan's base is made; for others the pipeline and threshold of the whole module.
        debug: whether the source has debug information.
        lists: the plan's lists, by function.
        last: functions whose lists run after all others'.
        attributes: code generation attributes, by function.
    """

    kind: Winner
    recipe: Recipe
    strategy: str = ""
    debug: bool = False
    lists: dict[str, str] = field(default_factory=dict)
    last: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class Candidate:
    """One finished module that may be the output.

    Attributes:
        kind: what made it.
        text: what reports call it.
        module: the module; its sizes compare with those of -Oz's object.
        lists: each function's list, in a plan.
        decision: what makes it again.
    """

    kind: Winner
    text: str
    module: Finished
    lists: dict[str, Chosen]
    decision: Decision

    @property
    def sizes(self) -> Sizes | None:
        """Of its object; None where the target cannot be measured."""
        return self.module.sizes

    @property
    def instructions(self) -> int:
        """IR instructions of all its functions."""
        return sum(self.module.instructions.values())

    @property
    def total(self) -> int:
        """Allocated bytes; 0 where the target cannot be measured."""
        return self.module.sizes.total if self.module.sizes else 0

    def score(self, by_size: bool) -> tuple[int, int]:
        """Smaller is better: the chosen measure first, the other to break ties."""
        pair = (self.total, self.instructions)
        return pair if by_size else (pair[1], pair[0])
