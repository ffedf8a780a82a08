"""Runs an evaluation: makes, times and measures choosers; returns plain data with everything that tables show.

Choosers are compared at equal work. ``k`` stands for the work of k lists on every function, in instructions
(``work.instruction_costs``), however a chooser spends it; beside that they are compared at equal milliseconds, of which
each first pays for its own choosing.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ...optimizer.budget import MOST
from ..outcomes import Outcomes
from .chooser import Ranking
from .inputs import EvaluationInputs, make_chooser
from .measure import Doubles, Draws, Longs, Walk, draw, measures, walk
from .proposers import ProposerChooser
from .skipping import skipping
from .work import instruction_costs, spend

__all__ = ["KS", "SCHEMA", "Bought", "Measured", "evaluate", "measure_all"]

SCHEMA = 2
KS = (1, 2, 4, 8, 16)
REFERENCE = "coreset"
"""Differences are to this chooser."""

BY = ("package", "function")
SPREAD = "the same lists for the same work, but where most should be saved for what a trial costs"
Report = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Measured:
    """A chooser's rankings, and one way of spending on them: evenly, or where most should be saved for the cost."""

    name: str
    about: str
    ranking: Ranking
    evenly: bool
    reads: bool
    fit_seconds: float
    choose_ms: float
    """Processor milliseconds a function, reading it not counted."""

    def bought(self, inputs: EvaluationInputs, costs: Doubles, budget: float) -> Bought:
        """What the budget buys; ``costs`` are of one trial of each function, in the budget's unit."""
        order = spend(self.ranking, costs, budget, self.evenly, inputs.seed)
        return Bought(walk(inputs.outcomes, inputs.objective, Ranking(order), order.shape[1]))


@dataclass(frozen=True, eq=False)
class Bought:
    """What the trials that a budget bought save."""

    walk: Walk

    @property
    def tried(self) -> Longs:
        """Lists tried, function by function."""
        return self.walk.tried[:, -1]

    @property
    def saved(self) -> Longs:
        """What each function saves with -Oz as backup."""
        return self.walk.backup[:, -1]


def measure_all(inputs: EvaluationInputs, names: Sequence[str], count: int, report: Report) -> list[Measured]:
    """Make each chooser and let it rank lists for every function: ``count``, or as many as the product may try."""
    outcomes = inputs.outcomes
    count = min(max(count, MOST), len(outcomes.lists))
    made = []
    for name in names:
        report(f"{name}: making it")
        start = time.perf_counter()
        one = make_chooser(name, inputs)
        functions = inputs.functions
        fitted = time.perf_counter()
        if isinstance(one, ProposerChooser):
            one.read(functions)
        report(f"{name}: ranking lists for {len(outcomes):,} functions")
        begun = _processor_seconds()
        ranking = one.rank(functions, count)
        spent = round(1000 * (_processor_seconds() - begun) / max(1, len(outcomes)), 4)
        fit = round(fitted - start, 2)
        if ranking.evenly:
            made.append(Measured(one.name, one.about, ranking, True, one.reads, fit, spent))
        if ranking.expected is not None:
            name, about = (f"{one.name}, spread", SPREAD) if ranking.evenly else (one.name, one.about)
            made.append(Measured(name, about, ranking, False, one.reads, fit, spent))
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


def evaluate(inputs: EvaluationInputs, made: Sequence[Measured], ks: Sequence[int], draws: int) -> dict[str, Any]:
    """The figures of some choosers on one split; ``ks``: at the work of how many lists a function."""
    outcomes, objective = inputs.outcomes, inputs.objective
    ks = [k for k in ks if k <= len(outcomes.lists)]
    base = outcomes.baseline(objective).astype(np.int64)
    ceiling = np.maximum(outcomes.saved(objective).max(axis=1), 0).astype(np.int64)
    tuned = outcomes.autotuned(objective)
    sampled = None if tuned is None else tuned >= 0
    by = {kind: draw(outcomes.packages, draws, inputs.seed, kind) for kind in BY} if draws else {}
    costs, trials = instruction_costs(outcomes.instructions), inputs.cost.trials(outcomes.instructions)
    whole = float(costs.sum())
    bought = {one.name: [one.bought(inputs, costs, k * whole) for k in ks] for one in made}
    gains = {name: np.stack([some.saved for some in parts], axis=1) for name, parts in bought.items()}
    sums = {kind: {name: d.sums(table) for name, table in gains.items()} for kind, d in by.items()}
    wholes = {kind: (d.sums(base), d.sums(ceiling)) for kind, d in by.items()}

    choosers = []
    for one in made:
        choosing = inputs.cost.choosing(one.choose_ms, one.reads)
        at = []
        for position, k in enumerate(ks):
            some, gain = bought[one.name][position], gains[one.name][:, position]
            row: dict[str, Any] = {
                "k": k,
                "share": _share(gain, ceiling),
                "overall": _share(gain, base),
                "lists": round(float(some.tried.mean()), 4),
                "work": round(float((some.tried * costs).sum()) / whole, 4),
                "total_ms": round(choosing + float((some.tried * trials).mean()), 4),
                **measures(outcomes, objective, some.walk, some.walk.tried.shape[1]),
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
                "at_ms": [_at_ms(inputs, one, trials, choosing, ms, ceiling) for ms in inputs.ms],
                "gate": None if one.ranking.any is None or not one.evenly else skipping(one.ranking.any, ceiling),
                "packages": {
                    package: {
                        "overall": {str(k): _share(gains[one.name][rows, i], base[rows]) for i, k in enumerate(ks)},
                        "share": {str(k): _share(gains[one.name][rows, i], ceiling[rows]) for i, k in enumerate(ks)},
                    }
                    for package, rows in _packages(outcomes)
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
        "cost": asdict(inputs.cost),
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


def _at_ms(
    inputs: EvaluationInputs, one: Measured, trials: Doubles, choosing: float, ms: float, ceiling: Longs
) -> dict[str, float | None]:
    """The share that so many milliseconds a function reach, with what choosing leaves of them for trials."""
    if choosing >= ms:
        return {"ms": ms, "lists": None, "share": None}
    some = one.bought(inputs, trials, (ms - choosing) * len(trials))
    return {"ms": ms, "lists": round(float(some.tried.mean()), 4), "share": _share(some.saved, ceiling)}


def _intervals(sums: dict[str, Any], whole: tuple[Any, Any], name: str, position: int) -> dict[str, list[float]]:
    """Of the overall improvement, of the share, and of the share's difference to the reference's."""
    base, ceiling = (np.maximum(column[:, 0], 1e-9) for column in whole)
    own = sums[name][:, position]
    answer = {"overall": Draws.interval(100 * own / base), "share": Draws.interval(100 * own / ceiling)}
    if REFERENCE in sums:
        answer["share_beyond_coreset"] = Draws.interval(100 * (own - sums[REFERENCE][:, position]) / ceiling)
    return answer
