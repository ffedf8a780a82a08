"""What a caller of the optimizer gets."""

from __future__ import annotations

from ..records import dataclass
from .outcome import Outcome
from .report import Report, make_report

__all__ = ["Result"]


@dataclass(frozen=True)
class Result:
    """The output and what it came to.

    Attributes:
        data: the whole output module: bitcode, or text if it was asked for. Where smartopt stands for clang and
            remembers that -Oz's own module won, it is the input: clang makes that object.
        outcome: what was decided.
    """

    data: bytes
    outcome: Outcome

    @property
    def report(self) -> Report:
        """The report: plain JSON data with the fields of schema 1 (``optimizer.report``)."""
        return make_report(self.outcome)
