"""``bench trials``: evaluations of pass lists on functions, shared as the autotuner does it against from scratch.

Three ways, in the same process, on the same functions and lists:

- *shared*: ``Workbench.trial``: one copy of the base for all its functions, and only bodies that no list has made
  before are emitted and measured;
- *whole module*: the base is parsed for every list, all its functions run the list, the object is emitted and measured;
- *alone*: every function and list by itself: the base is parsed, all other code taken out, one object emitted. In
  large files this is done for some of them only, and the time of the rest is taken to be like theirs.
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

__all__ = ["WAYS", "Trials", "bench_trials"]

WAYS = ("shared", "whole module", "alone")
_ALONE = 100
"""Evaluations of a file that are done alone."""


@dataclass(frozen=True)
class Trials:
    """Evaluations (a function and a list) and processor seconds of one way."""

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
    """Try lists on all functions in one way; answers evaluations and processor seconds."""

    way: str
    lists: list[str]


class _TrialTimer:
    """In the worker: one file's base, and lists on its functions in each way."""

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
        ways = {"shared": self._shared, "whole module": self._whole_module, "alone": self._alone}
        start = time.process_time()
        part = ways[request.way](request.lists)
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
    """The functions that were tried, and each way's figures over all files; files that LLVM refuses are left out."""
    worker = WorkerProcess(partial(_TrialTimer, toolchain=toolchain))
    sums: dict[str, list[Any]] = {way: [0, 0.0] for way in WAYS}
    functions = 0
    try:
        for path in files:
            try:
                count = worker.call(LoadFile(path.read_bytes()))
                rows = {way: worker.call(TimeLists(way, lists)) for way in WAYS}
            except (EngineError, InputError):
                continue
            functions += count
            for way, (evaluations, seconds) in rows.items():
                sums[way][0] += evaluations
                sums[way][1] += seconds
    finally:
        worker.close()
    return functions, {way: Trials(*row) for way, row in sums.items()}
