"""Frame pointers where they make a function smaller (the ``frame-pointer`` attribute of LLVM's language reference).

Clang leaves frame pointers out at -Oz, which saves a register and two instructions. That does not count the cost:
without a frame pointer every push, pop and change of the stack pointer is another entry of the unwind table (two to
four bytes each), and addressing the stack takes an index byte more. So many functions that save registers are smaller
with a frame pointer, by 5% of all allocated bytes in the objects of 40 files from five packages. The others are larger,
mostly small ones that save nothing: each function is measured both ways, or judged by its text.

A frame pointer changes nothing that a program may rely on; distributions build everything with them. They are only ever
added, never taken away, and only given to functions of a shape that is known good (``codegen.function_shapes``): that
ordinary code is compiled with them everywhere is no evidence for functions with rules of their own. Vector registers
that are saved, for one, align the frame after LLVM has decided how its slots are addressed, and arguments that are
pushed then move under them (llvm-project issue 210756). Nor does any function of a module get one in which inline
assembly names the register, because other inlining may bring that assembly anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from ..ir.body_hash import Body, printed_instructions
from ..ir.straight_line import calls_in, is_straight
from ..llvm.attributes import set_string_attribute
from ..llvm.capi import Function, Module
from ..llvm.libllvm import LibLLVMEngine
from ..objfile.sizes import Sizes
from .function_shapes import FRAME, Shapes
from .targets import target_of

__all__ = [
    "FRAME",
    "Left",
    "fit_for_frames",
    "frameable",
    "frameable_target",
    "framed_sizes",
    "give_frame",
    "give_frames",
    "has_choice",
    "likely_frames",
    "smaller_with_frames",
    "split_frames",
    "takes_frame_register",
    "uses_stack",
]

Left = Callable[[Function, bytes], bool]
"""Whether a function, with its printed text, is left to -Oz."""

_TAKES_FRAME = re.compile(rb'\basm (?:\w+ )*"[^\n]*\b(?:bpl?|[re]bp)\b')
_BARE_UNWIND = 20
"""Bytes of an unwind entry that describes nothing but where the function is."""


def frameable_target(triple: str) -> bool:
    """Whether frame pointers were measured and fuzzed for a target: ELF on x86-64."""
    target = target_of(triple)
    return target is not None and target.frames


def has_choice(function: Function) -> bool:
    """Whether the function's own attributes leave the choice open: they ask for no frame pointer, as at -Oz."""
    return function.string_attribute(FRAME) in (None, "none")


def frameable(function: Function, text: bytes, shapes: Shapes | None = None) -> bool:
    """Whether a function may be given a frame pointer; ``text`` is its printed IR, ``shapes`` its module's."""
    return has_choice(function) and (shapes or Shapes(function.module)).allows_frame_pointer(function, text)


def takes_frame_register(text: bytes) -> bool:
    """Whether printed IR holds inline assembly that names the frame pointer's register.

    No function may have a frame pointer then, because inlining may bring the assembly anywhere.
    """
    return b"asm " in text and _TAKES_FRAME.search(text) is not None


def give_frame(function: Function, give: bool = True) -> None:
    """Have code generation keep a frame pointer in a function; ``give=False`` takes one back that was given here."""
    set_string_attribute(function, FRAME, "all" if give else "none")


def uses_stack(name: str, sizes: Sizes) -> bool:
    """Whether a function's code moves the stack pointer, as its unwind entry tells; True where there are no entries."""
    if not sizes.eh_frame:
        return True
    return sizes.functions.get(name, 0) - sizes.code.get(name, 0) > _BARE_UNWIND


def smaller_with_frames(before: Sizes, after: Sizes) -> dict[str, tuple[int, int]]:
    """The functions that should have a frame pointer, each with its bytes and the bytes of its code then.

    Args:
        before: the object's sizes without frame pointers.
        after: the same with them.

    More code must be paid for twice by what is saved elsewhere: code is also fetched when it runs, unwind tables are
    not. That gives away a twentieth of the bytes, and code does not grow on the whole.
    """
    better = {}
    for name, size in after.functions.items():
        code = after.code.get(name, 0)
        more = max(0, code - before.code.get(name, 0))
        if name not in before.functions or not uses_stack(name, before):
            continue
        if size - before.functions[name] + more < 0:
            better[name] = size, code
    return better


def give_frames(module: Module, names: Collection[str], give: bool = True) -> None:
    """Give the named functions that a module defines a frame pointer; ``give=False`` takes them back.

    Names may come from a cache file (``optimizer.memory``): a function that has rules of its own about registers gets
    none, even if it is named.
    """
    if not names:
        return
    shapes = Shapes(module)
    for function in module.functions():
        if function.name in names and not function.is_declaration and (not give or shapes.ordinary(function)):
            give_frame(function, give)


def fit_for_frames(module: Module, printed: Iterable[tuple[Function, bytes]], names: Collection[str]) -> list[str]:
    """The named functions that may have a frame pointer in this module too: other code may be inlined into them here.

    ``printed`` are the module's functions with their printed IR.
    """
    if not names:
        return []
    shapes = Shapes(module)
    return sorted(f.name for f, text in printed if f.name in names and shapes.allows_frame_pointer(f, text))


def framed_sizes(engine: LibLLVMEngine, module: Module, names: Collection[str], alone: bool) -> Sizes:
    """Measure a finished module with a frame pointer in the named functions.

    ``alone`` measures a module of the named functions only, and answers with their sizes only. Raises EngineError.
    """
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
    """Sort the functions of a finished module by whether a frame pointer makes them smaller.

    Args:
        module: the module.
        found: its functions with their printed bodies.
        left: which of them are left to -Oz and get no frame pointer.
        measured: measure every function that may have one, rather than only where its text does not tell.

    Returns:
        The functions that should have a frame pointer, those to measure both ways, and the number of functions that may
        not have one although their own attributes leave the choice open.
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
    """The functions that a frame pointer most likely makes smaller, judged by their text alone.

    Those are functions that are long or call much: what must live over a call is kept in registers that are pushed and
    popped. Without unwind tables there are none, because code only grows; and none that are long stretches without
    branches or calls, which need every register. The arguments and the number of refused functions are those of
    :func:`split_frames`.
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
"""The instructions that a call counts as, and the score from which a frame pointer mostly makes a function smaller. On
4,519 functions of 48 packages that saves 5.7% of the bytes, measuring both ways 6.3% (models/LOG.md)."""
_NEVER, _CLEAR, _LARGE, _OFTEN = 15, 120, 250, 8
"""A frame pointer may make a function smaller from the score ``_NEVER``. From ``_CLEAR`` it mostly does where something
lies on the stack (addressing takes less), and from ``_LARGE`` where the function calls ``_OFTEN``. On 5,713 functions
that leaves 30% of the instructions to be measured both ways; as many bytes are saved in all as by measuring everything,
and 0.1 to 0.4% less of the code."""


def _score(text: bytes) -> int:
    """How much a function keeps in registers that it must save: its instructions, calls counted ``_CALL`` times."""
    return printed_instructions(text) + _CALL * calls_in(text)


def _able(module: Module, found: list[tuple[Function, Body]], left: Left) -> tuple[set[str], int]:
    """The functions that may be given a frame pointer, and the number of refused ones (:func:`split_frames`)."""
    if not frameable_target(module.triple):
        return set(), 0
    choices = [(f, text) for f, (_, text) in found if has_choice(f) and not left(f, text)]
    if any(takes_frame_register(text) for _, (_, text) in found):
        return set(), len(choices)
    shapes = Shapes(module)
    able = {f.name for f, text in choices if frameable(f, text, shapes)}
    return able, len(choices) - len(able)
