"""Frame pointers where they make a function smaller (the ``frame-pointer`` attribute of LLVM's language reference).

Clang leaves frame pointers out at -Oz, which saves a register and two instructions. What it costs is not counted there:
without a frame pointer every push, pop and change of the stack pointer is another entry of the unwind table (two to
four bytes each), and what lies on the stack takes an index byte more to address. So many functions that save registers
are smaller with one, by 5% of all allocated bytes in the objects of 40 files from five packages. The rest are larger,
mostly small ones that keep nothing: each function is measured both ways.

A frame pointer changes nothing that a program may rely on; distributions build everything with them. They are only ever
added, never taken away, and only given to functions of a shape that is known good (``codegen.function_shapes``): that
the whole world's functions have one is no evidence for those with rules of their own. Vector registers that are saved,
for one, align the frame after LLVM has decided how its slots are addressed, and arguments that are pushed then move
under them (llvm-project issue 210756). Nor in any function of a module in which inline assembly names the register,
since other inlining may bring that anywhere.
"""

from __future__ import annotations

import re

from ..llvm.attributes import set_string_attribute
from ..llvm.capi import Function
from ..objfile.sizes import Sizes
from .function_shapes import FRAME, Shapes, wants_registers
from .outliner import outlinable_target

__all__ = [
    "FRAME",
    "frameable",
    "frameable_target",
    "give_frame",
    "has_choice",
    "smaller_with_frames",
    "takes_frame_register",
    "uses_stack",
    "wants_registers",
]

_TAKES_FRAME = re.compile(rb'\basm (?:\w+ )*"[^\n]*\b(?:bpl?|[re]bp)\b')
_BARE_UNWIND = 20
"""Bytes of an unwind entry that describes nothing but where the function is."""


def frameable_target(triple: str) -> bool:
    """Whether frame pointers were measured and fuzzed for a target: ELF on x86-64."""
    return outlinable_target(triple)


def has_choice(function: Function) -> bool:
    """Whether nobody has chosen for a function yet: its frame pointer is left out, as at -Oz."""
    return function.string_attribute(FRAME) in (None, "none")


def frameable(function: Function, text: bytes, shapes: Shapes | None = None) -> bool:
    """Whether a function may be given a frame pointer; ``text`` is its printed IR, ``shapes`` its module's."""
    return has_choice(function) and (shapes or Shapes(function.module)).frameable(function, text)


def takes_frame_register(text: bytes) -> bool:
    """Whether printed IR holds inline assembly that names the frame pointer's register: in whatever function it ends
    up, there must be none."""
    return b"asm " in text and _TAKES_FRAME.search(text) is not None


def give_frame(function: Function, give: bool = True) -> None:
    """Have code generation keep a frame pointer in a function; or not, where one was given, to look at its code."""
    set_string_attribute(function, FRAME, "all" if give else "none")


def uses_stack(name: str, sizes: Sizes) -> bool:
    """Whether a function's code moves the stack pointer, as its unwind entry says; without one it may."""
    if not sizes.eh_frame:
        return True
    return sizes.functions.get(name, 0) - sizes.code.get(name, 0) > _BARE_UNWIND


def smaller_with_frames(before: Sizes, after: Sizes) -> dict[str, tuple[int, int]]:
    """The functions that ought to have a frame pointer, with the bytes that they then bring, and those of their code.

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
