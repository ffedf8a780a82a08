"""The evaluation inputs: measures against counting by hand, choosers against a world where the best list shows."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from smartopt.chooser.line_model import LineModel
from smartopt.chooser.proposer import FunctionView, Proposal
from smartopt.errors import InputError, UsageError
from smartopt.ir.lines import lines_of
from smartopt.lab.baselines.local_coreset import greedy_sets
from smartopt.lab.evaluate import views
from smartopt.lab.evaluate.chooser import NONE, Ranking
from smartopt.lab.evaluate.cli import evaluate as command
from smartopt.lab.evaluate.frontier import frontier
from smartopt.lab.evaluate.inputs import CHOOSERS, EvaluationInputs, make_chooser
from smartopt.lab.evaluate.measure import draw, measures, walk
from smartopt.lab.evaluate.proposers import ProposerChooser
from smartopt.lab.evaluate.run import evaluate, measure_all
from smartopt.lab.evaluate.skipping import skipping
from smartopt.lab.evaluate.work import instruction_costs
from smartopt.lab.features import FEATURE_NAMES
from smartopt.lab.lines.cli import lines
from smartopt.lab.outcomes import UNKNOWN, Outcomes, load
from tests.lab.labelled import LISTS, printed, text, world, write
from tests.lab.unhurried import UNHURRIED


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def inputs(place: tuple[Path, Path]) -> EvaluationInputs:
    labels, corpus = place
    return EvaluationInputs(labels=labels, corpus=corpus)


# -- measures ---------------------------------------------------------------------------------------------------------

DELTAS = st.lists(st.lists(st.sampled_from([-5, -1, 0, 2, UNKNOWN]), min_size=6, max_size=6), min_size=1, max_size=4)


@UNHURRIED
@given(DELTAS, st.permutations(range(6)), st.integers(0, 6))
def test_walking_is_taking_the_best_so_far(deltas: list[list[int]], order: list[int], length: int) -> None:
    outcomes = outcomes_of(deltas)
    ranking = Ranking(np.array([[*order[:length], *[NONE] * (6 - length)]] * len(deltas)))
    found = walk(outcomes, "size", ranking, 6)
    for row, k in itertools.product(range(len(deltas)), range(1, 7)):
        tried = order[: min(k, length)]
        saved = [-deltas[row][i] for i in tried if deltas[row][i] != UNKNOWN]
        assert found.tried[row, k - 1] == len(tried)
        assert found.alone[row, k - 1] == (max(saved) if saved else 0)
        assert found.backup[row, k - 1] == max([0, *saved])
        assert found.backup_other[row, k - 1] == found.backup[row, k - 1]


def outcomes_of(deltas: list[list[int]], insns: list[list[int]] | None = None) -> Outcomes:
    count = len(deltas)
    numbers = np.full(count, 100, dtype=np.int32)
    return Outcomes(
        "validation",
        LISTS,
        np.array([f"{i:032}" for i in range(count)], dtype="S32"),
        np.array([f"p{i % 2}" for i in range(count)]),
        numbers,
        numbers,
        numbers,
        np.array(deltas, dtype=np.int16),
        np.array(insns or deltas, dtype=np.int16),
    )


def test_the_papers_measures() -> None:
    deltas = [[-10, 0, 0, 0, 0, 0], [6, -2, 0, 0, 0, 0], [UNKNOWN, 1, 0, 0, 0, 0], [0] * 6]
    insns = [[3, 0, 0, 0, 0, 0], [-4, 5, 0, 0, 0, 0], [0] * 6, [0] * 6]
    outcomes = outcomes_of(deltas, insns)
    order = np.array([[0, 1], [0, 1], [0, 1], [NONE, NONE]])
    one = measures(outcomes, "size", walk(outcomes, "size", Ranking(order), 2), 1)
    assert one["alone"] == {
        "additional_compilations": 0,
        "bytes": {"improved": 1, "regressed": 1, "saved": 10, "lost": 6, "overall": 1.0},
        "instructions": {"improved": 1, "regressed": 1, "saved": 4, "lost": 3, "overall": 0.25},
    }
    assert one["backup"] == {
        "additional_compilations": 3,
        "bytes": {"improved": 1, "regressed": 0, "saved": 10, "lost": 0, "overall": 2.5},
        "instructions": {"improved": 0, "regressed": 1, "saved": 0, "lost": 3, "overall": -0.75},
    }
    two = measures(outcomes, "size", walk(outcomes, "size", Ranking(order), 2), 2)
    assert two["alone"]["additional_compilations"] == 3
    assert two["alone"]["bytes"] == {"improved": 2, "regressed": 1, "saved": 12, "lost": 1, "overall": 2.75}
    assert two["backup"]["additional_compilations"] == 6
    assert two["backup"]["instructions"]["lost"] == 8


def test_equal_bytes_are_decided_by_instructions() -> None:
    outcomes = outcomes_of([[-3, -3, 0, 0, 0, 0]], [[1, -1, -9, 0, 0, 0]])
    found = walk(outcomes, "size", Ranking(np.array([[0, 1, 2]])), 3)
    assert found.backup[0].tolist() == [3, 3, 3]
    assert found.backup_other[0].tolist() == [-1, 1, 1]


@pytest.mark.parametrize("by", ["package", "function"])
def test_draws_keep_the_number_of_what_is_drawn(by: str) -> None:
    packages = ["a"] * 3 + ["b"] * 5
    draws = draw(packages, 200, 1, by)
    assert draws.weights[0].tolist() == [1] * 8
    split = np.array([draws.weights[:, :3].sum(axis=1), draws.weights[:, 3:].sum(axis=1)])
    if by == "function":
        assert set(split[0]) == {3}
        assert set(split[1]) == {5}
    else:
        assert (split[0] / 3 + split[1] / 5 == 2).all()
        assert set(split[0]) == {0, 3, 6}
    low, high = draws.interval(draws.sums(np.arange(8))[:, 0])
    assert low < 28 < high
    assert (draw(packages, 200, 1, by).weights == draws.weights).all()


def test_what_skipping_loses() -> None:
    ceiling = np.array([0] * 6 + [1, 2, 3, 4])
    right = skipping(np.linspace(0, 1, 10, dtype=np.float32), ceiling)
    assert (right["auc"], right["improved"]) == (1.0, 40.0)
    half = next(row for row in right["skip"] if row["skipped"] == 50)
    assert (half["gain_lost"], half["precision"]) == (0.0, 100.0)
    assert half["recall"] == pytest.approx(83.33, abs=0.01)
    most = next(row for row in right["skip"] if row["skipped"] == 90)
    assert (most["gain_lost"], most["recall"]) == (60.0, 100.0)
    assert sum(row["functions"] for row in right["calibration"]) == 10
    assert skipping(np.linspace(1, 0, 10, dtype=np.float32), ceiling)["auc"] == 0.0
    assert skipping(np.zeros(10, dtype=np.float32), ceiling)["auc"] == 0.5


# -- choosers ---------------------------------------------------------------------------------------------------------


def shares(inputs: EvaluationInputs, name: str) -> list[float]:
    made = measure_all(inputs, [name], 6, lambda _: None)
    return [row["share"] for row in evaluate(inputs, made, [1, 2, 4, 6], 0)["choosers"][0]["at"]]


def test_fixed_orders(inputs: EvaluationInputs) -> None:
    assert shares(inputs, "oz") == [0.0] * 4
    assert shares(inputs, "oracle") == [100.0] * 4
    assert shares(inputs, "coreset")[-1] == 100.0
    assert shares(inputs, "random")[-1] == 100.0
    ranking = make_chooser("random", inputs).rank(inputs.functions, 3)
    assert all(len(set(row)) == 3 for row in ranking.order.tolist())


@pytest.mark.parametrize("name", ["votes", "forest", "small-forest"])
def test_forests_see_what_shows(name: str, inputs: EvaluationInputs) -> None:
    found, coreset = shares(inputs, name), shares(inputs, "coreset")
    assert found[0] > 95 > 60 > coreset[0]
    assert found == sorted(found)
    ranking = make_chooser(name, inputs).rank(inputs.functions, 6)
    assert all(sorted(row) == list(range(6)) for row in ranking.order.tolist()), "each list once"


def test_the_small_forest_knows_where_there_is_hope(inputs: EvaluationInputs) -> None:
    made = measure_all(inputs, ["small-forest", "coreset"], 6, lambda _: None)
    plain, spread = made[:2]
    costs = instruction_costs(inputs.outcomes.instructions)
    once = costs.sum()
    for k in (1, 2):
        assert 0.99 * k * once <= (spread.bought(inputs, costs, k * once).tried * costs).sum() <= k * once
    for k, better in ((6, np.equal), (2, np.greater_equal)):
        both = [one.bought(inputs, costs, k * once).saved for one in (spread, plain)]
        assert better(both[0].sum(), both[1].sum())
    expected = made[0].ranking.expected
    assert expected is not None
    true = inputs.outcomes.saved("size").max(axis=1)
    assert np.corrcoef(expected.sum(axis=1), true)[0, 1] > 0.5
    assert 0.5 < expected.sum() / true.sum() < 2
    data = frontier(inputs, made)
    curves = {curve["name"]: curve["points"] for curve in data["curves"]}
    assert set(curves) == {"small-forest", "small-forest, stopping", "small-forest, stopping by time", "coreset"}
    all_lists = curves["small-forest"][-1]
    stopping = next(point for point in curves["small-forest, stopping"] if point["threshold"] == 0.5)
    assert all_lists["compilations"] == 6
    assert stopping["compilations"] < 4
    assert stopping["gain"] > 0.99 * all_lists["gain"]
    cost = inputs.cost.trials(inputs.outcomes.instructions).mean()
    assert curves["coreset"][0]["ms"] == pytest.approx(cost, abs=0.1)
    assert curves["coreset"][5]["ms"] == pytest.approx(6 * cost, abs=0.1)


@UNHURRIED
@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 1000))
def test_greedy_sets_add_most_each_time(neighbours: int, lists: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    gains = rng.integers(0, 5, (2, neighbours, lists)).astype(np.float32)
    weights = rng.integers(0, 4, (2, neighbours)).astype(np.float32)
    order, added = greedy_sets(gains, weights, lists)
    for query in range(2):
        assert sorted(order[query].tolist()) == list(range(lists))
        best = np.zeros(neighbours, dtype=np.float32)
        for rank, number in enumerate(order[query].tolist()):
            left = [i for i in range(lists) if i not in order[query, :rank]]
            values = {i: float((np.maximum(gains[query, :, i], best) - best) @ weights[query]) for i in left}
            assert values[number] == max(values.values()) == added[query, rank]
            assert number == min(i for i in left if values[i] == values[number])
            best = np.maximum(best, gains[query, :, number])


# -- what choosers read -----------------------------------------------------------------------------------------------


def test_features_of_another_kind_are_not_used(
    place: tuple[Path, Path], inputs: EvaluationInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = views.features_of(inputs.outcomes, place[1])
    assert found.shape == (len(inputs.outcomes), len(FEATURE_NAMES))
    assert found.any(axis=1).all()
    monkeypatch.setattr(views, "features_subject", lambda: "other")
    with pytest.raises(InputError, match="made with other features"):
        views.features_of(inputs.outcomes, place[1])


def test_a_function_that_is_not_in_the_corpus(place: tuple[Path, Path], tmp_path: Path) -> None:
    labels, corpus = place
    rows = [("validation1", text(0, 999), 10, [0] * 6), ("validation1", text(1, 6), 10, [0] * 6)]
    write(tmp_path, "validation", rows)
    with pytest.raises(InputError, match="1 of 2 labelled functions are not there"):
        views.texts_of(load("validation", tmp_path), corpus)
    write(tmp_path, "validation", [("nowhere", text(0, 999), 10, [0] * 6)])
    with pytest.raises(InputError, match=r"nowhere\.parquet is not there"):
        views.texts_of(load("validation", tmp_path), corpus)
    assert labels.is_dir()


def test_who_needs_the_corpus_says_so(place: tuple[Path, Path]) -> None:
    for name in ("votes", "forest", "small-forest"):
        with pytest.raises(UsageError, match="--corpus"):
            make_chooser(name, EvaluationInputs(labels=place[0]))
    with pytest.raises(UsageError, match="--model"):
        make_chooser("model", EvaluationInputs(labels=place[0]))
    with pytest.raises(UsageError, match="unknown chooser 'luck'; known are oz, random"):
        make_chooser("luck", EvaluationInputs(labels=place[0]))


# -- the command ------------------------------------------------------------------------------------------------------


def run(*arguments: str | Path) -> str:
    app = typer.Typer()
    app.command()(command)
    done = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command(place: tuple[Path, Path], tmp_path: Path) -> None:
    labels, corpus = place
    out, again = tmp_path / "new" / "eval.json", tmp_path / "again.json"
    common = ("--labels", labels, "--corpus", corpus, "--draws", "50", "--k", "1,2,6", "--jobs", "1")
    shown = run(*common, "--out", out, "--frontier", tmp_path / "frontier")
    data = json.loads(out.read_bytes())
    assert data["split"] == "validation"
    assert not data["final_word"]
    names = [one["name"] for one in data["choosers"]]
    assert [n for n in names if not n.endswith(", spread")] == [
        {"lines": "lines-22"}.get(n, n) for n in CHOOSERS if n != "model"
    ]
    for one in data["choosers"]:
        assert one["name"] in shown
        assert set(one["packages"]) == {f"validation{i}" for i in range(4)}
        for row in one["at"]:
            for by in ("package", "function"):
                low, high = row["intervals"][by]["share"]
                assert low <= row["share"] + 1e-3
                assert high >= row["share"] - 1e-3
    forest = next(one for one in data["choosers"] if one["name"] == "small-forest")
    assert forest["gate"]["improved"] == 100.0
    assert forest["at"][0]["intervals"]["function"]["share_beyond_coreset"][0] > 0
    assert (tmp_path / "frontier" / "frontier-validation-size.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((tmp_path / "frontier" / "frontier-validation-size.json").read_bytes())["curves"]
    run(*common, "--out", again)
    assert without_times(json.loads(again.read_bytes())) == without_times(data), "deterministic by seed"


def without_times(data: dict[str, Any]) -> str:
    for one in data["choosers"]:
        del one["at_ms"]
    lines = json.dumps(data, indent=0).splitlines()
    return "\n".join(line for line in lines if "_seconds" not in line and "_ms" not in line)


def test_the_test_split_is_the_final_word(place: tuple[Path, Path], tmp_path: Path) -> None:
    shown = run("--labels", place[0], "--split", "test", "--out", tmp_path / "out.json", "--draws", "0")
    assert "final word" in shown
    assert json.loads((tmp_path / "out.json").read_bytes())["final_word"]


def test_the_autotuner_where_it_ran(tmp_path: Path) -> None:
    rows = [("a", text(0, 10), 10, [-4, 0, 0, 0, 0, 0]), ("a", text(1, 20), 20, [-8, 0, 0, 0, 0, 0])]
    write(tmp_path, "validation", rows, [32, None])
    run("--labels", tmp_path, "--out", tmp_path / "out.json", "--k", "1", "--choosers", "coreset", "--draws", "0")
    data = json.loads((tmp_path / "out.json").read_bytes())
    assert data["autotuner"] == {
        "functions": 1,
        "improved": 1,
        "saved": 8,
        "overall": 20.0,
        "best_of_lists_share": 50.0,
    }
    assert data["choosers"][0]["at"][0]["share_of_autotuner"] == 50.0


def test_wrong_words(place: tuple[Path, Path]) -> None:
    for words in (
        ("--objective", "speed"),
        ("--target", "mips"),
        ("--k", "many"),
        ("--ms", "soon"),
        ("--choosers", "luck"),
    ):
        with pytest.raises(UsageError, match=words[1]):
            run("--labels", place[0], *words)


# -- what ships -------------------------------------------------------------------------------------------------------


def test_the_line_model_that_ships(place: tuple[Path, Path], tmp_path: Path) -> None:
    """Trained by the command, read by the product, measured from its file."""
    labels, corpus = place
    file, again, out = (tmp_path / name for name in ("lines-22.safetensors", "again.safetensors", "out.json"))
    common = ("--labels", labels, "--corpus", corpus)
    for path in (file, again):
        app = typer.Typer()
        app.command()(lines)
        done = CliRunner().invoke(app, [*map(str, common), "--out", str(path), "--set", "functions=8", "--passes", "8"])
        assert done.exit_code == 0, done.output
    assert file.read_bytes() == again.read_bytes(), "deterministic"
    model = LineModel(file.read_bytes())
    assert model.lists == LISTS
    found = model.expect(lines_of(printed(2, 30)), "size", 2)
    assert model.lists[found.lists[0]] == "dse"
    assert found.saves[0] > 1
    run(*common, "--draws", "0", "--choosers", "coreset,lines", "--lines", file, "--out", out)
    coreset, _, spread = json.loads(out.read_bytes())["choosers"]
    assert spread["name"] == "lines-22, spread"
    assert spread["at"][0]["share"] > coreset["at"][0]["share"] + 10


def test_one_line_model_for_two_targets(tmp_path: Path) -> None:
    """The same functions; on the other target another list is best. Labels of the other are in a folder beside."""
    labels, corpus = world(tmp_path / "one")
    others, cross = world(tmp_path / "two", turned=1)
    others.rename(labels / "arm")
    file, out = tmp_path / "lines-22.safetensors", tmp_path / "out.json"
    app = typer.Typer()
    app.command()(lines)
    words = ("--labels", labels, "--corpus", corpus, "--target", f"arm={cross}", "--out", file)
    done = CliRunner().invoke(app, [*map(str, words), "--set", "functions=8", "--passes", "12"])
    assert done.exit_code == 0, done.output
    assert "240, 240 arm train functions" in done.output
    assert "validation arm: " in done.output
    model = LineModel(file.read_bytes())
    assert model.targets == ("", "arm")
    best = [model.lists[model.expect(lines_of(printed(0, 30)), "size", 2, target=at).lists[0]] for at in ("", "arm")]
    assert best == [LISTS[0], LISTS[1]]
    shares = []
    for target in ("", "arm"):
        run("--labels", labels / "arm", "--corpus", cross, "--draws", "0", "--choosers", "lines", "--lines", file,
            "--target", target, "--out", out)  # fmt: skip
        shares.append(json.loads(out.read_bytes())["choosers"][-1]["at"][0]["share"])
    assert shares[1] > shares[0] + 20


def test_a_target_of_no_name(place: tuple[Path, Path], tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(lines)
    for word in ("mips=there", "arm"):
        words = ("--labels", place[0], "--corpus", place[1], "--target", word, "--out", tmp_path / "x.safetensors")
        with pytest.raises(UsageError, match="is not NAME=CORPUS, with a name of aarch64, arm, riscv"):
            CliRunner().invoke(app, [*map(str, words)], catch_exceptions=False)


def test_a_proposer_is_asked_as_the_product_asks_it(inputs: EvaluationInputs) -> None:
    asked: list[FunctionView] = []

    class Fixed:
        name, version, wants_text, wants_code, wants_lines = "fixed", "1", True, False, False

        def propose(self, functions: Sequence[FunctionView], objective: str, count: int) -> list[list[Proposal]]:
            asked.extend(functions)
            return [[Proposal(passes, "model", 0) for passes in ("unlabelled", "bdce", "gvn")] for _ in functions]

    ranking = ProposerChooser(Fixed(), "size").rank(inputs.functions, 3)
    assert set(map(tuple, ranking.order.tolist())) == {(3, 1, NONE)}
    assert ranking.expected is None
    assert len(asked) == len(inputs.outcomes)
    assert asked[0].text.startswith("define i32 @f0")
    assert asked[0].instructions == inputs.outcomes.instructions[0]
