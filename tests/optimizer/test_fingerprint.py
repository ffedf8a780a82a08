"""The fingerprint changes whenever outputs may, and only then."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import fields, replace
from pathlib import Path

import pytest

from smartopt.errors import ModelError, ToolchainError
from smartopt.optimizer.fingerprint import _PACKAGES, build_id, fingerprint
from smartopt.options import Options
from tests.support import ROOT, smartopt, tool

_OTHER = {
    "objective": "instructions",
    "effort": "max",
    "level": "Os",
    "stands_for": "clang",
    "stage": "link",
    "engine": "llvmlite",
    "llvm": "19",
    "model": "none",
    "select": "baseline",
    "search": 3,
    "slim": True,
    "outline": True,
    "frames": False,
    "llvm_options": ("-inline-threshold=1",),
    "forced_lists": ("sroa",),
    "forced_fault": "crash",
    "allow_banned": True,
}


@pytest.mark.parametrize("field", fields(Options), ids=lambda f: f.name)
def test_every_option_that_changes_outputs_changes_it(field: object) -> None:
    name = field.name  # type: ignore[attr-defined]
    base = Options(stands_for="clang" if name == "stage" else "opt")
    if name == "jobs":
        assert fingerprint(replace(base, jobs=4)) == fingerprint(base)
    else:
        assert fingerprint(replace(base, **{name: _OTHER[name]})) != fingerprint(base)


def test_all_that_runs_in_a_build_is_part_of_it() -> None:
    """Everything but the lab, the package's own places for files and what tells of outputs that are made."""
    besides = {"__init__", "annotations", "digest", "lab", "records", "state"}
    home = ROOT / "smartopt"
    parts = {path.name for path in home.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert {part for part in parts if part.removesuffix(".py") not in besides} == set(_PACKAGES)


def test_one_line_and_quick() -> None:
    done = smartopt("--fingerprint")
    assert done.stderr == b""
    assert re.fullmatch(rb"smartopt \S+ llvm 22\.\S+ [0-9a-f]{32} clang \S+ [0-9a-f]{32}\n", done.stdout)
    assert smartopt("--fingerprint").stdout == done.stdout
    changes = {
        "EFFORT": "max",
        "LEVEL": "Oz",
        "OUTLINE": "0",
        "CLANG": "clang-19",
        "CLANGXX": "clang++-19",
    }
    for name, value in changes.items():
        assert smartopt("--fingerprint", env={f"SMARTOPT_{name}": value}).stdout != done.stdout


def test_what_only_drivers_heed_is_no_part_of_the_key_of_decisions(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(Options())
    for name in ("LEVEL", "PLUGIN", "CLANG"):
        monkeypatch.setenv(f"SMARTOPT_{name}", "1")
    assert fingerprint(Options()) == before


def test_a_version_and_its_folder_are_the_same_llvm() -> None:
    root = Path(tool("opt-22")).resolve().parent.parent
    assert fingerprint(Options(llvm="22")) == fingerprint(Options(llvm=str(root)))


def test_build_id_is_the_linkers(tmp_path: Path) -> None:
    program = tmp_path / "program"
    subprocess.run(
        [tool("gcc"), "-x", "c", "-", "-o", program, "-Wl,--build-id=0x0123456789abcdef"],
        input=b"int main(void) { return 0; }",
        check=True,
    )
    assert build_id(str(program)) == "0123456789abcdef"
    (tmp_path / "text").write_text("no program")
    before = build_id(str(tmp_path / "text"))
    (tmp_path / "text").write_text("no program either")
    assert build_id(str(tmp_path / "text")) != before
    (tmp_path / "torn").write_bytes(program.read_bytes()[:80])
    assert build_id(str(tmp_path / "torn"))


def test_model_and_code_count(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "manifest.json").write_text("{}")
    one = fingerprint(Options(model=str(model)))
    (model / "manifest.json").write_text('{"version": 2}')
    assert fingerprint(Options(model=str(model))) != one
    with pytest.raises(ModelError, match="--model none"):
        fingerprint(Options(model=str(tmp_path / "none")))
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "smartopt", copy / "smartopt", ignore=shutil.ignore_patterns("__pycache__"))
    command = [
        *_python(),
        "from smartopt.optimizer.fingerprint import *; from smartopt.options import *; print(fingerprint(Options()))",
    ]
    first = subprocess.run(command, cwd=copy, capture_output=True, check=True).stdout
    with open(copy / "smartopt" / "optimizer" / "__init__.py", "a") as file:
        file.write("# changed\n")
    second = subprocess.run(command, cwd=copy, capture_output=True, check=True).stdout
    assert second != first
    with open(copy / "smartopt" / "driver" / "data" / "flags-22.txt", "a") as file:
        file.write("-fnew: flag keep\n")
    before, second = second, subprocess.run(command, cwd=copy, capture_output=True, check=True).stdout
    assert second != before
    for data in ("coreset-22.json", "lines-22.safetensors", "lines-22.sha256"):
        path = copy / "smartopt" / "chooser" / "data" / data
        path.write_bytes(path.read_bytes() + b" ")
        third = subprocess.run(command, cwd=copy, capture_output=True, check=True).stdout
        assert third not in (first, second), data
        second = third


def _python() -> list[str]:
    import sys

    return [sys.executable, "-c"]


def test_no_such_llvm() -> None:
    with pytest.raises(ToolchainError):
        fingerprint(Options(llvm="5"))


def test_what_is_remembered_of_our_files_ends_with_any_change(tmp_path: Path) -> None:
    """Also with one that keeps a file's size and date."""
    shutil.copytree(ROOT / "smartopt", tmp_path / "smartopt", ignore=shutil.ignore_patterns("__pycache__"))
    script = (
        "import smartopt.optimizer.fingerprint as f, sys; f._SETTLED = -1e9; f._content = (lambda made: lambda path: "
        "(print('read', file=sys.stderr) if path.endswith('reasons.py') else None, made(path))[1])(f._content)\n"
        "from smartopt.options import Options; print(f.fingerprint(Options()))"
    )
    env = {**os.environ, "SMARTOPT_DIR": str(tmp_path / "state")}

    def run() -> tuple[bytes, bytes]:
        done = subprocess.run([*_python(), script], cwd=tmp_path, capture_output=True, check=True, env=env)
        return done.stdout, done.stderr

    first, read = run()
    assert read == b"read\n"
    assert run() == (first, b"")
    path = tmp_path / "smartopt" / "reasons.py"
    about, text = path.stat(), path.read_text()
    path.write_text(text.replace("a configuration file", "a cOnfiguration file"))
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert path.stat().st_size == about.st_size
    changed, read = run()
    assert (changed != first, read) == (True, b"read\n")
