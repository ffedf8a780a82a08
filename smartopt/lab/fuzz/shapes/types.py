"""The integer types that generated programs compute in, with their ranges and C's conversions between them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["INTEGERS", "TYPES", "Integer", "common", "promoted"]


@dataclass(frozen=True)
class Integer:
    """An integer type of the programs' prelude (``u8`` is ``uint8_t``)."""

    name: str
    bits: int
    signed: bool

    @property
    def lo(self) -> int:
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def hi(self) -> int:
        return (1 << (self.bits - self.signed)) - 1

    def holds(self, lo: int, hi: int) -> bool:
        """Whether every value from ``lo`` to ``hi`` fits."""
        return self.lo <= lo and hi <= self.hi

    @property
    def unsigned(self) -> Integer:
        return TYPES[f"u{self.bits}"]


INTEGERS = tuple(Integer(f"{sign}{bits}", bits, sign == "i") for bits in (8, 16, 32, 64) for sign in "ui")
TYPES = {one.name: one for one in INTEGERS}


def promoted(one: Integer) -> Integer:
    """C's integer promotion: what is narrower than int computes as int."""
    return TYPES["i32"] if one.bits < 32 else one


def common(a: Integer, b: Integer) -> Integer:
    """C's usual arithmetic conversions."""
    a, b = promoted(a), promoted(b)
    if a.bits != b.bits:
        return a if a.bits > b.bits else b
    return a.unsigned if a.signed != b.signed else a
