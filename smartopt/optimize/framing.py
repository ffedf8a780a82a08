"""Which functions of -Oz's module ought to have a frame pointer, measured (``llvm.frames`` says why that pays)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..llvm.capi import Function, Module
from ..llvm.engine import Sizes
from ..llvm.frames import frameable, frameable_target, give_frame, smaller_with_frames, uses_stack
from ..llvm.libllvm import LibLLVMEngine

__all__ = ["choose_frames", "give_frames"]


def give_frames(module: Module, names: Collection[str]) -> None:
    """Give the named functions that a module defines a frame pointer."""
    for function in module.functions() if names else ():
        if function.name in names and not function.is_declaration:
            give_frame(function)


def choose_frames(
    engine: LibLLVMEngine, module: Module, functions: Iterable[tuple[Function, bytes]], sizes: Sizes
) -> dict[str, tuple[int, int]]:
    """The functions that are smaller with a frame pointer, with the bytes that they then bring, and their code's.

    ``functions`` are those of the finished ``module`` that may be changed, with their printed texts, and ``sizes`` what
    was measured without. One more object is emitted, of these functions alone.
    """
    if not frameable_target(module.triple):
        return {}
    able = {f.name for f, text in functions if uses_stack(f.name, sizes) and frameable(f, text)}
    if not able:
        return {}
    trial = engine.parse(module.bitcode(), "frames")
    try:
        give_frames(trial, able)
        pinned = trial.pinned()
        for function in list(trial.functions()):
            if engine.emitted(function) and function.name not in able and function.ref not in pinned:
                function.make_available_externally()
        engine.run(trial, "elim-avail-extern")
        return smaller_with_frames(sizes, engine.measure(trial))
    finally:
        trial.dispose()
