"""What the tests of the LLVM layer share: real tools, real modules, and the comparison of two engines."""

from __future__ import annotations

import functools
import random
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from smartopt.errors import ToolchainError
from smartopt.llvm.engines import make_engine
from smartopt.llvm.toolchain import Toolchain, find_toolchain
from smartopt.passes.random_lists import random_list
from smartopt.passes.trusted import Trusted

SOURCES = Path(__file__).parent / "sources"
UNOPTIMISED = ("-Oz", "-Xclang", "-disable-llvm-passes", "-w")
"""What the user's compile becomes before smartopt: attributes of -Oz, nothing optimised yet."""


def toolchain(major: int = 22) -> Toolchain:
    try:
        found = find_toolchain(str(major))
    except ToolchainError as error:
        pytest.skip(str(error))
    if found.clang is None or found.opt is None or found.libllvm is None:
        pytest.skip(f"LLVM {major} is not complete")
    return found


def clang(found: Toolchain, *arguments: str | Path, data: bytes | None = None) -> bytes:
    assert found.clang is not None
    done = subprocess.run([found.clang, *map(str, arguments)], input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


_CSMITH_RUNTIME = ("safe_", "crc32_", "transparent_crc", "platform_")
"""Functions that every csmith program holds: run, but not counted as cases."""


@functools.cache
def bitcode(major: int, source: str, *flags: str) -> bytes:
    """Unoptimised bitcode of one of our own sources."""
    path = SOURCES / source
    return clang(toolchain(major), *(flags or UNOPTIMISED), "-emit-llvm", "-c", path, "-o", "-")


@functools.cache
def csmith(seed: int) -> bytes:
    """A random C program that always comes out the same for a seed."""
    if shutil.which("csmith") is None:
        pytest.skip("csmith is not installed")
    command = ["csmith", "--seed", str(seed), "--max-funcs", "8", "--max-block-depth", "3"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def csmith_bitcode(found: Toolchain, seed: int, *flags: str) -> bytes:
    program = csmith(seed)
    flags = (*(flags or UNOPTIMISED), "-I/usr/include/csmith")
    return clang(found, *flags, "-emit-llvm", "-c", "-x", "c", "-", "-o", "-", data=program)


def comparable(text: str) -> str:
    """A module's text without the name that it was read under."""
    return re.sub(r"\A; ModuleID = .*\n", "", text)


def trusted_lists(major: int, count: int, seed: int) -> list[str]:
    """Random trusted lists, as the text that LLVM runs on one function."""
    trusted, rng = Trusted.load(major), random.Random(seed)
    return [trusted.runnable(random_list(rng, trusted).prefix, level="function") for _ in range(count)]


@dataclass
class Comparison:
    """How often two engines agreed: a case is one function under one list."""

    cases: int = 0
    changed: int = 0
    differences: list[str] = field(default_factory=list)


def compare_lists(found: Toolchain, data: bytes, lists: Iterable[str], into: Comparison) -> None:
    """Run each list on every function: in place one by one in libllvm, with one call of opt.

    libllvm parses anew for each list: cloning a module does not keep the order of use lists, which some passes
    look at, and two modules in one context get different type names.
    """
    theirs = make_engine("opt", found)
    reference = theirs.parse(data)
    names = list(theirs.instructions(reference))
    before = comparable(theirs.text(reference))
    for pipeline in lists:
        ours = make_engine("libllvm", found)
        one, other = ours.parse(data), theirs.clone(reference)
        for name in names:
            ours.run_on(one, name, pipeline)
        theirs.run(other, f"function({pipeline})")
        text = comparable(ours.text(one))
        into.cases += sum(not name.startswith(_CSMITH_RUNTIME) for name in names)
        into.changed += text != before
        if text != comparable(theirs.text(other)):
            into.differences.append(pipeline)
        ours.dispose(one)
