"""Training: learns, resumes bit by bit, is the same in two processes; the data are what they should be."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow.parquet as pq
import pytest

from smartopt.errors import InputError, UsageError
from smartopt.lab import outcomes
from smartopt.lab.train.checkpoint import read_state
from smartopt.lab.train.cli import prompter_of
from smartopt.lab.train.dataset import prepare
from smartopt.lab.train.prompts import Prompts
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


def test_pieces_give_what_one_run_gives(labelled_corpus: tuple[Path, Path], tmp_path: Path) -> None:
    whole, pieces = tmp_path / "whole", tmp_path / "pieces"
    training.train(labelled_corpus, whole, steps=3, every=2)
    for done in (1, 2, 3):
        training.train(labelled_corpus, pieces, steps=3, every=2, minutes=0)
        state = read_state(pieces / "checkpoint")
        assert state is not None
        assert state.step == done
    first, second = _weights(whole), _weights(pieces)
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)
    logs = [[json.loads(line) for line in (f / "log.jsonl").read_text().splitlines()] for f in (whole, pieces)]
    assert [e["reached"] for e in logs[0]] == [e["reached"] for e in logs[1]]
    with pytest.raises(UsageError, match="another --out"):
        training.train(labelled_corpus, pieces, steps=4, every=2)
    (pieces / "checkpoint" / "optimizer.safetensors").write_bytes(b"damaged")
    with pytest.raises(InputError, match="optimiser"):
        training.train(labelled_corpus, pieces, steps=3, every=2)


def test_two_processes_give_what_one_gives(labelled_corpus: tuple[Path, Path], tmp_path: Path) -> None:
    alone, both = tmp_path / "alone", tmp_path / "both"
    training.train(labelled_corpus, alone, steps=2, every=2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Two of what torchrun starts, of one process, because the libraries take much longer to load than this to train.
    script = f"""
import os, sys
from pathlib import Path
import accelerate, torch
from transformers import LlamaForCausalLM
from tests.lab import training
child = os.fork()
os.environ.update(RANK=str(int(child == 0)), LOCAL_RANK=str(int(child == 0)))
corpus = (Path({str(labelled_corpus[0])!r}), Path({str(labelled_corpus[1])!r}))
training.train(corpus, Path({str(both)!r}), steps=2, every=2)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if child else 0)
"""
    variables = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    variables |= {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    first, second = _weights(alone), _weights(both)
    state = read_state(both / "checkpoint")
    assert state is not None
    assert state.step == 2
    for name in first:
        np.testing.assert_allclose(first[name], second[name], atol=2e-4, err_msg=name)


def test_language_first_and_then_the_lists(labelled_corpus: tuple[Path, Path], tmp_path: Path) -> None:
    first, then, again = tmp_path / "first", tmp_path / "then", tmp_path / "again"
    training.train(labelled_corpus, first, steps=6, every=3, losses="", gate=0, value=0, language=1, dropout_tokens=0.1)
    losses = [json.loads(line)["loss"] for line in (first / "log.jsonl").read_text().splitlines()]
    assert losses[-1] < losses[0], "it learns to read"
    much = {"packed": 1, "dense": 0.5, "language": 0.1, "dropout": 0.1}
    training.train(labelled_corpus, then, start=first, steps=2, every=2, warmup=2, rate=1e-9, **much)
    before, after = _weights(first), _weights(then)
    assert all(np.allclose(before[name], after[name], atol=1e-6) for name in before), "it begins where the first ended"
    assert "told.weight" in after.keys() - before.keys()
    assert (then / "tokenizer.json").read_bytes() == (first / "tokenizer.json").read_bytes()
    training.train(labelled_corpus, again, minutes=0, start=first, steps=2, every=2, warmup=2, rate=1e-9, **much)
    training.train(labelled_corpus, again, start=first, steps=2, every=2, warmup=2, rate=1e-9, **much)
    assert all(np.array_equal(after[name], value) for name, value in _weights(again).items()), "it resumes exactly"
    with pytest.raises(InputError, match="do not fit"):
        training.train(labelled_corpus, tmp_path / "wide", start=first, steps=2, width=32)
    with pytest.raises(InputError, match="cannot be read"):
        training.train(labelled_corpus, tmp_path / "none", start=tmp_path / "nowhere", steps=2)
    training.train(labelled_corpus, tmp_path / "other", steps=1, every=1, vocabulary=600)
    with pytest.raises(UsageError, match="another tokenizer"):
        training.train(labelled_corpus, tmp_path / "other", start=first, steps=2)


def test_packed_prompts_see_only_themselves(run: Path, labelled_corpus: tuple[Path, Path], tmp_path: Path) -> None:
    import torch

    from smartopt.lab.export.convert import restored
    from smartopt.lab.train.loop import rank_all

    state = read_state(run / "best")
    assert state is not None
    prompter = prompter_of(state.recipe, state.lists, (run / "tokenizer.json").read_bytes())
    data = prepare(tmp_path, labelled_corpus[0], outcomes.load("validation", labelled_corpus[1]), prompter, "x")
    prompts = Prompts.of(data, prompter, "size")
    numbers = np.random.default_rng(1).permutation(len(data))[:50]
    made = prompts.batches(numbers, 4 * prompter.context, packed=True)
    assert sorted(n for batch in made for n in batch.numbers.tolist()) == sorted(numbers.tolist())
    assert len(made) < len(prompts.batches(numbers, 4 * prompter.context, packed=False))
    for batch in made:
        assert batch.document is not None
        assert batch.position is not None
        assert batch.ids.shape[1] == prompter.context
        asked = set(batch.texts.tolist())
        for document, number in enumerate(batch.numbers):
            inside = batch.document == document
            prompt = prompts.flat[prompts.start[number] : prompts.start[number + 1]]
            assert batch.ids[inside].tolist() == prompt.tolist()
            assert batch.position[inside].tolist() == list(range(len(prompt)))
            assert batch.answer[document] == np.flatnonzero(inside[batch.row[document]])[0] + prompts.answers[number]
            assert asked & set(np.flatnonzero(inside).tolist()) == set(
                np.flatnonzero(inside)[1 : prompts.answers[number] - 1].tolist()
            )
        assert not batch.ids[batch.document < 0].any()
    network = restored(run / "best", state, prompter.words, prompter.tokenizer.size)
    kinds = [dataclasses.replace(state.recipe, packed=packed, tokens=4096) for packed in (0, 1)]
    accelerator = SimpleNamespace(autocast=nullcontext, device=torch.device("cpu"))
    padded, packed = (rank_all(network, prompts, numbers, kind, accelerator) for kind in kinds)
    for one, other in zip(padded, packed, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    for row, number in enumerate(numbers[:3]):  # in the order that was asked for
        alone, _ = rank_all(network, prompts, numbers[row : row + 1], kinds[0], accelerator)
        np.testing.assert_allclose(alone[0], padded[0][row], atol=1e-4, err_msg=str(number))


def test_the_data(run: Path, labelled_corpus: tuple[Path, Path], tmp_path: Path) -> None:
    labels = outcomes.load("validation", labelled_corpus[1])
    state = read_state(run / "best")
    assert state is not None
    prompter = prompter_of(state.recipe, state.lists, (run / "tokenizer.json").read_bytes())
    data = prepare(tmp_path / "all", labelled_corpus[0], labels, prompter, "x")
    assert len(data) == len(labels) == data.about["found"]
    assert data.about["too_long"] == 0
    assert data.about["characters_a_token"] > 4
    numbers = np.arange(len(data))
    gains = data.gains(numbers, "size")
    assert gains.min() >= 0
    assert (gains == np.maximum(labels.take(data.rows).saved("size"), 0)).all()
    told, taken = data.told(numbers), labels.take(data.rows)
    both = np.concatenate([taken.saved("size"), taken.saved("instructions")], axis=1)
    assert (np.isnan(told[:, : both.shape[1]]) == np.tile(~taken.known(), 2)).all()
    undone = np.sign(told) * np.expm1(np.abs(told))
    np.testing.assert_allclose(np.nan_to_num(undone[:, : both.shape[1]]), both, rtol=1e-4)
    np.testing.assert_allclose(np.expm1(told[:, -2:]), np.stack([taken.oz_bytes, taken.oz_instructions], axis=1), 1e-4)
    prompts = Prompts.of(data, prompter, "size")
    made = prompts.batches(numbers, 2048, packed=False)
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
    half = prepare(tmp_path / "half", labelled_corpus[0], labels, prompter, "x", 0.5)
    assert 0.3 < len(half) / len(data) < 0.7
    assert set(half.rows) < set(data.rows)
    other = outcomes.load("test", labelled_corpus[1])
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


def test_with_machine_code(labelled_corpus: tuple[Path, Path], tmp_path: Path) -> None:
    """Kept beside the functions, shown behind them, and part of what a model's folder says of itself."""
    from smartopt.chooser import load_model
    from smartopt.lab.export.cli import write

    training.train(labelled_corpus, tmp_path / "run", steps=2, every=2, code=1)
    state = read_state(tmp_path / "run" / "best")
    assert state is not None
    prompter = prompter_of(state.recipe, state.lists, (tmp_path / "run" / "tokenizer.json").read_bytes())
    labels = outcomes.load("validation", labelled_corpus[1])
    data = prepare(tmp_path / "data", labelled_corpus[0], labels, prompter, "x")
    prompts = Prompts.of(data, prompter, "size")
    word = prompter.words.numbers["<code>"]
    for number in range(9):
        prompt = prompts.flat[prompts.start[number] : prompts.start[number + 1]].tolist()
        code = data.code(number)
        assert code is not None
        assert prompt[2 : 3 + len(data.function(number)) + len(code)] == [*data.function(number), word, *code]
    manifest, _ = write(tmp_path / "run", tmp_path / "model", "ctranslate2", "int8", "best", {})
    assert manifest.code
    assert load_model(tmp_path / "model").wants_code
    old = tmp_path / "old"
    shutil.copytree(labelled_corpus[0], old)
    for path in (old / "functions").glob("*.parquet"):
        pq.write_table(pq.read_table(path).drop_columns(["code"]), path)
    with pytest.raises(InputError, match="has no machine code"):
        training.train((old, labelled_corpus[1]), tmp_path / "none", steps=2, code=1)
