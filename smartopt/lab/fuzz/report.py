"""Results of the fuzzer: one JSON line per plan (or per skipped program), and their summary.

A line: ``{"schema": 2, "seed": n, "plan": k or null, "outcome": id, "lists": [...], "minimal": [...] or null,
"detail": text, "winner": "plan"|"module"|"oz"|"", "fallbacks": {id: n}, "outlined": bool, "seconds": s}``,
``outlined`` where a second program with outlined functions was judged too. The first line of a
file is ``{"schema": 2, "campaign": {...}}``, the settings that decide what a seed's lines say.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import InputError, OutputError, UsageError

__all__ = ["FINDS", "OUTCOMES", "SCHEMA", "ResultFile", "Summary", "read_results", "summarise"]

SCHEMA = 3

OUTCOMES: dict[str, str] = {
    "same": "printed what the references print",
    "wrong-output": "printed something else",
    "program-crash": "the program crashed or failed",
    "program-timeout": "the program ran past its limit",
    "optimiser-failed": "smartopt, or opt, failed",
    "back-end-failed": "clang could not compile the optimised bitcode",
    "endless": "skipped: the program did not end under clang -O0",
    "references-differ": "skipped: the reference compilers disagree",
    "reference-failed": "skipped: a reference compiler, or its program, failed",
    "generator-failed": "skipped: csmith made no program of this seed",
}
"""Every outcome and its sentence."""

FINDS = frozenset({"wrong-output", "program-crash", "program-timeout", "optimiser-failed", "back-end-failed"})
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


def read_results(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The campaign and the lines of a result file; a last line that was cut short is left out.

    InputError where it is not one.
    """
    try:
        rows = path.read_text("utf-8").split("\n")
        parsed = [json.loads(row) for row in rows[:-1]]
        campaign = parsed[0]["campaign"]
    except (OSError, ValueError, IndexError, KeyError, TypeError) as error:
        raise InputError(f"{path} is not a result file of the fuzzer: {error}; name another file") from error
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
    def done(self) -> frozenset[int]:
        """Seeds whose lines are there."""
        return frozenset(line["seed"] for line in self.lines)

    def add(self, lines: list[dict[str, Any]]) -> None:
        """Add all lines of one program, in one write."""
        self.lines.extend(lines)
        self._append("".join(json.dumps(line) + "\n" for line in lines))

    def _append(self, text: str) -> None:
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise OutputError(f"cannot write {self.path}: {error.strerror}") from error
