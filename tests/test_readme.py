"""README.md tells the truth: its tree is the tree, its commands are the commands."""

from __future__ import annotations

import re
import subprocess
from pathlib import PurePosixPath

from smartopt.opt.arguments import OPTIONS
from tests.support import EXAMPLES, ROOT, smartopt

TEXT = (ROOT / "README.md").read_text()


def _blocks(heading: str) -> list[str]:
    section = TEXT.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```\w*\n(.*?)```", section, re.DOTALL)


def _tracked() -> list[PurePosixPath]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [PurePosixPath(line) for line in listed.splitlines()]


def test_the_tree_has_one_line_for_each_thing() -> None:
    (tree,) = _blocks("The tree")
    named: list[str] = []
    for line in tree.splitlines():
        match = re.fullmatch(r"( {4})?(\S+) {2,}\S.*", line)
        assert match, f"not 'name  what it is': {line!r}"
        inside, name = match.groups()
        named.append(f"smartopt/{name}" if inside else name)
    there: set[str] = set()
    for path in _tracked():
        top = path.parts[0]
        there.add(".ci/run" if top == ".ci" else top if len(path.parts) == 1 else f"{top}/")
        if top == "smartopt":
            there.add(f"smartopt/{path.parts[1]}" + ("/" if len(path.parts) > 2 else ""))
    assert sorted(named) == sorted(there)


def test_its_options_exist() -> None:
    known = {row.name for row in OPTIONS}
    for block in _blocks("Using it"):
        for line in block.splitlines():
            if line.startswith("smartopt "):
                words = line.split("#")[0].split()[1:]
                assert {word.lstrip("-") for word in words if word.startswith("-")} <= known, line


def test_ci_runs_command_two() -> None:
    command_one, command_two = (block.strip() for block in _blocks("Two commands"))
    assert command_two == "bash tests/run"
    assert f"exec {command_two}" in (ROOT / ".ci" / "run").read_text()
    assert "run: bash .ci/run" in (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    assert "pip install ." in command_one
    example = next(word for word in command_one.split() if word.startswith("examples/"))
    assert (ROOT / example).parent == EXAMPLES


def test_command_one_ends_in_a_table() -> None:
    """Its last part, on the embedded engine as on a machine without LLVM (``pip install`` is pip's own matter)."""
    last = _blocks("Two commands")[0].strip().rsplit("bin/smartopt ", 1)[1]
    words = [word if word != "calc.bc" else "/dev/null" for word in last.split()]
    done = smartopt("--engine", "llvmlite", *words, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "-Oz → smartopt: " in done.stderr.decode()
    assert "(llvmlite)" in done.stderr.decode()


def test_the_reports_fields_are_explained() -> None:
    fields = re.findall(r"^\| (`.*?) \|", TEXT.split("### Reading the report")[1].split("\n## ")[0], re.MULTILINE)
    explained = {name for cell in fields for name in re.findall(r"`(\w+)`", cell)}
    wanted = {
        "smartopt", "llvm", "engine", "model", "objective", "effort", "instructions", "bytes", "winner",
        "functions", "frames", "touches", "slim", "outlined", "varied", "trials", "seconds", "fallbacks",
    }  # fmt: skip
    assert explained == wanted
