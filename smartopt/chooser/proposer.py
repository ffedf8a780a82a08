"""The interface behind which pass lists are chosen: ranked coreset, language model, search.

A proposer never touches LLVM and its answers are never trusted: every list is checked against the trusted passes,
tried, measured and verified before it counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..annotations import Protocol
from ..options import Objective
from ..records import dataclass

__all__ = ["FunctionView", "Proposal", "Proposer"]


@dataclass(frozen=True)
class FunctionView:
    """What a proposer may see of a function: its symbol, its size and, if the proposer asks for them, its normalised
    IR text (with its machine code or without) or its features (``smartopt.ir.features``).

    ``least`` is what a list must be expected to save for being tried at all: a proposer that knows may stop there.
    """

    name: str
    instructions: int
    text: str = ""
    features: tuple[float, ...] = ()
    least: float = 0.0


@dataclass(frozen=True)
class Proposal:
    """One pass list for one function: its text, who proposed it, and at which rank (from 0).

    ``saves`` is what the proposer expects it to save beyond those before it, in units of the objective; None where it
    does not know.
    """

    passes: str
    source: str
    rank: int
    saves: float | None = None


class Proposer(Protocol):
    """Chooses pass lists."""

    name: str
    """What reports call it, such as ``coreset-22`` or the model's name."""
    version: str
    """Changes whenever its answers may; part of cache keys and fingerprints."""
    wants_text: bool
    """Whether :attr:`FunctionView.text` must be filled in (normalised IR)."""
    wants_code: bool
    """Whether that text is to have the machine code that -Oz makes of the function with it (``ir.machine_code``)."""
    wants_features: bool
    """Whether :attr:`FunctionView.features` must be filled in."""

    def propose(self, functions: Sequence[FunctionView], objective: Objective, count: int) -> list[list[Proposal]]:
        """For each function at most ``count`` distinct lists, the most promising first."""
