"""From options to a flow that can run: which engine, which workers, which proposer."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from ..errors import ModelError, ToolchainError
from ..llvm.engines import choose_engine, make_engine
from ..llvm.toolchain import Toolchain, find_toolchain
from ..llvm.worker import Limits, Worker
from ..model.coreset import CoresetProposer
from ..model.proposer import Proposer
from ..options import Options
from ..passes.trusted import Trusted
from .context import Context, Progress
from .crew import Crew
from .flow import Flow
from .hooks import fault_list, faulty
from .plans import ARMS

__all__ = ["choose_proposer", "start"]

LLVMLITE_MAJOR = 22
"""The LLVM that the pinned llvmlite bundles (0.50: LLVM 22.1)."""

_FAULT_LIMITS = Limits(cpu_seconds=2.0, memory_bytes=1 << 30)


def start(options: Options, progress: Progress | None) -> Flow:
    """A flow over fresh workers, still without input; the caller closes it. Raises ToolchainError or ModelError."""
    fallbacks: Counter[str] = Counter()
    engine, major, factory, arms = _engine(options)
    limits = None
    if options.forced_fault:
        fault_list(options.forced_fault)  # an unknown name is refused here, not in the midst of the search
        factory, limits = faulty(factory), _FAULT_LIMITS
    context = Context(
        crew=Crew(factory, b"", "", options.jobs, limits),
        options=options,
        trusted=Trusted.load(major),
        proposer=choose_proposer(options, major, fallbacks, engine),
        engine=engine,
        arms=arms,
        progress=progress,
        fallbacks=fallbacks,
    )
    return Flow(context)


def choose_proposer(options: Options, major: int, fallbacks: Counter[str], engine: str = "libllvm") -> Proposer:
    """The proposer that the options ask for: a model's folder, ``none`` for the ranked coreset, or the default.

    The default is the packaged forest, which costs about as much as one trial; the fast effort, which affords no more
    than one, does better without. Engines without inline replay show functions in
    another state than models were trained on; there the coreset proposes. A folder without a manifest is an error of
    whoever named it (ModelError); one that cannot be used is counted, and the ranked coreset proposes.
    """
    if options.model is None and engine == "libllvm" and options.effort != "fast":
        from ..model.forest import ForestProposer

        try:
            forest = ForestProposer.load(major)
            if forest.knows(options.objective):
                return forest
        except ModelError:
            fallbacks["model-refused"] += 1
    elif options.model not in (None, "none"):
        from ..model.runtime import ModelProposer

        try:
            return ModelProposer.load(options.model, major, fallbacks)
        except ModelError:
            if not os.path.isfile(os.path.join(options.model, "manifest.json")):
                raise
            fallbacks["model-refused"] += 1
    return CoresetProposer.load(major)


def _engine(options: Options) -> tuple[str, int, Callable[[Worker], Any], frozenset[str]]:
    """The engine's name, its LLVM's major version, the workbench factory, and the arms it can make."""
    toolchain = _toolchain(options)
    name = choose_engine(options.engine, toolchain)
    if name == "libllvm":
        if toolchain is None or toolchain.libllvm is None:
            find_toolchain(options.llvm)  # says what is missing, if nothing at all was found
            raise ToolchainError("this toolchain has no shared libLLVM; use --engine opt, or install llvm-22")
        from .workbench import Workbench

        return name, toolchain.major, partial(Workbench, toolchain=toolchain, slim=options.slim), frozenset(ARMS)
    from .workbench_plain import PlainWorkbench

    if name == "opt" and (toolchain is None or toolchain.opt is None):
        find_toolchain(options.llvm)
        raise ToolchainError("this toolchain has no opt; use --engine libllvm or llvmlite, or install llvm-22")
    major = toolchain.major if name == "opt" and toolchain is not None else LLVMLITE_MAJOR
    after = frozenset(arm.name for arm in ARMS.values() if arm.kind == "after")
    return name, major, partial(PlainWorkbench, make=partial(make_engine, name, toolchain)), after


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
