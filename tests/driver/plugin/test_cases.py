"""What a compiler with the plugin in it must get right besides all else (CASES.md 72 to 76)."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ..conftest import C_SOURCE, Pair
from ..plugins import BOTH, PLUGIN, on
from ..test_back_end_settings import LOOPS
from ..test_outliner import REPEATED

PAIR_WAYS = BOTH

SOURCES = {"a.c": C_SOURCE, "b.c": REPEATED.replace(" SECTION ", " ").replace("main", "mixed"), "c.c": LOOPS}
SETTINGS = {"SMARTOPT_SELECT": "auto", "SMARTOPT_EFFORT": "default"}


def objects(pair: Pair, *words: str, fresh: bool = True, **environment: str) -> dict[str, bytes]:
    """The objects that one command makes."""
    if fresh:
        pair.fresh()
    done = pair.run(pair.door(), "-Oz", "-w", "-g", "-c", *words, env={**SETTINGS, **environment})
    assert (done.code, done.stderr) == (0, b"")
    return {name: content for name, (_, _, content) in done.tree.items() if name.endswith(".o")}


def alone(pair: Pair, **environment: str) -> dict[str, bytes]:
    """The same of a command for each source."""
    found: dict[str, bytes] = {}
    for name in pair.files:
        found |= objects(pair, name, **environment)
    return found


@on(PLUGIN)
@pytest.mark.parametrize("major", [22, 19])
def test_case_72_several_sources_in_one_process(pair: Pair, major: int) -> None:
    """What the back end is told for one module is not told for the next."""
    pair.use(major)
    pair.files = SOURCES
    expected = alone(pair)
    assert len(expected) == 3
    for order in (("a.c", "b.c", "c.c"), ("c.c", "b.c", "a.c")):
        assert objects(pair, *order) == expected


def test_case_73_disabled_shows_nothing(pair: Pair) -> None:
    for words in (
        ["-###", "-Oz", "-c", "a.c"],
        ["-v", "-Oz", "-c", "a.c"],
        ["-Oz", "-g", "-c", "a.c", "-MJ", "x.json"],
    ):
        assert pair.same(*words, env={"SMARTOPT_DISABLE": "1"}) == {"disabled"}


CRASHES = [
    (22, "a.ll", "$a = comdat largest\n@a = global i32 1, comdat\n", ()),
    (19, "a.c", C_SOURCE, ("-mllvm", "-start-after=nothing")),
]
"""What LLVM's back end ends with a fatal error, after which clang writes a script."""


@pytest.mark.parametrize(("major", "name", "source", "flags"), CRASHES, ids=["22", "19"])
@pytest.mark.parametrize("folder", [(), ("-fcrash-diagnostics-dir=reports",)], ids=["temporary", "named"])
def test_case_74_the_script_of_a_crash_is_clangs_own(
    pair: Pair, major: int, name: str, source: str, flags: tuple[str, ...], folder: tuple[str, ...]
) -> None:
    pair.use(major)
    pair.files = {name: source}
    pair.prepare = lambda work: all((work / new).mkdir() is None for new in ("temporary", "reports")) or None
    words = ("--target=x86_64-linux-gnu", "-Oz", "-w", *flags, *folder, "-c", name)
    texts = []
    for compiler in (pair.clang, pair.door()):
        pair.fresh()
        done = pair.run(compiler, *words, env={"TMPDIR": str(pair.work / "temporary")})
        assert done.code == 1
        (script,) = pair.work.glob("*/*.sh")
        texts.append(script.read_text().replace(script.stem, "a-000000"))
    assert texts[0] == texts[1]
    assert texts[0].startswith("# Crash reproducer for")


@on(PLUGIN)
@pytest.mark.parametrize("words", [("-fno-integrated-cc1", "a.ll"), ("a.ll", "b.ll")], ids=["apart", "several"])
def test_case_74_a_script_that_names_the_plugin_still_shows_the_crash(pair: Pair, words: tuple[str, ...]) -> None:
    """Where the job that crashes is another process than the one that writes the script (CASES.md has why)."""
    source = CRASHES[0][2]
    pair.files = {"a.ll": source, "b.ll": source}
    pair.prepare = lambda work: (work / "temporary").mkdir()
    pair.fresh()
    environment = {"TMPDIR": str(pair.work / "temporary")}
    crashed = pair.run(pair.door(), "--target=x86_64-linux-gnu", "-Oz", "-w", "-c", *words, env=environment)
    script = next((pair.work / "temporary").glob("*.sh"))
    assert "-fpass-plugin=" in script.read_text()
    again = subprocess.run(["sh", script], cwd=script.parent, capture_output=True, env=pair.env(), check=False)
    (message,) = {line for line in crashed.stderr.splitlines() if b"error in backend" in line}
    assert message in again.stderr


KEPT = """\
int other(int);
__attribute__((optnone, noinline)) int slow(int x) {
    int y = x * 4;
    for (int i = 0; i < x; i++) y += other(i);
    return y;
}
#pragma clang optimize off
int unoptimised(int x) { int y = x + 3; return other(y) * 1; }
#pragma clang optimize on
int fast(int x) { int y = 0; for (int i = 0; i < x; i++) y += slow(i) / 3 + other(i) / 3; return y + unoptimised(x); }
"""


@pytest.mark.parametrize("major", [22, 19])
def test_case_75_functions_that_shall_not_be_optimised(pair: Pair, major: int) -> None:
    pair.use(major)
    pair.files = {"a.c": KEPT}
    codes = []
    for compiler in (pair.clang, pair.door()):
        pair.fresh()
        assert pair.run(compiler, "-Oz", "-ffunction-sections", "-c", "a.c", env=SETTINGS).code == 0
        for name in ("slow", "unoptimised"):
            command = ["llvm-objcopy-22", "-O", "binary", f"--only-section=.text.{name}", "a.o", name]
            subprocess.run(command, cwd=pair.work, check=True)
        codes.append([(pair.work / name).read_bytes() for name in ("slow", "unoptimised")])
    assert codes[0] == codes[1]
    assert all(codes[0])


@on(PLUGIN)
@pytest.mark.parametrize("major", [22, 19])
@pytest.mark.parametrize("flags", [(), ("-fPIC", "-ffunction-sections")], ids=["plain", "pic"])
def test_both_ways_optimise_the_same_bitcode(pair: Pair, major: int, flags: tuple[str, ...]) -> None:
    """To the byte, with the order of uses: passes may follow it, and decisions are remembered by it."""
    pair.use(major)
    pair.files = SOURCES
    collected = []
    for plugin in ("0", "1"):
        folder = pair.home / f"collected {plugin}"
        objects(pair, *flags, "a.c", SMARTOPT_PLUGIN=plugin, SMARTOPT_COLLECT_DIR=str(folder))
        collected.append({path.name for path in folder.iterdir()})
    assert collected[0] == collected[1]
    assert len(collected[0]) == 1


@on(PLUGIN)
@pytest.mark.parametrize("first", ["0", "1"])
def test_both_ways_remember_for_each_other(pair: Pair, first: str) -> None:
    pair.files = SOURCES
    made = objects(pair, "b.c", SMARTOPT_PLUGIN=first)
    assert pair.counted().get("cache.hit", 0) == 0
    assert objects(pair, "b.c", SMARTOPT_PLUGIN="1" if first == "0" else "0") == made
    assert pair.counted()["cache.hit"] == 1


@on(PLUGIN)
@pytest.mark.parametrize("major", [22, 19])
def test_case_76_the_same_bytes_however_they_were_made(pair: Pair, major: int) -> None:
    """In two runs, by a process for each module or a server; the first time, remembered, and many at once."""
    pair.use(major)
    pair.files = SOURCES
    pair.environment["SMARTOPT_DIR"] = str(pair.home / "other state")
    expected = alone(pair, SMARTOPT_PLUGIN="0")
    pair.environment["SMARTOPT_DIR"] = str(pair.state)
    assert alone(pair, SMARTOPT_MEMORY="0") == expected
    for _ in ("first", "remembered"):
        assert alone(pair) == expected
        assert alone(pair, SMARTOPT_SERVER="1") == expected
    pair.fresh()
    with ThreadPoolExecutor(8) as pool:
        command = [pair.door(), "-Oz", "-w", "-g", "-c"]
        environment = pair.env({**SETTINGS, "SMARTOPT_SERVER": "1"})

        def compiled(number: int) -> bytes:
            name = list(SOURCES)[number % 3]
            made = pair.work / f"{number}.o"
            subprocess.run([*command, name, "-o", made.name], cwd=pair.work, env=environment, check=True, timeout=120)
            return made.read_bytes()

        assert list(pool.map(compiled, range(9))) == [expected[f"{Path(name).stem}.o"] for name in SOURCES] * 3
