"""Chooses the engine of one optimisation and makes the pool of workers that run it.

A command that waits for its input starts the workers with this alone: the child loads everything else, our code and
LLVM, meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..errors import ToolchainError
from ..llvm.engine import Engine
from ..llvm.engines import choose_engine, make_engine
from ..llvm.toolchain import Toolchain, find_toolchain
from ..options import EngineName, Options, Stage
from ..records import dataclass
from ..worker.forced_faults import fault_list, faulty
from ..worker.pool import Pool
from ..worker.process import Limits, Service, WorkerProcess

__all__ = ["EngineChoice", "choose"]

LLVMLITE_MAJOR = 22
"""The LLVM that the pinned llvmlite bundles (0.50: LLVM 22.1)."""

_FAULT_LIMITS = Limits(cpu_seconds=2.0, memory_bytes=1 << 30)


@dataclass(frozen=True)
class EngineChoice:
    """The engine's name, its LLVM's major version, and a pool of workers without input."""

    engine: EngineName
    major: int
    pool: Pool


def choose(options: Options) -> EngineChoice:
    """Choose the engine that the options ask for; no worker is started yet. Raises ToolchainError or UsageError."""
    engine, major, factory = _engine(options)
    limits = None
    if options.forced_fault:
        fault_list(options.forced_fault)  # an unknown name is refused here, not during the search
        factory, limits = faulty(factory), _FAULT_LIMITS
    sharing = engine == "libllvm" and not options.forced_fault
    return EngineChoice(engine, major, Pool(factory, b"", "", options.jobs, limits, sharing))


def _engine(options: Options) -> tuple[EngineName, int, Callable[[WorkerProcess], Service]]:
    """The engine's name, its LLVM's major version, and what makes the service."""
    toolchain = _toolchain(options)
    name = choose_engine(options.engine, toolchain)
    if name == "libllvm":
        if toolchain is None or toolchain.libllvm is None:
            find_toolchain(options.llvm)  # says what is missing, if nothing at all was found
            raise ToolchainError("this toolchain has no shared libLLVM; use --engine opt, or install llvm-22")
        make = partial(_libllvm_service, toolchain=toolchain, slim=options.slim, stage=options.stage)
        return name, toolchain.major, make
    if name == "opt" and (toolchain is None or toolchain.opt is None):
        find_toolchain(options.llvm)
        raise ToolchainError("this toolchain has no opt; use --engine libllvm or llvmlite, or install llvm-22")
    major = toolchain.major if name == "opt" and toolchain is not None else LLVMLITE_MAJOR
    return name, major, partial(_plain_service, make=partial(make_engine, name, toolchain))


def _libllvm_service(process: WorkerProcess, toolchain: Toolchain, slim: bool, stage: Stage) -> Service:
    from ..worker.service import LibLLVMService  # in the child: the parent goes on at once

    return LibLLVMService(process, toolchain, slim, stage)


def _plain_service(process: WorkerProcess, make: Callable[[], Engine]) -> Service:
    from ..worker.plain_service import PlainService

    return PlainService(process, make)


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
