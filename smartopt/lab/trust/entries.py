"""One entry for everything that may change code: a pass, a setting of the back end, an attribute, a frame pointer.

Put together from the data that the product is built on: where clang runs a pass (``passes.exposure``), what was read in
LLVM's issues (``passes.trust_records``), and in how many pairs of a function and a pass that
*changed* it the result was validated (``passes/data/validated-<major>.json``; ``smartopt-lab equivalence`` writes it).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...passes.exposure import LEVELS, Exposure, exposure
from ...passes.pass_table import DATA, PassTable, data_major
from ...passes.pipeline import Node
from ...passes.trust_records import Record, read_records
from ...passes.trusted import Trusted

__all__ = ["Entry", "Validated", "entries", "missing", "validated"]


@dataclass(frozen=True)
class Validated:
    """What equivalence checking made of the pairs of a function and a pass."""

    fired: int = 0
    """Pairs in which the pass changed the function."""
    validated: int = 0
    undecided: int = 0
    different: int = 0


@dataclass(frozen=True)
class Entry:
    """One thing that is trusted, or was.

    Attributes:
        kind: ``pass``, or another kind of record (``passes.trust_records``).
        name: its name.
        trusted: whether the product may use it with this LLVM.
        origin: who runs it: clang's levels, the code generation of some targets, or nobody.
        why: one sentence.
        read: the day when LLVM's issues were read, ``YYYY-MM-DD``; empty where no record exists.
        issues: (number, state, what follows from it) for each issue that bears on it.
        checked: the counts of equivalence checking; None for what it does not check.
    """

    kind: str
    name: str
    trusted: bool
    origin: str
    why: str
    read: str
    issues: tuple[tuple[int, str, str], ...]
    checked: Validated | None = None


def entries(major: int) -> list[Entry]:
    """Everything that is trusted with an LLVM major version, and what was refused with a record, passes first."""
    records = read_records()
    return [*_passes(major, records), *_others(records)]


def missing(found: list[Entry]) -> list[str]:
    """The trusted entries without a record; there must be none."""
    return [f"{entry.kind} {entry.name}" for entry in found if entry.trusted and not (entry.read and entry.why)]


def validated(major: int) -> dict[str, Validated]:
    """The counts of equivalence checking for each pass; empty if it has not run for that LLVM."""
    path = Path(DATA) / f"validated-{data_major(major)}.json"
    if not path.is_file():
        return {}
    names = ("fired", "validated", "undecided", "different")
    rows = json.loads(path.read_text(encoding="utf-8"))["passes"]
    return {name: Validated(*(int(row[kind]) for kind in names)) for name, row in rows.items()}


def _passes(major: int, records: dict[tuple[str, str], Record]) -> Iterator[Entry]:
    table, exposed, counts = Trusted.load(major).table, exposure(major), validated(major)
    read = {name: record for (kind, name), record in records.items() if kind == "pass"}
    for name in sorted({*table.rows, *read}):
        record = read.get(name)
        trusted = name in table.rows
        why = record.because if record else ""
        yield Entry(
            "pass",
            name,
            trusted,
            _origin(exposed.get(name)),
            why if trusted else _ban(table, name) or why,
            record.read if record else "",
            tuple((one.number, one.state, one.restriction or one.effect) for one in record.issues) if record else (),
            counts.get(name, Validated()),
        )


def _ban(table: PassTable, name: str) -> str:
    return table.ban(Node(name)) or ""


def _origin(found: Exposure | None) -> str:
    if found is None:
        return "nobody"
    middle = "clang at " + ", ".join(f"-{level}" for level in LEVELS if level in found.middle) if found.middle else ""
    codegen = "code generation of " + ", ".join(found.codegen) if found.codegen else ""
    return "; ".join(part for part in (middle, codegen) if part)


def _others(records: dict[tuple[str, str], Record]) -> Iterator[Entry]:
    for (kind, name), record in records.items():
        if kind != "pass":
            issues = tuple((one.number, f"{one.state}; {one.when}", "") for one in record.issues)
            yield Entry(kind, name, not record.dropped, record.default, record.because, record.read, issues)
