"""The whole lab in one command: from the examples to a model that smartopt serves from; stopped, gone on with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from smartopt.chooser.manifest import Manifest
from smartopt.errors import UsageError
from smartopt.lab.everything import LabSettings, Step, StepFailed, run_steps, steps_of
from tests.support import ROOT


def everything(out: Path, *more: object) -> subprocess.CompletedProcess[str]:
    smallest = ["--lists", 16, "--no-known", "--steps", 2, "--batch", 4, "--sample", 2, "--each", 5, "--jobs", 1]
    command = [sys.executable, "-m", "smartopt.lab.app", "everything", "--out", out, *smallest, *more]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=600, check=False, env=environment
    )


def test_from_the_examples_to_a_model(tmp_path: Path) -> None:
    out = tmp_path / "lab"
    shown = everything(out, "--dry-run")
    assert shown.returncode == 0
    assert not out.exists()

    stopped = everything(out, "--time-limit", 0)
    assert stopped.returncode == 3
    assert "goes on from here" in stopped.stdout
    assert not (out / "corpus").exists()

    done = everything(out)
    assert done.returncode == 0, done.stdout + done.stderr
    steps = steps_of(LabSettings(out))
    for step in steps:
        assert f"{step.name}: {step.about}" in done.stdout
        assert f"    smartopt-lab {step.words[0]} " in shown.stdout
        assert step.result.exists()
    manifest = Manifest.read(out / "models" / "small-22")
    assert manifest.lists == tuple(json.loads((out / "coreset.json").read_text())["lists"]["size"])
    choosers = json.loads((out / "evaluation.json").read_text())["choosers"]
    assert {"oz", "coreset", "small-22", "oracle"} <= {row["name"] for row in choosers}

    again = everything(out)
    assert again.returncode == 0
    assert again.stdout.count("done before") == len(steps)

    other = everything(out, "--llvm", "22.1")
    assert other.returncode == 2
    assert "other settings" in other.stderr


def test_a_given_corpus(tmp_path: Path) -> None:
    """Its train packages are searched, and nothing is compiled; without any there is nothing to do."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    with pytest.raises(UsageError, match="no train packages"):
        steps_of(LabSettings(tmp_path / "out", corpus))
    rows = [("grep", "train", "built"), ("popt", "validation", "built"), ("sed", "train", "failed")]
    row = {"version": "", "why": "", "files": 1, "bytes": 1, "sha256": "", "seconds": 1.0}
    lines = [json.dumps({"package": name, "split": split, "status": status, **row}) for name, split, status in rows]
    (corpus / "manifest.jsonl").write_text("".join(f"{line}\n" for line in lines))
    steps = steps_of(LabSettings(tmp_path / "out", corpus))
    assert [step.name for step in steps][:2] == ["functions", "tune"]
    folders = [word for word in steps[1].words if "bitcode" in word]
    assert folders == [str(corpus / "bitcode" / "grep")]


def test_a_step_that_fails_or_hangs(tmp_path: Path) -> None:
    """It is not done; what follows is not begun."""
    said: list[str] = []
    bad = Step(
        "bad", "fail", ("corpus", "examples", "--folder", str(tmp_path / "a"), "--sources", "/nowhere"), tmp_path
    )
    with pytest.raises(StepFailed, match="bad failed"):
        run_steps([bad, Step("next", "never", (), tmp_path)], tmp_path / "done", said.append)
    assert not any("next" in line for line in said)
    empty = Step("empty", "make nothing", ("--help",), tmp_path / "nothing")
    with pytest.raises(StepFailed, match="left no"):
        run_steps([empty], tmp_path / "done", said.append)
    slow = Step("slow", "take long", ("--help",), tmp_path)
    assert not run_steps([slow], tmp_path / "done", said.append, time_limit=0.01)
    assert not (tmp_path / "done").exists()
