"""The recipes of ``wrappers/`` and the builds of ``examples/``: each under clang and under smartopt-clang."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import ROOT, Pair, output_of, tool

WORDS = "tally/tally.c"


class Builder:
    """A copy of ``examples/`` and ``wrappers/`` to build in, with the drivers in the PATH."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.root = pair.home / "build"
        self.counted_before: dict[str, int] = {}

    def start(self) -> Path:
        shutil.rmtree(self.root, ignore_errors=True)
        for name in ("examples", "wrappers"):
            shutil.copytree(ROOT / name, self.root / name)
        self.counted_before = self.pair.counted()
        return self.root / "examples"

    def run(self, folder: str, *command: str, **env: str) -> str:
        path = f"{self.pair.doors}{os.pathsep}{os.environ['PATH']}"
        return output_of(command, self.root / "examples" / folder, self.pair.env({"PATH": path, **env}))

    def compiled(self) -> int:
        """How many compiles went smartopt's way since the start."""
        after = self.pair.counted()
        return after.get("winner.oz", 0) - self.counted_before.get("winner.oz", 0)

    def says(self, program: str) -> str:
        return self.run(".", f"{self.root}/examples/{program}", f"{self.root}/examples/{WORDS}")


@pytest.fixture
def builder(pair: Pair) -> Builder:
    return Builder(pair)


def compilers(pair: Pair, ours: bool) -> list[str]:
    c, cxx = ("smartopt-clang", "smartopt-clang++") if ours else (pair.clang, pair.clangxx)
    return [f"CC={c}", f"CXX={cxx}"]


def test_make(builder: Builder, pair: Pair) -> None:
    outputs = []
    for ours in (False, True):
        made = builder.start() / "make"
        builder.run("make", "make", "-s", *compilers(pair, ours))
        objects = {path.name: path.read_bytes() for path in made.glob("*.[od]")}
        outputs.append((builder.says("make/tally"), objects))
        assert builder.run("make", "make", *compilers(pair, ours)).count("up to date") == 1
    assert outputs[0] == outputs[1]
    assert builder.compiled() == 2


@pytest.mark.parametrize("how", ["toolchain file", "launcher"])
def test_cmake(builder: Builder, pair: Pair, how: str) -> None:
    tool("cmake")
    builder.start()
    if how == "launcher":
        words = [f"-DCMAKE_C_COMPILER={pair.clang}", f"-DCMAKE_CXX_COMPILER={pair.clangxx}"]
        words += ["-DCMAKE_C_COMPILER_LAUNCHER=smartopt-clang", "-DCMAKE_CXX_COMPILER_LAUNCHER=smartopt-clang++"]
    else:
        words = ["--toolchain", str(builder.root / "wrappers" / "smartopt-toolchain.cmake")]
    text = builder.run("cmake", "cmake", "-S", ".", "-B", "build", "-DCMAKE_BUILD_TYPE=MinSizeRel", *words)
    if how == "launcher":
        assert pair.counted() == builder.counted_before  # configuring does not come by us
    else:
        assert "The C compiler identification is Clang 22" in text
    builder.run("cmake", "cmake", "--build", "build")
    assert "words, longest" in builder.says("cmake/build/tally")
    assert builder.compiled() == 2


def test_meson(builder: Builder, pair: Pair) -> None:
    if not (shutil.which("meson") and shutil.which("ninja")):
        pytest.skip("meson and ninja are not installed")
    builder.start()
    native = str(builder.root / "wrappers" / "smartopt-meson.ini")
    text = builder.run("meson", "meson", "setup", "build", "--native-file", native, "--buildtype", "minsize")
    assert "clang 22" in text
    builder.run("meson", "ninja", "-C", "build")
    assert "words, longest" in builder.says("meson/build/tally")
    assert builder.compiled() >= 2


def test_autotools(builder: Builder, pair: Pair) -> None:
    if not (shutil.which("autoreconf") and shutil.which("automake")):
        pytest.skip("autoconf and automake are not installed")
    builder.start()
    builder.run("autotools", "autoreconf", "-i")
    prepared = builder.pair.home / "prepared"
    shutil.copytree(builder.root, prepared)
    outcomes = []
    for ours in (False, True):
        shutil.rmtree(builder.root)
        shutil.copytree(prepared, builder.root)
        flags = ["CFLAGS=-Oz", "CXXFLAGS=-Oz -fno-rtti"]
        checks = builder.run("autotools", "./configure", *compilers(pair, ours), *flags)
        builder.run("autotools", "make", "-s")
        config = (builder.root / "examples" / "autotools" / "config.h").read_text()
        names = ("gcc", "smartopt-clang++", "smartopt-clang", pair.clangxx, pair.clang)
        for name in names:
            checks = checks.replace(name, "CC")
        outcomes.append((checks, config, builder.says("autotools/tally")))
    assert outcomes[0] == outcomes[1]
    assert builder.compiled() >= 2


def test_kbuild(builder: Builder, pair: Pair) -> None:
    outcomes = []
    for ours in (False, True):
        made = builder.start() / "kbuild"
        compiler = compilers(pair, ours)[0]
        builder.run("kbuild", "make", "-s", compiler)
        files = {path.name: path.read_bytes() for path in made.iterdir() if not path.name.endswith(".cmd")}
        outcomes.append((files, builder.run("kbuild", "make", "-s", compiler, "version")))
    assert outcomes[0][0].keys() == outcomes[1][0].keys()
    assert outcomes[0] == outcomes[1]
    assert builder.compiled() == 1


def test_ccache_hits_and_misses(builder: Builder, pair: Pair) -> None:
    if not shutil.which("ccache"):
        pytest.skip("ccache is not installed")
    builder.start()
    time.sleep(1.5)  # ccache does not trust files that are as young as its own run
    own = pair.home / "own"
    shutil.copytree(ROOT / "smartopt", own / "smartopt", ignore=shutil.ignore_patterns("__pycache__"))
    fingerprint = pair.home / "fingerprint"
    fingerprint.write_text(f'#!/bin/sh\nPYTHONPATH={own} exec {sys.executable} -m smartopt.opt.main "$@"\n')
    fingerprint.chmod(0o755)
    settings = {"CCACHE_DIR": str(pair.home / "ccache"), "SMARTOPT": str(fingerprint), "CCACHE_NODEPEND": "1"}

    def build(**more: str) -> tuple[int, dict[str, int]]:
        before = pair.counted().get("winner.oz", 0)
        builder.run("ccache", "ccache", "-z", **settings)
        builder.run("ccache", "sh", "build.sh", "out", **settings, **more)
        text = builder.run("ccache", "ccache", "--print-stats", **settings)
        stats = {name: int(value) for name, value in (line.split("\t") for line in text.splitlines())}
        return pair.counted().get("winner.oz", 0) - before, stats

    first, stats = build()
    assert (first, stats["cache_miss"]) == (2, 2)
    first, stats = build()
    assert (first, stats["cache_miss"]) == (0, 0)
    assert stats["direct_cache_hit"] == 2
    # Another effort may give another object: the fingerprint says so, and ccache must not answer from before.
    again, stats = build(SMARTOPT_EFFORT="default")
    assert (again, stats["cache_miss"]) == (2, 2)

    def misses(**more: str) -> int:
        return build(**more)[1]["cache_miss"]

    model = pair.home / "model"
    model.mkdir()
    (model / "manifest.json").write_text("{}")
    (model / "weights").write_bytes(b"one")
    assert [misses(SMARTOPT_MODEL=str(model)), misses(SMARTOPT_MODEL=str(model))] == [2, 0]
    (model / "weights").write_bytes(b"another")
    assert [misses(SMARTOPT_MODEL=str(model)), misses()] == [2, 0]
    version = own / "smartopt" / "__init__.py"
    version.write_text(version.read_text().replace('__version__ = "', '__version__ = "1'))
    assert [misses(), misses()] == [2, 0]
    with (own / "smartopt" / "optimizer" / "strategies.py").open("a") as code:
        code.write("# a line more\n")
    assert [misses(), misses()] == [2, 0]


def test_the_scripts_of_wrappers_bin(pair: Pair) -> None:
    """They are what pip installs, as they are (tests/driver/test_surroundings.py has the ways in which they start)."""
    for name in ("smartopt-clang", "smartopt-clang++"):
        path = ROOT / "wrappers" / "bin" / name
        assert path.read_text().startswith("#!/bin/sh\n")
        done = subprocess.run(
            [sys.executable, "-I", str(path), "-dumpversion"], env=pair.env(), capture_output=True, check=True
        )
        assert done.stdout.startswith(b"22.")
