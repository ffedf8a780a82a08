"""Where trials go: the same work, on what should save most, in the proposer's own order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smartopt.chooser.proposer import FunctionView, Proposal
from smartopt.optimizer.budget import LONGEST, within_budget


def proposals(*saves: float | None) -> list[Proposal]:
    return [Proposal(f"list-{place}", "model", place, value) for place, value in enumerate(saves)]


def test_who_does_not_know_shares_evenly() -> None:
    views = [FunctionView("a", 10), FunctionView("b", 1000)]
    ranked = [proposals(None, None, None), proposals(None, None, None)]
    assert [len(taken) for taken in within_budget(views, ranked, 4, 0.0)] == [2, 2]
    assert [len(taken) for taken in within_budget(views, ranked, 1, 0.0)] == [1, 1]


def test_work_goes_where_it_saves() -> None:
    views = [FunctionView("hopeless", 100), FunctionView("promising", 100)]
    ranked = [proposals(0.01, 0.01), proposals(9.0, 3.0)]
    assert [len(taken) for taken in within_budget(views, ranked, 1, 0.001)] == [0, 2]
    assert [len(taken) for taken in within_budget(views, ranked, 9, 0.03)] == [0, 1]


def test_a_small_function_is_preferred_for_the_same_saving() -> None:
    views = [FunctionView("large", 4000), FunctionView("small", 40)]
    ranked = [proposals(5.0), proposals(5.0)]
    taken = within_budget([*views], ranked, 1, 0.0)
    assert [len(t) for t in taken] == [1, 1]  # both: the budget is what one list on every function costs
    assert [len(t) for t in within_budget(views, [proposals(5.0, 4.9), proposals(5.0, 4.9)], 1, 0.0)] == [0, 2]


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.lists(st.floats(0, 50), max_size=LONGEST)), min_size=1, max_size=12),
    st.integers(1, 4),
)
def test_never_more_work_than_even_shares_would_be(functions: list[tuple[int, list[float]]], rounds: int) -> None:
    views = [FunctionView(str(number), size) for number, (size, _) in enumerate(functions)]
    ranked = [proposals(*sorted(saves, reverse=True)) for _, saves in functions]
    taken = within_budget(views, ranked, rounds, 0.0)
    assert all(part == whole[: len(part)] for part, whole in zip(taken, ranked, strict=True))
    work = sum(len(part) * (view.instructions + 25) for part, view in zip(taken, views, strict=True))
    assert work <= rounds * sum(view.instructions + 25 for view in views)
