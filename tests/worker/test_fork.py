"""Work in a fork gives what it would have given here, whatever becomes of the fork."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smartopt.encoding import codec_of
from smartopt.errors import EngineError
from smartopt.worker import fork
from smartopt.worker.fork import Fork

HERE = os.getpid()


def nothing() -> None:
    pass


def where() -> Where:
    return os.getpid(), "done"


Where = tuple[int, str]
WHERE = codec_of("Where", __name__)
NUMBER, BEGUN = codec_of("int", __name__), codec_of("tuple[int, bool]", __name__)


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fork, "processors", lambda: 2)


def test_another_process_does_it() -> None:
    pid, word = Fork(where, nothing, WHERE).result()
    assert word == "done"
    assert pid != os.getpid()


@pytest.mark.parametrize("worthwhile", [True, False])
def test_one_processor_or_little_work_needs_no_fork(monkeypatch: pytest.MonkeyPatch, worthwhile: bool) -> None:
    monkeypatch.setattr(fork, "processors", lambda: 1 if worthwhile else 2)
    assert Fork(where, nothing, WHERE, worthwhile).result() == (os.getpid(), "done")


def _killed() -> None:
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)


def _raises() -> None:
    if os.getpid() != HERE:
        raise ValueError("a fault of ours")


@pytest.mark.parametrize("trouble", [_killed, _raises])
def test_what_a_fork_did_not_answer_is_done_here(trouble: Callable[[], None]) -> None:
    def work() -> Where:
        trouble()
        return where()

    assert Fork(work, nothing, WHERE).result() == (os.getpid(), "done")
    assert Fork(where, trouble, WHERE).result() == (os.getpid(), "done")


def test_an_answer_that_is_cut_short_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fork.marshal.dumps
    monkeypatch.setattr(fork.marshal, "dumps", lambda answer: whole(answer)[:-2])
    assert Fork(lambda: (os.getpid(), "x" * 100_000), nothing, WHERE).result()[0] == os.getpid()


@pytest.mark.parametrize("wrong", [(1, 2), (1,), None, {"pid": 1}, "done"], ids=str)
def test_an_answer_of_another_type_is_none(wrong: object) -> None:
    def work() -> Any:
        return where() if os.getpid() == HERE else wrong

    assert Fork(work, nothing, WHERE).fetched() is None
    assert Fork(work, nothing, WHERE).result() == (HERE, "done")


def test_an_error_of_the_engine_is_its_answer() -> None:
    def work() -> None:
        raise EngineError("no code for this target", "LLVM ERROR: really")

    with pytest.raises(EngineError, match="no code for this target") as caught:
        Fork(work, nothing, codec_of("None", __name__)).result()
    assert caught.value.detail == "LLVM ERROR: really"


def test_dropping_ends_it(tmp_path: Path) -> None:
    def work() -> int:
        (tmp_path / "begun").write_text(str(os.getpid()))
        time.sleep(60)
        return 1

    begun = Fork(work, nothing, NUMBER)
    while not (tmp_path / "begun").exists() or not (tmp_path / "begun").read_text():
        time.sleep(0.01)
    pid = int((tmp_path / "begun").read_text())
    begun.drop()
    begun.drop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def _begun(path: Path) -> tuple[int, bool]:
    path.write_text("begun")
    return os.getpid(), True


def test_what_is_held_waits_with_all_as_it_was(tmp_path: Path) -> None:
    value, both = ["before"], codec_of("tuple[tuple[int, bool], str]", __name__)
    held = Fork(lambda: (_begun(tmp_path / "begun"), value[0]), nothing, both, held=True)
    value[0] = "after"
    time.sleep(0.2)
    assert held.forked
    assert not (tmp_path / "begun").exists()
    held.go()
    held.go()
    (pid, _), seen = held.result()
    assert seen == "before"
    assert pid != os.getpid()
    assert not held.forked


def test_asking_for_an_answer_lets_go() -> None:
    assert Fork(where, nothing, WHERE, held=True).result()[0] != os.getpid()
    fetched = Fork(where, nothing, WHERE, held=True).fetched()
    assert fetched is not None
    assert fetched[0] != os.getpid()


@pytest.mark.parametrize("how", ["dropped", "killed"])
def test_ended_while_it_is_held(tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, make, pids = set(os.listdir("/proc/self/fd")), os.fork, []
    monkeypatch.setattr(os, "fork", lambda: pids.append(make()) or pids[-1])  # type: ignore[func-returns-value]
    held = Fork(lambda: _begun(tmp_path / "begun"), nothing, BEGUN, held=True)
    if how == "dropped":
        held.drop()
    else:
        os.kill(pids[0], signal.SIGKILL)
    held.go()
    assert held.result() == (os.getpid(), True)
    held.drop()
    assert set(os.listdir("/proc/self/fd")) == before


def test_several_are_held_at_a_time() -> None:
    forks = [Fork(where, nothing, WHERE, held=True) for _ in range(3)]
    assert len({one.result()[0] for one in reversed(forks)} | {os.getpid()}) == 4


def test_a_fork_that_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(os.listdir("/proc/self/fd"))

    def refuse() -> int:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    for held in (False, True):
        assert Fork(where, nothing, WHERE, held=held).result() == (os.getpid(), "done")
    assert set(os.listdir("/proc/self/fd")) == before
