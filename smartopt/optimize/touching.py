"""Which touches (``llvm.touches``) a finished module's functions ought to have: each is measured with each of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ..llvm.capi import Module
from ..llvm.engine import Sizes
from ..llvm.libllvm import LibLLVMEngine
from ..llvm.touches import TOUCHES, touch

__all__ = ["best_touches", "give_touches"]


def best_touches(
    engine: LibLLVMEngine, bitcode: bytes, able: Collection[str], step: Callable[[], None]
) -> tuple[Sizes, dict[str, str]]:
    """The module's sizes, and the touch of each function that is smaller with one; of those that are ``able`` to.

    More code must be paid for twice, as where frame pointers are given (``llvm.frames``). ``step`` is called before
    each object that is made.
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
