"""``smartopt-lab restrict``: removes lists that are no longer trusted from everything that was made with them.

When a pass leaves the trusted set, the outcomes of the lists without it are still right. So nothing is run again: the
label tables lose the columns of the refused lists, the others are ranked anew by what each saves beyond those before
it, and the packaged coreset begins with those. A list is kept without a refused pass that does nothing to the code that
smartopt gets.

What is left of the other lists without their refused passes has no outcomes, so no table holds it. The coreset has it
after those with outcomes. A model ranks the lists that it was trained with; the product leaves out the refused ones
when it reads the answer (``smartopt.chooser.language_model``, ``smartopt.chooser.line_model``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from ...chooser.data_files import DATA
from ...chooser.vocabulary import items_of
from ...errors import InputError
from ...passes.passlist import PassList
from ...passes.trusted import Trusted
from ..outcomes import FOLDER, Outcomes, greedy_order, load

__all__ = ["main", "restricted_table"]

IDLE = ("loop-sink",)
"""Refused passes that do nothing in a build: ``loop-sink`` moves code only where there is profile data."""


def main(
    labels: Annotated[Path, typer.Option(help="Folder of the label tables.")] = FOLDER,
    data: Annotated[Path, typer.Option(help="Folder of the packaged coreset.")] = Path(DATA),
    major: Annotated[int, typer.Option(help="LLVM's major version.")] = 22,
) -> None:
    """Remove the lists that are not trusted from the labels and the coreset; rank the rest again."""
    trusted = Trusted.load(major)
    train = load("train", labels, major)
    kept = [number for number, text in enumerate(train.lists) if PassList.admitted(bare(text), trusted)]
    order = greedy_order(train, "size", kept)
    texts = [train.lists[number] for number in order]
    typer.echo(f"train: {len(texts)} of {len(train.lists)} lists are trusted")
    for path in sorted(labels.rglob(f"outcomes-{major}-*.parquet")):
        restricted_table(path, texts)
        typer.echo(f"wrote {path}")
    coreset = data / f"coreset-{major}.json"
    rests = [shortened(text, trusted) for text in train.lists]
    _replace(coreset, _coreset(json.loads(coreset.read_text()), texts, rests, _adds(train, order), trusted))
    typer.echo(f"wrote {coreset}")


def bare(text: str) -> str:
    """A list without the passes that do nothing: its outcomes are the same."""
    return ",".join(item for item in items_of(text) if item not in IDLE)


def shortened(text: str, trusted: Trusted) -> str:
    """What is left of a list without the passes that are refused; ``""`` where nothing is."""
    return ",".join(item for item in items_of(text) if PassList.admitted(item, trusted))


def _adds(outcomes: Outcomes, order: Sequence[int]) -> list[int]:
    """The bytes that each list saves beyond those before it."""
    saved = np.maximum(outcomes.saved("size")[:, list(order)], 0)
    totals = np.maximum.accumulate(saved, axis=1).sum(axis=0)
    return [int(more) for more in np.diff(totals, prepend=0)]


def restricted_table(path: Path, texts: Sequence[str]) -> None:
    """Write a label table again with the columns of these lists only, in this order.

    Raises InputError if a list is missing.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    metadata = dict(table.schema.metadata)
    there = json.loads(metadata[b"lists"])
    missing = [text for text in texts if text not in there]
    if missing:
        raise InputError(f"{path} has no outcomes of {missing[0]!r}; label it with the lists of the train table")
    columns = [there.index(text) for text in texts]
    arrays, fields = [], []
    for field in table.schema:
        column = table.column(field.name).combine_chunks()
        if pa.types.is_fixed_size_list(field.type):
            values = column.flatten().to_numpy().reshape(len(column), len(there))[:, columns]
            field = pa.field(field.name, pa.list_(pa.int16(), len(columns)))
            column = pa.FixedSizeListArray.from_arrays(pa.array(values.ravel(), pa.int16()), len(columns))
        arrays.append(column)
        fields.append(field)
    metadata[b"lists"] = json.dumps([bare(text) for text in texts]).encode()
    made = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=metadata))
    half = path.with_name(f".{path.name}.half")
    pq.write_table(made, half, compression="zstd", compression_level=19, version="2.6")
    half.rename(path)


def _coreset(
    document: dict[str, Any], labelled: Sequence[str], rests: Sequence[str], adds: Sequence[int], trusted: Trusted
) -> dict[str, Any]:
    """The coreset's file: lists with outcomes, and what each adds on the train functions; rests of others; what else
    there was."""
    lists = {
        kind: [shorter for text in texts if PassList.admitted(shorter := bare(text), trusted)]
        for kind, texts in document["lists"].items()
    }
    refused = {kind: len(texts) - len(lists[kind]) for kind, texts in document["lists"].items()}
    lists["size"] = [*map(bare, labelled), *filter(None, rests), *lists["size"]]
    lists = {kind: list(dict.fromkeys(texts)) for kind, texts in lists.items()}
    made = {name: value for name, value in document["made"].items() if name != "saved_over_oz_list"}
    made["restricted"] = {"refused": refused, "command": "smartopt-lab restrict", "saved_on_train": list(adds)}
    return {**document, "lists": lists, "made": made}


def _replace(path: Path, document: dict[str, Any]) -> None:
    half = path.with_name(f".{path.name}.half")
    half.write_text(json.dumps(document, indent=1) + "\n")
    half.rename(path)
