"""Results of the fuzzer: one JSON line per plan (or per skipped program), and their summary.

A line: ``{"schema": 2, "seed": n, "plan": k or null, "outcome": id, "lists": [...], "minimal": [...] or null,
"detail": text, "winner": "plan"|"module"|"oz"|"", "fallbacks": {id: n}, "outlined": bool, "seconds": s}``,
``outlined`` where a second program with outlined functions was judged too. The first line of a
file is ``{"schema": 2, "campaign": {...}}``, the settings that decide what a seed's lines say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["FINDS", "KIND", "OUTCOMES", "SCHEMA", "Summary", "summarise"]

SCHEMA = 3
KIND = "the fuzzer"
"""What a result file belongs to, for :mod:`smartopt.lab.results`."""

OUTCOMES: dict[str, str] = {
    "same": "printed what the references print",
    "wrong-output": "printed something else",
    "program-crash": "the program crashed or failed",
    "program-timeout": "the program ran past its limit",
    "optimiser-failed": "smartopt, or opt, failed",
    "back-end-failed": "clang could not compile the optimised bitcode",
    "larger": "smartopt-clang's object is larger than clang's",
    "endless": "skipped: the program did not end under clang -O0",
    "references-differ": "skipped: the reference compilers disagree",
    "reference-failed": "skipped: a reference compiler, or its program, failed",
    "generator-failed": "skipped: csmith made no program of this seed",
}
"""Every outcome and its sentence."""

FINDS = frozenset({"wrong-output", "program-crash", "program-timeout", "optimiser-failed", "back-end-failed", "larger"})
"""Outcomes that are differences."""

_SKIPPED = frozenset({"endless", "references-differ", "reference-failed", "generator-failed"})


@dataclass
class Summary:
    """Counts of a campaign. ``compared`` is plans that were judged; ``not_forced`` those where the forced
    lists did not come out (smartopt took another candidate), which prove nothing about the lists."""

    programs: int = 0
    skipped: int = 0
    compared: int = 0
    not_forced: int = 0
    outlined: int = 0
    """Plans whose program was also built with outlined functions in it."""
    outcomes: Counter[str] = field(default_factory=Counter)
    winners: Counter[str] = field(default_factory=Counter)
    fallbacks: Counter[str] = field(default_factory=Counter)
    finds: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    calls: dict[str, int] = field(default_factory=dict)
    """What smartopt-clang counted in this run (``plugin.counters``)."""


def summarise(lines: Iterable[dict[str, Any]]) -> Summary:
    """The summary of result lines."""
    summary = Summary()
    seeds = set()
    for line in lines:
        outcome = line["outcome"]
        seeds.add(line["seed"])
        summary.outcomes[outcome] += 1
        summary.fallbacks.update(line["fallbacks"])
        summary.seconds += line["seconds"]
        if outcome in _SKIPPED:
            summary.skipped += 1
        else:
            summary.compared += 1
            summary.outlined += line["outlined"]
            summary.not_forced += bool(line["lists"]) and line["winner"] not in ("plan", "")
            summary.winners[line["winner"]] += 1
        if outcome in FINDS:
            summary.finds.append(line)
    summary.programs = len(seeds)
    return summary
