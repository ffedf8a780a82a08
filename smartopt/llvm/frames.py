"""Frame pointers where they make a function smaller (the ``frame-pointer`` attribute of LLVM's language reference).

Clang leaves frame pointers out at -Oz, which saves a register and two instructions. What it costs is not counted there:
without a frame pointer every push, pop and change of the stack pointer is another entry of the unwind table (two to
four bytes each), and what lies on the stack takes an index byte more to address. So many functions that save registers
are smaller with one, by 5% of all allocated bytes in the objects of 40 files from five packages. The rest are larger,
mostly small ones that keep nothing: each function is measured both ways.

A frame pointer changes nothing that a program may rely on; distributions build everything with them. They are only ever
added, never taken away, and not where inline assembly might want the register for itself: not in functions that hold
any, and in no function of a module in which some names the register, since other inlining may bring it anywhere.
"""

from __future__ import annotations

import re

from .attributes import set_string_attribute
from .capi import Function
from .engine import Sizes
from .outliner import outlinable_target

__all__ = [
    "FRAME",
    "frameable",
    "frameable_target",
    "give_frame",
    "smaller_with_frames",
    "takes_frame_register",
    "uses_stack",
    "wants_registers",
]

FRAME = "frame-pointer"
"""The attribute's key."""

_CONVENTIONS = frozenset((0, 8, 9))
"""C, fast and cold (llvm/include/llvm/IR/CallingConv.h): the others have rules of their own about registers."""
_WANTS_REGISTERS = re.compile(
    rb'\basm (?:\w+ )*"|\b(?:call|invoke) (?:\w+ )*?(?:cc \d+|(?!fastcc|coldcc|ccc)\w+cc|preserve_\w+) '
)
_TAKES_FRAME = re.compile(rb'\basm (?:\w+ )*"[^\n]*\b(?:bpl?|[re]bp)\b')
_BARE_UNWIND = 20
"""Bytes of an unwind entry that describes nothing but where the function is."""


def frameable_target(triple: str) -> bool:
    """Whether frame pointers were measured and fuzzed for a target: ELF on x86-64."""
    return outlinable_target(triple)


def frameable(function: Function, text: bytes) -> bool:
    """Whether a function may be given a frame pointer; ``text`` is its printed IR."""
    return (
        function.string_attribute(FRAME) in (None, "none")
        and function.library.LLVMGetFunctionCallConv(function.ref) in _CONVENTIONS
        and not wants_registers(text)
    )


def takes_frame_register(text: bytes) -> bool:
    """Whether printed IR holds inline assembly that names the frame pointer's register: in whatever function it ends
    up, there must be none."""
    return b"asm " in text and _TAKES_FRAME.search(text) is not None


def wants_registers(text: bytes) -> bool:
    """Whether a function's printed IR holds inline assembly, or calls with rules of their own about registers."""
    # What mostly is not there is told sooner without the pattern.
    ordinary = text.count(b"fastcc ") + text.count(b"coldcc ") + text.count(b" ccc ")
    unusual = b"asm " in text or b"preserve_" in text or b" cc " in text or text.count(b"cc ") > ordinary
    return unusual and _WANTS_REGISTERS.search(text) is not None


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
