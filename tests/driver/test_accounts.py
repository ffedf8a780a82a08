"""What the drivers write down: reasons with sentences, reports, collected inputs, the log."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from smartopt.reasons import REASONS, sentence

from .conftest import ROOT, Pair


def test_every_reason_in_use_has_a_sentence_and_every_sentence_a_use() -> None:
    used: set[str] = set()
    wrappers = ROOT / "wrappers"
    for path in [*(ROOT / "smartopt" / "driver").rglob("*.py"), *wrappers.glob("*.c"), *wrappers.glob("plugin/*.cpp")]:
        used |= set(re.findall(r'"(driver-[a-z-]+)"', path.read_text()))
    known = {reason for reason in REASONS if reason.startswith("driver-")}
    assert used == known
    assert all(sentence(reason) != reason for reason in known)


def test_a_report_for_each_output(pair: Pair) -> None:
    reports = pair.home / "reports"
    env = {"SMARTOPT_REPORT_DIR": str(reports), "SMARTOPT_SELECT": "auto"}
    pair.ours("-Oz", "-c", "a.c", env=env)
    pair.ours("-Oz", "-c", "a.c", "-o", "b.o", env=env)
    pair.ours("-O2", "-c", "a.c", "-o", "c.o", env=env)
    found = [json.loads(path.read_text()) for path in reports.iterdir()]
    assert len(found) == 2
    for report in found:
        assert report["schema"] == 1
        assert report["llvm"].startswith("22.")
        assert {function["name"] for function in report["functions"]} >= {"sum", "name"}


def test_collected_inputs_are_what_the_front_end_made(pair: Pair) -> None:
    folder = pair.home / "collected"
    for _ in range(2):
        pair.ours("-Oz", "-c", "a.c", env={"SMARTOPT_COLLECT_DIR": str(folder)})
    (kept,) = folder.iterdir()
    assert kept.read_bytes().startswith(b"BC\xc0\xde")
    words = ["-Oz", "-c", "-emit-llvm", "-Xclang", "-disable-llvm-passes", "a.c", "-o", "-"]
    assert pair.run(pair.clang, *words).stdout == kept.read_bytes()


@pytest.mark.parametrize("name", ["COLLECT_DIR", "REPORT_DIR", "LOGFILE"])
def test_places_that_cannot_be_written_change_nothing(pair: Pair, name: str) -> None:
    pair.eligible("-Oz", "-c", "a.c", env={f"SMARTOPT_{name}": "/proc/no/such/place"})


def test_the_log_says_why(pair: Pair) -> None:
    log = Path(pair.home / "log")
    env = {"SMARTOPT_LOGFILE": str(log)}
    pair.ours("-Oz", "-fno-slp-vectorize", "-c", "a.c", env=env)
    pair.ours("-Oz", "-c", "a.c", env=env)
    lines = log.read_text().splitlines()
    assert len(lines) == 2
    assert "driver-pipeline: -fno-slp-vectorize" in lines[0]
    assert " ms" in lines[1]


def test_sizes_and_time_are_counted(pair: Pair) -> None:
    pair.environment["SMARTOPT_SELECT"] = "auto"
    pair.ours("-Oz", "-c", "a.c")
    counted = pair.counted()
    assert counted["runs"] == 1
    assert counted["bytes.oz"] >= counted["bytes.output"] > 0
    assert counted["milliseconds"] > 0
    assert sum(n for name, n in counted.items() if name.startswith("winner.")) == 1
