"""Every case of CASES.md has a test that carries its number: in its name, its class's, or its id."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent


def listed() -> list[tuple[int, str]]:
    """The number of each row of CASES.md, and the test file named above it."""
    found, file = [], ""
    for line in (HERE / "CASES.md").read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\| \| \*\*.*\*\* \| `([\w/]*test_\w+\.py)` \|", line):
            file = heading[1]
        elif row := re.match(r"\| (\d+) \|", line):
            found.append((int(row[1]), file))
    return found


def claimed(tree: ast.AST) -> Iterator[int]:
    """The numbers that a test file's names and ids give; a range ("21_to_35") is one of many ids, and no claim."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and re.match(r"test_cases?_\d|TestCase\d", node.name):
            yield from map(int, re.findall(r"(?:cases?_|Case|_and_)(\d+)(?!\d|_to_)", node.name))
        if isinstance(node, ast.keyword) and node.arg == "id" and isinstance(node.value, ast.Constant):
            found = re.match(r"(\d+) ", str(node.value.value))
            if found:
                yield int(found[1])


def test_every_case_has_a_test_in_the_file_that_is_named() -> None:
    tested = {
        (number, path.relative_to(HERE).as_posix())
        for path in HERE.rglob("test_*.py")
        if path != Path(__file__)
        for number in claimed(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert tested == set(listed())


def test_cases_are_numbered_in_order() -> None:
    numbers = [number for number, _ in listed()]
    assert numbers
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_counts_as_a_claim() -> None:
    text = "def test_case_9_x(): pass\ndef test_cases_1_to_8_x(): pass\nclass TestCase36: pass\n"
    text += "def test_cases_14_and_15_x(): pass\ndef test_case_29_it_and_30_that(): pass\nf(id='53 LTO', x='54 x')\n"
    assert sorted(claimed(ast.parse(text))) == [9, 14, 15, 29, 30, 36, 53]
