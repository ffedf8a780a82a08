"""``bench trials``: times trials of pass lists on functions, on a shared base as the autotuner does it or from scratch.

Three methods, in the same process, on the same functions and lists:

- *shared*: the worker's ``Trial``: one copy of the base for all its functions; only bodies that no list has made before
  are emitted and measured;
- *whole module*: the base is parsed for every list, all its functions run the list, the object is emitted and measured;
- *alone*: every function and list by itself: the base is parsed, all other code removed, one object emitted. In large
  files this is done for a sample, and the rest is taken to need the same time each.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ...errors import EngineError, InputError
from ...llvm.toolchain import Toolchain
from ...optimizer.strategies import STRATEGIES
from ...passes.plan_stages import BASELINE
from ...records import dataclass as record
from ...worker.process import WorkerProcess
from ...worker.protocol import AdoptBase, Handlers, Load, MakeBase, Request, Trial
from ...worker.service import LibLLVMService

__all__ = ["METHODS", "Trials", "bench_trials"]

METHODS = ("shared", "whole module", "alone")
_ALONE = 100
"""Evaluations of a file that are done alone: the size of the sample."""


@dataclass(frozen=True)
class Trials:
    """Evaluations (a function and a list) and processor seconds of one method."""

    evaluations: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.evaluations / self.seconds if self.seconds else 0.0


@record(frozen=True)
class LoadFile(Request["int"]):
    """Make the base of a file; answers how many functions lists may be tried on."""

    data: bytes


@record(frozen=True)
class TimeLists(Request["tuple[int, float]"]):
    """Try lists on all functions by one method; answers evaluations and processor seconds."""

    method: str
    lists: list[str]


class _TrialTimer:
    """In the worker: one file's base, and lists on its functions by each method."""

    def __init__(self, process: WorkerProcess, toolchain: Toolchain) -> None:
        self._service = LibLLVMService(process, toolchain)
        self._engine = self._service.workspace.engine
        self._base = b""
        self._names: list[str] = []
        self.handlers: Handlers = {LoadFile: self._load, TimeLists: self._time}

    def _load(self, request: LoadFile) -> int:
        self._service.source.load(Load(request.data, "bench"))
        made = self._service.bases.make(MakeBase(STRATEGIES["replay"].recipe_kind, BASELINE, None))
        self._base = made.bitcode
        self._service.bases.adopt(AdoptBase("base", self._base))
        self._names = [name for name in made.hashes if name not in made.excluded]
        return len(self._names)

    def _time(self, request: TimeLists) -> tuple[int, float]:
        methods = {"shared": self._shared, "whole module": self._whole_module, "alone": self._alone}
        start = time.process_time()
        part = methods[request.method](request.lists)
        return len(request.lists) * len(self._names), (time.process_time() - start) / part

    def _shared(self, lists: list[str]) -> float:
        for text in lists:
            self._service.bases.trial(Trial("base", dict.fromkeys(self._names, text), True))
        return 1.0

    def _whole_module(self, lists: list[str]) -> float:
        engine = self._engine
        for text in lists:
            module = engine.parse(self._base)
            engine.run_lists(module, dict.fromkeys(self._names, text), lambda _: None)
            engine.measure(module)
            module.dispose()
        return 1.0

    def _alone(self, lists: list[str]) -> float:
        engine = self._engine
        pairs = [(text, name) for text in lists for name in self._names]
        some = pairs[:: max(1, len(pairs) // _ALONE)]
        for text, name in some:
            module = engine.parse(self._base)
            engine.run_on(module, name, text)
            engine.leave_only(module, {name})
            engine.measure(module)
            module.dispose()
        return len(some) / len(pairs) if pairs else 1.0


def bench_trials(toolchain: Toolchain, files: list[Path], lists: list[str]) -> tuple[int, dict[str, Trials]]:
    """Count the functions tried, and sum each method's figures over all files; files that LLVM refuses are left out."""
    worker = WorkerProcess(partial(_TrialTimer, toolchain=toolchain))
    sums: dict[str, list[Any]] = {method: [0, 0.0] for method in METHODS}
    functions = 0
    try:
        for path in files:
            try:
                count = worker.call(LoadFile(path.read_bytes()))
                rows = {method: worker.call(TimeLists(method, lists)) for method in METHODS}
            except (EngineError, InputError):
                continue
            functions += count
            for method, (evaluations, seconds) in rows.items():
                sums[method][0] += evaluations
                sums[method][1] += seconds
    finally:
        worker.close()
    return functions, {method: Trials(*row) for method, row in sums.items()}
