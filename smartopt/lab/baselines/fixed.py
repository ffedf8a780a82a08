"""Choosers that do not look inside a function: -Oz itself, a random order, the ranked coreset; and the oracle.

Details: the random order is drawn anew for each function. The coreset's order is the same for all: for bytes that of
the label file, for instructions the one in which the lists save most instructions on the train functions. The oracle
looks up each function's best list in the outcomes that it is measured on: no chooser can do better with these lists.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...options import Objective
from ..evaluate.chooser import NONE, Functions, Ranking, same_order
from ..outcomes import Outcomes

__all__ = ["Coreset", "CoresetBySize", "Oracle", "Oz", "RandomOrder"]


class Oz:
    """Tries nothing."""

    name = "oz"
    about = "-Oz alone: tries nothing"
    reads = False

    def rank(self, functions: Functions, count: int) -> Ranking:
        return Ranking(same_order([NONE] * count, len(functions)))


class RandomOrder:
    """The lists in an order of its own for each function."""

    name = "random"
    reads = False

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.about = f"the lists in random order (seed {seed})"

    def rank(self, functions: Functions, count: int) -> Ranking:
        keys = np.random.default_rng(self.seed).random((len(functions), len(functions.lists)), dtype=np.float32)
        return Ranking(np.argsort(keys, axis=1)[:, :count])


class Coreset:
    """The ranked order, the same for every function."""

    name = "coreset"
    about = "the lists in their ranked order, spent evenly: as many for every function"
    reads = False

    def __init__(self, order: Sequence[int]) -> None:
        self._order = order

    def rank(self, functions: Functions, count: int) -> Ranking:
        return Ranking(same_order(self._order[:count], len(functions)))


class CoresetBySize:
    """The ranked order, the same for every function, spent where functions are large.

    Of a function only its number of instructions is known. The list at a place of the order is expected to save that
    number times what lists at that place saved on the train functions, beyond those before it, per instruction.
    """

    name = "coreset-by-size"
    about = "the lists in their ranked order, spent by the function's size alone"
    reads = False

    def __init__(self, order: Sequence[int], train: Outcomes, objective: Objective) -> None:
        self._order = order
        saved = np.maximum(train.saved(objective)[:, list(order)], 0)
        totals = np.maximum.accumulate(saved, axis=1).sum(axis=0, dtype=np.float64)
        self._rates = np.diff(totals, prepend=0) / max(1, int(train.instructions.sum()))

    def rank(self, functions: Functions, count: int) -> Ranking:
        expected = functions.instructions[:, None] * self._rates[:count].astype(np.float32)
        return Ranking(same_order(self._order[:count], len(functions)), expected.astype(np.float32), evenly=False)


class Oracle:
    """The best list alone, where it saves most for its cost: what these lists can bring at most."""

    name = "oracle"
    about = "the best list alone, looked up in the outcomes themselves, spent by what it saves"
    reads = False

    def __init__(self, outcomes: Outcomes, objective: Objective) -> None:
        self.saved = outcomes.saved(objective)

    def rank(self, functions: Functions, count: int) -> Ranking:
        order = np.argsort(-self.saved, axis=1, kind="stable")[:, :count].astype(np.intp)
        gains = np.take_along_axis(self.saved, order, axis=1).astype(np.float32)
        worth = gains > 0
        worth[:, 1:] = False
        return Ranking(np.where(worth, order, NONE), np.where(worth, gains, 0), evenly=False)
