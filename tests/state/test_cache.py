"""The decision cache: what is put comes back or is a miss, whatever happens to the files in between."""

from __future__ import annotations

import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartopt.state.cache import Cache


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=200)), max_size=12))
def test_it_is_a_map(tmp_path: Path, pairs: list[tuple[str, bytes]]) -> None:
    cache = Cache(str(tmp_path / os.urandom(6).hex()))
    told: dict[str, bytes] = {}
    for key, value in pairs:
        cache.put(key, value)
        told[key] = value
        assert all(cache.get(k) == v for k, v in told.items())
    assert cache.get("never put") is None or "never put" in told


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 200), st.integers(1, 255))
def test_a_damaged_entry_is_a_miss_and_goes_away(tmp_path: Path, at: int, flip: int) -> None:
    folder = tmp_path / "c"
    cache = Cache(str(folder))
    cache.put("key", b"x" * 120)
    (entry,) = entries(folder)
    data = bytearray(entry.read_bytes())
    data[at % len(data)] ^= flip
    entry.write_bytes(data)
    assert cache.get("key") is None
    assert not entry.exists()


def test_a_cut_moved_or_linked_entry_is_a_miss(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    cache = Cache(str(folder))
    cache.put("one", b"first")
    (one,) = entries(folder)
    cache.put("two", b"second")
    (two,) = (path for path in entries(folder) if path != one)
    one.write_bytes(two.read_bytes())
    assert cache.get("one") is None
    assert cache.get("two") == b"second"
    two.write_bytes(two.read_bytes()[:20])
    assert cache.get("two") is None
    cache.put("two", b"second")
    elsewhere = tmp_path / "elsewhere"
    two.rename(elsewhere)
    two.symlink_to(elsewhere)
    assert cache.get("two") is None


def test_it_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTOPT_DIR", str(tmp_path / "own"))
    old = os.umask(0)
    try:
        Cache().put("key", b"value")
    finally:
        os.umask(old)
    for path in [tmp_path / "own", *(tmp_path / "own").rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    assert Cache().get("key") == b"value"
    os.chmod(tmp_path / "own" / "cache", 0o777)  # now anyone could have planted it
    assert Cache().get("key") is None
    Cache().put("other", b"value")
    assert len(entries(tmp_path / "own")) == 1


def test_the_size_is_limited_and_the_oldest_go_first(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    cache = Cache(str(folder), limit=64 * 8000)
    keys = [f"key {number}" for number in range(2000)]
    past = time.time() - 10_000
    value = random.Random(1).randbytes(1000)
    for number, key in enumerate(keys):
        cache.put(key, value)
        if number == 0:
            first = entries(folder)[0]
        for entry in entries(folder) if number % 500 == 0 else ():
            os.utime(entry, (past + number, past + number))
    assert sum(path.stat().st_size for path in entries(folder)) <= 64 * 8000
    assert not first.exists()
    assert cache.get(keys[-1]) == value
    assert all(len(list(shard.iterdir())) <= 8 for shard in folder.iterdir())


def test_using_an_entry_makes_it_young(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    cache = Cache(str(folder))
    cache.put("key", b"value")
    (entry,) = entries(folder)
    os.utime(entry, (1_000_000, 1_000_000))
    assert cache.get("key") == b"value"
    assert entry.stat().st_mtime > time.time() - 100


def test_what_a_killed_process_left_is_cleaned_up(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    cache = Cache(str(folder))
    cache.put("key", b"value")
    (entry,) = entries(folder)
    left = entry.parent / ".1234-dead"
    left.write_bytes(b"half")
    os.utime(left, (1_000_000, 1_000_000))
    cache.put("key", b"value")
    assert entries(folder) == [entry]


def test_a_large_value_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "c"), limit=64 * 1000)
    cache.put("key", random.Random(1).randbytes(500))
    assert cache.get("key") is None


def test_a_long_decision_is_kept_because_it_says_much_the_same(tmp_path: Path) -> None:
    """As of a module with thousands of functions."""
    cache = Cache(str(tmp_path / "c"))
    value = b"".join(b'{"name":"function_%d","passes":"function-simplification<Oz>"},' % n for n in range(20_000))
    cache.put("key", value)
    assert cache.get("key") == value
    assert entries(tmp_path / "c")[0].stat().st_size < len(value) / 10


def test_an_entry_that_would_fill_the_memory_is_a_miss(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "c"), limit=64 * 1024 * 1024)
    cache.put("key", bytes(64 * 1024 * 1024 + 1))
    assert cache.get("key") is None
    assert entries(tmp_path / "c") == []


@pytest.mark.parametrize("trouble", ["a file in its place", "a folder that goes away", "no home"])
def test_trouble_with_the_folder_is_a_miss(trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTOPT_DIR", str(tmp_path / "own"))
    cache = Cache()
    if trouble == "a file in its place":
        (tmp_path / "own").write_text("in the way")
    elif trouble == "a folder that goes away":
        cache.put("key", b"value")
        (tmp_path / "own").rename(tmp_path / "gone")
        assert cache.get("key") is None
        cache.put("key", b"value")
        assert cache.get("key") == b"value"
        return
    else:
        monkeypatch.setenv("SMARTOPT_DIR", "")
        monkeypatch.setenv("XDG_CACHE_HOME", "")
        monkeypatch.setenv("HOME", "relative")
        cache = Cache()
    cache.put("key", b"value")
    assert cache.get("key") is None


def test_a_full_disk_is_a_miss(tmp_path: Path) -> None:
    """RLIMIT_FSIZE cuts the write short, as a full disk does."""
    program = (
        "import os, resource, signal, sys\n"
        "from smartopt.state.cache import Cache\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "cache = Cache(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "cache.put('key', os.urandom(5000))\n"
        "assert cache.get('key') is None\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "c")], check=True, cwd=_root())
    assert entries(tmp_path / "c") == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 100


def test_many_writers_and_kill_9(tmp_path: Path) -> None:
    """Processes put and get the same keys while some are killed: every answer is right or a miss."""
    program = (
        "import sys, os\n"
        "from smartopt.state.cache import Cache\n"
        "cache = Cache(sys.argv[1], limit=64 * 4000)\n"
        "for number in range(10**9):\n"
        "    key = f'key {number % 50}'\n"
        "    value = cache.get(key)\n"
        "    assert value is None or value == (key * 50).encode(), value\n"
        "    cache.put(key, (key * 50).encode())\n"
        "    if os.getppid() != int(sys.argv[2]): break\n"
    )
    running = []
    for _ in range(6):
        command = [sys.executable, "-c", program, str(tmp_path / "c"), str(os.getpid())]
        running.append(subprocess.Popen(command, cwd=_root(), stderr=subprocess.PIPE))
    time.sleep(1.5)
    for process in running:
        process.send_signal(signal.SIGKILL)
    said = [process.communicate()[1] for process in running]
    assert said == [b""] * 6
    cache = Cache(str(tmp_path / "c"))
    values = {number: cache.get(f"key {number}") for number in range(50)}
    assert all(v is None or v == f"key {n}".encode() * 50 for n, v in values.items())
    assert any(values.values())


def test_files_cost_less_than_sqlite(tmp_path: Path) -> None:
    """The reason for files: a process that puts one value and gets one, as a compile does."""
    files = (
        "import sys; from smartopt.state.cache import Cache; c = Cache(sys.argv[1] + '/files');"
        "c.get(sys.argv[2]); c.put(sys.argv[2], b'v' * 1000)"
    )
    sqlite = (
        "import sys, sqlite3, hashlib, os, smartopt; d = sqlite3.connect(sys.argv[1] + '/db', timeout=0.05);"
        "d.execute('create table if not exists t (k primary key, v, u)');"
        "d.execute('select v from t where k=?', (sys.argv[2],)).fetchone();"
        "d.execute('insert or replace into t values (?, ?, 0)', (sys.argv[2], b'v' * 1000)); d.commit()"
    )
    took = {}
    for name, program in (("files", files), ("sqlite", sqlite)):
        times = []
        for number in range(12):
            began = resource.getrusage(resource.RUSAGE_CHILDREN)
            command = [
                sys.executable,
                "-I",
                "-S",
                "-c",
                f"import sys; sys.path.insert(0, {_root()!r}); {program}",
            ]
            subprocess.run([*command, str(tmp_path), str(number)], check=True)
            ended = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime)
        took[name] = min(times)
    print(f"files {1000 * took['files']:.1f} ms, sqlite {1000 * took['sqlite']:.1f} ms for one process")
    assert took["files"] < took["sqlite"] * 1.5  # a figure for people; this only notices what is quite wrong


def _root() -> str:
    return str(Path(__file__).resolve().parents[2])


def test_an_entry_of_terabytes_is_a_miss_and_goes(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "c"))
    cache.put("key", b"value")
    (path,) = [path for path in (tmp_path / "c").rglob("*") if path.is_file()]
    os.truncate(path, 1 << 40)
    assert cache.get("key") is None
    assert not path.exists()
