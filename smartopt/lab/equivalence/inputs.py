"""Arguments for a function, drawn from a world: numbers that take branches, objects that may be the same one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .calls import parse_range
from .ir import Attributes, Function, Module
from .parser import parse_type
from .types import Type, Unsupported, size_of
from .world import NULL, Pointer, World

__all__ = ["draw_arguments", "edge_inputs"]

_POISONED = 0.04
"""How often a parameter that may be poison is."""


def edge_inputs(function: Function, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """(parameter, value): every number that the function compares with, and its neighbours, for every parameter."""
    found = []
    for index, (of, own, _) in enumerate(function.parameters):
        if of.kind == "int" and "range" not in own:
            mask = (1 << of.bits) - 1
            near = dict.fromkeys((number + step) & mask for number in numbers for step in (0, -1, 1))
            found += [(index, value) for value in near]
    return found


def draw_arguments(
    world: World, module: Module, function: Function, aliases: bool, edge: tuple[int, int] | None = None
) -> list[Any]:
    """One value for each parameter, as its attributes promise; ``edge`` says what one of them is.

    With ``aliases``, pointers that may point to the same object often do; the caller must know that the function has
    no type-based alias metadata that forbids it.
    """
    if function.variadic:
        raise Unsupported("variadic")
    found: list[Any] = []
    shared: list[Pointer] = []
    for index, (of, own, _) in enumerate(function.parameters):
        rng = world.random("argument", index)
        if edge is not None and index == edge[0]:
            found.append(edge[1])
        elif "noundef" not in own and rng.random() < _POISONED:
            found.append(None)
        elif of.kind == "ptr":
            pointer = _pointer(world, module, own, index)
            if pointer.object and "noalias" not in own and not any(w in own for w in ("byval", "sret")):
                if aliases and shared and rng.random() < 0.4:
                    step = rng.choice((1, 4, 4, 8, 8))
                    other = rng.choice(shared)
                    step *= own.get("align", 1) if isinstance(own.get("align"), int) else 1
                    distance = 0 if rng.random() < 0.4 else rng.randint(-2, 12)
                    pointer = Pointer(other.address + step * distance, other.object)
                shared.append(pointer)
            found.append(pointer)
        elif of.kind == "int" and isinstance(own.get("range"), str):
            low, high = parse_range(own["range"], of.bits)
            span = (high - low) % (1 << of.bits) or 1 << of.bits
            found.append((low + rng.randrange(span)) % (1 << of.bits))
        else:
            found.append(world.value(rng, of, ("argument", index)))
    return found


def _pointer(world: World, module: Module, own: Attributes, index: int) -> Pointer:
    rng = world.random("pointer", index)
    for kind in ("byval", "sret"):
        if isinstance(own.get(kind), str):
            of: Type = parse_type(module, own[kind])
            return world.pointer((kind, index), size_of(of) or 1)
    if "inalloca" in own or "preallocated" in own or "swifterror" in own or "nest" in own:
        raise Unsupported("calling convention")
    promised = any(word in own for word in ("nonnull", "dereferenceable"))
    if not promised and rng.random() < 0.08:
        return NULL
    made = world.pointer(("argument", index))
    world.lazy.append(made.object)
    return Pointer(made.address, made.object)
