"""The passes of one LLVM version: reads the data that ``generate_trusted`` makes, once.

``data/trusted-<major>.json`` is generated with the real ``opt``; ``data/banned.json`` is written by hand, a reason in
each row. There is data for LLVM 19 and 22. Any other version from 17 to 22 uses the data of the nearest version below
it, or above it if there is none below: 17, 18, 20 and 21 use 19's. LLVM itself refuses names and options that it lacks,
which costs a candidate and nothing more.
"""

from __future__ import annotations

import json
import os
from functools import cache, cached_property

from ..annotations import Any
from ..digest import sha256
from ..errors import ToolchainError
from ..records import dataclass, field
from .pipeline import Node

__all__ = ["DATA", "SUPPORTED", "Bundle", "PassTable", "Row", "data_major", "read_banned", "read_table"]

DATA = os.path.join(os.path.dirname(__file__), "data")
SUPPORTED = range(17, 23)
_WITH_DATA = (19, 22)


@dataclass(frozen=True)
class Row:
    """One trusted pass.

    Attributes:
        name: its name in a pipeline.
        level: where it is best placed: ``module``, ``cgscc``, ``function``, ``loop`` or ``loop-mssa``.
        tier: ``A`` (part of a default pipeline), ``G`` (an IR pass that clang's code generation runs) or ``B``
            (neither, but admitted by a record).
        flags: options that may be combined.
        numbers: options with a number: name -> (least, greatest).
        exact: complete option texts, of which the pass takes one and nothing else.
        variants: spellings worth trying, the first being the plain one.
        after: a pass that must come earlier in the same pipeline, or ``""``.
    """

    name: str
    level: str
    tier: str
    flags: frozenset[str] = frozenset()
    numbers: dict[str, tuple[int, int]] = field(default_factory=dict)
    exact: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True)
class Bundle:
    """A named piece of a default pipeline, at function level.

    ``native`` bundles are pass names that this LLVM knows (``function-simplification<Oz>``); the others are
    smartopt's own (``early<Oz>``, ``late<Oz>``) and must be expanded before LLVM reads them. ``text`` is the
    expansion: legal, explicit, trusted passes only.
    """

    name: str
    native: bool
    text: str


@dataclass(frozen=True)
class PassTable:
    """The passes of one LLVM version. ``version`` changes whenever the data does; it is part of cache keys."""

    major: int
    llvm: str
    version: str
    rows: dict[str, Row]
    bundles: dict[str, Bundle]
    metas: tuple[str, ...]
    names: dict[str, tuple[str, ...]]
    banned: tuple[tuple[str, str], ...]

    def levels(self, node: Node) -> tuple[str, ...]:
        """The levels at which a pass may appear (``loop`` and ``loop-mssa`` are two); () for an unknown pass.

        Knows every pass of this LLVM, also banned ones, which the fuzzer's self-test uses.
        """
        if node.spelling in self.bundles:
            return ("function",)
        if node.name == "default":  # which opt before 22 does not list
            return ("module",)
        row = self.rows.get(node.name)
        if row is not None and row.level not in ("loop", "loop-mssa"):
            return (row.level,)
        found = self._by_name.get(node.name) or self._by_name.get(node.spelling) or ()
        return _MEMORY_SSA.get(node.name, found)

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        out: dict[str, tuple[str, ...]] = {}
        for level, names in self.names.items():
            for name in names:
                out[name] = (*out.get(name, ()), level)
        return out

    def ban(self, node: Node) -> str | None:
        """Why a pass is banned; None if it is not. A pattern with ``<`` is compared with the parameters, too."""
        reason = self._banned_names.get(node.name)
        if reason is not None:
            return reason
        for pattern, why in self._banned_globs:
            if _matches(pattern, node.spelling if "<" in pattern else node.name):
                return why
        return None

    @cached_property
    def _banned_names(self) -> dict[str, str]:
        return {pattern: why for pattern, why in self.banned if "*" not in pattern}

    @cached_property
    def _banned_globs(self) -> list[tuple[str, str]]:
        return [row for row in self.banned if "*" in row[0]]


# LLVM does not print which loop passes need MemorySSA. licm aborts without it; passes that do not preserve it must not
# be in loop-mssa(...), where LLVM asserts that all do.
_MEMORY_SSA: dict[str, tuple[str, ...]] = {
    "licm": ("loop-mssa",),
    "lnicm": ("loop-mssa",),
    "simple-loop-unswitch": ("loop-mssa",),
    "loop-rotate": ("loop", "loop-mssa"),
    "loop-instsimplify": ("loop", "loop-mssa"),
    "loop-simplifycfg": ("loop", "loop-mssa"),
}


def _matches(pattern: str, text: str) -> bool:
    """Whether ``text`` matches a pattern with ``*``; compiling what ``fnmatch`` makes costs a process 15 ms."""
    first, *middle, last = pattern.split("*")
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    position = len(first)
    for piece in middle:
        found = text.find(piece, position, len(text) - len(last))
        if found < 0:
            return False
        position = found + len(piece)
    return True


def data_major(major: int) -> int:
    """The version whose data an LLVM version uses. Raises ToolchainError outside 17 to 22."""
    if major not in SUPPORTED:
        raise ToolchainError(
            f"LLVM {major} is not supported: smartopt knows LLVM {SUPPORTED[0]} to {SUPPORTED[-1]}; "
            "choose another with --llvm"
        )
    return max((known for known in _WITH_DATA if known <= major), default=_WITH_DATA[0])


def read_banned(path: str = os.path.join(DATA, "banned.json")) -> tuple[tuple[str, str], ...]:
    """The banned passes: (pattern, reason) in order. A name without ``*`` takes precedence."""
    rows = json.loads(_content(path))
    return tuple((pattern, row["why"]) for row in rows for pattern in row["passes"])


@cache
def read_table(major: int) -> PassTable:
    """The data for an LLVM version. Raises ToolchainError outside 17 to 22."""
    raw = _content(os.path.join(DATA, f"trusted-{data_major(major)}.json"))
    digest = sha256(raw + b"\0" + _content(os.path.join(DATA, "banned.json"))).hexdigest()
    data: dict[str, Any] = json.loads(raw)
    return PassTable(
        major=data["major"],
        llvm=data["llvm"],
        version=digest[:16],
        rows={row["name"]: _row(row) for row in data["passes"]},
        bundles={b["name"]: Bundle(b["name"], b["native"], b["text"]) for b in data["bundles"]},
        metas=tuple(data["metas"]),
        names={level: tuple(names.split()) for level, names in data["names"].items()},
        banned=read_banned(),
    )


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _row(raw: dict[str, Any]) -> Row:
    return Row(
        name=raw["name"],
        level=raw["level"],
        tier=raw["tier"],
        flags=frozenset(raw.get("flags", ())),
        numbers={name: (low, high) for name, (low, high) in raw.get("numbers", {}).items()},
        exact=tuple(raw.get("exact", ())),
        variants=tuple(raw["variants"]),
        after=raw.get("after", ""),
    )
