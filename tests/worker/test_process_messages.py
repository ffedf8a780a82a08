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
from smartopt.records import replace
from smartopt.worker.process import WorkerProcess
from tests.support import ROOT
from tests.worker.services import (
    EMPTY,
    LIMITS,
    AnswerWrongly,
    AskPid,
    Echo,
    EchoValues,
    RaiseError,
    RunPasses,
    ScriptedService,
    Unanswered,
    Values,
    death,
)


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
    worker: WorkerProcess, name: str, kind: type[Exception], message: str, detail: str | None
) -> None:
    pid = worker.call(AskPid())
    with pytest.raises(kind) as caught:
        worker.call(RaiseError(name))
    assert type(caught.value) is kind
    assert str(caught.value) == message
    if detail is not None:
        assert detail in caught.value.detail  # type: ignore[attr-defined]
    assert worker.call(AskPid()) == pid, "an exception does not cost the child"


def test_a_death_of_the_childs_own_tool_arrives_with_its_reason(worker: WorkerProcess) -> None:
    error = death(lambda: worker.call(RaiseError("WorkerError")))
    assert (error.reason, str(error), error.detail) == ("trial-timeout", "the opt process ended", "last words")
    assert worker.starts == 1


def test_bugs_in_a_service_are_told(worker: WorkerProcess) -> None:
    with pytest.raises(EngineError, match="Unanswered"):
        worker.call(Unanswered())
    with pytest.raises(EngineError, match="internal error: ValueError"):
        worker.call(AnswerWrongly(plain=False))
    assert worker.call(Echo(b"1")) == b"1"
    assert worker.starts == 1


def test_a_factory_that_fails_or_crashes() -> None:
    def fails(_: WorkerProcess) -> Any:
        raise ToolchainError("no libLLVM here")

    def crashes(_: WorkerProcess) -> Any:
        faulthandler.disable()
        os.kill(os.getpid(), signal.SIGSEGV)

    with closing(WorkerProcess(fails, LIMITS)) as worker:
        for _ in range(2):
            with pytest.raises(ToolchainError, match="no libLLVM here"):
                worker.call(Echo(b"1"))
        assert worker.starts == 1
    with closing(WorkerProcess(crashes, LIMITS)) as worker:
        for _ in range(2):
            assert death(lambda: worker.call(Echo(b"1"))).reason == "trial-crash"
        assert worker.starts == 2


def test_plain_data_arrives_as_it_was(worker: WorkerProcess) -> None:
    values = Values(
        numbers=(1, -(2**70), 0),
        share=1.5,
        text="ä\udcff\0",
        raw=b"\0\xff",
        flag=True,
        names=frozenset({"", "f"}),
        rows=[("a", 1), ("b", -1)],
        table={"": [], "t": [b"", b"x"]},
        maybe=None,
    )
    for one in (values, replace(values, maybe=b"there", numbers=(), rows=[], table={})):
        answer = worker.call(EchoValues(one))
        assert answer == one
        assert answer is not one
        assert [type(part) for part in (answer.numbers, answer.names, answer.rows)] == [tuple, frozenset, list]
        assert all(type(row) is tuple for row in answer.rows)


def test_huge_frames(worker: WorkerProcess) -> None:
    block = os.urandom(1 << 20) * 48
    assert worker.call(Echo(block)) == block
    # a frame that nobody reads to its end: the child is told to die before the parent has written it all
    os.kill(worker.pid, signal.SIGSTOP)
    os.kill(worker.pid, signal.SIGKILL)
    assert death(lambda: worker.call(Echo(block))).reason == "trial-killed"
    assert worker.call(Echo(b"7")) == b"7"


def test_close_twice_and_start_again() -> None:
    descriptors = len(os.listdir("/proc/self/fd"))
    worker = WorkerProcess(ScriptedService, LIMITS)
    worker.close()  # never started
    pid = worker.call(AskPid())
    worker.close()
    worker.close()
    assert not Path(f"/proc/{pid}").exists()
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert worker.call(Echo(b"1")) == b"1"
    worker.close()


def test_a_child_that_cannot_be_started_is_one_line(worker: WorkerProcess) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = len(os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        with pytest.raises(EngineError, match=r"^cannot start a worker process: Too many open files$"):
            worker.call(AskPid())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(os.listdir("/proc/self/fd")) == before
    assert worker.call(AskPid()) != os.getpid()


def test_the_child_says_nothing_on_the_parents_streams() -> None:
    script = """
from tests.worker.services import LIMITS, MakeNoise, ScriptedService, WorkerProcess
worker = WorkerProcess(ScriptedService, LIMITS)
print("before", end="")
assert worker.call(MakeNoise()) == "said"
worker.close()
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"before", b"")


def test_bad_input_and_bad_pipelines_do_not_cost_the_child(llvm: WorkerProcess) -> None:
    llvm.call(RunPasses(EMPTY, ""))
    with pytest.raises(InputError, match="expected"):
        llvm.call(RunPasses(b"define void @f( {", ""))
    with pytest.raises(EngineError, match="no-such-pass"):
        llvm.call(RunPasses(EMPTY, "no-such-pass"))
    with pytest.raises(InputError):
        llvm.call(RunPasses(b"BC\xc0\xde" + bytes(range(64)), ""))
    assert llvm.starts == 1
