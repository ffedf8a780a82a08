"""Chooses the functions of -Oz's module that get a frame pointer (``codegen.frame_pointers`` says why that pays)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from ..annotations import Any
from ..ir.body_hash import Body, printed_instructions
from ..ir.straight_line import calls_in, is_straight
from ..llvm.capi import Function, Module
from ..llvm.libllvm import LibLLVMEngine
from ..objfile.sizes import Sizes
from .frame_pointers import (
    frameable,
    frameable_target,
    give_frame,
    has_choice,
    smaller_with_frames,
    takes_frame_register,
)
from .function_shapes import Shapes

__all__ = [
    "Bodies",
    "Left",
    "fit_for_frames",
    "framed_sizes",
    "give_frames",
    "known_bodies",
    "likely_frames",
    "split_frames",
]

Bodies = Callable[..., list[tuple[Function, Body]]]
"""The functions of a module whose code lands in the object, or those named: each with its body's key and text."""
Left = Callable[[Function, bytes], bool]
"""Whether a function, with its printed text, is left to -Oz."""


def give_frames(module: Module, names: Collection[str], give: bool = True) -> None:
    """Give the named functions that a module defines a frame pointer, or take away those that were given.

    Names may come from a file (``optimizer.memory``): no function gets one that has rules of its own about registers.
    """
    if not names:
        return
    shapes = Shapes(module)
    for function in module.functions():
        if function.name in names and not function.is_declaration and (not give or shapes.ordinary(function)):
            give_frame(function, give)


def fit_for_frames(module: Module, printed: Iterable[tuple[Function, bytes]], names: Collection[str]) -> list[str]:
    """Of the named functions those that may have a frame pointer in this module, too: inlining may be otherwise here.

    ``printed`` are the module's functions as printed.
    """
    if not names:
        return []
    shapes = Shapes(module)
    return sorted(f.name for f, text in printed if f.name in names and shapes.frameable(f, text))


def framed_sizes(engine: LibLLVMEngine, module: Module, names: Collection[str], alone: bool) -> Sizes:
    """What a finished ``module`` comes to with a frame pointer in the named functions; ``alone``: only those."""
    if not names and alone:
        return Sizes()
    trial = engine.parse(module.bitcode(), "frames")
    try:
        give_frames(trial, names)
        if alone:
            engine.leave_only(trial, set(names))
        sizes = engine.measure(trial)
    finally:
        trial.dispose()
    return sizes.only(names) if alone else sizes


def split_frames(
    module: Module, found: list[tuple[Function, Body]], left: Left, measured: bool
) -> tuple[list[str], list[str], int]:
    """The functions of a finished module that ought to have a frame pointer, and those to be measured both ways.

    ``found`` are the module's functions as printed; those that are ``left`` to -Oz get none. ``measured``: all those
    that may have one; otherwise only where it is not clear beforehand. Also answers how many were refused.
    """
    able, refused = _able(module, found, left)
    if measured:
        return [], sorted(able), refused
    tables = module.library.attribute_kind("uwtable")
    likely, unclear = [], []
    for function, (_, text) in found:
        if function.name in able:
            unwound, score = function.has_attribute(tables), _score(text)
            if (
                unwound
                and score >= _CLEAR
                and (b" = alloca " in text or (score >= _LARGE and calls_in(text) >= _OFTEN))
            ):
                likely.append(function.name)
            elif score >= _NEVER or not unwound:
                unclear.append(function.name)
    return sorted(likely), sorted(unclear), refused


def likely_frames(module: Module, found: list[tuple[Function, Body]], left: Left) -> tuple[list[str], int]:
    """The functions that most likely ought to have a frame pointer, without measuring; arguments as above.

    Those that are long or call much: what must live over a call is kept in registers that are pushed and popped. And
    only where there are unwind tables, since code grows. Long stretches without branches or calls need every register.
    """
    tables = module.library.attribute_kind("uwtable")
    able, refused = _able(module, found, left)
    wanted = [
        f.name
        for f, (_, text) in found
        if f.has_attribute(tables) and _score(text) >= _ENOUGH and not is_straight(text)
    ]
    return sorted(able.intersection(wanted)), refused


_CALL, _ENOUGH = 8, 50
"""How many instructions a call counts as, and from how many on a frame pointer mostly makes a function smaller. On
4,519 functions of 48 packages that saves 5.7% of the bytes, measuring both ways 6.3% (models/LOG.md)."""
_NEVER, _CLEAR, _LARGE, _OFTEN = 15, 120, 250, 8
"""The scores from which on a frame pointer may make a function smaller, and mostly does where something lies on the
stack (it takes less to address) or a large one calls often. On 5,713 functions that leaves 30% of the instructions to
be measured both ways; as many of all bytes are saved as by measuring all, and 0.1 to 0.4% less of the code."""


def _score(text: bytes) -> int:
    """How much a function has to keep in registers that it must save, from its printed body."""
    return printed_instructions(text) + _CALL * calls_in(text)


def _able(module: Module, found: list[tuple[Function, Body]], left: Left) -> tuple[set[str], int]:
    """The functions that may be given a frame pointer; and how many may not that nobody has chosen for."""
    if not frameable_target(module.triple):
        return set(), 0
    choices = [(f, text) for f, (_, text) in found if has_choice(f) and not left(f, text)]
    if any(takes_frame_register(text) for _, (_, text) in found):
        return set(), len(choices)
    shapes = Shapes(module)
    able = {f.name for f, text in choices if frameable(f, text, shapes)}
    return able, len(choices) - len(able)


def known_bodies(
    module: Module,
    bodies: Bodies,
    found: list[tuple[Function, Body]],
    sizes: Sizes,
    with_frames: Sizes | None,
    likely: Collection[str],
    stripped: dict[str, bytes],
) -> dict[str, Any]:
    """The bodies of -Oz's ``module`` with their bytes; and which of them ought to have a frame pointer.

    ``sizes`` is what it was measured to without (but in functions that are ``likely`` to want one with it),
    ``with_frames`` what its functions come to with one, if that could be told; ``stripped`` are hashes of their bare
    texts, where somebody wants them. The answer's fields are those of ``Workbench.baseline``; the module has the frame
    pointers afterwards.
    """
    known = {function.name: body for function, body in found}
    framed = smaller_with_frames(sizes, with_frames or Sizes())
    framed.update((name, (sizes.functions.get(name, 0), sizes.code.get(name, 0))) for name in likely)
    if framed:
        give_frames(module, framed)
        known.update({function.name: body for function, body in bodies(module, framed)})
    before = {f.name: sizes.code.get(f.name, 0) for f, _ in found}
    bytes_of = {name: (size, before.get(name, 0)) for name, size in sizes.functions.items()} | framed
    return {
        "code": sum(before.values()),
        "framed_code": sum(bytes_of[name][1] for name in before if name in bytes_of),
        "bodies": {
            name: (key, stripped.get(name, b""), bytes_of[name]) for name, (key, _) in known.items() if name in bytes_of
        },
        "framed": framed,
    }
