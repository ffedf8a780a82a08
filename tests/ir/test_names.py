"""Names as LLVM prints them, and back."""

from __future__ import annotations

import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.ir.names import PRINTED, printed, symbol_of, unquoted
from tests.support import tool

NAMES = [
    "f",
    "f.1$",
    "-dash",
    "1st",
    "",
    'a"b',
    "\x01_x",
    "with space",
    "café",
    "stray\udcff",
    "a\\b",
    "\\5C",
    "new\nline",
]
NAMES += ["a@b", "(x)", "%1", "tab\t", "\x7f", "a:b", "é", "x²"]


@pytest.mark.parametrize("major", [22, 19])
def test_names_are_printed_as_llvm_prints_them(major: int) -> None:
    """opt reads every byte escaped, and prints what it prints."""
    names = [name for name in NAMES if name]
    escaped = ["".join(f"\\{b:02X}" for b in name.encode("utf-8", "surrogateescape")) for name in names]
    text = "".join(f'declare void @"{name}"()\n' for name in escaped)
    done = subprocess.run([tool(f"opt-{major}"), "-S"], input=text.encode(), capture_output=True, check=True)
    told = re.findall(rf"^declare void @({PRINTED})\(\)$", done.stdout.decode(), re.MULTILINE)
    assert told == [printed(name) for name in names]
    assert [unquoted(name) for name in told] == names
    assert [unquoted(f'"{name}"') for name in escaped] == names


@given(st.binary(max_size=12))
def test_every_name_comes_back(raw: bytes) -> None:
    name = raw.decode("utf-8", "surrogateescape")
    assert unquoted(printed(name)) == name
    assert re.fullmatch(PRINTED, printed(name))


def test_a_mark_is_not_part_of_the_symbol() -> None:
    assert symbol_of("\x01foo") == "foo"
    assert symbol_of("\x01\x01foo") == "\x01foo"
    assert symbol_of("foo") == "foo"
