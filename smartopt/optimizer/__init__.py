"""The use case: LLVM IR in, smaller LLVM IR out. No files, no terminal: callers do the I/O.

:func:`optimize` is deterministic: the same input, version and options give the same bytes, whatever ``jobs`` is.
"""

from __future__ import annotations

from ..annotations import TYPE_CHECKING
from ..options import Options

if TYPE_CHECKING:
    from collections.abc import Collection

    from .context import Foreseen, Progress
    from .memory import Memory
    from .result import Result
    from .run import Flow

__all__ = ["Begun", "optimize"]

# What the work needs is imported where it begins: a compile loads it while the front end and the worker are busy.


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
    from .memory import Question
    from .start import start

    flow = start(options or Options(), progress)
    try:
        return flow.run(data, name, text, None if memory is None else Question(memory, data))
    finally:
        flow.close()


class Begun:
    """An optimisation that has begun before its input is there: LLVM is being loaded meanwhile. Close it."""

    def __init__(self, options: Options, begin: bool = True) -> None:
        """Raises what :func:`optimize` raises for options and tools. Without ``begin``, LLVM is loaded when needed."""
        from .engine_choice import hire

        self._options, self._staff = options, hire(options)
        self._flow: Flow | None = None
        try:
            if begin:
                self._staff.crew.begin()
        except BaseException:
            self._staff.crew.close()
            raise

    def load(self) -> Flow:
        """All that can be done here while the worker loads LLVM. Raises what :func:`optimize` raises."""
        if self._flow is None:
            from .start import start

            self._flow = start(self._options, None, self._staff)
        return self._flow

    def run(self, data: bytes, name: str, memory: Memory, foreseen: Foreseen | None = None) -> Result:
        """As :func:`optimize`; once. ``foreseen`` is told of the report when the output is on its way."""
        from .memory import Question
        from .result import Result

        asked = Question(memory, data)
        own = asked.report_of_own() if self._options.stands_for == "clang" else None
        if own is not None:
            return Result(data, own)
        flow = self.load()
        flow.context.foreseen = foreseen
        return flow.run(data, name, False, asked)

    def in_place(self, bitcode: bytes, names: Collection[str]) -> bytes:
        """A finished module of whose named functions the back end will outline nothing. Raises EngineError."""
        made: bytes = self._staff.crew.ask("in_place", bitcode, sorted(names))
        return made

    def dismiss(self) -> None:
        """Have the workers end, without waiting for that."""
        self._staff.crew.dismiss()

    def close(self) -> None:
        """End the workers; safe to call twice."""
        self._staff.crew.close()
