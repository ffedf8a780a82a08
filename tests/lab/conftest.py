"""One small trained run and its export, made once for all tests that need them."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from smartopt.errors import UsageError
from smartopt.lab.plugin import PluginStore
from smartopt.llvm.toolchain import find_toolchain
from tests.lab import training
from tests.support import plugin_store


@pytest.fixture(scope="session")
def labelled_corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Corpus and labels."""
    return training.make(tmp_path_factory.mktemp("labelled_corpus"))


@pytest.fixture(scope="session")
def store() -> PluginStore:
    """The plugin for clang 22."""
    try:
        return plugin_store(str(find_toolchain("22").clang)).ready()
    except UsageError as error:
        pytest.skip(str(error))


@pytest.fixture
def own_plugins(store: PluginStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Campaigns that build plugins find that one, and write nothing to the user's cache."""
    for module in ("bench.build", "fuzz.campaign", "fuzz.link_campaign", "fuzz.shape_campaign"):
        monkeypatch.setattr(f"smartopt.lab.{module}.PluginStore", lambda *_: store)


@pytest.fixture(scope="session")
def run(labelled_corpus: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a few steps."""
    folder = tmp_path_factory.mktemp("run") / "run"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        training.train(labelled_corpus, folder, steps=24, every=12)
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
