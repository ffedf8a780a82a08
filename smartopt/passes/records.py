"""What was read of each pass in LLVM's public issues, and what follows from it: ``data/records.json``.

The file is written by hand, one record a pass: when LLVM's issues were read and by which searches, the wrong-code
issues that may concern a supported LLVM, whether our own small input for it (``tests/passes/issues``) goes wrong
there, and the effect on the trusted set. A pass may be trusted only if it has a record; ``exposure`` says how much
of the world's code goes through it. Nothing here is read on the build path.

The effect of an issue is one of

    none        no supported version is known to be wrong
    clang       some version is wrong, but clang's own -Oz runs the pass with the same options: refusing it in our
                lists alone would not keep anybody from the fault
    restricted  ``restriction`` says what a list must not hold
    banned      the pass is in ``banned.json``
"""

from __future__ import annotations

import json
import os
import re

from ..annotations import Any
from ..errors import SmartoptError
from ..records import dataclass
from .table import DATA

__all__ = ["EFFECTS", "RESULTS", "STATES", "VERSIONS", "Issue", "Record", "RecordError", "read_records"]

EFFECTS = ("none", "clang", "restricted", "banned")
STATES = ("open", "mended", "unclear")
RESULTS = ("wrong", "right", "not tried")
VERSIONS = ("19.1.7", "22.1.8")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class RecordError(SmartoptError):
    """The records are malformed; the message names the pass and what is wrong."""


@dataclass(frozen=True)
class Issue:
    """One public issue or pull request.

    Attributes:
        number: its number in llvm-project.
        title: what it is, in our words.
        state: ``open``, ``mended`` or ``unclear``.
        versions: the affected versions as far as they are known.
        when: when it applies, in one sentence.
        tried: (version, ``wrong``, ``right`` or ``not tried``) for each of VERSIONS.
        effect: see the module.
        restriction: what a list must not hold, where the effect is ``restricted``; else ``""``.
    """

    number: int
    title: str
    state: str
    versions: str
    when: str
    tried: tuple[tuple[str, str], ...]
    effect: str
    restriction: str = ""

    def __post_init__(self) -> None:
        where = f"issue {self.number}"
        if self.state not in STATES:
            raise RecordError(f"{where}: the state is {self.state!r}, not one of {', '.join(STATES)}")
        if self.effect not in EFFECTS:
            raise RecordError(f"{where}: the effect is {self.effect!r}, not one of {', '.join(EFFECTS)}")
        if tuple(version for version, _ in self.tried) != VERSIONS:
            raise RecordError(f"{where}: tried must name {' and '.join(VERSIONS)}")
        if any(result not in RESULTS for _, result in self.tried):
            raise RecordError(f"{where}: a result is not one of {', '.join(RESULTS)}")
        if (self.effect == "restricted") != bool(self.restriction):
            raise RecordError(f"{where}: a restriction is said exactly where the effect is 'restricted'")


@dataclass(frozen=True)
class Record:
    """What is known of one pass.

    Attributes:
        name: the pass.
        read: the day when the issues were read, ``YYYY-MM-DD``.
        searched: the queries.
        issues: those that may concern a supported version, by number.
        simple: why the pass is trusted or not, in one sentence.
    """

    name: str
    read: str
    searched: tuple[str, ...]
    issues: tuple[Issue, ...]
    simple: str

    def __post_init__(self) -> None:
        if _DATE.fullmatch(self.read) is None:
            raise RecordError(f"{self.name}: {self.read!r} is no date")
        if not self.searched or not all(self.searched):
            raise RecordError(f"{self.name}: no search is named")
        if not self.simple:
            raise RecordError(f"{self.name}: no sentence says why it is trusted or not")
        numbers = [issue.number for issue in self.issues]
        if numbers != sorted(set(numbers)):
            raise RecordError(f"{self.name}: the issues are not in order of their numbers")


def read_records(path: str = os.path.join(DATA, "records.json")) -> dict[str, Record]:
    """The records by name of pass. Raises RecordError, which names the pass, if the file is malformed."""
    try:
        with open(path, encoding="utf-8") as file:
            raw: Any = json.load(file)
    except (OSError, ValueError) as error:
        raise RecordError(f"{path} cannot be read: {error}") from error
    if not isinstance(raw, list):
        raise RecordError(f"{path} holds no list of records")
    out: dict[str, Record] = {}
    for entry in raw:
        record = _record(entry)
        if record.name in out:
            raise RecordError(f"{record.name}: two records")
        out[record.name] = record
    if list(out) != sorted(out):
        raise RecordError(f"{path}: the records are not in order of their names")
    return out


def _record(entry: Any) -> Record:
    name = entry.get("pass") if isinstance(entry, dict) else None
    if not isinstance(name, str):
        raise RecordError(f"a record names no pass: {str(entry)[:80]}")
    try:
        issues = tuple(Issue(**{**issue, "tried": tuple(sorted(issue["tried"].items()))}) for issue in entry["issues"])
        return Record(name, entry["read"], tuple(entry["searched"]), issues, entry["simple"])
    except RecordError as error:
        raise RecordError(f"{name}: {error}" if not str(error).startswith(name) else str(error)) from None
    except (KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"{name}: a field is missing or of the wrong kind: {error}") from error
