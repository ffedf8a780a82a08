"""The environment of one execution: what memory holds at first, and what unknown functions do.

Both versions of a function run in the same world. Everything in it is drawn from a seed when it is first looked at and
remembered, so that the second run meets what the first one met: the contents of memory (decided by the type of the
first load, so that a pointer that is loaded leads somewhere), results of calls, and which calls throw or never return.
An unknown function is an ordinary one that might be linked: whatever it is allowed to do, in one seed or another it
does.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from random import Random
from typing import Any

from .types import FLOATS, Type, Unsupported

__all__ = ["LARGE", "MASK64", "NULL", "Pointer", "World", "float_bytes"]

MASK64 = (1 << 64) - 1
LARGE = 1 << 16
"""Bytes of an object whose size nobody knows; pointers to it begin in its middle."""
_FIRST = 0x10_0000
_STRIDE = 1 << 20


class Pointer:
    """An address and the object that it belongs to: a number above 0 for an object of the world, below 0 for one of a
    run (an alloca), 0 for none."""

    __slots__ = ("address", "object")

    def __init__(self, address: int, owner: int) -> None:
        self.address = address
        self.object = owner

    def __repr__(self) -> str:
        return f"Pointer({self.address:#x}, {self.object})"


NULL = Pointer(0, 0)


class World:
    """Made from a seed and from numbers that the function under test compares with."""

    def __init__(self, seed: str, constants: Sequence[int], aliases: bool) -> None:
        self._seed = seed
        self._constants = tuple(constants)
        self._aliases = aliases
        self._numbers: dict[Any, int] = {}
        self.sizes: dict[int, int] = {}
        self.bases: dict[int, int] = {}
        self.keys: dict[int, Any] = {}
        self.initial: dict[tuple[Any, int], dict[int, Any]] = {}
        """(object's key, epoch) to offset to cell: contents that have been looked at."""
        self.lazy: list[int] = []
        """Objects of unknown size that a further pointer may lead to."""
        self._answers: dict[Any, Any] = {}

    def fork(self) -> World:
        """A copy, for a run that must not change what others meet."""
        made = World(self._seed, self._constants, self._aliases)
        made._numbers = dict(self._numbers)
        made.sizes, made.bases, made.keys = dict(self.sizes), dict(self.bases), dict(self.keys)
        made.initial = {key: dict(cells) for key, cells in self.initial.items()}
        made.lazy = list(self.lazy)
        made._answers = dict(self._answers)
        return made

    def random(self, *key: Any) -> Random:
        """A source of randomness of its own for each key."""
        return Random(self._digest(key))

    def chance(self, *key: Any) -> float:
        """One number from 0 to 1 for each key."""
        return self._digest(key) / (1 << 64)

    def changed(self, event: int, key: Any) -> bool:
        """Whether the unknown function that was called changed the object of a key."""
        return self.chance("change", event, key) >= 0.5

    def _digest(self, key: Any) -> int:
        return int.from_bytes(hashlib.blake2b(repr((self._seed, key)).encode(), digest_size=8).digest(), "little")

    def object(self, key: Any, size: int = LARGE) -> int:
        """The number of the object of a key, which is made if it is new."""
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._numbers) + 1
            self.sizes[number] = size
            self.bases[number] = _FIRST + number * _STRIDE
            self.keys[number] = key
            if size > _STRIDE // 2:
                raise Unsupported("object too large")
        return number

    def pointer(self, key: Any, size: int = LARGE) -> Pointer:
        """A pointer to the beginning of an object, to the middle of one of unknown size."""
        number = self.object(key, size)
        return Pointer(self.bases[number] + (size // 2 if size == LARGE else 0), number)

    def at(self, address: int) -> int:
        """The object of the world at an address; 0 for none."""
        number = (address - _FIRST) // _STRIDE
        if number in self.sizes and 0 <= address - self.bases[number] <= self.sizes[number]:
            return number
        return 0

    def integer(self, rng: Random, bits: int) -> int:
        """A number that is likely to take a branch: small, at an edge of some width, or near one that is compared."""
        mask = (1 << bits) - 1
        draw = rng.random()
        if draw < 0.35:
            return rng.randint(-4, 20) & mask
        if draw < 0.60 and self._constants:
            return (rng.choice(self._constants) + rng.choice((-1, 0, 0, 0, 1))) & mask
        if draw < 0.80:
            width = rng.choice([width for width in (1, 7, 8, 15, 16, 31, 32, 63, 64, bits - 1, bits) if width <= bits])
            return ((1 << width) + rng.randint(-2, 2)) & mask
        if draw < 0.85:
            return (-(1 << rng.randrange(bits)) + rng.randint(-1, 1)) & mask
        return rng.getrandbits(bits)

    def value(self, rng: Random, of: Type, key: Any) -> Any:
        """A value of a type; ``key`` names the object that a pointer leads to."""
        if of.kind == "int":
            return self.integer(rng, of.bits)
        if of.kind in FLOATS:
            choices = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, 1e10, -1e-10, float("inf"), float(rng.randint(-300, 300)))
            found = rng.choice((*choices, rng.uniform(-1e3, 1e3)))
            return found if of.kind == "double" else struct.unpack("<f", struct.pack("<f", found))[0]
        if of.kind == "ptr":
            if self._aliases and self.lazy and rng.random() < 0.3:
                number = rng.choice(self.lazy)
                middle = self.bases[number] + self.sizes[number] // 2
                return Pointer(middle + 8 * rng.randint(-2, 6), number)
            made = self.pointer(key)
            self.lazy.append(made.object)
            return made
        if of.kind == "vector":
            return tuple(self.value(rng, of.element, (key, index)) for index in range(of.count))
        if of.kind == "array":
            return tuple(self.value(rng, of.element, (key, index)) for index in range(of.count))
        if of.kind == "struct":
            return tuple(self.value(rng, part, (key, index)) for index, part in enumerate(of.parts))
        if of.kind == "void":
            return None
        raise Unsupported(f"value of type {of.kind}")

    def answer(self, key: Any, of: Type) -> Any:
        """What the call named by ``key`` returns, remembered."""
        if key not in self._answers:
            self._answers[key] = self.value(self.random("answer", key), of, ("answer", key))
        return self._answers[key]

    def decide(self, key: Any, epoch: int, offset: int, size: int, kind: str, values: tuple[int, int] | None) -> None:
        """Decide the undecided among ``size`` bytes at ``offset``, which are loaded as a ``kind`` for the first time.

        ``values`` are the numbers that the load says it may find.
        """
        cells = self.initial.setdefault((key, epoch), {})
        missing = [at for at in range(offset, offset + size) if at not in cells]
        if not missing:
            return
        rng = self.random("memory", key, epoch, offset, size)
        if len(missing) == size and kind == "ptr":
            if rng.random() < 0.1:
                data: Any = bytes(8)
            else:
                pointer = self.value(rng, Type("ptr", 64), ("memory", key, epoch, offset))
                data = [(pointer, index) for index in range(8)]
        elif values is not None:
            data = rng.randrange(*values).to_bytes(size, "little")
        elif kind in FLOATS:
            data = float_bytes(self.value(rng, Type(kind), ()), kind)
        else:
            data = self.integer(rng, size * 8).to_bytes(size, "little")
        for at in missing:
            cells[at] = data[at - offset]


def float_bytes(value: float, kind: str) -> bytes:
    """The bytes of a float; every NaN is the same one."""
    if value != value:
        return struct.pack("<f" if kind == "float" else "<d", float("nan"))
    return struct.pack("<f" if kind == "float" else "<d", value)
