"""Stages and inputs (CASES.md 21 to 41)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from .conftest import C_SOURCE, Pair
from .plugins import BOTH, first_on_both

PAIR_WAYS = BOTH

STAGE, LANGUAGE, INPUTS, LINKS = "driver-stage", "driver-input-language", "driver-inputs", "driver-no-compile"
ASSEMBLY = ".globl f\nf: ret\n"
FILES: Mapping[str, str | bytes] = {
    "a.c": C_SOURCE,
    "b.c": "int b;\n",
    "main.c": "int main(void) { return 0; }\n",
    "a.h": "int declared(void);\n",
    "a.cc": "int once(int x) { return x * 3 + x / 7; }\n",
    "a.s": ASSEMBLY,
    "a.S": "#define NAME f\n.globl NAME\nNAME: ret\n.section .note.GNU-stack\n",
    "a.ll": "define i32 @f() minsize { ret i32 1 }\n",
    "a.m": "int f(void) { return 1; }\n",
    "a.cu": "int f(void) { return 1; }\n",
    "a.hip": "int f(void) { return 1; }\n",
    "a.bc": "no bitcode\n",
}


@pytest.mark.parametrize(
    ("args", "reason"),
    first_on_both(
        pytest.param(["-E", "a.c"], STAGE, id="21 -E"),
        pytest.param(["-c", "-E", "a.c"], STAGE, id="21 -c -E"),
        pytest.param(["-M", "a.c"], STAGE, id="21 -M"),
        pytest.param(["-MM", "-c", "a.c"], STAGE, id="21 -MM -c"),
        pytest.param(["-fsyntax-only", "-c", "a.c"], STAGE, id="21 -fsyntax-only"),
        pytest.param(["--analyze", "-c", "a.c"], STAGE, id="21 --analyze"),
        pytest.param(["-c", "-emit-llvm", "a.c"], STAGE, id="23 -emit-llvm -c"),
        pytest.param(["-S", "-emit-llvm", "a.c"], STAGE, id="23 -emit-llvm -S"),
        pytest.param(["-c", "a.ll"], LANGUAGE, id="35 .ll"),
        pytest.param(["-c", "a.m"], LANGUAGE, id="35 Objective-C"),
        pytest.param(["-c", "a.cu"], LANGUAGE, id="35 CUDA"),
        pytest.param(["-c", "a.hip"], LANGUAGE, id="35 HIP"),
        pytest.param(["-x", "ir", "-c", "a.ll"], LANGUAGE, id="35 -x ir"),
        pytest.param(["-x", "objective-c", "-c", "a.c"], LANGUAGE, id="35 -x objective-c"),
    ),
)
def test_cases_21_to_35_left_to_clang(pair: Pair, args: list[str], reason: str) -> None:
    pair.files = FILES
    assert pair.same("-Oz", *args) == {reason}


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        pytest.param(["-c", "main.c", "b.c", "-o", "x.o"], INPUTS, id="27 two sources and -o"),
        pytest.param(["-c", "-", "-o", "x.o"], LANGUAGE, id="32 stdin without -x"),
        pytest.param(["-c", "a.bc"], LANGUAGE, id="35 .bc"),
        pytest.param(["-c", "missing.c"], "driver-input-special", id="missing source"),
        pytest.param(["-c", "a.c", "-o"], "driver-bad-command", id="-o without a name"),
        pytest.param(["-c", "a.h", "-o", "a.h.pch"], LANGUAGE, id="29 header"),
        pytest.param(["-x", "c-header", "-c", "a.h", "-o", "a.h.gch"], LANGUAGE, id="29 -x c-header"),
        pytest.param(["-c", "a.s"], LANGUAGE, id="33 .s"),
        pytest.param(["-c", "a.S", "-MD"], LANGUAGE, id="33 .S with its .d"),
    ],
)
def test_cases_27_to_35_without_a_module(pair: Pair, args: list[str], reason: str) -> None:
    """Clang has nothing to optimise, or an error to tell of."""
    pair.files = FILES
    assert pair.same("-Oz", *args) == pair.either({reason}, set())


def test_no_source(pair: Pair) -> None:
    assert pair.same("-Oz", "-c") == {INPUTS}


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        pytest.param(["-S", "a.c"], STAGE, id="22 -S"),
        pytest.param(["-S", "a.c", "main.c"], STAGE, id="22 -S of two"),
        pytest.param(["main.c", "-o", "prog"], LINKS, id="25 compile and link"),
        pytest.param(["main.c", "a.c", "a.S", "-o", "prog"], LINKS, id="25 compile, assemble and link"),
        pytest.param(["-c", "main.c", "a.c"], INPUTS, id="26 two sources"),
        pytest.param(["-c", "main.c", "a.cc", "-ffunction-sections"], INPUTS, id="26 two sources of two languages"),
        pytest.param(["-S", "-c", "a.c"], STAGE, id="28 -S -c"),
        pytest.param(["-c", "-S", "a.c"], STAGE, id="28 -c -S"),
        pytest.param(["-c", "-fmodules", "-fno-implicit-modules", "main.c"], "driver-modules", id="30 -fmodules"),
    ],
)
def test_cases_22_to_30_more_than_one_object(pair: Pair, args: list[str], reason: str) -> None:
    pair.files = FILES
    pair.inside(reason, "-Oz", *args)


@pytest.mark.parametrize("language", ["c", "c++"])
def test_case_32_standard_input(pair: Pair, language: str) -> None:
    pair.inside(LANGUAGE, "-x", language, "-Oz", "-c", "-", "-o", "x.o", stdin=C_SOURCE.encode())
    pair.inside(
        pair.either({LANGUAGE}, {""}).pop(), "-x", language, "-Oz", "-c", "-", "-o", "-", stdin=C_SOURCE.encode()
    )


def test_case_24_link_only(pair: Pair) -> None:
    pair.files = {"main.c": "int main(void) { return 0; }\n"}

    def compiled(work: Path) -> None:
        pair.run(pair.clang, "-c", "main.c")

    pair.prepare = compiled
    assert pair.same("-Oz", "main.o", "-o", "prog") == {LINKS}


def test_case_29_precompile_and_30_modules(pair: Pair) -> None:
    pair.files = {"m.cppm": "export module m; export int f() { return 1; }\n"}
    args = ["-Oz", "-std=c++20", "--precompile", "m.cppm", "-c", "-o", "m.pcm"]
    assert pair.same(*args, cxx=True) == pair.either({"driver-modules"}, set())


@pytest.mark.parametrize("major", [22, 19])
def test_case_30_a_module_and_who_imports_it(pair: Pair, major: int) -> None:
    pair.use(major)
    pair.files = {
        "m.cppm": "export module m; int steps;\n"
        "export int f(int x) { for (int i = 0; i < x; i++) steps += i; return steps; }\n",
        "a.cc": "import m;\nint g(int x) { return f(x) + f(x + 1); }\n",
    }
    words = ["-Oz", "-std=c++20", "-c"]
    unit = [*words, "m.cppm", "-o", "m.o", "-fmodule-output=m.pcm"]
    pair.prepare = lambda _: pair.run(pair.clangxx, *words[:2], "--precompile", "m.cppm", "-o", "m.pcm")
    pair.inside("driver-modules", *words, "-fmodule-file=m=m.pcm", "a.cc", cxx=True)
    pair.prepare = None
    assert pair.direct(*unit, cxx=True).tree["m.o"] == pair.ours(*unit, cxx=True).tree["m.o"]


def test_case_31_precompiled_header(pair: Pair) -> None:
    pair.files = {"a.h": "typedef int number;\n", "a.c": "number f(void) { return 1; }\n"}
    pair.prepare = lambda work: pair.run(pair.clang, "-Oz", "-x", "c-header", "a.h", "-o", "a.pch")
    # The precompiled header holds its own time, so the trees differ by nature: outputs are compared by name.
    done = pair.ours("-Oz", "-c", "-include-pch", "a.pch", "a.c")
    expected = pair.direct("-Oz", "-c", "-include-pch", "a.pch", "a.c")
    assert (done.code, done.stderr) == (0, b"")
    assert done.tree["a.o"] == expected.tree["a.o"]
    assert pair.counted()[pair.either({"reason.driver-pch"}, {"winner.oz"}).pop()] == 1


@pytest.mark.parametrize("name", first_on_both("a.i", "a.ii"))
def test_case_34_preprocessed_sources(pair: Pair, name: str) -> None:
    pair.files = {name: '# 1 "a.c"\nint f(int x) { return x * 3; }\n'}
    pair.eligible("-Oz", "-c", name)
    pair.eligible("-Oz", "-MD", "-c", name)
    assert "a.d" not in pair.last.tree


@pytest.mark.parametrize("suffix", first_on_both("c", "cc", "cp", "cxx", "cpp", "CPP", "c++", "C"))
def test_sources_of_every_name(pair: Pair, suffix: str) -> None:
    pair.files = {f"a.{suffix}": "int f(int x) { return x / 5; }\n"}
    pair.eligible("-Oz", "-c", f"a.{suffix}")


def test_a_c_source_under_clangxx(pair: Pair) -> None:
    pair.eligible("-Oz", "-c", "a.cc", cxx=True)
    pair.eligible("-Oz", "-c", "a.c", cxx=True)


class TestCase36:
    """``-x`` counts from where it stands, may be joined, and ``none`` ends it."""

    @pytest.mark.parametrize(
        "args",
        first_on_both(
            ["-x", "c", "-c", "a.txt"],
            ["-xc", "-c", "a.txt"],
            ["-xc++", "-c", "a.c"],
            ["-x", "c++", "-x", "none", "-c", "a.c"],
            ["-c", "a.c", "-x", "c++"],
        ),
    )
    def test_eligible(self, pair: Pair, args: list[str]) -> None:
        pair.files = dict.fromkeys(("a.txt", "a.c"), "int f(void) { return sizeof('a'); }\n")
        pair.eligible("-Oz", *args, "-o", "x.o")

    @pytest.mark.parametrize(
        "args", first_on_both(["-c", "a.txt", "-x", "c"], ["-x", "c", "-x", "none", "-c", "a.txt"])
    )
    def test_left_to_clang(self, pair: Pair, args: list[str]) -> None:
        pair.files = dict.fromkeys(("a.txt", "a.c"), "int f(void) { return sizeof('a'); }\n")
        assert pair.same("-Oz", *args, "-o", "x.o") == pair.either({LANGUAGE}, set())


def test_case_37_two_dashes_before_the_file(pair: Pair) -> None:
    pair.eligible("-Oz", "-c", "-o", "x.o", "--", "a.c")
    pair.files = {"-a.c": C_SOURCE}
    pair.same("-Oz", "-c", "-o", "x.o", "--", "-a.c")
    pair.same("-Oz", "-c", "-o", "x.o", "--", "-a.c", "-Oz")


class TestCase38:
    """Response files are read to classify; clang gets what the user wrote."""

    @pytest.mark.parametrize(
        "text",
        first_on_both(
            "-c a.c -o x.o -Oz",
            '-c \'a.c\'\n-o "x.o"\t-Oz -DNAME=\\"quoted\\ text\\"',
            "-c @more.rsp -Oz",
        ),
    )
    def test_eligible(self, pair: Pair, text: str) -> None:
        pair.files = {"a.c": C_SOURCE, "x.rsp": text, "more.rsp": "a.c -o x.o"}
        pair.eligible("@x.rsp")

    def test_nested_and_not_ours(self, pair: Pair) -> None:
        pair.files = {"a.c": C_SOURCE, "x.rsp": "@deep/y.rsp", "deep/y.rsp": "-c a.c -O2 -o x.o"}
        assert pair.same("@x.rsp") == {"driver-not-size"}

    def test_the_original_is_passed_on(self, pair: Pair) -> None:
        pair.files = {"a.c": C_SOURCE, "x.rsp": "-c a.c -Oz -o 'name with space.o'"}
        assert pair.same("@x.rsp", "-E") == {STAGE}
        pair.eligible("@x.rsp")


def test_case_39_missing_response_file(pair: Pair) -> None:
    pair.same("-Oz", "-c", "@missing.rsp")
    assert pair.last.code == 1


@pytest.mark.parametrize(
    "name",
    first_on_both(b"caf\xe9.c", "über maß.c".encode(), b"two  spaces.c", b"back\\slash.c", b"quo'te\".c", b"do$lar#.c"),
)
def test_case_40_odd_names(pair: Pair, name: bytes) -> None:
    text = os.fsdecode(name)
    pair.files = {text: C_SOURCE}
    pair.eligible("-Oz", "-MD", "-MP", "-c", text)
    pair.eligible("-Oz", "-MD", "-g", "-c", text, "-o", text.replace(".c", ".o"))


def test_case_41_incbin_follows_its_file(pair: Pair) -> None:
    """The object is made anew each time, from the file as it is then: nothing keeps whole objects."""
    source = '__asm__(".data\\n.globl blob\\nblob: .incbin \\"blob.bin\\"\\n");\nint f(void) { return 1; }\n'
    pair.files = {"a.c": source, "blob.bin": b"first"}
    pair.eligible("-Oz", "-c", "a.c")
    pair.files = {"a.c": source, "blob.bin": b"other"}
    pair.eligible("-Oz", "-c", "a.c")
    assert b"other" in pair.last.tree["a.o"][2]
