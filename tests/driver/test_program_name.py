"""The name by which smartopt-clang is called says what it says to clang: target, mode, version, configuration files.

Each link is made once to clang and once to us; both must do the same.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from smartopt.driver.program_name import parse
from smartopt.driver.real_clang import compiler_for

from .conftest import Done, Pair, tool


@pytest.mark.parametrize(
    ("program", "target", "mode", "version"),
    [
        ("clang", "", "", ""),
        ("/x/y/smartopt-clang++", "", "g++", ""),
        ("smartopt-clang++-19", "", "g++", "19"),
        ("clang++3.5", "", "g++", "3"),
        ("clang-tot", "", "", ""),
        ("cc", "", "", ""),
        ("c++", "", "g++", ""),
        ("aarch64-linux-gnu-clang", "aarch64-linux-gnu", "", ""),
        ("aarch64-linux-gnu-smartopt-clang++-19", "aarch64-linux-gnu", "g++", "19"),
        ("arm-none-eabi-g++", "arm-none-eabi", "g++", ""),
        ("x86_64-w64-mingw32-clang-cpp", "x86_64-w64-mingw32", "cpp", ""),
        ("clang-cl", "", "cl", ""),
        ("my-own-clang", "my-own", "", ""),
    ],
)
def test_names_are_taken_apart(program: str, target: str, mode: str, version: str) -> None:
    name = parse(program)
    assert name is not None
    assert (name.target, name.mode, name.version) == (target, mode, version)


def test_other_names_say_nothing() -> None:
    assert parse("mycompiler") is None
    assert parse("") is None


class Links:
    """The same name in two folders: a link to clang, and one to smartopt-clang."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.theirs, self.ours = pair.home / "theirs", pair.home / "ours"
        for folder in (self.theirs, self.ours):
            folder.mkdir()

    def link(self, name: str, version: int = 22, cxx: bool = False) -> None:
        (self.theirs / name).symlink_to(tool(f"clang-{version}"))
        (self.ours / name).symlink_to(self.pair.door(cxx))

    def same(self, name: str, *words: str, **env: str) -> Done:
        """Both by that name; what clang made of it."""
        expected, actual = (
            (self.pair.fresh(), self.pair.run(str(folder / name), *words, env=env))[1]
            for folder in (self.theirs, self.ours)
        )
        assert actual.stderr.decode() == expected.stderr.decode()
        assert (actual.code, actual.stdout, actual.tree) == (expected.code, expected.stdout, expected.tree)
        return expected


@pytest.fixture
def links(pair: Pair) -> Links:
    return Links(pair)


def machine(tree: dict[str, tuple[str, int, bytes]]) -> int:
    """The machine of a.o (ELF's e_machine; 183 is AArch64, 62 x86-64)."""
    return int.from_bytes(tree["a.o"][2][18:20], "little")


@pytest.mark.parametrize("level", ["-Oz", "-O2"])
@pytest.mark.parametrize("version", [22, 19])
def test_a_target(links: Links, level: str, version: int) -> None:
    links.pair.environment["SMARTOPT_CLANG"] = tool(f"clang-{version}")
    links.link("aarch64-linux-gnu-clang", version)
    assert machine(links.same("aarch64-linux-gnu-clang", level, "-c", "a.c").tree) == 183
    assert machine(links.same("aarch64-linux-gnu-clang", level, "--target=x86_64-linux-gnu", "-c", "a.c").tree) == 62
    assert ("winner.oz" in links.pair.counted()) == (level == "-Oz")


def test_its_errors_and_probes(links: Links) -> None:
    """clang's own messages begin with its name."""
    links.link("aarch64-linux-gnu-clang")
    links.pair.files = {"a.c": "int f(void) { return x; }\n"}
    assert links.same("aarch64-linux-gnu-clang", "-Oz", "-c", "a.c").code == 1
    assert links.same("aarch64-linux-gnu-clang", "-Oz", "-c", "missing.c").code == 1
    assert links.same("aarch64-linux-gnu-clang", "-Oz", "-mfoo", "-c", "a.c").code == 1
    assert b"aarch64-unknown-linux-gnu" in links.same("aarch64-linux-gnu-clang", "-print-target-triple").stdout


@pytest.mark.parametrize("name", ["aarch64-linux-gnu-clang++", "c++", "clang++-22"])
@pytest.mark.parametrize("cxx", [False, True], ids=["to-smartopt-clang", "to-smartopt-clangxx"])
def test_cxx(links: Links, name: str, cxx: bool) -> None:
    """The mode comes from the name, whichever of our two programs the link leads to."""
    links.link(name, cxx=cxx)
    links.pair.files = {"a.c": "#include <stddef.h>\nstruct s { int i; virtual ~s(); }; int f(s &x) { return x.i; }\n"}
    assert links.same(name, "-Oz", "-Wno-deprecated", "-fno-rtti", "-c", "a.c").code == 0
    assert "winner.oz" in links.pair.counted()


def test_c_by_a_link_to_the_cxx_program(links: Links) -> None:
    links.link("clang", cxx=True)
    links.pair.files = {"a.c": "int class(int new) { return new; }\n"}
    assert links.same("clang", "-Oz", "-c", "a.c").code == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("clang-cpp", ["-Oz", "a.c"]),
        ("clang-cl", ["/c", "/Brepro", "-Oz", "a.c"]),
        ("aarch64-linux-gnu-clang-cpp", ["-dM", "-Oz", "-c", "a.c"]),
    ],
)
def test_other_drivers_are_left_to_clang(links: Links, name: str, words: list[str]) -> None:
    links.link(name)
    links.pair.files = {"a.c": "int f(int x) { return x; }\n"}
    assert links.same(name, *words).code == 0
    assert "winner.oz" not in links.pair.counted()


def test_configuration_files_named_so(links: Links) -> None:
    """clang looks for them in the folder of its own file: here a copy of it, as far as that can be told."""
    pair = links.pair
    real = Path(pair.clang).resolve()
    root = pair.home / "llvm"
    (root / "bin").mkdir(parents=True)
    shutil.copy(real, root / "bin" / "clang-22")
    (root / "lib").symlink_to(real.parent.parent / "lib")
    (root / "bin" / "my-own-clang.cfg").write_text("-DVALUE=42\n")
    pair.files = {"a.c": "int value = VALUE;\n"}
    pair.environment["SMARTOPT_CLANG"] = str(root / "bin" / "clang-22")
    (links.theirs / "my-own-clang").symlink_to(root / "bin" / "clang-22")
    (links.ours / "my-own-clang").symlink_to(pair.door())
    for level in ("-Oz", "-O2"):
        assert links.same("my-own-clang", level, "-c", "a.c").code == 0


@pytest.mark.parametrize("name", ["clang-19", "smartopt-clang-19", "aarch64-linux-gnu-clang-19"])
def test_a_version(links: Links, name: str) -> None:
    """Where no variable names the clang, a version in our name does."""
    pair = links.pair
    del pair.environment["SMARTOPT_CLANG"], pair.environment["SMARTOPT_CLANGXX"]
    (links.ours / name).symlink_to(pair.door())
    env = {"PATH": f"{links.ours}{os.pathsep}{os.environ['PATH']}"}
    pair.fresh()
    done = pair.run(str(links.ours / name), "--version", env=env)
    assert b"clang version 19." in done.stdout
    assert (b"aarch64" in done.stdout) == name.startswith("aarch64")
    done = pair.run(str(links.ours / name), "-Oz", "-c", "a.c", env=env)
    assert (done.code, done.stderr) == (0, b"")
    assert "winner.oz" in pair.counted()


def test_the_clang_of_the_same_name(links: Links) -> None:
    """A toolchain's own clang of that name comes before another clang that is told the name."""
    pair = links.pair
    del pair.environment["SMARTOPT_CLANG"], pair.environment["SMARTOPT_CLANGXX"]
    name = "aarch64-linux-gnu-clang"
    (links.theirs / name).write_text(f'#!/bin/sh\necho own "$0"\nexec {pair.clang} --target=riscv64-linux-gnu "$@"\n')
    (links.theirs / name).chmod(0o755)
    (links.ours / name).symlink_to(pair.door())
    env = {"PATH": os.pathsep.join([str(links.ours), str(links.theirs), os.environ["PATH"]])}
    pair.fresh()
    done = pair.run(str(links.ours / name), "-dumpmachine", env=env)
    assert done.stdout.decode().split() == ["own", str(links.theirs / name), "riscv64-unknown-linux-gnu"]


@pytest.mark.parametrize("level", ["-Oz", "-O2"])
def test_a_script_is_told_the_target(links: Links, level: str) -> None:
    """The kernel does not tell a script by which name it was called."""
    pair = links.pair
    (links.theirs / "clang").write_text(f'#!/bin/sh\nexec {Path(pair.clang).resolve()} "$@"\n')
    (links.theirs / "clang").chmod(0o755)
    pair.environment["SMARTOPT_CLANG"] = str(links.theirs / "clang")
    (links.ours / "aarch64-linux-gnu-clang").symlink_to(pair.door())
    pair.fresh()
    done = pair.run(str(links.ours / "aarch64-linux-gnu-clang"), level, "-c", "a.c")
    assert (done.code, done.stderr) == (0, b"")
    assert machine(done.tree) == 183
    (links.ours / "my-own-clang").symlink_to(pair.door())
    pair.fresh()
    assert machine(pair.run(str(links.ours / "my-own-clang"), level, "-c", "a.c").tree) == 62


def test_the_native_launcher_knows_names(links: Links, native_doors: Path) -> None:
    links.pair.doors = native_doors
    for name in ("aarch64-linux-gnu-clang", "clang++", "clang", "clang-cpp"):
        links.link(name)
        for level in ("-Oz", "-O2"):
            links.same(name, level, "-Wno-deprecated", "-c", "a.c")


def test_no_clang_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTOPT_CLANG", "/no/such/clang")
    assert compiler_for("aarch64-linux-gnu-clang", False) is None
    assert compiler_for("whatever", True) is None
