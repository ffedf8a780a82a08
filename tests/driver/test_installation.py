"""What pip installs: native drivers where there is a C compiler, the script where there is none, and both work."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import ROOT, Pair, tool

DRIVERS = ("smartopt-clang", "smartopt-clang++")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheels that come of a machine with a C compiler, and of one without."""
    pytest.importorskip("setuptools", minversion="77")
    home = tmp_path_factory.mktemp("wheels")
    project = home / "project"
    ignore = shutil.ignore_patterns("__pycache__", "lab")
    for name in ("smartopt", "wrappers"):
        shutil.copytree(ROOT / name, project / name, ignore=ignore, symlinks=True)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, project)
    found = {}
    for kind, compiler in (("native", tool("clang-22")), ("script", "/bin/false")):
        command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q", "-w"]
        path = os.environ["PATH"] if kind == "native" else "/nowhere"
        done = subprocess.run(
            [*command, home / kind, project],
            env={**os.environ, "PATH": path, "CC": compiler},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        (found[kind],) = (home / kind).iterdir()
        shutil.rmtree(project / "build", ignore_errors=True)
    return found


def test_what_is_in_the_wheels(wheels: dict[str, Path]) -> None:
    script = (ROOT / "wrappers" / "bin" / "smartopt").read_bytes()
    for kind, path in wheels.items():
        assert path.name.endswith("-py3-none-any.whl") == (kind == "script")
        with zipfile.ZipFile(path) as wheel:
            programs = {name.rpartition("/")[2]: wheel.read(name) for name in wheel.namelist() if "/scripts/" in name}
        assert programs.keys() == {"smartopt", *DRIVERS}
        assert programs["smartopt"] == script
        for name in DRIVERS:
            assert programs[name].startswith(b"\x7fELF") if kind == "native" else programs[name] == script


@pytest.mark.parametrize(("kind", "where"), [("native", "--target"), ("script", "--prefix")])
def test_wherever_it_is_installed(pair: Pair, wheels: dict[str, Path], kind: str, where: str) -> None:
    """And after the folder was moved: nothing but Python's own place is fixed. (The native ones start the script.)"""
    place = pair.home / "a place"
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--ignore-installed"]
    subprocess.run([*command, "--no-warn-script-location", where, place, wheels[kind]], check=True)
    for name in ("a place", "another"):
        place = place.rename(pair.home / name)
        pair.doors = place / "bin"
        pair.eligible("-Oz", "-c", "a.c")
        pair.eligible("-Oz", "-c", "a.cc", cxx=True)
        assert pair.same("--version") == {"driver-query"}


def build(folder: Path) -> Path | None:
    made = runpy.run_path(str(ROOT / "wrappers" / "build_launcher.py"))["build"](folder)
    assert made is None or isinstance(made, Path)
    return made


class TestBuild:
    """The compiler that is there, if it makes programs for this machine."""

    @pytest.fixture(autouse=True)
    def path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The only folder in the PATH, without any compiler."""
        self.real, self.usual = os.path.realpath(tool("clang-22")), os.environ["PATH"]
        (tmp_path / "bin").mkdir()
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        monkeypatch.delenv("CC", raising=False)
        return tmp_path / "bin"

    def compiler(self, path: Path, script: str) -> None:
        path.write_text(f"#!/bin/sh\n{script}\nPATH='{self.usual}' exec {self.real} \"$@\"\n")
        path.chmod(0o755)

    def test_none(self, tmp_path: Path) -> None:
        assert build(tmp_path / "made") is None

    @pytest.mark.parametrize("script", ["exit 1", "exit 0", 'for last; do :; done; echo junk > "$last"; exit 0'])
    def test_one_that_makes_nothing_of_use(self, tmp_path: Path, path: Path, script: str) -> None:
        self.compiler(path / "cc", script)
        assert build(tmp_path / "made") is None
        self.compiler(path / "gcc", "")
        assert build(tmp_path / "made") is not None

    def test_without_static_libraries(self, tmp_path: Path, path: Path) -> None:
        self.compiler(path / "cc", 'case " $* " in *" -static "*) exit 1;; esac')
        made = build(tmp_path / "made")
        assert made is not None
        assert os.access(made, os.X_OK)

    def test_the_users_own(self, tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.compiler(path / "mine", '[ "$1" = -g ] || exit 1')
        monkeypatch.setenv("CC", "mine -g")
        assert build(tmp_path / "made") is not None
