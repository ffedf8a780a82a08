"""Disposable children: each way to die is told apart, costs one request, and leaves nothing behind."""

from __future__ import annotations

import faulthandler
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from smartopt.errors import EngineError, InputError, ToolchainError, UsageError, WorkerError
from smartopt.llvm.libllvm import LibLLVMEngine
from smartopt.llvm.worker import Limits, Worker
from tests.support import ROOT

from .support import toolchain

LIMITS = Limits(cpu_seconds=0.5, request_seconds=20.0, memory_bytes=2 << 30)


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


@pytest.fixture
def worker() -> Iterator[Worker]:
    with closing(Worker(Bench, LIMITS)) as one:
        yield one


@pytest.fixture
def llvm() -> Iterator[Worker]:
    with closing(Worker(LLVMBench, Limits(cpu_seconds=5.0, request_seconds=30.0, memory_bytes=1 << 30))) as one:
        yield one


def _alive(pid: int) -> bool:
    """Whether a process is there and is more than a zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def _gone(pid: int, within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if not _alive(pid):
            return True
        time.sleep(0.02)
    return False


def _death(call: Callable[[], Any]) -> WorkerError:
    with pytest.raises(WorkerError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(
    ("how", "reason", "words"),
    [
        ("SIGSEGV", "trial-crash", "SIGSEGV"),
        ("SIGBUS", "trial-crash", "SIGBUS"),
        ("SIGABRT", "trial-crash", "SIGABRT"),
        ("SIGILL", "trial-crash", "SIGILL"),
        ("exit", "trial-crash", "exit status 1"),
        ("spin", "trial-timeout", "SIGPROF"),
        ("hoard", "trial-memory", "exit status 70"),
        ("SIGKILL", "trial-killed", "SIGKILL"),
        ("SIGTERM", "trial-killed", "SIGTERM"),
        ("SIGINT", "trial-killed", "SIGINT"),
    ],
)
def test_each_death_has_its_reason_and_step_and_the_next_request_works(
    worker: Worker, how: str, reason: str, words: str
) -> None:
    first = worker.call("pid")
    error = _death(lambda: worker.call("die", how, 17))
    assert error.reason == reason
    assert words in str(error)
    assert "\n" not in str(error)
    assert worker.last_step == 17
    assert not _alive(first)
    assert worker.call("pid") not in (first, os.getpid())
    assert worker.starts == 2


def test_a_child_that_sleeps_meets_the_deadline() -> None:
    with closing(Worker(Bench, Limits(request_seconds=0.3))) as worker:
        start = time.monotonic()
        error = _death(lambda: worker.call("die", "sleep", 3))
        assert error.reason == "trial-timeout"
        assert worker.last_step == 3
        assert time.monotonic() - start < 5
        assert worker.call("echo", 1) == 1


def test_a_kill_from_outside_is_told_apart(worker: Worker) -> None:
    pid = worker.call("pid")
    worker.send("die", "sleep", 5)
    while worker.last_step != 5:
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    assert _death(worker.receive).reason == "trial-killed"
    assert worker.last_step == 5


def test_a_child_that_died_between_requests(worker: Worker) -> None:
    pid = worker.call("pid")
    os.kill(pid, signal.SIGKILL)
    assert _gone(pid)
    assert _death(lambda: worker.call("echo", b"x" * (1 << 20))).reason == "trial-killed"
    assert worker.last_step == -1 or worker.starts == 1
    assert worker.call("echo", 2) == 2


def test_the_last_words_are_kept_and_cut(worker: Worker) -> None:
    error = _death(lambda: worker.call("die", "speak"))
    assert error.detail.endswith("the end")
    assert len(error.detail) <= 2000
    # and they are the words of that child only
    assert "the end" not in _death(lambda: worker.call("die", "SIGSEGV")).detail


def test_last_step_belongs_to_the_present_request(worker: Worker) -> None:
    assert worker.last_step != 17
    worker.call("steps", [3, 1, 17])
    assert worker.last_step == 17
    _death(lambda: worker.call("die", "exit"))
    assert worker.last_step == -1


def test_the_cpu_limit_is_per_step_not_per_request(worker: Worker) -> None:
    assert worker.call("spin_each", 6, LIMITS.cpu_seconds / 2) == 6


def test_a_child_that_cannot_be_started_is_one_line(worker: Worker) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = len(os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        with pytest.raises(EngineError, match=r"^cannot start a worker process: Too many open files$"):
            worker.call("pid")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(os.listdir("/proc/self/fd")) == before
    assert worker.call("pid") != os.getpid()


def test_a_whole_module_may_take_longer(worker: Worker) -> None:
    assert worker.call("spin_over_the_module", 1.5 * LIMITS.cpu_seconds) == 1


def test_an_idle_child_is_not_on_the_clock(worker: Worker) -> None:
    pid = worker.call("pid")
    worker.call("steps", [1])
    time.sleep(2 * LIMITS.cpu_seconds)
    assert worker.call("pid") == pid


@pytest.mark.parametrize(
    ("name", "kind", "message", "detail"),
    [
        ("InputError", InputError, "not IR", None),
        ("EngineError", EngineError, "refused", "all of the message"),
        ("ToolchainError", ToolchainError, "too old", None),
        ("UsageError", EngineError, "bad option", ""),
        ("ValueError", EngineError, "internal error: ValueError: a bug of ours", "Traceback"),
        ("RecursionError", EngineError, "internal error: RecursionError: too deep", "Traceback"),
    ],
)
def test_what_the_child_raises_arrives(
    worker: Worker, name: str, kind: type[Exception], message: str, detail: str | None
) -> None:
    pid = worker.call("pid")
    with pytest.raises(kind) as caught:
        worker.call("raises", name)
    assert type(caught.value) is kind
    assert str(caught.value) == message
    if detail is not None:
        assert detail in caught.value.detail  # type: ignore[attr-defined]
    assert worker.call("pid") == pid, "an exception does not cost the child"


def test_bugs_in_a_bench_are_told(worker: Worker) -> None:
    with pytest.raises(EngineError, match="no_such_method"):
        worker.call("no_such_method")
    with pytest.raises(EngineError):
        worker.call("unspeakable")  # an answer that is no plain data
    assert worker.call("echo", 1) == 1


def test_a_factory_that_fails_or_crashes() -> None:
    def fails(_: Worker) -> Any:
        raise ToolchainError("no libLLVM here")

    def crashes(_: Worker) -> Any:
        faulthandler.disable()
        os.kill(os.getpid(), signal.SIGSEGV)

    with closing(Worker(fails, LIMITS)) as worker:
        for _ in range(2):
            with pytest.raises(ToolchainError, match="no libLLVM here"):
                worker.call("echo", 1)
        assert worker.starts == 1
    with closing(Worker(crashes, LIMITS)) as worker:
        for _ in range(2):
            assert _death(lambda: worker.call("echo", 1)).reason == "trial-crash"
        assert worker.starts == 2


def test_plain_data_arrives_as_it_was(worker: Worker) -> None:
    value = {"a": [1, -(2**70), 1.5, None, True], "b": (b"\0\xff", "ä\udcff", frozenset({3})), "": {}}
    answer = worker.call("echo", value)
    assert answer == value
    assert type(answer["b"]) is tuple


def test_huge_frames(worker: Worker) -> None:
    block = os.urandom(1 << 20) * 48
    assert worker.call("echo", block) == block
    # a frame that nobody reads to its end: the child is told to die before the parent has written it all
    os.kill(worker.pid, signal.SIGSTOP)
    os.kill(worker.pid, signal.SIGKILL)
    assert _death(lambda: worker.call("echo", block)).reason == "trial-killed"
    assert worker.call("echo", 7) == 7


def test_two_hundred_deaths_leave_nothing(worker: Worker) -> None:
    worker.call("echo", 0)
    descriptors = len(os.listdir("/proc/self/fd"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pids = set()
    for number in range(200):
        worker.send("die", "exit", number)
        pids.add(worker.pid)
        assert _death(worker.receive).reason == "trial-crash"
        assert worker.last_step == number
    assert len(pids) > 190
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids), "a zombie or a survivor"
    assert worker.call("echo", 1) == 1
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 32 << 10  # KiB


def test_close_twice_and_start_again() -> None:
    descriptors = len(os.listdir("/proc/self/fd"))
    worker = Worker(Bench, LIMITS)
    worker.close()  # never started
    pid = worker.call("pid")
    worker.close()
    worker.close()
    assert not Path(f"/proc/{pid}").exists()
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert worker.call("echo", 1) == 1
    worker.close()


def test_closing_ends_a_busy_child_and_its_own_children(worker: Worker) -> None:
    other = worker.call("spawn")
    assert _alive(other)
    worker.send("die", "sleep")
    worker.close()
    assert _gone(other)


def test_a_death_ends_the_childs_own_children(worker: Worker) -> None:
    """The opt engine's process must not go on when the child that started it is dead."""
    other = worker.call("spawn")
    _death(lambda: worker.call("die", "SIGSEGV"))
    try:
        assert _gone(other, 1.0)
    finally:
        if _alive(other):
            os.kill(other, signal.SIGKILL)


def test_the_child_says_nothing_on_the_parents_streams() -> None:
    script = """
from tests.llvm.test_worker import Bench, LIMITS, Worker
worker = Worker(Bench, LIMITS)
print("before", end="")
assert worker.call("noise") == "said"
worker.close()
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"before", b"")


def test_children_end_with_a_killed_parent() -> None:
    script = """
import os, signal
from tests.llvm.test_worker import Bench, Worker
workers = [Worker(Bench), Worker(Bench)]
for worker in workers: worker.call("pid")
try: workers[0].call("die", "exit")  # so that each has been started after the other once
except Exception: pass
print(*[worker.call("pid") for worker in workers], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    pids = [int(word) for word in done.stdout.split()]
    assert len(pids) == 2
    assert all(_gone(pid) for pid in pids)


def test_two_workers_do_not_disturb_each_other(worker: Worker) -> None:
    with closing(Worker(Bench, LIMITS)) as other:
        worker.send("die", "SIGSEGV", 1)
        other.send("steps", [9])
        assert other.receive() is None
        assert _death(worker.receive).reason == "trial-crash"
        assert (worker.last_step, other.last_step) == (1, 9)
        assert worker.reader != other.reader


# -- the real LLVM --------------------------------------------------------------------------------------------------

EMPTY = b"define void @f() { ret void }\n"
ENORMOUS = b"""
target triple = "x86_64-pc-linux-gnu"
@g = global { i8, [1500000000 x i8] } { i8 1, [1500000000 x i8] zeroinitializer }
"""
LOST = b"""
target triple = "x86_64-pc-linux-gnu"
declare void @llvm.aarch64.hint(i32)
define void @f() {
  call void @llvm.aarch64.hint(i32 0)
  ret void
}
"""


def test_a_pass_that_crashes(llvm: Worker) -> None:
    error = _death(lambda: llvm.call("run", EMPTY, "trigger-crash-module", 4))
    assert error.reason == "trial-crash"
    assert llvm.last_step == 4
    assert b"ret void" in llvm.call("run", EMPTY, "default<Oz>")


def test_a_fatal_error_of_llvm(llvm: Worker) -> None:
    error = _death(lambda: llvm.call("emit", LOST))
    assert error.reason == "trial-crash"
    assert "Cannot select" in error.detail
    assert b"ret void" in llvm.call("run", EMPTY, "")


def test_llvm_out_of_memory(llvm: Worker) -> None:
    """LLVM's own allocation fails, not Python's: an object of 1.5 GB."""
    error = _death(lambda: llvm.call("emit", ENORMOUS))
    assert error.reason == "trial-memory"
    assert b"ret void" in llvm.call("run", EMPTY, "")


def test_bad_input_and_bad_pipelines_do_not_cost_the_child(llvm: Worker) -> None:
    llvm.call("run", EMPTY, "")
    with pytest.raises(InputError, match="expected"):
        llvm.call("run", b"define void @f( {", "")
    with pytest.raises(EngineError, match="no-such-pass"):
        llvm.call("run", EMPTY, "no-such-pass")
    with pytest.raises(InputError):
        llvm.call("run", b"BC\xc0\xde" + bytes(range(64)), "")
    assert llvm.starts == 1
