"""``smartopt-lab everything``: the whole lab in one command, from source files to an evaluated model.

Each step is another command of the lab, called with small settings; it prints what it does and the command to do it
alone. Steps that are done are passed over, so that a stopped run goes on. With the examples it takes minutes of two
processors, and the model is a demonstration; a corpus of real packages and more steps lead to a real one.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ..errors import SmartoptError, UsageError
from .corpus.build import manifest
from .corpus.functions import package_split

__all__ = ["LabSettings", "Step", "everything", "run_steps", "steps_of"]

MODEL = "small-22"
"""The name of the model that is made."""

FAILED, OUT_OF_TIME = 1, 3


@dataclass(frozen=True)
class LabSettings:
    """What a run of the lab depends on.

    Attributes:
        out: the folder for everything that is made.
        corpus: a corpus folder with built packages of train and validation; None makes one of the examples.
        lists: how many random pass lists the search begins with; what earlier searches found is tried too if
            ``known``.
        size: how many lists the coreset has.
        sample: how many of the train files the search uses (0: all).
        each: how many functions of a package are labelled (0: all).
        steps: training steps, of ``batch`` functions each.
        llvm: a version or a folder.
        jobs: files at a time.
    """

    out: Path
    corpus: Path | None = None
    lists: int = 20
    known: bool = True
    size: int = 16
    sample: int = 20
    each: int = 200
    steps: int = 60
    batch: int = 8
    llvm: str = "22"
    jobs: int = 2


@dataclass(frozen=True)
class Step:
    """One command of the lab: what it does, its words after ``smartopt-lab``, and what exists when it is done."""

    name: str
    about: str
    words: tuple[str, ...]
    result: Path

    @property
    def command(self) -> str:
        """The command line, for people."""
        return shlex.join(("smartopt-lab", *self.words))


class StepFailed(SmartoptError):
    """A command of the lab failed."""


def steps_of(settings: LabSettings) -> list[Step]:
    """The steps in their order. Raises UsageError if a given corpus has no train packages."""
    out = settings.out
    corpus = settings.corpus or out / "corpus"
    common = ("--jobs", str(settings.jobs), "--llvm", settings.llvm)
    coreset, labels, run, model = out / "coreset.json", out / "labels", out / "run", out / "models" / MODEL
    packages = _train_packages(corpus) if settings.corpus else ["examples"]
    steps = []
    words: tuple[str, ...]
    if settings.corpus is None:
        words = ("corpus", "examples", "--folder", str(corpus), "--llvm", settings.llvm)
        steps.append(Step("corpus", "compile the examples to unoptimised bitcode", words, corpus / "manifest.jsonl"))
    steps.append(
        Step(
            "functions",
            "take the corpus apart into distinct functions",
            ("corpus", "functions", "--folder", str(corpus), *common),
            corpus / "functions",
        )
    )
    search = ["tune", *(str(corpus / "bitcode" / name) for name in packages), "--out", str(coreset)]
    search += ["--store", str(out / "search.jsonl"), "--lists", str(settings.lists), "--size", str(settings.size)]
    search += ["--sample", str(settings.sample), "--minimise", "1" if settings.known else "0"]
    search += [] if settings.known else ["--no-known"]
    steps.append(
        Step(
            "tune", "search pass lists that make train functions small", (*search, "--minutes", "10", *common), coreset
        )
    )
    for split in ("validation", "train"):
        words = ("label", "--folder", str(corpus), "--split", split, "--lists", str(coreset), "--out", str(labels))
        about = f"try every list on every {split} function"
        result = labels / f"outcomes-22-{split}.parquet"
        steps.append(Step(f"label {split}", about, (*words, "--each", str(settings.each), *common), result))
    lines = out / "models" / "lines-22.safetensors"
    words = ("lines", "--corpus", str(corpus), "--labels", str(labels), "--out", str(lines))
    words += ("--set", f"functions={settings.batch}", "--threads", str(settings.jobs))
    steps.append(Step("lines", "train the line model on the labels", words, lines))
    # Two validations, and a warm-up that is over soon, whatever the number of steps.
    changes = {
        "steps": settings.steps,
        "every": max(1, settings.steps // 2),
        "warmup": max(1, settings.steps // 6),
        "functions": settings.batch,
    }
    words = ("train", "--corpus", str(corpus), "--labels", str(labels), "--out", str(run), "--recipe", "smoke")
    words += ("--precision", "no", "--threads", str(settings.jobs))
    words += tuple(word for name, value in changes.items() for word in ("--set", f"{name}={value}"))
    steps.append(Step("train", "train a small language model on the labels", words, run / "best"))
    steps.append(
        Step(
            "export",
            "quantize it to int8 and write its folder",
            ("export", str(run), str(model)),
            model / "manifest.json",
        )
    )
    words = ("eval", "--labels", str(labels), "--corpus", str(corpus), "--model", str(model), "--k", "1,2,4")
    words += ("--lines", str(lines), "--choosers", "oz,coreset,lines,model,oracle", "--draws", "100")
    words += ("--out", str(out / "evaluation.json"))
    steps.append(Step("eval", "measure it on validation functions", words, out / "evaluation.json"))
    return steps


def run_steps(steps: Sequence[Step], done: Path, say: Callable[[str], None], time_limit: float | None = None) -> bool:
    """Run the steps that are not done; whether all are done now, or the time limit (seconds) came first.

    ``done`` is a folder with a file for each finished step, written last. Raises UsageError if a step was done with
    other settings, StepFailed if a command fails.
    """
    until = float("inf") if time_limit is None else time.monotonic() + time_limit
    for number, step in enumerate(steps, 1):
        marker = done / f"{step.name.replace(' ', '-')}.json"
        say(f"[{number}/{len(steps)}] {step.name}: {step.about}")
        say(f"    {step.command}")
        if _is_done(step, marker):
            say("    done before")
            continue
        begin = time.monotonic()
        if begin >= until or not _run(step, until - begin):
            say("    stopped: the time limit is reached; the same command goes on from here")
            return False
        if not step.result.exists():
            raise StepFailed(f"the step {step.name} left no {step.result}")
        done.mkdir(parents=True, exist_ok=True)
        part = marker.with_suffix(".part")
        part.write_text(json.dumps(step.words) + "\n")
        part.rename(marker)
        say(f"    done in {time.monotonic() - begin:.0f} s")
    return True


def _is_done(step: Step, marker: Path) -> bool:
    if not marker.exists() or not step.result.exists():
        return False
    if tuple(json.loads(marker.read_text())) != step.words:
        raise UsageError(f"the step {step.name} was done with other settings; name another --out, or delete {marker}")
    return True


def _run(step: Step, seconds: float) -> bool:
    """Run a step's command; False if it was stopped after so many seconds. Raises StepFailed."""
    process = subprocess.Popen([sys.executable, "-m", "smartopt.lab.app", *step.words], start_new_session=True)
    try:
        code = process.wait(None if seconds == float("inf") else seconds)
    except subprocess.TimeoutExpired:
        return False
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)  # what it started, too
        except ProcessLookupError:
            pass
        process.wait()
    if code:
        raise StepFailed(f"the step {step.name} failed with exit code {code}; its message is above")
    return True


def _train_packages(corpus: Path) -> list[str]:
    built = [name for name, row in manifest(corpus).items() if row.status != "failed"]
    found = [name for name in built if package_split(name) == "train"]
    if not found:
        raise UsageError(f"{corpus} has no train packages; smartopt-lab corpus build makes some")
    return found


def everything(
    out: Annotated[Path, typer.Option(help="The folder for corpus, labels, model and figures.")],
    corpus: Annotated[
        Path | None, typer.Option(help="A corpus with packages of train and validation; the examples by default.")
    ] = None,
    lists: Annotated[int, typer.Option(help="Random pass lists to begin the search with.")] = 20,
    known: Annotated[bool, typer.Option(help="Try the lists that earlier searches found, too.")] = True,
    sample: Annotated[int, typer.Option(help="Train files for the search (0: all).")] = 20,
    each: Annotated[int, typer.Option(help="Functions of a package to label (0: all).")] = 200,
    steps: Annotated[int, typer.Option(help="Training steps.")] = 60,
    batch: Annotated[int, typer.Option(help="Functions of a training step.")] = 8,
    jobs: Annotated[int, typer.Option(help="Files at a time, and threads for training.")] = os.cpu_count() or 1,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    time_limit: Annotated[float | None, typer.Option(help="Seconds after which the run stops.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the commands.")] = False,
) -> None:
    """Run the whole lab, from source files to an evaluated model: minutes with the examples.

    The same command goes on where it was stopped. Exit code 1: a step failed; 3: the time limit came first.
    """
    settings = LabSettings(
        out, corpus, lists=lists, known=known, sample=sample, each=each, steps=steps, batch=batch, llvm=llvm, jobs=jobs
    )
    found = steps_of(settings)
    if dry_run:
        for step in found:
            typer.echo(f"{step.name}: {step.about}\n    {step.command}")
        return
    try:
        finished = run_steps(found, out / "done", _say, time_limit)
    except StepFailed as error:
        typer.echo(f"smartopt-lab everything: {error}", err=True)
        raise typer.Exit(FAILED) from None
    if not finished:
        raise typer.Exit(OUT_OF_TIME)
    _say(f"the model is {out / 'models' / MODEL}; use it with: smartopt --model {out / 'models' / MODEL} IN -o OUT")


def _say(line: str) -> None:
    """Print at once: the steps' own output comes between these lines."""
    print(line, flush=True)
