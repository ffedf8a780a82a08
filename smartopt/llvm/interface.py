"""Compares what other object files can see of two modules.

This is checked before an output is used: a sound plan changes none of it, so a difference means a fault that the
verifier cannot see. Compared are the symbols that are not local (kind, linkage, visibility, type, section, comdat,
calling convention, personality, target features), the module's triple, data layout, inline assembly (with the local
symbols that it names), flags and its special arrays (``llvm.used``, constructors).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..annotations import TYPE_CHECKING
from .queries import fate, jumps
from .signatures import LOCAL_LINKAGES

if TYPE_CHECKING:
    from .capi import Library, Module  # importing this module loads no ctypes

__all__ = ["DIAGNOSED", "Interface", "compare", "describe", "described_body", "described_calls", "reports_calls"]

Interface = dict[str, tuple[str, ...]]
"""Symbol or module property -> what others can see of it; plain data, so that it can cross processes."""

_DISCARDABLE = {1, 2, 3}  # available_externally, linkonce, linkonce_odr
_AVAILABLE_EXTERNALLY = 1
_KEPT_ARRAYS = ("llvm.used", "llvm.compiler.used", "llvm.global_ctors", "llvm.global_dtors")
DIAGNOSED = ("dontcall-error", "dontcall-warn")
"""Attributes of functions whose calls clang's back end reports."""
_UNSEEN_FLAGS = {"CG Profile", "Debug Info Version", "debug-info-assignment-tracking"}
"""A hint for the linker's layout that -Oz adds itself, and flags of debug information, which a plan may represent in
another way than -Oz."""
_FOR_ASSEMBLY = "!for assembly "
_CALLS, _REMAIN, _GONE = "!calls to ", ("remain",), ("gone",)
_FATE, _JUMPS = "!fate of ", "!computed jumps of "
_FATES = ("nothing", "stays", "returns")
"""In ascending order: code that LLVM takes for undefined, or whose blocks are lost, becomes ``unreachable``."""
_WORD = re.compile(r"[\w$.]+")
_FEATURES = ("target-cpu", "target-features")


def describe(module: Module) -> Interface:
    """What others can see of a module."""
    lib = module.library
    ref = module.ref
    view: Interface = {
        "!module": (
            module.triple,
            (lib.LLVMGetDataLayoutStr(ref) or b"").decode(),
            lib.module_asm(ref).decode("utf-8", "replace"),
        )
    }
    named_in_assembly = frozenset(_WORD.findall(lib.module_asm(ref).decode("utf-8", "replace")))
    for key, flag in module.flags().items():
        if key not in _UNSEEN_FLAGS:
            # A node's printed number differs between copies: only plain values are compared as they are.
            view["!module flag " + key] = (flag if "!" not in flag else flag.split(" ", 1)[0],)
    for kind, first, following in (
        ("variable", lib.LLVMGetFirstGlobal, lib.LLVMGetNextGlobal),
        ("alias", lib.LLVMGetFirstGlobalAlias, lib.LLVMGetNextGlobalAlias),
        ("ifunc", lib.LLVMGetFirstGlobalIFunc, lib.LLVMGetNextGlobalIFunc),
    ):
        for value in _each(first(ref), following):
            name = lib.value_name(value)
            if name in _KEPT_ARRAYS:
                view["!" + name] = (_printed(lib, value),) if name.startswith("llvm.global_") else _members(lib, value)
            elif lib.LLVMGetLinkage(value) in LOCAL_LINKAGES:
                if name in named_in_assembly:
                    view[_FOR_ASSEMBLY + name] = ("there",)
            elif not name.startswith("llvm."):
                thread = "tls" if kind == "variable" and lib.LLVMIsThreadLocal(value) else ""
                view[name] = (kind, *_common(lib, value, kind), thread)
    jumping = module.takes_labels
    for function in module.functions():
        name = function.name
        if not function.is_declaration:
            view[_FATE + name] = (fate(lib, function.ref),)
            if jumping and (count := jumps(lib, function.ref)):
                view[_JUMPS + name] = (str(count),)
        if any(function.string_attribute(key) is not None for key in DIAGNOSED):
            # clang's back end reports the calls that remain, so the same must remain as under -Oz.
            view.update(described_calls(name, any(True for _ in function.direct_calls())))
        if function.linkage in LOCAL_LINKAGES and name in named_in_assembly:
            view[_FOR_ASSEMBLY + name] = ("there",)
        if name.startswith("llvm.") or function.linkage in LOCAL_LINKAGES:
            continue
        features: tuple[str, ...] = ()
        if not function.is_declaration:
            features = tuple(function.string_attribute(key) or "" for key in _FEATURES)
        convention = str(lib.LLVMGetFunctionCallConv(function.ref))
        personality = (
            lib.value_name(lib.LLVMGetPersonalityFn(function.ref)) if lib.LLVMHasPersonalityFn(function.ref) else ""
        )
        view[name] = ("function", *_common(lib, function.ref, "function"), convention, personality, *features)
    return view


def described_body(name: str, body: bytes) -> Interface:
    """The part of :func:`describe` that concerns one function's body, from its printed text."""
    lines = body.split(b"\n")
    what = "stays"
    if any(line.startswith(b"  ret ") for line in lines):
        what = "returns"
    elif next((line for line in lines[1:] if line.startswith(b"  ")), b"").startswith(b"  unreachable"):
        what = "nothing"
    count = sum(line.startswith(b"  indirectbr ") for line in lines)
    return {_FATE + name: (what,), **({_JUMPS + name: (str(count),)} if count else {})}


def described_calls(name: str, remain: bool) -> Interface:
    """The part of :func:`describe` that concerns the calls of a function with an attribute of ``DIAGNOSED``."""
    return {_CALLS + name: _REMAIN if remain else _GONE}


def reports_calls(view: Interface) -> bool:
    """Whether clang's back end reports calls that the module has (the attributes ``error`` and ``warning``)."""
    return any(name.startswith(_CALLS) and found == _REMAIN for name, found in view.items())


def compare(inputs: Interface, reference: Interface, output: Interface, library_calls: frozenset[str]) -> str | None:
    """Why ``output`` may not replace ``reference`` (-Oz's output), or None if it may.

    A definition that linkers may drop (linkonce) may be missing from either; any other must be in both with the same
    properties. An undefined symbol must stand in the input or in -Oz's output, or be a known library call.
    """
    for name in sorted(reference.keys() | output.keys()):
        before, after = reference.get(name), output.get(name)
        if name.startswith(_CALLS):
            if (before or _GONE) != (after or _GONE):
                return f"other {name[1:]!r} remain than under -Oz"
            continue
        if before == after or name == "!llvm.compiler.used":
            continue
        if name.startswith(_FOR_ASSEMBLY):
            if after is None:
                return f"the local symbol {name.removeprefix(_FOR_ASSEMBLY)!r}, which module assembly names, vanished"
            continue
        if name.startswith(_FATE):
            # A function that only one of them has was inlined, or specialised for one call.
            if before is not None and after is not None and _FATES.index(after[0]) < _FATES.index(before[0]):
                return f"{name.removeprefix(_FATE)!r} lost what it does under -Oz"
            continue
        if name.startswith(_JUMPS):
            if after is None and _FATE + name.removeprefix(_JUMPS) in output:
                return f"{name.removeprefix(_JUMPS)!r} lost its computed jumps"
            continue
        if name.startswith("!"):
            return f"{name[1:]} changed"
        source = inputs.get(name)
        if after is None:
            if before is not None and _defined(before) and not _discardable(before):
                return f"the definition of {name!r} vanished"
        elif not _defined(after):
            if before is not None and _defined(before) and not _discardable(before):
                return f"the definition of {name!r} vanished"
            if before is None and source is None and name not in library_calls:
                return f"a new undefined symbol {name!r} appeared"
            if source is not None and _defined(source) and source[1] != str(_AVAILABLE_EXTERNALLY):
                return f"{name!r} was defined in the input and is not any more"
        elif before is not None and _defined(before):
            # Either may drop a function's personality with its last landing pad.
            if _without_personality(before) != _without_personality(after):
                return f"the properties of {name!r} changed"
        elif not _discardable(after):
            return f"a definition of {name!r} appeared"
    return None


def _each(first: int | None, following: object) -> Iterator[int]:
    value = first
    while value:
        yield value
        value = following(value)  # type: ignore[operator]


def _common(lib: Library, value: int, kind: str) -> tuple[str, ...]:
    comdat = lib.LLVMGetComdat(value) if kind != "alias" else None  # LLVM would read past the end of an alias
    return (
        str(lib.LLVMGetLinkage(value)),
        "declared" if lib.LLVMIsDeclaration(value) else "defined",
        str(lib.LLVMGetVisibility(value)),
        lib.take_message(lib.LLVMPrintTypeToString(lib.LLVMGlobalGetValueType(value))),
        (lib.LLVMGetSection(value) or b"").decode("utf-8", "replace"),
        str(lib.LLVMGetComdatSelectionKind(comdat)) if comdat else "",
    )


def _printed(lib: Library, value: int) -> str:
    text = lib.take_message(lib.LLVMPrintValueToString(value))
    return text.split("=", 1)[-1]


def _members(lib: Library, value: int) -> tuple[str, ...]:
    text = _printed(lib, value)
    return tuple(sorted({word.strip(",[]()") for word in text.split() if word.startswith(("@", "[ptr"))} - {"[ptr"}))


def _defined(entry: tuple[str, ...]) -> bool:
    return entry[2] == "defined"


def _discardable(entry: tuple[str, ...]) -> bool:
    return int(entry[1]) in _DISCARDABLE


def _without_personality(entry: tuple[str, ...]) -> tuple[str, ...]:
    return entry[:8] + entry[9:] if entry[0] == "function" else entry
