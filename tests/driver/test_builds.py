"""Whole builds in trouble: many at once, workers killed, memory short, the cache gone, the disk full.

Every build must end with the objects of an undisturbed one, or as clang itself would end.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import C_SOURCE, Pair, make_pair

COUNT = 10
MAKEFILE = """
objects := $(patsubst %.c,%.o,$(wildcard *.c))
all: $(objects)
%.o: %.c
\t$(CC) $(CFLAGS) -MMD -c -o $@ $<
"""


def sources() -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {f"f{n}.c": C_SOURCE.replace("9", str(n + 3)) for n in range(COUNT)}
    return {**files, "Makefile": MAKEFILE}


def start(pair: Pair, *how: str, jobs: int = 8, **more: object) -> subprocess.Popen[bytes]:
    words = ["make", f"-j{jobs}", f"CC={pair.door()}", "CFLAGS=-Oz", *how]
    return subprocess.Popen(
        words,
        cwd=pair.work,
        env=pair.env(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **more,  # type: ignore[call-overload]
    )


def finish(pair: Pair, build: subprocess.Popen[bytes]) -> dict[str, bytes]:
    _, err = build.communicate(timeout=300)
    assert build.returncode == 0, err.decode()
    assert err == b""
    return objects(pair)


def objects(pair: Pair) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(pair.work.glob("*.o"))}


@pytest.fixture
def pair(pair: Pair) -> Pair:
    pair.environment["SMARTOPT_SELECT"] = "auto"
    pair.files = sources()
    return pair


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, doors: Path) -> dict[str, bytes]:
    """The objects of a quiet build, with real optimising, one job at a time."""
    quiet = make_pair(tmp_path_factory.mktemp("quiet"), doors)
    quiet.environment["SMARTOPT_SELECT"] = "auto"
    quiet.files = sources()
    quiet.fresh()
    made = finish(quiet, start(quiet, jobs=1))
    assert len(made) == COUNT
    return made


def children_of_doors(build: subprocess.Popen[bytes], door: str) -> Iterator[int]:
    """Processes below the build whose parent is one of our drivers: compilers and trial workers."""
    parents: dict[int, int] = {}
    ours: set[int] = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        pid = int(entry.name)
        parents[pid] = int(stat.rpartition(")")[2].split()[1])
        if door.encode() in command.split(b"\0"):
            ours.add(pid)

    def below(pid: int) -> bool:
        while pid > 1:
            if pid == build.pid:
                return True
            pid = parents.get(pid, 0)
        return False

    # A fork of a driver has the driver's command line; the driver itself is make's (or its shell's) child.
    yield from (pid for pid, parent in parents.items() if parent in ours and below(pid))


def test_other_jobs_folder_and_cache_give_the_same_objects(pair: Pair, undisturbed: dict[str, bytes]) -> None:
    """The second build has a warm cache, the third another folder and a cold one, all at once."""
    pair.fresh()
    assert finish(pair, start(pair)) == undisturbed
    shutil.rmtree(pair.state)
    pair.home = pair.home / "deeper" / "elsewhere"
    pair.home.mkdir(parents=True)
    pair.fresh()
    assert finish(pair, start(pair)) == undisturbed


def test_workers_are_killed(pair: Pair, undisturbed: dict[str, bytes]) -> None:
    """SIGKILL for a random child of ours, several times a second, until the build is done."""
    pair.fresh()
    pair.environment["SMARTOPT_DIR"] = str(pair.home / "another-state")
    build = start(pair)
    killed = 0
    chance = random.Random(7)

    def kill() -> None:
        nonlocal killed
        while build.poll() is None:
            victims = list(children_of_doors(build, pair.door()))
            if victims:
                try:
                    os.kill(chance.choice(victims), signal.SIGKILL)
                    killed += 1
                except ProcessLookupError:
                    pass
            time.sleep(0.3)

    killer = threading.Thread(target=kill)
    killer.start()
    made = finish(pair, build)
    killer.join()
    assert killed > 0
    assert made.keys() == undisturbed.keys()
    plain = {}
    for name in made:
        pair.run(pair.clang, "-Oz", "-c", name.replace(".o", ".c"), "-o", "plain")
        plain[name] = (pair.work / "plain").read_bytes()
    # A compile that lost a worker may end as clang's own, never as anything else.
    assert [n for n in made if made[n] not in (undisturbed[n], plain[n])] == []


@pytest.mark.parametrize("megabytes", [300, 600, 2000])
def test_little_memory(pair: Pair, undisturbed: dict[str, bytes], megabytes: int) -> None:
    pair.fresh()
    limit = megabytes * 1024 * 1024
    build = start(pair, jobs=4, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    _, err = build.communicate(timeout=300)
    if build.returncode:
        # Then clang itself cannot live with so little.
        pair.fresh()
        alone = subprocess.run(
            [pair.clang, "-Oz", "-c", "f0.c"],
            cwd=pair.work,
            check=False,
            capture_output=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        )
        assert alone.returncode != 0, err.decode()
        return
    assert objects(pair).keys() == undisturbed.keys()


def test_the_cache_folder_vanishes(pair: Pair, undisturbed: dict[str, bytes]) -> None:
    pair.fresh()
    build = start(pair)
    while build.poll() is None:
        shutil.rmtree(pair.state, ignore_errors=True)
        time.sleep(0.05)
    assert finish(pair, build) == undisturbed


@pytest.fixture
def small_disk(pair: Pair) -> Iterator[Path]:
    """A file system of 256 KiB."""
    disk = pair.home / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k,mode=0755", "none", str(disk)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("only root may mount a small disk, and not in every container")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_the_disk_of_the_cache_is_full(pair: Pair, undisturbed: dict[str, bytes], small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(b"x" * 240 * 1024)
    pair.environment["SMARTOPT_DIR"] = str(small_disk / "state")
    pair.fresh()
    assert finish(pair, start(pair)) == undisturbed


def test_the_disk_of_the_outputs_is_full(pair: Pair, undisturbed: dict[str, bytes], small_disk: Path) -> None:
    """As with clang: an error, and no half objects under their final names."""
    ends = []
    for program in (pair.clang, pair.door()):
        for path in small_disk.iterdir():
            path.unlink()
        pair.fresh()
        shutil.copy(pair.work / "f0.c", small_disk)
        filler = small_disk / "filler"
        try:
            filler.write_bytes(b"x" * 300 * 1024)
        except OSError:
            pass
        done = pair.run(program, "-Oz", "-c", str(small_disk / "f0.c"), "-o", str(small_disk / "f0.o"))
        ends.append((done.code, (small_disk / "f0.o").exists()))
    assert ends[0] == ends[1]
    assert ends[0][0] != 0


def test_interrupting_a_build_leaves_nothing_running(pair: Pair) -> None:
    """Ctrl-C reaches the whole group: every process ends, no temporary file stays."""
    pair.fresh()
    # A job that a shell put into the background ignores SIGINT, and so would what it starts.
    heed = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    build = start(pair, start_new_session=True, preexec_fn=heed)
    time.sleep(1.0)
    os.killpg(build.pid, signal.SIGINT)
    build.communicate(timeout=30)
    assert build.returncode != 0
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.killpg(build.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.killpg(build.pid, 0)
    names = {path.name for path in pair.work.iterdir()} - {"Makefile"}
    assert {Path(name).suffix for name in names} <= {".c", ".o", ".d"}
    # What is there is whole.
    for name, content in objects(pair).items():
        assert content.startswith(b"\x7fELF"), name
