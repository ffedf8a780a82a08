"""Measures -Oz's module in up to three ways: as clang's back end makes it, with the settings under which pass lists are
measured (``codegen.settings``), and with a frame pointer in functions that may have one.

Each needs its own object, and together these dominate the cost of a small search, so forks make them on other
processors. The first is needed only for the final comparison: if deferred, its fork is held until the search no longer
needs a second processor.
"""

from __future__ import annotations

from collections.abc import Collection

from ..codegen.frame_pointers import Left, framed_sizes, give_frames, smaller_with_frames, split_frames
from ..encoding import codec_of
from ..errors import EngineError
from ..ir.body_hash import bare
from ..llvm.capi import Module
from ..llvm.variables import data_bytes
from ..objfile.sizes import Sizes
from .fork import Fork, processors
from .protocol import BaselineSizes, KnownBody
from .workspace import Workspace

__all__ = ["BaselineMeasurement"]

_SIZES = codec_of("Sizes", __name__)
_WORTH_A_FORK = 300
"""Printed lines above which emitting an object takes longer than a fork."""
_WORTH_ONE_MORE = 15_000
"""The same, for a second fork."""
_MANY = 4
"""With at least this many processors, no fork is held."""


class BaselineMeasurement:
    """Measures one module, which must not change before :meth:`sizes`. Call :meth:`drop` when done."""

    def __init__(self, workspace: Workspace, module: Module, left: Left | None, later: bool) -> None:
        """Start the forks that are worth their cost.

        Args:
            workspace: the engine, and how it generates code.
            module: -Oz's module.
            left: says which functions are left to -Oz; None to give no frame pointers.
            later: measuring the module by itself may be put off.
        """
        self._workspace, self._engine, self._codegen = workspace, workspace.engine, workspace.codegen
        self._module, self._found = module, workspace.bodies(module)
        fork = workspace.process.fork
        lines = {function.name: text.count(b"\n") for function, (_, text) in self._found}
        self.large = sum(lines.values()) > _WORTH_A_FORK
        """Whether the module is large enough for forks."""
        self._target = self._codegen.slim
        self._slim = self._target is not None
        split: tuple[list[str], list[str], int] = ([], [], 0)
        if left is not None:
            split = split_frames(module, self._found, left, not later)
        self._likely, self._unclear, self._refused = split
        self._later = later and (self._slim or bool(self._likely))
        """Without slim settings or frame pointers there is nothing else to measure, so nothing is deferred."""
        self._own = Sizes()
        self._alike = fork(self._measure, _SIZES, self.large and (self._slim or self._later))
        more = sum(lines[name] for name in self._unclear)
        self._framed = fork(self._measure_framed, _SIZES, more > (_WORTH_ONE_MORE if self._later else _WORTH_A_FORK))
        self._plain: Fork[Sizes] | None = fork(
            self._measure_plain, _SIZES, self.large and self._later, processors() < _MANY
        )

    def begin(self) -> None:
        """Measure the module by itself, unless that is deferred. Raises EngineError."""
        if not self._later:
            self._own = self._measure_plain()

    def sizes(self) -> BaselineSizes:
        """The module's sizes. Side effect: the module gets its frame pointers. Raises EngineError."""
        with_frames = self._with_frames()
        stripped = {function.name: bare(text) for function, (_, text) in self._found} if self._later else {}
        alike = self._measured_alike() if self._later or (self._slim and self._found) else None
        data = data_bytes(self._module)
        sizes = self._own if alike is None else alike
        framed = smaller_with_frames(sizes, with_frames or Sizes())
        framed.update((name, (sizes.functions.get(name, 0), sizes.code.get(name, 0))) for name in self._likely)
        keys = self._keys_with_frames(framed)
        before = {f.name: sizes.code.get(f.name, 0) for f, _ in self._found}
        bytes_of = {name: (size, before.get(name, 0)) for name, size in sizes.functions.items()} | framed
        bodies: dict[str, KnownBody] = {
            name: (key, stripped.get(name, b""), bytes_of[name]) for name, key in keys.items() if name in bytes_of
        }
        return BaselineSizes(
            oz=None if self._later else self._own,
            alike=alike,
            framed=framed,
            likely=tuple(self._likely) if self._later else None,
            frames_failed=with_frames is None,
            refused=self._refused,
            data_bytes=data,
            code=sum(before.values()),
            framed_code=sum(bytes_of[name][1] for name in before if name in bytes_of),
            bodies=bodies,
            framed_bitcode=self._module.bitcode() if self._later else b"",
        )

    def detach_plain(self) -> Fork[Sizes] | None:
        """The fork that measures the module by itself, or waits to; the caller must drop it."""
        plain, self._plain = self._plain, None
        return plain if plain is not None and plain.forked else None

    def drop(self) -> None:
        """End what still runs."""
        for fork in (self._alike, self._framed, self._plain):
            if fork is not None:
                fork.drop()

    def _keys_with_frames(self, framed: Collection[str]) -> dict[str, bytes]:
        """Give functions their frame pointers; the hashes of all bodies after that."""
        keys = {function.name: key for function, (key, _) in self._found}
        if framed:
            give_frames(self._module, framed)
            found = self._workspace.bodies(self._module, framed)
            keys.update({function.name: key for function, (key, _) in found})
        return keys

    def _measured_alike(self) -> Sizes:
        """Measured under the trial settings; without frame pointers if an object with them cannot be made."""
        try:
            return self._alike.result()
        except EngineError:
            if not self._likely:
                raise
            self._likely = []
            return self._engine.measure(self._module)

    def _with_frames(self) -> Sizes | None:
        """Functions that may have a frame pointer, with one; None where no object of them can be made."""
        try:
            return self._framed.result()
        except EngineError:
            return None

    def _measure(self) -> Sizes:
        if self._likely:
            return framed_sizes(self._engine, self._module, self._likely, alone=False)
        return self._engine.measure(self._module)

    def _measure_plain(self) -> Sizes:
        self._codegen.use_slim(None)
        try:
            return self._engine.measure(self._module)
        finally:
            self._codegen.use_slim(self._target)

    def _measure_framed(self) -> Sizes:
        return framed_sizes(self._engine, self._module, self._unclear, alone=True)
