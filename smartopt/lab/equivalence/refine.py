"""Checks whether one run refines another: the second does what the first promised.

Poison and undefined values of the first may become anything. Everything else must be the same: how the run ends, the
result, every event with what was visible at it, and the memory that outlives the function.
"""

from __future__ import annotations

from typing import Any

from .calls import freeze
from .events import Event, Snapshot
from .memory import Block
from .run import Outcome
from .types import Type
from .world import Pointer, World

__all__ = ["difference"]


def difference(before: Outcome, after: Outcome) -> str:
    """Describe the first difference; "" where ``after`` refines ``before`` (which has no undefined behaviour)."""
    return _Comparison(before, after).difference()


class _Comparison:
    def __init__(self, before: Outcome, after: Outcome) -> None:
        assert before.run is not None
        assert after.run is not None
        self.before, self.after = before, after
        self.old, self.new = before.run, after.run
        self.world: World = after.run.world

    def difference(self) -> str:
        for number, (one, other) in enumerate(zip(self.old.events, self.new.events, strict=False), 1):
            found = self._event(one, other)
            if found:
                return f"event {number} ({_name(one)}): {found}"
        if self.after.ending == "ub":
            return f"new undefined behaviour: {self.after.detail}"
        if self.after.ending == "budget":
            return "does not end"
        if len(self.old.events) != len(self.new.events):
            return f"{len(self.old.events)} events became {len(self.new.events)}"
        if self.before.ending != self.after.ending:
            return f"ends by {self.after.ending}, not by {self.before.ending}"
        if self.before.ending == "stopped":
            return ""
        if not self._same(self.before.value, self.after.value, {}, {}):
            return f"result {self.after.value}, not {self.before.value}"
        return self._memory()

    def _event(self, one: Event, other: Event) -> str:
        if one.what != other.what or len(one.arguments) != len(other.arguments):
            return f"became {_name(other)}"
        for number, ((_, left), (_, right)) in enumerate(zip(one.arguments, other.arguments, strict=True)):
            if not self._same(left, right, one.names, other.names):
                return f"argument {number} is {right}, not {left}"
        seen = {snapshot.name: snapshot for snapshot in other.memory}
        mine = {snapshot.name: snapshot for snapshot in one.memory}
        for name in {**mine, **seen}:
            left, right = mine.get(name), seen.get(name)
            found = self._cells(left, right, name, one, other)
            if found:
                return found
        return ""

    def _cells(
        self, left: Snapshot | None, right: Snapshot | None, name: Any, one: Event | None, other: Event | None
    ) -> str:
        """Compares what two snapshots of one object show. An object that only one run touched is as it was in the
        other."""
        if left is None and right is not None:
            left = Snapshot(name, {}, right.key, right.epoch)
        elif right is None and left is not None:
            right = Snapshot(name, {}, left.key, left.epoch)
        assert left is not None
        assert right is not None
        if left.cells is right.cells:
            return ""
        if left.epoch != right.epoch:
            return f"{name} is of another epoch"
        for offset in sorted(left.cells.keys() | right.cells.keys()):
            x = left.cells[offset] if offset in left.cells else self._initial(left, offset)
            if x is None:
                continue
            y = right.cells[offset] if offset in right.cells else self._initial(right, offset)
            if not self._cell(x, y, one, other):
                return f"byte {offset} of {name} is {y}, not {x}"
        return ""

    def _initial(self, snapshot: Snapshot, offset: int) -> Any:
        if snapshot.epoch < 0:
            return None
        self.world.decide(snapshot.key, snapshot.epoch, offset, 1, "int", None)
        return self.world.initial[snapshot.key, snapshot.epoch][offset]

    def _cell(self, x: Any, y: Any, one: Event | None, other: Event | None) -> bool:
        if y is None:
            return False
        if type(x) is tuple and type(y) is tuple and x[1] == y[1]:
            return self._pointers(x[0], y[0], one.names if one else {}, other.names if other else {})
        return _byte(x) == _byte(y)

    def _pointers(self, x: Pointer, y: Pointer, names: dict[int, Any], others: dict[int, Any]) -> bool:
        if x.object >= 0:
            return y.object >= 0 and x.address == y.address
        if y.object >= 0:
            return False
        left, right = self.old.memory.blocks[x.object], self.new.memory.blocks[y.object]
        if x.address - left.base != y.address - right.base:
            return False
        return bool(_called(left, names.get(x.object)) == _called(right, others.get(y.object)))

    def _same(self, x: Any, y: Any, names: dict[int, Any], others: dict[int, Any]) -> bool:
        if x is None:
            return True
        if y is None:
            return False
        if isinstance(x, Pointer):
            return self._pointers(x, y, names, others)
        if isinstance(x, (tuple, list)):
            return all(self._one(a, b, names, others) for a, b in zip(x, y, strict=True))
        if isinstance(x, float):
            return (x != x and y != y) or (x == y and str(x) == str(y))
        return bool(x == y)

    def _one(self, a: Any, b: Any, names: dict[int, Any], others: dict[int, Any]) -> bool:
        """One part of an aggregate, or one cell of a parameter that is passed by value."""
        if type(a) is tuple and len(a) == 2 and isinstance(a[0], Pointer) and isinstance(a[1], int):
            if type(b) is tuple and len(b) == 2 and isinstance(b[0], Pointer):
                return a[1] == b[1] and self._pointers(a[0], b[0], names, others)
            return b is not None and _byte(a) == b
        return self._same(a, b, names, others)

    def _memory(self) -> str:
        old, new = self.old.memory.blocks, self.new.memory.blocks
        for number in sorted({n for n in old if n > 0} | {n for n in new if n > 0}):
            left, right = old.get(number), new.get(number)
            known = left or right
            assert known is not None
            kind = known.key[0] if isinstance(known.key, tuple) else ""
            if known.constant or kind == "byval" or (kind == "sret" and self.before.ending == "unwind"):
                continue
            found = self._cells(_shot(left), _shot(right), known.key, None, None)
            if found:
                return found
        return ""


def _shot(block: Block | None) -> Snapshot | None:
    return None if block is None else Snapshot(block.key, freeze(block), block.key, block.epoch)


def _called(block: Block, name: Any) -> Any:
    return block.escaped if block.escaped is not None else name


def _byte(cell: Any) -> int:
    return cell if isinstance(cell, int) else cell[0].address >> 8 * cell[1] & 0xFF


def _name(event: Event) -> str:
    return " ".join(str(part.kind if isinstance(part, Type) else part) for part in event.what)
