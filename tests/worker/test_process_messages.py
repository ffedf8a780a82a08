"""What goes between parent and child: data, exceptions and nothing else, whole or not at all."""

from __future__ import annotations

import faulthandler
import os
import resource
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from smartopt.errors import EngineError, InputError, ToolchainError
from smartopt.worker.process import Worker
from tests.support import ROOT
from tests.worker.bench import EMPTY, LIMITS, Bench, death


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
            assert death(lambda: worker.call("echo", 1)).reason == "trial-crash"
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
    assert death(lambda: worker.call("echo", block)).reason == "trial-killed"
    assert worker.call("echo", 7) == 7


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


def test_the_child_says_nothing_on_the_parents_streams() -> None:
    script = """
from tests.worker.bench import Bench, LIMITS, Worker
worker = Worker(Bench, LIMITS)
print("before", end="")
assert worker.call("noise") == "said"
worker.close()
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"before", b"")


def test_bad_input_and_bad_pipelines_do_not_cost_the_child(llvm: Worker) -> None:
    llvm.call("run", EMPTY, "")
    with pytest.raises(InputError, match="expected"):
        llvm.call("run", b"define void @f( {", "")
    with pytest.raises(EngineError, match="no-such-pass"):
        llvm.call("run", EMPTY, "no-such-pass")
    with pytest.raises(InputError):
        llvm.call("run", b"BC\xc0\xde" + bytes(range(64)), "")
    assert llvm.starts == 1
