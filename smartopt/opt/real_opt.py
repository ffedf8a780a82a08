"""Replaces this process with the real opt, so that output, signals and exit code are opt's own.

The ``opt`` that is found may be smartopt itself, linked into PATH under that name. A variable in the environment keeps
it from running itself forever.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from ..errors import ToolchainError

__all__ = ["become_opt"]

_MARK = "SMARTOPT_HANDED_OVER"


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
    if os.environ.get(_MARK) == str(os.getpid()):
        raise ToolchainError(f"{why}, but {opt} is smartopt itself; name a real LLVM with SMARTOPT_LLVM")
    statistics.record({"runs": 1, "reason": {reason: 1}})
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        # exec keeps the process id, so the mark names this process and never a child of the real opt.
        os.execve(opt, [str(opt), *argv], {**os.environ, _MARK: str(os.getpid())})
    except OSError as error:
        raise ToolchainError(f"{why}, but {opt} cannot be started: {error.strerror}") from None
