"""The interface behind which a language model runs: three runtimes implement it."""

from __future__ import annotations

from collections.abc import Sequence

from ..annotations import Protocol
from ..options import Objective

__all__ = ["Answer", "Backend"]

Answer = tuple[list[int], list[float], float]
"""The numbers of all lists in the order to try them, what each should save beyond those before it (or nothing), and the
logit of "some list beats -Oz here"."""


class Backend(Protocol):
    """Runs a model."""

    def rank(self, texts: Sequence[str], objective: Objective) -> list[Answer | None]:
        """An answer for each normalised text; None for one that is longer than the context.

        Raises ModelError or EngineError if the model cannot be used.
        """

    def close(self) -> None:
        """Frees processes and memory; may be called twice."""
