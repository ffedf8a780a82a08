"""Who proposes: asked once for each function, named by who proposed in fact."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from typing import Any

import pytest

from smartopt.chooser.coreset import CoresetProposer
from smartopt.chooser.proposer import FunctionView, Proposal
from smartopt.optimizer import optimize, start
from smartopt.optimizer.proposing import Proposing
from smartopt.options import Objective, Options
from tests.optimizer.support import bitcode, case, optimised
from tests.optimizer.test_memory import Kept


class Model:
    """A proposer that knows some functions, and leaves the others to the coreset."""

    name, version = "tiny-22", "1"
    wants_text = wants_code = False
    wants_lines = True

    def __init__(self, *known: str) -> None:
        self.known = known
        self.asked: list[str] = []

    def propose(self, functions: Sequence[FunctionView], objective: Objective, count: int) -> list[list[Proposal]]:
        self.asked += [view.name for view in functions]
        others = CoresetProposer.load(22).propose(functions, objective, count)
        return [
            [Proposal("sroa,gvn", "model", 0), *rest][:count] if view.name in self.known else rest
            for view, rest in zip(functions, others, strict=True)
        ]


def proposing(model: Model) -> Proposing:
    return Proposing(lambda _: model, Options(), 22, lambda: 0.5, str)


VIEWS = [FunctionView("f", 10), FunctionView("g", 100)]


@pytest.mark.parametrize(
    ("known", "name"), [((), "coreset-22"), (("h",), "coreset-22"), (("g",), "tiny-22"), (("f", "g"), "tiny-22")]
)
def test_the_name_is_of_who_proposed(known: tuple[str, ...], name: str) -> None:
    asking = proposing(model := Model(*known))
    assert asking.name == "none"
    asking.ask(asking.proposer, VIEWS, 0)
    assert asking.name == "none", "asked for nothing"
    asking.ask(asking.proposer, VIEWS, 2)
    assert asking.name == name
    assert model.asked == ["f", "g"] * 2


def test_another_proposer_may_have_been_asked_instead() -> None:
    asking = proposing(model := Model("f"))
    asking.ask(asking.coreset, VIEWS, 3)
    assert asking.name == "coreset-22"
    asking.ask(asking.proposer, VIEWS, 3)
    assert asking.name == "tiny-22"
    assert model.asked == ["f", "g"]


def test_each_function_is_asked_for_once() -> None:
    asking = proposing(model := Model("g"))
    (first,) = asking.ask(model, VIEWS[:1], 3)
    both = asking.ask(model, VIEWS, 3)
    assert both[0] == first
    assert [proposal.source for proposal in both[1]] == ["model", "coreset", "coreset"]
    assert asking.ask(model, VIEWS[::-1], 3) == both[::-1]
    assert model.asked == ["f", "g"]


def test_asking_early_is_asking() -> None:
    asking = proposing(model := Model("f"))
    asking.ask_early(None)
    assert (model.asked, asking.name) == ([], "none")
    asking.ask_early({"f": (b"ret void", 10)})
    assert (model.asked, asking.name) == (["f"], "tiny-22")
    (view,) = asking.views({"f": (b"ret void", 10)})
    assert (view.name, view.instructions, view.lines) == ("f", 10, b"ret void")
    assert view.least > 0


def test_an_error_of_asking_early_shows_when_the_answer_is_needed() -> None:
    class Broken(Model):
        def propose(self, *_: Any) -> list[list[Proposal]]:
            raise ValueError("a bug of ours")

    asking = proposing(Broken())
    asking.ask_early({"f": (b"ret void", 10)})
    with pytest.raises(ValueError, match="a bug of ours"):
        asking.ask(asking.proposer, VIEWS, 1)
    assert asking.name == "none"


# -- what reports say -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"effort": "fast"}, "coreset-22"),
        ({"effort": "default"}, "lines-22"),
        ({"effort": "default", "model": "none"}, "coreset-22"),
        ({"effort": "default", "engine": "llvmlite"}, "coreset-22"),
        ({"effort": "default", "objective": "instructions"}, "lines-22"),
        ({"forced_lists": ("sroa,gvn",)}, "none"),
        ({"forced_fault": "verifier-error"}, "none"),
    ],
    ids=str,
)
def test_reports_name_who_proposed(options: dict[str, Any], name: str) -> None:
    report = optimised(bitcode("words.c"), **options).report
    assert report["model"] == name
    sources = {row["source"] for row in report["functions"]} - {"oz", "search"}
    assert bool(sources) <= (name != "none")
    assert sources <= {"coreset"} or name == "lines-22"


@pytest.mark.parametrize("name", ["coroutines", "no_functions"])
@pytest.mark.parametrize("effort", ["fast", "default"])
def test_where_nobody_was_asked_nobody_is_named(name: str, effort: str) -> None:
    assert optimised(case(name), effort=effort).report["model"] == "none"


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="slim code is for x86-64")
def test_the_fast_effort_in_a_compiler_asks_nobody() -> None:
    report = optimised(bitcode("words.c"), effort="fast", stands_for="clang", slim=True).report
    assert (report["model"], report["trials"]) == ("none", 0)


@pytest.mark.parametrize("known", [(), ("main",)])
def test_a_model_that_leaves_all_to_the_coreset_is_not_named(
    known: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, memory = Model(*known), Kept()
    monkeypatch.setattr(start, "choose_proposer", lambda *_: model)
    report = optimize(bitcode("words.c"), Options(llvm="22"), memory=memory).report
    assert model.asked
    assert report["model"] == ("tiny-22" if known else "coreset-22")
    if not known:
        assert {row["source"] for row in report["functions"]} <= {"oz", "coreset"}
    recalled = optimize(bitcode("words.c"), Options(llvm="22"), memory=memory).report
    assert recalled["trials"] == 0
    assert recalled["model"] == report["model"], "who proposed what is remembered"
