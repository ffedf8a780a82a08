"""The use case: LLVM IR in, smaller LLVM IR out. No files, no terminal: callers do the I/O.

:func:`optimize` is deterministic: the same input, version and options give the same bytes, whatever ``jobs`` is.
"""

from __future__ import annotations

from ..options import Options
from .context import Progress
from .memory import Memory
from .result import Result
from .start import start

__all__ = ["Memory", "Progress", "Result", "optimize"]


def optimize(
    data: bytes,
    options: Options | None = None,
    *,
    text: bool = False,
    name: str = "<stdin>",
    progress: Progress | None = None,
    memory: Memory | None = None,
) -> Result:
    """Make a module smaller than ``default<Oz>`` makes it, or equal.

    Args:
        data: LLVM IR, text or bitcode.
        options: see :class:`smartopt.options.Options`.
        text: answer with text instead of bitcode.
        name: what LLVM's messages call the input.
        progress: called with (stage, done, total).
        memory: where decisions of earlier runs are kept; None searches anew.

    Raises:
        InputError: the input is not IR that this LLVM reads.
        ToolchainError: no usable LLVM.
        EngineError: LLVM could not run -Oz itself on it (nothing is left to fall back to).
        UsageError: an option's value cannot be used.
    """
    flow = start(data, options or Options(), name, progress, memory)
    try:
        return flow.run(text)
    finally:
        flow.close()
