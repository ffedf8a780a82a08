"""The decision cache in builds: the same objects with it, without it and with a forged one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from smartopt.codegen.configuration import Configuration, ObjectChoice
from smartopt.driver.flags import classify, load_table
from smartopt.driver.optimizer_session import options_from_environment
from smartopt.driver.remembered_choices import RememberedChoices, RememberedObject
from smartopt.encoding import codec_of
from smartopt.llvm.toolchain import toolchain_for_clang
from smartopt.objfile.measure import measure_object
from smartopt.optimizer.fingerprint import fingerprint
from smartopt.optimizer.memory import make_key
from smartopt.state.cache import Cache

from .conftest import ROOT, Pair


@pytest.fixture
def real(pair: Pair) -> Pair:
    pair.environment["SMARTOPT_SELECT"] = "auto"
    return pair


def compiled(pair: Pair, *args: str) -> bytes:
    done = pair.ours("-Oz", *args, "-c", "a.c")
    assert (done.code, done.stderr) == (0, b"")
    return done.tree["a.o"][2]


@pytest.mark.parametrize("flags", [[], ["-g"]])
def test_a_hit_gives_the_same_object(real: Pair, flags: list[str]) -> None:
    first = compiled(real, *flags)
    assert len(real.decisions()) == 1
    assert real.counted().get("cache.hit", 0) == 0
    assert compiled(real, *flags) == first
    assert real.counted()["cache.hit"] == 1
    assert len(real.decisions()) == 1


def test_other_options_are_other_decisions(real: Pair) -> None:
    compiled(real)
    real.environment["SMARTOPT_OBJECTIVE"] = "instructions"
    compiled(real)
    compiled(real, "-fno-jump-tables")
    assert real.counted().get("cache.hit", 0) == 0
    assert len(real.decisions()) == 3


def elsewhere(pair: Pair) -> Pair:
    """The same compilers and state, working in another folder."""
    moved = replace(pair, home=pair.home / "elsewhere")
    moved.home.mkdir()
    return moved


def test_flags_of_the_back_end_alone_share_decisions(real: Pair) -> None:
    """Sections change nothing that the optimiser sees; nor does the folder, where the source is named from there."""
    flags = ["-ffunction-sections", "-fdata-sections"]
    compiled(real)
    warm = compiled(real, *flags)
    assert (real.counted()["cache.hit"], len(real.decisions())) == (1, 1)
    moved = elsewhere(real)
    assert compiled(moved) == compiled(real)
    assert real.counted()["cache.hit"] == 3
    shutil.rmtree(real.state)
    assert compiled(moved, *flags) == warm
    assert real.counted()["cache.miss"] == 1


def test_a_source_named_from_the_root_is_known_in_its_folder_only(real: Pair) -> None:
    """As CMake names them: the name stands in the bitcode, and the key is over all of it."""

    def hits(pair: Pair) -> int:
        done = pair.ours("-Oz", "-c", str(pair.work / "a.c"))
        assert (done.code, done.stderr) == (0, b"")
        return real.counted().get("cache.hit", 0)

    assert [hits(real), hits(real)] == [0, 1]
    moved = elsewhere(real)
    assert [hits(moved), hits(moved)] == [1, 2]


@pytest.mark.parametrize("content", [b"", b"forged", b"\0" * 5000])
def test_a_damaged_entry_is_a_miss(real: Pair, content: bytes) -> None:
    first = compiled(real)
    (entry,) = real.decisions()
    entry.write_bytes(content)
    assert compiled(real) == first
    assert real.counted().get("cache.hit", 0) == 0


@pytest.mark.parametrize("value", [b"not json", b"{}", b"[1]", b'[["plan"], "x", []]'])
def test_an_entry_of_another_shape_changes_nothing(real: Pair, value: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even one with a right checksum: it asks for nothing but trusted passes, or it is not used."""
    first = compiled(real)
    (entry,) = real.decisions()
    key = _key_of(entry, real)
    Cache(str(real.state / "cache")).put(key, value)
    assert compiled(real) == first


@pytest.mark.parametrize(("passes", "obeyed"), [("reg2mem", True), ("no-such-pass", False), ("loop-extract", False)])
def test_a_forged_entry_makes_at_most_more_code(real: Pair, passes: str, obeyed: bool) -> None:
    """Entries are not signed: one with a right checksum may choose lists that are trusted and worse."""
    real.files = {"a.c": (ROOT / "examples" / "src" / "calc.c").read_bytes()}
    real.environment["SMARTOPT_EFFORT"] = "default"

    def program() -> tuple[bytes, bytes]:
        made = compiled(real)
        assert real.run(real.clang, "a.o", "-o", "calc").code == 0
        return made, real.run("./calc", "2*(3+4)", "7%0", "-(1<<3)").stdout

    first, said = program()
    (entry,) = real.decisions()
    cache = Cache(str(real.state / "cache"))
    key = _key_of(entry, real)
    codec = codec_of("Entry", "smartopt.optimizer.memory")
    known = codec.decode(json.loads(cache.get(key) or b""))
    lists = dict.fromkeys((row.name for row in known.outcome.functions), passes)
    forged = replace(known, decision=replace(known.decision, lists=lists))
    cache.put(key, json.dumps(codec.encoded(forged)).encode())
    made, says = program()
    assert says == said
    assert (made != first) == obeyed


FORGED = {
    "no json": b"\xff",
    "no choice": b'["plan"]',
    "own": ObjectChoice("own"),
    "varied": ObjectChoice("plan", Configuration(slim=True, outlined=True, variations=("lea",))),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_choice_that_is_forged_makes_another_object_at_most(real: Pair, forged: bytes | ObjectChoice) -> None:
    """The object that is remembered has an entry of its own, which is believed if it names what we may choose."""
    first = compiled(real)
    (entry,) = real.decisions()
    known = real.choices()
    assert len(known) == 1
    cache = Cache(str(real.state / "cache"))
    table = load_table(22)
    assert table is not None
    choices = RememberedChoices(cache, classify(["-Oz", "-c", str(real.work / "a.c")], table))
    key = _key_of(entry, real)
    remembered = choices.get(key)
    assert remembered is not None
    assert {remembered.choice} == known
    if isinstance(forged, ObjectChoice):
        choices.put(key, RememberedObject(forged))
        made = compiled(real)
        assert real.choices() == {forged}
        assert measure_object(made).total > 0
    else:
        (path,) = real.cached().keys() - {entry}
        path.write_bytes(forged)
        assert compiled(real) == first
        assert real.choices() == known


def test_a_choice_that_is_not_allowed_is_ignored(real: Pair) -> None:
    """Whatever an entry says, no object is made with slim settings where the user has switched them off."""
    real.environment.update(SMARTOPT_SLIM="0", SMARTOPT_OUTLINE="0")
    first = compiled(real)
    (entry,) = real.decisions()
    table = load_table(22)
    assert table is not None
    choices = RememberedChoices(
        Cache(str(real.state / "cache")), classify(["-Oz", "-c", str(real.work / "a.c")], table)
    )
    forged = ObjectChoice("own", Configuration(slim=True, outlined=True))
    choices.put(_key_of(entry, real, changed=False), RememberedObject(forged))
    assert compiled(real) == first


def _key_of(entry: Path, pair: Pair, changed: bool = True) -> str:
    """The key of an entry: made again from the bitcode and the fingerprint, as the driver does."""
    words = ["-Xclang", "-disable-llvm-passes", "-emit-llvm", "-o", "-", "-Oz", "-c", "a.c"]
    data = subprocess.run([pair.clang, *words], cwd=pair.work, capture_output=True, check=True).stdout
    before = dict(os.environ)
    os.environ.update({k: v for k, v in pair.environment.items() if k.startswith("SMARTOPT_")})
    try:
        options = options_from_environment(toolchain_for_clang(pair.clang).root, "Oz", slim=changed, outline=changed)
        line = fingerprint(options)
    finally:
        os.environ.clear()
        os.environ.update(before)

    class Named:
        fingerprint = line
        functions = False

        def get(self, key: str) -> bytes | None:
            return None

        def put(self, key: str, value: bytes) -> None:
            pass

    key = make_key(Named(), data)
    assert Cache(str(pair.state / "cache")).get(key) is not None, "the key is made in another way now"
    return key
