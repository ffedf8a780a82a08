"""The optimizer: LLVM IR in, smaller LLVM IR out. It does no file or terminal I/O.

:func:`optimize` is deterministic: the same input, version and options give the same bytes, whatever ``jobs`` is.
"""

from __future__ import annotations

from ..annotations import TYPE_CHECKING
from ..options import Options

if TYPE_CHECKING:
    from collections.abc import Collection

    from .context import Expected, Progress
    from .memory import Memory
    from .result import Result
    from .run import Here, Optimization

__all__ = ["PreparedOptimizer", "optimize"]

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
    """Optimize a module for size; the result is never larger than that of ``default<Oz>``.

    Args:
        data: LLVM IR, text or bitcode.
        options: see :class:`smartopt.options.Options`.
        text: return text instead of bitcode.
        name: what LLVM's messages call the input.
        progress: called with (stage, done, total).
        memory: where decisions of earlier runs are kept; None searches anew.

    Raises:
        InputError: the input is not IR that this LLVM reads.
        ToolchainError: no usable LLVM.
        EngineError: LLVM could not run -Oz itself on it (nothing is left to fall back to).
        UsageError: an option's value cannot be used.
    """
    from .memory import Lookup
    from .start import start

    optimization = start(options or Options(), progress)
    try:
        return optimization.run(data, name, text, None if memory is None else Lookup(memory, data))
    finally:
        optimization.close()


class PreparedOptimizer:
    """An optimisation that is prepared before its input is there, while LLVM is being loaded. Close it."""

    def __init__(self, options: Options, begin: bool = True, here: Here = "never") -> None:
        """Choose the engine. Raises what :func:`optimize` raises for options and tools.

        ``begin``: start a worker now, else when it is needed. ``here``: what needs none (``run.Here``).
        """
        from .engine_choice import choose

        self._options, self._engine = options, choose(options)
        self._optimization: Optimization | None = None
        self._here = here
        try:
            if begin:
                self._engine.pool.begin()
        except BaseException:
            self._engine.pool.close()
            raise

    def load(self) -> Optimization:
        """Do what can be done here while the worker loads LLVM. Raises what :func:`optimize` raises."""
        if self._optimization is None:
            from .start import start

            self._optimization = start(self._options, None, self._engine)
        return self._optimization

    def run(self, data: bytes, name: str, memory: Memory, expected: Expected | None = None) -> Result:
        """Like :func:`optimize`, but may be called once only. ``expected`` is called as soon as the emission can be
        predicted.

        Where smartopt stands for clang and remembers that -Oz's own module won, the result's data is the input.
        """
        from .memory import Lookup
        from .result import Result

        lookup = Lookup(memory, data)
        own = lookup.baseline_outcome if self._options.stands_for == "clang" else None
        if own is not None:
            return Result(data, own)
        optimization = self.load()
        optimization.context.expected, optimization.here = expected, self._here
        return optimization.run(data, name, False, lookup)

    def keep_in_place(self, bitcode: bytes, names: Collection[str]) -> bytes:
        """A finished module from whose named functions the back end will outline nothing. Raises EngineError."""
        from ..worker.protocol import KeepFromOutliner

        return self._engine.pool.ask(KeepFromOutliner(bitcode, tuple(sorted(names))))

    def dismiss(self) -> None:
        """Tell the workers to exit; do not wait."""
        self._engine.pool.dismiss()

    def close(self) -> None:
        """End the workers; safe to call twice."""
        self._engine.pool.close()
