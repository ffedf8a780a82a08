"""LLVM's types and their layout on the 64-bit targets that are checked (x86-64, AArch64: ELF, little endian)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

__all__ = [
    "FLOATS",
    "PTR",
    "VOID",
    "Type",
    "Unsupported",
    "align_of",
    "field_offsets",
    "int_type",
    "size_of",
    "store_size",
]

FLOATS = {"float": 32, "double": 64}
"""The floating-point types that are interpreted; a function that has others is left undecided."""


class Unsupported(Exception):
    """The checker does not know the meaning of something: the pair is undecided. The message is the reason's id."""


@dataclass(frozen=True)
class Type:
    """``kind`` is int, float, double, ptr, array, vector, struct, void, label, metadata, token or the name of another.

    ``bits`` is an integer's width, ``count`` the length of an array or vector, ``parts`` the element or the fields.
    """

    kind: str
    bits: int = 0
    count: int = 0
    parts: tuple[Type, ...] = ()
    packed: bool = False

    @property
    def element(self) -> Type:
        return self.parts[0]

    @property
    def scalar(self) -> Type:
        """The element of a vector; any other type itself."""
        return self.parts[0] if self.kind == "vector" else self

    @property
    def aggregate(self) -> bool:
        return self.kind in ("array", "struct")


VOID = Type("void")
PTR = Type("ptr", 64)


@cache
def int_type(bits: int) -> Type:
    return Type("int", bits)


@cache
def align_of(kind: Type) -> int:
    """The ABI alignment in bytes."""
    if kind.kind == "int":
        size = (kind.bits + 7) // 8
        return next(step for step in (1, 2, 4, 8, 16) if size <= step or step == 16)
    if kind.kind in FLOATS:
        return FLOATS[kind.kind] // 8
    if kind.kind == "ptr":
        return 8
    if kind.kind == "array":
        return align_of(kind.element)
    if kind.kind == "struct":
        return 1 if kind.packed else max([1, *map(align_of, kind.parts)])
    if kind.kind == "vector":
        size = store_size(kind)
        return 1 << max(0, (size - 1).bit_length())
    raise Unsupported(f"type {kind.kind}")


@cache
def store_size(kind: Type) -> int:
    """Bytes that a store writes."""
    if kind.kind == "int":
        return (kind.bits + 7) // 8
    if kind.kind in FLOATS:
        return FLOATS[kind.kind] // 8
    if kind.kind == "ptr":
        return 8
    if kind.kind == "array":
        return kind.count * size_of(kind.element)
    if kind.kind == "vector":
        element = kind.element
        width = element.bits if element.kind in ("int", "ptr") else FLOATS.get(element.kind, 0)
        if not width or width % 8:
            raise Unsupported("vector of odd elements in memory")
        return kind.count * width // 8
    if kind.kind == "struct":
        return field_offsets(kind)[1]
    raise Unsupported(f"type {kind.kind}")


@cache
def size_of(kind: Type) -> int:
    """Bytes from one array element to the next."""
    align = align_of(kind)
    return -(-store_size(kind) // align) * align


@cache
def field_offsets(kind: Type) -> tuple[tuple[int, ...], int]:
    """The offsets of a struct's fields, and its size."""
    offsets, at = [], 0
    for part in kind.parts:
        align = 1 if kind.packed else align_of(part)
        at = -(-at // align) * align
        offsets.append(at)
        at += size_of(part)
    align = align_of(kind)
    return tuple(offsets), -(-at // align) * align
