"""Real IR for the tests of ``smartopt.ir``: our own small programs, compiled when the tests run."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

SOURCES = sorted((Path(__file__).parent / "sources").glob("*.c*"))


@cache
def compile_ir(source: Path, version: int, *flags: str) -> str:
    """Text of the IR that ``clang -Oz`` would hand to its passes. ``flags`` may replace that with others."""
    clang = shutil.which(f"clang-{version}")
    if clang is None:
        pytest.skip(f"clang-{version} is not installed")
    command = [
        clang,
        "-Oz",
        "-Xclang",
        "-disable-llvm-passes",
        "-S",
        "-emit-llvm",
        *flags,
        "-o",
        "-",
        str(source),
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def bodies_of(text: str) -> dict[str, str]:
    """Each function that a printed module defines, from ``define`` to its closing brace, by its plain name."""
    found = re.findall(r'^(define[^\n@]*@"?([-\w$.]+)"?\(.*?\n\})', text, re.DOTALL | re.MULTILINE)
    return {name: body for body, name in found}


@pytest.fixture(scope="session", params=SOURCES, ids=lambda path: path.name)
def source(request: pytest.FixtureRequest) -> Path:
    path = request.param
    assert isinstance(path, Path)
    return path


@pytest.fixture(scope="session")
def ir(source: Path) -> Callable[..., str]:
    """``ir(*flags, version=22)``: one source's IR."""

    def compile_source(*flags: str, version: int = 22) -> str:
        return compile_ir(source, version, *flags)

    return compile_source
