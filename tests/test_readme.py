"""The documents tell the truth: commands run as written, and tables agree with the code that they describe."""

from __future__ import annotations

import ast
import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from smartopt.environment import INTERNAL
from tests.support import EXAMPLES, ROOT, smartopt, tool

README = (ROOT / "README.md").read_text(encoding="utf-8")
REPORT = (ROOT / "smartopt" / "optimizer" / "REPORT.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "smartopt" / "ARCHITECTURE.md").read_text(encoding="utf-8")
PROGRAMS = Path(sys.executable).parent
"""Where the commands are installed."""


@cache
def _tree() -> frozenset[str]:
    """Every file of the project, new ones included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return frozenset(line for line in listed.splitlines() if (ROOT / line).exists())


DOCUMENTS = sorted(name for name in _tree() if name.endswith(".md"))


def _section(text: str, heading: str) -> str:
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


# -- README's commands ------------------------------------------------------------------------------------------------

TRY_IT, BUILDS, TEST_IT = (block.strip() for block in _blocks(README, "sh"))


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """What a fresh clone has for README's commands, with smartopt installed as the first of them does it."""
    for name in ("examples", "wrappers"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def _run(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        ["bash", "-euc", command],
        cwd=folder,
        env={**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_first_command_ends_in_a_table(scratch: Path) -> None:
    """As written but for what pip does."""
    *installing, trying = TRY_IT.split(" && ")
    assert installing == ["python3 -m venv .venv", ".venv/bin/pip install ."]
    done = _run(trying, scratch)
    assert "-Oz → smartopt: " in done.stderr
    assert (scratch / "calc.bc").read_bytes().startswith(b"BC\xc0\xde")


def test_the_first_command_needs_no_llvm() -> None:
    """Its last part on the embedded engine, as on a machine without LLVM."""
    words = shlex.split(TRY_IT.rsplit("bin/smartopt ", 1)[1])
    done = smartopt("--engine", "llvmlite", *(word if word != "calc.bc" else "/dev/null" for word in words), cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "-Oz → smartopt: " in done.stderr.decode()
    assert "(llvmlite)" in done.stderr.decode()


def test_the_build_commands_run(scratch: Path) -> None:
    tool("cmake")
    before = json.loads(_run("smartopt --show-stats --json", scratch).stdout)["runs"]
    done = _run(BUILDS, scratch)
    assert "bytes saved" in done.stdout
    assert (scratch / "words.ll").read_text(encoding="utf-8").startswith("; ModuleID")
    _run("cmake --build build", scratch)
    for program in ("examples/make/tally", "build/tally"):
        assert "words, longest" in _run(f"{program} wrappers/README.md", scratch).stdout
    after = json.loads(_run("smartopt --show-stats --json", scratch).stdout)["runs"]
    assert after > before


def test_the_python_example_runs(scratch: Path) -> None:
    (program,) = _blocks(README, "python")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=scratch, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    size, sizes = done.stdout.split(" ", 1)
    assert int(size) > 0
    assert {"oz", "output"} == set(ast.literal_eval(sizes))


def test_ci_runs_the_test_command() -> None:
    assert f"exec {TEST_IT}" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "run: bash .ci/run" in (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    (script,) = (word for word in shlex.split(TEST_IT) if "/" in word)
    assert (ROOT / script).is_file()


# -- README's table of options and variables --------------------------------------------------------------------------

ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in _section(README, "Options and environment").splitlines()
    if line.startswith("| ") and not line.startswith("| option")
]


def test_the_options_are_those_of_the_help() -> None:
    documented = {word for option, *_ in ROWS for word in re.findall(r"(?<=[`\s])--?\w[\w-]*", f" {option}")}
    shown = smartopt("--help", env={"COLUMNS": "200"}).stdout.decode()
    # A row of the help begins with the option's names, each in a column of its own.
    starts = [m[1] for m in re.finditer(r"^│ +(-\S*(?: +-\S+)*)", shown, re.MULTILINE)]
    offered = {word for start in starts for word in start.split()}
    assert len(offered) > 20, shown
    assert documented == offered | {"-v"}  # the help mentions it beside --table
    assert "-v too" in shown


def _variables_read() -> set[str]:
    """The names of variables in the code of the product, and in what starts it.

    Not in the lab, which sets variables for the programs that it runs.
    """
    found = set()
    for name in _tree():
        path = PurePosixPath(name)
        if path.parts[:2] == ("smartopt", "lab") or name == "smartopt/environment.py":
            continue
        if path.parts[0] == "smartopt" and path.suffix == ".py":
            constants = (n.value for n in ast.walk(ast.parse((ROOT / name).read_text())) if isinstance(n, ast.Constant))
            found |= {c for c in constants if isinstance(c, str) and re.fullmatch(r"SMARTOPT_[A-Z_]*[A-Z]", c)}
        elif path.parts[:2] == ("wrappers", "bin"):
            found |= set(re.findall(r"\bSMARTOPT_[A-Z_]*[A-Z]\b", (ROOT / name).read_text()))
        elif path.parts[0] == "wrappers" and path.suffix == ".c":
            found |= set(re.findall(r'"(SMARTOPT_[A-Z_]*[A-Z])"', (ROOT / name).read_text()))
    return found


def test_every_variable_that_the_code_reads_is_documented() -> None:
    documented = {name for _, variables, _ in ROWS for name in re.findall(r"SMARTOPT_\w+", variables)}
    assert documented.isdisjoint(INTERNAL)
    assert documented | set(INTERNAL) == _variables_read()


# -- The report -------------------------------------------------------------------------------------------------------


def _fields(value: Any, name: str = "") -> Iterator[str]:
    """The fields of a report, as REPORT.md names them."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _fields(inner, f"{name}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value or [None]:
            yield from _fields(inner, f"{name}[]")
    else:
        yield name


@pytest.fixture(scope="module")
def emitted(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The fields of reports of both commands, at every effort and on two engines."""
    folder = tmp_path_factory.mktemp("reports")
    state = {"SMARTOPT_DIR": str(folder / "state")}
    runs = [("--effort", "max"), ("--engine", "llvmlite"), ("--objective", "instructions"), ("--effort", "fast")]
    for number, options in enumerate(runs):
        done = smartopt(
            EXAMPLES / "calc.ll", "-o", os.devnull, *options, "--report", folder / f"{number}.json", env=state
        )
        assert done.returncode == 0, done.stderr
    source = EXAMPLES / "src" / "pack.c"
    for effort in ("fast", "default", "max"):
        # The second time the decision is remembered.
        for again in ("first", "again"):
            reports = {"SMARTOPT_REPORT_DIR": str(folder / effort / again), "SMARTOPT_EFFORT": effort, **state}
            _run(f"smartopt-clang -Oz -c {source} -o pack.o", folder, SMARTOPT_CLANG=tool("clang-22"), **reports)
    files = list(folder.rglob("*.json"))
    assert len(files) == len(runs) + 6
    return {name for path in files for name in _fields(json.loads(path.read_text()))}


def _documented() -> list[str]:
    """The first column of REPORT.md's table, with a ``*`` for a key of any name."""
    rows = [line for line in _section(REPORT, "The report").splitlines() if line.startswith("| `")]
    return [re.sub("<.*>", "*", name) for row in rows for name in re.findall(r"`([^`]+)`", row.split(" | ")[0])]


def test_every_field_of_a_report_is_documented(emitted: set[str]) -> None:
    patterns = _documented()
    # A mapping whose keys are free may be empty: then it is a field by itself.
    patterns += [pattern.removesuffix(".*") for pattern in patterns if pattern.endswith(".*")]
    patterns = [pattern.replace("[]", "[[][]]") for pattern in patterns]
    assert {name for name in emitted if not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)} == set()


def test_every_documented_field_is_in_some_report(emitted: set[str]) -> None:
    """Except what only a fault of our own brings: that field must at least be in the code."""
    code = "".join(
        (ROOT / name).read_text() for name in _tree() if re.match(r"smartopt/(optimizer|driver)/.*\.py$", name)
    )
    for name in _documented():
        seen = any(fnmatch.fnmatchcase(field, name.replace("[]", "[[][]]")) for field in emitted)
        assert seen or (name == "fault" and f'"{name}"' in code), name


# -- ARCHITECTURE.md --------------------------------------------------------------------------------------------------


def test_the_folders_are_those_of_the_package() -> None:
    """One line a folder or module: its name below ``smartopt/``, then what it is."""
    lines = _section(ARCHITECTURE, "Folders").splitlines()
    entries = [
        m for m in (re.match(r"(?:\| *)?`?(?:smartopt/)?([\w-]+(?:/|\.py))`?[ |]+(\S.*)", line) for line in lines) if m
    ]
    there = set()
    for name in _tree():
        top, *below = PurePosixPath(name).parts
        if top == "smartopt" and len(below) > 1:
            there.add(f"{below[0]}/")
        elif top == "smartopt" and below[0].endswith(".py") and below[0] != "__init__.py":
            there.add(below[0])
    assert sorted(entry[1] for entry in entries if entry[1] != "__init__.py") == sorted(there)


# -- Every document ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_is_there(document: str) -> None:
    """Links lead to files and headings; files named by their path from the root exist."""
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, heading = target.partition("#")
        linked = (ROOT / document).parent / path if path else ROOT / document
        assert linked.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}, target
    for named in re.findall(r"`((?:smartopt|tests|models|wrappers|examples|\.ci)/[\w./*{},-]*)`", text):
        assert list(ROOT.glob(named.rstrip("/"))), named


def _commands(text: str) -> Iterator[list[str]]:
    """The words behind ``smartopt-lab`` in blocks of code and in the text."""
    for block in _blocks(text, r"\w*"):
        for line in block.replace("\\\n", " ").splitlines():
            if line.lstrip("$ ").startswith("smartopt-lab "):
                yield shlex.split(line.lstrip("$ "), comments=True)[1:]
    for span in re.findall(r"`(smartopt-lab [^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)):
        yield shlex.split(span)[1:]


@cache
def _help(*command: str) -> str:
    words = [sys.executable, "-c", "from smartopt.lab.app import main; main()", *command, "--help"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout if done.returncode == 0 else ""


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if name != "models/LOG.md"])
def test_commands_of_the_lab_have_the_options_that_a_document_names(document: str) -> None:
    """But for the log, which tells of commands as they were."""
    for words in _commands((ROOT / document).read_text(encoding="utf-8")):
        command = words[:1]
        if len(words) > 1 and re.fullmatch(r"[a-z]+", words[1]) and _help(*words[:2]) not in ("", _help(words[0])):
            command = words[:2]
        shown = _help(*command)
        assert shown, f"smartopt-lab {' '.join(words)}"
        for word in words:
            if word.startswith("--"):
                assert re.search(rf"{re.escape(word.partition('=')[0])}\b", shown), f"smartopt-lab {' '.join(words)}"
