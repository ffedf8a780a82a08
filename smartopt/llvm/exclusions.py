"""Functions and modules that are left to -Oz alone (DESIGN section 3).

LLVM's passes are legal on all of these; they are left alone because what a searched pass list does to them is
little tested anywhere, so the bytes are not worth the doubt. Modules are left alone where the default pipelines do more
than make code smaller: instrumentation, and passes that a target hooks into them and relies on.
"""

from __future__ import annotations

import re

from ..annotations import TYPE_CHECKING

if TYPE_CHECKING:
    from .capi import Function, Library, Module

__all__ = [
    "EXCLUDING_ATTRIBUTES",
    "INSTRUMENTING",
    "STARTUP",
    "Exclusions",
    "divides",
    "excluded_by_text",
    "excluded_in_print",
    "module_excluded",
    "moves_divisions",
]

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
_WORDS = (
    b"musttail call", b"callbr ", b"indirectbr ", b"blockaddress(", b"catchswitch ", b"cleanuppad ", b"catchpad ",
    b"inalloca(", b"preallocated(", b"@llvm.coro", b"@llvm.call.preallocated",
)  # fmt: skip
"""One of these is in whatever that pattern finds; looking for all takes a fifth of the time."""

_ATTRIBUTES = re.compile(rb"\b(" + "|".join(EXCLUDING_ATTRIBUTES).encode() + rb")\b")

INSTRUMENTING = ("instrument-function-entry", "instrument-function-exit", "sanitize_alloc_token")
"""Function attributes that ask the default pipelines themselves for instrumentation (``ee-instrument``,
``alloc-token``): -finstrument-functions, -fsanitize=alloc-token."""
_OWN_PASSES = re.compile(r"amdgcn|amdgpu|r600|bpf|dxil|hexagon|nvptx|spir")
"""Architectures whose back ends put passes of their own into the default pipelines (registerPassBuilderCallbacks of
llvm/lib/Target/*): BPF's relocations and NVPTX's reflection are made there. Elsewhere they are mere optimisations."""

STARTUP = b".text.startup"
"""Where clang puts the code that initialises a C++ file's variables (clang/lib/CodeGen/CGDeclCXX.cpp): beside what else
runs but once, which is for the speed of a start. No source asked for it."""


def excluded_by_text(text: bytes) -> bool:
    """Whether a function's printed IR holds something that leaves it to -Oz."""
    return any(word in text for word in _WORDS) and _TEXT.search(text) is not None


def excluded_in_print(text: bytes, group: bytes) -> bool:
    """The same by attribute, too: ``group`` is the text of the function's printed attribute groups."""
    return excluded_by_text(text) or _ATTRIBUTES.search(group) is not None


_DIVIDES = re.compile(rb" = [us](?:div|rem) [^\n]+, %")


def divides(text: bytes) -> bool:
    """Whether a function's printed IR divides by something that is not a constant.

    ``indvars`` may move such a division in front of a loop, where its divisor can be poison (LLVM issue 202028, also in
    22.1.8), so these functions get no list that runs it elsewhere than -Oz does (:func:`moves_divisions`).
    """
    return (b"div " in text or b"rem " in text) and _DIVIDES.search(text) is not None


def moves_divisions(pipeline: str) -> bool:
    """Whether a function-level pipeline, with bundles expanded as ``Trusted.runnable`` does, runs ``indvars``."""
    return "indvars" in pipeline or "function-simplification<" in pipeline


def module_excluded(names: set[str], triple: str = "", instrumented: bool = False) -> bool:
    """Whether a module is left to -Oz whole.

    Coroutines need passes of their own, in their own places; so do instrumentation and some targets.
    """
    return instrumented or _OWN_PASSES.match(triple) is not None or any(name.startswith("llvm.coro.") for name in names)


class Exclusions:
    """The same of functions and modules as one libLLVM holds them."""

    def __init__(self, library: Library) -> None:
        self._kinds = [kind for name in EXCLUDING_ATTRIBUTES if (kind := library.attribute_kind(name))]
        self._instrumenting = [kind for name in INSTRUMENTING if (kind := library.attribute_kind(name))]

    def function(self, function: Function, text: bytes = b"") -> bool:
        """Whether a function, with its printed text if that is known, is left to -Oz."""
        return excluded_by_text(text) or any(map(function.has_attribute, self._kinds))

    def module(self, module: Module) -> bool:
        """Whether a module is left to -Oz whole."""
        names = {function.name for function in module.functions()}
        return module_excluded(names, module.triple, self._instrumented(module))

    def stays_put(self, function: Function) -> bool:
        """Whether a function's code should stay where its source put it: it has a section, or is left to -Oz."""
        placed = function.section not in (b"", STARTUP)
        return not function.is_declaration and (placed or self.function(function))

    def _instrumented(self, module: Module) -> bool:
        """Whether a function asks the default pipelines for instrumentation."""
        keys = frozenset(INSTRUMENTING)
        defined = [function for function in module.functions() if not function.is_declaration]
        kinds = {function.attribute_set(): function for function in defined}.values()  # thousands have few sets
        return any(
            any(map(f.has_attribute, self._instrumenting)) or not keys.isdisjoint(f.string_attributes()) for f in kinds
        )
