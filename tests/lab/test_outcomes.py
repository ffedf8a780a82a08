"""The outcome labels: one line loads them, and what is wrong with a file is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from smartopt.errors import InputError
from smartopt.lab.outcomes import UNKNOWN, load
from tests.lab.labelled import LISTS, text, world, write

ROWS = [("a", text(0, 10), 10, [-4, 2, 0, UNKNOWN, 0, 0]), ("b", text(1, 20), 20, [1, 1, 1, 1, 1, 1])]


def test_one_line_loads_them(tmp_path: Path) -> None:
    labels, _ = world(tmp_path)
    train = load("train", labels)
    assert len(train) == 240
    assert train.lists == LISTS
    assert train.bytes.shape == (240, len(LISTS))
    assert train.bytes.dtype == np.int16
    assert set(train.packages.tolist()) == {f"train{i}" for i in range(4)}
    assert train.oz_bytes[0] == 20
    assert len(train.hashes[0]) == 32


def test_what_is_saved(tmp_path: Path) -> None:
    write(tmp_path, "validation", ROWS)
    found = load("validation", tmp_path)
    assert found.saved("size").tolist() == [[4, -2, 0, 0, 0, 0], [-1] * 6]
    assert found.known().tolist() == [[True, True, True, False, True, True], [True] * 6]
    assert found.autotuned("size") is None
    assert found.baseline("instructions").tolist() == [10, 20]


def test_the_autotuners_best_where_it_ran(tmp_path: Path) -> None:
    write(tmp_path, "validation", ROWS, [33, None])
    found = load("validation", tmp_path).autotuned("size")
    assert found is not None
    assert found.tolist() == [7, -1]


def test_selections(tmp_path: Path) -> None:
    write(tmp_path, "validation", ROWS, [33, None])
    whole = load("validation", tmp_path)
    part = whole.take(np.array([1])).first(2)
    assert part.packages.tolist() == ["b"]
    assert part.lists == LISTS[:2]
    assert part.bytes.tolist() == [[1, 1]]
    assert part.best_bytes is not None
    assert part.best_bytes.tolist() == [-1]
    assert len(whole.take(whole.packages == "a")) == 1


Change = Callable[[Any], Any]
WRONG: dict[str, tuple[Change, str]] = {
    "no lists": (lambda t: t.replace_schema_metadata({}), "does not say which lists"),
    "a column missing": (lambda t: t.drop_columns(["oz_bytes"]), "column oz_bytes should be int32, it is not there"),
    "a column of another type": (
        lambda t: t.set_column(t.schema.get_field_index("oz_bytes"), "oz_bytes", pa.array([1.5, 2.5])),
        "column oz_bytes should be int32, it is double",
    ),
    "too few lists": (lambda t: t.replace_schema_metadata({b"lists": b'["sroa"]'}), "column bytes should be"),
    "a function twice": (
        lambda t: t.set_column(0, "hash", pa.array(["0" * 32] * 2)),
        "a function twice",
    ),
    "nulls": (
        lambda t: t.set_column(
            t.schema.get_field_index("bytes"), "bytes", pa.array([None, [0] * 6], pa.list_(pa.int16(), 6))
        ),
        "has nulls",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, "validation", ROWS)
    change, message = WRONG[name]
    pq.write_table(change(pq.read_table(path)), path)
    with pytest.raises(InputError, match=message):
        load("validation", tmp_path)


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="smartopt-lab label makes it"):
        load("train", tmp_path)
    (tmp_path / "outcomes-22-train.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(InputError, match="cannot be read"):
        load("train", tmp_path)
    with pytest.raises(InputError, match="no split"):
        load("bench", tmp_path)
