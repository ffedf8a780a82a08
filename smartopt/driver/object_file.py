"""Looks at the object that the back end wrote: its sizes, and whether it lacks what its inline assembly names.

The optimizer predicts both, but some efforts add up parts, and it never sees flags that only the back end heeds.
Looking at the object itself takes less than a millisecond.
"""

from __future__ import annotations

from collections.abc import Collection

from ..errors import EngineError
from ..objfile.measure import measure_object
from ..objfile.sizes import Sizes
from ..objfile.symbols import undefined_symbols

__all__ = ["measure_bytes", "measure_file", "missing_functions", "read"]


def read(path: str) -> bytes:
    """The file's bytes. Raises OSError."""
    with open(path, "rb") as file:
        return file.read()


def measure_file(path: str) -> Sizes | None:
    """The sizes of an object file; None where it cannot be measured. Raises OSError."""
    return measure_bytes(read(path))


def measure_bytes(data: bytes) -> Sizes | None:
    """The sizes of an object's bytes; None where they cannot be measured."""
    try:
        return measure_object(data)
    except EngineError:
        return None


def missing_functions(path: str, vanished: Collection[str]) -> set[str]:
    """The functions that an object needs and does not hold, although -Oz's object does: inline assembly names them.

    ``vanished`` are the functions that -Oz keeps and the optimizer removed. Raises OSError.
    """
    return undefined_symbols(read(path)).intersection(vanished) if vanished else set()
