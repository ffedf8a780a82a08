"""One evaluation: choosers are made, timed and measured; the answer is plain data with everything that tables show."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..outcomes import Outcomes
from .chooser import Ranking
from .ground import Ground, chooser
from .measure import Draws, Walk, draw, measures, walk

__all__ = ["KS", "SCHEMA", "Measured", "evaluate", "measure_all"]

SCHEMA = 1
KS = (1, 2, 4, 8, 16)
REFERENCE = "coreset"
"""Differences are to this chooser."""

BY = ("package", "function")
Report = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Measured:
    """A chooser's answers and what they came to."""

    name: str
    about: str
    ranking: Ranking
    walk: Walk
    fit_seconds: float
    choose_ms: float
    """Milliseconds a function, features not counted."""


def measure_all(ground: Ground, names: Sequence[str], count: int, report: Report) -> list[Measured]:
    """Make each chooser, let it rank ``count`` lists for every function, and look the outcomes up."""
    outcomes = ground.outcomes
    count = min(count, len(outcomes.lists))
    made = []
    for name in names:
        report(f"{name}: making it")
        start = time.perf_counter()
        one = chooser(name, ground)
        functions = ground.functions
        fitted = time.perf_counter()
        report(f"{name}: ranking lists for {len(outcomes):,} functions")
        begun = time.perf_counter()
        ranking = one.rank(functions, count)
        spent = 1000 * (time.perf_counter() - begun) / max(1, len(outcomes))
        found = walk(outcomes, ground.objective, ranking, count)
        made.append(Measured(one.name, one.about, ranking, found, round(fitted - start, 2), round(spent, 4)))
    return made


def evaluate(ground: Ground, made: Sequence[Measured], ks: Sequence[int], draws: int) -> dict[str, Any]:
    """The figures of some choosers on one split."""
    outcomes, objective = ground.outcomes, ground.objective
    ks = [k for k in ks if k <= len(outcomes.lists)]
    base = outcomes.baseline(objective).astype(np.int64)
    ceiling = np.maximum(outcomes.saved(objective).max(axis=1), 0).astype(np.int64)
    tuned = outcomes.autotuned(objective)
    sampled = None if tuned is None else tuned >= 0
    by = {kind: draw(outcomes.packages, draws, ground.seed, kind) for kind in BY} if draws else {}
    gains = {one.name: np.stack([one.walk.backup[:, k - 1] for k in ks], axis=1) for one in made}
    sums = {kind: {name: d.sums(table) for name, table in gains.items()} for kind, d in by.items()}
    wholes = {kind: (d.sums(base), d.sums(ceiling)) for kind, d in by.items()}

    choosers = []
    for one in made:
        at = []
        for position, k in enumerate(ks):
            gain = gains[one.name][:, position]
            row: dict[str, Any] = {
                "k": k,
                "share": _share(gain, ceiling),
                "overall": _share(gain, base),
                **measures(outcomes, objective, one.walk, k),
            }
            if tuned is not None and sampled is not None:
                row["share_of_autotuner"] = _share(gain[sampled], tuned[sampled])
            row["intervals"] = {kind: _intervals(sums[kind], wholes[kind], one.name, position) for kind in by}
            at.append(row)
        choosers.append(
            {
                "name": one.name,
                "about": one.about,
                "fit_seconds": one.fit_seconds,
                "choose_ms": one.choose_ms,
                "at": at,
                "packages": {
                    package: _package(outcomes, ground, one, ks, rows) for package, rows in _packages(outcomes)
                },
            }
        )
    return {
        "schema": SCHEMA,
        "split": outcomes.split,
        "final_word": outcomes.split == "test",
        "objective": objective,
        "functions": len(outcomes),
        "lists": len(outcomes.lists),
        "labels_sha256": outcomes.digest,
        "seed": ground.seed,
        "draws": draws,
        "oz": {"bytes": int(outcomes.oz_bytes.sum()), "instructions": int(outcomes.oz_instructions.sum())},
        "best_of_lists": {"overall": _share(ceiling, base), "improved": int((ceiling > 0).sum())},
        "autotuner": None
        if tuned is None or sampled is None
        else {
            "functions": int(sampled.sum()),
            "improved": int((tuned > 0).sum()),
            "saved": int(tuned[sampled].sum()),
            "overall": _share(tuned[sampled], base[sampled]),
            "best_of_lists_share": _share(ceiling[sampled], tuned[sampled]),
        },
        "packages": {package: {"functions": len(rows)} for package, rows in _packages(outcomes)},
        "choosers": choosers,
    }


def _share(part: Any, whole: Any) -> float:
    """Per cent."""
    total = float(np.sum(whole))
    return round(100 * float(np.sum(part)) / total, 4) if total else 0.0


def _packages(outcomes: Outcomes) -> list[tuple[str, Any]]:
    return [(str(name), np.flatnonzero(outcomes.packages == name)) for name in np.unique(outcomes.packages)]


def _package(outcomes: Outcomes, ground: Ground, one: Measured, ks: Sequence[int], rows: Any) -> dict[str, Any]:
    base = outcomes.baseline(ground.objective)[rows]
    ceiling = np.maximum(outcomes.saved(ground.objective)[rows].max(axis=1), 0)
    return {
        "overall": {str(k): _share(one.walk.backup[rows, k - 1], base) for k in ks},
        "share": {str(k): _share(one.walk.backup[rows, k - 1], ceiling) for k in ks},
    }


def _intervals(sums: dict[str, Any], whole: tuple[Any, Any], name: str, position: int) -> dict[str, list[float]]:
    """Of the overall improvement, of the share, and of the share's difference to the reference's."""
    base, ceiling = (np.maximum(column[:, 0], 1e-9) for column in whole)
    own = sums[name][:, position]
    answer = {"overall": Draws.interval(100 * own / base), "share": Draws.interval(100 * own / ceiling)}
    if REFERENCE in sums:
        answer["share_beyond_coreset"] = Draws.interval(100 * (own - sums[REFERENCE][:, position]) / ceiling)
    return answer
