"""Decisions remembered across runs: what was chosen for an input, so that it need not be searched again.

Remembered are choices (pass lists, inlining decisions, which candidate won), never code: a forged entry can at most
ask for trusted passes, and what it leads to goes through the same verifier. That it is no larger than -Oz is believed,
not measured again: measuring both would cost what remembering saves (``state.cache`` says why entries are not signed).
Replaying a decision gives the same bytes as the run that made it; anything unexpected on the way (an entry of another
shape, a list that is not trusted, another outside view) is a miss.
"""

from __future__ import annotations

import json

from ..annotations import Any, Protocol
from ..digest import sha256

__all__ = ["DISTURBANCES", "Decision", "Memory", "Question", "make_key", "read_entry", "recalled_report", "view_digest"]

Decision = dict[str, Any]
"""``kind``, ``frames``, ``touches`` (if there are any), and by kind: ``arm``, ``decisions``, ``debug``, ``lists`` and
``late`` (a plan: functions whose lists are run after all others') or ``pipeline`` and ``threshold``."""


DISTURBANCES = frozenset({"trial-killed", "trial-timeout", "trial-memory", "internal-error"})
"""Reasons that may not come again: what was decided under them is not remembered."""


class Memory(Protocol):
    """Where decisions are kept. Both methods never raise: a memory in trouble forgets."""

    fingerprint: str
    """Changes whenever an output may (version, LLVM build, model, options)."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, value: bytes) -> None: ...


class Question:
    """What a memory knows of one input. ``entry`` is None where that is nothing."""

    def __init__(self, memory: Memory, data: bytes) -> None:
        self.memory = memory
        self.key = make_key(memory, data)
        self.entry = read_entry(memory.get(self.key))

    def report_of_own(self) -> dict[str, Any] | None:
        """The report, where -Oz's own module won: whoever stands for clang has clang make that object, of the input."""
        if self.entry is None or self.entry["decision"]["kind"] != "oz":
            return None
        try:
            return recalled_report(self.entry["report"])
        except (KeyError, TypeError, AttributeError):
            return None


def make_key(memory: Memory, data: bytes) -> str:
    """The key of an input under the memory's fingerprint."""
    return sha256(memory.fingerprint.encode() + b"\0" + data).hexdigest()


def view_digest(view: dict[str, tuple[str, ...]]) -> str:
    """A digest of a module's outside view (``llvm.interface``)."""
    return sha256(repr(sorted(view.items())).encode("utf-8", "surrogateescape")).hexdigest()


def read_entry(raw: bytes | None) -> Decision | None:
    """A remembered entry, or None if it is not one."""
    if raw is None:
        return None
    try:
        entry = json.loads(raw)
        plan = entry["decision"]
        fits = (
            isinstance(entry["view"], str)
            and all(isinstance(entry["report"][part], dict) for part in ("bytes", "fallbacks"))
            and plan["kind"] in ("oz", "module", "plan")
            and plan["kind"] == entry["report"]["winner"]
            and all(isinstance(n, int) for n in plan.get("decisions", []))
            and all(isinstance(name, str) for name in plan.setdefault("frames", []))
            and all(isinstance(v, str) for v in plan.get("lists", {}).values())
            and all(isinstance(name, str) for name in plan.setdefault("late", []))
            and all(isinstance(touch, str) for touch in plan.setdefault("touches", {}).values())
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return entry if fits else None


def recalled_report(report: dict[str, Any]) -> dict[str, Any]:
    """A remembered report as that of a run which did not search. KeyError and its like where it is none."""
    functions = [{**row, "source": "cache"} for row in report["functions"]]
    seconds = dict.fromkeys((*report["seconds"], "total"), 0.0)
    figures = {key: report[key] for key in ("winner", "bytes", "instructions", "fallbacks")}
    return {**report, **figures, "functions": functions, "trials": 0, "seconds": seconds}
