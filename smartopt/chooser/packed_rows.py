"""Rows of small numbers packed into long integers, so that plain Python adds and scales whole rows at once.

A row of int8 values becomes one integer with 32 bits for each value; sums of rows, each times an integer, are then
exact in every place as long as each stays within 31 bits. Nothing is rounded, so all machines agree.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import compress
from operator import mul

__all__ = ["PackedRows"]

_BYTES = 4
_HALF = 1 << 31


class PackedRows:
    """A matrix of int8 values, row by row; rows are packed when they are first used."""

    def __init__(self, raw: bytes, width: int) -> None:
        """``raw`` holds rows of ``width`` values. Raises ValueError if they do not come out even."""
        if width <= 0 or len(raw) % width:
            raise ValueError("rows that do not come out even")
        self.width = width
        self._shifted = raw.translate(_FLIPPED)  # value + 128, which is never negative
        self._ones = int.from_bytes(b"\1\0\0\0" * width, "little")
        self._packed: dict[int, int] = {}
        self._all: list[int] = []

    def __len__(self) -> int:
        return len(self._shifted) // self.width

    def sum(self, weighted: Iterable[tuple[int, int]]) -> list[int]:
        """The sum of rows, given as (row, how often)."""
        row, packed = self.row, self._packed
        total = 0
        for number, times in weighted:
            found = packed.get(number)
            total += (row(number) if found is None else found) * times
        return self._values(total)

    def product(self, vector: Sequence[int]) -> list[int]:
        """A vector with a value for each row, times the matrix."""
        if len(self._all) < len(vector):
            self._all = [self.row(number) for number in range(len(self))]
        return self._values(sum(map(mul, compress(self._all, vector), filter(None, vector))))

    def row(self, number: int) -> int:
        """A row, packed."""
        found = self._packed.get(number)
        if found is None:
            places = bytearray(_BYTES * self.width)
            places[::_BYTES] = self._shifted[number * self.width : (number + 1) * self.width]
            found = self._packed[number] = int.from_bytes(places, "little") - (self._ones << 7)
        return found

    def _values(self, total: int) -> list[int]:
        raw = (total + self._ones * _HALF).to_bytes(_BYTES * self.width, "little")
        values = array("I", raw)
        if sys.byteorder == "big":
            values.byteswap()
        return [value - _HALF for value in values]


_FLIPPED = bytes(value ^ 128 for value in range(256))
