"""Where gains come from (Figures 3, 4 and 5): passes and lengths of lists, by source of functions, by their size.

Figures 4 and 5 are of gains over -Oz with -Oz as backup, in the paper's measure; size is in unoptimised instructions.
"""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any, Final

import numpy as np

from .arms import ARMS, OZ
from .functions import Sample, samples
from .kept import kept_choices
from .study import Study

__all__ = ["break_down"]

SIZES: Final = (0, 10, 20, 40, 80, 160, 320, 640, 1 << 30)
"""Bounds of the size classes of Figure 5."""


def break_down(study: Study) -> dict[str, Any]:
    """The figures of every approach that has run, in both arms."""
    answer: dict[str, Any] = {}
    for arm in ARMS:
        test = samples(study, arm, "test")
        names = sorted(
            path.stem.removeprefix(f"choices-{arm}-") for path in study.data_path(".").glob(f"choices-{arm}-*.json")
        )
        kept = {name: kept_choices(study, arm, name) or {} for name in names}
        answer[arm] = {
            "lists": {name: _lists(rows) for name, rows in kept.items() if all(row["passes"] for row in rows.values())},
            "by_package": {name: _by_package(test, rows) for name, rows in kept.items()},
            "by_size": {name: _by_size(test, rows) for name, rows in kept.items()},
            "sizes": [_size_name(low, high) for low, high in itertools.pairwise(SIZES)],
        }
    return answer


def _lists(rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Figure 3: in how many lists each pass occurs, and how long lists are without those that are -Oz alone."""
    lists = [tuple(row["passes"]) for row in rows.values()]
    others = [passes for passes in lists if passes != (OZ,)]
    occurs = Counter(name for passes in lists for name in set(passes))
    lengths = Counter(len(passes) for passes in others)
    return {
        "functions": len(lists),
        "oz_share": round(100 * (len(lists) - len(others)) / max(1, len(lists)), 2),
        "oz_within_longer": round(100 * sum(OZ in passes for passes in others) / max(1, len(lists)), 2),
        "mean_length": round(float(np.mean([len(passes) for passes in others])), 2) if others else None,
        "longest": max(lengths, default=0),
        "occurs": dict(occurs.most_common()),
        "lengths": {str(length): lengths[length] for length in sorted(lengths)},
    }


def _gain(found: list[Sample], rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    known = [sample for sample in found if sample.hash in rows]
    base = sum(sample.oz_instructions for sample in known)
    saved = [sample.oz_instructions - int(rows[sample.hash]["instructions"]) for sample in known]
    return {
        "functions": len(known),
        "alone": round(100 * sum(saved) / max(1, base), 4),
        "backup": round(100 * sum(max(0, one) for one in saved) / max(1, base), 4),
    }


def _by_package(test: list[Sample], rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    packages = sorted({sample.package for sample in test})
    return {package: _gain([one for one in test if one.package == package], rows) for package in packages}


def _by_size(test: list[Sample], rows: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        _gain([one for one in test if low < one.instructions <= high], rows) for low, high in itertools.pairwise(SIZES)
    ]


def _size_name(low: int, high: int) -> str:
    return f"{low + 1} to {high}" if high < 1 << 30 else f"over {low}"
