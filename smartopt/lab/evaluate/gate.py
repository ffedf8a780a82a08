"""How well a chooser knows where nothing can be saved: the gate before all trials.

Truth is whether any of the lists beats -Oz. *Skipping* leaves out the functions with the least probability: what share
of the gain (the best of all lists) goes with them, and how many of those skipped were rightly skipped.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .chooser import Floats
from .measure import Longs

__all__ = ["gate"]

SKIPPED = (10, 25, 50, 75, 90)
"""Per cent of the functions."""

BINS = 10


def gate(said: Floats, ceiling: Longs) -> dict[str, Any]:
    """Figures of a gate: ``said`` is the probability, ``ceiling`` what the best list saves, function by function."""
    true = ceiling > 0
    order = np.argsort(said, kind="stable")
    rows = []
    for part in SKIPPED:
        skipped = order[: len(order) * part // 100]
        right = int((~true[skipped]).sum())
        rows.append(
            {
                "skipped": part,
                "least_probability": round(float(said[order[min(len(skipped), len(order) - 1)]]), 4),
                "gain_lost": _percent(int(ceiling[skipped].sum()), int(ceiling.sum())),
                "precision": _percent(right, len(skipped)),
                "recall": _percent(right, int((~true).sum())),
            }
        )
    bins = [rows_ for rows_ in np.array_split(order, BINS) if len(rows_)]
    return {
        "improved": _percent(int(true.sum()), len(true)),
        "auc": _auc(said, true),
        "skip": rows,
        "calibration": [
            {
                "functions": len(one),
                "said": round(100 * float(said[one].mean()), 2),
                "true": round(100 * float(true[one].mean()), 2),
            }
            for one in bins
        ],
    }


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 4) if whole else 0.0


def _auc(said: Floats, true: Any) -> float:
    """The probability that an improved function is given more than another one (ties count half)."""
    values, which, counts = np.unique(said, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    good = int(true.sum())
    bad = len(values[which]) - good
    if not good or not bad:
        return 0.5
    return round(float((ranks[which][true].sum() - good * (good + 1) / 2) / (good * bad)), 4)
