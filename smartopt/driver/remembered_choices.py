"""Remembers which object a compile ended with, so that the next build makes only that one.

A choice depends on the optimizer's decision (its key covers the input, the options and smartopt's version) and on the
flags that only the back end heeds. It has a cache entry of its own, whose key is made of both, and is written as JSON
(``codegen.configuration``), with the object's sizes: where clang makes the object in its own process, nobody looks at
it again. An entry that cannot be read is a miss: the driver then searches for the smallest object again.
"""

from __future__ import annotations

import json

from ..annotations import TYPE_CHECKING
from ..codegen.configuration import ObjectChoice
from ..digest import sha256
from ..objfile.sizes import Sizes
from ..records import dataclass

if TYPE_CHECKING:
    from ..state.cache import Cache
    from .flags import Compile

__all__ = ["RememberedChoices", "RememberedObject", "decode", "encode"]


@dataclass(frozen=True)
class RememberedObject:
    """The object that an earlier compile ended with; ``sizes`` are None where it could not be measured."""

    choice: ObjectChoice
    sizes: Sizes | None = None


class RememberedChoices:
    """The choices for one command line. Nothing here raises: a cache in trouble forgets."""

    def __init__(self, cache: Cache, command: Compile) -> None:
        self._cache = cache
        self._flags = sha256("\0".join(command.back).encode("utf-8", "surrogateescape")).hexdigest()

    def get(self, decision: str) -> RememberedObject | None:
        """The object that an earlier compile ended with under a decision's key; None if none is known."""
        value = self._cache.get(self._key(decision))
        head, _, rest = (value or b"").partition(b"\n")
        choice = decode(head)
        return None if choice is None else RememberedObject(choice, _sizes_of(rest))

    def put(self, decision: str, made: RememberedObject) -> None:
        """Remember the object that a compile ended with under a decision's key."""
        sizes = made.sizes
        numbers = b"" if sizes is None else b"%d %d %d %d" % (sizes.text, sizes.rodata, sizes.eh_frame, sizes.data)
        self._cache.put(self._key(decision), encode(made.choice) + b"\n" + numbers)

    def _key(self, decision: str) -> str:
        return sha256(f"object\0{decision}\0{self._flags}".encode()).hexdigest()


def encode(choice: ObjectChoice) -> bytes:
    """A choice as JSON."""
    return json.dumps(choice.to_data(), separators=(",", ":")).encode()


def _sizes_of(line: bytes) -> Sizes | None:
    numbers = line.split()
    if len(numbers) != 4 or not all(number.isdigit() for number in numbers):
        return None
    text, rodata, eh_frame, data = map(int, numbers)
    return Sizes(text, rodata, eh_frame, data)


def decode(value: bytes | None) -> ObjectChoice | None:
    """The choice that :func:`encode` wrote; None for anything else."""
    if value is None:
        return None
    try:
        return ObjectChoice.from_data(json.loads(value))
    except (ValueError, RecursionError):
        return None
