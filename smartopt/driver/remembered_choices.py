"""Remembers which object a compile ended with, so that the next build makes only that one.

A choice depends on the optimizer's decision (its key covers the input, the options and smartopt's version) and on the
flags that only the back end heeds. It has a cache entry of its own, whose key is made of both, and is written as JSON
(``codegen.configuration``). An entry that cannot be read is a miss: the driver then searches for the smallest object
again.
"""

from __future__ import annotations

import json

from ..annotations import TYPE_CHECKING
from ..codegen.configuration import ObjectChoice
from ..digest import sha256

if TYPE_CHECKING:
    from ..state.cache import Cache
    from .flags import Command

__all__ = ["RememberedChoices", "decode", "encode"]


class RememberedChoices:
    """The choices for one command line. Nothing here raises: a cache in trouble forgets."""

    def __init__(self, cache: Cache, command: Command) -> None:
        self._cache = cache
        self._flags = sha256("\0".join(command.back).encode("utf-8", "surrogateescape")).hexdigest()

    def get(self, decision: str) -> ObjectChoice | None:
        """The object that an earlier compile ended with under a decision's key; None if none is known."""
        return decode(self._cache.get(self._key(decision)))

    def put(self, decision: str, choice: ObjectChoice) -> None:
        """Remember the object that a compile ended with under a decision's key."""
        self._cache.put(self._key(decision), encode(choice))

    def _key(self, decision: str) -> str:
        return sha256(f"object\0{decision}\0{self._flags}".encode()).hexdigest()


def encode(choice: ObjectChoice) -> bytes:
    """A choice as JSON."""
    return json.dumps(choice.to_data(), separators=(",", ":")).encode()


def decode(value: bytes | None) -> ObjectChoice | None:
    """The choice that :func:`encode` wrote; None for anything else."""
    if value is None:
        return None
    try:
        return ObjectChoice.from_data(json.loads(value))
    except (ValueError, RecursionError):
        return None
