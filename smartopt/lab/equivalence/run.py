"""The state of one run, and what its constants and addresses are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .arithmetic import binary, cast, signed
from .events import Event
from .ir import Module, Operand
from .memory import Block, Memory
from .parser import initialiser
from .types import FLOATS, Type, Unsupported, field_offsets, size_of
from .world import LARGE, MASK64, NULL, Pointer, World

__all__ = ["Budget", "Outcome", "Run", "address", "moved", "number_pointer", "pointer_number", "zero"]


class Budget(Exception):
    """The run took more steps than it may."""


@dataclass
class Outcome:
    """How a run ended: ``return``, ``unwind``, ``stopped``, ``ub`` (``detail`` says how) or ``budget``."""

    ending: str
    value: Any = None
    detail: str = ""
    run: Run | None = None


@dataclass
class Run:
    """One run in a world. ``fill`` draws what is undefined; None for the version that is to be refined."""

    module: Module
    world: World
    fill: random.Random | None
    budget: int
    budget_events: int = 400
    events: list[Event] = field(default_factory=list)
    doubts: set[str] = field(default_factory=set)
    """What makes a difference that is found later undecided."""
    depth: int = 0
    visited: set[Any] = field(default_factory=set)
    """Control-flow edges that were taken."""
    covered: set[Any] = field(default_factory=set)
    """Which sides and edges of comparisons and switches were met."""
    memory: Memory = field(init=False)
    exception: Any = None
    value: Any = None

    def __post_init__(self) -> None:
        self.memory = Memory(self.world, self.fill, self._load_global)

    def undefined(self, of: Type) -> Any:
        """An undefined value: poison for the version to be refined."""
        if self.fill is None:
            return None
        return self._drawn(of, self.fill)

    def frozen(self, of: Type) -> Any:
        """What ``freeze poison`` gives: any value; which one is not for us to say."""
        self.doubts.add("freeze of poison")
        return self._drawn(of, self.fill or self.world.random("freeze"))

    def _drawn(self, of: Type, rng: random.Random) -> Any:
        if of.kind == "int":
            return rng.getrandbits(of.bits)
        if of.kind in FLOATS:
            return float(rng.randint(-1000, 1000))
        if of.kind == "ptr":
            return Pointer(rng.getrandbits(40), 0)
        if of.kind in ("array", "vector"):
            return tuple(self._drawn(of.element, rng) for _ in range(of.count))
        if of.kind == "struct":
            return tuple(self._drawn(part, rng) for part in of.parts)
        if of.kind == "void":
            return None
        raise Unsupported(f"undefined {of.kind}")

    def constant(self, of: Type, operand: Operand) -> Any:
        """The value of a constant."""
        kind = operand[0]
        if kind == "int":
            return operand[1] & ((1 << of.bits) - 1)
        if kind == "float":
            return operand[1]
        if kind == "null":
            return NULL
        if kind == "poison":
            return None
        if kind == "undef":
            return self.undefined(of)
        if kind == "zero":
            return zero(of)
        if kind == "global":
            return self.symbol(operand[1])
        if kind == "bytes":
            return tuple(operand[1])
        if kind == "many":
            return tuple(self.constant(part, one) for part, one in operand[1])
        if kind == "expr":
            return self._expression(of, operand)
        if kind == "metadata":
            return None
        raise Unsupported(f"constant {kind}")

    def symbol(self, name: str) -> Pointer:
        """The address of a global or a function."""
        found = self.module.globals.get(name)
        if found is None:
            if name not in self.module.functions:
                raise Unsupported("alias")
            return self.world.pointer(("function", name), 16)
        size = LARGE
        if found.type.kind != "opaque":
            size = size_of(found.type) or LARGE
        return self.world.pointer(("global", name), size)

    def _load_global(self, name: str, block: Block) -> None:
        """Fill a constant global when it is first looked at."""
        found = self.module.globals[name]
        if found.constant:
            if not found.external:
                value = self.constant(found.type, initialiser(self.module, name))
                self.memory.store(Pointer(block.base, self.world.object(("global", name))), found.type, value, 1)
                block.frozen = None
            block.constant = True

    def _expression(self, of: Type, operand: Operand) -> Any:
        _, opcode, flags, source, parts = operand
        values = [self.constant(part, one) for part, one in parts]
        if opcode == "getelementptr":
            if values[0] is None:
                return None
            return moved(values[0], constant_offset(source, parts[1:]), flags, self)
        if opcode == "ptrtoint":
            return pointer_number(values[0], of.bits, self)
        if opcode == "inttoptr":
            return number_pointer(values[0], parts[0][0].bits, self)
        if opcode in ("add", "sub", "xor", "mul", "shl"):
            return None if None in values else binary(opcode, of, flags)(*values)
        if opcode in ("trunc", "zext", "sext"):
            return None if None in values else cast(opcode, parts[0][0], of, flags)(*values)
        raise Unsupported(f"constant {opcode}")


def zero(of: Type) -> Any:
    if of.kind == "int":
        return 0
    if of.kind in FLOATS:
        return 0.0
    if of.kind == "ptr":
        return NULL
    if of.kind in ("array", "vector"):
        return (zero(of.element),) * of.count
    if of.kind == "struct":
        return tuple(map(zero, of.parts))
    raise Unsupported(f"zero of {of.kind}")


def constant_offset(source: Type, indices: Sequence[tuple[Type, Operand]]) -> int:
    """The bytes that constant indices come to."""
    total, of = 0, source
    for number, (kind, operand) in enumerate(indices):
        if operand[0] not in ("int", "zero"):
            raise Unsupported("constant getelementptr")
        index = 0 if operand[0] == "zero" else signed(operand[1] & ((1 << kind.bits) - 1), kind.bits)
        if number == 0:
            total += index * size_of(source)
        elif of.kind == "struct":
            total += field_offsets(of)[0][index]
            of = of.parts[index]
        else:
            of = of.element
            total += index * size_of(of)
    return total


def address(base: Any, indices: list[Any], steps: list[Any], flags: Any, run: Run, constant: int = 0) -> Any:
    """Pointer arithmetic."""
    if base is None:
        return None
    total = constant
    for value, (stride, bits) in zip(indices, steps, strict=True):
        if value is None:
            return None
        total += signed(value, bits) * stride
    return moved(base, total, flags, run)


def moved(base: Pointer, total: int, flags: Any, run: Run) -> Any:
    exact = base.address + total
    if flags:
        if "inbounds" in flags:
            if base.object:
                low, high = run.memory.bounds(base.object)
                if not low <= base.address <= high or not low <= exact <= high:
                    return None
            elif total:
                return None
        if not -(1 << 63) <= total < 1 << 63 and ("inbounds" in flags or "nusw" in flags):
            return None
        if "nuw" in flags and (total < 0 or exact > MASK64):
            return None
    return Pointer(exact & MASK64, base.object)


def pointer_number(value: Any, bits: int, run: Run) -> Any:
    if value is None:
        return None
    if value.object < 0:
        run.doubts.add("address of a local object")
    return value.address & ((1 << bits) - 1)


def number_pointer(value: Any, bits: int, run: Run) -> Any:
    if value is None:
        return None
    return run.memory.find(value & MASK64) if value else NULL
