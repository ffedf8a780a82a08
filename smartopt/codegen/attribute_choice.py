"""Chooses each function's code generation attribute (``codegen.attributes``) by measuring the function with each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ..llvm.capi import Module
from ..llvm.libllvm import LibLLVMEngine
from ..objfile.sizes import Sizes
from .attributes import TOUCHES, touch
from .outliner import OUTLINER_WORDS, PLAIN_WORDS, outlined_from

__all__ = ["best_touches", "fitting", "give_touches"]


def best_touches(
    engine: LibLLVMEngine, bitcode: bytes, able: Collection[str], step: Callable[[], None]
) -> tuple[Sizes, dict[str, str]]:
    """The module's sizes, and the touch of each function that is smaller with one; of those that are ``able`` to.

    More code must be paid for twice, as where frame pointers are given (``codegen.frame_pointers``). ``step`` is called
    before each object that is made.
    """
    plain = _measured(engine, bitcode, {}, step)
    best: dict[str, tuple[int, str]] = {}
    for name in TOUCHES:
        sizes = _measured(engine, bitcode, dict.fromkeys(able, name), step)
        for function in able:
            gain = _gain(function, plain, sizes)
            if gain > best.get(function, (0, ""))[0]:
                best[function] = gain, name
    return plain, {function: name for function, (_, name) in sorted(best.items())}


def fitting(engine: LibLLVMEngine, bitcode: bytes, touches: dict[str, str], step: Callable[[], None]) -> dict[str, str]:
    """Of the touches those with which the object is smallest once repeated code has been outlined.

    All of them, or those of functions from which nothing is outlined, or none: code that is touched no longer repeats
    what is not.
    """
    engine.set_options(OUTLINER_WORDS)
    try:
        step()
        module = engine.parse(bitcode, "outlined")
        try:
            concerned = outlined_from(engine.assembly(module))
        finally:
            module.dispose()
        if not concerned:
            return touches
        apart = {name: touch for name, touch in touches.items() if name not in concerned}
        choices: tuple[dict[str, str], ...] = ({}, apart, touches)
        return min(choices, key=lambda chosen: _measured(engine, bitcode, chosen, step).total)
    finally:
        engine.set_options(PLAIN_WORDS)


def give_touches(module: Module, touches: Mapping[str, str]) -> None:
    """Give the named functions that a module defines their touches."""
    for function in module.functions() if touches else ():
        name = None if function.is_declaration else touches.get(function.name)
        if name is not None:
            touch(function, name)


def _measured(engine: LibLLVMEngine, bitcode: bytes, touches: Mapping[str, str], step: Callable[[], None]) -> Sizes:
    step()
    module = engine.parse(bitcode, "touched")
    try:
        give_touches(module, touches)
        return engine.measure(module)
    finally:
        module.dispose()


def _gain(name: str, before: Sizes, after: Sizes) -> int:
    """The bytes that a function saves, those that its code grows by taken off once more."""
    if name not in before.functions or name not in after.functions:
        return 0
    grown = max(0, after.code.get(name, 0) - before.code.get(name, 0))
    return before.functions[name] - after.functions[name] - grown
