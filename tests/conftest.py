"""For all tests: no setting of the user's reaches them, and what they count stays with them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all-targets", action="store_true", help="compile for every target (tests/driver/test_targets.py)"
    )
    parser.addoption(
        "--whole-paper", action="store_true", help="run every part at scale smoke (tests/lab/paper/test_paper.py)"
    )


@pytest.fixture(autouse=True, scope="session")
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("SMARTOPT_")]:
        del os.environ[name]
    os.environ["SMARTOPT_DIR"] = str(tmp_path_factory.mktemp("state") / "smartopt")
    os.environ["SMARTOPT_PLUGIN"] = "0"  # no compile begins to build one in the background
    # Typer and rich measure the terminal; the tests read what they print.
    os.environ.update(COLUMNS="120", NO_COLOR="1", TERM="dumb")
    # A shell without job control starts what runs beside it with this signal ignored, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    os.environ.clear()
    os.environ.update(before)
