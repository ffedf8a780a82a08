"""Read -Oz's inlining decisions from one copy of a module and replay them on another.

Every direct call of a defined function gets a string attribute with a number of its own. After ``default<Oz>`` on a
twin, a number that is missing from the function that held it was inlined (or was dead); on the real module such
calls are marked ``alwaysinline``, the others ``noinline``, a light interprocedural stage inlines exactly the
marked ones, and all marks are removed. Inlining never changes meaning and marks only steer it, so the replay is
sound whatever was read; being wrong about a call costs size, never correctness.

Two facts of LLVM make a naive reading wrong. When the function that held a call is itself inlined everywhere and
erased, the copies of the call live on in its callers. And when two calls are merged (simplifycfg's sinking), their
attributes are intersected: differing numbers vanish although nothing was inlined; hence a call is also taken as
kept if its home still calls the same callee without a number.
"""

from __future__ import annotations

from .capi import Module

__all__ = ["Decisions", "mark", "read", "tag", "unmark"]

_TAG = "smartopt-call"
_MARK = "smartopt-mark"

Decisions = frozenset[int]
"""The numbers of the calls that were inlined."""


def tag(module: Module) -> dict[int, tuple[str, str]]:
    """Number every direct call of a defined function; returns number -> (caller, callee)."""
    homes: dict[int, tuple[str, str]] = {}
    for function in [f for f in module.functions() if not f.is_declaration]:
        for call in list(function.direct_calls()):
            homes[len(homes)] = (function.caller_of(call), function.name)
            module.context.sites.set_string(call, _TAG, str(len(homes) - 1))
    return homes


def read(twin: Module, homes: dict[int, tuple[str, str]]) -> Decisions:
    """Which of the numbered calls are gone from an optimised twin."""
    alive: set[tuple[int, str]] = set()
    unnumbered: set[tuple[str, str]] = set()
    defined: set[str] = set()
    for function in twin.functions():
        if not function.is_declaration:
            defined.add(function.name)
        for call in function.direct_calls():
            number = twin.context.sites.get_string(call, _TAG)
            caller = function.caller_of(call)
            if number is None:
                unnumbered.add((caller, function.name))
            else:
                alive.add((int(number), caller))
    anywhere = {number for number, _ in alive}
    inlined = set()
    for site, (caller, callee) in homes.items():
        gone = (site, caller) not in alive if caller in defined else site not in anywhere
        if gone and (caller, callee) not in unnumbered:
            inlined.add(site)
    return frozenset(inlined)


def mark(module: Module, decisions: Decisions) -> None:
    """Mark the numbered calls: ``alwaysinline`` if decided, else ``noinline`` (their own marks are respected)."""
    sites = module.context.sites
    for function in module.functions():
        if function.has_attribute(sites.always_inline):
            continue  # not a matter of size: the source demands it
        for call in list(function.direct_calls()):
            number = sites.get_string(call, _TAG)
            if number is None or sites.has(call, sites.no_inline) or sites.has(call, sites.always_inline):
                continue
            sites.add(call, sites.always_inline if int(number) in decisions else sites.no_inline)
            sites.set_string(call, _MARK, "1")


def unmark(module: Module) -> None:
    """Remove every number and every mark that :func:`tag` and :func:`mark` set, wherever calls have moved."""
    sites = module.context.sites
    for function in module.functions():
        for call in list(function.direct_calls()):
            if sites.get_string(call, _MARK) is not None:
                sites.remove(call, sites.always_inline)
                sites.remove(call, sites.no_inline)
                sites.remove_string(call, _MARK)
            sites.remove_string(call, _TAG)
