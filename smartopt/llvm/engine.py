"""The one interface to LLVM that the rest of smartopt uses; three engines implement it.

``libllvm`` (ctypes over the toolchain's own libLLVM), ``opt`` (the real binary) and ``llvmlite`` (embedded).
An engine lives in a disposable child process (``llvm.worker``): LLVM may abort at any call.
"""

from __future__ import annotations

from collections.abc import Collection

from ..annotations import Any, Protocol
from ..records import dataclass, field

__all__ = ["SECTIONS", "Engine", "ModuleHandle", "Sizes"]

SECTIONS = ("text", "rodata", "eh_frame", "data", "total")
"""The kinds of bytes that are told apart, and their sum."""

ModuleHandle = Any
"""An engine's own view of a module; only that engine looks inside."""


@dataclass(frozen=True)
class Sizes:
    """Allocated bytes of an object file, by kind of section, without .bss.

    ``functions`` maps each defined function's symbol to the bytes that it brings: its code, its unwind entry
    and, where they can be told apart, its jump tables. ``code`` is the code alone, where an object tells (ELF).
    """

    text: int = 0
    rodata: int = 0
    eh_frame: int = 0
    data: int = 0
    functions: dict[str, int] = field(default_factory=dict)
    code: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.text + self.rodata + self.eh_frame + self.data

    def only(self, names: Collection[str]) -> Sizes:
        """With these functions alone."""
        functions = {name: size for name, size in self.functions.items() if name in names}
        code = {name: size for name, size in self.code.items() if name in names}
        return Sizes(self.text, self.rodata, self.eh_frame, self.data, functions, code)

    def plain(self) -> tuple[Any, ...]:
        """The fields as plain data: ``Sizes(*sizes.plain())`` makes them again."""
        return self.text, self.rodata, self.eh_frame, self.data, self.functions, self.code

    def packed(self) -> dict[str, Any]:
        """As plain data, with the total."""
        return {**self.by_section(), "functions": self.functions}

    def by_section(self) -> dict[str, int]:
        """Bytes of each of ``SECTIONS``."""
        return {kind: getattr(self, kind) for kind in SECTIONS}


class Engine(Protocol):
    """What smartopt needs of an LLVM. All methods raise EngineError (InputError for ``parse``) with one line."""

    name: str
    """``libllvm``, ``opt`` or ``llvmlite``."""
    version: str
    """Full version such as ``22.1.8``."""
    in_place: bool
    """Whether ``run_on`` is offered."""

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

    def verify(self, module: ModuleHandle) -> None:
        """Raise EngineError with LLVM's message if the module is broken."""

    def instructions(self, module: ModuleHandle) -> dict[str, int]:
        """IR instructions by defined function (debug records and intrinsics are not counted)."""

    def measure(self, module: ModuleHandle) -> Sizes:
        """Emit an object for the module's own target and measure it. EngineError where there is no such target."""
