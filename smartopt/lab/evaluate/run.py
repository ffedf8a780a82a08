"""Runs an evaluation: makes, times and measures choosers; returns plain data with everything that tables show."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...options import Objective
from ..outcomes import Outcomes
from .chooser import NONE, Ranking
from .inputs import EvaluationInputs, make_chooser
from .measure import Draws, Longs, Walk, draw, measures, walk
from .skipping import skipping

__all__ = ["KS", "SCHEMA", "Measured", "evaluate", "measure_all"]

SCHEMA = 1
KS = (1, 2, 4, 8, 16)
REFERENCE = "coreset"
"""Differences are to this chooser."""

BY = ("package", "function")
Report = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Measured:
    """A chooser's rankings and what they save."""

    name: str
    about: str
    ranking: Ranking
    walk: Walk
    fit_seconds: float
    choose_ms: float
    """Processor milliseconds a function, features not counted."""
    spread: Mapping[int, Walk] | None = None
    """By k: the savings if k lists a function are tried on average, those with the largest expected saving first."""

    def after(self, k: int) -> tuple[Walk, int]:
        """A walk, and how many of its lists make k a function."""
        if self.spread is None:
            return self.walk, k
        return self.spread[k], self.walk.tried.shape[1]

    def saved(self, k: int) -> Longs:
        """What each function saves with -Oz as backup."""
        found, count = self.after(k)
        return found.backup[:, count - 1]


def measure_all(inputs: EvaluationInputs, names: Sequence[str], count: int, report: Report) -> list[Measured]:
    """Make each chooser, let it rank ``count`` lists for every function, and look the outcomes up."""
    outcomes = inputs.outcomes
    count = min(count, len(outcomes.lists))
    made = []
    for name in names:
        report(f"{name}: making it")
        start = time.perf_counter()
        one = make_chooser(name, inputs)
        functions = inputs.functions
        fitted = time.perf_counter()
        report(f"{name}: ranking lists for {len(outcomes):,} functions")
        begun = _processor_seconds()
        ranking = one.rank(functions, count)
        spent = 1000 * (_processor_seconds() - begun) / max(1, len(outcomes))
        found = walk(outcomes, inputs.objective, ranking, count)
        made.append(Measured(one.name, one.about, ranking, found, round(fitted - start, 2), round(spent, 4)))
        if ranking.expected is not None:
            made.append(_spread(made[-1], outcomes, inputs.objective, count))
    return made


def _processor_seconds() -> float:
    """Processor seconds of this process and its children: a model runs in a child."""
    import psutil

    used = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    for child in psutil.Process().children(recursive=True):
        try:
            used += sum(child.cpu_times()[:2])
        except psutil.Error:
            pass  # it ended meanwhile, and is among the others now
    return used


def _spread(one: Measured, outcomes: Outcomes, objective: Objective, count: int) -> Measured:
    """The same lists, k a function on average: those of all functions that are expected to save most."""
    expected = one.ranking.order * 0.0 if one.ranking.expected is None else one.ranking.expected
    expected = np.where(one.ranking.order == NONE, -1, expected)
    steepest = np.argsort(-expected, axis=None, kind="stable")
    walks = {}
    for k in range(1, count + 1):
        order = np.full(one.ranking.order.size, NONE, dtype=np.intp)
        spent = steepest[: k * len(outcomes)]
        order[spent] = one.ranking.order.ravel()[spent]
        walks[k] = walk(outcomes, objective, Ranking(order.reshape(one.ranking.order.shape)), count)
    about = "the same lists, k a function on average: those expected to save most, whichever functions they are for"
    return Measured(f"{one.name}, spread", about, one.ranking, one.walk, one.fit_seconds, one.choose_ms, walks)


def evaluate(inputs: EvaluationInputs, made: Sequence[Measured], ks: Sequence[int], draws: int) -> dict[str, Any]:
    """The figures of some choosers on one split."""
    outcomes, objective = inputs.outcomes, inputs.objective
    ks = [k for k in ks if k <= len(outcomes.lists)]
    base = outcomes.baseline(objective).astype(np.int64)
    ceiling = np.maximum(outcomes.saved(objective).max(axis=1), 0).astype(np.int64)
    tuned = outcomes.autotuned(objective)
    sampled = None if tuned is None else tuned >= 0
    by = {kind: draw(outcomes.packages, draws, inputs.seed, kind) for kind in BY} if draws else {}
    gains = {one.name: np.stack([one.saved(k) for k in ks], axis=1) for one in made}
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
                **measures(outcomes, objective, *one.after(k)),
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
                "gate": None if one.ranking.any is None or one.spread else skipping(one.ranking.any, ceiling),
                "packages": {
                    package: _package(outcomes, inputs, one, ks, rows) for package, rows in _packages(outcomes)
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
        "seed": inputs.seed,
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


def _package(
    outcomes: Outcomes, inputs: EvaluationInputs, one: Measured, ks: Sequence[int], rows: Any
) -> dict[str, Any]:
    base = outcomes.baseline(inputs.objective)[rows]
    ceiling = np.maximum(outcomes.saved(inputs.objective)[rows].max(axis=1), 0)
    return {
        "overall": {str(k): _share(one.saved(k)[rows], base) for k in ks},
        "share": {str(k): _share(one.saved(k)[rows], ceiling) for k in ks},
    }


def _intervals(sums: dict[str, Any], whole: tuple[Any, Any], name: str, position: int) -> dict[str, list[float]]:
    """Of the overall improvement, of the share, and of the share's difference to the reference's."""
    base, ceiling = (np.maximum(column[:, 0], 1e-9) for column in whole)
    own = sums[name][:, position]
    answer = {"overall": Draws.interval(100 * own / base), "share": Draws.interval(100 * own / ceiling)}
    if REFERENCE in sums:
        answer["share_beyond_coreset"] = Draws.interval(100 * (own - sums[REFERENCE][:, position]) / ceiling)
    return answer
