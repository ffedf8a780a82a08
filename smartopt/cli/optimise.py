"""The clang door's one call of the optimiser: bitcode in, bitcode and report out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..errors import SmartoptError
from ..options import Options
from .driver import Fallback

if TYPE_CHECKING:
    from typing import Any

    from .flags import Command

__all__ = ["optimise", "options_from_environment"]


def options_from_environment() -> Options:
    """Options as ``SMARTOPT_OBJECTIVE`` and its siblings set them. Raises UsageError."""
    chosen: dict[str, Any] = {}
    for field, variable in (
        ("objective", "SMARTOPT_OBJECTIVE"),
        ("effort", "SMARTOPT_EFFORT"),
        ("model", "SMARTOPT_MODEL"),
        ("select", "SMARTOPT_SELECT"),
    ):
        value = os.environ.get(variable)
        if value:
            chosen[field] = value
    return Options(**chosen)


def optimise(clang: str, data: bytes, command: Command) -> tuple[dict[str, Any], bytes]:
    """Optimise unoptimised bitcode for the toolchain of ``clang``. Raises Fallback."""
    try:
        options = options_from_environment()
        return _run(clang, data, command, options)
    except SmartoptError as error:
        raise Fallback("driver-optimiser-failed", str(error)) from error


def _run(clang: str, data: bytes, command: Command, options: Options) -> tuple[dict[str, Any], bytes]:
    from ..llvm.toolchain import toolchain_for_clang

    toolchain = toolchain_for_clang(clang)
    return _plain(str(toolchain.opt), clang, data, command.level)


def _plain(opt: str, clang: str, data: bytes, level: str) -> tuple[dict[str, Any], bytes]:
    """What clang's own pipeline makes of it: until ``smartopt.optimize`` is there."""
    import subprocess

    text = subprocess.run(
        [clang, f"-{level}", "-c", "-x", "c", "/dev/null", "-o", "/dev/null", "-mllvm",
        "-print-pipeline-passes"], capture_output=True, text=True, check=True,
    )  # fmt: skip
    pipeline = (text.stdout + text.stderr).strip()
    done = subprocess.run(
        [opt, "-relocation-model=pic", f"-passes={pipeline}"], input=data, capture_output=True, check=True
    )
    return {"winner": "oz", "fallbacks": {}}, done.stdout
