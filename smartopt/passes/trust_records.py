"""Why each pass, back-end setting and function attribute may be used: ``data/trust-records.json``.

Trust comes from exposure. What clang runs for everybody, on whatever target, the code of the whole world has been
through; what nobody's default runs has had a handful of users. So each record says who runs the thing, what LLVM's
public issues say about it and what follows from that, or why it may be used although it is nobody's default: it leaves
out something that LLVM treats as optional, or it answers a question about profit differently while all that is legal
stays LLVM's to decide. Other algorithms do not qualify: the settings that were dropped are on record, too.

The file is written by hand, one record a thing: on which day LLVM's issues were read, by which searches, and the issues
that matter, in our words. A pass may be trusted only if it has a record; ``exposure`` says where clang runs it. Nothing
here is read on the build path.

The settings, attributes and frame pointers were also tried: ``tests/llvm/sources/frame_shapes.c`` and ``odd_shapes.c``
with and without frame pointers, alone and beside the slim settings, by clang 22.1.8 and 19.1.7. Printed values were as
at -O0, except where frame pointers are forced upon ``odd_shapes.c`` and arguments are pushed, by clang itself too
(issue 210756). Before that, csmith's programs were built under random variations (``models/LOG.md``).

The effect of an issue on the trusted passes is one of

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
from .pass_table import DATA

__all__ = ["Issue", "Record", "RecordError", "read_records"]

KINDS = ("attribute", "frame-pointer", "outliner", "pass", "slim", "variation")
EFFECTS = ("none", "clang", "restricted", "banned")
STATES = ("open", "mended", "merged", "closed", "unclear")
RESULTS = ("wrong", "right", "not tried")
VERSIONS = ("19.1.7", "22.1.8")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class RecordError(SmartoptError):
    """The records are malformed; the message names the record and what is wrong with it."""


@dataclass(frozen=True)
class Issue:
    """One public issue or pull request.

    Attributes:
        number: its number in llvm-project.
        title: what it is about, in our words.
        state: ``open``, ``mended``, ``merged``, ``closed`` or ``unclear``.
        when: of a pass, when the issue applies; of others, since when it has that state, and which issues are like it.
        versions: of a pass, the affected versions as far as they are known.
        tried: of a pass, (version, ``wrong``, ``right`` or ``not tried``) for each of VERSIONS, with our own small
            input (``tests/passes/issues``).
        effect: of a pass, what follows from the issue: see the module.
        restriction: what a list must not hold, if the effect is ``restricted``.
    """

    number: int
    title: str
    state: str
    when: str
    versions: str = ""
    tried: tuple[tuple[str, str], ...] = ()
    effect: str = ""
    restriction: str = ""

    def check(self, of_pass: bool) -> str:
        """What is wrong with the issue; empty if nothing is."""
        if self.state not in STATES:
            return f"the state is {self.state!r}, not one of {', '.join(STATES)}"
        if not self.title:
            return "it has no title"
        if not of_pass:
            return "only a pass has an effect" if self.effect or self.restriction or self.tried else ""
        if self.effect not in EFFECTS:
            return f"the effect is {self.effect!r}, not one of {', '.join(EFFECTS)}"
        if tuple(version for version, _ in self.tried) != VERSIONS:
            return f"tried must name {' and '.join(VERSIONS)}"
        if any(result not in RESULTS for _, result in self.tried):
            return f"a result is not one of {', '.join(RESULTS)}"
        if (self.effect == "restricted") != bool(self.restriction):
            return "a restriction must be given if the effect is 'restricted', and only then"
        return ""


@dataclass(frozen=True)
class Record:
    """What is known of one thing that changes code.

    Attributes:
        kind: ``pass``, ``slim`` or ``variation`` (settings of the back end), ``attribute``, ``frame-pointer`` or
            ``outliner``.
        name: the pass, option or attribute.
        read: the day when LLVM's issues were read, ``YYYY-MM-DD``.
        searched: the queries.
        issues: those that matter, by number.
        because: why it is trusted or not.
        what: of all but passes, what it does.
        where: of all but passes, the file that does it, below llvm/lib.
        default: of all but passes, whose default it is: clang's targets and levels, or nobody's.
        dropped: whether it was tried and given up; of passes, ``banned.json`` says that.
    """

    kind: str
    name: str
    read: str
    searched: tuple[str, ...]
    issues: tuple[Issue, ...]
    because: str
    what: str = ""
    where: str = ""
    default: str = ""
    dropped: bool = False

    def __post_init__(self) -> None:
        fault = self._fault()
        if fault:
            raise RecordError(f"{self.kind} {self.name}: {fault}")

    def _fault(self) -> str:
        if self.kind not in KINDS:
            return f"the kind is not one of {', '.join(KINDS)}"
        if _DATE.fullmatch(self.read) is None:
            return f"{self.read!r} is no date"
        if not self.searched or not all(self.searched):
            return "no search is named"
        if not self.because:
            return "no sentence says why it is trusted or not"
        is_pass = self.kind == "pass"
        if not is_pass and not (self.what and self.where and self.default):
            return "it must say what it does, where, and whose default it is"
        if self.dropped and not self.issues:
            return "it was dropped, and no issue says why"
        for issue in self.issues:
            fault = issue.check(is_pass)
            if fault:
                return f"issue {issue.number}: {fault}"
        numbers = [issue.number for issue in self.issues]
        return "" if numbers == sorted(set(numbers)) else "the issues are not in order of their numbers"


def read_records(path: str = os.path.join(DATA, "trust-records.json")) -> dict[tuple[str, str], Record]:
    """The records by kind and name. Raises RecordError, which names the record, if the file is malformed."""
    try:
        with open(path, encoding="utf-8") as file:
            raw: Any = json.load(file)
    except (OSError, ValueError) as error:
        raise RecordError(f"{path} cannot be read: {error}") from error
    if not isinstance(raw, list):
        raise RecordError(f"{path} holds no list of records")
    out: dict[tuple[str, str], Record] = {}
    for entry in raw:
        record = _record(entry)
        if (record.kind, record.name) in out:
            raise RecordError(f"{record.kind} {record.name}: two records")
        out[record.kind, record.name] = record
    if list(out) != sorted(out):
        raise RecordError(f"{path}: the records are not in order of their kinds and names")
    return out


def _record(entry: Any) -> Record:
    name = f"{entry.get('kind')} {entry.get('name')}" if isinstance(entry, dict) else str(entry)[:80]
    try:
        issues = tuple(
            Issue(**{**one, "tried": tuple(sorted(one.get("tried", {}).items()))}) for one in entry["issues"]
        )
        return Record(**{**entry, "searched": tuple(entry["searched"]), "issues": issues})
    except (KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"{name}: a field is missing or of the wrong kind: {error}") from error
