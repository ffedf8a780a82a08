"""``bench memory``: sees that nothing differs where the memory is right, and that something does where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from smartopt.lab.bench.cli import app
from smartopt.worker.function_memory import BaseMemory, Remembered
from tests.optimizer.support import bitcode


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.bc").write_bytes(bitcode("words.c"))
    (tmp_path / "two.bc").write_bytes(bitcode("words.c", "-DOTHER"))
    return tmp_path


def test_the_memory_changes_nothing_and_saves_trials(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTOPT_DIR", "")  # put back what the command sets
    done = CliRunner().invoke(app, ["memory", str(folder)])
    assert done.exit_code == 0, done.output
    rows = {line.split()[0]: line.replace(",", "").split() for line in done.output.splitlines()}
    assert int(rows["without"][3]) == 0 < int(rows["without"][1])
    assert int(rows["with"][1]) + int(rows["with"][3]) == int(rows["without"][1])
    assert int(rows["again"][1]) == 0
    assert int(rows["again"][3]) == int(rows["without"][1])


def test_a_memory_that_is_wrong_is_found_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTOPT_DIR", "")
    own = BaseMemory.remember

    def wrong(self: BaseMemory, name: str, pipeline: str, measured: bool, trial: Remembered, text: bytes) -> None:
        own(
            self,
            name,
            pipeline,
            measured,
            Remembered(trial.instructions, trial.total + 1, trial.body, trial.size),
            text,
        )

    monkeypatch.setattr(BaseMemory, "remember", wrong)
    done = CliRunner().invoke(app, ["memory", str(folder), "--limit", "1"])
    assert done.exit_code == 1
    assert "1 files, 1 differ" in done.output
