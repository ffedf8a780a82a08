"""Functions and modules that are left to -Oz alone (DESIGN section 3).

LLVM's passes are legal on all of these; they are left alone because what a searched pass list does to them is
little tested anywhere, so the bytes are not worth the doubt.
"""

from __future__ import annotations

import re

__all__ = ["EXCLUDING_ATTRIBUTES", "excluded_by_text", "module_excluded"]

EXCLUDING_ATTRIBUTES = (
    "optnone naked presplitcoroutine strictfp sanitize_address sanitize_thread sanitize_memory sanitize_hwaddress "
    "sanitize_memtag sanitize_realtime sanitize_type"
).split()
"""Enum attributes of a function that leave it to -Oz; names that an LLVM does not know are passed over."""

_TEXT = re.compile(
    rb"\b(musttail call|callbr |indirectbr |blockaddress\(|catchswitch |cleanuppad |catchpad |inalloca\()"
    rb"|\bpreallocated\("
    rb"|@llvm\.(coro|call\.preallocated)\."
)


def excluded_by_text(text: bytes) -> bool:
    """Whether a function's printed IR holds something that leaves it to -Oz."""
    return _TEXT.search(text) is not None


def module_excluded(names: set[str]) -> bool:
    """Whether a module is left to -Oz whole: coroutines need passes of their own, in their own places."""
    return any(name.startswith("llvm.coro.") for name in names)
