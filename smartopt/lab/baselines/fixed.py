"""Choosers that do not look at a function: -Oz itself, a random order, the ranked coreset; and the oracle.

Details: the random order is drawn anew for each function. The coreset's order is that of the label file. The oracle
looks up each function's best list in the outcomes that it is measured on: no chooser can do better with these lists.
"""

from __future__ import annotations

import numpy as np

from ...options import Objective
from ..evaluate.chooser import NONE, Functions, Ranking, same_order
from ..outcomes import Outcomes

__all__ = ["Coreset", "Oracle", "Oz", "RandomOrder"]


class Oz:
    """Tries nothing."""

    name = "oz"
    about = "-Oz alone: tries nothing"

    def rank(self, functions: Functions, count: int) -> Ranking:
        return Ranking(same_order([NONE] * count, len(functions)))


class RandomOrder:
    """The lists in an order of its own for each function."""

    name = "random"

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.about = f"the lists in random order (seed {seed})"

    def rank(self, functions: Functions, count: int) -> Ranking:
        keys = np.random.default_rng(self.seed).random((len(functions), len(functions.lists)), dtype=np.float32)
        return Ranking(np.argsort(keys, axis=1)[:, :count])


class Coreset:
    """The ranked order, the same for every function."""

    name = "coreset"
    about = "the lists in their ranked order"

    def rank(self, functions: Functions, count: int) -> Ranking:
        return Ranking(same_order(range(min(count, len(functions.lists))), len(functions)))


class Oracle:
    """The best list first: what these lists can bring at most."""

    name = "oracle"
    about = "the best list first, looked up in the outcomes themselves"

    def __init__(self, outcomes: Outcomes, objective: Objective) -> None:
        self.saved = outcomes.saved(objective)

    def rank(self, functions: Functions, count: int) -> Ranking:
        order = np.argsort(-self.saved, axis=1, kind="stable")[:, :count].astype(np.intp)
        worth = np.take_along_axis(self.saved, order, axis=1) > 0
        worth[:, 1:] = False
        return Ranking(np.where(worth, order, NONE))
