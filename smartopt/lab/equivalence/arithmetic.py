"""What LLVM's operations on numbers mean: pure functions of scalars.

Integers are unsigned Python ints below two to the width. A function gets no poison; it answers None where the result
is poison, and raises UB. Everything is written from LLVM's language reference.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Any

from .memory import UB
from .types import FLOATS, Type, Unsupported

__all__ = ["binary", "cast", "float_compare", "fneg", "fused", "integer_compare", "round_float", "signed"]

Scalar = Callable[..., Any]


def signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


def binary(opcode: str, of: Type, flags: Collection[str]) -> Scalar:
    """The function of a binary instruction on scalars of a type."""
    if of.kind in FLOATS:
        return _float_binary(opcode, of.kind)
    if of.kind != "int":
        raise Unsupported(f"{opcode} of {of.kind}")
    make = _INTEGER.get(opcode)
    if make is None:
        raise Unsupported(opcode)
    return make(of.bits, flags)


def _wrapping(operation: Callable[[int, int], int]) -> Callable[[int, Collection[str]], Scalar]:
    """add, sub and mul with their flags."""

    def make(bits: int, flags: Collection[str]) -> Scalar:
        mask = (1 << bits) - 1
        half = 1 << (bits - 1)
        if "nsw" not in flags and "nuw" not in flags:
            return lambda x, y: operation(x, y) & mask
        nsw, nuw = "nsw" in flags, "nuw" in flags

        def checked(x: int, y: int) -> int | None:
            if nuw and not 0 <= operation(x, y) <= mask:
                return None
            if nsw and not -half <= operation(signed(x, bits), signed(y, bits)) < half:
                return None
            return operation(x, y) & mask

        return checked

    return make


def _udiv(bits: int, flags: Collection[str]) -> Scalar:
    exact = "exact" in flags

    def udiv(x: int, y: int) -> int | None:
        if y == 0:
            raise UB("division by zero")
        return None if exact and x % y else x // y

    return udiv


def _sdiv(bits: int, flags: Collection[str]) -> Scalar:
    exact = "exact" in flags
    mask = (1 << bits) - 1

    def sdiv(x: int, y: int) -> int | None:
        if y == 0:
            raise UB("division by zero")
        a, b = signed(x, bits), signed(y, bits)
        if b == -1 and x == 1 << (bits - 1):
            raise UB("signed division overflows")
        quotient = abs(a) // abs(b)
        if exact and abs(a) % abs(b):
            return None
        return (quotient if (a < 0) == (b < 0) else -quotient) & mask

    return sdiv


def _urem(bits: int, flags: Collection[str]) -> Scalar:
    def urem(x: int, y: int) -> int:
        if y == 0:
            raise UB("division by zero")
        return x % y

    return urem


def _srem(bits: int, flags: Collection[str]) -> Scalar:
    mask = (1 << bits) - 1

    def srem(x: int, y: int) -> int:
        if y == 0:
            raise UB("division by zero")
        a, b = signed(x, bits), signed(y, bits)
        if b == -1 and x == 1 << (bits - 1):
            raise UB("signed division overflows")
        rest = abs(a) % abs(b)
        return (-rest if a < 0 else rest) & mask

    return srem


def _shl(bits: int, flags: Collection[str]) -> Scalar:
    mask = (1 << bits) - 1
    nsw, nuw = "nsw" in flags, "nuw" in flags

    def shl(x: int, y: int) -> int | None:
        if y >= bits:
            return None
        shifted = x << y
        if nuw and shifted > mask:
            return None
        if nsw and signed(shifted & mask, bits) != signed(x, bits) << y:
            return None
        return shifted & mask

    return shl


def _lshr(bits: int, flags: Collection[str]) -> Scalar:
    exact = "exact" in flags

    def lshr(x: int, y: int) -> int | None:
        if y >= bits or (exact and x & ((1 << y) - 1)):
            return None
        return x >> y

    return lshr


def _ashr(bits: int, flags: Collection[str]) -> Scalar:
    exact = "exact" in flags
    mask = (1 << bits) - 1

    def ashr(x: int, y: int) -> int | None:
        if y >= bits or (exact and x & ((1 << y) - 1)):
            return None
        return (signed(x, bits) >> y) & mask

    return ashr


def _or(bits: int, flags: Collection[str]) -> Scalar:
    if "disjoint" in flags:
        return lambda x, y: None if x & y else x | y
    return lambda x, y: x | y


_INTEGER: dict[str, Callable[[int, Collection[str]], Scalar]] = {
    "add": _wrapping(lambda x, y: x + y),
    "sub": _wrapping(lambda x, y: x - y),
    "mul": _wrapping(lambda x, y: x * y),
    "udiv": _udiv,
    "sdiv": _sdiv,
    "urem": _urem,
    "srem": _srem,
    "shl": _shl,
    "lshr": _lshr,
    "ashr": _ashr,
    "and": lambda bits, flags: lambda x, y: x & y,
    "or": _or,
    "xor": lambda bits, flags: lambda x, y: x ^ y,
}


def round_float(value: float, kind: str) -> float:
    """A double rounded to a type."""
    if kind == "double" or value != value or math.isinf(value):
        return value
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _float_binary(opcode: str, kind: str) -> Scalar:
    def divide(x: float, y: float) -> float:
        if y == 0:
            if x == 0 or x != x:
                return math.nan
            return math.copysign(math.inf, x) * math.copysign(1, y)
        return x / y

    def remainder(x: float, y: float) -> float:
        if x != x or y != y or math.isinf(x) or y == 0:
            return math.nan
        return math.fmod(x, y)

    operations: dict[str, Callable[[float, float], float]] = {
        "fadd": lambda x, y: x + y,
        "fsub": lambda x, y: x - y,
        "fmul": lambda x, y: x * y,
        "fdiv": divide,
        "frem": remainder,
    }
    found = operations.get(opcode)
    if found is None:
        raise Unsupported(f"{opcode} of {kind}")
    if kind == "double":
        return found
    return lambda x, y: round_float(found(x, y), kind)


def fneg(x: float) -> float:
    return -x


_INTEGER_PREDICATES: dict[str, Callable[[int, int], bool]] = {
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y,
    "gt": lambda x, y: x > y,
    "ge": lambda x, y: x >= y,
    "lt": lambda x, y: x < y,
    "le": lambda x, y: x <= y,
}


def integer_compare(predicate: str, bits: int, flags: Collection[str]) -> Scalar:
    """icmp; ``samesign`` is poison where the signs differ."""
    operation = _INTEGER_PREDICATES[predicate[-2:]]
    half = 1 << (bits - 1)
    same = "samesign" in flags
    if predicate[0] == "s":

        def by_sign(x: int, y: int) -> int | None:
            if same and (x ^ y) & half:
                return None
            return int(operation(x ^ half, y ^ half))

        return by_sign

    def unsigned(x: int, y: int) -> int | None:
        if same and (x ^ y) & half:
            return None
        return int(operation(x, y))

    return unsigned


def float_compare(predicate: str) -> Scalar:
    if predicate in ("true", "false"):
        answer = int(predicate == "true")
        return lambda x, y: answer
    if predicate in ("ord", "uno"):
        wanted = predicate == "uno"
        return lambda x, y: int((x != x or y != y) == wanted)
    unordered = int(predicate[0] == "u")
    operation: Any = _INTEGER_PREDICATES[predicate[1:]]
    return lambda x, y: unordered if x != x or y != y else int(operation(x, y))


def cast(opcode: str, source: Type, target: Type, flags: Collection[str]) -> Scalar:
    """The function of a cast between scalars that are not pointers."""
    if opcode in ("trunc", "zext", "sext"):
        return _integer_cast(opcode, source.bits, target.bits, flags)
    if target.kind in FLOATS and opcode in ("fptrunc", "fpext"):
        return lambda x: round_float(x, target.kind)
    if opcode in ("fptoui", "fptosi"):
        return _to_integer(opcode == "fptosi", target.bits)
    if opcode in ("uitofp", "sitofp") and target.kind in FLOATS:
        nneg = "nneg" in flags
        bits = source.bits

        def to_float(x: int) -> float | None:
            if nneg and x >> (bits - 1):
                return None
            return _from_integer(signed(x, bits) if opcode == "sitofp" else x, target.kind)

        return to_float
    raise Unsupported(f"{opcode} from {source.kind} to {target.kind}")


def _integer_cast(opcode: str, before: int, after: int, flags: Collection[str]) -> Scalar:
    mask = (1 << after) - 1
    if opcode == "trunc":
        nsw, nuw = "nsw" in flags, "nuw" in flags

        def trunc(x: int) -> int | None:
            if nuw and x > mask:
                return None
            if nsw and signed(x & mask, after) != signed(x, before):
                return None
            return x & mask

        return trunc
    if opcode == "sext":
        return lambda x: signed(x, before) & mask
    if "nneg" in flags:
        return lambda x: None if x >> (before - 1) else x
    return lambda x: x


def _to_integer(is_signed: bool, bits: int) -> Scalar:
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if is_signed else (0, (1 << bits) - 1)

    def convert(x: float) -> int | None:
        if x != x or math.isinf(x):
            return None
        whole = math.trunc(x)
        return whole & ((1 << bits) - 1) if low <= whole <= high else None

    return convert


def _from_integer(value: int, kind: str) -> float:
    """Correctly rounded: via 53 bits whose last one stands for all that are dropped, so that nothing rounds twice."""
    size = abs(value)
    extra = size.bit_length() - 53
    if kind == "double" or extra <= 0:
        try:
            return round_float(float(value), kind)
        except OverflowError:
            return math.copysign(math.inf, value)
    kept = (size >> extra) | bool(size & ((1 << extra) - 1))
    try:
        found = round_float(math.ldexp(float(kept), extra), kind)
    except OverflowError:
        found = math.inf
    return -found if value < 0 else found


def fused(x: float, y: float, z: float, kind: str) -> float:
    """x * y + z, rounded once."""
    if not all(map(math.isfinite, (x, y, z))):
        return x * y + z
    exact = Fraction(x) * Fraction(y) + Fraction(z)
    if exact == 0:
        return x * y + z
    if kind == "float":
        # Round to odd at 53 bits first, as for integers.
        return _round_fraction(exact)
    try:
        return float(exact)
    except OverflowError:
        return math.copysign(math.inf, exact)


def _round_fraction(exact: Fraction) -> float:
    size = abs(exact)
    shift = size.numerator.bit_length() - size.denominator.bit_length() - 40
    scaled = size / Fraction(2) ** shift
    kept = int(scaled) | (scaled.denominator != 1)
    found = round_float(math.ldexp(float(kept), shift), "float")
    return -found if exact < 0 else found
