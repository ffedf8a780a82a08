"""Reads the reports that a build left in ``$SMARTOPT_REPORT_DIR`` and adds them up.

Reports may come from anywhere and may be torn: every value is checked before it is used, and a file that is not
a report of schema 1 is left out and counted. Sizes are bytes of object files: what several objects bring (inline
functions of C++) is counted in each, as before linking.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import UsageError
from ...optimizer.report import SCHEMA

__all__ = ["SECTIONS", "Build", "File", "Function", "Gain", "gains", "load"]

SECTIONS = ("text", "rodata", "eh_frame", "data", "total")
_WINNERS = ("plan", "module", "oz")
_LIMIT = 256 << 20
"""Bytes beyond which a file is no report."""
_HASH = re.compile(r"-[0-9a-f]{12}$")
"""What the driver puts behind the output's name."""


@dataclass(frozen=True)
class Function:
    """One function of one object; sizes in bytes, 0 where that output has no such function."""

    file: str
    name: str
    oz: int
    output: int
    passes: str
    source: str

    @property
    def saved(self) -> int:
        return self.oz - self.output


@dataclass(frozen=True)
class File:
    """One object: sizes by section (the keys of SECTIONS), what won, and its functions."""

    name: str
    oz: dict[str, int]
    output: dict[str, int]
    instructions: dict[str, int]
    winner: str
    candidate: str
    functions: tuple[Function, ...]
    trials: int
    seconds: dict[str, float]
    fallbacks: dict[str, int]
    about: dict[str, str]
    outlined: bool = False
    """Whether machine code that repeated itself was made functions of its own."""
    varied: bool = False
    """Whether the back end was run with settings that suit this file."""

    @property
    def saved(self) -> int:
        return self.oz["total"] - self.output["total"]


@dataclass(frozen=True)
class Build:
    """All reports of a folder, by name; ``skipped`` are those that could not be read, and why."""

    files: tuple[File, ...]
    skipped: tuple[tuple[str, str], ...] = ()

    @property
    def functions(self) -> list[Function]:
        return [function for file in self.files for function in file.functions]

    def sizes(self, section: str) -> tuple[int, int]:
        """Bytes under -Oz and under smartopt."""
        return sum(f.oz[section] for f in self.files), sum(f.output[section] for f in self.files)

    def fallbacks(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for file in self.files:
            total.update(file.fallbacks)
        return total

    def seconds(self) -> dict[str, float]:
        total: dict[str, float] = {}
        for file in self.files:
            for stage, value in file.seconds.items():
                total[stage] = total.get(stage, 0.0) + value
        return total

    def about(self, key: str) -> str:
        """The value of a field that all reports should share; all values if they differ."""
        return ", ".join(sorted({file.about[key] for file in self.files})) or "unknown"


@dataclass
class Gain:
    """Bytes saved and lost under one name (a list, a proposer, a kind of winner)."""

    saved: int = 0
    lost: int = 0
    count: int = 0
    sources: set[str] = field(default_factory=set)

    @property
    def net(self) -> int:
        return self.saved - self.lost


def gains(items: Iterable[tuple[str, int, str]]) -> list[tuple[str, Gain]]:
    """Add up (name, bytes saved, source) by name: the most saved first."""
    table: defaultdict[str, Gain] = defaultdict(Gain)
    for name, saved, source in items:
        gain = table[name]
        gain.saved += max(0, saved)
        gain.lost += max(0, -saved)
        gain.count += 1
        gain.sources.add(source)
    return sorted(table.items(), key=lambda item: (-item[1].net, item[0]))


def load(folder: Path) -> Build:
    """Read every ``*.json`` of a folder. Raises UsageError if it is no folder or holds no reports at all."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; build with SMARTOPT_REPORT_DIR set to it first")
    files: list[File] = []
    skipped: list[tuple[str, str]] = []
    paths = sorted(folder.glob("*.json"), key=lambda path: path.name)
    for path in paths:
        try:
            files.append(_file(_HASH.sub("", path.stem), _read(path)))
        except _Refused as why:
            skipped.append((path.name, str(why)))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            skipped.append((path.name, "damaged"))
    if not paths:
        raise UsageError(f"{folder} holds no reports; build with SMARTOPT_REPORT_DIR set to it first")
    return Build(tuple(files), tuple(skipped))


class _Refused(Exception):
    """A report that cannot be used."""


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file() or path.stat().st_size > _LIMIT:
        raise _Refused("not a report")
    report = _mapping(json.loads(path.read_bytes()))
    if report.get("schema") != SCHEMA:
        raise _Refused("of another schema")
    return report


def _file(name: str, report: dict[str, Any]) -> File:
    sizes = _mapping(report["bytes"])
    counts = _mapping(report["instructions"])
    if report["winner"] not in _WINNERS:
        raise ValueError("winner")
    oz, output = (_numbers(_mapping(sizes[which]), _whole, SECTIONS) for which in ("oz", "output"))
    return File(
        name=name,
        oz=oz,
        output=output,
        instructions=_numbers(counts, _whole, ("input", "oz", "output")),
        winner=report["winner"],
        candidate=_winning(report, output["total"]),
        functions=tuple(_function(name, _mapping(row), report) for row in _rows(report["functions"])),
        trials=_whole(report["trials"]),
        seconds=_numbers(_mapping(report["seconds"]), _seconds),
        fallbacks=_numbers(_mapping(report["fallbacks"]), _whole),
        about={key: _text(report[key]) for key in ("smartopt", "llvm", "engine", "model", "objective", "effort")},
        outlined=report.get("outlined") is True,
        varied=bool(report.get("varied")),
    )


def _function(file: str, row: dict[str, Any], report: dict[str, Any]) -> Function:
    sizes = _numbers(_mapping(row["bytes"]), _whole, ("oz", "output"))
    texts = (_text(row[key]) for key in ("name", "passes", "source"))
    name, passes, source = texts
    passes += " + frame pointer" if name in report.get("frames", ()) else ""
    return Function(file, name, sizes["oz"], sizes["output"], passes, source)


def _winning(report: dict[str, Any], total: int) -> str:
    """The name of the candidate that was taken: the report names its kind, and its measures tell which."""
    wanted = (report["winner"], report["instructions"]["output"])
    rows = list(map(_mapping, _rows(report.get("candidates", []))))
    fitting = [row for row in rows if (row["kind"], row["instructions"]) == wanted]
    # The object may differ a little from the sum of its parts, and is smaller where the back end outlined code.
    fitting.sort(key=lambda row: abs(_whole(_mapping(row["bytes"])["total"]) - total))
    return _text(fitting[0]["name"]) if fitting else ""


# -- values, checked --


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _rows(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 48:
        raise ValueError("not a count")
    return value


def _seconds(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value < 1e9:  # and so not a NaN
        raise ValueError("not seconds")
    return float(value)


def _numbers(row: dict[str, Any], check: Callable[[Any], Any], keys: Iterable[str] | None = None) -> dict[str, Any]:
    return {key: check(row[key]) for key in (row if keys is None else keys)}
