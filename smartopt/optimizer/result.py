"""What one optimisation came to, and how it is reported."""

from __future__ import annotations

from ..annotations import Any
from ..records import dataclass

__all__ = ["Candidate", "Chosen", "Result"]


@dataclass(frozen=True)
class Result:
    """The output and the report.

    Attributes:
        data: the whole output module: bitcode, or text if it was asked for. Where smartopt stands for clang and
            remembers that -Oz's own won, it is the input: clang makes that object.
        report: plain JSON data with the fields of schema 1 (README, "The report").
    """

    data: bytes
    report: dict[str, Any]


@dataclass(frozen=True)
class Chosen:
    """The list that a function got in a plan: its text, who proposed it and at which rank."""

    passes: str
    source: str
    rank: int


@dataclass
class Candidate:
    """One finished module that may be the output.

    ``answer`` is a workbench's description (bitcode, instructions by function, interface, sizes or None).
    """

    kind: str
    text: str
    answer: dict[str, Any]
    lists: dict[str, Chosen]
    decision: dict[str, Any]
    """What makes this candidate again (``optimizer.memory``)."""

    @property
    def instructions(self) -> int:
        return sum(self.answer["instructions"].values())

    @property
    def total(self) -> int:
        """Allocated bytes; 0 where the target cannot be measured."""
        return int(self.answer["sizes"]["total"]) if self.answer["sizes"] else 0

    def score(self, by_size: bool) -> tuple[int, int]:
        """Smaller is better: the chosen measure first, the other to break ties."""
        pair = (self.total, self.instructions)
        return pair if by_size else (pair[1], pair[0])
