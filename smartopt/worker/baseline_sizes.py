"""What a finished module comes to, in the up to three ways that matter: as clang's back end makes it by itself, as it
makes it where lists are measured (``codegen.settings``), and with a frame pointer in functions that may have one.

Each is an object of its own, and together they are most of what a small search costs: so forks make them, on other
processors, while the worker makes whatever is needed next. The first is only needed at the end, to compare with: where
it may come ``late``, its fork is held until the search has no use for a second processor any more.
"""

from __future__ import annotations

from ..annotations import Any
from ..codegen.frame_choice import Bodies, Left, framed_sizes, known_bodies, split_frames
from ..codegen.settings import CodeGeneration
from ..errors import EngineError
from ..ir.body_hash import Body, bare
from ..llvm.capi import Function, Module
from ..llvm.libllvm import LibLLVMEngine
from ..llvm.variables import data_bytes
from ..objfile.sizes import Sizes
from .fork import Aside, processors
from .process import Worker

__all__ = ["Yardstick"]

_WORTH_A_FORK = 300
"""Lines of printed functions from which on emitting an object takes longer than starting a process."""
_WORTH_ONE_MORE = 15_000
"""The same where another fork is at work already, and the worker has time."""
_MANY = 4
"""Processors from which on nothing need wait."""


class Yardstick:
    """One module's sizes; the module must not change before all have been asked for. Drop it in the end."""

    def __init__(
        self,
        engine: LibLLVMEngine,
        codegen: CodeGeneration,
        worker: Worker,
        module: Module,
        found: list[tuple[Function, Body]],
        left: Left | None,
        late: bool,
    ) -> None:
        """``found`` are the module's functions as printed; none is given a frame pointer without ``left``."""
        self._engine, self._codegen, self._module, self._found = engine, codegen, module, found
        lines = {function.name: text.count(b"\n") for function, (_, text) in found}
        self.large = sum(lines.values()) > _WORTH_A_FORK
        """Whether forks pay: then they are at work, or wait to be, where there is another processor."""
        self._slim = codegen.slim
        split: tuple[list[str], list[str], int] = ([], [], 0)
        if left is not None:
            split = split_frames(module, found, left, not late)
        self._likely, self._unclear, self._refused = split
        self._late = late and (self._slim or bool(self._likely))
        """Otherwise there is no other object to compare with before."""
        self._own = Sizes()
        self._alike = worker.aside(self._measure, self.large and (self._slim or self._late))
        more = sum(lines[name] for name in self._unclear)
        self._framed = worker.aside(self._measure_framed, more > (_WORTH_ONE_MORE if self._late else _WORTH_A_FORK))
        self._plain: Aside | None = worker.aside(self._measure_plain, self.large and self._late, processors() < _MANY)

    def begin(self) -> None:
        """Measure the module by itself, unless that comes late."""
        if not self._late:
            self._own = Sizes(*self._measure_plain())

    def sizes(self, bodies: Bodies) -> dict[str, Any]:
        """What it comes to, as ``Workbench.baseline`` answers; the module has its frame pointers afterwards."""
        sizes = self._own
        answer: dict[str, Any] = {} if self._late else {"sizes": sizes.packed()}
        with_frames = self._with_frames()
        stripped = {function.name: bare(text) for function, (_, text) in self._found} if self._late else {}
        if self._late or self._slim:
            sizes = self._measured_alike()
            answer["sizes" if self._late else "alike"] = sizes.packed()
        answer.get("alike", answer["sizes"])["data_bytes"] = data_bytes(self._module)
        answer["unframed"] = with_frames is None
        answer["refused"] = self._refused
        if self._late:
            answer["likely"] = self._likely
        found = self._found
        return answer | known_bodies(self._module, bodies, found, sizes, with_frames, self._likely, stripped)

    def later(self) -> Aside | None:
        """The fork that measures the module by itself, or waits to; it is the caller's from now on."""
        plain, self._plain = self._plain, None
        return plain if plain is not None and plain.forked else None

    def drop(self) -> None:
        """End what still runs."""
        for aside in (self._alike, self._framed, self._plain):
            if aside is not None:
                aside.drop()

    def _measured_alike(self) -> Sizes:
        """As lists are measured; without frame pointers, should such an object not be to be had."""
        try:
            return Sizes(*self._alike.result())
        except EngineError:
            if not self._likely:
                raise
            self._likely = []
            return self._engine.measure(self._module)

    def _with_frames(self) -> Sizes | None:
        """Functions that may have a frame pointer, with one; None where that cannot be made."""
        try:
            return Sizes(*self._framed.result())
        except EngineError:
            return None

    def _measure(self) -> tuple[Any, ...]:
        if self._likely:
            return framed_sizes(self._engine, self._module, self._likely, alone=False).plain()
        return self._engine.measure(self._module).plain()

    def _measure_plain(self) -> tuple[Any, ...]:
        self._codegen.use_slim(False)
        try:
            return self._engine.measure(self._module).plain()
        finally:
            self._codegen.use_slim(self._slim)

    def _measure_framed(self) -> tuple[Any, ...]:
        return framed_sizes(self._engine, self._module, self._unclear, alone=True).plain()
