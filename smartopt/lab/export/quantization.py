"""``smartopt-lab quantization``: what a trained run loses at each precision, on both runtimes, against float32.

Every session ranks the same validation functions. Reported: the share of the best of all lists' saving that the first
k lists reach (``train.targets.shares``), how often the first list and the first eight (as a set) are float32's, the
rank correlation of the whole order, and the time a function, without loading.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import typer
from rich.console import Console
from rich.table import Table

from ...chooser.manifest import Manifest
from ...errors import ModelError, UsageError
from ..console import table_console
from ..outcomes import FOLDER, Outcomes, load
from ..train.checkpoint import read_state
from ..train.dataset import texts_of
from ..train.targets import KS, shares
from .cli import write

__all__ = ["Loss", "compare", "quantization"]

SESSIONS = (
    ("ctranslate2", "float32"),
    ("ctranslate2", "int8"),
    ("transformers", "float32"),
    ("transformers", "bfloat16"),
    ("transformers", "int8"),
    ("transformers", "nf4"),
)
"""Runtime and precision; the first is what the others are compared with. The last two are bitsandbytes'."""

_WITHIN = 8
Orders = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Loss:
    """One runtime at one precision. ``first``, ``within``, ``correlation``: agreement with float32, 1 where equal."""

    runtime: str
    precision: str
    reached: dict[int, float]
    first: float = 0.0
    within: float = 0.0
    correlation: float = 0.0
    milliseconds: float = 0.0
    error: str = ""


def quantization(
    run: Annotated[Path, typer.Argument(help="The folder of a training run (smartopt-lab train --out).")],
    corpus: Annotated[Path, typer.Option(help="The corpus folder, for the functions' texts.")],
    labels: Annotated[Path, typer.Option(help="Folder of the outcome labels.")] = FOLDER,
    functions: Annotated[int, typer.Option(help="Validation functions, drawn by seed.")] = 500,
    checkpoint: Annotated[str, typer.Option(help="best (by validation) or checkpoint (the latest).")] = "best",
    out: Annotated[Path | None, typer.Option(help="Write every figure here (JSON).")] = None,
) -> None:
    """Rank validation functions at every precision, and say what each loses."""
    outcomes = load("validation", labels)
    found = list(texts_of(corpus, outcomes, _reads_code(run, checkpoint)))
    drawn = np.sort(np.random.default_rng(0).permutation(len(found))[:functions])
    rows = np.array([found[index][0] for index in drawn], dtype=np.intp)
    texts = [found[index][1] for index in drawn]
    losses = compare(run, checkpoint, outcomes.take(rows), texts)
    show(table_console(), losses, len(texts))
    if out is not None:
        out.write_text(json.dumps({"functions": len(texts), "losses": [asdict(loss) for loss in losses]}, indent=1))


def _reads_code(run: Path, checkpoint: str) -> bool:
    state = read_state(run / checkpoint)
    return state is not None and bool(state.recipe.code)


def compare(run: Path, checkpoint: str, outcomes: Outcomes, texts: Sequence[str]) -> list[Loss]:
    """All sessions on the same functions. Raises UsageError where none of them fits the context."""
    losses: list[Loss] = []
    exact: Orders | None = None
    with tempfile.TemporaryDirectory() as scratch:
        for runtime, precision in SESSIONS:
            folder = Path(scratch) / f"{runtime}-{precision}"
            exported = "int8" if (runtime, precision) == ("ctranslate2", "int8") else "float32"
            write(run, folder, runtime, exported, checkpoint, {})
            try:
                session = _opened(Manifest.read(folder), runtime, precision)
            except ModelError as error:
                losses.append(Loss(runtime, precision, {}, error=str(error).splitlines()[0]))
                continue
            start = time.perf_counter()
            answers = session.rank(texts, "size")
            spent = time.perf_counter() - start
            fits = [index for index, answer in enumerate(answers) if answer is not None]
            if not fits:
                raise UsageError("none of these functions fits the model's context")
            orders = np.array([answer[0] for answer in answers if answer is not None], dtype=np.int64)
            exact = orders if exact is None else exact
            gains = np.maximum(outcomes.take(np.array(fits)).saved("size"), 0).astype(np.float32)
            agreed = _agreement(exact, orders)
            losses.append(Loss(runtime, precision, shares(orders, gains), *agreed, 1000 * spent / len(fits)))
    return losses


def _opened(manifest: Manifest, runtime: str, precision: str) -> Any:
    if runtime == "ctranslate2":
        from ...chooser.runtime_ctranslate2 import Session

        return Session(manifest, threads=1, compute_type=precision)
    from ...chooser.runtime_transformers import TransformersSession

    return TransformersSession(manifest, precision, "cpu")


def _agreement(exact: Orders, orders: Orders) -> tuple[float, float, float]:
    """Same first list, share of the first lists in common, and Spearman's correlation of the ranks; means."""
    within = min(_WITHIN, exact.shape[1])
    common = [len(set(one[:within]) & set(other[:within])) / within for one, other in zip(exact, orders, strict=True)]
    ranks, others = exact.argsort(axis=1), orders.argsort(axis=1)
    count = exact.shape[1]
    squares = ((ranks - others) ** 2).sum(axis=1)
    correlation = 1 - 6 * squares / (count * (count**2 - 1)) if count > 1 else np.ones(len(exact))
    return float((exact[:, 0] == orders[:, 0]).mean()), float(np.mean(common)), float(np.mean(correlation))


def show(console: Console, losses: Sequence[Loss], count: int) -> None:
    """The table."""
    table = Table(title=f"What precisions lose, {count} validation functions")
    for heading in ("runtime", "precision", *(f"@{k}" for k in KS), "first", f"first {_WITHIN}", "order", "ms"):
        table.add_column(heading, justify="left" if heading in ("runtime", "precision") else "right")
    for loss in losses:
        if loss.error:
            table.add_row(loss.runtime, loss.precision, loss.error)
            continue
        figures = [f"{100 * loss.reached[k]:.1f}" for k in KS]
        agreed = [f"{100 * loss.first:.1f}%", f"{100 * loss.within:.1f}%", f"{loss.correlation:.3f}"]
        table.add_row(loss.runtime, loss.precision, *figures, *agreed, f"{loss.milliseconds:.1f}")
    console.print(table)
