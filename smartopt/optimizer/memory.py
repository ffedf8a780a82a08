"""Decisions remembered across runs: what was chosen for an input, so that it need not be searched again.

Remembered are choices (pass lists, inlining decisions, which candidate won), never code: a forged entry can at most
ask for trusted passes, and what it leads to goes through the same verifier. That it is no larger than -Oz is believed,
not measured again: measuring both would cost what remembering saves (``state.cache`` says why entries are not signed).
Replaying a decision gives the same bytes as the run that made it; anything unexpected on the way (an entry of another
shape, a list that is not trusted, another outside view) is a miss.
"""

from __future__ import annotations

import json

from ..annotations import Protocol
from ..digest import sha256
from ..encoding import EncodingError, codec_of
from ..llvm.interface import Interface
from ..options import EFFORTS, OBJECTIVES
from ..records import dataclass
from .candidate import Decision
from .outcome import Outcome

__all__ = ["DISTURBANCES", "Entry", "Lookup", "Memory", "make_key", "view_digest"]

DISTURBANCES = frozenset({"trial-killed", "trial-timeout", "trial-memory", "internal-error"})
"""Reasons that may not come again: what was decided under them is not remembered."""


class Memory(Protocol):
    """Where decisions are kept. Both methods never raise: a memory in trouble forgets."""

    fingerprint: str
    """Changes whenever an output may (version, LLVM build, model, options)."""
    functions: bool
    """Whether what lists did to functions is remembered too (``worker.function_memory``)."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, value: bytes) -> None: ...


@dataclass(frozen=True)
class Entry:
    """One remembered decision.

    Attributes:
        decision: what makes the output again.
        view: a digest of what other object files can see of it.
        outcome: what the run that found it came to.
    """

    decision: Decision
    view: str
    outcome: Outcome


class Lookup:
    """One input's memory entry; ``entry`` is None if there is none."""

    def __init__(self, memory: Memory, data: bytes) -> None:
        self._memory = memory
        self._key = make_key(memory, data)
        self.entry = _decoded(memory.get(self._key))
        self.functions = memory.fingerprint if memory.functions else ""
        """The fingerprint under which trials are remembered; empty for none."""

    @property
    def baseline_outcome(self) -> Outcome | None:
        """The outcome, where -Oz's own module won: a driver then has clang make that object from the input."""
        entry = self.entry
        return entry.outcome.recalled() if entry is not None and entry.decision.kind == "oz" else None

    def remember(self, entry: Entry) -> None:
        """Keep a decision for this input."""
        text = json.dumps(_ENTRY.encoded(entry), separators=(",", ":"))
        self._memory.put(self._key, text.encode())


def make_key(memory: Memory, data: bytes) -> str:
    """The key of an input under the memory's fingerprint."""
    return sha256(memory.fingerprint.encode() + b"\0" + data).hexdigest()


def view_digest(view: Interface) -> str:
    """A digest of what other object files can see of a module (``llvm.interface``)."""
    return sha256(repr(sorted(view.items())).encode("utf-8", "surrogateescape")).hexdigest()


_ENTRY = codec_of("Entry", __name__)


def _decoded(raw: bytes | None) -> Entry | None:
    """A remembered entry, or None if it is not one."""
    if raw is None:
        return None
    try:
        entry: Entry = _ENTRY.decode(json.loads(raw))
    except (ValueError, RecursionError, EncodingError):
        return None
    return entry if _is_sound(entry) else None


def _is_sound(entry: Entry) -> bool:
    """Whether texts that stand for a choice or a version are one; the encoding only checks that they are text."""
    kind, outcome = entry.decision.kind, entry.outcome
    chosen = kind in ("oz", "module", "plan") and kind == outcome.winner
    return (
        chosen
        and outcome.objective in OBJECTIVES
        and outcome.effort in EFFORTS
        and outcome.llvm.partition(".")[0].isdecimal()
    )
