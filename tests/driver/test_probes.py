"""Questions to the compiler (CASES.md 1 to 13): always the real clang, byte for byte."""

from __future__ import annotations

import re

import pytest

from .conftest import Pair
from .plugins import BOTH, first_on_both

PAIR_WAYS = BOTH

ASKED = "driver-query"


@pytest.mark.parametrize(
    ("args", "reason"),
    first_on_both(
        pytest.param(["--version"], ASKED, id="1 --version"),
        pytest.param(["-v"], ASKED, id="2 -v alone"),
        pytest.param(["-V"], ASKED, id="3 -V"),
        pytest.param(["-qversion"], ASKED, id="3 -qversion"),
        pytest.param(["-dumpversion"], ASKED, id="4 -dumpversion"),
        pytest.param(["-dumpmachine"], ASKED, id="4 -dumpmachine"),
        pytest.param(["-print-search-dirs"], ASKED, id="5 -print-search-dirs"),
        pytest.param(["-print-prog-name=ld"], ASKED, id="5 -print-prog-name"),
        pytest.param(["-print-file-name=libc.a"], ASKED, id="5 -print-file-name"),
        pytest.param(["--print-resource-dir"], ASKED, id="5 --print-resource-dir"),
        pytest.param(["-Oz", "-c", "a.c", "-print-multiarch"], ASKED, id="5 with a source"),
        pytest.param(["-cc1", "-Oz", "-fsyntax-only", "a.c"], "driver-internal", id="7 -cc1"),
        pytest.param(["-cc1as", "--version"], "driver-internal", id="7 -cc1as"),
        pytest.param([], ASKED, id="8 no arguments"),
        pytest.param(["--help"], ASKED, id="8 --help"),
    ),
)
def test_cases_1_to_8_questions(pair: Pair, args: list[str], reason: str) -> None:
    assert pair.same(*args) == {reason}


def test_case_9_predefined_macros(pair: Pair) -> None:
    assert pair.same("-Oz", "-x", "c", "-E", "-dM", "-") == {"driver-stage"}


def test_case_10_kbuild_preprocesses_stdin(pair: Pair) -> None:
    text = b"#ifdef __clang__\n__clang_major__ __clang_minor__\n#endif\n"
    assert pair.same("-E", "-P", "-x", "c", "-", stdin=text) == {"driver-stage"}


@pytest.mark.parametrize("word", ["-Wl,--version", "-Wl,-v"])
def test_case_11_meson_asks_the_linker(pair: Pair, word: str) -> None:
    assert pair.same(word) == {"driver-no-compile"}


def told(pair: Pair, *args: str) -> str:
    """What the commands that clang prints have on our way, less the plugin, which must be there once a command."""
    done, expected = pair.ours(*args), pair.direct(*args)
    assert (done.code, done.stdout) == (expected.code, expected.stdout)
    text = done.stderr.decode()
    if pair.plugins is not None:
        commands = len(re.findall(r'^ "[^"]*" "?-cc1"? ', text, re.MULTILINE))
        assert commands >= 1
        text, count = re.subn(r' "?-fpass-plugin=[^ ]*', "", text)
        assert count == commands
    assert text == expected.stderr.decode()
    return text


def test_case_6_commands(pair: Pair) -> None:
    told(pair, "-###", "-Oz", "-c", "a.c")
    told(pair, "-###", "-Oz", "a.c", "a.cc", "-o", "prog", "-save-temps")


def test_case_12_cmake_abi_probe_reads_v(pair: Pair) -> None:
    args = ["-Oz", "-v", "-MD", "-MT", "t", "-MF", "x.d", "-o", "x.o", "-c", "a.c"]
    assert told(pair, *args).count("clang -cc1 version") == 1
    assert pair.ours(*args).tree == pair.direct(*args).tree


def test_case_13_cmake_compiler_id_makes_one_file(pair: Pair) -> None:
    pair.files = {"CMakeCCompilerId.c": "int main(void) { return 0; }\n"}
    assert pair.same("-Oz", "CMakeCCompilerId.c") == pair.either({"driver-no-compile"}, set())
    assert set(pair.ours("CMakeCCompilerId.c").tree) == {"CMakeCCompilerId.c", "a.out"}
