"""Instructions and intrinsics that touch memory, or make addresses."""

from __future__ import annotations

import re
from typing import Any

from .arithmetic import signed
from .events import Event
from .ir import Instruction, Operand
from .memory import UB
from .run import Budget, Run, address, moved
from .scope import Scope, Slots, Step
from .types import PTR, Type, Unsupported, field_offsets, int_type, size_of, store_size
from .world import LARGE, NULL, Pointer

__all__ = ["ACCESSES", "MEMORY_INTRINSICS", "promised_range"]


def _alloca(scope: Scope, made: Instruction, target: int) -> Step:
    size, align = size_of(made.extra["of"]), made.extra["align"]
    count = scope.typed(made.operands[0]) if made.operands else None
    alive = made.result not in scope.marked

    def step(slots: Slots, run: Run) -> None:
        times = 1 if count is None else slots[count]
        if times is None:
            raise UB("alloca of poison size")
        if times * size > LARGE:
            raise Budget
        slots[target] = run.memory.local(times * size, align, alive)

    return step


def _load(scope: Scope, made: Instruction, target: int) -> Step:
    pointer, of = scope.typed(made.operands[0]), made.type
    align = made.extra.get("align", 1)
    store_size(of)
    if "volatile" in made.flags:

        def volatile(slots: Slots, run: Run) -> None:
            run.events.append(_volatile("load", of, slots[pointer], None, run))
            number = len(run.events)
            run.memory.access(slots[pointer], store_size(of), align, False)
            slots[target] = run.world.answer(("volatile", number), of)

        return volatile
    values = promised_range(scope, made)
    noundef, nonnull = "noundef" in made.metadata, "nonnull" in made.metadata

    def step(slots: Slots, run: Run) -> None:
        value = run.memory.load(slots[pointer], of, align, values)
        if values is not None and value is not None and not values[0] <= value < values[1]:
            value = None
        if nonnull and value is not None and not value.address:
            value = None
        if noundef and value is None:
            raise UB("load of poison as noundef")
        slots[target] = value

    return step


def _store(scope: Scope, made: Instruction, target: int) -> Step:
    value, pointer = map(scope.typed, made.operands)
    of, align = made.operands[0][0], made.extra.get("align", 1)
    store_size(of)
    if "volatile" in made.flags:

        def volatile(slots: Slots, run: Run) -> None:
            run.memory.access(slots[pointer], store_size(of), align, True)
            run.events.append(_volatile("store", of, slots[pointer], slots[value], run))
            run.memory.store(slots[pointer], of, slots[value], align)

        return volatile

    def step(slots: Slots, run: Run) -> None:
        run.memory.store(slots[pointer], of, slots[value], align)

    return step


def _getelementptr(scope: Scope, made: Instruction, target: int) -> Step:
    base = scope.typed(made.operands[0])
    constant, variable = _walk(scope, made.extra["source"], made.operands[1:])
    flags = made.flags
    if not variable:

        def step(slots: Slots, run: Run) -> None:
            value = slots[base]
            slots[target] = None if value is None else moved(value, constant, flags, run)

        return step
    steps = [(stride, bits) for _, stride, bits in variable]
    indices = [slot for slot, _, _ in variable]

    def walk(slots: Slots, run: Run) -> None:
        slots[target] = address(slots[base], [slots[slot] for slot in indices], steps, flags, run, constant)

    return walk


def promised_range(scope: Scope, made: Instruction) -> tuple[int, int] | None:
    """The numbers that a load or a call promises, where they do not wrap."""
    if "range" not in made.metadata or made.type.kind != "int":
        return None
    bits = made.type.bits
    numbers = [
        int(n) & ((1 << bits) - 1) for n in re.findall(r"i\d+ (-?\d+)", scope.module.metadata[made.metadata["range"]])
    ]
    if len(numbers) != 2 or (numbers[1] or 1 << bits) <= numbers[0]:
        raise Unsupported("range metadata")
    return numbers[0], numbers[1] or 1 << bits


def _walk(scope: Scope, source: Type, indices: list[tuple[Type, Operand]]) -> tuple[int, list[tuple[int, int, int]]]:
    """A constant offset, and (slot, stride, width) of what is added to it."""
    constant, variable = 0, []
    of: Type | None = None
    for kind, operand in indices:
        if of is None:
            stride = size_of(source)
            of = source
        elif of.kind == "struct":
            field_number = 0 if operand[0] == "zero" else operand[1]
            constant += field_offsets(of)[0][field_number]
            of = of.parts[field_number]
            continue
        else:
            of = of.element
            stride = size_of(of)
        if operand[0] == "int":
            constant += signed(operand[1] & ((1 << kind.bits) - 1), kind.bits) * stride
        else:
            variable.append((scope.operand(kind, operand), stride, kind.bits))
    return constant, variable


def _volatile(what: str, of: Type, pointer: Any, value: Any, run: Run) -> Event:
    if pointer is not None and pointer.object < 0:
        run.doubts.add("volatile local object")
    arguments = [(PTR, pointer)]
    if what == "store":
        arguments.append((of, value))
    return Event(("volatile", what, of), arguments)


ACCESSES = {
    "alloca": _alloca,
    "load": _load,
    "store": _store,
    "getelementptr": _getelementptr,
}
"""Compilers by opcode."""


# -- intrinsics ------------------------------------------------------------------------------------------------------


def _lifetime(alive: bool) -> Any:
    def make(scope: Scope, made: Instruction, slots_of: list[int], target: int) -> Step:
        pointer = slots_of[-1]

        def step(slots: Slots, run: Run) -> None:
            where = slots[pointer]
            if where is None or where.object >= 0:
                return
            block = run.memory.blocks[where.object]
            block.alive = alive
            block.cells = {}
            block.frozen = None
            block.epoch = -1
            if block.escaped is not None or not isinstance(block.key, tuple) or block.key[0] != "local":
                block.key = ("local", where.object)

        return step

    return make


def _assume(scope: Scope, made: Instruction, slots_of: list[int], target: int) -> Step:
    condition = slots_of[0]
    checks = []
    for tag, inside in made.extra["bundles"]:
        if tag in ("nonnull", "align"):
            checks.append((tag, [scope.typed(typed) for typed in inside]))
        elif tag not in ("ignore", "cold", "dereferenceable"):
            raise Unsupported("assume with a bundle")

    def step(slots: Slots, run: Run) -> None:
        if not slots[condition]:
            raise UB("assume of false or poison")
        for tag, values in checks:
            pointer = slots[values[0]]
            if pointer is None or (tag == "nonnull" and not pointer.address):
                raise UB("assume of nonnull")
            if tag == "align" and (pointer.address - (slots[values[2]] if len(values) > 2 else 0)) % slots[values[1]]:
                raise UB("assume of alignment")

    return step


def _aligns(made: Instruction, index: int) -> int:
    found = made.extra["arguments"][index].get("align", 1)
    return found if isinstance(found, int) else 1


def _memory_copy(scope: Scope, made: Instruction, slots_of: list[int], target: int) -> Step:
    to, source, size = slots_of[:3]
    volatile = made.operands[3][1] != ("int", 0)
    overlapping = "memmove" in str(made.extra["callee"][1])
    to_align, source_align = _aligns(made, 0), _aligns(made, 1)

    def step(slots: Slots, run: Run) -> None:
        length, where, origin = slots[size], slots[to], slots[source]
        if length is None:
            raise UB("memcpy of poison length")
        if length > LARGE:
            raise UB("memcpy out of bounds")
        if length and not overlapping and where is not None and origin is not None:
            apart = abs(where.address - origin.address)
            if where.object == origin.object and 0 < apart < length:
                raise UB("memcpy of overlapping memory")
        run.budget -= length // 8
        if volatile:
            run.events.append(Event(("volatile", "copy"), [(PTR, where), (PTR, origin), (int_type(64), length)]))
            run.doubts |= {"volatile local object"} if where.object < 0 or origin.object < 0 else set()
        run.memory.copy(where, origin, length, to_align, source_align)

    return step


def _memory_set(scope: Scope, made: Instruction, slots_of: list[int], target: int) -> Step:
    to, byte, size = slots_of[:3]
    if made.operands[3][1] != ("int", 0):
        raise Unsupported("volatile memset")
    align = _aligns(made, 0)

    def step(slots: Slots, run: Run) -> None:
        length = slots[size]
        if length is None:
            raise UB("memset of poison length")
        if length > LARGE:
            raise UB("memset out of bounds")
        run.budget -= length // 8
        run.memory.set(slots[to], slots[byte], length, align)

    return step


def _stack_save(scope: Scope, made: Instruction, slots_of: list[int], target: int) -> Step:
    def step(slots: Slots, run: Run) -> None:
        slots[target] = Pointer(1, 0)

    return step


def _nothing(scope: Scope, made: Instruction, slots_of: list[int], target: int) -> Step:
    def step(slots: Slots, run: Run) -> None:
        if target >= 0:
            slots[target] = NULL

    return step


MEMORY_INTRINSICS: dict[str, Any] = {
    "lifetime.start": _lifetime(True),
    "lifetime.end": _lifetime(False),
    "assume": _assume,
    "memcpy": _memory_copy,
    "memcpy.inline": _memory_copy,
    "memmove": _memory_copy,
    "memset": _memory_set,
    "memset.inline": _memory_set,
    "stacksave": _stack_save,
    "stackrestore": _nothing,
    "invariant.start": _nothing,
}
