"""Whole programs: lld with the plugin in it, at full link-time optimisation and at ThinLTO."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartopt.objfile.elf import Elf

from ..conftest import Pair, make_pair
from ..plugins import Plugins, stop_servers

MAIN = """\
#include <stdio.h>
int walk(const int *v, int n); int pick(int k, int x); int shift(int x);
static int twice(int x) { return shift(x) + shift(x + 1); }
int main(int argc, char **argv) {
    int v[9], sum = argc;
    for (int i = 0; i < 9; i++) { v[i] = twice(i * argc); sum += pick(i % 5, v[i]); }
    printf("%d %d\\n", walk(v, 9), sum);
    return 0;
}
"""
LIBRARY = """\
int shift(int x) { return x << 3 ^ x; }
int pick(int k, int x) {
    switch (k) { case 0: return x / 3; case 1: return x * 5; case 2: return shift(x); case 3: return x % 7; }
    return -x;
}
static int inner(const int *v, int n, int k) { int s = k; while (n--) s = s * 31 + pick(n % 5, v[n] + k); return s; }
int walk(const int *v, int n) { return inner(v, n, 1) ^ inner(v, n, 2) ^ inner(v + 1, n - 1, shift(3)); }
"""
THIN, FULL = "-flto=thin", "-flto"
SPEED = ("-O2",)


@pytest.fixture
def link(tmp_path: Path, doors: Path, plugins: Plugins) -> Iterator[Link]:
    pair = make_pair(tmp_path, doors)
    pair.plugins = plugins
    pair.environment.update(SMARTOPT_PLUGIN="1", SMARTOPT_SERVER="1", SMARTOPT_SELECT="auto")
    pair.use(22)
    pair.files = {"main.c": MAIN, "library.c": LIBRARY}
    pair.fresh()
    yield Link(pair)
    stop_servers(pair.state)


class Link:
    """Links the same objects with clang and with smartopt-clang."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair

    def compile(self, *flags: str, second: tuple[str, ...] = ()) -> None:
        for name, more in (("main", ()), ("library", second)):
            done = self.pair.run(self.pair.clang, "-Oz", *flags, *more, "-c", f"{name}.c", "-o", f"{name}.o")
            assert (done.code, done.stderr) == (0, b"")

    def program(self, compiler: str, *flags: str, **environment: str) -> bytes:
        words = ("-Oz", "-fuse-ld=lld", *flags, "main.o", "library.o", "-o", "program")
        done = self.pair.run(compiler, *words, env=environment)
        assert (done.code, done.stdout, done.stderr) == (0, b"", b"")
        return done.tree["program"][2]

    def own(self, *flags: str) -> bytes:
        return self.program(self.pair.clang, *flags)

    def ours(self, *flags: str, **environment: str) -> bytes:
        return self.program(self.pair.door(), *flags, **environment)

    def said(self) -> bytes:
        return subprocess.run([self.pair.work / "program"], capture_output=True, check=True, timeout=20).stdout

    def counted(self, start: str) -> dict[str, int]:
        return {name: count for name, count in self.pair.counted().items() if name.startswith(start)}


@pytest.mark.parametrize(("flag", "way", "modules"), [(FULL, "way.link", 1), (THIN, "way.thin", 2)])
def test_a_program_is_smaller_and_says_the_same(link: Link, flag: str, way: str, modules: int) -> None:
    link.compile(flag)
    own = link.own(flag)
    said = link.said()
    ours = link.ours(flag)
    assert link.said() == said
    assert link.counted("way.") == {way: modules}
    assert link.counted("winner.").get("winner.oz", 0) < modules
    assert not link.counted("reason.driver-")
    assert _allocated(ours) < _allocated(own)
    # from memory, and by processes of their own
    assert link.ours(flag) == ours
    (link.pair.state / "cache").rename(link.pair.home / "old")
    assert link.ours(flag, SMARTOPT_SERVER="0") == ours
    assert link.ours(flag, SMARTOPT_DISABLE="1") == own


def test_modules_of_thin_lto_in_turn_or_at_once(link: Link) -> None:
    link.compile(THIN)
    reports = link.pair.home / "reports"
    one = link.ours(THIN, "-Wl,--thinlto-jobs=1", SMARTOPT_REPORT_DIR=str(reports))
    found = [json.loads(path.read_text()) for path in reports.iterdir()]
    assert len(found) == 2
    said = link.said()
    (link.pair.state / "cache").rename(link.pair.home / "old")
    assert link.ours(THIN, "-Wl,--thinlto-jobs=2") == one
    assert one != link.own(THIN)
    assert link.said() == said


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        (["-Wl,--thinlto-cache-dir=kept"], "driver-lto"),
        (["-Wl,--lto-O3"], "driver-not-size"),
        (["-Wl,-mllvm,-inline-threshold=3"], "driver-internal"),
    ],
)
def test_thin_lto_is_left_to_lld(link: Link, flags: list[str], reason: str) -> None:
    link.compile(THIN)
    own = link.own(THIN, *flags)
    assert link.ours(THIN, *flags) == own
    if "kept" in flags[0]:  # the first link has filled it, so the second one optimised nothing
        for file in (link.pair.work / "kept").iterdir():
            file.unlink()
        assert link.ours(THIN, *flags) == own
    assert link.counted("reason.driver-") == {f"reason.{reason}": 2}


@pytest.mark.parametrize("flag", [FULL, THIN])
@pytest.mark.parametrize("words", [["conftest.c"], ["-o", "conftest", "conftest.c"], ["conftest.o"]])
def test_what_configure_links_is_left_to_lld(link: Link, flag: str, words: list[str]) -> None:
    link.pair.files = {"conftest.c": "int main(void) { return 0; }\n"}
    link.pair.fresh()
    assert link.pair.run(link.pair.clang, "-Oz", flag, "-c", "conftest.c").code == 0
    assert link.pair.run(link.pair.door(), "-dumpversion").code == 0  # the plugin counts only where somebody has
    assert link.pair.run(link.pair.door(), "-Oz", flag, "-fuse-ld=lld", *words).code == 0
    assert link.pair.counted() == {"reason.driver-query": 1, "reason.driver-probe": 1, "runs": 2}


def test_a_module_that_was_compiled_for_speed(link: Link) -> None:
    link.compile(THIN, second=SPEED)
    own = link.own(THIN)
    assert link.ours(THIN) == own
    assert link.counted("reason.lto-") == {"reason.lto-not-size": 2}  # the other one has imported of it


def _allocated(program: bytes) -> int:
    """Bytes of the program that are loaded from its file."""
    return sum(section.size for section in Elf(program).read_sections() if section.flags & 2 and section.kind != 8)
