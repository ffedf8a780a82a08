"""Disposable children: each way to die is told apart, costs one request, and leaves nothing behind."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from smartopt.worker.process import Limits, WorkerProcess
from tests.support import ROOT
from tests.worker.services import (
    EMPTY,
    LIMITS,
    AskPid,
    Die,
    Echo,
    Emit,
    RunPasses,
    ScriptedService,
    Spawn,
    Spin,
    SpinOverModule,
    TakeSteps,
    alive,
    death,
    gone,
)


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
    worker: WorkerProcess, how: str, reason: str, words: str
) -> None:
    first = worker.call(AskPid())
    error = death(lambda: worker.call(Die(how, 17)))
    assert error.reason == reason
    assert words in str(error)
    assert "\n" not in str(error)
    assert worker.last_step == 17
    assert not alive(first)
    assert worker.call(AskPid()) not in (first, os.getpid())
    assert worker.starts == 2


def test_a_child_that_sleeps_meets_the_deadline() -> None:
    with closing(WorkerProcess(ScriptedService, Limits(request_seconds=0.3))) as worker:
        start = time.monotonic()
        error = death(lambda: worker.call(Die("sleep", 3)))
        assert error.reason == "trial-timeout"
        assert worker.last_step == 3
        assert time.monotonic() - start < 5
        assert worker.call(Echo(b"1")) == b"1"


def test_a_kill_from_outside_is_told_apart(worker: WorkerProcess) -> None:
    pid = worker.call(AskPid())
    worker.send(request := Die("sleep", 5))
    while worker.last_step != 5:
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    assert death(lambda: worker.receive(request)).reason == "trial-killed"
    assert worker.last_step == 5


def test_a_child_that_died_between_requests(worker: WorkerProcess) -> None:
    pid = worker.call(AskPid())
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    assert death(lambda: worker.call(Echo(b"x" * (1 << 20)))).reason == "trial-killed"
    assert worker.last_step == -1 or worker.starts == 1
    assert worker.call(Echo(b"2")) == b"2"


def test_the_last_words_are_kept_and_cut(worker: WorkerProcess) -> None:
    error = death(lambda: worker.call(Die("speak")))
    assert error.detail.endswith("the end")
    assert len(error.detail) <= 2000
    # and they are the words of that child only
    assert "the end" not in death(lambda: worker.call(Die("SIGSEGV"))).detail


def test_last_step_belongs_to_the_present_request(worker: WorkerProcess) -> None:
    assert worker.last_step != 17
    worker.call(TakeSteps([3, 1, 17]))
    assert worker.last_step == 17
    death(lambda: worker.call(Die("exit")))
    assert worker.last_step == -1


def test_the_cpu_limit_is_per_step_not_per_request(worker: WorkerProcess) -> None:
    assert worker.call(Spin(6, LIMITS.cpu_seconds / 2)) == 6


def test_a_whole_module_may_take_longer(worker: WorkerProcess) -> None:
    assert worker.call(SpinOverModule(1.5 * LIMITS.cpu_seconds)) == 1


def test_an_idle_child_is_not_on_the_clock(worker: WorkerProcess) -> None:
    pid = worker.call(AskPid())
    worker.call(TakeSteps([1]))
    time.sleep(2 * LIMITS.cpu_seconds)
    assert worker.call(AskPid()) == pid


def test_two_hundred_deaths_leave_nothing(worker: WorkerProcess) -> None:
    worker.call(Echo(b"0"))
    descriptors = len(os.listdir("/proc/self/fd"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pids = set()
    for number in range(200):
        request = Die("exit", number)
        worker.send(request)
        pids.add(worker.pid)
        assert death(partial(worker.receive, request)).reason == "trial-crash"
        assert worker.last_step == number
    assert len(pids) > 190
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids), "a zombie or a survivor"
    assert worker.call(Echo(b"1")) == b"1"
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 32 << 10  # KiB


def test_closing_ends_a_busy_child_and_its_own_children(worker: WorkerProcess) -> None:
    other = worker.call(Spawn())
    assert alive(other)
    worker.send(Die("sleep"))
    worker.close()
    assert gone(other)


def test_a_death_ends_the_childs_own_children(worker: WorkerProcess) -> None:
    """The opt engine's process must not go on when the child that started it is dead."""
    other = worker.call(Spawn())
    death(lambda: worker.call(Die("SIGSEGV")))
    try:
        assert gone(other, 1.0)
    finally:
        if alive(other):
            os.kill(other, signal.SIGKILL)


def test_children_end_with_a_killed_parent() -> None:
    script = """
import os, signal
from tests.worker.services import AskPid, Die, ScriptedService, WorkerProcess
workers = [WorkerProcess(ScriptedService), WorkerProcess(ScriptedService)]
for worker in workers: worker.call(AskPid())
try: workers[0].call(Die("exit"))  # so that each has been started after the other once
except Exception: pass
print(*[worker.call(AskPid()) for worker in workers], flush=True)
workers[0].send(Die("sleep"))
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    pids = [int(word) for word in done.stdout.split()]
    assert len(pids) == 2
    assert all(gone(pid) for pid in pids)


def test_a_child_holds_nothing_that_its_parent_has_open(worker: WorkerProcess) -> None:
    """Somebody may wait for the end of a pipe (a compiler for its bitcode) while the child lives on."""
    reader, writer = os.pipe()
    try:
        child = worker.call(AskPid())
        assert len(os.listdir(f"/proc/{child}/fd")) <= 5
    finally:
        os.close(writer)
    assert os.read(reader, 1) == b""
    assert alive(child)
    os.close(reader)


def test_two_workers_do_not_disturb_each_other(worker: WorkerProcess) -> None:
    with closing(WorkerProcess(ScriptedService, LIMITS)) as other:
        worker.send(crash := Die("SIGSEGV", 1))
        other.send(steps := TakeSteps([9]))
        assert other.receive(steps) is None
        assert death(lambda: worker.receive(crash)).reason == "trial-crash"
        assert (worker.last_step, other.last_step) == (1, 9)
        assert worker.reader != other.reader


# -- the real LLVM --------------------------------------------------------------------------------------------------

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


def test_a_pass_that_crashes(llvm: WorkerProcess) -> None:
    error = death(lambda: llvm.call(RunPasses(EMPTY, "trigger-crash-module", 4)))
    assert error.reason == "trial-crash"
    assert llvm.last_step == 4
    assert b"ret void" in llvm.call(RunPasses(EMPTY, "default<Oz>"))


def test_a_fatal_error_of_llvm(llvm: WorkerProcess) -> None:
    error = death(lambda: llvm.call(Emit(LOST)))
    assert error.reason == "trial-crash"
    assert "Cannot select" in error.detail
    assert b"ret void" in llvm.call(RunPasses(EMPTY, ""))


def test_llvm_out_of_memory(llvm: WorkerProcess) -> None:
    """LLVM's own allocation fails, not Python's: an object of 1.5 GB."""
    error = death(lambda: llvm.call(Emit(ENORMOUS)))
    assert error.reason == "trial-memory"
    assert b"ret void" in llvm.call(RunPasses(EMPTY, ""))


def test_a_signal_while_the_child_is_forked_leaves_nobody_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever handles it by raising still knows of the child, and can end it."""
    fork, children = os.fork, []

    class Interruption(BaseException):
        pass

    def interrupted() -> int:
        child = fork()
        if child:
            children.append(child)
            signal.pthread_kill(threading.get_ident(), signal.SIGHUP)  # other tests may have left threads
        return child

    def raises(number: int, _: object) -> None:
        raise Interruption

    old = signal.signal(signal.SIGHUP, raises)
    try:
        monkeypatch.setattr(os, "fork", interrupted)
        with closing(WorkerProcess(ScriptedService, LIMITS)) as worker, pytest.raises(Interruption):
            worker.begin()
        assert children
        assert gone(children[0])
    finally:
        signal.signal(signal.SIGHUP, old)
