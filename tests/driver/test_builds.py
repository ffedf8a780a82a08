"""Whole builds in trouble: many at once, workers killed, memory short, the cache gone, the disk full.

Every build must end with the objects of an undisturbed one, or as clang itself would end. What is built are small C
files, and programs in C and C++ with debug information, which also say whether they still work.
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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from .conftest import C_SOURCE, ROOT, Pair, make_pair

MAKEFILE = """
flags := -Oz -g -ffunction-sections -ffile-prefix-map=$(CURDIR)=.
all: calc pack tally $(patsubst %.c,%.o,$(wildcard f*.c))
calc: calc.o
pack: pack.o
tally: tally.o main.o
calc pack tally:
\t$(CXX) -o $@ $^
f%.o: f%.c
\t$(CC) -Oz -MMD -c -o $@ $<
%.o: %.c
\t$(CC) $(flags) -MMD -c -o $@ $<
%.o: %.cc
\t$(CXX) $(flags) -MMD -c -o $@ $<
"""
EXAMPLES = ROOT / "examples"
SOURCES = [EXAMPLES / "src" / "calc.c", EXAMPLES / "src" / "pack.c", *(EXAMPLES / "tally").iterdir()]
FILES: dict[str, str | bytes] = {
    "Makefile": MAKEFILE,
    **{f"f{n}.c": C_SOURCE.replace("9", str(n + 3)) for n in range(3)},
    **{path.name.replace(".cpp", ".cc"): path.read_bytes() for path in SOURCES},
}
OBJECTS = 7
COMMANDS = (("./calc", "2*(3+4)", "1/0"), ("./pack",), ("./tally", "tally.c"))
"""They say whether what was built works."""


@dataclass
class Made:
    """A build's objects, and what its programs said."""

    objects: dict[str, bytes] = field(default_factory=dict)
    said: list[tuple[int, bytes]] = field(default_factory=list)


def start(pair: Pair, *how: str, jobs: int = 8, **more: object) -> subprocess.Popen[bytes]:
    words = ["make", f"-j{jobs}", f"CC={pair.door()}", f"CXX={pair.door(cxx=True)}", *how]
    return subprocess.Popen(
        words,
        cwd=pair.work,
        env=pair.env(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **more,  # type: ignore[call-overload]
    )


def finish(pair: Pair, build: subprocess.Popen[bytes]) -> Made:
    _, err = build.communicate(timeout=300)
    assert build.returncode == 0, err.decode()
    assert err == b""
    return made_in(pair)


def made_in(pair: Pair) -> Made:
    runs = (pair.run(*command, env={"LC_ALL": "C"}) for command in COMMANDS)
    return Made(objects(pair.work), [(run.code, run.stdout + run.stderr) for run in runs])


def objects(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.o"))}


@pytest.fixture
def pair(pair: Pair) -> Pair:
    pair.environment["SMARTOPT_SELECT"] = "auto"
    pair.files = FILES
    return pair


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory, doors: Path) -> Callable[[str], Made]:
    """Builds in quiet, one job at a time, with ``SMARTOPT_SELECT`` or SMARTOPT_DISABLE."""

    def build(select: str) -> Made:
        quiet = make_pair(tmp_path_factory.mktemp("quiet"), doors)
        quiet.environment["SMARTOPT_SELECT"] = select
        quiet.files = FILES
        quiet.fresh()
        made = finish(quiet, start(quiet, jobs=1))
        assert len(made.objects) == OBJECTS
        return made

    return build


@pytest.fixture(scope="module")
def undisturbed(quiet: Callable[[str], Made]) -> Made:
    """What is made where nothing happens, with real optimising."""
    return quiet("auto")


@pytest.fixture(scope="module")
def plain(quiet: Callable[[str], Made], undisturbed: Made) -> Made:
    """What clang itself makes: objects that a compile in trouble may end with."""
    made = quiet("baseline")
    assert made.said == undisturbed.said
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


def test_other_jobs_folder_and_cache_give_the_same_objects(pair: Pair, undisturbed: Made) -> None:
    """Cold with many jobs, warm in another folder, and cold in that one."""
    for folder, cold in (("here", True), ("deeper/elsewhere", False), ("deeper/elsewhere", True)):
        if cold:
            shutil.rmtree(pair.state, ignore_errors=True)
        before = pair.counted().get("cache.hit", 0)
        moved = replace(pair, home=pair.home / folder)
        moved.home.mkdir(parents=True, exist_ok=True)
        moved.fresh()
        assert finish(moved, start(moved)) == undisturbed
        hits = pair.counted().get("cache.hit", 0) - before
        assert hits == (0 if cold else OBJECTS)


def test_workers_are_killed(pair: Pair, undisturbed: Made, plain: Made) -> None:
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
            time.sleep(0.2)

    killer = threading.Thread(target=kill)
    killer.start()
    made = finish(pair, build)
    killer.join()
    assert killed > 0
    assert made.said == undisturbed.said
    # A compile that lost a worker may end as clang's own, never as anything else.
    assert whole(made.objects, undisturbed, plain) == undisturbed.objects.keys()


def whole(found: dict[str, bytes], *allowed: Made) -> set[str]:
    """The names of the objects that are as one of the builds has made them."""
    return {name for name, content in found.items() if content in [made.objects[name] for made in allowed]}


@pytest.mark.parametrize("megabytes", [300, 2000])
def test_little_memory(pair: Pair, undisturbed: Made, megabytes: int) -> None:
    pair.fresh()
    limit = megabytes * 1024 * 1024
    build = start(pair, jobs=4, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    _, err = build.communicate(timeout=300)
    if build.returncode:
        # Then clang itself cannot live with so little.
        pair.fresh()
        pair.environment["SMARTOPT_DISABLE"] = "1"
        alone = start(pair, jobs=4, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
        alone.communicate(timeout=300)
        assert alone.returncode == build.returncode, err.decode()
        return
    made = made_in(pair)
    assert made.objects.keys() == undisturbed.objects.keys()
    assert made.said == undisturbed.said


def test_the_cache_folder_vanishes(pair: Pair, undisturbed: Made) -> None:
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


def test_the_disk_of_all_that_is_ours_is_full(pair: Pair, undisturbed: Made, small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(b"x" * 240 * 1024)
    for name in ("DIR", "REPORT_DIR", "COLLECT_DIR", "LOGFILE"):
        pair.environment[f"SMARTOPT_{name}"] = str(small_disk / name)
    pair.fresh()
    assert finish(pair, start(pair)) == undisturbed


def test_the_disk_of_the_outputs_fills_up(pair: Pair, undisturbed: Made, plain: Made, small_disk: Path) -> None:
    """As with clang: errors, and no half objects under their final names; with room again, make goes on."""
    work, filler = small_disk / "work", small_disk / "filler"
    codes = []
    for disable in ("1", "0"):
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(pair.fresh(), work)
        left = shutil.disk_usage(small_disk).free
        filler.write_bytes(b"x" * (left - 40 * 1024))  # for some of the objects; the others find no room at all
        pair.environment["SMARTOPT_DISABLE"] = disable
        build = start(pair, "-k", "-C", str(work))
        build.communicate(timeout=300)
        codes.append(build.returncode)
        found = objects(work)
        assert whole(found, undisturbed, plain) == found.keys()
        filler.unlink()
    assert codes == [2, 2]
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    build = start(pair, "-C", str(work))
    assert build.communicate(timeout=300)[1] == b""
    assert build.returncode == 0
    assert whole(objects(work), undisturbed, plain) == undisturbed.objects.keys()


def test_interrupting_a_build_leaves_nothing_running(pair: Pair) -> None:
    """Ctrl-C reaches the whole group: every process ends, no temporary file stays."""
    pair.fresh()
    # A job that a shell put into the background ignores SIGINT, and so would what it starts.
    heed = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    build = start(pair, start_new_session=True, preexec_fn=heed)
    time.sleep(0.3)  # compiles are under way; the whole build takes two to three times as long on an idle machine
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
    names = {path.name for path in pair.work.iterdir()} - FILES.keys()
    assert {Path(name).suffix for name in names} <= {".o", ".d"}
    # What is there is whole.
    for name, content in objects(pair.work).items():
        assert content.startswith(b"\x7fELF"), name
