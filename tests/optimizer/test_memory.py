"""Decisions remembered across runs: what comes back is the same bytes, and what was forged is a miss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from smartopt.errors import WorkerError
from smartopt.optimizer import PreparedOptimizer, optimize
from smartopt.optimizer.candidate import Decision
from smartopt.optimizer.memory import Entry, Lookup
from smartopt.optimizer.outcome import Emission, FunctionOutcome, Outcome
from smartopt.optimizer.report import make_report
from smartopt.options import Effort, Options, StandsFor
from smartopt.records import fields
from smartopt.worker.pool import Pool
from smartopt.worker.protocol import AnyRequest, Compose, MakeBase, MakeBaseline, Recipe, ReplayPlan
from tests.optimizer.support import SOURCES, bitcode, clang


class Kept:
    """A memory of one entry."""

    fingerprint = "test"
    functions = False

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


def test_what_is_remembered_is_what_was_found() -> None:
    memory = Kept()
    result = optimize(bitcode("left_alone.c"), Options(effort="fast"), memory=memory)
    entry = Lookup(memory, b"").entry
    assert entry is not None
    assert {**result.report, "seconds": 0} == {**make_report(entry.outcome), "seconds": 0}
    assert (entry.decision.kind, entry.decision.strategy) == ("plan", "replay")
    again = Kept()
    Lookup(again, b"").remember(entry)
    assert again.value == memory.value


RECORDS = {"decision": Decision, "recipe": Recipe, "outcome": Outcome}


def _place(kind: type, name: str) -> int:
    return [field.name for field in fields(kind)].index(name)  # type: ignore[arg-type]


def _put(entry: list[Any], path: str, value: object) -> None:
    """Change a field of an encoded entry: each record is the list of its fields' values."""
    *outer, name = path.split(".")
    kind: type = Entry
    for step in outer:
        entry, kind = entry[_place(kind, step)], RECORDS[step]
    entry[_place(kind, name)] = value


ROW = ["ordinary", 1, 1, 1, 1, 1, "sroa", "coreset", 0]
assert len(ROW) == len(fields(FunctionOutcome))  # type: ignore[arg-type]

FORGERIES: dict[str, dict[str, object]] = {
    "functions of another shape": {"outcome.functions": [1]},
    "a function without a rank": {"outcome.functions": [ROW[:-1]]},
    "a function with more": {"outcome.functions": [[*ROW, 1]]},
    "a name that is none": {"outcome.functions": [[None, *ROW[1:]]]},
    "no figures": {"outcome.oz": None},
    "figures that are text": {"outcome.oz": ["1", 1, 1, 1, {}, {}]},
    "figures that are truths": {"outcome.trials": True},
    "seconds of another shape": {"outcome.seconds": 3},
    "fallbacks of another shape": {"outcome.fallbacks": 3},
    "fallbacks that are text": {"outcome.fallbacks": {"no-functions": "1"}},
    "a list for a record": {"outcome": []},
    "text for a record": {"decision": "plan"},
    "a version that is none": {"outcome.llvm": "of another time"},
    "an effort that is none": {"outcome.effort": "gigantic"},
    "an objective that is none": {"outcome.objective": "speed"},
    "a banned pass": {"decision.lists": {"ordinary": "structurizecfg"}},
    "a list that is a number": {"decision.lists": {"ordinary": 1}},
    "another pipeline": {
        "decision.kind": "module",
        "outcome.winner": "module",
        "decision.recipe": ["after", "default<O3>", None, [], []],
    },
    "an unknown kind": {"decision.kind": "all", "outcome.winner": "all"},
    "an unknown strategy": {"decision.strategy": "of another version"},
    "functions for last that are numbers": {"decision.last": [1]},
    "decisions that are text": {"decision.recipe.decisions": ["1"]},
    "a pipeline that is none": {"decision.recipe.pipeline": None},
    "unknown attributes": {"decision.attributes": {"ordinary": "optnone"}},
    "attributes of another shape": {"decision.attributes": {"ordinary": 1}},
    "another winner": {"outcome.winner": "oz"},
    "another view": {"view": "0"},
    "a view that is none": {"view": None},
}


@pytest.fixture(scope="module")
def searched() -> tuple[bytes, dict[str, Any], bytes]:
    """The output, the report and what was remembered."""
    memory = Kept()
    data, report = _run(memory)
    assert report["winner"] == "plan"
    assert memory.value is not None
    return data, report, memory.value


def _forged(raw: bytes, changes: dict[str, object]) -> Kept:
    entry = json.loads(raw)
    for path, value in changes.items():
        _put(entry, path, value)
    return Kept(json.dumps(entry).encode())


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_entry_is_a_miss(forgery: str, searched: tuple[bytes, dict[str, Any], bytes]) -> None:
    data, report, raw = searched
    again, anew = _run(_forged(raw, FORGERIES[forgery]))
    assert again == data
    assert anew["trials"] == report["trials"]


@pytest.mark.parametrize("record", ["", "decision", "decision.recipe", "outcome"])
@pytest.mark.parametrize("more", [False, True])
def test_a_record_with_another_number_of_fields_is_a_miss(
    record: str, more: bool, searched: tuple[bytes, dict[str, Any], bytes]
) -> None:
    entry = json.loads(searched[2])
    row, kind = entry, Entry
    for step in record.split(".") if record else []:
        row, kind = row[_place(kind, step)], RECORDS[step]
    assert len(row) == len(fields(kind))  # type: ignore[arg-type]
    if more:
        row.append(0)
    else:
        row.pop()
    assert Lookup(Kept(json.dumps(entry).encode()), b"").entry is None


def test_of_a_recipe_only_choices_are_believed(searched: tuple[bytes, dict[str, Any], bytes]) -> None:
    """How a strategy makes its base is our own to say."""
    data, _, raw = searched
    changes = {"kind": "after", "pipeline": "default<O3>", "threshold": 1000}
    again, recalled = _run(_forged(raw, {f"decision.recipe.{name}": value for name, value in changes.items()}))
    assert again == data
    assert recalled["trials"] == 0


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"view":"","outcome":{},"decision":[]}', b"\xff", b'[[],"",[]]'],
)
def test_what_is_no_entry(raw: bytes) -> None:
    assert Lookup(Kept(raw), b"").entry is None


def test_a_driver_is_told_of_a_remembered_decision_how_it_will_be_emitted() -> None:
    options, data, memory = Options(effort="default", stands_for="clang", slim=True), bitcode("words.c"), Kept()
    told: list[Emission] = []

    def run(kept: Kept) -> Any:
        told.clear()
        optimizer = PreparedOptimizer(options)
        try:
            return optimizer.run(data, "words.c", kept, lambda emission, _: told.append(emission))
        finally:
            optimizer.close()

    first = run(memory)
    assert first.outcome.winner != "oz"
    again = run(memory)
    assert again.data == first.data
    assert again.outcome.trials == 0
    assert told == [again.outcome.emission] == [first.outcome.emission]
    for change in ({"outcome.llvm": "x"}, {"outcome.effort": "x"}, {"outcome.objective": "x"}):
        assert memory.value is not None
        anew = run(_forged(memory.value, dict(change)))
        assert anew.data == first.data
        assert anew.outcome.trials == first.outcome.trials


@pytest.mark.parametrize("reason", ["trial-timeout", "trial-memory", "trial-crash"])
@pytest.mark.parametrize("step", [MakeBaseline, MakeBase, Compose])
def test_what_a_disturbance_decided_is_not_remembered(
    step: type[AnyRequest], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that ran out of time or memory may do better the next time; one that LLVM crashes will not."""
    ask, failed = Pool.ask, []

    def trouble(self: Pool, request: AnyRequest, **options: Any) -> Any:
        if isinstance(request, step) and not failed:
            failed.append(request)
            raise WorkerError(reason, "the LLVM worker ended")
        return ask(self, request, **options)

    monkeypatch.setattr(Pool, "ask", trouble)
    memory = Kept()
    _, report = _run(memory)
    assert failed
    # What crashes with frame pointers is tried again without.
    assert report["winner"] == ("plan" if (step, reason) == (MakeBaseline, "trial-crash") else "oz")
    assert (memory.value is None) == (reason != "trial-crash")


def test_a_forged_list_runs_as_a_searched_one_would(
    searched: tuple[bytes, dict[str, Any], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``indvars`` shares no loop adaptor (LLVM issue 197240), whatever an entry says."""
    ask, ran = Pool.ask, []

    def watched(self: Pool, request: AnyRequest, **options: Any) -> Any:
        if isinstance(request, ReplayPlan):
            ran.append(request.lists["ordinary"])
        return ask(self, request, **options)

    monkeypatch.setattr(Pool, "ask", watched)
    _run(_forged(searched[2], {"decision.lists": {"ordinary": "loop(indvars,loop-deletion)"}}))
    assert ran == ["loop(indvars),loop(loop-deletion)"]


class Functions:
    """A memory of functions that keeps no decision."""

    fingerprint = "test"

    def __init__(self, functions: bool) -> None:
        self.functions = functions

    def get(self, key: str) -> bytes | None:
        return None

    def put(self, key: str, value: bytes) -> None:
        pass


@pytest.mark.parametrize(
    ("source", "stands_for", "effort", "jobs"),
    [
        ("numbers.c", "clang", "default", 1),
        ("numbers.c", "opt", "default", 2),
        ("two.c", "clang", "max", 2),
        ("two.c", "opt", "max", 1),
    ],
)
def test_remembered_trials_lead_to_the_same_output_by_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, stands_for: StandsFor, effort: Effort, jobs: int
) -> None:
    monkeypatch.setenv("SMARTOPT_DIR", str(tmp_path / "own"))
    options = Options(llvm="22", effort=effort, stands_for=stands_for, jobs=jobs)
    results = [optimize(bitcode(source), options, memory=Functions(remember)) for remember in (False, True, True)]
    reports = [result.report for result in results]
    assert [report["remembered"] for report in reports[:2]] == [0, 0]
    assert reports[2]["remembered"] == reports[0]["trials"] > 0 == reports[2]["trials"]
    assert len({result.data for result in results}) == 1
    for name in ("winner", "functions", "candidates", "bytes", "agreement", "fallbacks"):
        assert reports[0][name] == reports[1][name] == reports[2][name], name


def test_a_function_that_was_edited_is_tried_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTOPT_DIR", str(tmp_path / "own"))
    source = (SOURCES / "words.c").read_text()
    edited = tmp_path / "words.c"
    edited.write_text(source + "\nint added(int x) { for (int i = 0; i < x; i++) x ^= x << i; return x; }\n")
    options = Options(llvm="22", stands_for="clang")
    first = optimize(bitcode("words.c"), options, memory=Functions(True)).report
    flags = ("-Oz", "-Xclang", "-disable-llvm-passes", "-emit-llvm", "-c", "-o", "-")
    data = clang(22, edited, *flags)
    second = optimize(data, options, memory=Functions(True))
    assert second.report["remembered"] >= 0.9 * first["trials"] > 0
    assert second.data == optimize(data, options, memory=Functions(False)).data
