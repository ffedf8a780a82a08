"""The paper's measures (Tables III and IV) and shares of the best of all lists, with bootstrapped intervals.

*Alone* is the paper's Table III: the best of the k lists tried is taken even where it is worse than -Oz. *With backup*
is its Table IV: -Oz is compiled too and the smallest is taken. Whatever is saved is counted in both measures, bytes and
instructions; the choice is made by the objective. Additional compilations are those beyond the one that every function
needs anyway. A list whose outcome is unknown costs a compilation and leaves the function to -Oz.

Intervals: *by package*, packages drawn with replacement (what another set of packages would give; with few packages it
is rough), and *by function*, functions drawn with replacement within each package (what other functions of the same
packages would give). Differences to another chooser are taken draw by draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...options import Objective
from ..outcomes import Indices, Outcomes
from .chooser import NONE, Ranking

__all__ = ["Doubles", "Draws", "Longs", "Walk", "draw", "measures", "other", "walk"]

Longs = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


def other(objective: Objective) -> Objective:
    return "instructions" if objective == "size" else "size"


@dataclass(frozen=True, eq=False)
class Walk:
    """The savings of a ranking, functions x k: what the best of the first k lists saves over -Oz.

    ``alone`` and ``backup`` are in the objective, ``alone_other`` and ``backup_other`` what the same choices save in
    the other measure, ``tried`` how many lists were tried.
    """

    alone: Longs
    backup: Longs
    alone_other: Longs
    backup_other: Longs
    tried: Longs


def walk(outcomes: Outcomes, objective: Objective, ranking: Ranking, count: int) -> Walk:
    """Try the lists in order. A ranking shorter than ``count`` tries nothing after its end."""
    order = np.full((len(outcomes), count), NONE, dtype=np.intp)
    width = min(count, ranking.order.shape[1])
    order[:, :width] = ranking.order[:, :width]
    order[np.cumsum(order == NONE, axis=1) > 0] = NONE
    some = order != NONE
    at = np.where(some, order, 0)
    usable = some & np.take_along_axis(outcomes.known(), at, axis=1)
    saved = {kind: np.take_along_axis(outcomes.saved(kind), at, axis=1).astype(np.int64) for kind in _BOTH}
    lowest = np.iinfo(np.int64).min
    # The objective decides, the other measure breaks ties, as in the product: both in one number.
    score = np.where(usable, (saved[objective] << 32) + saved[other(objective)], lowest)
    best = np.maximum.accumulate(score, axis=1)
    first, second = _unpacked(np.where(best == lowest, 0, best))
    kept = np.maximum(best, 0)
    backup, backup_other = _unpacked(kept)
    return Walk(first, backup, second, backup_other, np.cumsum(some, axis=1))


_BOTH: tuple[Objective, Objective] = ("size", "instructions")


def _unpacked(score: Longs) -> tuple[Longs, Longs]:
    """The two numbers of ``(a << 32) + b``, where b may be negative."""
    low = ((score + (1 << 31)) & ((1 << 32) - 1)) - (1 << 31)
    return (score - low) >> 32, low


def measures(outcomes: Outcomes, objective: Objective, found: Walk, count: int) -> dict[str, Any]:
    """The paper's measures after ``count`` lists."""
    at = count - 1
    tried = int(found.tried[:, at].sum())
    named = int((found.tried[:, at] > 0).sum())
    units = {"size": "bytes", "instructions": "instructions"}
    answer: dict[str, Any] = {}
    for kind, extra in (("alone", tried - named), ("backup", tried)):
        columns = {
            objective: getattr(found, kind)[:, at],
            other(objective): getattr(found, f"{kind}_other")[:, at],
        }
        part: dict[str, Any] = {"additional_compilations": extra}
        for unit in _BOTH:
            saved, base = columns[unit], int(outcomes.baseline(unit).sum())
            part[units[unit]] = {
                "improved": int((saved > 0).sum()),
                "regressed": int((saved < 0).sum()),
                "saved": int(saved[saved > 0].sum()),
                "lost": int(-saved[saved < 0].sum()),
                "overall": round(100 * float(saved.sum()) / max(1, base), 4),
            }
        answer[kind] = part
    return answer


@dataclass(frozen=True, eq=False)
class Draws:
    """How often each function counts, draw by draw: the first row is the sample itself, once each."""

    weights: npt.NDArray[np.float32]

    def sums(self, columns: npt.NDArray[Any]) -> Doubles:
        """Sums of the columns (functions x anything) for every draw."""
        return self.weights.astype(np.float64) @ columns.reshape(len(columns), -1).astype(np.float64)

    @staticmethod
    def interval(values: Doubles) -> list[float]:
        """Middle 95% of the draws after the first."""
        low, high = np.nanpercentile(values[1:], [2.5, 97.5])
        return [round(float(low), 4), round(float(high), 4)]


def draw(packages: Sequence[str] | npt.NDArray[np.str_], times: int, seed: int, by: str) -> Draws:
    """Bootstrap draws ``by`` package or by function (within packages)."""
    rng = np.random.default_rng(seed)
    names, codes = np.unique(np.asarray(packages), return_inverse=True)
    weights = np.ones((times + 1, len(codes)), dtype=np.float32)
    if by == "package":
        weights[1:] = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=times)[:, codes]
        return Draws(weights)
    for code in range(len(names)):
        rows: Indices = np.flatnonzero(codes == code)
        weights[1:, rows] = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=times)
    return Draws(weights)
