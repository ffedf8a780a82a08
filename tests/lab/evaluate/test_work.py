"""Equal work: what trials cost, what a budget buys, and that every chooser spends the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.errors import UsageError
from smartopt.lab.evaluate.chooser import NONE, Ranking
from smartopt.lab.evaluate.inputs import DEFAULT, EvaluationInputs, make_chooser
from smartopt.lab.evaluate.measure import walk
from smartopt.lab.evaluate.run import Measured, evaluate, measure_all
from smartopt.lab.evaluate.work import CostModel, instruction_costs, spend
from smartopt.lab.outcomes import greedy_order, load
from smartopt.optimizer.budget import trial_cost
from tests.lab.evaluate.test_evaluate import outcomes_of, run
from tests.lab.labelled import text, world, write
from tests.lab.unhurried import UNHURRIED
from tests.support import ROOT

COMMITTED = ROOT / "models" / "labels"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return world(tmp_path_factory.mktemp("world"))


def figures(inputs: EvaluationInputs, names: list[str], ks: list[int]) -> dict[str, Any]:
    made = measure_all(inputs, names, max(ks), lambda _: None)
    return {one["name"]: one for one in evaluate(inputs, made, ks, 0)["choosers"]}


# -- costs ------------------------------------------------------------------------------------------------------------


def test_work_is_what_the_product_counts() -> None:
    sizes = np.array([0, 7, 5303], dtype=np.int32)
    assert instruction_costs(sizes).tolist() == [trial_cost(0), trial_cost(7), trial_cost(5303)] == [25, 32, 5328]


def test_milliseconds() -> None:
    cost = CostModel(0.5, 1.0, 0.25)
    assert cost.trials(np.array([0, 50, 300], dtype=np.int32)).tolist() == [0.5, 1.0, 3.5]
    assert cost.choosing(2.0, reads=True) == 2.25
    assert cost.choosing(2.0, reads=False) == 2.0


# -- spending ---------------------------------------------------------------------------------------------------------

ROWS = st.lists(
    st.tuples(st.integers(0, 200), st.lists(st.integers(0, 30), min_size=3, max_size=3), st.integers(0, 3)),
    min_size=1,
    max_size=6,
)


@UNHURRIED
@given(ROWS, st.integers(0, 1500), st.booleans(), st.integers(0, 9))
def test_a_budget_is_spent_whole_and_never_exceeded(
    rows: list[tuple[int, list[int], int]], budget: int, evenly: bool, seed: int
) -> None:
    costs = instruction_costs(np.array([size for size, _, _ in rows], dtype=np.int32))
    order = np.array([[*range(length), *[NONE] * (3 - length)] for _, _, length in rows], dtype=np.intp)
    expected = np.array([saves for _, saves, _ in rows], dtype=np.float32)
    bought = spend(Ranking(order, expected), costs, budget, evenly, seed)
    taken = (bought != NONE).sum(axis=1)
    assert all(bought[i, :n].tolist() == list(range(n)) for i, n in enumerate(taken)), "lists in their order"
    left = budget - float(taken @ costs)
    assert left >= 0
    unspent = [costs[i] for i, (_, _, length) in enumerate(rows) if taken[i] < length]
    assert all(cost > left for cost in unspent), "nothing that is affordable is left out"
    if evenly:
        for i, j in np.ndindex(len(rows), len(rows)):
            assert taken[i] <= taken[j] + 1 or taken[j] == rows[j][2] or costs[j] > left


def test_evenly_the_work_of_k_lists_is_k_lists() -> None:
    costs = instruction_costs(np.arange(1, 41, dtype=np.int32) * 7)
    order = np.tile(np.arange(6), (40, 1))
    for k in range(7):
        assert ((spend(Ranking(order), costs, k * costs.sum(), True) != NONE).sum(axis=1) == k).all()


def test_lists_go_where_a_trial_saves_most_for_its_cost() -> None:
    """The large function is expected to save most, the small ones more for what their trials cost."""
    costs = instruction_costs(np.array([975, 75, 75], dtype=np.int32))
    expected = np.array([[100, 50], [20, 1], [15, 12]], dtype=np.float32)
    order = np.array([[3, 4], [0, 1], [2, 5]])
    bought = spend(Ranking(order, expected), costs, 300, False)
    assert bought.tolist() == [[NONE, NONE], [0, NONE], [2, 5]]
    assert spend(Ranking(order, expected), costs, 1300, False)[0].tolist() == [3, NONE]
    with pytest.raises(ValueError, match="expected savings"):
        spend(Ranking(order), costs, 300, False)


def test_what_is_expected_to_save_more_than_the_list_before_it_waits_for_that() -> None:
    costs = instruction_costs(np.array([75, 75], dtype=np.int32))
    expected = np.array([[1, 90], [2, 0]], dtype=np.float32)
    assert spend(Ranking(np.array([[0, 1], [2, 3]]), expected), costs, 100, False).tolist() == [[NONE, NONE], [2, NONE]]


def test_a_ranking_ends_at_its_first_gap() -> None:
    costs = instruction_costs(np.array([75], dtype=np.int32))
    assert spend(Ranking(np.array([[4, NONE, 5]])), costs, 1000, True).tolist() == [[4, NONE, NONE]]


# -- choosers at equal work -------------------------------------------------------------------------------------------


def test_every_chooser_spends_the_same(place: tuple[Path, Path]) -> None:
    """Also the one that would rather have large functions, whose lists are fewer for it."""
    found = figures(
        EvaluationInputs(labels=place[0], corpus=place[1]), ["coreset", "coreset-by-size", "forest"], [1, 2]
    )
    assert list(found) == ["coreset", "coreset-by-size", "forest", "forest, spread"]
    for one in found.values():
        for row in one["at"]:
            assert row["work"] == pytest.approx(row["k"], rel=0.02)
            assert row["work"] <= row["k"]
    assert found["coreset"]["at"][0]["lists"] == 1
    assert found["coreset-by-size"]["at"][0]["lists"] < 1


def test_milliseconds_pay_for_choosing_first(place: tuple[Path, Path]) -> None:
    inputs = EvaluationInputs(labels=place[0], cost=CostModel(1.0, 0.0, 3.0), ms=(3.0, 5.0))
    order = np.tile(np.arange(6), (len(inputs.outcomes), 1))
    free = Measured("free", "", Ranking(order), True, False, 0.0, 0.0)
    dear = Measured("dear", "", Ranking(order), True, True, 0.0, 1.0)
    free_rows, dear_rows = (one["at_ms"] for one in evaluate(inputs, [free, dear], [1], 0)["choosers"])
    assert [row["lists"] for row in free_rows] == [3.0, 5.0]
    assert [row["lists"] for row in dear_rows] == [None, 1.0]
    assert dear_rows[0]["share"] is None
    at_one = walk(inputs.outcomes, "size", Ranking(order), 1).backup.sum()
    ceiling = np.maximum(inputs.outcomes.saved("size").max(axis=1), 0).sum()
    assert dear_rows[1]["share"] == pytest.approx(100 * at_one / ceiling, abs=1e-3)


def test_size_alone_decides(tmp_path: Path) -> None:
    """The large function's first list comes first, since the constant part of a trial makes small functions dear."""
    train = [("a", text(0, n), n, [-n // 5, -n // 4, 0, 0, 0, 0]) for n in (40, 60, 80, 100)]
    write(tmp_path, "train", train)
    mine = [("b", text(1, 2), 2, [-1] * 6), ("b", text(1, 990), 990, [0, -9, 0, 0, 0, 0])]
    write(tmp_path, "validation", mine)
    inputs = EvaluationInputs(labels=tmp_path)
    ranking = make_chooser("coreset-by-size", inputs).rank(inputs.functions, 3)
    assert ranking.order.tolist() == [[0, 1, 2]] * 2
    assert ranking.expected is not None
    sizes = inputs.outcomes.instructions
    assert (ranking.expected[:, :2] > 0).all()
    assert np.allclose(ranking.expected[1] * sizes[0], ranking.expected[0] * sizes[1])
    costs = instruction_costs(sizes)
    assert spend(ranking, costs, costs[1], False).tolist() == [[NONE] * 3, [0, NONE, NONE]]


# -- instructions as objective ----------------------------------------------------------------------------------------


def test_the_order_for_instructions_is_learnt_from_train() -> None:
    """Bytes and instructions disagree: list 0 saves bytes, list 3 instructions, list 5 some where list 3 does not."""
    deltas = [[-9, 0, 0, -1, 0, 0]] * 3
    insns = [[4, 0, 0, -5, 0, 0], [4, 0, 0, -5, 0, -4], [4, 0, 0, 0, 0, -4]]
    outcomes = outcomes_of(deltas, insns)
    assert greedy_order(outcomes, "size", range(6)) == [0, 1, 2, 3, 4, 5]
    assert greedy_order(outcomes, "instructions", range(6)) == [3, 5, 0, 1, 2, 4]


@pytest.mark.parametrize("split", ["validation", "test"])
def test_it_beats_the_order_for_bytes_on_functions_that_it_has_not_seen(split: str) -> None:
    """On the committed labels, at every k up to eight: 46 for 14% at one list on validation."""
    inputs = EvaluationInputs(split, "instructions", COMMITTED)
    outcomes = inputs.outcomes
    ceiling = np.maximum(outcomes.saved("instructions").max(axis=1), 0).sum()
    own = make_chooser("coreset", inputs).rank(inputs.functions, 8)
    assert (own.order[0] == inputs.order[:8]).all()
    bytes_first = Ranking(np.tile(np.arange(8), (len(outcomes), 1)))
    ours, theirs = (100 * walk(outcomes, "instructions", r, 8).backup.sum(axis=0) / ceiling for r in (own, bytes_first))
    assert (ours[[0, 1, 3, 7]] > theirs[[0, 1, 3, 7]] + 10).all()
    assert ours[0] > 3 * theirs[0]


def test_the_order_for_bytes_is_that_of_the_labels() -> None:
    train = load("train", COMMITTED)
    assert EvaluationInputs(labels=COMMITTED).order == list(range(len(train.lists)))
    assert greedy_order(train, "size", range(len(train.lists))) == list(range(len(train.lists)))


# -- the command ------------------------------------------------------------------------------------------------------


def test_defaults_without_train_labels(place: tuple[Path, Path], tmp_path: Path) -> None:
    write(tmp_path, "validation", [("a", text(0, 10), 10, [-4, 0, 0, 0, 0, 0])])
    shown = run("--labels", tmp_path, "--draws", "0", "--out", tmp_path / "out.json")
    names = [one["name"] for one in json.loads((tmp_path / "out.json").read_bytes())["choosers"]]
    assert names == [name for name in DEFAULT if name != "coreset-by-size"]
    assert "no train labels" in shown
    run("--labels", place[0], "--draws", "0", "--out", tmp_path / "with.json")
    names = [one["name"] for one in json.loads((tmp_path / "with.json").read_bytes())["choosers"]]
    assert names == [*DEFAULT]


def test_the_cost_model_is_an_option(place: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    run(
        *("--labels", place[0], "--choosers", "coreset", "--draws", "0", "--k", "1,2", "--out", out),
        *("--ms", "3,9", "--trial-ms", "3", "--trial-ms-a-hundred", "0", "--reading-ms", "0.1"),
    )
    data = json.loads(out.read_bytes())
    assert data["cost"] == {"trial_ms": 3.0, "trial_ms_a_hundred": 0.0, "reading_ms": 0.1}
    (one,) = data["choosers"]
    assert [row["total_ms"] for row in one["at"]] == pytest.approx([3, 6], abs=0.2)
    assert [row["ms"] for row in one["at_ms"]] == [3, 9]
    assert 1.9 < one["at_ms"][1]["lists"] <= 3
    with pytest.raises(UsageError, match="a trial takes time"):
        run("--labels", place[0], "--trial-ms", "0", "--trial-ms-a-hundred", "0")
