"""Makes -Oz's module, which is the baseline and the fallback, and measures it while the next base is being made."""

from __future__ import annotations

from ..errors import EngineError
from ..llvm.capi import Module
from ..objfile.sizes import Sizes
from .baseline_measurement import BaselineMeasurement
from .bases import Bases
from .fork import Fork
from .handed_over import HandedOver
from .protocol import Baseline, BaselineSizes, FinishBaseline, MakeBaseline, MeasureByItself, MeasureOz
from .source import Source
from .workspace import Workspace

__all__ = ["BaselineMaker"]


class BaselineMaker:
    """Makes -Oz's module, and tracks its pending measurements."""

    def __init__(self, workspace: Workspace, source: Source, bases: Bases, handed_over: HandedOver) -> None:
        self._workspace, self._source, self._bases, self._handed_over = workspace, source, bases, handed_over
        self._pending: tuple[Module, BaselineMeasurement | None] | None = None
        """-Oz's module while forks measure it."""
        self._plain_sizes: Fork[Sizes] | None = None
        """Measures -Oz's own object, if deferred."""

    def make(self, request: MakeBaseline) -> Baseline:
        """Run -Oz's pipeline and measure what it makes. Raises EngineError."""
        copy = self._source.optimised(request.pipeline, None)
        self._forget_pending()
        self._pending = copy, None
        try:
            copy.verify()
            module = self._workspace.finished(copy, False)
            if not request.measure or copy.machine is None:
                self._forget_pending()
                return Baseline(module)
            left = self._workspace.exclusions.function if request.frames else None
            measurement = BaselineMeasurement(self._workspace, copy, left, request.later)
            self._pending = copy, measurement
            measurement.begin()
            if request.frames and measurement.large:
                self._bases.prepare(request.pipeline, request.lines)
        except BaseException:
            self._forget_pending()
            raise
        if request.later and measurement.large:
            return Baseline(module, pending=True, lines=self._bases.prepared_lines)
        return Baseline(module, self._measured())

    def finish(self, request: FinishBaseline) -> BaselineSizes:
        """Wait for a pending baseline's sizes, or make it again. Raises EngineError."""
        if self._pending is None:
            self.make(request.request)
        return self._measured()

    def measure_oz(self, request: MeasureOz) -> Sizes:
        """-Oz's own sizes, which were deferred. Raises EngineError."""
        fork, self._plain_sizes = self._plain_sizes, None
        found = None if fork is None else fork.fetched()
        return self._handed_over.measure(MeasureByItself(request.bitcode)) if found is None else found

    def release(self) -> None:
        """Start the held fork that measures -Oz's own object, because a second processor is free."""
        if self._plain_sizes is not None:
            self._plain_sizes.go()

    def _measured(self) -> BaselineSizes:
        try:
            module, measurement = self._pending or (None, None)
            if module is None or measurement is None:
                raise EngineError("-Oz's module cannot be measured")
            found = measurement.sizes()
            if self._plain_sizes is not None:
                self._plain_sizes.drop()
            self._plain_sizes = measurement.detach_plain()
            return found
        finally:
            self._forget_pending()

    def _forget_pending(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            if pending[1] is not None:
                pending[1].drop()
            pending[0].dispose()
