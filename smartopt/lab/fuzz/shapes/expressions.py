"""Random integer expressions without undefined behaviour, because every part knows the range of its values.

Signed arithmetic is written as it is where the ranges show that it cannot overflow (LLVM then sees ``nsw``), and by
way of the unsigned type elsewhere. Divisors and shift amounts are bounded by construction.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from .types import INTEGERS, TYPES, Integer, common, promoted

__all__ = ["Value", "cast", "condition", "expression", "variable"]

_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_EDGES = (0, 1, 2, 3, 5, 7, 8, 10, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 1000, 32767, 65535, 65536)


@dataclass(frozen=True)
class Value:
    """An expression's text, its type in C, and the range that holds all its values."""

    text: str
    type: Integer
    lo: int
    hi: int


def variable(name: str, kind: str = "u64", lo: int | None = None, hi: int | None = None) -> Value:
    """A variable as an expression; of its type's whole range unless told."""
    one = TYPES[kind]
    return Value(name, one, one.lo if lo is None else lo, one.hi if hi is None else hi)


def cast(value: Value, to: Integer) -> Value:
    """A conversion: it wraps, as clang defines it."""
    if value.type == to:
        return value
    kept = to.holds(value.lo, value.hi)
    return Value(f"({to.name})({value.text})", to, value.lo if kept else to.lo, value.hi if kept else to.hi)


def constant(rng: random.Random, to: Integer) -> Value:
    """A literal of some type: often small or at an edge."""
    number = rng.choice(_EDGES) if rng.random() < 0.7 else rng.getrandbits(rng.randint(1, to.bits - 1))
    if rng.random() < 0.25:
        number = -number
    number = (number - to.lo) % (1 << to.bits) + to.lo
    if number == to.lo and to.signed:
        number += 1
    suffix = {32: "u", 64: "ull"} if not to.signed else {64: "ll"}
    return Value(f"({to.name})({number}{suffix.get(to.bits, '')})", to, number, number)


def condition(rng: random.Random, variables: Sequence[Value], depth: int = 2) -> str:
    """A truth value, as text."""
    roll = rng.random()
    if depth > 0 and roll < 0.2:
        joined = rng.choice((" && ", " || "))
        return f"({condition(rng, variables, depth - 1)}{joined}{condition(rng, variables, depth - 1)})"
    if roll < 0.3:
        return f"(!({expression(rng, variables, None, depth - 1).text}))"
    if roll < 0.45:
        return f"(({expression(rng, variables, None, depth - 1).text} & {rng.choice((1, 3, 4, 7, 16, 128))}) != 0)"
    a, b = expression(rng, variables, None, depth - 1), expression(rng, variables, None, depth - 1)
    if rng.random() < 0.5:
        b = constant(rng, rng.choice((a.type, promoted(a.type))))
    return f"({a.text} {rng.choice(_COMPARISONS)} {b.text})"


def expression(rng: random.Random, variables: Sequence[Value], to: Integer | None = None, depth: int = 3) -> Value:
    """A random expression over ``variables``, converted to ``to`` unless it is None."""
    made = _any(rng, variables, depth)
    return made if to is None else cast(made, to)


def _any(rng: random.Random, variables: Sequence[Value], depth: int) -> Value:
    if depth <= 0 or rng.random() < 0.12:
        if variables and rng.random() < 0.8:
            return rng.choice(variables)
        return constant(rng, rng.choice(INTEGERS))
    roll = rng.random()
    if roll < 0.42:
        return _arithmetic(rng.choice("+-*"), _any(rng, variables, depth - 1), _any(rng, variables, depth - 1))
    if roll < 0.58:
        return _bitwise(rng, _any(rng, variables, depth - 1), _any(rng, variables, depth - 1))
    if roll < 0.68:
        return _shift(rng, _any(rng, variables, depth - 1), _any(rng, variables, depth - 2))
    if roll < 0.74:
        return _division(rng, _any(rng, variables, depth - 1), _any(rng, variables, depth - 2))
    if roll < 0.80:
        return _narrowed(rng, _any(rng, variables, depth - 1))
    if roll < 0.86:
        return _bounded(rng, _any(rng, variables, depth - 1))
    if roll < 0.93:
        a, b = _any(rng, variables, depth - 1), _any(rng, variables, depth - 1)
        kind = common(a.type, b.type)
        a, b = cast(a, kind), cast(b, kind)
        test = condition(rng, variables, depth - 2)
        return Value(f"({test} ? {a.text} : {b.text})", kind, min(a.lo, b.lo), max(a.hi, b.hi))
    if roll < 0.96:
        return Value(condition(rng, variables, depth - 1), TYPES["i32"], 0, 1)
    return _builtin(rng, _any(rng, variables, depth - 1))


def _arithmetic(operator: str, a: Value, b: Value) -> Value:
    kind = common(a.type, b.type)
    a, b = cast(a, kind), cast(b, kind)
    corners = [_apply(operator, x, y) for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
    lo, hi = min(corners), max(corners)
    if kind.holds(lo, hi):
        return Value(f"({a.text} {operator} {b.text})", kind, lo, hi)
    if not kind.signed:
        return Value(f"({a.text} {operator} {b.text})", kind, kind.lo, kind.hi)
    wide = kind.unsigned.name
    return Value(f"({kind.name})(({wide})({a.text}) {operator} ({wide})({b.text}))", kind, kind.lo, kind.hi)


def _apply(operator: str, x: int, y: int) -> int:
    return x + y if operator == "+" else x - y if operator == "-" else x * y


def _bitwise(rng: random.Random, a: Value, b: Value) -> Value:
    kind = common(a.type, b.type)
    a, b = cast(a, kind), cast(b, kind)
    operator = rng.choice("&|^&^")
    inverted = "~" if rng.random() < 0.15 else ""
    lo, hi = kind.lo, kind.hi
    if not inverted and a.lo >= 0 and b.lo >= 0:
        lo = 0
        hi = min(a.hi, b.hi) if operator == "&" else (1 << max(a.hi.bit_length(), b.hi.bit_length())) - 1
    return Value(f"({a.text} {operator} {inverted}({b.text}))", kind, lo, hi)


def _shift(rng: random.Random, a: Value, b: Value) -> Value:
    kind = promoted(a.type)
    a = cast(a, kind)
    most = rng.choice((3, 7, 15, 31, kind.bits - 1, kind.bits - 1))
    amount = f"({b.text} & {most})" if rng.random() < 0.5 else str(rng.randint(1, most))
    if rng.random() < 0.5:
        return Value(f"({a.text} >> {amount})", kind, min(a.lo, 0), max(a.hi, 0))
    if a.lo >= 0 and kind.holds(0, a.hi << most):
        return Value(f"({a.text} << {amount})", kind, 0, a.hi << most)
    wide = kind.unsigned.name
    return Value(f"({kind.name})(({wide})({a.text}) << {amount})", kind, kind.lo, kind.hi)


def _division(rng: random.Random, a: Value, b: Value) -> Value:
    """By a positive number: constant, or a variable one plus one."""
    kind = promoted(a.type)
    a = cast(a, kind)
    if rng.random() < 0.5:
        most = rng.choice((2, 3, 5, 6, 7, 8, 10, 12, 16, 25, 60, 100, 125, 641, 1000, 4096))
        divisor = f"{most}"
    else:
        most = rng.choice((3, 7, 31, 127))
        divisor = f"((i32)({b.text} & {most}) + 1)"
        most += 1
    if rng.random() < 0.5:
        return Value(f"({a.text} / {divisor})", kind, min(a.lo, 0), max(a.hi, 0))
    lo, hi = (0 if a.lo >= 0 else 1 - most), (0 if a.hi <= 0 else most - 1)
    return Value(f"({a.text} % {divisor})", kind, lo, hi)


def _narrowed(rng: random.Random, a: Value) -> Value:
    return cast(a, rng.choice(INTEGERS))


def _bounded(rng: random.Random, a: Value) -> Value:
    """Cut to a small range, so that arithmetic on it is known not to overflow."""
    kind = promoted(a.type)
    mask = (1 << rng.randint(1, min(20, kind.bits - 2))) - 1
    shown = f"({a.text} & {mask})"
    if rng.random() < 0.4:
        off = mask // 2
        signed = TYPES["i64" if kind.bits == 64 else "i32"]
        return Value(f"(({signed.name}){shown} - {off})", signed, -off, mask - off)
    return Value(shown, kind, 0, mask)


def _builtin(rng: random.Random, a: Value) -> Value:
    int_, kind = TYPES["i32"], TYPES[rng.choice(("u32", "u64"))]
    wide = cast(a, kind).text
    suffix = "" if kind.bits == 32 else "ll"
    roll = rng.randrange(6)
    if roll == 0:
        return Value(f"__builtin_popcount{suffix}({wide})", int_, 0, kind.bits)
    if roll == 1:
        return Value(f"__builtin_clz{suffix}(({wide}) | 1)", int_, 0, kind.bits - 1)
    if roll == 2:
        return Value(f"__builtin_ctz{suffix}(({wide}) | ((({kind.name})1) << {kind.bits - 1}))", int_, 0, kind.bits - 1)
    if roll == 3:
        return Value(f"__builtin_bswap{kind.bits}({wide})", kind, kind.lo, kind.hi)
    if roll == 4:
        return Value(f"__builtin_parity{suffix}({wide})", int_, 0, 1)
    by = rng.randint(1, kind.bits - 1)
    return Value(f"rotate{kind.bits}({wide}, {by})", kind, kind.lo, kind.hi)
