"""The interface of everything that chooses pass lists: the ranked coreset, and language models.

A proposer never touches LLVM and its answers are never trusted: every list is checked against the trusted passes,
tried, measured and verified before it counts. ``choose`` says which proposer an optimisation gets.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..annotations import Literal, Protocol
from ..options import Objective
from ..records import dataclass

__all__ = ["FunctionView", "Proposal", "Proposer", "Source"]

Source = Literal["model", "coreset", "search"]
"""Who proposed a list: a language model, the ranked coreset, or random search."""


@dataclass(frozen=True)
class FunctionView:
    """What a proposer may see of a function.

    Attributes:
        name: its symbol.
        instructions: its size.
        text: its normalised IR, with its machine code or without (``smartopt.ir``); empty unless the proposer asks for
            it.
        lines: its lines (``smartopt.ir.lines``); empty unless the proposer asks for them.
        least: what a list must be expected to save to be tried at all: a proposer that knows may stop there.
    """

    name: str
    instructions: int
    text: str = ""
    lines: bytes = b""
    least: float = 0.0


@dataclass(frozen=True)
class Proposal:
    """One pass list for one function.

    Attributes:
        passes: the list's text.
        source: who really proposed it, which is the coreset wherever another proposer falls back to it.
        rank: its place in the order of that source, from 0.
        saves: what it is expected to save beyond the lists before it, in units of the objective; None if unknown.
    """

    passes: str
    source: Source
    rank: int
    saves: float | None = None


class Proposer(Protocol):
    """Chooses pass lists."""

    name: str
    """What reports call it: ``coreset-22``, ``lines-22`` or the model's name. If all lists came from the coreset, to
    which others fall back, reports give the coreset's name."""
    version: str
    """Changes whenever its answers may; part of cache keys and fingerprints."""
    wants_text: bool
    """Whether :attr:`FunctionView.text` must be filled in (normalised IR)."""
    wants_code: bool
    """Whether that text must include the machine code that -Oz makes of the function (``ir.machine_code``)."""
    wants_lines: bool
    """Whether :attr:`FunctionView.lines` must be filled in."""

    def propose(self, functions: Sequence[FunctionView], objective: Objective, count: int) -> list[list[Proposal]]:
        """For each function at most ``count`` distinct lists, the most promising first."""
