"""The paper's figures as SVG, drawn from stored results. The same results give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from .arms import ARM_NAMES
from .published import FIGURE_2, FIGURE_7, TABLE_IV

__all__ = ["draw_figures"]

COLOURS: Final = ("#1f5fa8", "#c8571b", "#2f8f4e", "#7b4fa3", "#8c6d1f", "#b0306a", "#4c8c8c")
NAMES: Final = {"autotuner": "autotuner", "autophase": "AutoPhase", "nvp": "Coreset-NVP", "model": "our model"}
MOST_PASSES: Final = 40
"""Passes that Figure 3 shows."""


def draw_figures(results: dict[str, dict[str, Any]], folder: Path) -> dict[str, str]:
    """Draw whatever the results hold; returns the paths of the figures, from the page, by name."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "smartopt", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3})
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {}
    for name, part, draw in _FIGURES:
        if part in results:
            figure = draw(results[part])
            if figure is not None:
                figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})
                drawn[name] = f"{folder.name}/{name}.svg"
    return drawn


def _plots(count: int, width: float = 4.2, height: float = 3.0) -> tuple[Any, list[Any]]:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width * count, height), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots(1, count, squeeze=False)
    return figure, list(axes[0])


def _figure_2(result: dict[str, Any]) -> Any:
    """Over training: improvement of lists, error of counts, quality of code."""
    log = result["training"]
    tokens = [point["tokens"] / 1e6 for point in log]
    figure, (one, two, three) = _plots(3)
    for axes, keys in (
        (one, (("improvement", "lists alone"), ("with_backup", "with -Oz backup"))),
        (two, (("mape_before", "count before"), ("mape_after", "count after"))),
        (
            three,
            (
                ("bleu", "BLEU"),
                ("compiles", "compiles"),
                ("exact", "exact match"),
                ("bleu_of_copying", "BLEU of copying"),
            ),
        ),
    ):
        for colour, (key, label) in zip(COLOURS, keys, strict=False):
            known = [(token, point[key]) for token, point in zip(tokens, log, strict=True) if key in point]
            scale = 0.01 if axes is three and key in ("compiles", "exact") else 1.0
            if known:
                axes.plot([x for x, _ in known], [scale * y for _, y in known], color=colour, marker=".", label=label)
        axes.set_xlabel("training tokens (millions)")
    one.axhline(FIGURE_2["list_improvement"], color="grey", linestyle="--", linewidth=0.8, label="paper's peak")
    two.axhline(FIGURE_2["mape_after"], color="grey", linestyle="--", linewidth=0.8, label="paper, count after")
    three.axhline(FIGURE_2["bleu"], color="grey", linestyle="--", linewidth=0.8, label="paper's BLEU")
    one.set_ylabel("improvement over -Oz (%)")
    two.set_ylabel("MAPE (%)")
    three.set_ylabel("share, or BLEU")
    _legends(one, two, three)
    return figure


def _figure_3(result: dict[str, Any], arm: str) -> Any:
    """How often passes occur in lists, and how long lists are."""
    lists = {name: found for name, found in result[arm]["lists"].items() if found["functions"]}
    if not lists:
        return None
    figure, (left, right) = _plots(2, 6.5, 3.6)
    first = lists.get("autotuner") or next(iter(lists.values()))
    others = {name for found in lists.values() for name in found["occurs"]}
    order = sorted(others, key=lambda name: (-first["occurs"].get(name, 0), name))[:MOST_PASSES]
    many = len(lists)
    for number, (name, found) in enumerate(lists.items()):
        places = [at + 0.8 * number / many for at in range(len(order))]
        share = [max(1e-3, 100 * found["occurs"].get(one, 0) / found["functions"]) for one in order]
        left.bar(places, share, width=0.8 / many, color=COLOURS[number], label=NAMES.get(name, name))
        lengths = {int(key): value for key, value in found["lengths"].items()}
        total = max(1, sum(lengths.values()))
        right.bar(
            [key + 0.8 * number / many for key in lengths],
            [100 * value / total for value in lengths.values()],
            width=0.8 / many,
            color=COLOURS[number],
            label=NAMES.get(name, name),
        )
    left.set_yscale("log")
    left.set_xticks(range(len(order)), order, rotation=90, fontsize=6)
    left.set_ylabel("lists with the pass (%)")
    right.set_xlabel("passes of a list that is not -Oz alone")
    right.xaxis.get_major_locator().set_params(integer=True)
    right.set_ylabel("lists (%)")
    _legends(left, right)
    return figure


def _figure_4(result: dict[str, Any]) -> Any:
    """Gain over -Oz by package, with -Oz as backup, in both arms."""
    return _by(
        result, "by_package", lambda found: [(name, row["backup"]) for name, row in found.items() if row["functions"]]
    )


def _figure_5(result: dict[str, Any]) -> Any:
    """Gain over -Oz by size of the input."""
    sizes = result["paper"]["sizes"]
    return _by(
        result,
        "by_size",
        lambda found: [(name, row["backup"]) for name, row in zip(sizes, found, strict=True) if row["functions"]],
    )


def _by(result: dict[str, Any], key: str, read: Any) -> Any:
    arms = [arm for arm in ("paper", "trusted") if result[arm][key]]
    if not arms:
        return None
    figure, plots = _plots(len(arms), 6.0, 3.4)
    for axes, arm in zip(plots, arms, strict=True):
        approaches = result[arm][key]
        names: list[str] = []
        for number, (approach, found) in enumerate(approaches.items()):
            pairs = read(found)
            names = [name for name, _ in pairs] or names
            places = [at + 0.8 * number / len(approaches) for at in range(len(pairs))]
            colour = COLOURS[number % len(COLOURS)]
            label = NAMES.get(approach, approach)
            axes.bar(places, [y for _, y in pairs], width=0.8 / len(approaches), color=colour, label=label)
        axes.set_xticks(range(len(names)), names, rotation=45, ha="right", fontsize=7)
        axes.set_ylabel("improvement over -Oz, with backup (%)")
        axes.set_xlabel(ARM_NAMES[arm])
    _legends(*plots)
    return figure


def _figure_6(result: dict[str, Any]) -> Any:
    """Quality of code against quality of list."""
    rows = [row for row in result["by_list_quality"] if row["functions"]]
    if not rows:
        return None
    figure, plots = _plots(3, 3.6, 3.2)
    for axes, (key, label) in zip(
        plots,
        (("bleu", "BLEU"), ("compiles", "code compiles (%)"), ("mape_after", "MAPE of the count after (%)")),
        strict=True,
    ):
        known = [(row["bin"], *row[key]) for row in rows if row[key] is not None]
        axes.bar(
            range(len(known)), [y for _, y, _ in known], yerr=[e for _, _, e in known], color=COLOURS[0], capsize=3
        )
        axes.set_xticks(range(len(known)), [name for name, _, _ in known], rotation=30, ha="right", fontsize=7)
        axes.set_ylabel(label)
    return figure


def _figure_7(result: dict[str, Any]) -> Any:
    """Translation by pass: quality above, how often the pass helps and hurts below."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    rows = sorted((row for row in result["passes"] if row["functions"]), key=lambda row: -row["bleu"])
    if not rows:
        return None
    figure = Figure(figsize=(max(6.0, 0.28 * len(rows)), 5.0), layout="constrained")
    FigureCanvasSVG(figure)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    places = range(len(rows))
    for colour, (key, label, scale) in zip(
        COLOURS, (("bleu", "BLEU", 1.0), ("exact", "exact", 0.01), ("compiles", "compiles", 0.01)), strict=False
    ):
        above.plot(places, [scale * row[key] for row in rows], marker=".", color=colour, label=label)
    above.plot(places, [row["bleu_of_copying"] for row in rows], linestyle=":", color="grey", label="BLEU of copying")
    above.axhline(FIGURE_7["bleu"], color="grey", linestyle="--", linewidth=0.8, label="paper's mean BLEU")
    below.bar(places, [row["better"] for row in rows], color=COLOURS[2], label="in better lists")
    below.bar(places, [-row["worse"] for row in rows], color=COLOURS[1], label="in worse lists")
    below.set_xticks(list(places), [row["pass"] for row in rows], rotation=90, fontsize=6)
    _legends(above, below)
    return figure


def _figure_8(result: dict[str, Any]) -> Any:
    """Ablations over training."""
    figure, (axes,) = _plots(1, 6.0, 3.4)
    for number, variant in enumerate(result["variants"]):
        label = f"{variant['fraction']:.0%} of the data" + ("" if variant["with_code"] else ", no code")
        tokens = [point["tokens"] / 1e6 for point in variant["log"]]
        axes.plot(tokens, [p["improvement"] for p in variant["log"]], color=COLOURS[number], marker=".", label=label)
    axes.set_xlabel("training tokens (millions)")
    axes.set_ylabel("improvement over -Oz (%)")
    _legends(axes)
    return figure


def _context(result: dict[str, Any]) -> Any:
    figure, (axes,) = _plots(1, 5.0)
    for colour, (key, label) in zip(
        COLOURS,
        (("pairs", "pairs that fit"), ("prompts", "functions that fit"), ("savings", "savings in them")),
        strict=False,
    ):
        axes.plot(
            [row["context"] for row in result["rows"]],
            [row[key] for row in result["rows"]],
            color=colour,
            marker=".",
            label=label,
        )
    axes.set_xscale("log", base=2)
    axes.set_xlabel("context (tokens)")
    axes.set_ylabel("%")
    _legends(axes)
    return figure


def _autophase(result: dict[str, Any]) -> Any:
    figure, (axes,) = _plots(1, 5.0)
    for colour, (arm, found) in zip(COLOURS, result.items(), strict=False):
        log = found["training"]
        axes.plot(
            [row["steps"] for row in log],
            [row["validation"] for row in log],
            color=colour,
            marker=".",
            label=f"{arm} arm",
        )
    axes.axhline(TABLE_IV["autophase"][1], color="grey", linestyle="--", linewidth=0.8, label="paper, with backup")
    axes.set_xlabel("environment steps")
    axes.set_ylabel("validation, alone, against -Oz (%)")
    _legends(axes)
    return figure


def _legends(*plots: Any) -> None:
    for axes in plots:
        if axes.get_legend_handles_labels()[0]:
            axes.legend(fontsize=7, loc="lower left", bbox_to_anchor=(0, 1.02), ncols=2, borderaxespad=0, frameon=False)


_FIGURES: Sequence[tuple[str, str, Any]] = (
    ("figure-2", "model", _figure_2),
    ("figure-3-paper", "breakdown", lambda result: _figure_3(result, "paper")),
    ("figure-3-trusted", "breakdown", lambda result: _figure_3(result, "trusted")),
    ("figure-4", "breakdown", _figure_4),
    ("figure-5", "breakdown", _figure_5),
    ("figure-6", "model", _figure_6),
    ("figure-7", "translation", _figure_7),
    ("figure-8", "ablations", _figure_8),
    ("context", "context", _context),
    ("autophase", "autophase", _autophase),
)
