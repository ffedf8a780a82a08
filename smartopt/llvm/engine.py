"""The one interface to LLVM that the rest of smartopt uses; three engines implement it.

``libllvm`` (ctypes over the toolchain's own libLLVM), ``opt`` (the real binary) and ``llvmlite`` (embedded).
Use an engine in a child process that may die (``worker.process``): LLVM may abort in any call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..annotations import Any, Protocol
from ..objfile.sizes import Sizes

__all__ = ["Engine", "ModuleHandle"]

ModuleHandle = Any
"""A module as an engine holds it; only that engine knows what is inside."""


class Engine(Protocol):
    """What smartopt needs of an LLVM. All methods raise EngineError with a message of one line."""

    name: str
    """``libllvm``, ``opt`` or ``llvmlite``."""
    version: str
    """Full version such as ``22.1.8``."""
    has_all_passes: bool
    """Whether the engine runs every pipeline that its LLVM knows; else ``supports`` tells which it runs."""

    @property
    def major(self) -> int:
        """The first number of ``version``."""

    def parse(self, data: bytes, name: str = "<module>") -> ModuleHandle:
        """Read and verify text or bitcode. Raises InputError with LLVM's own message."""

    def bitcode(self, module: ModuleHandle) -> bytes:
        """The module as bitcode."""

    def text(self, module: ModuleHandle) -> str:
        """The module as printed IR; bytes that are not UTF-8 are surrogates."""

    def clone(self, module: ModuleHandle) -> ModuleHandle:
        """An independent copy of the module."""

    def dispose(self, module: ModuleHandle) -> None:
        """Free the module, which must not be used afterwards."""

    def run(self, module: ModuleHandle, pipeline: str, *, inline_threshold: int | None = None) -> None:
        """Run a module pipeline, written as for ``opt -passes=``, in place and without verifying."""

    def run_on(self, module: ModuleHandle, function: str, pipeline: str) -> None:
        """Run a function pipeline on one defined function, in place."""

    def run_lists(self, module: ModuleHandle, lists: Mapping[str, str], step: Callable[[str], None]) -> None:
        """Run each function's own list in place.

        ``step`` is called with a function's name before its list runs, if lists run one by one.
        """

    def supports(self, pipeline: str) -> bool:
        """Whether the engine can run every part of a pipeline."""

    def verify(self, module: ModuleHandle) -> None:
        """Raise EngineError with LLVM's message if the module is broken."""

    def instructions(self, module: ModuleHandle) -> dict[str, int]:
        """IR instructions of each defined function; debug records and debug intrinsics are not counted."""

    def measure(self, module: ModuleHandle) -> Sizes:
        """Emit an object for the module's target and measure it. Raises EngineError if there is no such target."""
