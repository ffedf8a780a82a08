"""Results of campaigns with link-time optimisation: one JSON line per linked program, and their summary.

A line: ``{"seed": n, "outcome": id, "build": effort or "", "detail": text, "builds": {effort: id}, "bytes": {"clang":
n, effort: n}, "reports": {effort: n}, "larger": [effort, ...], "options": {...}, "seconds": s}``. ``outcome`` is that
of the first effort that differs; ``bytes`` are the allocated bytes of what was linked; ``reports`` counts the modules
that smartopt optimised, so that 0 means that clang linked alone. A larger program is counted and is no find: smartopt
compares objects, and what lld folds and collects afterwards is not known by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["LINK_FINDS", "LINK_OUTCOMES", "LinkSummary", "summarise_links"]

LINK_OUTCOMES: dict[str, str] = {
    "same": "printed what clang's programs print, at every effort",
    "wrong-output": "printed something else",
    "program-crash": "the program crashed or failed",
    "program-timeout": "the program ran past its limit",
    "link-failed": "smartopt-clang failed where clang did not",
    "endless": "left out: the program did not end under clang -O0",
    "clang-differs": "left out: clang's -O0 and LTO programs agree in no line",
    "clang-failed": "left out: clang, or its program, failed",
    "generator-failed": "left out: csmith made no program of this seed",
}
"""Every outcome and its sentence."""

LINK_FINDS = frozenset({"wrong-output", "program-crash", "program-timeout", "link-failed"})
"""Outcomes that are finds."""


@dataclass
class LinkSummary:
    """Counts of a campaign.

    Attributes:
        programs: how many lines there are.
        outcomes: programs by outcome.
        forms: compared programs by the form of the link.
        ours: compared programs in whose build smartopt optimised a module.
        larger: programs whose linked bytes are more than clang's, by effort.
        bytes: of all programs that were linked by all, by clang and by effort.
        finds: the lines with one.
        calls: what smartopt counted in this run (``plugin.counters``).
    """

    programs: int = 0
    compared: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    ours: int = 0
    larger: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    finds: list[dict[str, Any]] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)


def summarise_links(lines: Iterable[dict[str, Any]]) -> LinkSummary:
    """The summary of result lines."""
    summary = LinkSummary()
    for line in lines:
        outcome = line["outcome"]
        summary.programs += 1
        summary.outcomes[outcome] += 1
        if outcome == "same" or outcome in LINK_FINDS:
            summary.compared += 1
            summary.forms[line["options"]["form"]] += 1
            summary.ours += any(line["reports"].values())
        if outcome == "same":
            summary.larger.update(line["larger"])
            summary.bytes.update(line["bytes"])
        elif outcome in LINK_FINDS:
            summary.finds.append(line)
    return summary
