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
from ...optimizer.strategies import ARMS
from ...passes.stages import BASELINE
from ...worker.process import Worker
from ...worker.service import Workbench

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


class _Bench:
    """In the worker: one file's base, and lists on its functions in each way."""

    def __init__(self, worker: Worker, toolchain: Toolchain) -> None:
        self._bench = Workbench(worker, toolchain)
        self._base = b""
        self._names: list[str] = []

    def load(self, data: bytes) -> int:
        """Make the base of a file; answers how many functions lists may be tried on."""
        self._bench.load(data, "bench")
        arm = ARMS["replay"]
        made = self._bench.make_base(arm.kind, BASELINE, None)
        self._base = made["bitcode"]
        self._bench.adopt("base", self._base)
        self._names = [name for name in made["hashes"] if name not in made["excluded"]]
        return len(self._names)

    def run(self, way: str, lists: list[str]) -> tuple[int, float]:
        """Evaluations and processor seconds."""
        start = time.process_time()
        part = getattr(self, "_" + way.replace(" ", "_"))(lists)
        return len(lists) * len(self._names), (time.process_time() - start) / part

    def _shared(self, lists: list[str]) -> float:
        for text in lists:
            self._bench.trial("base", dict.fromkeys(self._names, text), True)
        return 1.0

    def _whole_module(self, lists: list[str]) -> float:
        engine = self._bench.engine
        for text in lists:
            module = engine.parse(self._base)
            engine.run_lists(module, dict.fromkeys(self._names, text), lambda _: None)
            engine.measure(module)
            module.dispose()
        return 1.0

    def _alone(self, lists: list[str]) -> float:
        engine = self._bench.engine
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
    worker = Worker(partial(_Bench, toolchain=toolchain))
    sums: dict[str, list[Any]] = {way: [0, 0.0] for way in WAYS}
    functions = 0
    try:
        for path in files:
            try:
                count = worker.call("load", path.read_bytes())
                rows = {way: worker.call("run", way, lists) for way in WAYS}
            except (EngineError, InputError):
                continue
            functions += count
            for way, (evaluations, seconds) in rows.items():
                sums[way][0] += evaluations
                sums[way][1] += seconds
    finally:
        worker.close()
    return functions, {way: Trials(*row) for way, row in sums.items()}
