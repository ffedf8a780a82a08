"""``smartopt-lab paper``: every table and figure of the paper, on our data, by one command."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from ...errors import SmartoptError, UsageError
from ..outcomes import FOLDER
from .parts import PARTS, Part
from .scales import SCALES, scale
from .study import OutOfTime, Study

__all__ = ["main"]

FAILED, OUT_OF_TIME = 1, 3
_GRACE = 30.0
"""Seconds that a part may take to notice that its time is over."""


def main(
    parts: Annotated[
        list[str] | None, typer.Argument(help=f"Parts to run, all by default: {' '.join(PARTS)}.", show_default=False)
    ] = None,
    folder: Annotated[Path, typer.Option(help="The corpus folder; smoke makes one of the examples if it is empty.")] = (
        Path("corpus")
    ),
    out: Annotated[Path, typer.Option(help="Folder for data, results and the page.")] = Path("paper-out"),
    size: Annotated[str, typer.Option("--scale", help=f"How much is done: {', '.join(SCALES)}.")] = "smoke",
    labels: Annotated[Path, typer.Option(help="Folder of the committed outcome labels.")] = FOLDER,
    model: Annotated[Path | None, typer.Option(help="Folder of the committed language model.")] = None,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    jobs: Annotated[int, typer.Option(help="Processes of searches, and threads of training.")] = 1,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 1,
    time_limit: Annotated[float | None, typer.Option(help="Seconds after which the run stops.")] = None,
    page_only: Annotated[bool, typer.Option("--page-only", help="Only make the page, of stored results.")] = False,
    page: Annotated[bool, typer.Option("--page/--no-page", help="Whether to make the page at the end.")] = True,
    again: Annotated[
        bool, typer.Option("--again", help="Run the named parts even if their results are there.")
    ] = False,
) -> None:
    """Make the paper again: tables and figures with the paper's number beside ours, on one page.

    Results that are there are passed over, so the same command goes on where it was stopped. Exit code 1: a part
    failed; 3: the time limit came first.
    """
    wanted = _wanted(parts)
    deadline = float("inf") if time_limit is None else time.monotonic() + time_limit
    study = Study(
        folder,
        out,
        scale(size),
        labels,
        model,
        llvm,
        jobs,
        seed,
        lambda line: print(f"    {line}", flush=True),
        deadline,
    )
    command = shlex.join(["smartopt-lab", *sys.argv[1:]])
    finished = True
    if not page_only:
        if size == "smoke":
            _make_corpus(study)
        finished = _run_here(study, wanted[0], again) if len(wanted) == 1 else _run_all(study, wanted, again)
    if page:
        _write_page(study, command)
    if not finished:
        print("stopped: the time limit is reached; the same command goes on from here", flush=True)
        raise typer.Exit(OUT_OF_TIME)


def _wanted(names: list[str] | None) -> list[Part]:
    for name in names or ():
        if name not in PARTS:
            raise UsageError(f"there is no part {name!r}; there are {', '.join(PARTS)}")
    return [part for part in PARTS.values() if not names or part.name in names]


def _run_here(study: Study, part: Part, again: bool) -> bool:
    """Run one part in this process; False if the time limit came first."""
    if study.result(part.name) is not None and not again:
        print(f"{part.name}: done before", flush=True)
        return True
    for need in part.needs:
        if study.result(need) is None:
            raise UsageError(f"the part {part.name} needs {need}; run smartopt-lab paper {need} first")
    print(f"{part.name}: {part.about}", flush=True)
    begin = time.monotonic()
    try:
        result = part.load()(study)
    except OutOfTime:
        return False
    except ImportError as error:
        raise UsageError(
            f"{part.name} needs the lab's libraries ({error.name}): pip install 'smartopt[lab]'"
        ) from error
    study.keep_result(part.name, result, time.monotonic() - begin)
    print(f"    done in {time.monotonic() - begin:.0f} s", flush=True)
    return True


def _run_all(study: Study, parts: list[Part], again: bool) -> bool:
    """Run each part in a process of its own; False if the time limit came first. Raises SmartoptError."""
    for number, part in enumerate(parts, 1):
        print(f"[{number}/{len(parts)}] {part.name}", flush=True)
        if study.result(part.name) is not None and not again:
            print("    done before", flush=True)
            continue
        left = study.deadline - time.monotonic()
        if left <= 0:
            return False
        words = ["paper", part.name, "--folder", str(study.corpus), "--out", str(study.out)]
        words += ["--scale", study.scale.name, "--labels", str(study.labels), "--llvm", study.llvm]
        words += ["--jobs", str(study.jobs), "--seed", str(study.seed), "--no-page"]
        words += ["--again"] if again else []
        words += ["--model", str(study.model)] if study.model else []
        words += ["--time-limit", f"{left:.0f}"] if left != float("inf") else []
        print(f"    smartopt-lab {shlex.join(words)}", flush=True)
        try:
            limit = None if left == float("inf") else left + _GRACE
            code = subprocess.run([sys.executable, "-m", "smartopt.lab.app", *words], timeout=limit).returncode
        except subprocess.TimeoutExpired:
            return False
        if code == OUT_OF_TIME:
            return False
        if code:
            raise SmartoptError(f"the part {part.name} failed with exit code {code}; its message is above")
    return True


def _make_corpus(study: Study) -> None:
    """For smoke: the examples and four csmith programs, where the corpus folder holds nothing yet."""
    if (study.corpus / "manifest.jsonl").exists():
        return
    for words in (
        ("examples", "--folder", str(study.corpus), "--llvm", study.llvm),
        ("csmith", "--folder", str(study.corpus), "--llvm", study.llvm, "--programs", "4", "--jobs", "1"),
        ("functions", "--folder", str(study.corpus), "--llvm", study.llvm, "--jobs", "1"),
    ):
        code = subprocess.run([sys.executable, "-m", "smartopt.lab.app", "corpus", *words]).returncode
        if code:
            raise SmartoptError(f"smartopt-lab corpus {words[0]} failed with exit code {code}; its message is above")


def _write_page(study: Study, command: str) -> None:
    from .page import write_page

    write_page(study, command)
    print(f"wrote {study.out / 'index.html'} and {study.out / 'index.md'}", flush=True)
