"""What trying lists costs, in instructions and in milliseconds, and which trials a budget buys.

A trial takes about as long as its function is large, so a list on a large function is not the same work as one on a
small function. *In instructions* a trial costs what the product's own budget counts (``optimizer.budget.trial_cost``):
the function's instructions and a constant. *In milliseconds* it costs a constant and a part for each hundred
instructions; choosing costs what was measured for the chooser, and reading a function costs a constant.

Every chooser spends the same budget, and spends it whole as long as it has lists to try.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...optimizer.budget import trial_cost
from ..outcomes import Indices, Ints
from .chooser import NONE, Ranking

__all__ = ["CostModel", "instruction_costs", "spend"]

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CostModel:
    """Processor milliseconds of one function's trials and of choosing for it.

    Attributes:
        trial_ms: a trial's constant part (least squares over 16 lists on 223 functions of c-ares, processor time of
            the workers).
        trial_ms_a_hundred: its part for each hundred instructions of the function (the same measurement).
        reading_ms: reading a function for a chooser that looks at it; measured for its features (820 functions of
            c-ares), and taken for its text too.
    """

    trial_ms: float = 0.5
    trial_ms_a_hundred: float = 1.0
    reading_ms: float = 0.44

    def trials(self, instructions: Ints) -> Doubles:
        """Milliseconds of one trial of each function."""
        costs: Doubles = self.trial_ms + self.trial_ms_a_hundred / 100 * instructions.astype(np.float64)
        return costs

    def choosing(self, choose_ms: float, reads: bool) -> float:
        """Milliseconds a function before any trial; ``choose_ms`` is the chooser's own measured time."""
        return choose_ms + (self.reading_ms if reads else 0.0)


def instruction_costs(instructions: Ints) -> Doubles:
    """What one trial of each function costs, in instructions."""
    return np.array([trial_cost(size) for size in instructions.tolist()], dtype=np.float64)


def spend(ranking: Ranking, costs: Doubles, budget: float, evenly: bool, seed: int = 0) -> Indices:
    """The part of a ranking that a budget buys: its order, with ``NONE`` where trials are left out.

    ``costs`` (functions) and ``budget`` have the same unit. *Evenly*, all functions get a first list before any gets a
    second; the last round, which the budget may not pay for all, serves functions drawn by ``seed``. Otherwise the
    trials that are expected to save most for their cost come first. A function's lists are always taken in their
    order: one that is expected to save more than those before it counts as much as they do.
    """
    order: Indices = ranking.order.copy()
    order[np.cumsum(order == NONE, axis=1) > 0] = NONE
    rows, places = np.nonzero(order != NONE)
    if evenly:
        worth = np.zeros(len(rows))
    else:
        if ranking.expected is None:
            raise ValueError("only expected savings tell which functions come first")
        falling = np.minimum.accumulate(ranking.expected.astype(np.float64), axis=1)
        worth = falling[rows, places] / costs[rows]
    drawn = np.random.default_rng(seed).permutation(len(order))
    queue = rows[np.lexsort((drawn[rows], places, -worth))]
    spent = np.cumsum(costs[queue])
    sure = int(np.searchsorted(spent, budget, side="right"))
    taken = np.bincount(queue[:sure], minlength=len(order))
    left = budget - (spent[sure - 1] if sure else 0.0)
    least = float(costs.min(initial=np.inf))
    # Trials that are too dear for what is left are passed over. So are the function's later ones, which cost as much.
    for row in queue[sure:].tolist():
        if left < least:
            break
        if costs[row] <= left:
            taken[row] += 1
            left -= costs[row]
    order[np.arange(order.shape[1]) >= taken[:, None]] = NONE
    return order
