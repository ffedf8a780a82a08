"""``smartopt-lab bench same``: two installations, their objects and reports compared for real."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from smartopt.errors import UsageError
from smartopt.lab.bench.installation import COMMANDS, Installation, find_installation
from smartopt.lab.bench.pace import measure_pace
from smartopt.lab.bench.same import compare_reports, files_in, make_cases, spread
from smartopt.lab.bench.sections import compare_sections
from smartopt.llvm.toolchain import find_toolchain
from tests.support import EXAMPLES, PLUGINS, ROOT, TINY, tool

SOURCE = "int puts(const char *);\nint main(int n, char **a) { for (int i = 0; i < n; i++) puts(a[i]); return n; }\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """This checkout, installed."""
    return find_installation(ROOT, tmp_path_factory.mktemp("installed") / "environment")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.c").write_text(SOURCE)
    (folder / "b.cc").write_text(f'extern "C" {{\n{SOURCE}}}\n')
    (folder / "tiny.ll").write_bytes(TINY)
    return folder


def same(folder: Path, before: Path | None, after: Path | None, *more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from smartopt.lab.app import main; main()", "bench", "same"]
    two = ["--before", before, "--after", after] if before else []
    options = [*two, "--efforts", "fast", "--jobs", 1, "--cache", folder / "cache"]
    return subprocess.run(
        [*command, *map(str, [*options, *more])],
        capture_output=True, text=True, timeout=300, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def changed(installed: Installation, folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the installed environment in which one file of the package is another; its bin folder."""
    shutil.copytree(installed.commands.parent, folder, symlinks=True)
    (path,) = folder.glob(f"lib/python*/site-packages/smartopt/{name}")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return folder / "bin"


def test_two_installations_of_one_tree(installed: Installation, files: Path, tmp_path: Path) -> None:
    """A bin folder and a checkout: everything is the same. A command with equal trees goes on from the result file."""
    out = tmp_path / "results.jsonl"
    done = same(tmp_path, installed.commands, ROOT, files, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert {line["case"] for line in lines[1:]} == {
        "files/a.c fast", "files/a.c fast -g", "files/b.cc fast", "files/b.cc fast -g",
        "files/tiny.ll fast auto", "files/tiny.ll fast llvmlite",
    }  # fmt: skip
    assert all(line["compared"] and line["reported"] for line in lines[1:])
    assert not any(line["differences"] for line in lines[1:])
    assert "6 comparisons (0 of files that clang compiled alone), 0 different" in done.stdout

    kept = out.read_text().splitlines(keepends=True)
    out.write_text("".join(kept[:-1]))
    again = same(tmp_path, installed.commands, installed.commands, files, "--out", out)
    assert again.returncode == 0
    assert "6 comparisons; 5 are in the result file already" in again.stderr
    assert sorted(out.read_text().splitlines()) == sorted(line.strip() for line in kept)


def test_another_setting_is_different(installed: Installation, files: Path, tmp_path: Path) -> None:
    """A smartopt that takes -Oz's object wherever it is: both object and report say so, and the exit code."""
    other = changed(
        installed, tmp_path / "other", "options.py", 'select: Select = "auto"', 'select: Select = "baseline"'
    )
    out = tmp_path / "results.jsonl"
    words = EXAMPLES / "src" / "words.cpp"
    done = same(tmp_path, installed.commands, other, words, "--debug", "without", "--out", out)
    assert done.returncode == 1, done.stdout + done.stderr
    (line,) = (json.loads(line) for line in out.read_text().splitlines()[1:])
    assert [text.split(":")[0] for text in line["differences"]] == ["first", "first", "remembered", "remembered"]
    assert "the outputs differ: " in line["differences"][0]
    assert "winner: " in line["differences"][1]
    assert all(text in done.stdout for text in line["differences"])

    # The result file belongs to the two that it was made with.
    refused = same(tmp_path, installed.commands, installed.commands, words, "--debug", "without", "--out", out)
    assert refused.returncode == 2
    assert "other settings" in refused.stderr


def test_both_ways_of_one(files: Path, tmp_path: Path) -> None:
    """Objects are the same, compiled by two clang runs and through the plugin."""
    out = tmp_path / "results.jsonl"
    PLUGINS.mkdir(parents=True, exist_ok=True)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "plugins").symlink_to(PLUGINS)
    done = same(tmp_path, None, None, "--ways", files, "--out", out)
    if "the plugin cannot be used" in done.stderr:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [json.loads(line) for line in out.read_text().splitlines()][1:]
    assert len(lines) == 4, "C and C++, without and with -g; what is bitcode goes neither way"
    assert all(line["compared"] and line["reported"] and line["identical"] for line in lines)


def test_objects_are_compared_section_by_section(tmp_path: Path) -> None:
    """Another order of symbols is no difference; other code and other callees are."""
    text = "void {0}(void); void {1}(void); int g(int a) {{ {2} return a * {3}; }}"
    objects = {}
    for name, parts in {
        "one": ("f", "h", "f(); h();", 3), "symbols": ("h", "f", "f(); h();", 3),
        "code": ("f", "h", "f(); h();", 1000), "callees": ("f", "h", "h(); f();", 3),
    }.items():  # fmt: skip
        source = tmp_path / f"{name}.c"
        source.write_text(text.format(*parts))
        subprocess.run([tool("clang-22"), "-Oz", "-c", source, "-o", tmp_path / "o.o"], check=True)
        objects[name] = (tmp_path / "o.o").read_bytes()
    subprocess.run([tool("llvm-objcopy-22"), "--strip-unneeded", tmp_path / "o.o", tmp_path / "stripped.o"], check=True)
    assert objects["callees"] != (tmp_path / "stripped.o").read_bytes()
    assert compare_sections(objects["callees"], (tmp_path / "stripped.o").read_bytes()) == []
    assert compare_sections(objects["one"], objects["one"]) == []
    assert compare_sections(objects["one"], objects["symbols"]) == []
    assert compare_sections(objects["one"], objects["code"])[0].startswith("section .text")
    assert compare_sections(objects["one"], objects["callees"]) == ["section .text: other relocations"]
    assert "no ELF objects" in compare_sections(objects["one"], b"junk")[0]


def test_fields_that_change_on_purpose(installed: Installation, files: Path, tmp_path: Path) -> None:
    other = changed(installed, tmp_path / "other", "__init__.py", '__version__ = "', '__version__ = "9')
    arguments = (files / "a.c", "--debug", "without")
    done = same(tmp_path, installed.commands, other, *arguments)
    assert done.returncode == 1
    assert "first: the reports differ: smartopt: " in done.stdout
    assert "outputs differ" not in done.stdout
    assert same(tmp_path, installed.commands, other, *arguments, "--ignore", "smartopt").returncode == 0


def test_nothing_compared(installed: Installation, tmp_path: Path) -> None:
    bad = tmp_path / "bad.c"
    bad.write_text("no C\n")
    done = same(tmp_path, installed.commands, installed.commands, bad, "--debug", "without")
    assert done.returncode == 3
    assert "bad.c fast: exit 1: " in done.stdout


def test_what_is_no_smartopt(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither"):
        find_installation(tmp_path, tmp_path / "environment")
    (tmp_path / "smartopt").mkdir()
    (tmp_path / "smartopt" / "__init__.py").write_text("")
    with pytest.raises(UsageError, match="no launchers"):
        find_installation(tmp_path, tmp_path / "environment")
    launchers = tmp_path / "bin"
    launchers.mkdir()
    for name in (*COMMANDS, "python3"):
        (launchers / name).write_text("#!/bin/sh\nexit 1\n")
        (launchers / name).chmod(0o755)
    with pytest.raises(UsageError, match="finds no smartopt"):
        find_installation(launchers, tmp_path / "environment")


def test_reports_are_compared_field_by_field() -> None:
    before = {"a": 1, "functions": [{"rank": 1, "source": "model"}], "seconds": {"total": 1.0}, "engine": "opt"}
    after = {"a": 1.0, "functions": [{"rank": 2, "source": "model"}, {}], "seconds": {"total": 2.0}, "new": None}
    assert list(compare_reports(before, after, frozenset({"source"}))) == [
        "a: 1 and 1.0",
        "functions[0].rank: 1 and 2",
        "functions[1]: nothing and {}",
        'engine: "opt" and nothing',
        "new: nothing and nothing",
    ]
    assert not list(compare_reports(before, {**before, "seconds": {}}))
    assert list(compare_reports(None, before)) != []


def test_cases(tmp_path: Path) -> None:
    """Every file in every configuration, effort max for a few that are spread over all."""
    for number in range(6):
        (tmp_path / f"{number}.c").write_text("")
    (tmp_path / "z.bc").write_bytes(b"")
    subjects = files_in(tmp_path)
    names = [case.name.removeprefix(f"{tmp_path.name}/") for case in make_cases(subjects, ["fast", "max"], [True], 2)]
    assert names == [*(f"{number}.c fast -g" for number in range(6)), "z.bc fast auto", "z.bc fast llvmlite",
                     "0.c max -g", "3.c max -g"]  # fmt: skip
    assert [subject.file.name for subject in spread(subjects, 3)] == ["0.c", "2.c", "4.c"]
    assert spread(subjects, 99) == subjects
    with pytest.raises(UsageError):
        files_in(tmp_path / "nowhere")


# -- bench pace --------------------------------------------------------------------------------------------------------


def test_pace_pairs_the_same_compiles(installed: Installation, files: Path) -> None:
    """Every pair is both compilers' compile of one file; against itself an installation takes about as long."""
    counted: list[int] = []
    (subject,) = files_in(files / "a.c")
    rows = measure_pace(subject, installed, installed, find_toolchain("22"), 2, "fast", lambda: counted.append(1))
    assert len(counted) == 4
    assert [(row.when, row.measure) for row in rows] == [
        (when, measure) for when in ("first", "remembered") for measure in ("processor", "wall")
    ]
    for row in rows:
        assert 0 < row.before < 60
        assert row.ratios[0] <= row.ratios[1] <= row.ratios[2]
    assert rows[2].before < rows[0].before, "what is remembered is not searched again"


def test_pace_says_what_does_not_compile(installed: Installation, files: Path) -> None:
    (files / "a.c").write_text("#error no\n")
    (subject,) = files_in(files / "a.c")
    with pytest.raises(UsageError, match=r"a\.c does not compile: "):
        measure_pace(subject, installed, installed, find_toolchain("22"), 1, "fast")
