"""Training: learns, resumes bit by bit, is the same in two processes; the data are what they should be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from smartopt.errors import InputError, UsageError
from smartopt.lab import outcomes
from smartopt.lab.train.checkpoint import read_state
from smartopt.lab.train.cli import prompter_of
from smartopt.lab.train.dataset import batches, prepare
from smartopt.lab.train.recipes import RECIPES, Recipe, recipe
from tests.lab import training
from tests.support import ROOT

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def test_it_learns(run: Path) -> None:
    entries = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in entries] == [12, 24]
    reached, coreset = entries[-1]["reached"], entries[-1]["coreset"]
    assert all(reached[k] >= coreset[k] for k in ("1", "2", "4"))
    assert reached["1"] > coreset["1"] + 0.1
    assert (reached["8"], reached["16"]) == (1, 1)  # all lists there are
    state = read_state(run / "best")
    assert state is not None
    assert state.figures in entries
    assert len(state.prior) == len(training.LISTS)


def test_nothing_in_a_run_is_a_pickle(run: Path) -> None:
    kinds = {path.suffix for path in run.rglob("*") if path.is_file()}
    assert kinds == {".json", ".jsonl", ".safetensors", ".npy", ".bin"}
    for path in run.rglob("*.npy"):
        np.load(path, allow_pickle=False)


def _weights(folder: Path) -> dict[str, np.ndarray]:
    from safetensors.numpy import load_file

    loaded: dict[str, np.ndarray] = load_file(folder / "checkpoint" / "weights.safetensors")
    return loaded


def test_pieces_give_what_one_run_gives(ground: tuple[Path, Path], tmp_path: Path) -> None:
    whole, pieces = tmp_path / "whole", tmp_path / "pieces"
    training.train(ground, whole, steps=3, every=2)
    for done in (1, 2, 3):
        training.train(ground, pieces, steps=3, every=2, minutes=0)
        state = read_state(pieces / "checkpoint")
        assert state is not None
        assert state.step == done
    first, second = _weights(whole), _weights(pieces)
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)
    logs = [[json.loads(line) for line in (f / "log.jsonl").read_text().splitlines()] for f in (whole, pieces)]
    assert [e["reached"] for e in logs[0]] == [e["reached"] for e in logs[1]]
    with pytest.raises(UsageError, match="another --out"):
        training.train(ground, pieces, steps=4, every=2)
    (pieces / "checkpoint" / "optimizer.safetensors").write_bytes(b"damaged")
    with pytest.raises(InputError, match="optimiser"):
        training.train(ground, pieces, steps=3, every=2)


def test_two_processes_give_what_one_gives(ground: tuple[Path, Path], tmp_path: Path) -> None:
    alone, both = tmp_path / "alone", tmp_path / "both"
    training.train(ground, alone, steps=2, every=2)
    script = f"""
from pathlib import Path
from tests.lab import training
training.train((Path({str(ground[0])!r}), Path({str(ground[1])!r})), Path({str(both)!r}), steps=2, every=2)
"""
    (tmp_path / "main.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node=2", "--master_port=0", "--standalone",
         str(tmp_path / "main.py")],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"},
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, second = _weights(alone), _weights(both)
    state = read_state(both / "checkpoint")
    assert state is not None
    assert state.step == 2
    for name in first:
        np.testing.assert_allclose(first[name], second[name], atol=2e-4, err_msg=name)


def test_the_data(run: Path, ground: tuple[Path, Path], tmp_path: Path) -> None:
    labels = outcomes.load("validation", ground[1])
    state = read_state(run / "best")
    assert state is not None
    prompter = prompter_of(state.recipe, state.lists, (run / "tokenizer.json").read_bytes())
    data = prepare(tmp_path / "all", ground[0], labels, prompter, "x")
    assert len(data) == len(labels) == data.about["found"]
    assert data.about["too_long"] == 0
    assert data.about["characters_a_token"] > 4
    numbers = np.arange(len(data))
    gains = data.gains(numbers, "size")
    assert gains.min() >= 0
    assert (gains == np.maximum(labels.take(data.rows).saved("size"), 0)).all()
    made = batches(data, numbers, prompter, "size", 2048)
    assert sorted(n for batch in made for n in batch.numbers.tolist()) == numbers.tolist()
    for batch in made:
        assert batch.ids.size <= 2048
        for row, number in enumerate(batch.numbers):
            stem = prompter.stem(data.function(int(number)), int(data.lines[number]))
            assert stem is not None
            prompt = prompter.ask(stem, "size")
            assert batch.ids[row, : len(prompt)].tolist() == prompt
            assert not batch.ids[row, len(prompt) :].any()
            assert batch.answer[row] == len(stem) - 1
    half = prepare(tmp_path / "half", ground[0], labels, prompter, "x", 0.5)
    assert 0.3 < len(half) / len(data) < 0.7
    assert set(half.rows) < set(data.rows)
    other = outcomes.load("test", ground[1])
    with pytest.raises(InputError, match="none of the labelled"):
        prepare(tmp_path / "none", tmp_path, other, prompter, "x")


def test_recipes() -> None:
    assert recipe("tiny", {"steps": "7", "losses": "best,draws=0.5"}).losses == (("best", 1.0), ("draws", 0.5))
    for name, known in RECIPES.items():
        assert known.name == name
        assert Recipe.restored(json.loads(json.dumps(known.described()))) == known
    for changes in ({"stepz": "1"}, {"steps": "many"}, {"losses": "worst"}, {"heads": "7"}, {"objective": "speed"}):
        with pytest.raises(UsageError):
            recipe("tiny", changes)
    with pytest.raises(UsageError, match="no recipe"):
        recipe("huge", {})
