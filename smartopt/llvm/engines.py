"""Makes engines by name; the code of an engine is imported only when one is made."""

from __future__ import annotations

from ..annotations import cast
from ..errors import ToolchainError
from ..options import EngineName
from .engine import Engine
from .toolchain import NEWEST, Toolchain

__all__ = ["choose_engine", "make_engine"]


def choose_engine(name: EngineName, toolchain: Toolchain | None) -> EngineName:
    """Resolve ``auto``: libllvm if the toolchain has a libLLVM, else opt if it has that, else llvmlite."""
    if name != "auto":
        return name
    if toolchain is not None and toolchain.libllvm is not None:
        return "libllvm"
    if toolchain is not None and toolchain.opt is not None:
        return "opt"
    return "llvmlite"


def make_engine(name: EngineName, toolchain: Toolchain | None) -> Engine:
    """Make an engine, in the process that will use it.

    Raises ToolchainError if the toolchain lacks what the engine needs.
    """
    chosen = choose_engine(name, toolchain)
    if chosen == "llvmlite":
        from .llvmlite_engine import LlvmliteEngine

        return cast(Engine, LlvmliteEngine())
    if toolchain is None:
        raise ToolchainError(
            f"the engine {chosen} needs an LLVM; apt-get install llvm-{NEWEST}, pass --llvm DIR, or "
            "use --engine llvmlite"
        )
    if chosen == "libllvm":
        from .libllvm import LibLLVMEngine

        return cast(Engine, LibLLVMEngine(toolchain))
    from .opt_engine import OptEngine

    return cast(Engine, OptEngine(toolchain))
