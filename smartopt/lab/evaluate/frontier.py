"""The frontier: savings against lists tried, compilations and time, as data and as a figure.

A chooser that predicts the saving of each list has two more curves, whose points are thresholds: a list is tried only
if it should save at least so much (``stopping``), or so much per millisecond of its trial (``stopping by time``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import UsageError
from .chooser import NONE, Ranking
from .inputs import EvaluationInputs
from .measure import Walk, walk
from .run import Measured

__all__ = ["draw_figure", "frontier"]

THRESHOLDS = (64.0, 32.0, 16.0, 8.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.0)


def frontier(inputs: EvaluationInputs, made: Sequence[Measured]) -> dict[str, Any]:
    """All curves. ``gain`` is per cent of -Oz, ``share`` of the best of all lists; -Oz is always the backup."""
    outcomes, objective = inputs.outcomes, inputs.objective
    base = int(outcomes.baseline(objective).sum())
    ceiling = int(np.maximum(outcomes.saved(objective).max(axis=1), 0).sum())

    cost = inputs.cost.trials(outcomes.instructions)

    def point(found: Walk, at: int, choose_ms: float, **label: float) -> dict[str, float]:
        saved, tried = int(found.backup[:, at].sum()), found.tried[:, at]
        return {
            **label,
            "compilations": round(float(tried.mean()), 4),
            "ms": round(choose_ms + float((tried * cost).mean()), 4),
            "gain": round(100 * saved / max(1, base), 4),
            "share": round(100 * saved / max(1, ceiling), 4),
        }

    curves = []
    for one in made:
        choose_ms = inputs.cost.choosing(one.choose_ms, one.reads)
        width = one.ranking.order.shape[1]
        if one.evenly:
            whole = walk(outcomes, objective, one.ranking, width)
            points = [point(whole, k, choose_ms, k=k + 1) for k in range(width)]
            curves.append({"name": one.name, "kind": "lists", "points": points})
            continue
        if one.ranking.expected is None:
            continue
        for name, divisor in (("stopping", np.ones_like(cost)), ("stopping by time", cost)):
            points = []
            for threshold in THRESHOLDS:
                order = np.where(one.ranking.expected / divisor[:, None] > threshold, one.ranking.order, NONE)
                found = walk(outcomes, objective, Ranking(order), width)
                points.append(point(found, -1, choose_ms, threshold=threshold))
            curves.append(
                {"name": f"{one.name.removesuffix(', spread')}, {name}", "kind": "threshold", "points": points}
            )
    return {
        "split": outcomes.split,
        "objective": objective,
        **asdict(inputs.cost),
        "curves": curves,
    }


def draw_figure(data: dict[str, Any], path: Path) -> None:
    """Two panels: gain against lists tried per function, and against time per function."""
    try:
        import matplotlib as mpl
    except ImportError as error:
        raise UsageError("the data is written, the figure needs matplotlib: pip install 'smartopt[lab]'") from error
    mpl.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 2, figsize=(12, 5), sharey=True, layout="constrained")
    ticks = (0.5, 1, 2, 4, 8, 16, 32, 64)
    for panel, key, label in zip(
        panels, ("compilations", "ms"), ("lists tried per function", "milliseconds per function"), strict=True
    ):
        for number, curve in enumerate(data["curves"]):
            points = [p for p in curve["points"] if p[key] > 0]
            if not points or curve["name"].split(",")[0] in ("oz", "oracle"):
                continue
            style = "--" if curve["kind"] == "threshold" else "-"
            panel.plot(
                [p[key] for p in points],
                [p["gain"] for p in points],
                style,
                marker="o" if style == "-" else None,
                markersize=3,
                color=f"C{number % 10}",
                label=curve["name"],
            )
        panel.set_xscale("log", base=2)
        panel.set_xlabel(label)
        panel.grid(alpha=0.3)
        low, high = panel.get_xlim()
        shown = [tick for tick in ticks if low <= tick <= high]
        panel.set_xticks(shown, [f"{tick:g}" for tick in shown])
    unit = "bytes" if data["objective"] == "size" else "instructions"
    panels[0].set_ylabel(f"% fewer {unit} than -Oz")
    panels[0].legend(loc="upper left")
    panels[1].set_title(
        f"a trial: {data['trial_ms']:g} ms and {data['trial_ms_a_hundred']:g} ms for 100 instructions", fontsize=10
    )
    panels[0].set_title(f"{data['split']}, -Oz as backup", fontsize=10)
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
