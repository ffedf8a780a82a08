"""Starts a plan before it is complete: the lists that are decided run while forks try what the others should be."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import EngineError
from ..llvm.capi import Module

__all__ = ["StartedPlan"]

Lists = dict[str, str]


class StartedPlan:
    """At most one copy of a base on which some functions' lists were run; it is used once, for exactly those."""

    def __init__(self) -> None:
        self._begun: tuple[str, Lists, Module] | None = None

    def begin(self, name: str, base: Module, lists: Lists, run: Callable[[Module, Lists], None]) -> None:
        """Run the lists on a copy of a base. What fails here will fail again when the plan is composed."""
        self.drop()
        copy = base.clone()
        try:
            run(copy, lists)
        except EngineError:
            copy.dispose()
        else:
            self._begun = name, lists, copy

    def take(self, name: str, lists: Lists) -> Module | None:
        """The copy, if it is of that base and has had these lists; else it is dropped."""
        begun = self._begun
        if begun is not None and begun[:2] == (name, lists):
            self._begun = None
            return begun[2]
        self.drop()
        return None

    def drop(self) -> None:
        """Forget the copy."""
        begun, self._begun = self._begun, None
        if begun is not None:
            begun[2].dispose()
