"""``smartopt-lab serving``: what an exported model costs, in milliseconds a function and for loading it.

Functions of the validation split are ranked in batches, as the product asks; no other process may want the processors
meanwhile. Run once for each number of threads: what is loaded first warms files and libraries for the next.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from statistics import mean, median
from typing import Annotated, Any

import numpy as np
import typer

from ...chooser.manifest import Manifest
from ...errors import UsageError
from ..outcomes import FOLDER, load
from ..train.dataset import texts_of

__all__ = ["measure", "serving"]


def serving(
    model: Annotated[Path, typer.Argument(help="A model's folder for CTranslate2, such as models/tiny-22.")],
    corpus: Annotated[Path, typer.Option(help="The corpus folder: functions/PACKAGE.parquet.")],
    labels: Annotated[Path, typer.Option(help="Folder of outcomes-22-validation.parquet.")] = FOLDER,
    batch: Annotated[int, typer.Option(help="Functions a batch.")] = 32,
    batches: Annotated[int, typer.Option(help="Batches, drawn by seed 0; one more goes before.")] = 30,
    threads: Annotated[int, typer.Option(help="CTranslate2's; 0: as in the product.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write the figures here too (JSON).")] = None,
) -> None:
    """Measure how long a model takes to load and to rank validation functions in batches."""
    if batch < 1 or batches < 1 or threads < 0:
        raise UsageError("--batch and --batches are at least 1, --threads at least 0")
    manifest = Manifest.read(model)
    if manifest.format != "ctranslate2":
        raise UsageError(f"{model} is for {manifest.format}; serving measures CTranslate2's models")
    texts = [text for _, text in texts_of(corpus, load("validation", labels), manifest.code)]
    texts = [texts[number] for number in np.random.default_rng(0).permutation(len(texts))]
    if len(texts) < batch:
        raise UsageError(f"{corpus} has {len(texts)} validation functions; a batch takes {batch}")
    found = measure(manifest, texts, batch, batches, threads)
    typer.echo(
        f"{manifest.name}: loaded in {found['load_ms']} ms; {found['batches']} batches of {batch} functions: "
        f"median {found['median_ms']}, mean {found['mean_ms']} ms a function, prompts {found['tokenise_ms']}"
    )
    if out is not None:
        out.write_text(json.dumps({"model": manifest.name, "threads": threads, **found}, indent=1) + "\n")


def measure(manifest: Manifest, texts: list[str], batch: int, batches: int, threads: int) -> dict[str, Any]:
    """Milliseconds: loading, and a function's share of a batch; at most ``batches`` whole ones."""
    from ...chooser.runtime_ctranslate2 import Session

    start = time.perf_counter()
    session = Session(manifest, threads)
    loaded = time.perf_counter() - start
    session.rank(texts[:batch], "size")
    ranked, tokenised = [], []
    for at in range(0, len(texts) - batch + 1, batch)[:batches]:
        some = texts[at : at + batch]
        start = time.perf_counter()
        session.prompter.stems(some)
        middle = time.perf_counter()
        session.rank(some, "size")
        tokenised.append(1000 * (middle - start) / batch)
        ranked.append(1000 * (time.perf_counter() - middle) / batch)
    session.close()
    return {
        "load_ms": round(1000 * loaded, 1),
        "batch": batch,
        "batches": len(ranked),
        "median_ms": round(median(ranked), 2),
        "mean_ms": round(mean(ranked), 2),
        "tokenise_ms": round(mean(tokenised), 2),
    }
