"""The compact form is undone exactly, whatever the text, and equal code becomes equal text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.chooser.compact import compact, expand
from smartopt.ir.function_texts import function_texts
from tests.support import EXAMPLES

FUNCTION = """\
%t0=type{i32}
define i32 @f0(i32 %0,ptr %1){
%2=alloca %t0
%3=alloca i32
%4=load i32,ptr %1
%5=add i32 %4,%0
store i32 %5,ptr %3
br label %b1
b1:
%6=phi i32[%5,%b0],[%7,%b1]
%7=add i32 %6,1
%8=icmp eq i32 %7,9
br i1 %8,label %b2,label %b1
b2:
ret i32 %7
}"""

SHORT = """\
%t0=type{i32}
define i32 @f0(i32 %0,ptr %1){
=alloca %t0
=alloca i32
=load i32,ptr %1
=add i32 $1,%0
store i32 $1,ptr %3
br label ^1
:
=phi i32[$1,^-1],[$-1,^0]
=add i32 $1,1
=icmp eq i32 $1,9
br i1 $1,label ^1,label ^0
:
ret i32 $2
}"""


def test_what_it_looks_like() -> None:
    assert compact(FUNCTION) == SHORT
    assert expand(SHORT) == FUNCTION


def test_equal_code_at_another_place_becomes_equal_text() -> None:
    assert compact(FUNCTION).splitlines()[6] == "store i32 $1,ptr %3"
    lines = compact("define void @f0(){\n%0=add i32 1,2\n%1=mul i32 %0,%0\n%2=mul i32 %1,%1\nret void\n}").splitlines()
    assert lines[2] == lines[3]


def test_examples_come_back() -> None:
    texts = [text for path in sorted(EXAMPLES.glob("*.ll")) for text in function_texts(path.read_text()).values()]
    assert len(texts) > 5
    for text in texts:
        assert expand(compact(text)) == text
        assert len(compact(text)) < len(text)


PIECES = st.sampled_from(
    ["define ", "i32 @f0(", "%0", "%1", "%12", "%b1", "%b0", "b1", "b2", ":", "=", "alloca", "\n", "$", "^", "-1", "$1",
     "^2", " ", "%t0", "%007", "%1.x", "{", "}", "ret", "%999999", "%1000000", "%b-1"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_likeness_of_ir_comes_back(text: str) -> None:
    assert expand(compact(text)) == text


@given(st.lists(PIECES, max_size=60).map(lambda pieces: "define void @f0(i32 %0){\n" + "".join(pieces)))
def test_any_likeness_of_a_function_comes_back(text: str) -> None:
    assert expand(compact(text)) == text


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    assert expand(compact(text)) == text


@pytest.mark.parametrize("text", ["", "$1", "^", "define ", "define x\n=", "=\ndefine x\n$99"])
def test_anything_can_be_expanded(text: str) -> None:
    expand(text)
