"""Results of the equivalence check: one JSON line per item, their summary, and the record for the trusted set.

A line: ``{"schema": 1, "item": id, "problem": text, "functions": n, "lists": {list: {"ran", "fired", "validated",
"proved", "inputs", "taken", "edges", "different", "undecided": {reason: n}, "failed"?}}, "finds": [{"list", "function",
"detail", "before", "after"}], "seconds": s}``. The first line of a file is ``{"schema": 1, "campaign": {...}}``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["KIND", "NUMBERS", "SCHEMA", "Count", "Summary", "record", "summarise"]

SCHEMA = 1
KIND = "the equivalence check"
"""What a result file belongs to, for :mod:`smartopt.lab.results`."""

NUMBERS = ("ran", "fired", "validated", "proved", "different", "inputs", "taken", "edges")
"""The counts of a list; ``proved`` of those validated for all inputs; ``taken`` of
the ``edges`` of the functions' control flow were taken by some input."""


@dataclass
class Count:
    """Pairs of one list: it ran on a function, changed it (fired), and the verdicts on the changes."""

    ran: int = 0
    fired: int = 0
    validated: int = 0
    proved: int = 0
    different: int = 0
    inputs: int = 0
    taken: int = 0
    edges: int = 0
    undecided: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    """Items on which LLVM itself crashed, hung or left a broken module."""

    def add(self, row: dict[str, Any]) -> None:
        for name in NUMBERS:
            setattr(self, name, getattr(self, name) + row.get(name, 0))
        self.undecided.update(row["undecided"])
        if "failed" in row:
            self.failed[row["failed"]] += 1

    def join(self, other: Count) -> None:
        for name in NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.undecided.update(other.undecided)
        self.failed.update(other.failed)


@dataclass
class Summary:
    """Counts by list, and every difference."""

    items: int = 0
    functions: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    lists: dict[str, Count] = field(default_factory=dict)
    finds: list[dict[str, Any]] = field(default_factory=list)

    @property
    def total(self) -> Count:
        found = Count()
        for count in self.lists.values():
            found.join(count)
        return found

    def join(self, other: Summary) -> None:
        """Count another campaign's results, too."""
        self.items += other.items
        self.functions += other.functions
        self.problems.update(other.problems)
        for name, count in other.lists.items():
            self.lists.setdefault(name, Count()).join(count)
        self.finds += other.finds


def summarise(lines: Iterable[dict[str, Any]]) -> Summary:
    """The summary of result lines."""
    summary = Summary()
    for line in lines:
        summary.items += 1
        summary.functions += line["functions"]
        if line["problem"]:
            summary.problems[line["problem"]] += 1
        for name, row in line["lists"].items():
            summary.lists.setdefault(name, Count()).add(row)
        summary.finds += [{"item": line["item"], **find} for find in line["finds"]]
    return summary


def record(llvm: str, summary: Summary) -> dict[str, Any]:
    """The record that is kept beside the trusted set: validated pairs of each pass, all its spellings together.

    Lists of several passes are left out.
    """
    found: dict[str, dict[str, int]] = {}
    for name, count in summary.lists.items():
        if _several(name):
            continue
        names = ("fired", "validated", "proved", "undecided", "different")
        row = found.setdefault(name.partition("<")[0], dict.fromkeys(names, 0))
        row["undecided"] += sum(count.undecided.values())
        for column in ("fired", "validated", "proved", "different"):
            row[column] += getattr(count, column)
    return {"schema": SCHEMA, "llvm": llvm, "passes": dict(sorted(found.items()))}


def _several(name: str) -> bool:
    depth = 0
    for letter in name:
        depth += (letter in "<(") - (letter in ">)")
        if letter == "," and depth == 0:
            return True
    return False
