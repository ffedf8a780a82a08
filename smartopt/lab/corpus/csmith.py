"""Csmith's programs as one more train package: code that no person wrote, for variety. At most 30% of the functions.

Seeds 1 to 999,999 belong to training and fuzzing. Each program is compiled with the flags of the driver's front
end, and its bitcode is kept under the hash of its content, like that of any package.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ...llvm.toolchain import find_toolchain
from ..child import run_child
from ..fuzz.programs import FRONT_END, Tools, check_seeds, generate
from ..parallel import run_map
from .build import Built, keep_bitcode, record_package
from .recipes import OWN_PACKAGES

__all__ = ["PACKAGE", "build_csmith"]

PACKAGE = "csmith"
_COMPILE_TIMEOUT = 60.0


def build_csmith(folder: Path, programs: int, seed: int, llvm: str, jobs: int, report: Callable[[str], None]) -> Built:
    """Generate programs and keep their bitcode.

    Raises UsageError for seeds that belong to the evaluation, ToolchainError if csmith is missing.
    """
    begin = time.monotonic()
    check_seeds(seed, programs)
    tools = Tools.find(find_toolchain(llvm))
    bitcode = folder / "bitcode" / PACKAGE
    bitcode.mkdir(parents=True, exist_ok=True)
    made = 0
    for number, done in enumerate(
        run_map(partial(_one, tools=tools, bitcode=str(bitcode)), range(seed, seed + programs), jobs), 1
    ):
        made += done
        if number % 100 == 0:
            report(f"{PACKAGE}: {number} of {programs} programs")
    version = f"seeds {seed} to {seed + programs - 1}"
    why = "" if made == programs else f"{programs - made} seeds gave no program"
    built = record_package(folder, PACKAGE, OWN_PACKAGES[PACKAGE], version, why, begin)
    report(f"{PACKAGE}: {built.files} files in {built.seconds:.0f} s {built.why}".rstrip())
    return built


def _one(seed: int, *, tools: Tools, bitcode: str) -> int:
    """The bitcode of one seed; 1 if there is some."""
    with TemporaryDirectory(prefix="smartopt-csmith-") as name:
        folder = Path(name)
        source = generate(tools, seed, folder)
        if source is None:
            return 0
        target = folder / "program.bc"
        command = [tools.clang, *FRONT_END, *tools.c_flags(), "-emit-llvm", "-c", "-o", target, source.name]
        if not run_child(command, _COMPILE_TIMEOUT, folder=folder).ok:
            return 0
        keep_bitcode(target.read_bytes(), Path(bitcode))
        return 1
