"""``smartopt-lab lines``: train the line model that ships, from corpus and labels to its file, in one command."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import numpy.typing as npt
import typer

from ...codegen.targets import LISTS
from ...errors import InputError, UsageError
from ..outcomes import FOLDER, Outcomes, joined, load, path_of

if TYPE_CHECKING:
    from .train import Settings

__all__ = ["lines"]


def lines(
    corpus: Annotated[Path, typer.Option(help="The corpus folder (smartopt-lab corpus).")],
    out: Annotated[
        Path, typer.Option(help="The file, such as smartopt/chooser/data/lines-22.safetensors; a .sha256 beside it.")
    ],
    labels: Annotated[Path, typer.Option(help="Folder of the outcome labels.")] = FOLDER,
    target: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=CORPUS",
            help="A further target (aarch64, arm, riscv), its corpus; its labels are in the folder NAME of the labels.",
        ),
    ] = None,
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
    places = {"": (labels, corpus), **dict(_place(text, labels) for text in target or ())}
    names = tuple(places)
    read = [_read(load("train", place[0]), place[1]) for place in places.values()]
    learnt, texts = joined([outcomes for outcomes, _ in read]), [text for _, some in read for text in some]
    targets = np.repeat(np.arange(len(read)), [len(outcomes) for outcomes, _ in read])
    apart = np.isin(learnt.packages, [name for name in without.split(",") if name])
    rows = np.flatnonzero(~apart)
    if not len(rows):
        raise InputError(f"{corpus} has none of the labelled train functions; smartopt-lab corpus makes it")
    shape = replace(settings.shape, places=min(settings.shape.places, len(learnt.lists)), targets=len(names))
    settings = replace(settings, shape=shape)
    words = Words.learn((texts[row] for row in rows), settings.words, settings.starts)
    encoded = words.encode(texts)

    def some(chosen: npt.NDArray[np.intp]) -> Labelled:
        return Labelled(learnt.take(chosen), [encoded[row] for row in chosen], targets[chosen])

    sets = []
    for number, (name, place) in enumerate(places.items()):
        if not name or path_of("validation", place[0]).exists():
            checked, asked = _read(load("validation", place[0]).about(learnt.lists), place[1])
            if not name and not len(checked):
                raise InputError(
                    f"{corpus} has none of the labelled validation functions; smartopt-lab corpus makes it"
                )
            about_them = np.full(len(checked), number)
            sets.append((f"validation {name}".strip(), Labelled(checked, words.encode(asked), about_them)))
        if apart.any():
            sets.append((f"packages left out {name}".strip(), some(np.flatnonzero(apart & (targets == number)))))
    counts = ", ".join(f"{int((targets[rows] == n).sum()):,} {name}".strip() for n, name in enumerate(names))
    typer.echo(f"{counts} train functions, {len(words):,} words, {sum(map(len, encoded)):,} lines")
    network = train(some(rows), sets, words, ("size", "instructions"), settings, typer.echo)
    trained = {"functions": len(rows), "labels_sha256": learnt.digest, "settings": asdict(settings)}
    about = {"llvm": 22, "lists": list(learnt.lists), "targets": list(names), "trained": trained}
    out.parent.mkdir(parents=True, exist_ok=True)
    raw = exported(network, words, settings.shape, about)
    write(out, raw)
    typer.echo(f"wrote {out}: {len(raw):,} bytes")


def _place(text: str, labels: Path) -> tuple[str, tuple[Path, Path]]:
    """A target's name, and the folders of its labels and corpus. Raises UsageError."""
    name, equals, corpus = text.partition("=")
    if not equals or name not in LISTS:
        raise UsageError(f"--target {text!r} is not NAME=CORPUS, with a name of {', '.join(LISTS)}")
    return name, (labels / name, Path(corpus).expanduser())


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
