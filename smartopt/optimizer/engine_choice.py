"""Which engine does the work of one optimisation, and the workbench that a worker makes of it.

Whoever waits for input starts the workers with this alone: all else, ours and LLVM, is loaded by the child meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..annotations import Any
from ..errors import ToolchainError
from ..llvm.engines import choose_engine, make_engine
from ..llvm.toolchain import Toolchain, find_toolchain
from ..options import Options
from ..records import dataclass
from ..worker.forced_faults import fault_list, faulty
from ..worker.pool import Crew
from ..worker.process import Limits, Worker

__all__ = ["Staff", "hire"]

LLVMLITE_MAJOR = 22
"""The LLVM that the pinned llvmlite bundles (0.50: LLVM 22.1)."""

_FAULT_LIMITS = Limits(cpu_seconds=2.0, memory_bytes=1 << 30)


@dataclass(frozen=True)
class Staff:
    """The engine's name, its LLVM's major version, and workers without input."""

    engine: str
    major: int
    crew: Crew


def hire(options: Options) -> Staff:
    """The engine that the options ask for and workers that have not begun. Raises ToolchainError or UsageError."""
    engine, major, factory = _engine(options)
    limits = None
    if options.forced_fault:
        fault_list(options.forced_fault)  # an unknown name is refused here, not in the midst of the search
        factory, limits = faulty(factory), _FAULT_LIMITS
    sharing = engine == "libllvm" and not options.forced_fault
    return Staff(engine, major, Crew(factory, b"", "", options.jobs, limits, sharing))


def _engine(options: Options) -> tuple[str, int, Callable[[Worker], Any]]:
    """The engine's name, its LLVM's major version, and the workbench factory."""
    toolchain = _toolchain(options)
    name = choose_engine(options.engine, toolchain)
    if name == "libllvm":
        if toolchain is None or toolchain.libllvm is None:
            find_toolchain(options.llvm)  # says what is missing, if nothing at all was found
            raise ToolchainError("this toolchain has no shared libLLVM; use --engine opt, or install llvm-22")
        return name, toolchain.major, partial(_workbench, toolchain=toolchain, slim=options.slim)
    if name == "opt" and (toolchain is None or toolchain.opt is None):
        find_toolchain(options.llvm)
        raise ToolchainError("this toolchain has no opt; use --engine libllvm or llvmlite, or install llvm-22")
    major = toolchain.major if name == "opt" and toolchain is not None else LLVMLITE_MAJOR
    return name, major, partial(_plain_workbench, make=partial(make_engine, name, toolchain))


def _workbench(worker: Worker, toolchain: Toolchain, slim: bool) -> Any:
    from ..worker.service import Workbench  # in the child: the parent goes on at once

    return Workbench(worker, toolchain, slim)


def _plain_workbench(worker: Worker, make: Callable[[], Any]) -> Any:
    from ..worker.plain_service import PlainWorkbench

    return PlainWorkbench(worker, make)


def _toolchain(options: Options) -> Toolchain | None:
    """The toolchain in use; None only where the embedded llvmlite may take its place."""
    if options.engine == "llvmlite":
        return None
    try:
        return find_toolchain(options.llvm)
    except ToolchainError:
        if options.engine == "auto" and options.llvm is None:
            return None
        raise
