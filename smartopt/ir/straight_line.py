"""Recognises code in which effort fast finds nothing: long stretches without branches, calls or stack slots.

Ciphers and hash functions that macros unroll are basic blocks of thousands of instructions. The back end's slim
settings change nothing there (no loop, no branch, no call to set up), a frame pointer takes away one of the registers,
which are all in use, and nothing repeats with the same registers. Generating the code of a large block takes clang
nearly all of its time, and trying would do so two or three times over. The rule counts instructions, so that it gives
the same answer on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable

from .body_hash import printed_instructions

__all__ = ["calls_in", "is_straight", "mostly_straight"]

_LONG = 200
"""Instructions of a function whose code takes longer to generate than a process takes to start."""
_APART = 40
"""Instructions per branch, call or stack slot. Unrolled ciphers have hundreds, other long functions 4 to 15."""
_MOST = 0.9
"""The share of a module's instructions that must be in such functions."""


def calls_in(text: bytes) -> int:
    """The number of calls in a printed body, without calls to intrinsics."""
    return text.count(b" call ") + text.count(b" invoke ") - text.count(b"@llvm.")


def is_straight(text: bytes) -> bool:
    """Whether a printed body is one such stretch, or a few."""
    length = printed_instructions(text)
    if length < _LONG:
        return False
    breaks = text.count(b"\n  br ") + text.count(b"\n  switch ") + text.count(b" = alloca ") + calls_in(text)
    return length >= _APART * breaks


def mostly_straight(texts: Iterable[bytes]) -> bool:
    """Whether most of a module's instructions are in such functions."""
    every = straight = 0
    for text in texts:
        length = printed_instructions(text)
        every += length
        straight += length if is_straight(text) else 0
    return straight > 0 and straight >= _MOST * every
