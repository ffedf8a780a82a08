"""Which functions of -Oz's module ought to have a frame pointer, measured (``llvm.frames`` says why that pays)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from ..llvm.capi import Function, Module
from ..llvm.engine import Sizes
from ..llvm.frames import (
    frameable,
    frameable_target,
    give_frame,
    smaller_with_frames,
    takes_frame_register,
)
from ..llvm.libllvm import LibLLVMEngine
from .bodies import Body, printed_instructions

__all__ = ["framed_sizes", "give_frames", "known_bodies", "likely_frames"]

Bodies = Callable[..., list[tuple[Function, Body]]]
"""The functions of a module whose code lands in the object, or those named: each with its body's key and text."""
Left = Callable[[Function, bytes], bool]
"""Whether a function, with its printed text, is left to -Oz."""


def give_frames(module: Module, names: Collection[str]) -> None:
    """Give the named functions that a module defines a frame pointer."""
    for function in module.functions() if names else ():
        if function.name in names and not function.is_declaration:
            give_frame(function)


def framed_sizes(engine: LibLLVMEngine, module: Module, found: list[tuple[Function, Body]], left: Left) -> Sizes:
    """What those functions of a finished ``module`` come to that may be given a frame pointer, with one.

    ``found`` are its functions as printed; those that are ``left`` to -Oz get none. One object is emitted, of these
    functions alone.
    """
    able = _able(module, found, left)
    if not able:
        return Sizes()
    trial = engine.parse(module.bitcode(), "frames")
    try:
        give_frames(trial, able)
        engine.leave_only(trial, able)
        sizes = engine.measure(trial)
    finally:
        trial.dispose()
    return sizes.only(able)


def likely_frames(module: Module, found: list[tuple[Function, Body]], left: Left) -> list[str]:
    """The functions that most likely ought to have a frame pointer, without measuring; arguments as above.

    Those that are long or call much: what must live over a call is kept in registers that are pushed and popped. And
    only where there are unwind tables, since code grows.
    """
    tables = module.library.attribute_kind("uwtable")
    able = _able(module, found, left)
    wanted = [f.name for f, (_, text) in found if f.has_attribute(tables) and _saves_registers(text)]
    return sorted(able.intersection(wanted))


_CALL, _ENOUGH = 8, 50
"""How many instructions a call counts as, and from how many on a frame pointer mostly makes a function smaller. On
4,519 functions of 48 packages that saves 5.7% of the bytes, measuring both ways 6.3% (models/LOG.md)."""


def _saves_registers(text: bytes) -> bool:
    calls = text.count(b" call ") + text.count(b" invoke ") - text.count(b"@llvm.")
    return printed_instructions(text) + _CALL * calls >= _ENOUGH


def _able(module: Module, found: list[tuple[Function, Body]], left: Left) -> set[str]:
    """The functions that may be given a frame pointer."""
    if not frameable_target(module.triple) or any(takes_frame_register(text) for _, (_, text) in found):
        return set()
    return {f.name for f, (_, text) in found if frameable(f, text) and not left(f, text)}


def known_bodies(
    module: Module, bodies: Bodies, found: list[tuple[Function, Body]], sizes: Sizes, with_frames: Sizes | None
) -> dict[str, Any]:
    """The bodies of -Oz's ``module`` with their bytes; and which of them ought to have a frame pointer.

    ``sizes`` is what it was measured to without, ``with_frames`` what its functions come to with one, if that could be
    told. The answer's fields are those of ``Workbench.baseline``; the module has the frame pointers afterwards.
    """
    known = {function.name: body for function, body in found}
    framed = smaller_with_frames(sizes, with_frames or Sizes())
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
    }
