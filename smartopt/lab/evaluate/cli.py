"""``smartopt-lab eval``: measure choosers of lists on functions that they have not seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.console import Console

from ...codegen.targets import LISTS
from ...errors import UsageError
from ...options import Objective
from ..console import table_console

__all__ = ["evaluate"]


def evaluate(
    split: Annotated[str, typer.Option(help="validation, or test: the final word, after which nothing changes.")] = (
        "validation"
    ),
    choosers: Annotated[
        str,
        typer.Option(
            help="Comma-separated: oz random coreset coreset-by-size votes forest small-forest lines model oracle."
        ),
    ] = "",
    objective: Annotated[str, typer.Option(help="size or instructions: what choosers are after.")] = "size",
    labels: Annotated[Path, typer.Option(help="Folder of the outcome labels.")] = Path("models/labels"),
    corpus: Annotated[
        Path | None, typer.Option(help="The corpus folder, for choosers that read the functions.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="A model's folder.")] = None,
    lines: Annotated[Path | None, typer.Option(help="A line model's file; the packaged one by default.")] = None,
    target: Annotated[
        str, typer.Option(help="What the labels are about: aarch64, arm or riscv; x86-64 by default.")
    ] = "",
    k: Annotated[
        str, typer.Option(help="Comma-separated: figures are taken at the work of so many lists a function.")
    ] = "1,2,4,8,16",
    ms: Annotated[str, typer.Option(help="Comma-separated: and at so many milliseconds a function.")] = "2,4,8,16,24",
    trial_ms: Annotated[float, typer.Option(help="Milliseconds of a trial: the constant part.")] = 0.5,
    trial_ms_a_hundred: Annotated[float, typer.Option(help="The part for each hundred instructions.")] = 1.0,
    reading_ms: Annotated[float, typer.Option(help="Milliseconds to read a function before choosing for it.")] = 0.44,
    draws: Annotated[int, typer.Option(help="Bootstrap draws for the 95% intervals (0: none).")] = 1000,
    seed: Annotated[int, typer.Option(help="Of random orders, forests and draws.")] = 0,
    jobs: Annotated[int, typer.Option(help="Threads for forests.")] = 2,
    out: Annotated[Path | None, typer.Option(help="Write every figure here (JSON).")] = None,
    frontier: Annotated[
        Path | None, typer.Option(help="Write gain against lists and time into this folder (JSON and PNG).")
    ] = None,
) -> None:
    """Measure choosers of lists at equal work: the paper's measures, shares of the best of all lists, the frontier."""
    try:
        from . import run
        from .inputs import CHOOSERS, DEFAULT, TRAINED_ON_LABELS, EvaluationInputs
        from .show import show
        from .work import CostModel
    except ImportError as error:
        raise UsageError(f"evaluation needs the lab's libraries ({error.name}): pip install 'smartopt[lab]'") from error
    if target not in ("", *LISTS):
        raise UsageError(f"there is no target {target!r} with a model; there are {', '.join(LISTS)}")
    if objective not in ("size", "instructions"):
        raise UsageError(f"unknown objective {objective!r}; there are size and instructions")
    console = table_console()
    progress = Console(stderr=True)
    ks = sorted({int(word) for word in k.split(",") if word.strip().isdigit() and int(word) > 0})
    if not ks:
        raise UsageError(f"--k wants numbers such as 1,2,4, not {k!r}")
    try:
        times = tuple(sorted({float(word) for word in ms.split(",") if word.strip()}))
    except ValueError as error:
        raise UsageError(f"--ms wants numbers such as 2,4,8, not {ms!r}") from error
    if min(trial_ms, trial_ms_a_hundred, reading_ms) < 0 or trial_ms + trial_ms_a_hundred <= 0:
        raise UsageError("a trial takes time: --trial-ms and --trial-ms-a-hundred must not be negative, nor both zero")
    cost = CostModel(trial_ms, trial_ms_a_hundred, reading_ms)
    inputs = EvaluationInputs(
        split, cast(Objective, objective), labels, corpus, model, lines, target, seed, jobs, cost, times
    )
    if split == "test":
        progress.print("[bold]--split test is the final word: choose on validation, then run this once.[/bold]")
    names = choosers.split(",") if choosers else [*DEFAULT]
    if not choosers and corpus is not None:
        names = [name for name in CHOOSERS if name != "model"]
    if not choosers and model is not None:
        names.append("model")
    if not choosers and not inputs.has_train:
        progress.print(f"no train labels in {labels}: without {', '.join(TRAINED_ON_LABELS)}")
        names = [name for name in names if name not in TRAINED_ON_LABELS]
    made = run.measure_all(inputs, names, max(ks), progress.print)
    data = run.evaluate(inputs, made, ks, draws)
    if out is not None:
        _write(out, data)
    show(console, data)
    if frontier is not None:
        from .frontier import draw_figure
        from .frontier import frontier as curves

        frontier.mkdir(parents=True, exist_ok=True)
        drawn = curves(inputs, made)
        _write(frontier / f"frontier-{split}-{objective}.json", drawn)
        draw_figure(drawn, frontier / f"frontier-{split}-{objective}.png")
        progress.print(f"wrote {frontier}/frontier-{split}-{objective}.json and .png")


def _write(path: Path, data: dict[str, Any]) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.half")
    half.write_text(json.dumps(data, indent=1) + "\n")
    half.rename(path)
