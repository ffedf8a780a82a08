"""Attributes of functions that only code generation heeds, each given to a function where it makes that one smaller.

The instructions stay what the passes made of them; a touch moves which of several ways the back end writes them down,
so that nothing a program may rely on changes:

- ``no-minsize``: ``optsize`` alone (LLVM's language reference): a few choices of -Os are shorter here and there;
- ``no-jump-tables``: switches compare (the attribute of clang's -fno-jump-tables);
- ``tune-...``: instructions as one processor likes them best (``tune-cpu``, clang's -mtune). They run on all that the
  function was compiled for: which instructions there are is ``target-cpu``'s matter and stays.

What is smaller by itself may by chance be a few bytes larger once the back end is varied (``codegen.variations``); on
the whole it is not. On 24 finished plans with slim settings the best one for each function saves 0.6% of the allocated
bytes, of the processors Atom's way most often (models/LOG.md).
"""

from __future__ import annotations

from collections.abc import Callable

from ..errors import EngineError
from ..llvm.attributes import set_string_attribute
from ..llvm.capi import Function

__all__ = ["TOUCHES", "touch"]

_GENERIC = "generic"
"""The processor for which clang tunes unless it is told one."""


def _no_minsize(function: Function) -> bool:
    minsize, optsize = map(function.library.attribute_kind, ("minsize", "optsize"))
    if not function.has_attribute(minsize) or not function.has_attribute(optsize):
        return False
    function.remove_attribute(minsize)
    return True


def _no_jump_tables(function: Function) -> bool:
    if function.string_attribute("no-jump-tables") == "true":
        return False
    set_string_attribute(function, "no-jump-tables", "true")
    return True


def _tuned(processor: str) -> Callable[[Function], bool]:
    def tune(function: Function) -> bool:
        if function.string_attribute("tune-cpu") != _GENERIC:
            return False  # the user chose one
        set_string_attribute(function, "tune-cpu", processor)
        return True

    return tune


TOUCHES: dict[str, Callable[[Function], bool]] = {
    "no-minsize": _no_minsize,
    "no-jump-tables": _no_jump_tables,
    **{f"tune-{processor}": _tuned(processor) for processor in ("atom", "pentium4", "znver4", "silvermont")},
}
"""By name: gives a function that touch, and tells whether that could be."""


def touch(function: Function, name: str) -> bool:
    """Give a function the touch of a name; whether that changed it. Raises EngineError for an unknown name."""
    if name not in TOUCHES:
        raise EngineError(f"no touch is called {name!r}")
    return TOUCHES[name](function)
