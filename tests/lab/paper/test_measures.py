"""Counts of Tables III and IV, minimisation, the core set, pass sub-sequences: on cases worked out by hand."""

from __future__ import annotations

import random

import numpy as np
import pytest

from smartopt.lab.paper.arms import PassNames
from smartopt.lab.paper.autotuner import minimised
from smartopt.lab.paper.compiler import Outcome
from smartopt.lab.paper.coreset import greedy_coreset
from smartopt.lab.paper.counts import choices, table_rows
from smartopt.lab.paper.functions import Sample
from smartopt.lab.paper.nvp import PASSES, budgeted
from smartopt.lab.paper.sequences import learn_merges, merged


def sample(name: str, oz_instructions: int, oz_bytes: int, package: str = "p") -> Sample:
    return Sample(name, package, "test", "", 100, 400, oz_instructions, oz_bytes)


def test_tables_iii_and_iv() -> None:
    functions = [sample("a", 50, 200), sample("b", 40, 100, "q"), sample("c", 10, 60), sample("d", 100, 300, "q")]
    outcomes = [Outcome("", 45, 210), Outcome("", 44, 90), Outcome("trial-crash"), Outcome("", 100, 300)]
    chosen = choices(functions, outcomes, [False, False, False, True], [3, 0, 0, 0])
    rows = table_rows(functions, chosen, draws=50, seed=1)
    assert rows["failed"] == 1
    alone, backup = rows["alone"], rows["backup"]
    assert (alone["additional_compilations"], backup["additional_compilations"]) == (3, 6)
    numbers = ("improved", "regressed", "saved", "lost", "overall")
    assert [alone["instructions"][key] for key in numbers] == [1, 1, 5, 4, 0.5]
    assert [backup["instructions"][key] for key in numbers] == [1, 0, 5, 0, 2.5]
    assert [alone["bytes"][key] for key in numbers] == [1, 1, 10, 10, 0.0]
    assert rows["intervals_by"] == "package"
    low, high = backup["instructions"]["interval"]
    assert low <= 2.5 <= high


def test_minimisation_keeps_what_contributes() -> None:
    def count(passes: PassNames) -> int | None:
        if "crash" in passes and "guard" not in passes:
            return None
        return 100 - 30 * ("sroa" in passes) - 5 * ("gvn" in passes and "licm" in passes)

    for seed in range(5):
        passes = ("dce", "guard", "sroa", "crash", "licm", "adce", "gvn")
        found, tried = minimised(random.Random(seed), passes, count)
        assert set(found) == {"sroa", "licm", "gvn"}
        assert tried > 4


def test_core_set_is_greedy_and_stops_where_nothing_is_added() -> None:
    table = np.array([[0.0, 0.5, 0.1, 0.5], [0.0, 0.0, 0.4, 0.0], [0.0, -1.0, 0.2, 0.0]], dtype=np.float32)
    assert greedy_coreset(table, 4) == [2, 1]  # 0.7 first, then 0.4 more; the last list is no better than the second
    assert greedy_coreset(table, 1) == [2]


def test_budget_of_passes() -> None:
    lists: list[PassNames] = [("a",) * 30, ("b",) * 14, ("c",), ("d",) * 60]
    assert budgeted([0, 1, 2, 3], lists) == [0, 1, 2]
    assert budgeted([3, 2], lists) == [3]  # one list is tried in any case
    assert sum(len(lists[number]) for number in budgeted([1, 0, 2], lists)) == PASSES


def test_sub_sequences_become_tokens() -> None:
    train: list[PassNames] = [("sroa", "gvn", "dce"), ("sroa", "gvn"), ("licm", "sroa", "gvn", "dce")]
    merges = learn_merges(train, 10)
    assert merges == [(("sroa",), ("gvn",)), (("sroa", "gvn"), ("dce",))]
    assert merged(("sroa", "gvn", "dce", "sroa", "gvn"), merges) == [("sroa", "gvn", "dce"), ("sroa", "gvn")]
    assert len(merged(("gvn", "sroa"), merges)) == 2


@pytest.mark.parametrize("size", [1, 3])
def test_core_set_is_never_larger_than_its_table(size: int) -> None:
    assert len(greedy_coreset(np.eye(2, dtype=np.float32), size)) == min(size, 2)
