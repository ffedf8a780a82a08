"""Why code generation that clang would not have chosen is trusted: a record for each setting, attribute and pass.

Trust comes from exposure. What code generation does by default, on whatever target, the code of the whole world has
been through; what nobody's default runs has had a handful of users. So each record says whose default it is, and where
it is nobody's, why it may be used all the same: it leaves out something that LLVM treats as optional, or it answers a
question about profit otherwise while all that is legal stays LLVM's to say. Other algorithms do not qualify: what was
dropped has been a setting or a variation once.

The records are data (``data/settings.json``). Reading LLVM's issues is a chore with a date: ``searched`` is what stored
issues and pull requests were searched for, ``issues`` what was found that bears on the setting, in our own words.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from ..annotations import Any
from ..records import dataclass

__all__ = ["Issue", "Record", "Records", "records"]

_DATA = Path(__file__).parent / "data" / "settings.json"


@dataclass
class Issue:
    """One of LLVM's issues or pull requests."""

    number: int
    title: str
    state: str
    """When it was read, with the versions that matter."""


@dataclass
class Record:
    """What is known of one way in which code generation is asked for other code than clang's."""

    kind: str
    """``slim``, ``variation``, ``touch``, ``frame`` or ``outliner``."""
    name: str
    what: str
    where: str
    """The file that does it, below llvm/lib."""
    default: str
    """Whose default it is: clang's targets and levels, or nobody's."""
    because: str
    searched: tuple[str, ...]
    issues: tuple[Issue, ...]


@dataclass
class Records:
    """All of them, by kind and name."""

    read: str
    """The day on which all of it was looked up."""
    tried: str
    """What was run with each, and how that came out."""
    used: dict[tuple[str, str], Record]
    dropped: dict[tuple[str, str], Record]


@cache
def records() -> Records:
    """The records as they are packaged."""
    data = json.loads(_DATA.read_text("utf-8"))
    issues = {int(number): Issue(int(number), row["title"], row["state"]) for number, row in data["issues"].items()}

    def listed(rows: list[dict[str, Any]]) -> dict[tuple[str, str], Record]:
        made = [
            Record(
                **{**row, "searched": tuple(row["searched"]), "issues": tuple(map(issues.__getitem__, row["issues"]))}
            )
            for row in rows
        ]
        return {(one.kind, one.name): one for one in made}

    return Records(data["read"], data["tried"], listed(data["records"]), listed(data["dropped"]))
