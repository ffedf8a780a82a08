"""The table of facts about functions: what is put comes back or is a miss, whatever happens to the file in between."""

from __future__ import annotations

import os
import random
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from smartopt.state.function_table import KEY, VALUE, FunctionTable
from smartopt.state.paths import clear_cache


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SMARTOPT_DIR", str(tmp_path / "own"))
    return tmp_path / "own"


def fact(number: int) -> tuple[bytes, bytes]:
    rng = random.Random(number)
    return rng.randbytes(KEY), rng.randbytes(VALUE)


def test_it_is_a_map_and_other_processes_see_it(home: Path) -> None:
    table = FunctionTable()
    facts = dict(map(fact, range(500)))
    assert not any(map(table.get, facts))
    for key, value in facts.items():
        table.put(key, value)
    other = FunctionTable()
    assert {key: other.get(key) for key in facts} == facts
    key = next(iter(facts))
    other.put(key, bytes(VALUE))
    assert table.get(key) == bytes(VALUE)


def test_it_never_grows_beyond_its_limit_and_keeps_what_came_last(home: Path) -> None:
    table = FunctionTable(limit=16 << 10)
    facts = list(map(fact, range(2000)))
    for key, value in facts:
        table.put(key, value)
    assert (home / "functions").stat().st_size <= 16 << 10
    found = [table.get(key) for key, _ in facts]
    assert found[-1] == facts[-1][1]
    assert all(value in (None, own) for value, (_, own) in zip(found, facts, strict=True))
    assert 150 < sum(value is not None for value in found) <= 240  # slots of four pages


@pytest.mark.parametrize("seed", range(20))
def test_damage_is_a_miss_and_can_be_overwritten(home: Path, seed: int) -> None:
    key, value = fact(1)
    FunctionTable().put(key, value)
    path = home / "functions"
    data = bytearray(path.read_bytes())
    start, size = data.index(key), KEY + VALUE + 4
    data[start + random.Random(seed).randrange(size)] ^= 1 + seed
    path.write_bytes(data)
    assert FunctionTable().get(key) is None
    FunctionTable().put(key, value)
    assert FunctionTable().get(key) == value


def test_a_cut_file_a_link_and_a_foreign_file_are_misses(home: Path) -> None:
    key, value = fact(2)
    FunctionTable().put(key, value)
    path = home / "functions"
    path.write_bytes(path.read_bytes()[:100])
    assert FunctionTable().get(key) is None
    path.write_bytes(os.urandom(100_000))
    table = FunctionTable()
    assert table.get(key) is None
    table.put(key, value)
    assert table.get(key) == value
    elsewhere = home / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    linked = FunctionTable()
    linked.put(key, bytes(VALUE))
    assert linked.get(key) is None
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o600


def test_without_a_folder_of_its_own_nothing_is_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir()
    home.chmod(0o777)
    key, value = fact(3)
    table = FunctionTable()
    table.put(key, value)
    assert table.get(key) is None
    assert not list(home.iterdir())


def test_a_full_disk_does_no_harm(home: Path) -> None:
    """Writing fails as on a full disk; what is there already is still found."""
    key, value = fact(4)
    FunctionTable().put(key, value)
    script = (
        "import sys; from smartopt.state.function_table import *; table = FunctionTable()\n"
        f"table.put({fact(5)[0]!r}, {fact(5)[1]!r}); print(table.get({key!r}) == {value!r})"
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    done = subprocess.run([sys.executable, "-c", script], preexec_fn=limit, capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_writers_at_the_same_time_lose_facts_at_most(home: Path) -> None:
    """Four processes fill two pages; whatever is found is what one of them stored."""
    script = (
        "import random, sys; from smartopt.state.function_table import *\n"
        "table = FunctionTable(limit=8192); rng = random.Random(int(sys.argv[1]))\n"
        "for _ in range(3000):\n"
        "    key = rng.randbytes(KEY); table.put(key, (key * VALUE)[:VALUE]); got = table.get(key)\n"
        "    assert got in (None, (key * VALUE)[:VALUE]), got\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(number)]) for number in range(4)]
    assert [one.wait(60) for one in running] == [0] * 4
    assert (home / "functions").stat().st_size <= 8192


def test_clearing_the_cache_deletes_it(home: Path) -> None:
    key, value = fact(6)
    FunctionTable().put(key, value)
    assert 0 < clear_cache() <= 64 << 10  # what a sparse file takes, not what it seems to hold
    assert not (home / "functions").exists()
    assert FunctionTable().get(key) is None
