"""The small forest in its compact form: plain Python, the same answers as its training saw."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.lab.baselines.compact_forest import FULL, LEAF, CompactForest, _greedy, packed
from smartopt.lab.features import FEATURE_NAMES, features

LISTS = ["sroa", "gvn", "dse"]
ADDS = FEATURE_NAMES.index("op_add")


def part(**changes: Any) -> dict[str, Any]:
    """Two trees that ask for additions: with them gvn, then dse; without them dse, or nothing."""
    made: dict[str, Any] = {
        "roots": [0, 3],
        "feature": packed("B", [ADDS, LEAF, LEAF, LEAF]),
        "threshold": packed("f", [1.5, 0, 0, 0]),
        "right": packed("I", [2, 0, 1, 2]),
        "improved": packed("B", [0, FULL, FULL]),
        "sizes": packed("B", [0, 2, 1]),
        "pattern": packed("H", [0, 1, 1]),
        "stake": packed("B", [2, 1, 0]),
        "stake_low": 1.0,
        "stake_step": 1.0,
        "lengths": packed("B", [2, 1]),
        "lists": packed("B", [1, 2, 2]),
        "shares": packed("B", [FULL, 51, FULL]),
        "any_edges": [0.0, 0.5, 1.0],
        "any_values": [0.0, 0.2, 0.8],
        "scale": 1.0,
    }
    return made | changes


def forest() -> CompactForest:
    return CompactForest({"lists": LISTS, "objectives": {"size": part()}})


def function(adds: int) -> bytes:
    lines = [f"  %{i + 1} = add i32 %0, {i}" for i in range(adds)]
    return "\n".join(("define i32 @f0(i32 %0) {", *lines, "  ret i32 %0", "}")).encode()


def test_what_it_expects() -> None:
    proposer = forest()
    found = proposer.expect(features(function(3)), "size", 3)
    # stakes: pattern 0 (gvn 1, dse 0.2) 4 bytes; pattern 1 (dse 1) 2 + 1 bytes; halved, for there are two trees
    assert found.lists == (1, 2, 0)
    assert found.saves == pytest.approx((2.0, 1.5, 0.0))
    assert found.total == pytest.approx(3.5)
    assert found.any == pytest.approx(0.8)
    assert proposer.expect(features(function(3)), "size", 3, least=1.6).saves == pytest.approx((2.0, 0.0, 0.0))
    assert proposer.expect(features(function(3)), "size", 3, least=3.6).saves == (0.0, 0.0, 0.0)
    other = proposer.expect(features(function(1)), "size", 3)
    assert other.lists == (2, 0, 1)
    assert other.saves == pytest.approx((0.5, 0.0, 0.0))
    assert other.any == pytest.approx(0.2)


patterns = st.dictionaries(st.integers(0, 4), st.integers(1, 4).map(lambda n: n / 4), max_size=5)


@given(st.lists(st.tuples(st.integers(1, 8).map(float), patterns), max_size=6), st.integers(0, 5))
def test_greedy_against_counting(weighted: list[tuple[float, dict[int, float]]], count: int) -> None:
    order, saves = _greedy(weighted, count, 5)
    assert len(order) == len(set(order)) == count

    def worth(chosen: list[int]) -> float:
        return sum(stake * max([0.0, *(pattern.get(number, 0.0) for number in chosen)]) for stake, pattern in weighted)

    for rank, (number, value) in enumerate(zip(order, saves, strict=True)):
        before = worth(order[:rank])
        assert value == pytest.approx(worth(order[: rank + 1]) - before, abs=1e-6)
        assert value == pytest.approx(max(worth([*order[:rank], other]) - before for other in range(5)), abs=1e-6)
        if value == 0.0:
            assert number == min(set(range(5)) - set(order[:rank]))
    assert all(early >= late - 1e-6 for early, late in itertools.pairwise(saves))
