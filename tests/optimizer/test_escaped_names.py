"""What a function is called changes nothing: it gets the same list, and the same row in the report."""

from __future__ import annotations

import re
from typing import Any

import pytest

from smartopt.ir.names import unquoted
from tests.llvm.support import SOURCES, UNOPTIMISED, clang, toolchain
from tests.optimizer.support import optimised

FORMS = [r'"%s\22b"', r'"\01%s"', '"%s x"', r'"%s\C3\A9"', r'"%s\FF"', r'"%s\5C"', r'"%s\0A"', '"%s@x"']
"""A quote, the mark of an asm label, a space, UTF-8, another byte, a backslash, a newline, a sign of IR."""


def row(report: Any, name: str) -> tuple[Any, ...]:
    found = next(row for row in report["functions"] if row["name"] == name)
    return found["instructions"], found["bytes"], found["passes"], found["source"], found["rank"]


@pytest.mark.parametrize("engine", ["libllvm", "opt", "llvmlite"])
def test_a_name_changes_no_list(engine: str) -> None:
    printed = clang(toolchain(22), *UNOPTIMISED, "-emit-llvm", "-S", SOURCES / "sections.c", "-o", "-").decode()
    names = re.findall(r"^define [^@\n]*@(\w+)\(", printed, re.MULTILINE)
    plain = optimised(printed.encode(), engine=engine).report
    assert sum(row(plain, name)[3] != "oz" for name in names) >= 2
    assert 2 * len(names) > len(FORMS), "two modules have names of all forms"
    for first in (0, len(FORMS) // 2):
        forms = {name: FORMS[(first + number) % len(FORMS)] % name for number, name in enumerate(names)}
        renamed = re.sub(rf"@({'|'.join(names)})\b", lambda match, forms=forms: "@" + forms[match[1]], printed)
        report = optimised(renamed.encode(), engine=engine).report
        for name, form in forms.items():
            assert row(report, unquoted(form)) == row(plain, name), form
        assert report["bytes"] == plain["bytes"]
