"""Lines: what an instruction is, without names; the same whatever values, blocks and globals are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.ir.lines import BLOCK, lines_of

FUNCTION = b"""define internal i32 @f(ptr noundef %0, i64 %1) #3 {
  %3 = load i32, ptr %0, align 4, !tbaa !7
  %4 = call i32 @puts(ptr noundef nonnull dereferenceable(1) @.str.2) #9
  %5 = icmp eq i32 %3, 1234
  br i1 %5, label %6, label %8

6:                                                ; preds = %2
  %7 = tail call ptr @llvm.stacksave.p0()
  store double 1.500000e+00, ptr %7, align 8
  switch i32 %3, label %8 [
    i32 4, label %6
  ]

8:                                                ; preds = %6, %2
  ret i32 %3
}"""

LINES = [
    b"load i32, ptr %",
    b"call i32 @(ptr @)",
    b"icmp eq i32 %, #",
    b"br i1 %, label %, label %",
    BLOCK,
    b"call ptr @llvm.stacksave.p0()",
    b"store double 1.#, ptr %",
    b"switch i32 %, label % [",
    b"i32 4, label %",
    b"]",
    BLOCK,
    b"ret i32 %",
]


def test_what_is_kept() -> None:
    assert lines_of(FUNCTION).split(b"\n") == LINES


def test_names_make_no_difference() -> None:
    named = FUNCTION.replace(b"%3", b"%count").replace(b"%8", b'%"odd name"').replace(b"@puts", b"@other.name$x")
    named = named.replace(b"\n8:  ", b'\n"odd name":  ').replace(b"@f(", b"@g(")
    assert lines_of(named) == lines_of(FUNCTION)


def test_a_long_line_is_cut() -> None:
    line = b"  call void @f(" + b", ".join([b"i32 %1"] * 100) + b")"
    (found,) = lines_of(b"define void @g() {\n" + line + b"\n}").split(b"\n")
    assert found == b"call void @(" + b"i32 %, " * 12
    assert len(found) == 96


@pytest.mark.parametrize("text", [b"", b"\n", b"no function", b"define\n\xff\xfe"])
def test_other_text_is_no_error(text: bytes) -> None:
    assert isinstance(lines_of(text), bytes)


@given(st.binary(max_size=300))
def test_nothing_raises(text: bytes) -> None:
    lines_of(text)
