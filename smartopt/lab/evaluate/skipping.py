"""Measures how well a chooser knows which functions are not worth a trial, because no list beats -Oz there.

Skipping leaves out the functions to which the chooser gives the least probability of a gain. Measured are the share of
the gain (of the best list) that is lost with them, and how many of them have indeed no gain.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .chooser import Floats
from .measure import Longs

__all__ = ["skipping"]

SKIPPED = (10, 25, 50, 75, 90)
"""Per cent of the functions."""

BINS = 10


def skipping(probability: Floats, best: Longs) -> dict[str, Any]:
    """Figures of skipping, from each function's predicted probability of a gain and what its best list saves."""
    true = best > 0
    order = np.argsort(probability, kind="stable")
    rows = []
    for part in SKIPPED:
        skipped = order[: len(order) * part // 100]
        right = int((~true[skipped]).sum())
        rows.append(
            {
                "skipped": part,
                "least_probability": round(float(probability[order[min(len(skipped), len(order) - 1)]]), 4),
                "gain_lost": _percent(int(best[skipped].sum()), int(best.sum())),
                "precision": _percent(right, len(skipped)),
                "recall": _percent(right, int((~true).sum())),
            }
        )
    bins = [rows_ for rows_ in np.array_split(order, BINS) if len(rows_)]
    return {
        "improved": _percent(int(true.sum()), len(true)),
        "auc": _auc(probability, true),
        "skip": rows,
        "calibration": [
            {
                "functions": len(one),
                "said": round(100 * float(probability[one].mean()), 2),
                "true": round(100 * float(true[one].mean()), 2),
            }
            for one in bins
        ],
    }


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 4) if whole else 0.0


def _auc(probability: Floats, true: Any) -> float:
    """The probability that an improved function is given more than another one (ties count half)."""
    values, which, counts = np.unique(probability, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    good = int(true.sum())
    bad = len(values[which]) - good
    if not good or not bad:
        return 0.5
    return round(float((ranks[which][true].sum() - good * (good + 1) / 2) / (good * bad)), 4)
