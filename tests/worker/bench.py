"""Workbenches for the worker's tests: children that do, or die, as they are told, and what became of them."""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smartopt.errors import EngineError, InputError, ToolchainError, UsageError, WorkerError
from smartopt.llvm.libllvm import LibLLVMEngine
from smartopt.worker.process import Limits, Worker
from tests.llvm.support import toolchain

LIMITS = Limits(cpu_seconds=0.5, request_seconds=20.0, memory_bytes=2 << 30)
EMPTY = b"define void @f() { ret void }\n"


class Bench:
    """A workbench that does what a test asks of it."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        faulthandler.disable()  # pytest's, which would write the crashes that are wanted here to the terminal

    def echo(self, value: Any) -> Any:
        return value

    def pid(self) -> int:
        return os.getpid()

    def raises(self, name: str) -> None:
        raise {
            "InputError": InputError("not IR"),
            "EngineError": EngineError("refused", "all of the message"),
            "ToolchainError": ToolchainError("too old"),
            "UsageError": UsageError("bad option"),
            "ValueError": ValueError("a bug of ours"),
            "RecursionError": RecursionError("too deep"),
        }[name]

    def die(self, how: str, step: int = -1) -> None:
        if step >= 0:
            self.worker.step(step)
        if how == "exit":
            os._exit(1)
        if how == "spin":
            while True:
                pass
        if how == "sleep":
            time.sleep(60)
        if how == "hoard":
            held = []
            while True:
                held.append(bytes(64 << 20))  # not touched: address space is what is limited
        if how == "speak":
            os.write(2, b"LLVM ERROR: " + b"x" * 10_000 + b" the end")
            os.abort()
        os.kill(os.getpid(), getattr(signal, how))

    def steps(self, numbers: list[int]) -> None:
        for number in numbers:
            self.worker.step(number)

    def spin_over_the_module(self, seconds: float) -> float:
        self.worker.whole_module()
        return self.spin_each(1, seconds, stepping=False)

    def spin_each(self, steps: int, seconds: float, stepping: bool = True) -> int:
        for number in range(steps):
            if stepping:
                self.worker.step(number)
            until = time.process_time() + seconds
            while time.process_time() < until:
                pass
        return steps

    def spawn(self) -> int:
        """A process of the child's own, as the opt engine has."""
        return subprocess.Popen(["sleep", "60"]).pid

    def noise(self) -> str:
        os.write(1, b"to stdout")
        os.write(2, b"to stderr")
        print("more", flush=True)
        return "said"

    def unspeakable(self) -> Any:
        return object()


class LLVMBench:
    """The real engine: its own ways to die."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        faulthandler.disable()
        self.engine = LibLLVMEngine(toolchain(22))

    def run(self, text: bytes, pipeline: str, step: int = 0) -> bytes:
        self.worker.step(step)
        module = self.engine.parse(text)
        if pipeline:
            self.engine.run(module, pipeline)
        return module.text()

    def emit(self, text: bytes) -> int:
        return len(self.engine.emit(self.engine.parse(text)))


def alive(pid: int) -> bool:
    """Whether a process is there and is more than a zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def gone(pid: int, within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if not alive(pid):
            return True
        time.sleep(0.02)
    return False


def death(call: Callable[[], Any]) -> WorkerError:
    with pytest.raises(WorkerError) as caught:
        call()
    return caught.value
