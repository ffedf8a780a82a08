"""Which functions of -Oz's module ought to have a frame pointer, measured (``llvm.frames`` says why that pays)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from ..errors import EngineError
from ..llvm.capi import Function, Module
from ..llvm.engine import Sizes
from ..llvm.frames import (
    frameable,
    frameable_target,
    give_frame,
    smaller_with_frames,
    takes_frame_register,
    uses_stack,
)
from ..llvm.libllvm import LibLLVMEngine
from .bodies import Body

__all__ = ["choose_frames", "give_frames", "known_bodies"]

Bodies = Callable[..., list[tuple[Function, Body]]]
"""The functions of a module whose code lands in the object, or those named: each with its body's key and text."""
Left = Callable[[Function, bytes], bool]
"""Whether a function, with its printed text, is left to -Oz."""


def give_frames(module: Module, names: Collection[str]) -> None:
    """Give the named functions that a module defines a frame pointer."""
    for function in module.functions() if names else ():
        if function.name in names and not function.is_declaration:
            give_frame(function)


def choose_frames(
    engine: LibLLVMEngine,
    module: Module,
    functions: Iterable[tuple[Function, bytes]],
    sizes: Sizes,
    left: Left,
) -> dict[str, tuple[int, int]]:
    """The functions that are smaller with a frame pointer, with the bytes that they then bring, and their code's.

    ``functions`` are those of the finished ``module``, with their printed texts, and ``sizes`` what was measured
    without; those that are ``left`` to -Oz get none. One more object is emitted, of these functions alone.
    """
    if not frameable_target(module.triple):
        return {}
    functions = list(functions)
    able = {f.name for f, text in functions if uses_stack(f.name, sizes) and frameable(f, text) and not left(f, text)}
    if not able or any(takes_frame_register(text) for _, text in functions):
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


def known_bodies(
    engine: LibLLVMEngine, module: Module, bodies: Bodies, sizes: Sizes, left: Left | None
) -> dict[str, Any]:
    """The bodies of -Oz's ``module`` with their bytes; and which of them ought to have a frame pointer.

    No function is given one without ``left``. The answer's fields are those of ``Workbench.baseline``; the module has
    the frame pointers afterwards.
    """
    found = bodies(module)
    known = {function.name: body for function, body in found}
    framed: dict[str, tuple[int, int]] = {}
    unframed = False
    if left is not None:
        try:
            framed = choose_frames(engine, module, [(f, text) for f, (_, text) in found], sizes, left)
        except EngineError:
            unframed = True
    if framed:
        give_frames(module, framed)
        known.update({function.name: body for function, body in bodies(module, framed)})
    before = {f.name: sizes.code.get(f.name, 0) for f, _ in found}
    bytes_of = {name: (size, before.get(name, 0)) for name, size in sizes.functions.items()} | framed
    return {
        "code": sum(before.values()),
        "framed_code": sum(bytes_of[name][1] for name in before if name in bytes_of),
        "bodies": {name: (key, bytes_of[name]) for name, (key, _) in known.items() if name in bytes_of},
        "framed": framed,
        "unframed": unframed,
    }
