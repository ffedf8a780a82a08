"""The one interface to LLVM that the rest of smartopt uses; three engines implement it.

``libllvm`` (ctypes over the toolchain's own libLLVM), ``opt`` (the real binary) and ``llvmlite`` (embedded).
An engine lives in a disposable child process (``worker.process``): LLVM may abort at any call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..annotations import Any, Protocol
from ..objfile.sizes import Sizes

__all__ = ["Engine", "ModuleHandle"]

ModuleHandle = Any
"""An engine's own view of a module; only that engine looks inside."""


class Engine(Protocol):
    """What smartopt needs of an LLVM. All methods raise EngineError (InputError for ``parse``) with one line."""

    name: str
    """``libllvm``, ``opt`` or ``llvmlite``."""
    version: str
    """Full version such as ``22.1.8``."""
    has_all_passes: bool
    """Whether it runs any pipeline that its LLVM knows; else ``supports`` tells which."""

    @property
    def major(self) -> int: ...

    def parse(self, data: bytes, name: str = "<module>") -> ModuleHandle:
        """Read text or bitcode; verifies. Raises InputError with LLVM's own message."""

    def bitcode(self, module: ModuleHandle) -> bytes: ...

    def text(self, module: ModuleHandle) -> str: ...

    def clone(self, module: ModuleHandle) -> ModuleHandle: ...

    def dispose(self, module: ModuleHandle) -> None: ...

    def run(self, module: ModuleHandle, pipeline: str, *, inline_threshold: int | None = None) -> None:
        """Run a module-level pipeline in place (text as for ``opt -passes=``), without verifying."""

    def run_on(self, module: ModuleHandle, function: str, pipeline: str) -> None:
        """Run a function-level pipeline on one defined function, in place."""

    def run_lists(self, module: ModuleHandle, lists: Mapping[str, str], step: Callable[[str], None]) -> None:
        """Run each function's own list in place; ``step`` is told the name before each, where they run one by one."""

    def supports(self, pipeline: str) -> bool:
        """Whether every part of a pipeline can run here."""

    def verify(self, module: ModuleHandle) -> None:
        """Raise EngineError with LLVM's message if the module is broken."""

    def instructions(self, module: ModuleHandle) -> dict[str, int]:
        """IR instructions by defined function (debug records and intrinsics are not counted)."""

    def measure(self, module: ModuleHandle) -> Sizes:
        """Emit an object for the module's own target and measure it. EngineError where there is no such target."""
