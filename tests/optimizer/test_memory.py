"""Decisions remembered across runs: what comes back is the same bytes, and what was forged is a miss."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from smartopt.errors import WorkerError
from smartopt.optimizer import optimize
from smartopt.optimizer.memory import read_entry
from smartopt.options import Options
from smartopt.worker.pool import Crew
from tests.optimizer.support import bitcode


class Kept:
    """A memory of one entry."""

    fingerprint = "test"

    def __init__(self, value: bytes | None = None) -> None:
        self.value = value

    def get(self, key: str) -> bytes | None:
        return self.value

    def put(self, key: str, value: bytes) -> None:
        self.value = value


def _run(memory: Kept) -> tuple[bytes, dict[str, Any]]:
    result = optimize(bitcode("left_alone.c"), Options(effort="fast"), memory=memory)
    return result.data, result.report


def test_a_remembered_decision_makes_the_same_bytes_without_trials() -> None:
    memory = Kept()
    data, report = _run(memory)
    again, recalled = _run(memory)
    assert again == data
    assert report["trials"] > recalled["trials"] == 0
    assert {row["source"] for row in recalled["functions"]} == {"cache"}


FORGERIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no functions": lambda entry: entry["report"].pop("functions"),
    "functions of another shape": lambda entry: entry["report"].update(functions=[1]),
    "no figures": lambda entry: entry["report"].pop("bytes"),
    "seconds of another shape": lambda entry: entry["report"].update(seconds=3),
    "a banned pass": lambda entry: entry["decision"]["lists"].update(ordinary="structurizecfg"),
    "a module pipeline": lambda entry: entry.update(
        decision={"kind": "module", "pipeline": "default<O3>", "threshold": None}
    ),
    "an unknown arm": lambda entry: entry["decision"].update(arm="of another version"),
    "late functions of another shape": lambda entry: entry["decision"].update(late=[1]),
    "unknown touches": lambda entry: entry["decision"].update(touches={"ordinary": "optnone"}),
    "touches of another shape": lambda entry: entry["decision"].update(touches={"ordinary": 1}),
    "another winner": lambda entry: entry["report"].update(winner="oz"),
    "fallbacks of another shape": lambda entry: entry["report"].update(fallbacks=3),
    "another view": lambda entry: entry.update(view="0"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_entry_is_a_miss(forgery: str) -> None:
    memory = Kept()
    data, report = _run(memory)
    assert report["winner"] == "plan"
    entry = json.loads(memory.value or b"")
    FORGERIES[forgery](entry)
    again, searched = _run(Kept(json.dumps(entry).encode()))
    assert again == data
    assert searched["trials"] == report["trials"]


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"view":"","report":{},"decision":[]}'])
def test_what_is_no_entry(raw: bytes) -> None:
    assert read_entry(raw) is None


@pytest.mark.parametrize("reason", ["trial-timeout", "trial-memory", "trial-crash"])
@pytest.mark.parametrize("step", ["baseline", "make_base", "compose"])
def test_what_a_disturbance_decided_is_not_remembered(step: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that ran out of time or memory may do better the next time; one that LLVM crashes will not."""
    ask, failed = Crew.ask, []

    def trouble(self: Crew, method: str, *arguments: Any, **options: Any) -> Any:
        if method == step and not failed:
            failed.append(method)
            raise WorkerError(reason, "the LLVM worker ended")
        return ask(self, method, *arguments, **options)

    monkeypatch.setattr(Crew, "ask", trouble)
    memory = Kept()
    _, report = _run(memory)
    assert failed
    # What crashes with frame pointers is tried again without.
    assert report["winner"] == ("plan" if (step, reason) == ("baseline", "trial-crash") else "oz")
    assert (memory.value is None) == (reason != "trial-crash")


def test_a_forged_list_runs_as_a_searched_one_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """``indvars`` shares no loop adaptor (LLVM issue 197240), whatever an entry says."""
    memory = Kept()
    _run(memory)
    entry = json.loads(memory.value or b"")
    entry["decision"]["lists"]["ordinary"] = "loop(indvars,loop-deletion)"
    ask, ran = Crew.ask, []

    def watched(self: Crew, method: str, *arguments: Any, **options: Any) -> Any:
        if method == "replay":
            ran.append(arguments[0]["lists"]["ordinary"])
        return ask(self, method, *arguments, **options)

    monkeypatch.setattr(Crew, "ask", watched)
    _run(Kept(json.dumps(entry).encode()))
    assert ran == ["loop(indvars),loop(loop-deletion)"]
