"""Called as a launcher, as CMake's lists, ccache and distcc do it: before a compiler, or before another launcher."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from smartopt.driver.real_clang import launched

from .conftest import Pair, tool


@pytest.fixture(params=["script", "native"])
def doors(doors: Path, native_doors: Path, request: pytest.FixtureRequest) -> Path:
    return native_doors if request.param == "native" else doors


def program(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def mine(pair: Pair) -> Path:
    """A folder in the PATH with a compiler of the user's own name, and one that is no script by its first line."""
    folder = pair.home / "mine"
    folder.mkdir()
    program(folder, "mycc", f'#!/bin/sh\necho "mycc $1" >> {folder}/log\nexec {pair.clang} "$@"\n')
    program(folder, "bare", f'exec {pair.clang} "$@"\n')
    (folder / "other").symlink_to(Path(pair.clang).resolve())
    pair.environment["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return folder


@pytest.mark.parametrize("level", ["-Oz", "-O2"])
@pytest.mark.parametrize("words", [["mycc"], ["./mycc"], ["bare"], ["env", "clang-22"], ["env", "X=1", "mycc"]])
def test_before_what_is_not_clang(pair: Pair, mine: Path, words: list[str], level: str) -> None:
    """It runs as if we had not been there, and is counted."""
    expected = pair.direct(level, "-c", "a.c")
    pair.fresh()
    if words[0].startswith("./"):
        words = [os.path.relpath(mine / words[0], pair.work)]
    done = pair.run(pair.door(), *words, level, "-c", "a.c")
    assert (done.code, done.stdout, done.stderr, done.tree) == (0, b"", b"", expected.tree)
    assert pair.counted() == {"runs": 1, "reason.driver-launcher": 1}
    if words[-1] == "mycc":
        assert (mine / "log").read_text() == f"mycc {level}\n"


def test_before_ccache(pair: Pair) -> None:
    if not shutil.which("ccache"):
        pytest.skip("ccache is not installed")
    env = {"CCACHE_DIR": str(pair.home / "ccache")}
    expected = pair.direct("-Oz", "-c", "a.c")
    for _ in range(2):
        pair.fresh()
        done = pair.run(pair.door(), "ccache", pair.clang, "-Oz", "-c", "a.c", env=env)
        assert (done.code, done.stderr, done.tree) == (0, b"", expected.tree)
    assert pair.counted() == {"runs": 2, "reason.driver-launcher": 2}


@pytest.mark.parametrize("name", ["clang-22", "other"])
def test_before_clang_by_any_name(pair: Pair, mine: Path, name: str) -> None:
    pair.environment["SMARTOPT_CLANG"] = "/no/such/clang"
    expected = pair.direct("-Oz", "-c", "a.c")
    pair.fresh()
    done = pair.run(pair.door(), name, "-Oz", "-c", "a.c")
    assert (done.code, done.stderr, done.tree) == (0, b"", expected.tree)
    assert pair.counted()["winner.oz"] == 1


def test_before_ourselves(pair: Pair) -> None:
    """CMake with smartopt-clang as the compiler and as its launcher."""
    expected = pair.direct("-Oz", "-c", "a.cc", cxx=True)
    pair.fresh()
    done = pair.run(pair.door(), pair.door(cxx=True), "-Oz", "-c", "a.cc")
    assert (done.code, done.stderr, done.tree) == (0, b"", expected.tree)
    assert pair.counted()["winner.oz"] == 1


@pytest.mark.parametrize("bare", [False, True])
def test_before_a_link_to_ourselves(pair: Pair, bare: bool) -> None:
    """Its name counts: here are code for AArch64 and no warning of an unused input."""
    folder = pair.home / "links"
    folder.mkdir()
    (folder / "aarch64-linux-gnu-clang").symlink_to(pair.door())
    expected = pair.direct("--target=aarch64-linux-gnu", "-Oz", "-c", "a.c")
    pair.fresh()
    word = "aarch64-linux-gnu-clang" if bare else str(folder / "aarch64-linux-gnu-clang")
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    done = pair.run(pair.door(), word, "-Oz", "-c", "a.c", env={"PATH": path})
    assert (done.code, done.stderr) == (0, b"")
    assert done.tree["a.o"][2][16:20] == expected.tree["a.o"][2][16:20]


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_a_clang_that_calls_the_next_one(pair: Pair, first: str) -> None:
    """As ccache and distcc do where they are linked by the name: for them the next clang is us, for us it is them."""
    for name in ("ours", "theirs", "real"):
        (pair.home / name).mkdir()
    (pair.home / "ours" / "clang").symlink_to(pair.door())
    (pair.home / "real" / "clang").symlink_to(Path(pair.clang).resolve())
    program(pair.home / "theirs", "clang", f'#!/bin/sh\necho called >> {pair.home}/log\nexec "$NEXT/clang" "$@"\n')
    expected = pair.direct("-Oz", "-c", "a.c")
    pair.fresh()
    second = "theirs" if first == "ours" else "ours"
    folders = [*(str(pair.home / name) for name in (first, second, "real")), os.environ["PATH"]]
    env = {"PATH": os.pathsep.join(folders), "NEXT": str(pair.home / "ours"), "SMARTOPT_CLANG": ""}
    done = pair.run(str(pair.home / first / "clang"), "-Oz", "-c", "a.c", env=env)
    assert (done.code, done.stderr, done.tree) == (0, b"", expected.tree)
    assert (pair.home / "log").read_text() == "called\n" * (1 if first == "ours" else 2)
    assert pair.counted()["winner.oz"] == 1


def test_a_missing_compiler_is_clangs_to_complain_of(pair: Pair) -> None:
    assert pair.same("nosuchcc", "-Oz", "-c", "a.c") == {"driver-inputs"}


class TestInputs:
    """Inputs that are named like programs stay inputs."""

    @pytest.mark.parametrize("name", ["env.c", "mycc.c", "./env.c"])
    def test_sources(self, pair: Pair, mine: Path, name: str) -> None:
        program(mine, name.removeprefix("./"), "#!/bin/sh\nexit 9\n")
        pair.files = {name: "int f(int x) { return x * 3; }\n"}
        pair.eligible(name, "-Oz", "-c")

    def test_a_file_of_a_programs_name(self, pair: Pair) -> None:
        """An object without an ending, say."""
        pair.files = {"env": "int main;", "a.c": "int f(void) { return 0; }\n"}
        pair.same("env", "-Oz", "-c", "a.c")
        assert "reason.driver-launcher" not in pair.counted()

    def test_a_library_that_may_be_executed(self, pair: Pair) -> None:
        def library(folder: Path) -> None:
            for name in ("libx.so", "libx.so.1"):
                pair.run_blind(pair.clang, "-shared", "-fPIC", "a.c", "-o", name)

        pair.files = {"a.c": "int f(void) { return 0; }\n", "m.c": "int f(void); int main(void) { return f(); }\n"}
        pair.prepare = library
        for name in ("./libx.so", "./libx.so.1"):
            assert pair.same(name, "m.c", "-o", "prog") == {"driver-no-compile"}

    def test_options_and_their_values_are_no_programs(self) -> None:
        for words in (["-o", "env", "-c", "a.c"], ["-x", "c", "env"], ["@env", "-c"], ["env"], ["-"]):
            assert launched(words) is None


def test_another_driver_of_clangs(pair: Pair) -> None:
    (pair.home / "clang-cpp").symlink_to(tool("clang-22"))
    pair.fresh()
    done = pair.run(pair.door(), str(pair.home / "clang-cpp"), "-Oz", "-P", "a.c")
    assert (done.code, b"int clamp" in done.stdout) == (0, True)
    assert pair.counted() == {"runs": 1, "reason.driver-mode": 1}
