"""The small forest: plain Python, the same answers as its training saw, and nothing damaged is believed."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.chooser import forest
from smartopt.chooser.forest import FULL, LEAF, SCHEMA, ForestProposer, _greedy, packed
from smartopt.chooser.proposer import FunctionView
from smartopt.errors import ModelError
from smartopt.ir.features import FEATURE_NAMES, features, features_subject

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


def raw(**changes: Any) -> bytes:
    subject = features_subject()
    data = {"schema": SCHEMA, "llvm": 22, "subject": subject, "lists": LISTS, "objectives": {"size": part()}}
    return json.dumps(data | changes).encode()


def function(adds: int) -> bytes:
    lines = [f"  %{i + 1} = add i32 %0, {i}" for i in range(adds)]
    return "\n".join(("define i32 @f0(i32 %0) {", *lines, "  ret i32 %0", "}")).encode()


def view(name: str, adds: int | None) -> FunctionView:
    return FunctionView(name, 3, features=() if adds is None else features(function(adds)))


def test_what_it_expects() -> None:
    proposer = ForestProposer.read(raw())
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


def test_as_a_proposer() -> None:
    proposer = ForestProposer.read(raw())
    assert proposer.wants_features
    assert proposer.name == "forest-22"
    with_text, without = proposer.propose([view("f", 3), view("g", None)], "size", 3)
    assert [(p.passes, p.source, p.rank) for p in with_text] == [
        ("gvn", "forest", 0),
        ("dse", "forest", 1),
        ("sroa", "coreset", 0),
    ]
    assert [p.saves for p in with_text] == pytest.approx([2.0, 1.5, 0.0])
    assert [(p.passes, p.source) for p in without] == [("dse", "forest"), ("sroa", "coreset"), ("gvn", "coreset")]
    assert [len(p) for p in proposer.propose([view("f", 3)], "size", 1)] == [1]
    plain = proposer.propose([view("f", 3)], "instructions", 2)
    assert [(p.passes, p.source, p.saves) for p in plain[0]] == [("sroa", "coreset", None), ("gvn", "coreset", None)]


def test_the_version_is_of_the_content() -> None:
    assert ForestProposer.read(raw()).version == ForestProposer.read(raw()).version
    assert ForestProposer.read(raw()).version != ForestProposer.read(raw(lists=["adce", "gvn", "dse"])).version


DAMAGED: dict[str, bytes] = {
    "cut off": raw()[:-9],
    "nothing": b"",
    "no forest": b"{}",
    "no lists": raw(lists=None),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match=r"forest-22\.json is damaged .* train it again"):
        ForestProposer.read(DAMAGED[name], "forest-22.json")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of data files in place of the packaged one."""
    monkeypatch.setattr(forest, "DATA", tmp_path)
    forest._load.cache_clear()
    yield tmp_path
    forest._load.cache_clear()


def install(folder: Path, content: bytes) -> None:
    (folder / "forest-22.json").write_bytes(content)
    (folder / "forest-22.sha256").write_text(f"{hashlib.sha256(content).hexdigest()}  forest-22.json\n")


def test_the_nearest_forest_is_loaded(data: Path) -> None:
    with pytest.raises(ModelError, match="no forest is packaged"):
        ForestProposer.load(22)
    install(data, raw())
    assert ForestProposer.load(19).name == "forest-22"
    assert ForestProposer.load(22).version == ForestProposer.read(raw()).version


CHANGES: dict[str, Callable[[Path], object]] = {
    "a number": lambda folder: (folder / "forest-22.json").write_bytes(raw().replace(b'"scale": 1.0', b'"scale": 2.0')),
    "the hash": lambda folder: (folder / "forest-22.sha256").write_text("0" * 64),
    "an empty hash": lambda folder: (folder / "forest-22.sha256").write_text(""),
    "no text as hash": lambda folder: (folder / "forest-22.sha256").write_bytes(b"\xff\xfe"),
    "no hash": lambda folder: (folder / "forest-22.sha256").unlink(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_file_of_another_hash_is_refused(what: str, data: Path) -> None:
    install(data, raw())
    CHANGES[what](data)
    with pytest.raises(ModelError, match=r"forest-22\.json .* install smartopt again"):
        ForestProposer.load(22)


def test_the_packaged_forest_is_whole() -> None:
    assert ForestProposer.load(22).knows("size")


def test_other_features_are_refused() -> None:
    with pytest.raises(ModelError, match="other features"):
        ForestProposer.read(raw(subject="0" * 16))


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
