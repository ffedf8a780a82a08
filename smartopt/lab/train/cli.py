"""``smartopt-lab train``: from corpus and labels to a checkpoint, in one command that can be stopped and goes on.

    smartopt-lab train --recipe tiny --corpus CORPUS --labels models/labels --out RUN --minutes 30
    accelerate launch --num_processes 8 $(which smartopt-lab) train --recipe base ...

Reading first and choosing lists after, which may begin with another run's weights:

    smartopt-lab train ... --out READ --set losses= --set gate=0 --set value=0 --set language=1
    smartopt-lab train ... --out RUN --start READ

The run's folder holds ``tokenizer.json``, ``data/``, ``checkpoint/`` (resumes exactly), ``best/`` (by validation) and
``log.jsonl`` (one line a validation).
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from ...chooser.prompt import Prompter
from ...chooser.tokenizer import TextTokenizer
from ...chooser.vocabulary import Words
from ...errors import InputError, UsageError
from ...ir.machine_code import apart
from ...passes.trusted import Trusted
from .. import outcomes as labels_of
from .checkpoint import read_state
from .recipes import Recipe
from .recipes import recipe as named

__all__ = ["prompter_of", "train"]


def train(
    corpus: Annotated[Path, typer.Option(help="The corpus: functions/PACKAGE.parquet (smartopt-lab corpus).")],
    out: Annotated[Path, typer.Option(help="The run's folder; an unfinished run there goes on.")],
    recipe: Annotated[str, typer.Option(help="smoke, tiny or base.")] = "tiny",
    labels: Annotated[Path, typer.Option(help="Folder of outcomes-22-SPLIT.parquet.")] = labels_of.FOLDER,
    minutes: Annotated[float, typer.Option(help="Stop after so long, ready to go on.")] = float("inf"),
    change: Annotated[
        list[str] | None, typer.Option("--set", help="FIELD=VALUE: change the recipe, such as steps=2000.")
    ] = None,
    compiled: Annotated[bool, typer.Option("--compile", help="torch.compile (wants a C++ compiler).")] = False,
    threads: Annotated[int, typer.Option(help="CPU threads a process; 0 is torch's own choice.")] = 0,
    precision: Annotated[str, typer.Option(help="bf16 or no (float32).")] = "bf16",
    start: Annotated[Path | None, typer.Option(help="Begin with the weights of this run's checkpoint.")] = None,
) -> None:
    """Train a language model to choose pass lists."""
    import torch
    from accelerate import Accelerator

    from .dataset import prepare
    from .loop import Job, run

    chosen = named(recipe, _changes(change or []))
    if threads:
        torch.set_num_threads(threads)
    accelerator = Accelerator(mixed_precision=precision)
    out.mkdir(parents=True, exist_ok=True)
    learnt, checked = labels_of.load("train", labels), labels_of.load("validation", labels)
    if learnt.lists != checked.lists:
        raise UsageError("the train and validation labels are about different lists; make both again")
    with accelerator.main_process_first():
        raw = _tokenizer(out, chosen, corpus, learnt, start, say=accelerator.is_main_process)
        digest = hashlib.sha256(raw).hexdigest()
        _check_start(start, digest)
        prompter = prompter_of(chosen, learnt.lists, raw)
        train_data = prepare(out / "data" / "train", corpus, learnt, prompter, digest, chosen.fraction)
        validation_data = prepare(out / "data" / "validation", corpus, checked, prompter, digest)
    job = Job(
        folder=out,
        recipe=chosen,
        train=train_data,
        validation=validation_data,
        prompter=prompter,
        made_of={"train": learnt.digest, "validation": checked.digest, "tokenizer": digest},
        command=_command(),
        minutes=minutes,
        compiled=compiled,
        say=typer.echo,
        start=start / "checkpoint" if start else None,
    )
    if accelerator.is_main_process:
        for split, data in (("train", train_data), ("validation", validation_data)):
            about = {key: value for key, value in data.about.items() if key != "made_of"}
            typer.echo(f"{split}: {json.dumps(about)}")
    state = run(job, accelerator)
    if accelerator.is_main_process:
        typer.echo(f"step {state.step} of {chosen.steps}; best {json.dumps(state.figures.get('reached', {}))}")
    accelerator.end_training()


def prompter_of(recipe: Recipe, lists: tuple[str, ...], raw: bytes) -> Prompter:
    """The prompter of a run, from its tokenizer's bytes."""
    words = Words.of(lists, recipe.places, Trusted.load(22))
    return Prompter(TextTokenizer(raw, words), recipe.context, recipe.cut, bool(recipe.code))


def _tokenizer(
    out: Path, recipe: Recipe, corpus: Path, learnt: labels_of.Outcomes, start: Path | None, *, say: bool
) -> bytes:
    """The run's tokenizer: that of the run it begins with, or trained on train functions."""
    from .dataset import texts_of
    from .tokens import sample, train_tokenizer

    path = out / "tokenizer.json"
    if path.exists():
        return path.read_bytes()
    if start is not None:
        raw = _read(start / "tokenizer.json")
    else:
        if say:
            typer.echo("training the tokenizer")
        pairs = (apart(text) for _, text in texts_of(corpus, learnt, bool(recipe.code)))
        texts = [part for pair in pairs for part in pair if part]
        words = Words.of(learnt.lists, recipe.places, Trusted.load(22))
        raw = train_tokenizer(sample(texts, recipe.merges_bytes, recipe.seed), words, recipe.vocabulary)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(raw)
    os.replace(fresh, path)
    return raw


def _read(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except OSError as error:
        raise InputError(f"{source} cannot be read ({error.strerror}); is it the folder of a run?") from error


def _check_start(start: Path | None, digest: str) -> None:
    """A run can only begin with weights that know its tokens."""
    if start is None:
        return
    state = read_state(start / "checkpoint")
    if state is None:
        raise InputError(f"{start} has no checkpoint to begin with; let that run reach one")
    if state.made_of["tokenizer"] != digest:
        raise UsageError(f"{start} was trained with another tokenizer than --out has; give a fresh --out")


def _changes(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"--set takes FIELD=VALUE; got {pair!r}")
        found[name] = value
    return found


def _command() -> str:
    """The command line without the machine's own paths."""
    words = [os.path.basename(word) if os.path.isabs(word) else word for word in sys.argv]
    return shlex.join(words)
