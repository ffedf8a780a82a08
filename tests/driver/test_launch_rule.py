"""What a launcher starts: the rule in Python, the same in C, and that clang takes the plugin's argument in silence."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from smartopt.driver import launch_options
from smartopt.driver.flags import TABLES, load_table, rows
from smartopt.driver.launch_rule import BadLevel, decide
from smartopt.driver.plugin import descriptor
from smartopt.driver.real_clang import compiler_for

from .conftest import Pair, tool
from .plugins import Plugins

ECHO = """\
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
    printf("%s", getenv("SMARTOPT_INSIDE") ? getenv("SMARTOPT_INSIDE") : "0");
    for (int i = 0; i < argc; i++) printf("%c%s", 0, argv[i]);
    return 0;
}
"""


class Installed:
    """A launcher as pip installs it, whose Python and clang are programs that print their arguments."""

    def __init__(self, home: Path, native: Path, echo: Path) -> None:
        self.home = home
        self.bin, llvm = home / "venv" / "bin", home / "llvm" / "bin"
        self.bin.mkdir(parents=True)
        llvm.mkdir(parents=True)
        shutil.copy(native / "smartopt-clang", self.bin)
        (self.bin / "smartopt").write_text("")
        (home / "venv" / "pyvenv.cfg").write_text("")
        self.python, self.clang, self.lld = self.bin / "python3", llvm / "clang-22", llvm / "ld.lld"
        for path in (self.clang, self.python, self.lld, home / "plugin.so"):
            shutil.copy(echo, path)
        self.state = home / "state"
        self.state.mkdir(mode=0o700)
        (self.state / "stats").write_text("")
        self.environment = {
            "SMARTOPT_DIR": str(self.state),
            "SMARTOPT_CLANG": str(self.clang),
            "PATH": "/nowhere:/nor/here",
        }

    @property
    def plugin(self) -> str:
        return str(self.home / "plugin.so")

    def describe(self) -> None:
        stamps = [descriptor.stamp(str(path)) for path in (self.clang, self.lld)]
        descriptor.write(str(self.clang), stamps, self.plugin, str(self.lld), "x86_64-pc-linux-gnu")

    def native(self, arguments: list[str], env: Mapping[str, str]) -> tuple[str, list[str], str]:
        """What the native launcher starts: the program with its arguments, what the plugin is told, what is counted."""
        (self.state / "stats").write_text("")
        program = self.bin / "smartopt-clang"
        done = subprocess.run([program, *arguments], env=dict(env), stdout=subprocess.PIPE, timeout=20, check=True)
        inside, *words = os.fsdecode(done.stdout).split("\0")
        counted = (self.state / "stats").read_text().partition("reason.")[2].partition("=")[0]
        return inside, words, counted

    def expected(self, arguments: list[str]) -> tuple[str, list[str], str]:
        """The same by the rule in Python; no arguments where Python must go on."""
        try:
            decision = decide(arguments, str(self.clang))
        except BadLevel:
            return "0", [], ""
        if not (decision.plugin or decision.reason):
            return "0", [], ""
        return str(int(decision.plugin)), [str(self.clang), *decision.arguments], decision.reason


@pytest.fixture(scope="session")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that prints its arguments."""
    folder = tmp_path_factory.mktemp("echo")
    (folder / "echo.c").write_text(ECHO)
    subprocess.run([tool("clang-22"), folder / "echo.c", "-o", folder / "echo"], check=True)
    return folder / "echo"


@pytest.fixture
def installed(tmp_path: Path, native_doors: Path, echo: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    made = Installed(tmp_path, native_doors, echo)
    monkeypatch.setattr(sys, "executable", str(made.python))
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SMARTOPT_PLUGIN")
    return made


VOCABULARY = """
-Oz -Oz -Oz -Os -O2 -O2 -O -O0 -O1 -O3 -O4 -O5 -Og -Ofast --optimize=2 -ObjC -c -c -c --compile -S -E -M -MM -MD
-fsyntax-only --analyze -v -### --version -print-search-dirs -dumpmachine -V --help a.c a.c a.c b.cc ./c.d/e.cpp f.s
g.S h.o h.o i.a j.so k.so.1 noending - -x c c++ none cuda -xc -xhip l.cu -o out -D X -DX -Xclang -load -mllvm -Xlinker
-Wl,-O2 -Xassembler -I inc -include x.h -Xarch_host -Xarch_x86_64 -sectcreate -segaddr -- -flto -flto -flto=full
-flto=thin -flto=auto -flto-jobs=2 -fno-lto -fuse-ld=lld -fuse-ld=lld -fuse-ld=gold -fuse-ld=mold --ld-path=lld
--target=aarch64-linux-gnu -target wasm32 --target=x86_64-windows-msvc -gcodeview -arch -r -shared -static
-fpass-plugin=x.so -fplugin=x.so -fno-plugin -grecord-command-line -fno-record-command-line --driver-mode=g++
--driver-mode=cl --cuda-host-only --offload-arch=x -fopenmp-targets=x -B -Bdir --config=x -no-canonical-prefixes
-Wl,--load-pass-plugin=x -cc1 -cc1as -emit-llvm --precompile -emit-ast --emit-static-lib -save-temps -g -Wall -
-print-after-all -mllvm=-print-changed -fdebug-pass-structure -ftime-report -Wl,--reproduce=x.tar
-Wl,--lto-debug-pass-manager -Wl,-mllvm,-print-after-all -Wl,-plugin-opt=-time-passes --reproduce
""".split()

ENVIRONMENTS: list[dict[str, str]] = [
    *[{}] * 6,
    {"SMARTOPT_LEVEL": "Oz"},
    {"SMARTOPT_LEVEL": "Os"},
    {"SMARTOPT_LEVEL": ""},
    {"SMARTOPT_LEVEL": "O3"},
    {"SMARTOPT_DISABLE": "1", "SMARTOPT_LEVEL": "Oz"},
    {"SMARTOPT_DISABLE": "0"},
    {"SMARTOPT_PLUGIN": "0"},
    {"SMARTOPT_PLUGIN": "1"},
    {"COMPILER_PATH": "/x"},
    {"CCC_OVERRIDE_OPTIONS": "x"},
    {"LLD_REPRODUCE": "x"},
]


@pytest.mark.parametrize("described", [True, False], ids=["plugin", "no-plugin"])
def test_both_launchers_start_the_same(installed: Installed, described: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = random.Random(24)
    if described:
        installed.describe()
    answers = set()
    lld = str(installed.lld)
    vocabulary = [*VOCABULARY, f"--ld-path={lld}", f"-fuse-ld={lld}", str(installed.clang), "clang", "@file"]
    for _ in range(1000):
        arguments = chosen.choices(vocabulary, k=chosen.choice([0, 1, 2, 3, 4, 5, 6, 8]))
        if chosen.random() < 0.2:
            arguments.insert(0, str(installed.clang))
        with monkeypatch.context() as patch:
            extra = chosen.choice(ENVIRONMENTS)
            for name, value in extra.items():
                patch.setenv(name, value)
            words = arguments[1:] if arguments[:1] == [str(installed.clang)] else arguments  # we are its launcher
            expected = installed.expected(words)
            actual = installed.native(arguments, {**installed.environment, **extra})
        handed_over = actual[1][:1] == [str(installed.python)]
        if handed_over:
            assert actual[1][-len(arguments) :] == arguments or not arguments
            unread = any(word.startswith("@") for word in arguments) or arguments[:1] in (["clang"], ["noending"])
            first = arguments[0] if arguments else "-"
            unread |= not first.startswith("-") and first != str(installed.clang)
            assert unread or not expected[1], (arguments, extra)
        else:
            assert actual == expected, (arguments, extra)
        answers.add((actual[0], handed_over, actual[2]))
    kinds = {(inside, handed_over) for inside, handed_over, _ in answers}
    assert kinds == {("0", True), ("0", False), *([("1", False)] if described else [])}
    reasons = {reason for *_, reason in answers}
    assert reasons >= {
        "disabled",
        "driver-internal",
        "driver-query",
        "driver-stage",
        "driver-not-size",
        "driver-plugin",
    }


def test_both_launchers_find_the_same_clang(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the native one leaves it to the other."""
    home, clang = installed.home, installed.clang
    (home / "own").mkdir()
    (home / "script").mkdir()
    for name in ("clang", "clang++", "clang++-22", "clang-19", "clang++-19"):
        shutil.copy(clang, clang.parent / name)
    for name in ("clang", "clang++"):
        (home / "own" / name).symlink_to(installed.bin / "smartopt-clang")
        (home / "script" / name).write_text("#!/bin/sh\nexit 1\n")
        (home / "script" / name).chmod(0o755)
    shutil.copy(installed.bin / "smartopt-clang", installed.bin / "smartopt-clang++")
    monkeypatch.setattr(sys, "argv", [str(installed.bin / "smartopt-clang")])
    llvm, own, script = (str(path) for path in (clang.parent, home / "own", home / "script"))
    answers = []
    for path in (llvm, f"{own}:{llvm}", f"/nowhere::{own}:{llvm}", f"{script}:{llvm}", own, "/nowhere"):
        for name in ("SMARTOPT_CLANG", "SMARTOPT_CLANGXX", "SMARTOPT_LLVM", "SMARTOPT_WITHIN"):
            for value in (
                "",
                "clang",
                "clang-22",
                "clang-19",
                f"{llvm}/clang++-22",
                f"{llvm}/none",
                f"{own}/clang",
                "22",
            ):
                for cxx in (False, True):
                    monkeypatch.setenv("PATH", path)
                    monkeypatch.delenv("SMARTOPT_CLANG", raising=False)
                    with monkeypatch.context() as patch:
                        patch.setenv(name, value)
                        program = installed.bin / ("smartopt-clang++" if cxx else "smartopt-clang")
                        expected = compiler_for(str(program), cxx)
                        done = subprocess.run([program, "-c", "a.c"], stdout=subprocess.PIPE, check=True, cwd=home)
                    started = os.fsdecode(done.stdout).split("\0")[1]
                    answers.append(started)
                    if started != str(installed.python):
                        assert expected is not None, (path, name, value, cxx, started)
                        assert started == expected.path, (path, name, value, cxx)
    assert set(answers) >= {f"{llvm}/{name}" for name in ("clang", "clang++", "clang++-22", "clang-19", "clang-22")}
    assert answers[:2] == [f"{llvm}/clang", f"{llvm}/clang++"]


LTO = ["-flto", "-fuse-ld=lld", "a.o"]


class TestRule:
    """Each part of it on its own."""

    @pytest.fixture(autouse=True)
    def _described(self, installed: Installed) -> None:
        installed.describe()

    @pytest.mark.parametrize(
        "words",
        [
            ["-Oz", "-c", "a.c"],
            ["-Os", "-c", "a.c", "b.c"],
            ["-Oz", "a.c", "-o", "prog"],
            ["-Oz", "-S", "a.c"],
            ["-Oz", "-c", "-x", "c", "-"],
            ["-Oz", "-c", "-x", "c", "a.o"],
            ["-Oz", "-v", "-c", "a.c"],
            ["-Oz", "-###", "-c", "a.c"],
            ["-Oz", "-save-temps", "-Xclang", "-O2", "-c", "a.c"],
        ],
    )
    def test_code_for_size(self, installed: Installed, words: list[str]) -> None:
        decision = decide(words, str(installed.clang))
        assert (decision.plugin, decision.arguments) == (True, [f"-fpass-plugin={installed.plugin}", *words])

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            (["-O2", "-c", "a.c"], "driver-not-size"),
            (["-Oz", "-E", "a.c"], "driver-stage"),
            (["-Oz", "a.o", "-o", "prog"], "driver-no-compile"),
            (["-Oz", "-dumpversion"], "driver-query"),
            (["-Oz", "-fpass-plugin=x", "-c", "a.c"], "driver-plugin"),
            (["-Oz", "-Xclang", "-load", "-Xclang", "x", "-c", "a.c"], "driver-plugin"),
            (["-Oz", "-x", "hip", "-c", "a.c"], "driver-input-language"),
            (["-Oz", "-c", "a.cu"], "driver-input-language"),
            (["-Oz", "--offload-arch=sm_90", "-c", "a.c"], "driver-offload"),
            (["-Oz", "--driver-mode=cl", "-c", "a.c"], "driver-mode"),
            (["-Oz", "-grecord-command-line", "-c", "a.c"], "driver-record"),
            (["-Oz", "-mllvm", "-print-after-all", "-c", "a.c"], "driver-internal"),
            (["-Oz", "-mllvm=-debug-pass-manager", "-c", "a.c"], "driver-internal"),
            (["-Oz", "-ftime-report", "-c", "a.c"], "driver-side-output"),
            (["-flto", "a.o"], "driver-lto"),
        ],
    )
    def test_clang_alone(self, installed: Installed, words: list[str], reason: str) -> None:
        decision = decide(words, str(installed.clang))
        assert (decision.plugin, decision.arguments, decision.reason) == (False, words, reason)

    @pytest.mark.parametrize("word", ["-gcodeview", "--target=x86_64-pc-windows-msvc"])
    def test_debug_information_that_holds_arguments(self, installed: Installed, word: str) -> None:
        """As if there were no plugin."""
        decision = decide(["-Oz", word, "-c", "a.c"], str(installed.clang))
        assert (decision.plugin, decision.reason, len(decision.arguments)) == (False, "", 4)
        assert not decide(["-Oz", "-c", "a.c"], str(installed.clang), "i686-pc-windows").plugin

    @pytest.mark.parametrize(
        "words",
        [LTO, ["-r", *LTO], [*LTO, "-flto=thin"], ["--target=aarch64-linux-gnu", *LTO], ["-Wl,--icf=safe", *LTO]],
    )
    def test_the_linker_loads_it_too(self, installed: Installed, words: list[str]) -> None:
        load = ["-Xlinker", f"--load-pass-plugin={installed.plugin}"]
        decision = decide(words, str(installed.clang))
        assert (decision.plugin, decision.arguments) == (True, [*load, *words])
        decision = decide(["-Oz", "m.c", *words], str(installed.clang))
        assert decision.arguments == [f"-fpass-plugin={installed.plugin}", *load, "-Oz", "m.c", *words]

    @pytest.mark.parametrize(
        "words",
        [
            *(["-c"], ["-S"], ["-E"], ["-fno-lto"], ["-fuse-ld=gold"], ["--ld-path=ld.lld"]),
            *(["-B."], ["--target=wasm32"], ["-no-canonical-prefixes"], ["--emit-static-lib"], ["--version"]),
            *(["-Wl,--load-pass-plugin=x"], ["-Xlinker", "--load-pass-plugin=x"]),
            *(["-Wl,--reproduce=x.tar"], ["-Xlinker", "--reproduce", "-Xlinker", "x.tar"]),
            *(["-Wl,--lto-debug-pass-manager"], ["-Wl,-plugin-opt=debug-pass-manager"]),
            *(["-Wl,-mllvm,-print-after-all"], ["-Wl,-plugin-opt=-print-changed"], ["-Wl,-mllvm,-time-passes"]),
        ],
    )
    def test_the_linker_does_not(self, installed: Installed, words: list[str]) -> None:
        assert not decide([*LTO, *words], str(installed.clang)).plugin

    @pytest.mark.parametrize("name", ["x86_64-pc-linux-gnu-ld.lld", "aarch64-linux-gnu-ld.lld"])
    def test_a_linker_that_clang_prefers(
        self, installed: Installed, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (installed.home / name).write_text("")
        monkeypatch.setenv("PATH", str(installed.home))
        words = [*LTO, *(["--target=aarch64-linux-gnu"] if name.startswith("aarch64") else [])]
        assert not decide(words, str(installed.clang)).plugin
        assert installed.native(words, os.environ)[0] == "0"
        assert decide([*LTO, f"--ld-path={installed.lld}"], str(installed.clang)).plugin

    def test_another_linker_beside_clang(self, installed: Installed) -> None:
        shutil.copy(installed.lld, installed.home / "other")
        assert decide([*LTO, f"--ld-path={installed.lld}"], str(installed.clang)).plugin
        assert not decide([*LTO, f"--ld-path={installed.home}/other"], str(installed.clang)).plugin

    def test_what_the_descriptor_no_longer_fits(self, installed: Installed) -> None:
        """The native launcher sees it, too; test_descriptor.py has the other ways to be wrong."""
        words = ["-Oz", "-c", "a.c"]
        assert installed.native(words, installed.environment)[0] == "1"
        path = Path(descriptor.path_of(str(installed.clang)))
        whole = path.read_bytes()
        for damage in (
            whole[:-1],
            b"",
            whole + b"x",
            whole.replace(b"end\n", b"odd\nend\n"),
            whole.replace(b"file\t", b"file\t9", 1),
            whole.replace(b"installation\t", b"installation\t9"),
            whole.replace(b"/python3\t", b"/python4\t"),
            whole.replace(b"plugin\t/", b"plugin\t//", 1),
            whole.replace(b"\nplugin\t", b"\nplugin\t/x\nplugin\t"),
            whole.replace(b"\tx86_64-pc-linux-gnu", b""),
            whole.replace(b"end\n", b"\0" * 70_000 + b"\nend\n"),
        ):
            path.write_bytes(damage)
            assert descriptor.find(str(installed.clang)) is None
            assert installed.native(words, installed.environment)[0] == "0"
        path.write_bytes(whole)
        assert installed.native(words, installed.environment)[0] == "1"
        for wrong, right in ((path, 0o600), (path.parent, 0o700), (installed.state, 0o700)):
            wrong.chmod(right | 0o022)
            assert installed.native(words, installed.environment)[0] == "0"
            wrong.chmod(right)
        os.utime(installed.lld, ns=(1, 1))
        assert installed.native(words, installed.environment)[0] == "0"

    def test_another_installation(self, installed: Installed) -> None:
        """Another virtual environment's launcher does not take its plugin."""
        other = installed.home / "another" / "bin"
        shutil.copytree(installed.bin, other)
        (other.parent / "pyvenv.cfg").write_text("")
        installed.bin = other
        assert installed.native(["-Oz", "-c", "a.c"], installed.environment)[0] == "0"

    def test_no_room_for_more_arguments(self, installed: Installed) -> None:
        """Where the operating system's limit is reached, clang gets the user's own arguments."""
        clang = [str(installed.clang), "-Oz", "-c", "a.c"]

        def filled(size: int) -> dict[str, str]:
            return {
                **installed.environment,
                **{f"FILL{at}": "x" * min(size - at, 10_000) for at in range(0, size, 10_000)},
            }

        low, high = 0, 64 * 2**20
        while high - low > 1:
            middle = (low + high) // 2
            try:
                subprocess.run(clang, env=filled(middle), stdout=subprocess.DEVNULL, check=True)
                low = middle
            except OSError:
                high = middle
        inside, started, _ = installed.native(clang[1:], filled(low - 50))  # the launcher's path is longer than clang's
        assert (inside, started) == ("0", clang)
        assert installed.native(clang[1:], filled(low - 2000))[0] == "1"


class TestLevel:
    """SMARTOPT_LEVEL: what was written for speed is compiled for size; nothing else changes its level."""

    @pytest.mark.parametrize("level", ["Oz", "Os"])
    @pytest.mark.parametrize(
        ("words", "at"),
        [
            (["-O2", "-c", "a.c"], 1),
            (["-c", "a.c", "-O"], 3),
            (["-O0", "-c", "-Ofast", "a.c"], 3),
            (["-O3", "a.o"], 1),
            (["-O2", "-E", "a.c"], 1),
            (["-Xclang", "-O0", "-O1", "-Xclang", "-O3", "a.c"], 3),
            (["-O2", "-ObjC", "-c", "a.c"], 1),
        ],
    )
    def test_where_it_goes(self, words: list[str], at: int, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SMARTOPT_LEVEL", level)
        assert decide(words, "/clang").arguments == [*words[:at], f"-{level}", *words[at:]]

    @pytest.mark.parametrize(
        "words",
        [
            *(
                ["-c", "a.c"],
                ["-O0", "-c", "a.c"],
                ["-O2", "-O0", "a.c"],
                ["-Og", "a.c"],
                ["-Oz", "a.c"],
                ["-O2", "-Os"],
            ),
            *(["-O2", "--optimize=0", "a.c"], ["-Xclang", "-O2", "-c", "a.c"], ["-Xlinker", "-O2"], ["--", "-O2"]),
            *(["-cc1", "-O2"], ["--driver-mode=cl", "-O2", "a.c"], ["-O7", "a.c"], []),
        ],
    )
    def test_where_it_does_not(self, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SMARTOPT_LEVEL", "Oz")
        assert decide(words, "/clang").arguments == words

    def test_response_files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SMARTOPT_LEVEL", "Oz")
        texts = {"fast": "-O2 -DX", "none": "-O0", "open": "-O2 -Xclang", "other": "-DY"}
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        fast, none, unfinished, other = (f"@{tmp_path / name}" for name in texts)
        for words, at in (([fast, "-c", "a.c"], 1), ([none, fast], 2), ([fast, other], 1), ([none, "-O2"], 2)):
            assert decide(words, "/clang").arguments == [*words[:at], "-Oz", *words[at:]]
        for words in (
            [fast, none],
            ["-O2", none],
            [unfinished, "-DX"],
            [fast, "@/no/such/file"],
            ["-O2", "@/dev/stdin"],
        ):
            assert decide(words, "/clang").arguments == words

    def test_what_is_disabled_is_clangs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SMARTOPT_LEVEL", "Oz")
        assert decide(["-O2"], "/x/gcc", is_clang=False).arguments == ["-O2"]
        monkeypatch.setenv("SMARTOPT_DISABLE", "1")
        assert decide(["-O2", "-c", "a.c"], "/clang").arguments == ["-O2", "-c", "a.c"]
        monkeypatch.setenv("SMARTOPT_LEVEL", "nonsense")
        assert decide(["-O2", "-c", "a.c"], "/clang").arguments == ["-O2", "-c", "a.c"]

    def test_a_build(self, pair: Pair) -> None:
        """The object is that of -Oz, and the compile is ours."""
        expected = pair.direct("-O2", "-Oz", "-c", "a.c")
        done = pair.ours("-O2", "-c", "a.c", env={"SMARTOPT_LEVEL": "Oz"})
        assert (done.code, done.stderr, done.tree) == (0, b"", expected.tree)
        assert pair.counted()["winner.oz"] == 1
        done = pair.ours("-O2", "-c", "a.c", "-S", env={"SMARTOPT_LEVEL": "Oz"})
        assert done.tree == pair.direct("-Oz", "-c", "a.c", "-S").tree

    @pytest.mark.parametrize("native", [False, True])
    def test_a_mistake_is_told(self, pair: Pair, native: bool, native_doors: Path) -> None:
        """A build that would silently stay at -O2 is worse than one that stops at its first command."""
        pair.doors = native_doors if native else pair.doors
        done = pair.ours("-O2", "-c", "a.c", env={"SMARTOPT_LEVEL": "O3"})
        assert (done.code, done.stderr.count(b"\n"), "a.o" in done.tree) == (2, 1, False)
        assert b"SMARTOPT_LEVEL" in done.stderr


@pytest.mark.parametrize("plugin", ["1", "0"])
def test_the_first_compile_has_the_plugin_built(pair: Pair, fake: Callable[[str], Path], plugin: str) -> None:
    """In the background; here for a clang that can have none, which is found out once and not in every compile."""
    fake(":")
    for _ in range(2):
        done = pair.ours("-Oz", "-c", "a.c", env={"SMARTOPT_PLUGIN": plugin})
        assert (done.code, done.stderr) == (0, b"")
    kept = [path.name for path in (pair.state / "plugins").glob("*")]
    assert [name.endswith(".tried") for name in kept] == ([True] if plugin == "1" else [])


@pytest.mark.parametrize("major", TABLES)
def test_values_of_options(major: int) -> None:
    """The options that take the next argument are those of clang's own tables."""
    table = load_table(major)
    assert table is not None
    for name, text in table.items():
        for kind, _, *number in rows(text):
            if kind in ("separate", "joined-or-separate"):
                assert name in launch_options.VALUED
            elif kind == "joined-and-separate":
                assert name in launch_options.VALUED_STARTS
            elif kind == "multi":
                assert launch_options.MULTI_VALUED[name] == int(number[0])


SILENT = [
    *(["-c", "a.c"], ["-c", "a.c", "b.c"], ["a.c", "b.c", "-shared", "-o", "x.so"], ["-S", "a.c"], ["-c", "s.s"]),
    *(["-c", "S.S"], ["-c", "-x", "assembler", "s.s"], ["-c", "-x", "c", "-"], ["@x.rsp"], ["-c", "missing.c"], []),
    *(
        ["-x", "c-header", "h.h", "-o", "h.pch"],
        ["-emit-ast", "a.c"],
        ["-flto", "-c", "a.c"],
        ["-flto=thin", "-c", "a.c"],
    ),
    *(["-fno-integrated-as", "-c", "a.c"], ["-save-temps", "-c", "a.c"], ["-c", "a.i"], ["-c", "-emit-llvm", "a.c"]),
    *(["-std=c++20", "--precompile", "m.cppm", "-o", "m.pcm"], ["-c", "broken.c"], ["-O0", "-c", "a.c"]),
]


@pytest.mark.parametrize("version", [22, 19])
def test_clang_takes_the_argument_in_silence(pair: Pair, version: int, plugins: Plugins) -> None:
    """No new warning, not even among -Weverything, the same exit code and the same files.

    The plugin does nothing where no launcher has started clang.
    """
    source = "int f(int x) { return x * 3; }\n"
    pair.clang = tool(f"clang-{version}")
    plugin = plugins.give(pair.clang, pair.state)
    pair.files = {
        "a.c": source,
        "b.c": "int g;\n",
        "a.i": source,
        "s.s": "q:\n ret\n",
        "S.S": "#define R ret\nq:\n R\n",
    }
    pair.files |= {"h.h": "int f(int);\n", "x.rsp": "-c a.c", "m.cppm": "export module m;\n", "broken.c": "int f(\n"}
    for words in SILENT:
        for warnings in ([], ["-Werror", "-Wall", "-Wextra", "-Weverything", "-Wunused-command-line-argument"]):
            plain = pair.direct("-Oz", *words, *warnings, stdin=source.encode())
            loaded = pair.direct(f"-fpass-plugin={plugin}", "-Oz", *words, *warnings, stdin=source.encode())
            assert loaded == plain, words
