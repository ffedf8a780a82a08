"""Instructions that only compute: numbers, pointers as numbers, vectors and aggregates."""

from __future__ import annotations

import struct
from typing import Any

from .arithmetic import binary, cast, float_compare, fneg, integer_compare
from .calls import has_poison
from .ir import Instruction
from .run import Run, number_pointer, pointer_number
from .scope import Scope, Slots, Step, elements, lift1, lift2
from .types import FLOATS, Type, Unsupported
from .world import float_bytes

__all__ = ["VALUES", "compute"]


def compute(scope: Scope, made: Instruction, target: int) -> Step:
    """A binary operation or a cast."""
    of = made.operands[0][0]
    if len(made.operands) == 2:
        left, right = map(scope.typed, made.operands)
        if made.opcode in ("udiv", "sdiv", "urem", "srem"):
            scope.numbers |= {0, -1}
        return lift2(binary(made.opcode, of.scalar, made.flags), target, left, right, of)
    source = scope.typed(made.operands[0])
    return lift1(cast(made.opcode, of.scalar, made.type.scalar, made.flags), target, source, of)


def _fneg(scope: Scope, made: Instruction, target: int) -> Step:
    return lift1(fneg, target, scope.typed(made.operands[0]), made.type)


def _freeze(scope: Scope, made: Instruction, target: int) -> Step:
    source, of = scope.typed(made.operands[0]), made.type

    def step(slots: Slots, run: Run) -> None:
        value = slots[source]
        slots[target] = _chosen(value, of, run) if has_poison(value) else value

    return step


def _icmp(scope: Scope, made: Instruction, target: int) -> Step:
    left, right = map(scope.typed, made.operands)
    of = made.operands[0][0]
    predicate = made.extra["predicate"]
    if of.kind == "ptr":
        compare = integer_compare(predicate, 64, made.flags)
        ordered = predicate not in ("eq", "ne")

        def step(slots: Slots, run: Run) -> None:
            x, y = slots[left], slots[right]
            if x is None or y is None:
                slots[target] = None
                return
            if x.object != y.object and (x.object < 0 or y.object < 0) and (ordered or x.address == y.address):
                run.doubts.add("address of a local object")
            slots[target] = compare(x.address, y.address)

        return step
    if of.scalar.kind != "int":
        raise Unsupported("icmp of vectors of pointers")
    function = integer_compare(predicate, of.scalar.bits, made.flags)
    if of.kind == "vector":
        return lift2(function, target, left, right, of)
    scope.points += 1
    point = scope.points

    def compare_integers(slots: Slots, run: Run) -> None:
        x, y = slots[left], slots[right]
        if x is None or y is None:
            slots[target] = None
            return
        if -2 < x - y < 2:
            run.covered.add((point, x - y))
        found = slots[target] = function(x, y)
        run.covered.add((point, None, found))

    return compare_integers


def _fcmp(scope: Scope, made: Instruction, target: int) -> Step:
    left, right = map(scope.typed, made.operands)
    return lift2(float_compare(made.extra["predicate"]), target, left, right, made.operands[0][0])


def _select(scope: Scope, made: Instruction, target: int) -> Step:
    condition, yes, no = map(scope.typed, made.operands)
    if made.operands[0][0].kind == "vector":
        count = made.type.count

        def step(slots: Slots, run: Run) -> None:
            whether, left, right = (elements(slots[slot], count) for slot in (condition, yes, no))
            slots[target] = tuple(
                None if c is None else x if c else y for c, x, y in zip(whether, left, right, strict=True)
            )

        return step

    def choose(slots: Slots, run: Run) -> None:
        c = slots[condition]
        slots[target] = None if c is None else slots[yes] if c else slots[no]

    return choose


def _ptrtoint(scope: Scope, made: Instruction, target: int) -> Step:
    source, bits = scope.typed(made.operands[0]), made.type.bits
    if made.type.kind != "int":
        raise Unsupported("vector of pointers")

    def step(slots: Slots, run: Run) -> None:
        slots[target] = pointer_number(slots[source], bits, run)

    return step


def _inttoptr(scope: Scope, made: Instruction, target: int) -> Step:
    source, bits = scope.typed(made.operands[0]), made.operands[0][0].bits
    if made.type.kind != "ptr":
        raise Unsupported("vector of pointers")

    def step(slots: Slots, run: Run) -> None:
        slots[target] = number_pointer(slots[source], bits, run)

    return step


def _bitcast(scope: Scope, made: Instruction, target: int) -> Step:
    source = scope.typed(made.operands[0])
    before, after = made.operands[0][0], made.type

    def step(slots: Slots, run: Run) -> None:
        slots[target] = bit_cast(slots[source], before, after, run)

    return step


def _extractvalue(scope: Scope, made: Instruction, target: int) -> Step:
    source, indices = scope.typed(made.operands[0]), made.extra["indices"]

    def step(slots: Slots, run: Run) -> None:
        value = slots[source]
        for index in indices:
            if value is None:
                break
            value = value[index]
        slots[target] = value

    return step


def _insertvalue(scope: Scope, made: Instruction, target: int) -> Step:
    source, part = map(scope.typed, made.operands)
    of, indices = made.type, made.extra["indices"]

    def step(slots: Slots, run: Run) -> None:
        slots[target] = _inserted(slots[source], of, indices, slots[part])

    return step


def _extractelement(scope: Scope, made: Instruction, target: int) -> Step:
    source, index = map(scope.typed, made.operands)

    def step(slots: Slots, run: Run) -> None:
        value, at = slots[source], slots[index]
        slots[target] = None if value is None or at is None or at >= len(value) else value[at]

    return step


def _insertelement(scope: Scope, made: Instruction, target: int) -> Step:
    source, part, index = map(scope.typed, made.operands)
    count = made.type.count

    def step(slots: Slots, run: Run) -> None:
        at = slots[index]
        if at is None or at >= count:
            slots[target] = None
        else:
            values = elements(slots[source], count)
            slots[target] = (*values[:at], slots[part], *values[at + 1 :])

    return step


def _shufflevector(scope: Scope, made: Instruction, target: int) -> Step:
    left, right = map(scope.typed, made.operands[:2])
    count = made.operands[0][0].count
    mask = made.operands[2][1]
    if mask[0] == "zero":
        chosen: list[int | None] = [0] * made.type.count
    elif mask[0] == "many":
        chosen = [one[1] if one[0] == "int" else None for _, one in mask[1]]
    else:
        chosen = [None] * made.type.count

    def step(slots: Slots, run: Run) -> None:
        both = (*elements(slots[left], count), *elements(slots[right], count))
        slots[target] = tuple(None if index is None else both[index] for index in chosen)

    return step


def _landingpad(scope: Scope, made: Instruction, target: int) -> Step:
    def step(slots: Slots, run: Run) -> None:
        slots[target] = run.exception

    return step


def _inserted(value: Any, of: Type, indices: list[int], part: Any) -> Any:
    if not indices:
        return part
    count = of.count if of.kind == "array" else len(of.parts)
    values = list(elements(value, count))
    inner = of.element if of.kind == "array" else of.parts[indices[0]]
    values[indices[0]] = _inserted(values[indices[0]], inner, indices[1:], part)
    return tuple(values)


def _chosen(value: Any, of: Type, run: Run) -> Any:
    if value is None:
        return run.frozen(of)
    if isinstance(value, tuple):
        parts = of.parts if of.kind == "struct" else of.parts * of.count
        return tuple(_chosen(one, part, run) for one, part in zip(value, parts, strict=True))
    return value


def bit_cast(value: Any, before: Type, after: Type, run: Run) -> Any:
    """The same bits as another type."""
    if before == after:
        return value
    parts = elements(value, before.count) if before.kind == "vector" else (value,)
    width_before, width_after = _bits(before.scalar), _bits(after.scalar)
    count = after.count if after.kind == "vector" else 1
    bits: list[int | None] = []
    for part in parts:
        if part is None:
            bits += [None] * width_before
            continue
        if before.scalar.kind in FLOATS:
            if part != part:
                run.doubts.add("bits of a NaN")
            part = int.from_bytes(float_bytes(part, before.scalar.kind), "little")
        bits += [part >> at & 1 for at in range(width_before)]
    found: list[Any] = []
    for index in range(count):
        own = bits[index * width_after : (index + 1) * width_after]
        if None in own:
            found.append(None)
            continue
        number = sum(bit << at for at, bit in enumerate(own) if bit)
        if after.scalar.kind in FLOATS:
            found.append(_as_float(number, after.scalar.kind))
        else:
            found.append(number)
    return tuple(found) if after.kind == "vector" else found[0]


def _as_float(number: int, kind: str) -> float:
    size = FLOATS[kind] // 8
    return float(struct.unpack("<f" if size == 4 else "<d", number.to_bytes(size, "little"))[0])


def _bits(of: Type) -> int:
    if of.kind == "int":
        return of.bits
    if of.kind in FLOATS:
        return FLOATS[of.kind]
    raise Unsupported(f"bitcast of {of.kind}")


VALUES = {
    "fneg": _fneg,
    "freeze": _freeze,
    "icmp": _icmp,
    "fcmp": _fcmp,
    "select": _select,
    "ptrtoint": _ptrtoint,
    "inttoptr": _inttoptr,
    "bitcast": _bitcast,
    "extractvalue": _extractvalue,
    "insertvalue": _insertvalue,
    "extractelement": _extractelement,
    "insertelement": _insertelement,
    "shufflevector": _shufflevector,
    "landingpad": _landingpad,
    "ptrtoaddr": _ptrtoint,
}
"""Compilers by opcode."""
