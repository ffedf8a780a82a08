"""A base that is made before it is asked for, while forks are at work that must be waited for anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..ir.body_hash import Body, printed_instructions
from ..llvm.capi import Function, Module
from ..llvm.exclusions import divides
from ..llvm.inlining import Decisions
from ..records import dataclass

__all__ = ["Look", "Ready", "Seen", "look", "seen"]

Seen = dict[str, tuple[tuple[float, ...], int]]
"""Function -> its features (``smartopt.ir.features``) and how many instructions it has."""


def seen(printed: Iterable[tuple[str, bytes]]) -> Seen:
    """What a proposer sees of printed functions, in numbers."""
    from ..ir.features import features  # few runs need its patterns

    return {name: (features(text), printed_instructions(text)) for name, text in printed}


@dataclass
class Look:
    """What was seen of a base, which has no frame pointers yet: those change none of it."""

    printed: dict[str, bytes]
    hashes: dict[str, str]
    """Function -> what its body is told by (``ir.body_hash``)."""
    excluded: list[str]
    """The functions that are left to -Oz."""
    dividing: list[str]
    """Those that get no list which may move a division (``exclusions.divides``)."""
    seen: Seen | None
    """What a proposer wants to see, if it was asked for."""


def look(found: list[tuple[Function, Body]], left: Callable[[Function, bytes], bool], features: bool) -> Look:
    """Look at a base's functions as printed; ``left`` says which are left to -Oz."""
    printed = {function.name: text for function, (_, text) in found}
    hashes = {function.name: key.hex() for function, (key, _) in found}
    excluded = [function.name for function, (_, text) in found if left(function, text)]
    dividing = [name for name, text in printed.items() if divides(text)]
    return Look(printed, hashes, excluded, dividing, seen(printed.items()) if features else None)


class Ready:
    """At most one such base."""

    def __init__(self) -> None:
        self._made: tuple[Decisions, Module, Look] | None = None

    def put(self, decisions: Decisions, base: Module, look: Look) -> None:
        """Keep a base in which these decisions were replayed, and what was seen of it."""
        self.drop()
        self._made = decisions, base, look

    @property
    def seen(self) -> Seen | None:
        """What a proposer wants to see of the base that is kept."""
        return None if self._made is None else self._made[2].seen

    def take(self, kind: str, decisions: Decisions) -> tuple[Module, Look] | None:
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
