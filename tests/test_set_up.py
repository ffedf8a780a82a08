"""``tests/run`` on a machine that lacks something: one clear line, never a half-done run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import ROOT

_CORE = ("bash", "cat", "cksum", "dirname", "env", "grep", "id", "mktemp", "rm", "tail", "tr")


def _set_up(place: Path, apt_get: str | None, uid: str = "0") -> str:
    """Run tests/run where only the basic tools are in the PATH; returns what it said on stderr."""
    tools = place / "bin"
    tools.mkdir()
    for name in _CORE:
        path = shutil.which(name)
        assert path is not None
        (tools / name).symlink_to(path)
    (tools / "id").unlink()
    scripts = {"id": f"echo {uid}", "python3": "exit 1"} | ({"apt-get": apt_get} if apt_get else {})
    for name, script in scripts.items():
        (tools / name).write_text(f"#!{tools / 'bash'}\n{script}\n")
        (tools / name).chmod(0o755)
    done = subprocess.run(
        [tools / "bash", ROOT / "tests" / "run"],
        capture_output=True,
        text=True,
        env={"PATH": str(tools), "TMPDIR": str(place)},
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("tests/run: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert sorted(os.listdir(place)) == ["bin"]  # its log is gone
    return done.stderr


@pytest.mark.parametrize(
    ("apt_get", "says"),
    [
        ("echo 'Ign:1 http://x'; echo 'Err:1 http://x  Could not resolve x'; exit 100", "Could not resolve x"),
        (
            'for a; do [ "$a" = update ] && exit 0; done; echo "E: Unable to locate package clang-22"; exit 100',
            "could not install clang-22",
        ),
        (None, "there is no apt-get here"),
    ],
)
def test_what_debian_cannot_bring(apt_get: str | None, says: str, tmp_path: Path) -> None:
    said = _set_up(tmp_path, apt_get)
    assert says in said


def test_neither_root_nor_sudo(tmp_path: Path) -> None:
    said = _set_up(tmp_path, "exit 0", uid="1000")
    assert "please install clang-22 llvm-22 clang-19" in said


def test_a_python_that_is_too_old(tmp_path: Path) -> None:
    """All tools there but the Python: the line names the way out."""
    old = tmp_path / "python-old"
    old.write_text('#!/bin/sh\ncase "$*" in *version_info*) exit 1;; *--version*) echo Python 3.8.1;; esac\nexit 0\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["bash", ROOT / "tests" / "run"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHON": str(old)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "tests/run: Python 3.10 or newer is needed; found Python 3.8.1. Name another with PYTHON=...\n"
    )
