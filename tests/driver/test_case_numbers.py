"""Every numbered case of DRIVER_CASES has a test that says so: in its name, its class's, or its id."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CASES = range(1, 72)


def claimed(tree: ast.AST) -> Iterator[int]:
    """The numbers that a test file's names and ids give; a range ("21_to_35") is one of many ids, and no claim."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and re.match(r"test_cases?_\d|TestCase\d", node.name):
            yield from map(int, re.findall(r"(?:cases?_|Case|_and_)(\d+)(?!\d|_to_)", node.name))
        if isinstance(node, ast.keyword) and node.arg == "id" and isinstance(node.value, ast.Constant):
            found = re.match(r"(\d+) ", str(node.value.value))
            if found:
                yield int(found[1])


def test_every_case_has_a_test_that_names_it() -> None:
    files = sorted(Path(__file__).parent.glob("test_*.py"))
    numbers = {number for path in files for number in claimed(ast.parse(path.read_text(encoding="utf-8")))}
    assert numbers == set(CASES)


def test_what_counts_as_a_name() -> None:
    text = "def test_case_9_x(): pass\ndef test_cases_1_to_8_x(): pass\nclass TestCase36: pass\n"
    text += "def test_cases_14_and_15_x(): pass\ndef test_case_29_it_and_30_that(): pass\nf(id='53 LTO', x='54 x')\n"
    assert sorted(claimed(ast.parse(text))) == [9, 14, 15, 29, 30, 36, 53]
