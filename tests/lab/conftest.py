"""One small trained run and its export, made once for all tests that need them."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from tests.lab import training


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Corpus and labels."""
    return training.make(tmp_path_factory.mktemp("ground"))


@pytest.fixture(scope="session")
def run(ground: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a few steps."""
    folder = tmp_path_factory.mktemp("run") / "run"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        training.train(ground, folder, steps=24, every=12)
    return folder


@pytest.fixture(scope="session")
def model(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run, exported for serving."""
    from smartopt.lab.export.cli import write

    folder = tmp_path_factory.mktemp("models") / "small-22"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write(run, folder, "ctranslate2", "int8", "best", {})
    return folder
