"""Statistics: nothing counted twice, nothing torn, nobody held up."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from smartopt.state import statistics
from tests.support import ROOT


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SMARTOPT_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def test_counting(state: Path) -> None:
    assert statistics.read() == {}
    statistics.record({"runs": 1, "reason": {"opt-not-size": 2}, "bytes": {"oz": 1000, "output": 900}})
    statistics.record({"runs": 1, "bytes": {"oz": 500, "output": 500}})
    assert statistics.read() == {"runs": 2, "reason.opt-not-size": 2, "bytes.oz": 1500, "bytes.output": 1400}
    assert json.loads(statistics.show(json=True)) == statistics.read()
    text = statistics.show()
    assert "100 of -Oz's 1,500 (6.67%)" in text
    assert "does not ask for a size optimisation; the real opt ran it [opt-not-size]" in text
    statistics.record({"runs": 2, "winner": {"oz": 1, "plan": 1}, "milliseconds": 3100, "cache": {"hit": 2}})
    statistics.record({"reason": {"trial-crash": 1, "driver-no-compile": 7}})
    text = statistics.show()
    assert re.search(r"^-Oz's own output +1$", text, re.MULTILINE)
    assert "3.1 (1.55 a module)" in text
    assert "2 remembered, 0 searched" in text
    calls, within = text.split("In what smartopt compiled:")
    assert ("[driver-no-compile]" in calls, "[trial-crash]" in within) == (True, True)
    statistics.zero()
    assert statistics.read() == {}
    assert "Nothing" in statistics.show()


def test_private(state: Path) -> None:
    before = os.umask(0)
    try:
        statistics.record({"runs": 1})
    finally:
        os.umask(before)
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert [stat.S_IMODE(f.stat().st_mode) for f in state.iterdir()] == [0o600]


def test_folding_keeps_the_sum(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "_FOLD_AT", 300)
    for number in range(200):
        statistics.record({"runs": 1, "reason": {f"r{number % 3}": number}})
    total = statistics.read()
    assert total["runs"] == 200
    assert sum(total.values()) - 200 == sum(range(200))
    assert (state / "stats").stat().st_size < 600
    assert os.listdir(state) == ["stats"]


def test_torn_and_foreign_lines_are_skipped(state: Path) -> None:
    statistics.record({"runs": 1})
    with open(state / "stats", "ab") as file:
        file.write(b"\nruns=5\nruns=x .\n\xff\xfe .\nruns=7 bytes.o")
    statistics.record({"runs": 1})
    assert statistics.read() == {"runs": 2}


_WRITER = """
import sys
from smartopt.state import statistics
statistics._FOLD_AT = 2000
for _ in range(int(sys.argv[1])):
    statistics.record({"runs": 1, "twin": 1, "reason": {"opt-not-size": 1}})
    print(".", end="", flush=True)
"""


def _writer(times: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _WRITER, str(times)], cwd=ROOT, stdout=subprocess.PIPE)


def test_parallel_writers_lose_nothing(state: Path) -> None:
    writers = [_writer(150) for _ in range(4)]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    # A lock that is busy for 20 ms costs the event, by design: on a crowded machine a few may go.
    runs = statistics.read()["runs"]
    assert 600 * 0.98 <= runs <= 600
    assert set(statistics.read().values()) == {runs}


def test_kill_9_never_corrupts(state: Path) -> None:
    chance = random.Random(7)
    written = 0
    for _ in range(12):
        writer = _writer(100_000)
        time.sleep(0.1 + chance.random() / 10)
        writer.send_signal(signal.SIGKILL)
        written += len(writer.communicate()[0])
    total = statistics.read()
    # Each event is counted once; the last of each killed writer may not have been printed.
    assert written * 0.98 <= total["runs"] <= written + 12
    assert total["runs"] == total["twin"] == total["reason.opt-not-size"]
    statistics.record({"runs": 1})
    assert statistics.read()["runs"] == total["runs"] + 1


def test_a_full_disk_is_no_error(state: Path) -> None:
    statistics.record({"runs": 1})
    script = """
import resource, signal
from smartopt.state import statistics
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (12, 12))
statistics.record({"runs": 1, "reason": {"opt-not-size": 1}})
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
    assert statistics.read() == {"runs": 1}
    statistics.record({"runs": 1})
    assert statistics.read() == {"runs": 2}


def test_links_and_strangers_are_refused(state: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("precious")
    state.mkdir(mode=0o700)
    (state / "stats").symlink_to(tmp_path / "elsewhere")
    statistics.record({"runs": 1})
    assert (tmp_path / "elsewhere").read_text() == "precious"
    (state / "stats").unlink()
    os.mkfifo(state / "stats")
    statistics.record({"runs": 1})  # and it does not hang
    (state / "stats").unlink()
    state.chmod(0o777)
    statistics.record({"runs": 1})
    assert os.listdir(state) == []
    state.rmdir()
    (tmp_path / "mine").mkdir(mode=0o700)
    state.symlink_to(tmp_path / "mine")
    statistics.record({"runs": 1})
    assert os.listdir(tmp_path / "mine") == []


def test_no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SMARTOPT_DIR", str(tmp_path / "file" / "below"))
    statistics.record({"runs": 1})
    monkeypatch.delenv("SMARTOPT_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "relative")
    statistics.record({"runs": 1})


def test_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from smartopt.state.paths import state_dir

    monkeypatch.delenv("SMARTOPT_DIR")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    assert state_dir() == str(tmp_path / ".cache" / "smartopt")
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert state_dir() == "/x/smartopt"


def test_names_that_would_break_a_line_are_not_counted() -> None:
    statistics.record({"a b": 1})
    statistics.record({"a=b": 1})
    statistics.record({"a\nb": 1})
    assert statistics.read() == {}


def test_recording_imports_little() -> None:
    script = (
        "import sys; before = set(sys.modules); import smartopt.state.statistics; print(*(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"typing", "re", "json", "sqlite3", "collections", "dataclasses", "subprocess"}
    assert heavy.isdisjoint(done.stdout.split())
