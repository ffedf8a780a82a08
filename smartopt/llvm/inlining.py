"""Reads -Oz's inlining decisions from one copy of a module and replays them on another.

Every direct call of a defined function gets a number (metadata, which changes nothing that LLVM does, so the
optimised copy is exactly -Oz's module). If a number is missing after ``default<Oz>`` from the function that held it,
the call was inlined or was dead. On the real module such calls are marked ``alwaysinline`` and the others
``noinline``; a light interprocedural stage then inlines exactly the marked calls, and all marks are removed.

``alwaysinline`` at a call makes LLVM skip its own checks: whether the callee may be replaced at link time, is
``noinline``, or is compiled for other features than the caller (llvm/lib/Analysis/InlineCost.cpp,
getAttributeBasedInliningDecision). A call that vanished may have been dead rather than inlined, so nobody has made
these checks for it: :func:`mark` makes them, more strictly than LLVM. A wrong decision therefore costs size, never
correctness.

A missing number alone is not enough. If the function that held a call is inlined everywhere and erased, copies of the
call live on in its callers. And passes that rebuild or merge calls drop their numbers (argument promotion does so for
every call of a function). A call therefore also counts as kept if its function still calls the same callee without a
number or, if that function is gone, if any function does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from .capi import Function, Module
from .signatures import LOCAL_LINKAGES

__all__ = ["Decisions", "callers", "mark", "mark_untagged", "read", "tag", "unmark"]

_MARK = "smartopt-mark"

_REPLACEABLE = frozenset({2, 5, 12, 14})
"""LLVMLinkOnceAnyLinkage, LLVMWeakAnyLinkage, LLVMExternalWeakLinkage and LLVMCommonLinkage of llvm-c/Core.h."""
_CLOSED = ("optnone", "naked", "presplitcoroutine")
"""Enum attributes of functions that are never inlined and into which nothing is; ``noinline`` concerns callees only."""
_SHARED = (
    "strictfp null_pointer_is_valid safestack shadowcallstack noprofile nosanitize_coverage sanitize_address "
    "sanitize_alloc_token sanitize_hwaddress sanitize_memory sanitize_memtag sanitize_numerical_stability "
    "sanitize_realtime sanitize_realtime_blocking sanitize_thread sanitize_type"
).split()
"""Enum attributes that caller and callee must share (llvm/include/llvm/IR/Attributes.td, CompatRule)."""
_MAY_DIFFER = ("min-legal-vector-width", "alloc-family", "alloc-variant-zeroed", "no-inline-line-tables")
"""String attributes that may differ: LLVM merges them, or they only describe how the function is called."""

Decisions = frozenset[int]
"""The numbers of the calls that were inlined."""


def tag(module: Module) -> dict[int, tuple[str, str]]:
    """Number every direct call of a defined function; returns number -> (caller, callee).

    Numbers follow the order of functions and of their uses, so two copies parsed from the same bytes get the same.
    """
    homes: dict[int, tuple[str, str]] = {}
    caller_of = callers(module)
    for number, (function, call) in enumerate(_calls(module)):
        homes[number] = (caller_of(call), function.name)
        module.context.sites.set_number(call, number)
    return homes


def _calls(module: Module) -> Iterator[tuple[Function, int]]:
    """The direct calls of each function that is defined, in the order of their numbers."""
    for function in [f for f in module.functions() if not f.is_declaration]:
        for call in list(function.direct_calls()):
            yield function, call


def callers(module: Module) -> Callable[[int], str]:
    """Returns what tells the name of the function that holds a call; valid until a function is erased."""
    library = module.library
    names: dict[int, str] = {}

    def caller_of(call: int) -> str:
        holder = library.LLVMGetBasicBlockParent(library.LLVMGetInstructionParent(call))
        name = names.get(holder)
        if name is None:
            name = names[holder] = library.value_name(holder)
        return name

    return caller_of


def read(optimised: Module, homes: dict[int, tuple[str, str]]) -> Decisions:
    """The numbered calls that are gone from an optimised copy."""
    alive: set[tuple[int, str]] = set()
    unnumbered: set[tuple[str, str]] = set()
    defined: set[str] = set()
    caller_of = callers(optimised)
    for function in optimised.functions():
        name = function.name
        if not function.is_declaration:
            defined.add(name)
        for call in function.direct_calls():
            number = optimised.context.sites.get_number(call)
            caller = caller_of(call)
            if number is None:
                unnumbered.add((caller, name))
            else:
                alive.add((number, caller))
    anywhere = {number for number, _ in alive}
    made_anew = {callee for _, callee in unnumbered}
    inlined = set()
    for site, (caller, callee) in homes.items():
        if caller in defined:
            kept = (site, caller) in alive or (caller, callee) in unnumbered
        else:
            kept = site in anywhere or callee in made_anew
        if not kept:
            inlined.add(site)
    return frozenset(inlined)


def mark(module: Module, decisions: Decisions) -> None:
    """Mark the numbered calls: ``alwaysinline`` if decided and allowed, else ``noinline``.

    Calls for which the source asks for either are left as they are.
    """
    numbers = module.context.sites.get_number
    _mark(module, ((f, call, numbers(call)) for f in module.functions() for call in list(f.direct_calls())), decisions)


def mark_untagged(module: Module, decisions: Decisions) -> None:
    """Mark the calls of a module as :func:`tag` and :func:`mark` do together, without leaving numbers."""
    _mark(module, ((function, call, number) for number, (function, call) in enumerate(_calls(module))), decisions)


def _mark(module: Module, calls: Iterable[tuple[Function, int, int | None]], decisions: Decisions) -> None:
    sites = module.context.sites
    allowed, caller_of = _rules(module), callers(module)
    demanded = {f.ref for f in module.functions() if f.has_attribute(sites.always_inline)}
    for function, call, number in calls:
        if function.ref in demanded:
            continue  # the source demands it, whatever the size
        if number is None or sites.has(call, sites.no_inline) or sites.has(call, sites.always_inline):
            continue
        wanted = number in decisions and allowed(caller_of(call), function.name)
        sites.add(call, sites.always_inline if wanted else sites.no_inline)
        sites.set_string(call, _MARK, "1")


def unmark(module: Module) -> None:
    """Remove all numbers and marks of :func:`tag` and :func:`mark`, also from calls that passes moved or copied."""
    sites = module.context.sites
    for function in module.functions():
        for call in list(function.direct_calls()):
            if sites.has_string(call, _MARK):
                sites.remove(call, sites.always_inline)
                sites.remove(call, sites.no_inline)
                sites.remove_string(call, _MARK)
            sites.set_number(call, None)


def _rules(module: Module) -> Callable[[str, str], bool]:
    """Returns what tells whether LLVM might inline (caller, callee) without ``alwaysinline``."""
    kind = module.library.attribute_kind
    closing = [number for name in _CLOSED if (number := kind(name))]
    shared = [number for name in _SHARED if (number := kind(name))]
    interposed = bool(module.flag("SemanticInterposition"))

    def replaceable(function: Function) -> bool:
        linkage = function.linkage
        return linkage in _REPLACEABLE or (interposed and linkage not in LOCAL_LINKAGES)

    def dialect(function: Function) -> tuple[bool, bool, frozenset[int], frozenset[tuple[str, str]]]:
        """Whether a function is closed, whether it is ``noinline``, and what caller and callee must share."""
        texts = {k: v for k, v in function.string_attributes().items() if k not in _MAY_DIFFER}
        return (
            any(map(function.has_attribute, closing)),
            function.has_attribute(module.context.sites.no_inline),
            frozenset(n for n in shared if function.has_attribute(n)),
            frozenset(texts.items()),
        )

    defined = {f.name: f for f in module.functions() if not f.is_declaration}
    known, dialects = {}, {}
    for name, function in defined.items():
        attributes = function.attribute_set()
        if attributes not in known:  # a file has thousands of functions, but few sets of attributes
            known[attributes] = dialect(function)
        dialects[name] = known[attributes]
    closed = {name for name, (shut, *_) in dialects.items() if shut}
    never = {name for name, (_, kept, *_) in dialects.items() if kept or replaceable(defined[name])} | closed
    common = {name: (features, texts) for name, (_, _, features, texts) in dialects.items()}

    def allowed(caller: str, callee: str) -> bool:
        return callee not in never and caller not in closed and common.get(caller) == common.get(callee)

    return allowed
