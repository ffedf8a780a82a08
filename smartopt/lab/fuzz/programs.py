"""Csmith programs by seed, and their output as three reference compilers agree on it.

Seeds 1 to 999,999 are for training and fuzzing; others belong to the evaluation and are refused.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from ...errors import ToolchainError, UsageError
from ...llvm.toolchain import Toolchain
from ..child import Child, run_child
from ..targets import HOST, TARGETS, Target

__all__ = ["FRONT_END", "LAST_SEED", "Reference", "Tools", "check_seeds", "generate", "reference"]

LAST_SEED = 999_999

FRONT_END = ("-Oz", "-Xclang", "-disable-llvm-passes")
"""Flags that make clang mark functions for -Oz and leave them unoptimised, both before and after smartopt."""

_QUIET = ("-w", "-std=gnu17")
_HEADERS = ("/usr/include/csmith", "/usr/local/include/csmith", "/opt/homebrew/include/csmith")
_GENERATE_TIMEOUT = 30.0


@dataclass(frozen=True)
class Tools:
    """Programs and headers that a campaign uses."""

    clang: str
    gcc: str
    csmith: str
    headers: str

    @classmethod
    def find(cls, toolchain: Toolchain) -> Tools:
        """Find the tools. Raises ToolchainError, which names what to install, if one is missing."""
        csmith, gcc = shutil.which("csmith"), shutil.which("gcc")
        if toolchain.clang is None:
            raise ToolchainError(f"LLVM {toolchain.version} has no clang; install clang-{toolchain.major}")
        if csmith is None:
            raise ToolchainError("csmith was not found in PATH; install csmith")
        if gcc is None:
            raise ToolchainError("gcc was not found in PATH; install gcc")
        beside = Path(csmith).resolve().parent.parent / "include"
        for folder in (*sorted(beside.glob("csmith*")), *map(Path, _HEADERS)):
            if (folder / "csmith.h").is_file():
                return cls(toolchain.clang, gcc, csmith, str(folder))
        raise ToolchainError("csmith.h was not found; install csmith's headers (Debian: libcsmith-dev)")

    def c_flags(self) -> tuple[str, ...]:
        return (*_QUIET, "-I", self.headers)


@dataclass(frozen=True)
class Reference:
    """The agreed output, or why there is none (``skipped`` is then an outcome of the results)."""

    output: bytes = b""
    skipped: str = ""
    detail: str = ""


def check_seeds(first: int, count: int) -> None:
    """Raise UsageError unless every seed of a campaign is one that may be used for fuzzing."""
    if count < 1:
        raise UsageError(f"programs must be at least 1; got {count}")
    if first < 1 or first + count - 1 > LAST_SEED:
        raise UsageError(
            f"seeds {first} to {first + count - 1} are not within 1 to {LAST_SEED:,}; "
            "choose others, for those belong to the evaluation"
        )


def generate(tools: Tools, seed: int, folder: Path) -> Path | None:
    """Write the program of a seed to ``folder``; None where csmith fails or takes too long on that seed."""
    program = folder / "program.c"
    child = run_child([tools.csmith, "--seed", str(seed), "-o", program], _GENERATE_TIMEOUT, folder=folder)
    return program if child.ok and program.is_file() else None


def reference(
    tools: Tools, program: Path, *, compile_timeout: float, run_timeout: float, target: Target = TARGETS[HOST]
) -> Reference:
    """What a program prints under ``clang -O0``, ``clang -Oz`` and ``gcc -O1``, if they agree.

    For another target than this machine, clang's -O1 stands in for gcc's.
    """
    results: dict[str, Child] = {}
    static = () if target.x86 else target.link
    for name, compiler, level in (
        ("clang -O0", tools.clang, "-O0"),
        ("clang -Oz", tools.clang, "-Oz"),
        ("gcc -O1", tools.gcc, "-O1") if target.x86 else ("clang -O1", tools.clang, "-O1"),
    ):
        binary = program.with_suffix(f".{compiler.rsplit('/', 1)[-1]}{level}")
        flags = () if compiler == tools.gcc else (*target.flags, *static)
        command = [compiler, level, *flags, *tools.c_flags(), "-o", binary, program]
        built = run_child(command, compile_timeout, folder=program.parent)
        if not built.ok:
            return Reference(skipped="reference-failed", detail=f"{name}: {built.ending}")
        # Endless loops are common in csmith's programs; only the first run pays for finding one.
        results[name] = run_child(
            target.command(str(binary)), run_timeout * (3 if results else 1), folder=program.parent
        )
        binary.unlink()
        first = results["clang -O0"]
        if first.status is None:
            return Reference(skipped="endless")
        if not first.ok:
            return Reference(skipped="reference-failed", detail=f"{name} program: {first.ending}")
        if (results[name].status, results[name].output) != (first.status, first.output):
            outputs = ", ".join(f"{who}: {_output(child)}" for who, child in results.items())
            return Reference(skipped="references-differ", detail=outputs)
    return Reference(output=first.output)


def _output(child: Child) -> str:
    return child.output.decode("utf-8", "replace").strip()[-80:] if child.ok else child.ending
