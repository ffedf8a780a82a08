"""From options to a flow that can run: which engine, which workers, which proposer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from ..errors import ModelError
from ..llvm.toolchain import find_toolchain
from ..llvm.worker import Limits, Worker
from ..model.coreset import CoresetProposer
from ..model.proposer import Proposer
from ..options import Options
from ..passes.trusted import Trusted
from .crew import Crew
from .flow import Flow, Progress
from .hooks import faulty
from .plans import ARMS

__all__ = ["choose_proposer", "start"]

_FAULT_LIMITS = Limits(cpu_seconds=2.0, memory_bytes=4 << 30)


def start(data: bytes, options: Options, name: str, progress: Progress | None) -> Flow:
    """A flow over fresh workers; the caller closes its crew. Raises ToolchainError or ModelError."""
    fallbacks: Counter[str] = Counter()
    engine, major, factory, arms = _engine(options)
    limits = None
    if options.forced_fault:
        factory, limits = faulty(factory), _FAULT_LIMITS
    return Flow(
        crew=Crew(factory, data, name, options.jobs, limits),
        options=options,
        trusted=Trusted.load(major),
        proposer=choose_proposer(options, major, fallbacks),
        engine=engine,
        arms=arms,
        progress=progress,
        fallbacks=fallbacks,
    )


def choose_proposer(options: Options, major: int, fallbacks: Counter[str]) -> Proposer:
    """The proposer that the options ask for.

    There is no model yet in this version, so the ranked coreset proposes; naming a model folder is an error.
    """
    if options.model not in (None, "none"):
        raise ModelError(f"this version of smartopt has no model runtime, so {options.model!r} cannot be used; pass --model none")
    return CoresetProposer.load(major)


def _engine(options: Options) -> tuple[str, int, Callable[[Worker], Any], frozenset[str]]:
    toolchain = find_toolchain(options.llvm)
    from .workbench import Workbench

    return "libllvm", toolchain.major, partial(Workbench, toolchain=toolchain), frozenset(ARMS)
