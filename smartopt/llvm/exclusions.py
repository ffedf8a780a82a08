"""Decides which functions and modules get no pass lists and are left to -Oz.

LLVM's passes are legal on all of them. They are left to -Oz because hardly anybody runs unusual pass lists on such
code, so faults there would go unnoticed. A module is left to -Oz if the default pipelines must do more than make it
smaller: instrumentation, or passes that its target adds and relies on.
"""

from __future__ import annotations

import re

from ..annotations import TYPE_CHECKING
from .queries import global_names, has_named_metadata, ifunc_resolvers, local_variable_names
from .signatures import LOCAL_LINKAGES

if TYPE_CHECKING:
    from .capi import Function, Library, Module

__all__ = [
    "EXCLUDING_ATTRIBUTES",
    "FRAME_LIMIT",
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
"""Enum attributes that leave a function to -Oz; names that an LLVM does not know are ignored."""

_TEXT = re.compile(
    rb"\b(musttail call|callbr |indirectbr |blockaddress\(|catchswitch |cleanuppad |catchpad |inalloca\()"
    rb"|\bpreallocated\("
    rb"|@llvm\.(coro|call\.preallocated)\."
)
_PARTS = (
    b"musttail call", b"callbr ", b"indirectbr ", b"blockaddress(", b"catchswitch ", b"cleanuppad ", b"catchpad ",
    b"inalloca(", b"preallocated(", b"@llvm.coro", b"@llvm.call.preallocated",
)  # fmt: skip
"""Each match of the pattern holds one of these; searching for all of them takes a fifth of the pattern's time."""

_ATTRIBUTES = re.compile(rb"\b(" + "|".join(EXCLUDING_ATTRIBUTES).encode() + rb")\b")

INSTRUMENTING = ("instrument-function-entry", "instrument-function-exit", "sanitize_alloc_token")
"""Function attributes that make the default pipelines add instrumentation (the passes ``ee-instrument`` and
``alloc-token``): -finstrument-functions, -fsanitize=alloc-token."""
FRAME_LIMIT = "warn-stack-size"
"""The function attribute that makes clang's back end warn of a larger stack frame: -Wframe-larger-than."""
_OWN_PASSES = re.compile(r"amdgcn|amdgpu|r600|bpf|dxil|hexagon|nvptx|spir")
"""Architectures whose back ends add passes that they need to the default pipelines (registerPassBuilderCallbacks of
llvm/lib/Target/*), such as BPF's relocations and NVPTX's reflection. Other back ends add only optimisations."""

_LOWERED_AT_LINK = (
    "llvm.type.test", "llvm.public.type.test", "llvm.type.checked.load", "llvm.icall.branch.funnel",
    # instrumentation: profiles, coverage, sanitizers
    "__profc_", "__profd_", "__llvm_profile_", "__llvm_gcov_", "__llvm_prf_", "__sancov_", "__sanitizer_", "__asan_",
    "__hwasan_", "__msan_", "__tsan_", "__dfsan_", "__ubsan_", "__cfi_", "__cyg_profile_",
)  # fmt: skip
"""Beginnings of the names that a merged module has where link-time optimisation must do more than make it smaller:
checks of types (control flow integrity, whole-program vtables), which the linker's pipeline turns into code, and what
instrumentation leaves behind."""
_LOWERED_FLAGS = ("Cross-DSO CFI", "Virtual Function Elim", "CFI Canonical Jump Tables", "CFI Normalize Integers")
"""Module flags of the same features."""
_LOWERED_METADATA = ("cfi.functions",)
"""Named metadata of the same features: jump tables that modules of ThinLTO ask for."""
_FOR_SIZE = ("minsize", "optsize", "optnone")
"""One of these has every function that is compiled for size; ``optnone`` is left alone at any level."""

_ASSEMBLY = b" asm "
_ASSEMBLY_TEXT = re.compile(rb' asm [a-z ]*"([^"]*)"')
_KEPT = re.compile(rb"^@llvm\.(?:compiler\.)?used = .*$", re.MULTILINE)
_WORD = re.compile(rb"[\w$.]+")

STARTUP = b".text.startup"
"""The section in which clang puts the code that initialises a C++ file's variables (clang/lib/CodeGen/CGDeclCXX.cpp):
code that runs once lies together there, so that programs start faster. No source asked for it."""


def excluded_by_text(text: bytes) -> bool:
    """Whether something in a function's printed IR leaves it to -Oz."""
    return any(word in text for word in _PARTS) and _TEXT.search(text) is not None


def excluded_in_print(text: bytes, group: bytes) -> bool:
    """Whether a function is left to -Oz; ``group`` is the text of its printed attribute groups."""
    return excluded_by_text(text) or _ATTRIBUTES.search(group) is not None


_DIVIDES = re.compile(rb" = [us](?:div|rem) [^\n]+, %")


def divides(text: bytes) -> bool:
    """Whether a function's printed IR divides by a value that is not constant.

    ``indvars`` may move such a division in front of a loop, where its divisor can be poison (LLVM issue 202028, also in
    22.1.8), so these functions get no list that runs ``indvars`` (:func:`moves_divisions`).
    """
    return (b"div " in text or b"rem " in text) and _DIVIDES.search(text) is not None


def moves_divisions(pipeline: str) -> bool:
    """Whether a function pipeline, expanded by ``Trusted.runnable``, runs ``indvars``."""
    return "indvars" in pipeline or "function-simplification<" in pipeline


def module_excluded(names: set[str], triple: str = "", instrumented: bool = False) -> bool:
    """Whether a whole module is left to -Oz; ``names`` are those of its functions.

    Coroutines, instrumentation and some targets need passes of their own at certain places of the pipeline.
    """
    return instrumented or _OWN_PASSES.match(triple) is not None or any(name.startswith("llvm.coro.") for name in names)


class Exclusions:
    """Decides the same for functions and modules of one libLLVM."""

    def __init__(self, library: Library) -> None:
        self._kinds = [kind for name in EXCLUDING_ATTRIBUTES if (kind := library.attribute_kind(name))]
        self._for_size = [library.attribute_kind(name) for name in _FOR_SIZE]
        self._instrumenting = [kind for name in INSTRUMENTING if (kind := library.attribute_kind(name))]

    def function(self, function: Function, text: bytes = b"") -> bool:
        """Whether a function is left to -Oz; ``text`` is its printed IR, if that is known."""
        return excluded_by_text(text) or any(map(function.has_attribute, self._kinds))

    def module(self, module: Module) -> bool:
        """Whether a whole module is left to -Oz."""
        names = {function.name for function in module.functions()}
        return module_excluded(names, module.triple, self._instrumented(module))

    def lowered_at_link(self, module: Module) -> bool:
        """Whether link-time optimisation must do more to a merged module than make it smaller."""
        names = [function.name for function in module.functions()] + global_names(module.library, module.ref)
        return (
            any(name.startswith(_LOWERED_AT_LINK) for name in names)
            or any(module.flag(flag) is not None for flag in _LOWERED_FLAGS)
            or any(has_named_metadata(module.library, module.ref, name) for name in _LOWERED_METADATA)
        )

    def for_size(self, module: Module) -> bool:
        """Whether every function of a merged module was compiled for size, as far as it says so.

        clang gives the functions that choose among clones (``target_clones``) no attributes of size at any level.
        """
        resolvers = ifunc_resolvers(module.library, module.ref)
        return all(
            function.is_declaration or function.ref in resolvers or any(map(function.has_attribute, self._for_size))
            for function in module.functions()
        )

    def assembly_names_local(self, module: Module) -> bool:
        """Whether inline assembly of a function names something that only this module has, and that may be removed."""
        text = module.text()
        if _ASSEMBLY not in text:
            return False
        named = {word for part in _ASSEMBLY_TEXT.findall(text) for word in _WORD.findall(part)}
        named.difference_update(*(_WORD.findall(kept) for kept in _KEPT.findall(text)))
        local = [function.name for function in module.functions() if function.linkage in LOCAL_LINKAGES]
        local += local_variable_names(module.library, module.ref)
        return any(name.encode() in named for name in local)

    def stays_put(self, function: Function) -> bool:
        """Whether a function's code must stay where it is: its source names a section, or it is left to -Oz."""
        placed = function.section not in (b"", STARTUP)
        return not function.is_declaration and (placed or self.function(function))

    def limits_frames(self, module: Module) -> bool:
        """Whether the back end warns of a function whose stack frame is larger than a limit."""
        return any(function.string_attribute(FRAME_LIMIT) is not None for function in _kinds(module))

    def _instrumented(self, module: Module) -> bool:
        """Whether a function makes the default pipelines add instrumentation."""
        keys = frozenset(INSTRUMENTING)
        return any(
            any(map(f.has_attribute, self._instrumenting)) or not keys.isdisjoint(f.string_attributes())
            for f in _kinds(module)
        )


def _kinds(module: Module) -> list[Function]:
    """A defined function for each set of attributes: thousands of functions share a few."""
    return list({f.attribute_set(): f for f in module.functions() if not f.is_declaration}.values())
