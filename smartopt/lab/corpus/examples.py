"""This project's own examples as two small packages, one to train on and one to validate on.

They make a corpus in seconds, without network: enough to see the whole lab at work, far too little for a good model.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from ...errors import InputError, ToolchainError
from ...llvm.toolchain import find_toolchain
from ..fuzz.programs import FRONT_END
from .build import Built, keep_bitcode, manifest, record_package
from .recipes import OWN_PACKAGES

__all__ = ["EXAMPLES", "SOURCES", "build_examples"]

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
"""Where the examples lie in a checkout."""

SOURCES: dict[str, tuple[str, ...]] = {
    "examples": ("src/calc.c", "src/words.cpp", "tally/tally.c"),
    "examples-validation": ("src/pack.c", "tally/main.cc"),
}
"""The files of each package."""


def build_examples(folder: Path, sources: Path, llvm: str, report: Callable[[str], None]) -> list[Built]:
    """Compile the examples and keep their bitcode; a package that is there already is left as it is.

    Raises InputError if an example is missing or does not compile, ToolchainError if there is no clang.
    """
    toolchain = find_toolchain(llvm)
    if toolchain.clang is None or toolchain.clangxx is None:
        raise ToolchainError(f"LLVM {toolchain.version} has no clang and clang++; install clang-{toolchain.major}")
    built = []
    for package, files in SOURCES.items():
        begin = time.monotonic()
        if package in manifest(folder):
            continue
        bitcode = folder / "bitcode" / package
        bitcode.mkdir(parents=True, exist_ok=True)
        for name in files:
            compiler = toolchain.clang if name.endswith(".c") else toolchain.clangxx
            keep_bitcode(_compile(compiler, sources / name), bitcode)
        row = record_package(folder, package, OWN_PACKAGES[package], "", "", begin)
        report(f"{package}: {row.files} files")
        built.append(row)
    return built


def _compile(compiler: str, source: Path) -> bytes:
    with TemporaryDirectory(prefix="smartopt-examples-") as scratch:
        target = Path(scratch, "out.bc")
        # Named from their own folder: the corpus must not depend on where the checkout lies.
        command = [compiler, *FRONT_END, "-w", "-emit-llvm", "-c", source.name, "-o", str(target)]
        try:
            done = subprocess.run(command, cwd=source.parent, capture_output=True, text=True, check=False)
        except OSError as error:
            raise InputError(f"{source} cannot be compiled: {error.strerror}") from error
        if done.returncode:
            raise InputError(f"{source} does not compile: {(done.stderr.strip().splitlines() or ['no message'])[0]}")
        return target.read_bytes()
