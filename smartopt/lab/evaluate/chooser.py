"""The one interface behind which everything that chooses lists is measured.

A chooser sees functions (never their outcomes) and ranks lists for each. The product's proposers, the baselines and
the oracle all implement it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ...errors import UsageError
from ...options import Objective
from ..outcomes import Indices, Outcomes

__all__ = ["NONE", "Chooser", "Floats", "Functions", "Ranking", "Training", "same_order"]

NONE = -1
"""In a ranking: no further list is tried."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Functions:
    """What a chooser may see of the functions that it ranks lists for."""

    lists: tuple[str, ...]
    instructions: npt.NDArray[np.int32]
    features: Floats | None = None
    texts: Callable[[bool], Sequence[str]] | None = None
    lines: Callable[[], Sequence[bytes]] | None = None

    def __len__(self) -> int:
        return len(self.instructions)

    @property
    def numbers(self) -> Floats:
        """Their features (``smartopt.lab.features``)."""
        if self.features is None:
            raise UsageError("this chooser reads the functions themselves: give --corpus FOLDER (smartopt-lab corpus)")
        return self.features

    def read_lines(self) -> Sequence[bytes]:
        """Their lines (``smartopt.ir.lines``)."""
        if self.lines is None:
            raise UsageError("this chooser reads the functions themselves: give --corpus FOLDER (smartopt-lab corpus)")
        return self.lines()

    def read(self, code: bool = False) -> Sequence[str]:
        """Their normalised texts, with their machine code beside them or without."""
        if self.texts is None:
            raise UsageError("this chooser reads the functions themselves: give --corpus FOLDER (smartopt-lab corpus)")
        return self.texts(code)


@dataclass(frozen=True, eq=False)
class Training:
    """What a chooser may learn from: the outcomes of train functions, and their features."""

    outcomes: Outcomes
    features: Floats
    objective: Objective
    seed: int = 0
    jobs: int = 1


@dataclass(frozen=True, eq=False)
class Ranking:
    """Lists by number for each function, in the order in which they are tried; ``NONE`` ends a row early.

    ``expected`` is what the chooser expects each list to save beyond -Oz and the lists before it, ``any`` its
    probability that some list beats -Oz at all; None if it predicts neither. ``evenly`` says whether the order is also
    measured with as many lists for every function; otherwise only with what is expected deciding where lists go.
    """

    order: Indices
    expected: Floats | None = None
    any: Floats | None = None
    evenly: bool = True


class Chooser(Protocol):
    """Ranks lists."""

    name: str
    about: str
    """One line: what it is, with its settings."""
    reads: bool
    """Whether it looks at the functions (features or text), which costs time before anything is chosen."""

    def rank(self, functions: Functions, count: int) -> Ranking:
        """At most ``count`` distinct lists for each function."""


def same_order(order: Sequence[int], rows: int) -> Indices:
    """One order for all functions."""
    return np.tile(np.asarray(order, dtype=np.intp), (rows, 1))
