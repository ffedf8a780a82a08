"""Byte-wise memory of one run: every byte is a number, part of a pointer, or poison; blocks out of bounds are UB.

A cell is an int (0 to 255), ``(pointer, index)`` for one byte of a pointer, None for poison, or absent: what the block
was made with. That is the world's choice for an object that the outside knows (``epoch`` counts how often an unknown
function may have changed it), undefined for a local one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from .types import FLOATS, PTR, Type, Unsupported, field_offsets, size_of, store_size
from .world import MASK64, NULL, Pointer, World, float_bytes

__all__ = ["UB", "Block", "Memory"]

UNDEFINED = -1


class UB(Exception):
    """The run did something undefined; the message says what."""


class Block:
    """One object in a run. ``epoch`` is UNDEFINED where bytes that were never written are undefined."""

    __slots__ = ("alive", "base", "cells", "constant", "epoch", "escaped", "frozen", "key", "size")

    def __init__(self, base: int, size: int, key: Any, epoch: int, constant: bool = False) -> None:
        self.base = base
        self.size = size
        self.key = key
        self.epoch = epoch
        self.constant = constant
        self.alive = True
        self.cells: dict[int, Any] = {}
        self.escaped: Any = None
        """For a local object that the outside knows: its name there."""
        self.frozen: dict[int, Any] | None = None
        """A copy of the cells, if they have not changed since it was made."""


class Memory:
    """The blocks of one run, by number; the world's objects get theirs when they are touched.

    ``fill`` draws a value for what is undefined: None for the version that must be refined (undefined is treated as
    poison there, so that anything refines it).
    """

    def __init__(self, world: World, fill: Any, load_global: Callable[[str, Block], None]) -> None:
        self.world = world
        self._load_global = load_global
        self.changes: list[int] = []
        """Events at which an unknown function may have changed whatever the outside knows."""
        self.fill = fill
        self.blocks: dict[int, Block] = {}
        self._locals = 0
        self._next = 0x7000_0000_0000
        self.written = False
        """Whether anything that outlives the function was written."""
        self.nan_bits = False
        """Whether the bits of a NaN, which nobody promises, reached memory."""

    def block(self, number: int) -> Block:
        found = self.blocks.get(number)
        if found is None:
            world = self.world
            key = world.keys[number]
            # What nobody had looked at when it was changed was changed all the same.
            epoch = next((event for event in reversed(self.changes) if world.changed(event, key)), 0)
            found = self.blocks[number] = Block(world.bases[number], world.sizes[number], key, epoch)
            if key[0] == "global":
                self._load_global(key[1], found)
        return found

    def bounds(self, number: int) -> tuple[int, int]:
        """The addresses of an object's first byte and of its end."""
        if number > 0:
            base = self.world.bases[number]
            return base, base + self.world.sizes[number]
        block = self.blocks[number]
        return block.base, block.base + block.size

    def local(self, size: int, align: int, alive: bool = True) -> Pointer:
        """A new local object."""
        self._locals -= 1
        base = -(-self._next // align) * align
        self._next = base + size + 64
        made = Block(base, size, ("local", self._locals), UNDEFINED)
        made.alive = alive
        self.blocks[self._locals] = made
        return Pointer(base, self._locals)

    def find(self, address: int) -> Pointer:
        """A pointer to what lies at an address."""
        number = self.world.at(address)
        if not number and address >= 0x7000_0000_0000:
            for index, block in self.blocks.items():
                if index < 0 and block.base <= address <= block.base + block.size:
                    number = index
        return Pointer(address, number)

    def access(self, pointer: Any, size: int, align: int, write: bool) -> tuple[Block, int]:
        """The block and the offset of an access. Raises UB."""
        if pointer is None:
            raise UB("access through poison")
        owner = pointer.object
        if not owner:
            raise UB("access through no object")
        block = self.blocks.get(owner) or self.block(owner)
        offset = pointer.address - block.base
        if offset < 0 or offset + size > block.size or not block.alive:
            raise UB("access out of bounds")
        if align > 1 and pointer.address % align:
            raise UB("misaligned access")
        if write:
            if block.constant:
                raise UB("store to a constant")
            block.frozen = None
            self.written |= owner > 0
        return block, offset

    def cell(self, block: Block, offset: int) -> Any:
        """One byte; None where it is undefined or poison."""
        cells = block.cells
        if offset in cells:
            return cells[offset]
        if block.epoch == UNDEFINED:
            return None
        self.world.decide(block.key, block.epoch, offset, 1, "int", None)
        return self.world.initial[block.key, block.epoch][offset]

    def cells(
        self, block: Block, offset: int, size: int, kind: str = "int", values: tuple[int, int] | None = None
    ) -> list[Any]:
        """Bytes for a load; those that are undefined are filled in."""
        own = block.cells
        span = range(offset, offset + size)
        if block.epoch == UNDEFINED:
            if self.fill is None:
                return [own.get(at) for at in span]
            return [own[at] if at in own else self.fill.getrandbits(8) for at in span]
        try:
            return [own[at] for at in span]
        except KeyError:
            self.world.decide(block.key, block.epoch, offset, size, kind, values)
            initial = self.world.initial[block.key, block.epoch]
            for at in span:
                if at not in own:
                    own[at] = initial[at]
            return [own[at] for at in span]

    def load(self, pointer: Any, of: Type, align: int, values: tuple[int, int] | None = None) -> Any:
        kind = of.kind
        if kind == "int":
            size = (of.bits + 7) // 8
            block, offset = self.access(pointer, size, align, False)
            if of.bits % 8 and values is None:
                values = (0, 1 << of.bits)
            found = self.number(self.cells(block, offset, size, "int", values))
            if found is not None and found >> of.bits:
                return None  # the bits above the width are not what a store of this type writes
            return found
        if kind == "ptr":
            block, offset = self.access(pointer, 8, align, False)
            return self.pointer(self.cells(block, offset, 8, "ptr"))
        if kind in FLOATS:
            size = FLOATS[kind] // 8
            block, offset = self.access(pointer, size, align, False)
            number = self.number(self.cells(block, offset, size, kind))
            if number is None:
                return None
            return struct.unpack("<f" if size == 4 else "<d", number.to_bytes(size, "little"))[0]
        self.access(pointer, store_size(of), align, False)
        return tuple(
            self.load(Pointer((pointer.address + at) & MASK64, pointer.object), part, 1) for at, part in fields(of)
        )

    def store(self, pointer: Any, of: Type, value: Any, align: int) -> None:
        kind = of.kind
        if kind == "int":
            size = (of.bits + 7) // 8
            block, offset = self.access(pointer, size, align, True)
            data: Any = (None,) * size if value is None else value.to_bytes(size, "little")
        elif kind == "ptr":
            size = 8
            block, offset = self.access(pointer, 8, align, True)
            if value is None:
                data = (None,) * 8
            elif not value.object:
                data = value.address.to_bytes(8, "little")
            else:
                data = [(value, index) for index in range(8)]
        elif kind in FLOATS:
            size = FLOATS[kind] // 8
            block, offset = self.access(pointer, size, align, True)
            if value is None:
                data = (None,) * size
            else:
                self.nan_bits |= value != value
                data = float_bytes(value, kind)
        else:
            self.access(pointer, store_size(of), align, True)
            parts: Any = value if value is not None else (None,) * len(list(fields(of)))
            for (at, part), one in zip(fields(of), parts, strict=True):
                self.store(Pointer((pointer.address + at) & MASK64, pointer.object), part, one, 1)
            return
        cells = block.cells
        for index in range(size):
            cells[offset + index] = data[index]

    def copy(self, to: Any, source: Any, size: int, to_align: int, source_align: int) -> None:
        """memmove."""
        if not size:
            return
        block, offset = self.access(source, size, source_align, False)
        # Whole words first: a pointer that is copied before anybody loads it stays a pointer.
        if block.epoch != UNDEFINED and offset % 8 == 0:
            for at in range(offset, offset + size - 7, 8):
                if at not in block.cells:
                    self.world.decide(
                        block.key, block.epoch, at, 8, "ptr" if self._drawn_pointer(block, at) else "int", None
                    )
        if block.epoch == UNDEFINED:
            # Copying keeps undefined bytes as they are; nobody looks at them.
            data = [block.cells.get(at, _ABSENT) for at in range(offset, offset + size)]
        else:
            data = self.cells(block, offset, size)
        target, start = self.access(to, size, to_align, True)
        cells = target.cells
        for index, cell in enumerate(data):
            if cell is _ABSENT:
                if target.epoch == UNDEFINED:
                    cells.pop(start + index, None)
                    continue
                cell = None if self.fill is None else self.fill.getrandbits(8)
            cells[start + index] = cell

    def _drawn_pointer(self, block: Block, at: int) -> bool:
        return self.world.chance("word", block.key, block.epoch, at) < 0.3

    def set(self, to: Any, byte: Any, size: int, align: int) -> None:
        if not size:
            return
        block, offset = self.access(to, size, align, True)
        cells = block.cells
        for at in range(offset, offset + size):
            cells[at] = byte

    def number(self, data: list[Any]) -> int | None:
        """The unsigned number of some bytes; None if one of them is poison."""
        try:
            return int.from_bytes(data, "little")
        except TypeError:
            if None in data:
                return None
        plain = [cell if isinstance(cell, int) else cell[0].address >> 8 * cell[1] & 0xFF for cell in data]
        return int.from_bytes(plain, "little")

    def pointer(self, data: list[Any]) -> Pointer | None:
        first = data[0]
        if type(first) is tuple:
            owner = first[0]
            if all(type(cell) is tuple and cell[0] is owner and cell[1] == at for at, cell in enumerate(data)):
                return owner  # type: ignore[no-any-return]
        number = self.number(data)
        if number is None:
            return None
        return self.find(number) if number else NULL


_ABSENT = object()


def fields(of: Type) -> list[tuple[int, Type]]:
    """The offsets and types of what an aggregate or a vector holds."""
    if of.kind == "struct":
        return list(zip(field_offsets(of)[0], of.parts, strict=True))
    if of.kind == "array":
        step = size_of(of.element)
        return [(index * step, of.element) for index in range(of.count)]
    if of.kind == "vector":
        step = store_size(of) // of.count
        if of.element.kind == "int" and of.element.bits % 8:
            raise Unsupported("vector of odd elements in memory")
        return [(index * step, of.element) for index in range(of.count)]
    if of == PTR:
        raise AssertionError
    raise Unsupported(f"type {of.kind} in memory")
