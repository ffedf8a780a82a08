"""Makes the base that will be asked for next, while forks are at work that must be waited for anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..ir.body_hash import Body, printed_instructions
from ..llvm.capi import Function, Module
from ..llvm.exclusions import divides
from ..llvm.inlining import Decisions
from ..records import dataclass
from .protocol import FunctionLines

__all__ = ["BaseView", "PreparedBase", "lines_read", "view_base"]


def lines_read(printed: Iterable[tuple[str, bytes]]) -> FunctionLines:
    """What a proposer sees of printed functions."""
    from ..ir.lines import lines_of  # few runs need its patterns

    return {name: (lines_of(text), printed_instructions(text)) for name, text in printed}


@dataclass
class BaseView:
    """What was read of a base before frame pointers were given: those change none of it.

    Attributes:
        printed: function to its printed text.
        hashes: function to the hash of its body (``ir.body_hash``).
        excluded: the functions that are left to -Oz.
        dividing: those that may get no list which moves divisions (``llvm.exclusions.divides``).
        lines: what a proposer wants to see, if it was asked for.
    """

    printed: dict[str, bytes]
    hashes: dict[str, str]
    excluded: tuple[str, ...]
    dividing: tuple[str, ...]
    lines: FunctionLines | None


def view_base(found: list[tuple[Function, Body]], excluded: Callable[[Function, bytes], bool], lines: bool) -> BaseView:
    """Read a base's functions as printed; ``excluded`` says which are left to -Oz."""
    printed = {function.name: text for function, (_, text) in found}
    hashes = {function.name: key.hex() for function, (key, _) in found}
    left = tuple(function.name for function, (_, text) in found if excluded(function, text))
    dividing = tuple(name for name, text in printed.items() if divides(text))
    return BaseView(printed, hashes, left, dividing, lines_read(printed.items()) if lines else None)


class PreparedBase:
    """At most one such base."""

    def __init__(self) -> None:
        self._made: tuple[Decisions, Module, BaseView] | None = None

    def put(self, decisions: Decisions, base: Module, view: BaseView) -> None:
        """Keep a base in which these decisions were replayed, and what was read of it."""
        self.drop()
        self._made = decisions, base, view

    @property
    def lines(self) -> FunctionLines | None:
        """What a proposer wants to see of the base that is kept."""
        return None if self._made is None else self._made[2].lines

    def take(self, kind: str, decisions: Decisions) -> tuple[Module, BaseView] | None:
        """The base, if it is the one that is wanted; else it is dropped."""
        made, self._made = self._made, None
        if made is None:
            return None
        if kind == "replay" and made[0] == decisions:
            return made[1:]
        made[1].dispose()
        return None

    def drop(self) -> None:
        """Forget the base."""
        self.take("", frozenset())
