"""Functions and modules that are left to -Oz alone (DESIGN section 3).

LLVM's passes are legal on all of these; they are left alone because what a searched pass list does to them is
little tested anywhere, so the bytes are not worth the doubt. Modules are left alone where the default pipelines do more
than make code smaller: instrumentation, and passes that a target hooks into them and relies on.
"""

from __future__ import annotations

import re

__all__ = ["EXCLUDING_ATTRIBUTES", "INSTRUMENTING", "excluded_by_text", "excluded_in_print", "module_excluded"]

EXCLUDING_ATTRIBUTES = (
    "optnone naked presplitcoroutine strictfp sanitize_address sanitize_thread sanitize_memory sanitize_hwaddress "
    "sanitize_memtag sanitize_realtime sanitize_realtime_blocking sanitize_type sanitize_numerical_stability"
).split()
"""Enum attributes of a function that leave it to -Oz; names that an LLVM does not know are passed over."""

_TEXT = re.compile(
    rb"\b(musttail call|callbr |indirectbr |blockaddress\(|catchswitch |cleanuppad |catchpad |inalloca\()"
    rb"|\bpreallocated\("
    rb"|@llvm\.(coro|call\.preallocated)\."
)

_ATTRIBUTES = re.compile(rb"\b(" + "|".join(EXCLUDING_ATTRIBUTES).encode() + rb")\b")

INSTRUMENTING = ("instrument-function-entry", "instrument-function-exit", "sanitize_alloc_token")
"""Function attributes that ask the default pipelines themselves for instrumentation (``ee-instrument``,
``alloc-token``): -finstrument-functions, -fsanitize=alloc-token."""
_OWN_PASSES = re.compile(r"amdgcn|amdgpu|r600|bpf|dxil|hexagon|nvptx|spir")
"""Architectures whose back ends put passes of their own into the default pipelines (registerPassBuilderCallbacks of
llvm/lib/Target/*): BPF's relocations and NVPTX's reflection are made there. Elsewhere they are mere optimisations."""


def excluded_by_text(text: bytes) -> bool:
    """Whether a function's printed IR holds something that leaves it to -Oz."""
    return _TEXT.search(text) is not None


def excluded_in_print(text: bytes, group: bytes) -> bool:
    """The same by attribute, too: ``group`` is the text of the function's printed attribute groups."""
    return excluded_by_text(text) or _ATTRIBUTES.search(group) is not None


def module_excluded(names: set[str], triple: str = "", instrumented: bool = False) -> bool:
    """Whether a module is left to -Oz whole.

    Coroutines need passes of their own, in their own places; so do instrumentation and some targets.
    """
    return instrumented or _OWN_PASSES.match(triple) is not None or any(name.startswith("llvm.coro.") for name in names)
