"""Services for the worker's tests: children that do, or die, as they are told, and what became of them."""

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
from smartopt.records import dataclass
from smartopt.worker.process import Limits, WorkerProcess
from smartopt.worker.protocol import Handlers, Request
from tests.llvm.support import toolchain

LIMITS = Limits(cpu_seconds=0.5, request_seconds=20.0, memory_bytes=2 << 30)
EMPTY = b"define void @f() { ret void }\n"


@dataclass(frozen=True)
class Values:
    """A record of all kinds of plain data."""

    numbers: tuple[int, ...]
    share: float
    text: str
    raw: bytes
    flag: bool
    names: frozenset[str]
    rows: list[tuple[str, int]]
    table: dict[str, list[bytes]]
    maybe: bytes | None


@dataclass(frozen=True)
class EchoValues(Request["Values"]):
    """Answer the values."""

    values: Values


@dataclass(frozen=True)
class Echo(Request["bytes"]):
    """Answer the value."""

    value: bytes


@dataclass(frozen=True)
class AskPid(Request["int"]):
    """Answer the child's process id."""


@dataclass(frozen=True)
class RaiseError(Request["None"]):
    """Raise an exception of a class."""

    name: str


@dataclass(frozen=True)
class Die(Request["None"]):
    """Die in a way, at a step."""

    how: str
    step: int = -1


@dataclass(frozen=True)
class TakeSteps(Request["None"]):
    """Begin steps of these numbers."""

    numbers: list[int]


@dataclass(frozen=True)
class SpinOverModule(Request["int"]):
    """Use processor time as one step over a whole module."""

    seconds: float


@dataclass(frozen=True)
class Spin(Request["int"]):
    """Use so much processor time in each of some steps."""

    steps: int
    seconds: float


@dataclass(frozen=True)
class Spawn(Request["int"]):
    """Start a process of the child's own, as the opt engine has; answer its id."""


@dataclass(frozen=True)
class MakeNoise(Request["str"]):
    """Write to the standard streams."""


@dataclass(frozen=True)
class AnswerWrongly(Request["int"]):
    """Answer something that is no int: of another type, or no plain data at all."""

    plain: bool


@dataclass(frozen=True)
class WriteFrame(Request["int"]):
    """Write a frame into the pipe past all encoding, as damaged memory might, before the answer."""

    frame: bytes


@dataclass(frozen=True)
class Unanswered(Request["None"]):
    """A request that no service answers."""


@dataclass(frozen=True)
class RunPasses(Request["bytes"]):
    """Parse IR, run a pipeline, answer the text."""

    text: bytes
    pipeline: str
    step: int = 0


@dataclass(frozen=True)
class Emit(Request["int"]):
    """Answer the size of an object file made of IR."""

    text: bytes


class ScriptedService:
    """A service that does what a test asks of it."""

    def __init__(self, process: WorkerProcess) -> None:
        self.process = process
        self.handlers: Handlers = {
            EchoValues: lambda request: request.values,
            Echo: lambda request: request.value,
            AskPid: lambda _: os.getpid(),
            RaiseError: self.raise_error,
            Die: self.die,
            TakeSteps: self.take_steps,
            SpinOverModule: self.spin_over_module,
            Spin: self.spin,
            Spawn: lambda _: subprocess.Popen(["sleep", "60"]).pid,
            MakeNoise: self.make_noise,
            AnswerWrongly: lambda request: "no number" if request.plain else object(),
            WriteFrame: self.write_frame,
        }
        faulthandler.disable()  # pytest's, which would write the crashes that are wanted here to the terminal

    def raise_error(self, request: RaiseError) -> None:
        raise {
            "InputError": InputError("not IR"),
            "EngineError": EngineError("refused", "all of the message"),
            "ToolchainError": ToolchainError("too old"),
            "UsageError": UsageError("bad option"),
            "WorkerError": WorkerError("trial-timeout", "the opt process ended", "last words"),
            "ValueError": ValueError("a bug of ours"),
            "RecursionError": RecursionError("too deep"),
        }[request.name]

    def die(self, request: Die) -> None:
        if request.step >= 0:
            self.process.step(request.step)
        if request.how == "exit":
            os._exit(1)
        if request.how == "spin":
            while True:
                pass
        if request.how == "sleep":
            time.sleep(60)
        if request.how == "hoard":
            held = []
            while True:
                held.append(bytes(64 << 20))  # not touched: address space is what is limited
        if request.how == "speak":
            os.write(2, b"LLVM ERROR: " + b"x" * 10_000 + b" the end")
            os.abort()
        os.kill(os.getpid(), getattr(signal, request.how))

    def take_steps(self, request: TakeSteps) -> None:
        for number in request.numbers:
            self.process.step(number)

    def spin_over_module(self, request: SpinOverModule) -> int:
        self.process.whole_module()
        _spin(request.seconds)
        return 1

    def spin(self, request: Spin) -> int:
        for number in range(request.steps):
            self.process.step(number)
            _spin(request.seconds)
        return request.steps

    def make_noise(self, _: MakeNoise) -> str:
        os.write(1, b"to stdout")
        os.write(2, b"to stderr")
        print("more", flush=True)
        return "said"

    def write_frame(self, request: WriteFrame) -> int:
        for name in os.listdir("/proc/self/fd"):
            try:
                if int(name) > 2:
                    os.write(int(name), request.frame)
            except OSError:
                continue  # the reading end, or the one with which they were listed
        return 1


def _spin(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


class LLVMService:
    """The real engine, with its own ways to die."""

    def __init__(self, process: WorkerProcess) -> None:
        self.process = process
        faulthandler.disable()
        self.engine = LibLLVMEngine(toolchain(22))
        self.handlers: Handlers = {
            RunPasses: self.run,
            Emit: lambda request: len(self.engine.emit(self.engine.parse(request.text))),
        }

    def run(self, request: RunPasses) -> bytes:
        self.process.step(request.step)
        module = self.engine.parse(request.text)
        if request.pipeline:
            self.engine.run(module, request.pipeline)
        return module.text()


def children() -> set[int]:
    """The processes that this one has started and that are not reaped."""
    return {int(pid) for file in Path("/proc/self/task").glob("*/children") for pid in file.read_text().split()}


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
