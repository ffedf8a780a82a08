"""Functions get a frame pointer where that makes them smaller, keep it in every candidate, and nobody else notices."""

from __future__ import annotations

import platform
import re
from pathlib import Path
from typing import Any

import pytest

from smartopt.codegen.frame_pointers import frameable_target, smaller_with_frames, uses_stack
from smartopt.objfile.measure import measure_object
from smartopt.objfile.sizes import Sizes
from tests.optimizer.support import PROGRAMS, baseline, bitcode, case, object_of, optimised, run, text_of, total

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="frame pointers: x86-64 only")

SAVES_REGISTERS = """\
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"
declare i32 @g(i32, i32)
define {convention}i32 @f(i32 %a, i32 %b, i32 %c, i32 %d) #0 {{
  {asm}
  %1 = call i32 @g(i32 %a, i32 %b)
  %2 = call i32 @g(i32 %c, i32 %d)
  %3 = call i32 @g(i32 %a, i32 %c)
  %4 = call i32 @g(i32 %b, i32 %d)
  %5 = call i32 @g(i32 %1, i32 %4)
  %6 = call i32 @g(i32 %2, i32 %3)
  %7 = add i32 %5, %6
  ret i32 %7
}}
attributes #0 = {{ minsize optsize nounwind uwtable {attributes} }}
"""


def module(convention: str = "", asm: str = "", attributes: str = "") -> bytes:
    return SAVES_REGISTERS.format(convention=convention, asm=asm, attributes=attributes).encode()


def framed(text: str) -> set[str]:
    """The functions of printed IR that have a frame pointer."""
    groups = dict(re.findall(r"^attributes (#\d+) = (.*)$", text, re.MULTILINE))
    defined = re.findall(r"^define .*?@([\w.]+)\(.*?(#\d+)", text, re.MULTILINE)
    return {name for name, group in defined if '"frame-pointer"="all"' in groups[group]}


@pytest.mark.parametrize("engine", ["libllvm", "opt", "llvmlite"])
def test_a_function_that_saves_registers_gets_one(engine: str) -> None:
    found = optimised(module(), engine=engine)
    assert framed(text_of(found.data)) == {"f"} == set(found.report["frames"])
    assert total(found.data) < total(baseline(module()))
    assert found.report["bytes"]["output"]["eh_frame"] < found.report["bytes"]["oz"]["eh_frame"]


@pytest.mark.parametrize("engine", ["libllvm", "opt"])
@pytest.mark.parametrize(
    "source",
    [
        module(convention="preserve_mostcc "),
        module(asm='call void asm sideeffect "", "~{rbp}"()'),
        module(asm="call cc 10 void @h()").replace(b"define", b"declare cc 10 void @h()\ndefine"),
        module(asm="call preserve_nonecc void @h()").replace(b"define", b"declare preserve_nonecc void @h()\ndefine"),
        module() + b'define i32 @h() {\n  %1 = call i32 asm "nop", "=r,~{rbp}"()\n  ret i32 %1\n}\n',
        module(attributes='"frame-pointer"="non-leaf"'),
        module(attributes="optnone noinline").replace(b"minsize optsize", b""),
        module().replace(b"x86_64-pc-linux-gnu", b"x86_64-apple-macosx14.0.0"),
        module().replace(b"x86_64-pc-linux-gnu", b"x86_64-pc-windows-msvc"),
        case("target_aarch64"),
        case("coroutines"),
    ],
    ids="convention assembly calls-ghc calls-none elsewhere already optnone macos windows aarch64 coroutines".split(),
)
def test_others_do_not(source: bytes, engine: str) -> None:
    found = optimised(source, engine=engine)
    assert found.report["frames"] == []
    assert framed(text_of(found.data)) == framed(text_of(baseline(source)))


@pytest.mark.parametrize("options", [{"frames": False}, {"objective": "instructions"}], ids=str)
def test_it_can_be_left(options: dict[str, Any]) -> None:
    found = optimised(module(), **options)
    assert found.report["frames"] == []
    assert framed(text_of(found.data)) == set()


@pytest.mark.parametrize("effort", ["fast", "default", "max"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_are_smaller_and_do_the_same(program: str, effort: str, tmp_path: Path) -> None:
    data = bitcode(program)
    found, without = (optimised(data, effort=effort, frames=frames) for frames in (True, False))
    assert found.report["frames"]
    assert total(found.data) < total(without.data)
    assert run(found.data, tmp_path) == run(baseline(data), tmp_path)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_report_says_what_the_object_has(program: str) -> None:
    report = (found := optimised(bitcode(program))).report
    sizes = measure_object(object_of(found.data))
    assert report["bytes"]["output"] == sizes.by_section()
    assert framed(text_of(found.data)) == set(report["frames"])


@pytest.mark.parametrize("program", PROGRAMS)
def test_sums_of_parts_tell_code_from_unwind_entries(program: str) -> None:
    """The driver's promise, section by section, is what the object has but for a few bytes of alignment."""
    report = (found := optimised(bitcode(program), stands_for="clang")).report
    sizes, promised = measure_object(object_of(found.data)).by_section(), report["bytes"]["output"]
    assert report["frames"]
    for section in ("text", "eh_frame", "total"):
        assert abs(promised[section] - sizes[section]) <= max(8, sizes[section] // 50), section


def test_where_no_list_pays_frame_pointers_do() -> None:
    """-Oz's own module, with them: a module without anything that lists could make smaller."""
    report = (found := optimised(module(), stands_for="clang", forced_lists=("gvn",))).report
    assert report["winner"] in ("module", "plan")
    assert framed(text_of(found.data)) == {"f"}


@pytest.mark.parametrize("engine", ["opt", "llvmlite"])
def test_engines_without_replay_choose_the_same(engine: str) -> None:
    """Of -Oz's own module, where nothing else is tried: the same functions as in process."""
    data = bitcode("numbers.c")
    one, two = (optimised(data, engine=name, forced_lists=("gvn",)).report for name in ("libllvm", engine))
    assert one["frames"] == two["frames"] != []


def test_debug_information_does_not_matter() -> None:
    plain, debug = (optimised(bitcode("words.c", *flags)) for flags in ((), ("-g",)))
    assert plain.report["frames"] == debug.report["frames"] != []
    one, two = (measure_object(object_of(found.data)).text for found in (plain, debug))
    assert one == two


def sizes(total: int, code: int, eh_frame: int = 100) -> Sizes:
    return Sizes(text=code, eh_frame=eh_frame, functions={"f": total}, code={"f": code})


@pytest.mark.parametrize(
    ("before", "after", "better"),
    [
        ((80, 50), (70, 50), True),  # the same code, a shorter unwind entry
        ((80, 50), (79, 45), True),
        ((80, 50), (80, 40), False),  # nothing saved
        ((80, 50), (78, 51), True),  # two bytes saved with one byte of code
        ((80, 50), (78, 52), False),  # two bytes saved with two: not worth fetching
        ((80, 50), (85, 45), False),
    ],
)
def test_code_that_grows_is_paid_for_twice(before: tuple[int, int], after: tuple[int, int], better: bool) -> None:
    found = smaller_with_frames(sizes(*before), sizes(*after))
    assert found == ({"f": after} if better else {})


def test_a_function_that_is_not_in_both_objects_is_left() -> None:
    assert smaller_with_frames(Sizes(), sizes(10, 5)) == {}


@pytest.mark.parametrize(("total", "eh_frame", "moves"), [(70, 100, False), (74, 100, True), (50, 0, True)])
def test_unwind_entries_tell_who_moves_the_stack_pointer(total: int, eh_frame: int, moves: bool) -> None:
    """20 bytes describe a function that does not; without unwind tables nothing is known."""
    assert uses_stack("f", sizes(total, 50, eh_frame)) is moves


@pytest.mark.parametrize(
    ("triple", "known"),
    [
        ("x86_64-pc-linux-gnu", True),
        ("x86_64-unknown-freebsd", True),
        ("x86_64-apple-macosx14", False),
        ("x86_64-pc-windows-msvc", False),
        ("i686-pc-linux-gnu", False),
        ("aarch64-linux-gnu", False),
    ],
)
def test_targets(triple: str, known: bool) -> None:
    assert frameable_target(triple) is known
