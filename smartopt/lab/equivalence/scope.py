"""What compiling a function keeps: a slot for every value and constant, and what its instructions name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .arithmetic import signed
from .ir import Function, Module, Operand, Typed
from .memory import UB
from .run import Run, zero
from .types import Type

__all__ = ["Scope", "Slots", "Step", "elements", "lift1", "lift2", "lift_many"]

Slots = list[Any]
Step = Callable[[Slots, Run], None]


class Scope:
    """``template`` is what the slots hold when a call begins; ``dynamic`` are constants that each run has anew."""

    def __init__(self, module: Module, function: Function, declared: Module) -> None:
        self.module = module
        self.function = function
        self.declared = declared
        self.template: list[Any] = []
        self.dynamic: list[tuple[int, Type, Operand]] = []
        self._slots: dict[str, int] = {}
        self._constants: dict[Any, int] = {}
        self.points = 0
        """Comparisons compiled so far: names for what inputs cover."""
        self.numbers: set[int] = set()
        """Integer constants of the function: what it compares with."""
        self.parameters = [self.local(name) for _, _, name in function.parameters]
        self.marked = {
            operand[1]
            for block in function.body()
            for made in block.instructions
            if made.opcode == "call" and str(made.extra["callee"][1]).startswith("llvm.lifetime.start")
            for _, operand in made.operands
            if operand[0] == "local"
        }
        """Local objects whose life has a beginning of its own."""
        self.recurse: Callable[[Run, list[Any]], Any]
        """Runs this very version of the function, for calls to itself."""

    def local(self, name: str) -> int:
        slot = self._slots.get(name)
        if slot is None:
            slot = self._slots[name] = len(self.template)
            self.template.append(None)
        return slot

    def operand(self, of: Type, operand: Operand) -> int:
        kind = operand[0]
        if kind == "local":
            return self.local(operand[1])
        key = (of, operand)
        if kind != "undef" and key in self._constants:
            return self._constants[key]
        slot = self._constants[key] = len(self.template)
        self.template.append(None)
        if kind == "int":
            value = operand[1] & ((1 << of.bits) - 1)
            self.template[slot] = value
            self.numbers.add(signed(value, of.bits) if of.bits > 1 else value)
        elif kind in ("float", "null", "zero"):
            self.template[slot] = operand[1] if kind == "float" else zero(of)
        elif kind != "poison":
            self.dynamic.append((slot, of, operand))
        return slot

    def typed(self, typed: Typed) -> int:
        return self.operand(*typed)


def elements(value: Any, count: int) -> tuple[Any, ...]:
    return (None,) * count if value is None else value


def lift1(function: Callable[[Any], Any], target: int, source: int, of: Type) -> Step:
    if of.kind == "vector":
        count = of.count

        def vector(slots: Slots, run: Run) -> None:
            values = elements(slots[source], count)
            slots[target] = tuple(None if x is None else function(x) for x in values)

        return vector

    def scalar(slots: Slots, run: Run) -> None:
        x = slots[source]
        slots[target] = None if x is None else function(x)

    return scalar


def lift2(function: Callable[[Any, Any], Any], target: int, left: int, right: int, of: Type) -> Step:
    if of.kind == "vector":
        return lift_many(function, target, [left, right], of, None)
    divides = getattr(function, "__name__", "") in ("udiv", "sdiv", "urem", "srem")

    def scalar(slots: Slots, run: Run) -> None:
        x, y = slots[left], slots[right]
        if x is None or y is None:
            if divides and y is None:
                raise UB("division by poison")
            slots[target] = None
        else:
            slots[target] = function(x, y)

    return scalar


def lift_many(function: Callable[..., Any], target: int, sources: list[int], of: Type, immediate: int | None) -> Step:
    if of.kind == "vector":
        count = of.count

        def vector(slots: Slots, run: Run) -> None:
            columns = [
                (slots[slot],) * count if index == immediate else elements(slots[slot], count)
                for index, slot in enumerate(sources)
            ]
            found = tuple(None if None in row else function(*row) for row in zip(*columns, strict=True))
            if found and isinstance(found[0], tuple):  # with.overflow: a pair of vectors
                found = tuple(zip(*found, strict=True))
            slots[target] = found

        return vector

    def scalar(slots: Slots, run: Run) -> None:
        values = [slots[slot] for slot in sources]
        slots[target] = None if None in values else function(*values)

    return scalar
