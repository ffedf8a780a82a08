"""``smartopt-lab lines``: train the line model that ships, from corpus and labels to its file, in one command."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from ...errors import InputError, UsageError
from ..outcomes import FOLDER, Outcomes, load

if TYPE_CHECKING:
    from .train import Settings

__all__ = ["lines"]


def lines(
    corpus: Annotated[Path, typer.Option(help="The corpus folder (smartopt-lab corpus).")],
    out: Annotated[
        Path, typer.Option(help="The file, such as smartopt/chooser/data/lines-22.safetensors; a .sha256 beside it.")
    ],
    labels: Annotated[Path, typer.Option(help="Folder of the outcome labels.")] = FOLDER,
    passes: Annotated[float, typer.Option(help="Passes over the functions.")] = 3.0,
    without: Annotated[str, typer.Option(help="Train packages left out, to judge by; comma-separated.")] = "",
    seed: Annotated[int, typer.Option(help="Of weights and order.")] = 1,
    threads: Annotated[int, typer.Option(help="Processors.")] = 1,
    change: Annotated[
        list[str] | None, typer.Option("--set", help="FIELD=VALUE: change a setting, such as rate=0.001.")
    ] = None,
) -> None:
    """Train the line model, which chooses lists by default, and write it."""
    import torch

    from .export import exported, write
    from .train import Labelled, Settings, train
    from .words import Words

    torch.set_num_threads(threads)
    settings = replace(_changed(Settings(), change or []), passes=passes, seed=seed)
    learnt, texts = _read(load("train", labels), corpus)
    checked, asked = _read(load("validation", labels), corpus)
    if learnt.lists != checked.lists:
        raise UsageError("the train and validation labels are about different lists; make both again")
    apart = np.isin(learnt.packages, [name for name in without.split(",") if name])
    rows = np.flatnonzero(~apart)
    if not len(rows) or not len(checked):
        split = "validation" if len(rows) else "train"
        raise InputError(f"{corpus} has none of the labelled {split} functions; smartopt-lab corpus makes it")
    shape = replace(settings.shape, places=min(settings.shape.places, len(learnt.lists)))
    settings = replace(settings, shape=shape)
    words = Words.learn((texts[row] for row in rows), settings.words, settings.starts)
    encoded = words.encode(texts)
    sets = [("validation", Labelled(checked, words.encode(asked)))]
    if apart.any():
        held = np.flatnonzero(apart)
        sets.append(("packages left out", Labelled(learnt.take(held), [encoded[row] for row in held])))
    typer.echo(f"{len(rows):,} train functions, {len(words):,} words, {sum(map(len, encoded)):,} lines")
    of = Labelled(learnt.take(rows), [encoded[row] for row in rows])
    network = train(of, sets, words, ("size", "instructions"), settings, typer.echo)
    about = {"functions": len(rows), "labels_sha256": learnt.digest, "settings": asdict(settings)}
    out.parent.mkdir(parents=True, exist_ok=True)
    raw = exported(network, words, settings.shape, learnt.lists, 22, about)
    write(out, raw)
    typer.echo(f"wrote {out}: {len(raw):,} bytes")


def _read(outcomes: Outcomes, corpus: Path) -> tuple[Outcomes, list[bytes]]:
    """Those of the labelled functions that the corpus holds, with their lines."""
    from ..evaluate.views import lines_there

    found = lines_there(outcomes, corpus)
    rows = np.array([row for row, text in enumerate(found) if text is not None], dtype=np.intp)
    return outcomes.take(rows), [text for text in found if text is not None]


def _changed(settings: Settings, texts: list[str]) -> Settings:
    made: dict[str, Any] = {}
    for text in texts:
        name, _, value = text.partition("=")
        now = getattr(settings, name, None)
        if not isinstance(now, int | float):
            known = ", ".join(key for key, value in asdict(settings).items() if isinstance(value, int | float))
            raise UsageError(f"there is no setting {name!r} to change; there are {known}")
        try:
            made[name] = type(now)(value)
        except ValueError:
            raise UsageError(f"{text!r} cannot be read; now it is {now}") from None
    return replace(settings, **made)
