"""Results of the equivalence check: one JSON line per item, their summary, and the record for the trusted set.

A line: ``{"schema": 1, "item": id, "problem": text, "functions": n, "lists": {list: {"ran", "fired", "validated",
"proved", "inputs", "taken", "edges", "different", "undecided": {reason: n}, "failed"?}}, "finds": [{"list", "function",
"detail", "before", "after"}], "seconds": s}``. The first line of a file is ``{"schema": 1, "campaign": {...}}``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import InputError, OutputError, UsageError

__all__ = ["NUMBERS", "SCHEMA", "Count", "ResultFile", "Summary", "read_results", "record", "summarise"]

SCHEMA = 1

NUMBERS = ("ran", "fired", "validated", "proved", "different", "inputs", "taken", "edges")
"""The counts of a list; ``proved`` of those validated for all inputs; ``taken`` of
the ``edges`` of the functions' control flow were taken by some input."""


@dataclass
class Count:
    """Pairs of one list: it ran on a function, changed it (fired), and what was said of the change."""

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
    """What is kept beside the trusted set: for each pass, every spelling together, how many pairs were validated.

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


def read_results(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The campaign and the lines of a result file; a last line that was cut short is left out.

    InputError where it is not one.
    """
    try:
        rows = path.read_text("utf-8").split("\n")
        parsed = [json.loads(row) for row in rows[:-1]]
        campaign = parsed[0]["campaign"]
    except (OSError, ValueError, IndexError, KeyError, TypeError) as error:
        raise InputError(f"{path} is not a result file of the equivalence check: {error}; name another file") from error
    return campaign, parsed[1:]


class ResultFile:
    """A result file that grows; reopened, it goes on where it was left."""

    def __init__(self, path: Path | None, campaign: dict[str, Any]) -> None:
        """Raises UsageError where the file belongs to a campaign with other settings."""
        self.path = path
        self.lines: list[dict[str, Any]] = []
        if path is None:
            return
        header = json.dumps({"schema": SCHEMA, "campaign": campaign}) + "\n"
        if path.exists() and path.stat().st_size:
            found, self.lines = read_results(path)
            if found != json.loads(json.dumps(campaign)):
                raise UsageError(f"{path} was written with other settings; name another file or delete it")
            # A line that was cut short by a crash is removed, else the next one would be glued to it.
            whole = header + "".join(json.dumps(line) + "\n" for line in self.lines)
            if path.stat().st_size != len(whole.encode()):
                path.write_text(whole, "utf-8")
        else:
            self._append(header)

    @property
    def done(self) -> frozenset[str]:
        """Items whose lines are there."""
        return frozenset(line["item"] for line in self.lines)

    def add(self, line: dict[str, Any]) -> None:
        self.lines.append(line)
        self._append(json.dumps(line) + "\n")

    def _append(self, text: str) -> None:
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise OutputError(f"cannot write {self.path}: {error.strerror}") from error
