"""The normaliser on real IR (two LLVM versions, before and after -Oz) and on what is not IR at all."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartopt.ir.known_names import LIBRARY
from smartopt.ir.normalise import MAX_ELEMENTS, NORMALISER_VERSION, normalise

from .conftest import SOURCES, compile_ir

Compile = Callable[..., str]


def opt(text: str, passes: str) -> str:
    tool = shutil.which("opt-22")
    if tool is None:
        pytest.skip("opt-22 is not installed")
    command = [tool, "-S", f"-passes={passes}", "-o", "-", "-"]
    return subprocess.run(command, input=text, check=True, capture_output=True, text=True, timeout=60).stdout


def leftovers(text: str) -> list[str]:
    """What no normalised line may hold, outside strings."""
    bare = re.sub(r'"[^"\n]*"', '""', text)
    pattern = r"[;\t#]|  |^ | $|^$|!\d|\b(?:noundef|dso_local|nounwind|align \d|tbaa|comdat|DILocation)\b"
    return [line for line in bare.split("\n") if re.search(pattern, line)]


def test_leaves_nothing_that_it_promises_to_drop(ir: Compile) -> None:
    for flags in ((), ("-g",)):
        assert leftovers(normalise(ir(*flags))) == []


def test_shortens_by_more_than_half(ir: Compile) -> None:
    text = ir()
    assert len(normalise(text)) < 0.5 * len(text)


@pytest.mark.parametrize("version", [22, 19])
@pytest.mark.parametrize("flags", [(), ("-g",), ("-fno-discard-value-names",)], ids=["plain", "debug", "names"])
def test_is_idempotent(ir: Compile, version: int, flags: tuple[str, ...]) -> None:
    once = normalise(ir(*flags, version=version))
    assert normalise(once) == once


def test_is_idempotent_after_optimisation(ir: Compile) -> None:
    once = normalise(opt(ir(), "default<Oz>"))
    assert normalise(once) == once
    vectorised = normalise(opt(ir(), "default<O3>"))
    assert normalise(vectorised) == vectorised


@pytest.mark.parametrize("version", [22, 19])
def test_debug_information_makes_no_difference(ir: Compile, version: int) -> None:
    assert normalise(ir("-g", version=version)) == normalise(ir(version=version))


def test_value_and_block_names_make_no_difference(ir: Compile) -> None:
    named = ir("-fno-discard-value-names")
    assert re.search(r"^entry:", named, re.MULTILINE), "the flag no longer names values: this test shows nothing"
    assert normalise(named) == normalise(ir())


@pytest.mark.parametrize("source", [s for s in SOURCES if s.suffix == ".c"], ids=lambda p: p.name)
def test_symbol_names_make_no_difference_in_c(source: Path) -> None:
    text = compile_ir(source, 22)
    assert normalise(opt(text, "metarenamer")) == normalise(text)


@pytest.mark.parametrize("source", [s for s in SOURCES if s.suffix == ".cpp"], ids=lambda p: p.name)
def test_symbol_names_make_no_difference_in_cpp(source: Path) -> None:
    text = compile_ir(source, 22)

    def rename(match: re.Match[str]) -> str:
        return match.group() if match[2] in LIBRARY else f"{match[1]}x_{match[2][::-1]}"

    renamed = re.sub(r"([@$])(_Z\w+)", rename, text)
    assert renamed != text
    assert normalise(renamed) == normalise(text)


def test_module_identity_makes_no_difference(ir: Compile) -> None:
    text = ir()
    other = re.sub(r'^source_filename = "[^"]*"', 'source_filename = "elsewhere.c"', text, flags=re.MULTILINE)
    other = re.sub(r"^; ModuleID = .*$", "; ModuleID = 'elsewhere'", other, flags=re.MULTILINE)
    assert other != text
    assert normalise(other) == normalise(text)


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.name)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_white_space_and_comments_make_no_difference(source: Path, seed: int) -> None:
    rng = random.Random(seed)
    text = compile_ir(source, 22)

    def jitter(line: str) -> str:
        parts = re.split(r'("[^"\n]*"|;.*)', line)
        parts[::2] = [re.sub(" ", lambda _: rng.choice([" ", "  ", "\t", " \t "]), part) for part in parts[::2]]
        tail = rng.choice(["", "", "  ", ' ; a comment with "quotes" and @names'])
        return rng.choice(["", "\t", "    "]) * (not line.startswith(("}", "!"))) + "".join(parts) + tail

    lines = [jitter(line) for line in text.split("\n")]
    other = "\n".join(line + rng.choice(["", "\n", "\n; alone", "\n \n"]) for line in lines)
    assert normalise(other) == normalise(text)


FRAGMENTS = st.sampled_from(
    [
        *(
            "define i32 @f(i32 %x) {\n",
            "}\n",
            "%1 = add i32 %0, 1\n",
            "b:\n",
            '"',
            '"5"',
            "; c\n",
            "#0",
            "!dbg !3",
        ),
        *(
            ", ",
            "(",
            ")",
            "{",
            "declare void @g()\n",
            '@g = constant [2 x i8] c"a\\00"\n',
            "align 4",
            "%t = type {}\n",
        ),
        *(
            "attributes #0 = { noreturn }\n",
            "blockaddress(@f, %b)",
            'asm "x", "y"',
            "phi i32 [ 0, %9 ]",
            "\x00\ufeff",
        ),
        "\n",
    ]
)


@given(st.one_of(st.text(), st.lists(FRAGMENTS).map("".join), st.lists(FRAGMENTS).map(" ".join)))
@settings(max_examples=300, deadline=None)
def test_never_raises(text: str) -> None:
    assert isinstance(normalise(text), str)


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.name)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_broken_ir_never_raises_and_is_idempotent(source: Path, seed: int) -> None:
    rng = random.Random(seed)
    lines = compile_ir(source, 22).split("\n")
    for _ in range(rng.randrange(1, 30)):
        where = rng.randrange(len(lines))
        lines[where : where + rng.choice([0, 1, 5])] = rng.choice([[], [lines[where][: rng.randrange(20)]]])
    once = normalise("\n".join(lines))
    assert normalise(once) == once


def test_keeps_what_changes_what_passes_may_do() -> None:
    text = """
    define fastcc i32 @f(ptr noalias noundef %p, ptr byval(i64) align 8 %q) #0 {
      %a = load volatile i32, ptr %p, align 4
      %b = add nuw nsw i32 %a, 1
      %c = getelementptr inbounds nuw i8, ptr %p, i64 4
      %d = fadd fast float 1.0, 2.0
      store atomic i32 %b, ptr %c release, align 4
      ret i32 %b
    }
    declare void @stop(i32 noundef) #1
    declare i32 @pure(i32) #2
    declare i32 @other(i32) #3
    attributes #0 = { minsize noinline nounwind "target-cpu"="x86-64" }
    attributes #1 = { noreturn nounwind }
    attributes #2 = { nounwind willreturn memory(argmem: read) }
    attributes #3 = { nounwind }
    """
    assert normalise(text).split("\n") == [
        "define fastcc i32 @f0(ptr noalias %0,ptr byval(i64)%1)noinline{",
        "%2=load volatile i32,ptr %0",
        "%3=add nuw nsw i32 %2,1",
        "%4=getelementptr inbounds nuw i8,ptr %0,i64 4",
        "%5=fadd fast float 1.0,2.0",
        "store atomic i32 %3,ptr %4 release",
        "ret i32 %3",
        "}",
        "declare void @f1(i32)noreturn",
        "declare i32 @f2(i32)memory(argmem: read)",
    ]


def test_names_blocks_and_the_entry_alike_with_and_without_labels() -> None:
    numbered = (
        "define i32 @a(i1 %0) {\n  br i1 %0, label %2, label %3\n\n2:  ; preds = %1\n  br label %3\n\n"
        "3:\n  %4 = phi i32 [ 1, %1 ], [ 2, %2 ]\n  ret i32 %4\n}\n"
    )
    named = (
        "define i32 @zz(i1 %cond) {\nentry:\n  br i1 %cond, label %then, label %end\nthen:\n  br label %end\n"
        "end:\n  %r = phi i32 [1,%entry],[2,%then]\n  ret i32 %r\n}\n"
    )
    assert normalise(numbered) == normalise(named)
    assert "%1=phi i32[1,%b0],[2,%b1]" in normalise(numbered)


def test_cuts_long_tables_and_strings() -> None:
    numbers = ", ".join(f"i32 {n}" for n in range(100))
    text = f'@long = constant [100 x i32] [{numbers}]\n@s = private constant [5 x i8] c"abc;\\00"\n'
    first, second = normalise(text).split("\n")
    assert first.startswith("@g0=constant[100 x i32][i32 0,i32 1,")
    assert first.endswith("...")
    assert first.count(",") == MAX_ELEMENTS
    assert second == '@g1=private constant[5 x i8]c""'


def test_quoted_names_with_odd_characters() -> None:
    text = '%"a b, c" = type { i32 }\n@"x;y" = global %"a b, c" zeroinitializer\n'
    assert normalise(text) == "%t0=type{i32}\n@g0=global %t0 zeroinitializer"


def test_is_fast_enough_for_the_build_path() -> None:
    text = "".join(compile_ir(source, 22) for source in SOURCES)
    best = min(_seconds(text) for _ in range(5))
    # Measured at 4 to 6 MB/s; the bound only catches a change of order on a loaded machine.
    assert len(text) / best > 0.8e6


def _seconds(text: str) -> float:
    start = time.process_time()
    normalise(text)
    return time.process_time() - start


def test_version_is_a_number_for_cache_keys() -> None:
    assert isinstance(NORMALISER_VERSION, int)
    assert NORMALISER_VERSION >= 1
