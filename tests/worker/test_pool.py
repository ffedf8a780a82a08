"""Rounds of trials over real workers: whatever dies, the other pairs' outcomes are those of an undisturbed run."""

from __future__ import annotations

import faulthandler
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from smartopt.errors import EngineError, InputError
from smartopt.ir.machine_code import apart
from smartopt.llvm.capi import Module
from smartopt.llvm.toolchain import find_toolchain
from smartopt.optimizer.strategies import STRATEGIES
from smartopt.passes.passlist import PassList
from smartopt.passes.plan_stages import OZ_LIST
from smartopt.passes.trusted import Trusted
from smartopt.worker.bases import PARTS, WHOLE
from smartopt.worker.pool import Pool, Round
from smartopt.worker.process import Limits, WorkerProcess
from smartopt.worker.protocol import (
    Compose,
    MakeBase,
    MakeBaseline,
    MeasureComposed,
    ReadTexts,
    RunWholeModule,
    TrialOutcome,
)
from smartopt.worker.service import LibLLVMService
from smartopt.worker.size_cache import SizeCache
from tests.optimizer.support import bitcode
from tests.worker.services import children

LIMITS = Limits(cpu_seconds=2.0, memory_bytes=4 << 30)
DATA = bitcode("shapes.cpp")


EARLIER: set[int] = set()
"""Children of tests that ran before in this process, such as the resource tracker of ``multiprocessing``."""


@pytest.fixture(autouse=True)
def _earlier_children() -> None:
    EARLIER.clear()
    EARLIER.update(children())


def own_children() -> set[int]:
    """The processes that the present test has started."""
    return children() - EARLIER


def legal(text: str) -> str:
    return PassList.parse(text).function_pipeline(Trusted.load(22))


OZ, LIGHT, GVN = legal(OZ_LIST), legal("sroa,adce"), legal("function-simplification<O3>,reg2mem")


def _trouble(how: str) -> None:
    if how == "refuse":
        raise EngineError("refused")
    os.kill(os.getpid(), {"segv": signal.SIGSEGV, "kill": signal.SIGKILL}[how])


class Troubled(LibLLVMService):
    """The real service, with pass lists that do harm when they come to a function's turn."""

    def __init__(self, process: WorkerProcess, **how: Any) -> None:
        super().__init__(process, **how)
        faulthandler.disable()
        engine, harm_later = self.workspace.engine, False
        inner, measure = engine.run_lists, SizeCache.measure

        def run_lists(module: Module, lists: Mapping[str, str], step: Callable[[str], None]) -> None:
            nonlocal harm_later
            for name, pipeline in lists.items():
                if pipeline.startswith("!"):
                    step(name)
                    _trouble(pipeline[1:])
            if "?while-emitting" in lists.values():
                harm_later = True
                lists = {name: "" if pipeline.startswith("?") else pipeline for name, pipeline in lists.items()}
            inner(module, lists, step)

        def troubled(sizes: SizeCache, module: Module, keys: dict[str, bytes]) -> None:
            if harm_later:
                _trouble("segv")
            measure(sizes, module, keys)

        # In the child alone: its parent has the classes as they were.
        engine.run_lists = run_lists  # type: ignore[method-assign]
        SizeCache.measure = troubled  # type: ignore[method-assign]


Make = Callable[..., LibLLVMService]


def pool(jobs: int = 1, sharing: bool = False, make: Make = Troubled) -> Pool:
    return Pool(partial(make, toolchain=find_toolchain("22")), DATA, "test", jobs, LIMITS, sharing)


def prepared(jobs: int = 1, sharing: bool = False, make: Make = Troubled) -> tuple[Pool, list[str]]:
    """A pool with the replay strategy's base, and its functions."""
    made = pool(jobs, sharing, make)
    made.load()
    replay = STRATEGIES["replay"]
    base = made.ask(MakeBase(replay.recipe_kind, replay.pipeline, replay.threshold), source=True)
    made.add_base("replay", base.bitcode)
    return made, sorted(base.hashes)


def rounds(names: list[str], *lists: str) -> list[Round]:
    return [Round(number, "replay", dict.fromkeys(names, text)) for number, text in enumerate(lists)]


@pytest.fixture(scope="module")
def undisturbed() -> list[dict[str, TrialOutcome]]:
    made, names = prepared()
    with closing(made):
        return made.run(rounds(names, OZ, LIGHT, GVN), True)


@pytest.fixture
def forking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forks are used for trials of functions as small as ours, however few processors there are."""
    monkeypatch.setattr("smartopt.worker.trials._WORTH_A_FORK", -1)
    for module in ("worker.fork", "worker.trials"):
        monkeypatch.setattr(f"smartopt.{module}.processors", lambda: 3)


@pytest.fixture(params=["one", "two", "sharing"])
def ready(request: pytest.FixtureRequest, forking: None) -> Iterator[tuple[Pool, list[str]]]:
    made, names = prepared(2 if request.param == "two" else 1, request.param == "sharing")
    with closing(made):
        yield made, names


def test_outcomes(undisturbed: list[dict[str, TrialOutcome]]) -> None:
    made, names = prepared()
    made.close()
    for outcome in undisturbed:
        assert sorted(outcome) == names
        assert all(instructions > 0 and size > 0 for instructions, size in outcome.values())
    assert undisturbed[0] != undisturbed[1] != undisturbed[2]


def test_order_and_company_do_not_count(
    undisturbed: list[dict[str, TrialOutcome]], ready: tuple[Pool, list[str]]
) -> None:
    made, names = ready
    for lists, order in (((GVN, OZ, LIGHT), (2, 0, 1)), ((LIGHT,), (1,)), ((LIGHT, LIGHT), (1, 1))):
        assert made.run(rounds(names, *lists), True) == [undisturbed[index] for index in order]
    # function by function, each with a list of its own
    mixed = {name: (OZ, LIGHT, GVN)[index % 3] for index, name in enumerate(names)}
    (found,) = made.run([Round(0, "replay", mixed)], True)
    assert found == {name: undisturbed[index % 3][name] for index, name in enumerate(names)}


def test_without_measuring_bytes_are_nothing(
    undisturbed: list[dict[str, TrialOutcome]], ready: tuple[Pool, list[str]]
) -> None:
    made, names = ready
    (found,) = made.run(rounds(names, OZ), False)
    assert found == {name: (instructions, 0) for name, (instructions, _) in undisturbed[0].items()}


@pytest.mark.parametrize(
    ("trouble", "reason", "count"),
    [
        ("!segv", "trial-crash", 1),
        ("trigger-crash-function", "trial-crash", 1),
        ("trigger-verifier-error", "trial-invalid", 1),
        ("!refuse", "list-refused", 1),
        ("no-such-pass", "list-refused", 1),
        # once in general, once for good: a kill from outside is tried again
        ("!kill", "trial-killed", 2),
        ("?while-emitting", "trial-crash", 1),
    ],
)
def test_a_bad_pair_costs_itself_only(
    undisturbed: list[dict[str, TrialOutcome]], ready: tuple[Pool, list[str]], trouble: str, reason: str, count: int
) -> None:
    made, names = ready
    for victim in (names[0], names[-1]):
        made.fallbacks.clear()
        batch = rounds(names, OZ, LIGHT, GVN)
        batch[1] = Round(1, "replay", {**batch[1].lists, victim: trouble})
        found = made.run(batch, True)
        assert found[0] == undisturbed[0]
        assert found[2] == undisturbed[2]
        assert found[1] == {name: outcome for name, outcome in undisturbed[1].items() if name != victim}
        assert made.fallbacks == {reason: count}


def test_every_pair_is_bad(ready: tuple[Pool, list[str]]) -> None:
    made, names = ready
    for trouble, reason in (("!segv", "trial-crash"), ("no-such-pass", "list-refused"), ("!kill", "trial-killed")):
        made.fallbacks.clear()
        assert made.run(rounds(names, trouble), True) == [{}]
        assert made.fallbacks[reason] >= len(names)
    assert made.trials == 0


def test_a_worker_killed_between_rounds_is_no_loss(
    undisturbed: list[dict[str, TrialOutcome]], ready: tuple[Pool, list[str]]
) -> None:
    made, names = ready
    made.run(rounds(names, OZ), True)
    workers = own_children()
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    assert made.run(rounds(names, LIGHT, GVN), True) == undisturbed[1:]


def test_a_request_is_tried_again_after_a_kill(ready: tuple[Pool, list[str]]) -> None:
    made, _ = ready
    first = made.ask(RunWholeModule("default<Oz>"), source=True)
    (worker,) = own_children()  # others of the pool start when they are needed
    os.kill(worker, signal.SIGKILL)
    assert made.ask(RunWholeModule("default<Oz>"), source=True) == first
    assert made.fallbacks == {"trial-killed": 1}


class Watched(LibLLVMService):
    """Says in a file which process tries lists."""

    def __init__(self, process: WorkerProcess, watch: str, **how: Any) -> None:
        super().__init__(process, **how)
        inner = self.workspace.engine.run_lists

        def run_lists(module: Module, lists: Mapping[str, str], step: Callable[[str], None]) -> None:
            with open(watch, "a") as file:
                file.write(f"{os.getpid()}\n")
            inner(module, lists, step)

        self.workspace.engine.run_lists = run_lists  # type: ignore[method-assign]


@pytest.mark.parametrize("sharing", [True, False])
def test_rounds_are_shared_among_processes(
    forking: None, undisturbed: list[dict[str, TrialOutcome]], tmp_path: Path, sharing: bool
) -> None:
    watch = tmp_path / "watch"
    made, names = prepared(1, sharing, partial(Watched, watch=str(watch)))
    with closing(made):
        assert made.run(rounds(names, OZ, LIGHT, GVN), True) == undisturbed
        tried = watch.read_text().split()
        assert (len(tried), len(set(tried))) == (3, 3 if sharing else 1)
        assert {str(pid) for pid in own_children()} <= set(tried)
        assert made.trials == 3 * len(names)
        # What forks measured is known to the worker: bodies that have a size are not emitted again.
        made.ask(Compose("replay", dict.fromkeys(names, GVN), PARTS), base="replay")
        parts = made.ask(MeasureComposed())
        assert parts is not None
        assert parts.functions == {name: size for name, (_, size) in undisturbed[2].items()}
        assert made.ask(MeasureComposed()) is None


def test_forks_that_are_lost_are_not_missed(
    forking: None, undisturbed: list[dict[str, TrialOutcome]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WorkerProcess, "_enter_fork", lambda self, parent: os.kill(os.getpid(), signal.SIGKILL))
    made, names = prepared(1, True)
    with closing(made):
        assert made.run(rounds(names, OZ, LIGHT, GVN), True) == undisturbed
        assert not made.fallbacks


@pytest.mark.parametrize("sharing", [True, False])
@pytest.mark.parametrize("other", [False, True])
def test_decided_lists_are_run_meanwhile(forking: None, tmp_path: Path, sharing: bool, other: bool) -> None:
    """A plan is the same whether part of it was made while trials were under way or not, and whatever part."""
    watch = tmp_path / "watch"
    made, names = prepared(1, sharing, partial(Watched, watch=str(watch)))
    last, decided = tuple(names[::2]), dict.fromkeys(names[1::2], LIGHT if other else GVN)
    plan = Compose("replay", dict.fromkeys(names, GVN), WHOLE, last)
    with closing(made):
        made.run(rounds(list(last), OZ), True, decided=decided)
        ran = watch.read_text().split()
        composed = [made.ask(plan, base="replay") for _ in range(2)]
        # Once for the trial; with sharing once for what is decided, which the first plan then need not run again.
        assert len(ran) == (2 if sharing else 1)
        assert len(watch.read_text().split()) - len(ran) == (3 if sharing and not other else 4)
    alone, _ = prepared(make=LibLLVMService)
    with closing(alone):
        assert composed == [alone.ask(plan, base="replay")] * 2


@pytest.mark.parametrize("trouble", ["!segv", "!refuse", "!kill"])
def test_decided_lists_that_fail_cost_no_trial(
    forking: None, undisturbed: list[dict[str, TrialOutcome]], trouble: str
) -> None:
    """They fail again where the plan is put together, and are counted there; a worker that was killed is."""
    made, names = prepared(1, True)
    with closing(made):
        assert made.run(rounds(names, OZ, LIGHT, GVN), True, decided={names[0]: trouble}) == undisturbed
        assert made.fallbacks == ({"trial-killed": 1} if trouble == "!kill" else {})


def test_done_is_told_once_a_round(ready: tuple[Pool, list[str]]) -> None:
    made, names = ready
    told: list[int] = []
    made.run(rounds(names, OZ, LIGHT, GVN, "!refuse"), True, told.append)
    assert told[:3] == [1, 2, 3]
    assert told == sorted(set(told))


def test_nothing_to_do(ready: tuple[Pool, list[str]]) -> None:
    made, _ = ready
    assert made.run([], True) == []
    assert made.run([Round(0, "replay", {})], True) == [{}]
    assert made.trials == 0


def test_bad_input_is_told_and_leaves_nothing() -> None:
    made = Pool(partial(LibLLVMService, toolchain=find_toolchain("22")), b"not IR", "test", 2, LIMITS)
    with closing(made), pytest.raises(InputError):
        made.load()
    assert not own_children()


@pytest.mark.parametrize("slim", [False, True])
def test_texts_with_the_code_that_oz_makes(slim: bool) -> None:
    """The same whatever the worker measures otherwise: without slim settings, without the base's frame pointers."""
    found = []
    for framed in (False, True):
        made = Pool(partial(LibLLVMService, toolchain=find_toolchain("22"), slim=slim), DATA, "test", 1, LIMITS)
        with closing(made):
            made.load()
            replay = STRATEGIES["replay"]
            oz = made.ask(MakeBaseline("default<Oz>", measure=False), source=True)
            frames = tuple(oz.module.instructions) if framed else ()
            request = MakeBase(replay.recipe_kind, replay.pipeline, replay.threshold, None, frames)
            base = made.ask(request, source=True)
            assert bool(base.frames) == framed
            made.add_base("replay", base.bitcode)
            before = made.run(rounds(list(base.hashes), OZ), True)
            plain = made.ask(ReadTexts("replay"), base="replay")
            found.append(made.ask(ReadTexts("replay", OZ, frames), base="replay"))
            assert {name: (apart(text)[0], count) for name, (text, count) in found[-1].items()} == plain
            assert made.run(rounds(list(base.hashes), OZ), True) == before, "measured as before"
    assert found[0] == found[1]
    codes = {name: apart(text)[1] or "" for name, (text, _) in found[0].items()}
    assert all("ret" in code or "jmp" in code for code in codes.values())
    assert plain.keys() == codes.keys()
