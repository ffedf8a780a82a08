"""A prediction from the last compile only decides what is started early, never what comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from smartopt.codegen.configuration import OWN, PLAN, Configuration, ObjectChoice
from smartopt.driver.flags import classify, load_table
from smartopt.driver.prediction import prediction_key
from smartopt.state.cache import PREDICTIONS, Cache

from .conftest import ROOT, Pair

PLAIN = "int f(int x) { return x + 1; }\n"
"""No list makes this smaller: -Oz's own object wins, and no worker is needed to make it again."""
LATE = 'case "$*" in *-emit-llvm*) sleep 0.5; echo front-done >> "$HOME/calls";; esac'
PLANNED = (ROOT / "examples" / "src" / "calc.c").read_text()


@pytest.fixture
def real(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> Pair:
    pair.environment.update({"SMARTOPT_SELECT": "auto", "SMARTOPT_EFFORT": "default"})
    pair.files = {"a.c": PLAIN}
    for name, value in pair.environment.items():
        if name.startswith("SMARTOPT_"):
            monkeypatch.setenv(name, value)
    return pair


def key(pair: Pair) -> str:
    """The key of a.c's prediction."""
    table = load_table(22)
    assert table is not None
    return prediction_key(pair.environment["SMARTOPT_CLANG"], classify(["-Oz", "-c", str(pair.work / "a.c")], table))


def choice(pair: Pair) -> ObjectChoice | None:
    """The predicted object; None where a worker is predicted."""
    value = Cache(name=PREDICTIONS).get(key(pair))
    assert value is not None
    return None if value == b"worker" else ObjectChoice.from_data(json.loads(value))


def test_it_is_kept_and_changes_no_object(real: Pair) -> None:
    first = real.object()
    predicted = choice(real)
    assert predicted is not None
    assert predicted.source == "own"
    assert real.object() == first
    real.files = {"a.c": PLANNED}
    other = real.object()
    assert choice(real) is None
    assert real.object() == other


def test_the_back_end_is_started_with_the_front_end(real: Pair, fake: Callable[[str], Path]) -> None:
    real.object()  # by the real clang: nothing is known of the fake one
    log = fake(LATE)
    orders = []
    for _ in range(2):
        log.write_text("")
        made = real.object()
        words = ["front-done" if line == "front-done" else "front" if "-emit-llvm" in line else "back"
                 for line in log.read_text().splitlines()]  # fmt: skip
        orders.append(words)
    assert orders == [["front", "front-done", "back"], ["front", "back", "front-done"]]
    assert made == real.object()


def encoded(choice: ObjectChoice) -> bytes:
    return json.dumps(choice.to_data()).encode()


BOTH = Configuration(slim=True, outlined=True)
WRONG = {
    "own": encoded(OWN),
    "own-both": encoded(ObjectChoice("own", BOTH)),
    "plan": encoded(PLAN),
    "plan-both": encoded(ObjectChoice("plan", BOTH)),
    "worker": b"worker",
    "no-json": b"rubbish",
    "no-choice": b'{"source": "own"}',
    "empty": b"",
}


@pytest.mark.parametrize("source", [PLAIN, PLANNED], ids=["own", "plan"])
def test_a_wrong_prediction_changes_no_object(real: Pair, source: str) -> None:
    real.files = {"a.c": source}
    first = real.object()
    for name, wrong in WRONG.items():
        for remembered in (True, False):
            Cache(name=PREDICTIONS).put(key(real), wrong)
            if not remembered:
                for path in (real.state / "cache").rglob("*"):
                    path.unlink() if path.is_file() else None
            assert real.object() == first, name
            assert not [reason for reason in real.counted() if reason.startswith("reason.driver-")], name


def test_an_error_after_a_good_compile_is_clangs(real: Pair) -> None:
    """The back end that was started for it ends with it, and the object of before goes as clang removes it."""
    real.object()
    real.files = {"a.c": PLAIN.replace("x + 1", "y + 1")}  # of the same size
    assert real.same("-Oz", "-c", "a.c") == {"driver-compile-error"}


def test_a_folder_that_cannot_be_written_is_no_trouble(real: Pair) -> None:
    first = real.object()
    (real.state / "predictions").rename(real.state / "elsewhere")
    (real.state / "predictions").write_text("not a folder")
    assert real.object() == first


@pytest.mark.parametrize("trouble", ["cat > /dev/null; exit 0", "exit 3", "kill -9 $$", "echo words >&2"])
def test_trouble_of_an_early_back_end_is_unseen(real: Pair, fake: Callable[[str], Path], trouble: str) -> None:
    fake(":")
    real.object()
    assert choice(real) is not None
    fake(f"case \"$*\" in *'-x ir'*) {trouble};; esac")
    assert "driver-" in str(real.same("-Oz", "-c", "a.c"))
