"""A base that is made before it is asked for, while forks are at work that must be waited for anyway."""

from __future__ import annotations

from collections.abc import Iterable

from ..llvm.capi import Module
from ..llvm.inlining import Decisions
from .bodies import printed_instructions

__all__ = ["Ready", "Seen", "seen"]

Seen = dict[str, tuple[tuple[float, ...], int]]
"""Function -> its features (``smartopt.ir.features``) and how many instructions it has."""


def seen(printed: Iterable[tuple[str, bytes]]) -> Seen:
    """What a proposer sees of printed functions, in numbers."""
    from ..ir.features import features  # few runs need its patterns

    return {name: (features(text), printed_instructions(text)) for name, text in printed}


class Ready:
    """At most one such base, without frame pointers: those of none change what a proposer sees of it."""

    def __init__(self) -> None:
        self._made: tuple[Decisions, Module, Seen | None] | None = None

    def put(self, decisions: Decisions, base: Module, seen: Seen | None) -> None:
        """Keep a base in which these decisions were replayed, and what was seen of it."""
        self.drop()
        self._made = decisions, base, seen

    def take(self, kind: str, decisions: Decisions) -> tuple[Module, Seen | None] | None:
        """The base, if it is the one that is wanted; else there is none any more."""
        made, self._made = self._made, None
        if made is None:
            return None
        if kind == "replay" and made[0] == decisions:
            return made[1:]
        made[1].dispose()
        return None

    def drop(self) -> None:
        """Forget it."""
        self.take("", frozenset())
