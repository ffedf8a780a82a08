"""Gives each function the attribute that only code generation heeds and that makes that function smallest.

The attribute changes which of several encodings the back end picks for the same instructions, so nothing that a program
may rely on changes:

- ``no-minsize``: ``optsize`` alone (LLVM's language reference): a few choices of -Os are shorter here and there;
- ``no-jump-tables``: switches compare (the attribute of clang's -fno-jump-tables);
- ``tune-...``: instructions as one processor prefers them (``tune-cpu``, clang's -mtune). They still run on every
  processor that the function was compiled for: ``target-cpu`` says which instructions exist, and stays.

What is smaller by itself may by chance be a few bytes larger once the back end is varied (variations in
``codegen.settings``); on the whole it is not. On 24 finished plans with slim settings the best attribute for each
function saves 0.6% of the allocated bytes; ``tune-atom`` is the best one most often (models/LOG.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ..errors import EngineError
from ..llvm.attributes import set_string_attribute
from ..llvm.capi import Function, Module
from ..llvm.libllvm import LibLLVMEngine
from ..objfile.sizes import Sizes
from .outliner import NO_OUTLINER_OPTIONS, outlined_from, outliner_options
from .targets import TARGETS, Target

__all__ = ["ATTRIBUTES", "best_attributes", "best_beside_outliner", "give_attribute", "give_attributes"]

_GENERIC = "generic"
"""The processor for which clang tunes by default."""


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


ATTRIBUTES: dict[str, Callable[[Function], bool]] = {
    "no-minsize": _no_minsize,
    "no-jump-tables": _no_jump_tables,
    **{f"tune-{name}": _tuned(name) for target in TARGETS for name in target.processors},
}
"""By name: gives a function that attribute, and returns False where the function has it or may not have it."""


def give_attribute(function: Function, name: str) -> bool:
    """Give a function the named attribute; whether that changed it. Raises EngineError for an unknown name."""
    if name not in ATTRIBUTES:
        raise EngineError(f"no code generation attribute is called {name!r}")
    return ATTRIBUTES[name](function)


def give_attributes(module: Module, names: Mapping[str, str]) -> None:
    """Give functions that a module defines their attributes: ``names`` maps a function to the attribute's name.

    Raises EngineError for an unknown name.
    """
    for function in module.functions() if names else ():
        name = None if function.is_declaration else names.get(function.name)
        if name is not None:
            give_attribute(function, name)


def best_attributes(
    engine: LibLLVMEngine, bitcode: bytes, able: Collection[str], target: Target, step: Callable[[], None]
) -> tuple[Sizes, dict[str, str]]:
    """Measure each function with each attribute.

    More code must be paid for twice, as with frame pointers (``codegen.frame_pointers``).

    Args:
        engine: makes the objects, under the settings that are on now.
        bitcode: the finished module.
        able: the functions that may get an attribute.
        target: the module's.
        step: called before each object is made.

    Returns:
        The module's sizes without attributes, and for each function that one makes smaller the best attribute.
    """
    plain = _measured(engine, bitcode, {}, step)
    best: dict[str, tuple[int, str]] = {}
    for name in ("no-minsize", "no-jump-tables", *(f"tune-{processor}" for processor in target.processors)):
        sizes = _measured(engine, bitcode, dict.fromkeys(able, name), step)
        for function in able:
            gain = _gain(function, plain, sizes)
            if gain > best.get(function, (0, ""))[0]:
                best[function] = gain, name
    return plain, {function: name for function, (_, name) in sorted(best.items())}


def best_beside_outliner(
    engine: LibLLVMEngine, bitcode: bytes, names: dict[str, str], target: Target, step: Callable[[], None]
) -> dict[str, str]:
    """The attributes with which the object is smallest once repeated code has been outlined.

    Code that an attribute changed no longer repeats code of other functions. So three choices are measured: all
    attributes, those of functions from which nothing is outlined, and none.

    Args:
        engine: makes the objects; the outliner is on meanwhile and off afterwards.
        bitcode: the finished module.
        names: function to attribute (:func:`best_attributes`).
        target: the module's; its outlining must be ``asked``.
        step: called before each object is made.
    """
    engine.set_options(outliner_options(target))
    try:
        step()
        module = engine.parse(bitcode, "outlined")
        try:
            concerned = outlined_from(engine.assembly(module))
        finally:
            module.dispose()
        if not concerned:
            return names
        apart = {function: name for function, name in names.items() if function not in concerned}
        choices: tuple[dict[str, str], ...] = ({}, apart, names)
        return min(choices, key=lambda chosen: _measured(engine, bitcode, chosen, step).total)
    finally:
        engine.set_options(NO_OUTLINER_OPTIONS)


def _measured(engine: LibLLVMEngine, bitcode: bytes, names: Mapping[str, str], step: Callable[[], None]) -> Sizes:
    step()
    module = engine.parse(bitcode, "attributes")
    try:
        give_attributes(module, names)
        return engine.measure(module)
    finally:
        module.dispose()


def _gain(name: str, before: Sizes, after: Sizes) -> int:
    """The bytes that a function saves; those by which its code grows are subtracted once more."""
    if name not in before.functions or name not in after.functions:
        return 0
    grown = max(0, after.code.get(name, 0) - before.code.get(name, 0))
    return before.functions[name] - after.functions[name] - grown
