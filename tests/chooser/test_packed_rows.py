"""Packed rows against plain sums."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.chooser.packed_rows import PackedRows

SMALL = st.integers(-128, 127)


def raw(rows: list[list[int]]) -> bytes:
    return bytes(value % 256 for row in rows for value in row)


@given(st.data())
def test_against_counting(data: st.DataObject) -> None:
    width = data.draw(st.integers(1, 9))
    rows = data.draw(st.lists(st.lists(SMALL, min_size=width, max_size=width), min_size=1, max_size=8))
    packed = PackedRows(raw(rows), width)
    assert len(packed) == len(rows)
    vector = data.draw(st.lists(st.integers(-4095, 8190), min_size=len(rows), max_size=len(rows)))
    expected = [sum(value * row[place] for value, row in zip(vector, rows, strict=True)) for place in range(width)]
    assert packed.product(vector) == expected
    assert PackedRows(raw(rows), width).sum(enumerate(vector)) == expected
    assert packed.sum([]) == [0] * width


def test_the_largest_sums() -> None:
    packed = PackedRows(raw([[-128, 127]] * 1024), 2)
    assert packed.product([8190] * 1024) == [-128 * 8190 * 1024, 127 * 8190 * 1024]


@pytest.mark.parametrize(("content", "width"), [(b"abc", 2), (b"abc", 0)])
def test_uneven_rows_are_refused(content: bytes, width: int) -> None:
    with pytest.raises(ValueError, match="even"):
        PackedRows(content, width)
