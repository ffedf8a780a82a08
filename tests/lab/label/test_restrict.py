"""Lists that lose their trust leave labels, coreset and a model's answers; the others keep what they had."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from smartopt.lab.label.restrict import main
from smartopt.lab.outcomes import load
from tests.lab import labelled

REFUSED = "slsr,gvn"
LISTS = ("sroa", REFUSED, "dse,loop-sink", "bdce", "licm", "adce")
IDLE = LISTS[2]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Folders of labels and of packaged data in which one list is refused."""
    monkeypatch.setattr(labelled, "LISTS", LISTS)
    labels, _ = labelled.world(tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    lists = {"size": [*LISTS, "reg2mem", "mergereturn"], "instructions": ["sink", "gvn"]}
    (data / "coreset-22.json").write_text(json.dumps({"schema": 1, "llvm": 22, "lists": lists, "made": {}}))
    return labels, data


def test_a_refused_list_is_gone_and_the_others_keep_their_outcomes(made: tuple[Path, Path]) -> None:
    labels, data = made
    before = load("train", labels)
    main(labels, data, 22)
    after = load("train", labels)
    assert sorted(after.lists) == sorted({*LISTS, "dse"} - {REFUSED, IDLE})
    for number, text in enumerate(after.lists):
        was = before.lists.index(text if text != "dse" else IDLE)
        np.testing.assert_array_equal(after.bytes[:, number], before.bytes[:, was])
    assert load("test", labels).lists == after.lists
    lists = json.loads((data / "coreset-22.json").read_text())["lists"]
    # What is left of "slsr,gvn" has no outcomes and follows those that have; nothing is left of "mergereturn".
    assert lists == {"size": [*after.lists, "gvn", "reg2mem"], "instructions": ["gvn"]}


def test_lists_are_ranked_by_what_each_adds(made: tuple[Path, Path]) -> None:
    labels, data = made
    main(labels, data, 22)
    after = load("train", labels)
    saved = np.maximum(after.saved("size"), 0)
    adds = [int(saved[:, : n + 1].max(axis=1).sum()) for n in range(len(after.lists))]
    gains = np.diff([0, *adds])
    assert (gains[:-1] >= gains[1:]).all()
    assert gains[0] == max(int(saved[:, n].sum()) for n in range(len(after.lists)))
