"""``bench engine``: default<Oz> on single functions, in process against spawning the real opt, on the same work."""

from __future__ import annotations

import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from ...errors import SmartoptError
from ...llvm.libllvm import LibLLVMEngine
from ...llvm.toolchain import Toolchain
from ...records import dataclass as record
from ...worker.process import WorkerProcess
from ...worker.protocol import Handlers, Request

__all__ = ["Throughput", "bench_engine", "split"]


@dataclass(frozen=True)
class Throughput:
    """Milliseconds for the median function and in all, in process and spawned.

    The two ratios differ where a few functions are large: there -Oz itself takes the time, whoever starts it.
    """

    functions: int
    in_process_ms: float
    spawned_ms: float
    in_process_total_ms: float
    spawned_total_ms: float

    @property
    def ratio(self) -> float:
        """How often faster the median function is."""
        return self.spawned_ms / self.in_process_ms

    @property
    def total_ratio(self) -> float:
        """How often faster the whole work is."""
        return self.spawned_total_ms / self.in_process_total_ms


@record(frozen=True)
class TimeOz(Request["list[float]"]):
    """Parse each module, run default<Oz> and write bitcode; answers the seconds that each takes."""

    modules: list[bytes]


class _Timer:
    """Runs in the worker."""

    def __init__(self, process: WorkerProcess, toolchain: Toolchain) -> None:
        self._engine = LibLLVMEngine(toolchain)
        self.handlers: Handlers = {TimeOz: self.run}

    def run(self, request: TimeOz) -> list[float]:
        seconds = []
        for data in request.modules:
            start = time.perf_counter()
            module = self._engine.parse(data)
            self._engine.run(module, "default<Oz>")
            self._engine.bitcode(module)
            self._engine.dispose(module)
            seconds.append(time.perf_counter() - start)
        return seconds


def split(toolchain: Toolchain, bitcode: Path, limit: int) -> list[bytes]:
    """Up to ``limit`` functions of a module, each extracted into a module of its own by llvm-extract."""
    extract = toolchain.tool("llvm-extract")
    nm = toolchain.tool("llvm-nm")
    if extract is None or nm is None:
        raise SmartoptError("bench engine needs llvm-extract and llvm-nm; install llvm-22")
    listed = subprocess.run([nm, "--defined-only", str(bitcode)], capture_output=True, text=True, check=True).stdout
    names = [line.split()[-1] for line in listed.splitlines() if line.split()[-2:-1] in (["T"], ["t"])]
    modules = []
    for name in names[:limit]:
        done = subprocess.run([extract, f"--func={name}", str(bitcode), "-o", "-"], capture_output=True, check=True)
        modules.append(done.stdout)
    return modules


def bench_engine(toolchain: Toolchain, modules: list[bytes], repeats: int = 3) -> Throughput:
    """Run the same modules both ways, alternating."""
    if toolchain.opt is None:
        raise SmartoptError("bench engine needs opt; install llvm-22")
    worker = WorkerProcess(partial(_Timer, toolchain=toolchain))
    inside: list[list[float]] = []
    outside: list[list[float]] = []
    try:
        worker.call(TimeOz(modules[:1]))  # load and initialise outside the clock: a worker lives for many functions
        with tempfile.TemporaryDirectory() as scratch:
            paths = _written(modules, Path(scratch))
            for _ in range(repeats):
                inside.append(worker.call(TimeOz(modules)))
                outside.append(_spawned(toolchain.opt, paths))
    finally:
        worker.close()
    # The best of the repeats for each function, then the median and the sum over functions.
    best = [[1000 * min(times) for times in zip(*runs, strict=True)] for runs in (inside, outside)]
    return Throughput(len(modules), median(best[0]), median(best[1]), sum(best[0]), sum(best[1]))


def _written(modules: list[bytes], folder: Path) -> list[Path]:
    paths = []
    for index, data in enumerate(modules):
        path = folder / f"{index}.bc"
        path.write_bytes(data)
        paths.append(path)
    return paths


def _spawned(opt: str, paths: list[Path]) -> list[float]:
    seconds = []
    for path in paths:
        start = time.perf_counter()
        subprocess.run([opt, "-passes=default<Oz>", str(path), "-o", str(path.with_suffix(".out"))], check=True)
        seconds.append(time.perf_counter() - start)
    return seconds
