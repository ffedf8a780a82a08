"""The object that the back end wrote, looked at: is it no larger than -Oz's, and has it all that its assembly names?

The optimiser promises both by measures of its own: some efforts add up parts, and flags that only the back end heeds
never reach it. Here is the file itself, and looking takes less than a millisecond.
"""

from __future__ import annotations

from ..annotations import Any
from ..errors import EngineError
from ..ir.names import symbol_of
from ..objfile.measure import measure_object
from ..objfile.sizes import Sizes
from ..objfile.symbols import undefined_symbols

__all__ = ["as_baseline", "content", "lost_names", "measure", "measured", "with_sizes"]

Report = dict[str, Any]


def measure(path: str) -> Sizes | None:
    """The object's sizes, or None where it cannot be measured. Raises OSError."""
    return measured(content(path))


def measured(data: bytes) -> Sizes | None:
    """The sizes of an object's bytes, or None where they cannot be measured."""
    try:
        return measure_object(data)
    except EngineError:
        return None


def lost_names(path: str, report: Report) -> set[str]:
    """Functions that -Oz keeps, that are gone from the object, and that it asks for: inline assembly names them.

    Raises OSError.
    """
    gone = {
        symbol_of(row["name"])
        for row in report.get("functions", ())
        if row["instructions"]["oz"] and not row["instructions"]["output"]
    }
    return gone & undefined_symbols(content(path)) if gone else set()


def with_sizes(report: Report, sizes: Sizes) -> Report:
    """The report, with the sizes that the object turned out to have."""
    return {**report, "bytes": {**report["bytes"], "output": sizes.by_section()}}


def as_baseline(report: Report) -> Report:
    """The report of a run that searched, and then took -Oz's object because its own was larger."""
    rows = []
    for row in report.get("functions", ()):
        pairs = {which: {**row[which], "output": row[which]["oz"]} for which in ("instructions", "bytes")}
        rows.append({**row, **pairs, "passes": "", "source": "oz", "rank": 0})
    fallbacks = {**report.get("fallbacks", {})}
    fallbacks["driver-grew"] = fallbacks.get("driver-grew", 0) + 1
    return {
        **report,
        "winner": "oz",
        "bytes": {**report["bytes"], "output": report["bytes"]["oz"]},
        "instructions": {**report["instructions"], "output": report["instructions"]["oz"]},
        "functions": [row for row in rows if row["instructions"]["oz"]],
        "fallbacks": fallbacks,
        "frames": [],
    }


def content(path: str) -> bytes:
    """The file's bytes. Raises OSError."""
    with open(path, "rb") as file:
        return file.read()
