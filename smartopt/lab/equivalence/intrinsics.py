"""LLVM's pure intrinsics: a name gives a function of scalars (poison in, poison out) or of whole vectors."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

from .arithmetic import binary, fused, round_float, signed
from .types import FLOATS, Type, Unsupported

__all__ = ["IMMEDIATE", "reduction", "scalar_intrinsic"]

Scalar = Callable[..., Any]

IMMEDIATE = {"abs": 1, "ctlz": 1, "cttz": 1, "smul.fix": 2, "umul.fix": 2, "powi": 1, "is.fpclass": 1}
"""Intrinsics whose argument of this number is no vector, even where the others are."""


def scalar_intrinsic(name: str, of: Type, result: Type) -> Scalar | None:
    """The function of an intrinsic named without ``llvm.`` and types, on scalars of the type; None if unknown."""
    if of.kind == "int":
        return _integer(name, of.bits, result)
    if of.kind in FLOATS:
        return _float(name, of.kind)
    return None


def _integer(name: str, bits: int, result: Type) -> Scalar | None:
    mask = (1 << bits) - 1
    half = 1 << (bits - 1)
    if name in ("smax", "smin", "umax", "umin"):
        choose = max if name[1:] == "max" else min
        flip = half if name[0] == "s" else 0
        return lambda x, y: choose(x ^ flip, y ^ flip) ^ flip
    if name in ("scmp", "ucmp"):
        flip = half if name == "scmp" else 0
        width = (1 << result.scalar.bits) - 1
        return lambda x, y: (((x ^ flip) > (y ^ flip)) - ((x ^ flip) < (y ^ flip))) & width
    if name == "abs":
        return lambda x, strict: None if strict and x == half else (-x & mask if x & half else x)
    if name == "ctpop":
        return lambda x: x.bit_count()
    if name == "ctlz":
        return lambda x, strict: None if strict and not x else bits - x.bit_length()
    if name == "cttz":
        return lambda x, strict: (None if strict else bits) if not x else (x & -x).bit_length() - 1
    if name == "bswap":
        return lambda x: int.from_bytes(x.to_bytes(bits // 8, "little"), "big")
    if name == "bitreverse":
        return lambda x: int(format(x, f"0{bits}b")[::-1], 2)
    if name in ("fshl", "fshr"):

        def shift(x: int, y: int, by: int) -> int:
            by %= bits
            left = by if name == "fshl" else bits - by
            return ((((x << bits) | y) << left) >> bits) & mask

        return shift
    if name in ("sadd.sat", "uadd.sat", "ssub.sat", "usub.sat", "sshl.sat", "ushl.sat"):
        return _saturating(name, bits)
    kind, _, rest = name.partition(".")
    if rest == "with.overflow":
        operation = {"add": int.__add__, "sub": int.__sub__, "mul": int.__mul__}[kind[1:]]

        def overflowing(x: int, y: int) -> tuple[int, int]:
            if kind[0] == "s":
                exact = operation(signed(x, bits), signed(y, bits))
                return exact & mask, int(not -half <= exact < half)
            exact = operation(x, y)
            return exact & mask, int(not 0 <= exact <= mask)

        return overflowing
    return None


def _saturating(name: str, bits: int) -> Scalar:
    mask, half = (1 << bits) - 1, 1 << (bits - 1)
    low, high = (-half, half - 1) if name[0] == "s" else (0, mask)

    def saturate(x: int, y: int) -> int | None:
        a, b = (signed(x, bits), signed(y, bits)) if name[0] == "s" else (x, y)
        if "shl" in name:
            if y >= bits:
                return None
            exact = a << y
        else:
            exact = a + b if "add" in name else a - b
        return min(max(exact, low), high) & mask

    return saturate


def _float(name: str, kind: str) -> Scalar | None:
    if name in ("fabs", "floor", "ceil", "trunc", "rint", "nearbyint", "roundeven", "round", "sqrt"):
        return _UNARY[name] if name != "sqrt" else lambda x: round_float(_sqrt(x), kind)
    if name in ("fma", "fmuladd"):
        return lambda x, y, z: fused(x, y, z, kind)
    if name == "copysign":
        return lambda x, y: math.copysign(x, y)
    if name in ("minnum", "maxnum", "minimumnum", "maximumnum"):
        choose = min if name.startswith("min") else max
        return lambda x, y: y if x != x else x if y != y else choose(x, y)
    if name in ("minimum", "maximum"):
        smaller = name == "minimum"

        def strict(x: float, y: float) -> float:
            if x != x or y != y:
                return math.nan
            if x == y == 0:
                return x if (math.copysign(1, x) < 0) == smaller else y
            return min(x, y) if smaller else max(x, y)

        return strict
    return None


def _sqrt(x: float) -> float:
    return math.nan if x != x or x < 0 else math.sqrt(x)


def _whole(operation: Callable[[float], Any]) -> Scalar:
    return lambda x: x if x != x or math.isinf(x) else math.copysign(float(operation(x)), x)


_UNARY: dict[str, Scalar] = {
    "fabs": lambda x: abs(x),
    "floor": _whole(math.floor),
    "ceil": _whole(math.ceil),
    "trunc": _whole(math.trunc),
    "rint": _whole(round),
    "nearbyint": _whole(round),
    "roundeven": _whole(round),
    "round": _whole(
        lambda x: (
            math.trunc(x + math.copysign(0.5, x))
            if abs(x) < 1 << 51 and abs(x) != 0.49999999999999994
            else math.trunc(x)
        )
    ),
}


def reduction(name: str, of: Type) -> Scalar:
    """``vector.reduce.*`` of integers, as a function of the tuple."""
    kind = name.rpartition(".")[2]
    element = of.element
    if element.kind != "int":
        raise Unsupported(f"intrinsic {name}")
    if kind in ("add", "mul", "and", "or", "xor"):
        step = binary(kind, element, ())
    else:
        found = scalar_intrinsic(kind, element, element)
        if found is None:
            raise Unsupported(f"intrinsic {name}")
        step = found
    return lambda values: None if values is None or None in values else functools.reduce(step, values)
