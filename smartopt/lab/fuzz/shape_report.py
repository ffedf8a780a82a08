"""Results of campaigns with shapes: one JSON line per program, and their summary.

A line: ``{"seed": n, "outcome": id, "language": ..., "shapes": [...], "builds": {build: id}, "detail": text,
"piece": name or "", "reduced": text, "options": {...}, "fallbacks": {id: n}, "optimised": [build, ...], "seconds":
s}``. ``outcome`` is the worst of all builds; ``piece`` and ``detail`` are of that one; ``fallbacks`` and the builds for
which smartopt made a report (``optimised``) are the whole file's, on the line of its first program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["SHAPE_FINDS", "SHAPE_OUTCOMES", "ShapeSummary", "summarise_shapes"]

SHAPE_OUTCOMES: dict[str, str] = {
    "same": "printed what clang's programs print, at every effort",
    "wrong-output": "printed something else",
    "program-crash": "the program crashed or failed",
    "program-timeout": "the program ran past its limit",
    "link-failed": "the object could not be linked, or clang's neither",
    "compile-failed": "smartopt failed where clang did not",
    "larger": "the file's object is larger than clang's",
    "clang-differs": "left out: clang's own levels differ",
    "clang-failed": "left out: clang, or its program, failed",
}
"""Every outcome and its sentence, the worse the earlier, after ``same``."""

SHAPE_FINDS = frozenset({"wrong-output", "program-crash", "program-timeout", "link-failed", "compile-failed", "larger"})
"""Outcomes that are finds."""


@dataclass
class ShapeSummary:
    """Counts of a campaign.

    Attributes:
        programs: how many lines there are.
        outcomes: programs by outcome.
        builds: programs by build that they were compared at, ``fast`` and so on.
        optimised: files by build for which smartopt made a report; clang compiled the others alone.
        shapes: pieces by shape.
        found: pieces by the shape of a find.
        fallbacks: smartopt's, over all files.
        finds: the lines with one.
        left_out: the lines of programs that are clang's.
        calls: what smartopt counted in this run (``plugin.counters``).
    """

    programs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    builds: Counter[str] = field(default_factory=Counter)
    optimised: Counter[str] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    fallbacks: Counter[str] = field(default_factory=Counter)
    finds: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)

    @property
    def compared(self) -> int:
        """Programs that were judged."""
        return self.programs - len(self.left_out)


def summarise_shapes(lines: Iterable[dict[str, Any]]) -> ShapeSummary:
    """The summary of result lines."""
    summary = ShapeSummary()
    for line in lines:
        summary.programs += 1
        summary.outcomes[line["outcome"]] += 1
        summary.shapes.update(line["shapes"])
        summary.fallbacks.update(line["fallbacks"])
        summary.builds.update(line["builds"].keys())
        summary.optimised.update(line.get("optimised", ()))
        if line["outcome"] in SHAPE_FINDS:
            summary.finds.append(line)
            summary.found[line["piece"].partition(" ")[2] or "a whole file"] += 1
        elif line["outcome"] != "same":
            summary.left_out.append(line)
    return summary
