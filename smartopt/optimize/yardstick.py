"""What a finished module comes to, in the up to three ways that matter: as clang's back end makes it by itself, as it
makes it where lists are measured (``llvm.slim``), and with a frame pointer in every function that may have one.

Each is an object of its own, and together they are most of what a small search costs: so all but the first are made by
forks, on other processors, while the worker makes that one and whatever is needed next.
"""

from __future__ import annotations

from typing import Any

from ..errors import EngineError
from ..llvm.capi import Function, Module
from ..llvm.engine import Sizes
from ..llvm.libllvm import LibLLVMEngine
from ..llvm.worker import Worker
from .bodies import Body
from .framing import Left, framed_sizes

__all__ = ["Yardstick"]

_WORTH_A_FORK = 300
"""Lines of printed functions from which on emitting an object takes longer than starting a process."""


class Yardstick:
    """One module's sizes; the module must not change before all have been asked for. Drop it in the end."""

    def __init__(
        self,
        engine: LibLLVMEngine,
        worker: Worker,
        module: Module,
        found: list[tuple[Function, Body]],
        left: Left | None,
    ) -> None:
        """``found`` are the module's functions as printed; none is given a frame pointer without ``left``."""
        self._engine, self._module, self._found, self._left = engine, module, found, left
        self.large = sum(text.count(b"\n") for _, (_, text) in found) > _WORTH_A_FORK
        """Whether forks pay: then they are at work from now on, where there is another processor."""
        self.slim = engine.slimmed
        self._alike = worker.aside(self._measure, self.large and self.slim)
        self._framed = worker.aside(self._measure_framed, self.large and left is not None)

    def plain(self) -> Sizes:
        """As clang's back end makes it by itself."""
        self._engine.slim(False)
        try:
            return self._engine.measure(self._module)
        finally:
            self._engine.slim(self.slim)

    def alike(self) -> Sizes:
        """As lists are measured."""
        return Sizes(*self._alike.result())

    def framed(self) -> Sizes | None:
        """The same of functions with a frame pointer, where they may have one; None where that cannot be made."""
        try:
            return Sizes(*self._framed.result())
        except EngineError:
            return None

    def drop(self) -> None:
        """End what still runs."""
        self._alike.drop()
        self._framed.drop()

    def _measure(self) -> tuple[Any, ...]:
        return self._engine.measure(self._module).plain()

    def _measure_framed(self) -> tuple[Any, ...]:
        sizes = Sizes() if self._left is None else framed_sizes(self._engine, self._module, self._found, self._left)
        return sizes.plain()
