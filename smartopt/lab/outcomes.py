"""Outcome labels: what every coreset list does to every function, as numpy matrices.

    train = load("train")               # models/labels/outcomes-22-train.parquet
    train.saved("size")                 # int32 matrix, functions x lists: bytes saved over -Oz (negative: lost)

A label file has one row a function: ``hash``, ``package``, ``instructions`` (before), ``oz_instructions``,
``oz_bytes``, and ``bytes`` and ``insns``: for each list the difference to -Oz, negative is smaller, 32767 unknown. The
texts of the lists, in ranked order, are in the schema's metadata (``lists``). ``best_bytes`` and ``best_insns`` are the
autotuner's best absolute outcome where it ran (null elsewhere). Nothing is copied twice: a hundred thousand functions
and 64 lists take 26 MB.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError, UsageError
from ..options import Objective

__all__ = ["FOLDER", "SPLITS", "UNKNOWN", "Outcomes", "greedy_order", "joined", "load", "path_of"]

FOLDER = Path("models/labels")
"""Where the labels lie in a checkout."""

SPLITS = ("train", "validation", "test")
UNKNOWN = 32767
"""Stands for an outcome that is not known: the list failed on that function, or was not run."""

_NUMBERS = ("instructions", "oz_instructions", "oz_bytes")
_MATRICES = ("bytes", "insns")
_BEST = ("best_bytes", "best_insns")

Ints = npt.NDArray[np.int32]
Shorts = npt.NDArray[np.int16]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The labels of one split (or of a selection of its functions)."""

    split: str
    lists: tuple[str, ...]
    hashes: npt.NDArray[np.bytes_]
    packages: npt.NDArray[np.str_]
    instructions: Ints
    oz_instructions: Ints
    oz_bytes: Ints
    bytes: Shorts
    insns: Shorts
    best_bytes: Ints | None = None
    best_insns: Ints | None = None
    digest: str = ""
    """Of the file they came from."""

    def __len__(self) -> int:
        return len(self.hashes)

    def baseline(self, objective: Objective) -> Ints:
        """The sizes under -Oz, function by function."""
        return self.oz_bytes if objective == "size" else self.oz_instructions

    def saved(self, objective: Objective) -> Ints:
        """Functions x lists: saved over -Oz. An unknown outcome saves nothing and loses nothing: -Oz takes over."""
        deltas = self.bytes if objective == "size" else self.insns
        saved = np.where(deltas == UNKNOWN, 0, deltas).astype(np.int32)
        return np.negative(saved, out=saved)

    def known(self) -> npt.NDArray[np.bool_]:
        """Functions x lists: whether the outcome is known."""
        known: npt.NDArray[np.bool_] = (self.bytes != UNKNOWN) & (self.insns != UNKNOWN)
        return known

    def autotuned(self, objective: Objective) -> Ints | None:
        """What the autotuner saved over -Oz, -1 where it did not run; None where it ran on none of them."""
        best = self.best_bytes if objective == "size" else self.best_insns
        if best is None or not np.any(best >= 0):
            return None
        return np.where(best >= 0, np.maximum(self.baseline(objective) - best, 0), -1).astype(np.int32)

    def take(self, rows: Indices | npt.NDArray[np.bool_]) -> Outcomes:
        """A selection of the functions, by number or by mask."""
        columns = ("hashes", "packages", *_NUMBERS, *_MATRICES, *_BEST)
        whole: dict[str, Any] = {name: getattr(self, name) for name in columns}
        taken: dict[str, Any] = {name: column[rows] for name, column in whole.items() if column is not None}
        return replace(self, **taken)

    def about(self, lists: Sequence[str]) -> Outcomes:
        """The same lists in another order. Raises UsageError where the labels are about other lists."""
        if set(lists) != set(self.lists):
            raise UsageError("labels that are used together are about different lists; make them again")
        columns = [self.lists.index(text) for text in lists]
        return replace(self, lists=tuple(lists), bytes=self.bytes[:, columns], insns=self.insns[:, columns])

    def first(self, count: int) -> Outcomes:
        """The same functions with only the first lists of the ranked order."""
        return replace(self, lists=self.lists[:count], bytes=self.bytes[:, :count], insns=self.insns[:, :count])


def path_of(split: str, folder: Path = FOLDER, major: int = 22) -> Path:
    return folder / f"outcomes-{major}-{split}.parquet"


def load(split: str, folder: Path = FOLDER, major: int = 22) -> Outcomes:
    """The labels of ``train``, ``validation`` or ``test``. Raises InputError if the file is missing or damaged."""
    if split not in SPLITS:
        raise InputError(f"there is no split {split!r}; there are {', '.join(SPLITS)}")
    path = path_of(split, folder, major)
    try:
        file = pq.ParquetFile(path, memory_map=True)
    except FileNotFoundError as error:
        raise InputError(f"{path} is not there; smartopt-lab label makes it") from error
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path} cannot be read ({str(error).splitlines()[0]}); make it again") from error
    with file:
        lists = _checked(path, file.schema_arrow)
        columns = {name: file.read([name]).column(0) for name in ("hash", "package", *_NUMBERS)}
        numbers: dict[str, Any] = {name: columns[name].to_numpy().astype(np.int32) for name in _NUMBERS}
        matrices: dict[str, Any] = {name: _matrix(path, file, name, len(lists)) for name in _MATRICES}
        best: dict[str, Any] = {name: _best(file, name) for name in _BEST}
    hashes = np.array(columns["hash"].to_pylist(), dtype="S32")
    if len(np.unique(hashes)) != len(hashes):
        raise InputError(f"{path} has a function twice; make it again")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    packages = np.array(columns["package"].to_pylist(), dtype=np.str_)
    return Outcomes(split, lists, hashes, packages, **numbers, **matrices, **best, digest=digest)


def joined(several: Sequence[Outcomes]) -> Outcomes:
    """The labels of one after another, about the first one's lists; of several, without what the autotuner found.

    Raises UsageError where they are about different lists.
    """
    first = several[0]
    if len(several) == 1:
        return first
    parts = [one.about(first.lists) for one in several]
    names = ("hashes", "packages", *_NUMBERS, *_MATRICES)
    columns: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in parts]) for name in names}
    digest = hashlib.sha256("".join(one.digest for one in several).encode()).hexdigest()
    return replace(first, **columns, best_bytes=None, best_insns=None, digest=digest)


def greedy_order(outcomes: Outcomes, objective: Objective, lists: Sequence[int]) -> list[int]:
    """The lists in the order in which each saves most beyond those before it, -Oz being there from the start.

    Lists that add nothing follow in the order in which they were.
    """
    saved = np.maximum(outcomes.saved(objective), 0)
    best = np.zeros(len(outcomes), dtype=np.int32)
    left = list(lists)
    order: list[int] = []
    while left:
        adds = [int(np.maximum(saved[:, number] - best, 0).sum()) for number in left]
        most = max(range(len(left)), key=lambda at: adds[at])
        if not adds[most]:
            break
        number = left.pop(most)
        order.append(number)
        best = np.maximum(best, saved[:, number])
    return order + left


def _checked(path: Path, schema: Any) -> tuple[str, ...]:
    """The lists that a label file's schema names, if all columns are there in their types."""
    try:
        lists = json.loads((schema.metadata or {})[b"lists"])
        if not lists or not all(isinstance(text, str) for text in lists) or len(set(lists)) != len(lists):
            raise ValueError
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(f"{path} does not say which lists its columns are (metadata 'lists')") from error
    wanted = {"hash": pa.string(), "package": pa.string(), **dict.fromkeys(_NUMBERS, pa.int32())}
    wanted |= dict.fromkeys(_MATRICES, pa.list_(pa.int16(), len(lists)))
    for name, kind in wanted.items():
        at = schema.get_field_index(name)
        there = schema.field(at).type if at >= 0 else None
        plain = there.value_type if there is not None and pa.types.is_dictionary(there) else there
        same = plain == kind
        if plain is not None and pa.types.is_fixed_size_list(kind):  # the name of the inner field does not count
            same = (
                pa.types.is_fixed_size_list(plain)
                and plain.value_type == kind.value_type
                and plain.list_size == kind.list_size
            )
        if not same:
            raise InputError(f"{path}: column {name} should be {kind}, it is {plain or 'not there'}")
    return tuple(lists)


def _matrix(path: Path, file: Any, name: str, width: int) -> Shorts:
    """A list column as one matrix, filled row group by row group."""
    rows = file.metadata.num_rows
    matrix = np.empty((rows, width), dtype=np.int16)
    at = 0
    for batch in file.iter_batches(batch_size=16384, columns=[name]):
        values = batch.column(0)
        if values.null_count or values.flatten().null_count:
            raise InputError(f"{path}: column {name} has nulls; an unknown outcome is {UNKNOWN}")
        matrix[at : at + len(values)] = values.flatten().to_numpy().reshape(len(values), width)
        at += len(values)
    return matrix


def _best(file: Any, name: str) -> Ints | None:
    """An optional column; -1 where it is null."""
    if file.schema_arrow.get_field_index(name) < 0:
        return None
    best: Ints = file.read([name]).column(0).fill_null(-1).to_numpy().astype(np.int32)
    return best
