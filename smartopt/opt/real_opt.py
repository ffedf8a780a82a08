"""Replaces this process with the real opt, so that output, signals and exit code are opt's own.

The ``opt`` that is found may be a program that calls smartopt again. It is noted in the environment
(``smartopt.ourselves``), so that this ends with an error instead of going round for ever.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from ..errors import ToolchainError
from ..ourselves import leads_back, note_detour

__all__ = ["become_opt"]


def become_opt(argv: Sequence[str], reason: str, why: str, llvm: str | None = None) -> NoReturn:
    """Counts ``reason`` and executes the real opt with ``argv``. Raises ToolchainError if there is none.

    ``why`` begins the error's sentence, such as ``"-O2 needs the real opt"``.
    """
    from ..llvm.toolchain import find_toolchain
    from ..state import statistics

    try:
        opt = find_toolchain(llvm).opt
    except ToolchainError as error:
        raise ToolchainError(f"{why}, which was not found: {error}") from None
    if opt is None:
        raise ToolchainError(f"{why}, which this LLVM lacks; name another with SMARTOPT_LLVM")
    if leads_back(opt):
        raise ToolchainError(f"{why}, but {opt} calls smartopt again; name a real LLVM with SMARTOPT_LLVM")
    statistics.record({"runs": 1, "reason": {reason: 1}})
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        note_detour(opt)
        os.execv(opt, [opt, *argv])
    except OSError as error:
        raise ToolchainError(f"{why}, but {opt} cannot be started: {error.strerror}") from None
