"""A bounded table of small facts about functions, in one file that all compiles of a user share.

A compile asks for some hundred facts and adds about as many, so a fact must cost microseconds: an entry of ``Cache``, a
file of its own, costs forty times as much to read and a hundred times as much to write. The file is a hash table of
pages. A page holds a fixed number of slots, and a slot one fact: its key, its value, and a checksum of both. One
``pread`` of the page finds a fact, and one ``pwrite`` of the slot stores it. A full page replaces its slots in turn. So
the file never grows beyond its limit, and nothing has to be cleaned up.

Nothing here raises, waits or takes a lock. If two processes write to one slot, one of the facts is lost, or the
checksum does not match: then neither is there. The same holds after kill -9, for a full disk and for a damaged or cut
file. The file is private (``state.paths``).
"""

from __future__ import annotations

import os
import zlib

from .paths import FUNCTIONS, open_private

__all__ = ["KEY", "VALUE", "FunctionTable"]

KEY, VALUE = 16, 48
"""Bytes of a key, which must be the digest of all that the value depends on, and of a value."""
_CHECK = 4
_SLOT = KEY + VALUE + _CHECK
_PAGE = 4096
_SLOTS = _PAGE // _SLOT
_CURSOR = _SLOTS * _SLOT
"""Where a page keeps the number of the slot that is replaced next; the last two bytes that are used."""
_LIMIT = 32 << 20
"""Bytes of the file at most: about half a million facts. It is sparse until it is full."""
_VERSION = b"smartopt-functions-1\n"
_EMPTY = bytes(KEY)


class FunctionTable:
    """The table's file; it is opened at the first use, and closed with the process."""

    def __init__(self, name: str = FUNCTIONS, limit: int = _LIMIT) -> None:
        """``name`` is the file's name in smartopt's own folder, ``limit`` its greatest size in bytes."""
        self._name, self._pages = name, limit // _PAGE
        self._descriptor: int | None = None

    def get(self, key: bytes) -> bytes | None:
        """The value stored under a key, or None."""
        try:
            return _found(os.pread(self._file(), _CURSOR, self._at(key)), key)
        except OSError:
            return None

    def put(self, key: bytes, value: bytes) -> None:
        """Store a value of ``VALUE`` bytes under a key. If that fails, it is not stored, and that is all."""
        try:
            file, at = self._file(), self._at(key)
            page = os.pread(file, _PAGE, at).ljust(_PAGE, b"\0")
            slot = _place(page, key)
            if slot < 0:
                slot = int.from_bytes(page[_CURSOR : _CURSOR + 2], "little") % _SLOTS
                os.pwrite(file, (slot + 1).to_bytes(2, "little"), at + _CURSOR)
            os.pwrite(file, key + value + _check(key, value), at + slot * _SLOT)
        except OSError:
            pass  # the disk is full, or there is no private folder

    def _file(self) -> int:
        if self._descriptor is None:
            try:
                self._descriptor = open_private(self._name, os.O_RDWR | os.O_CREAT)
            except OSError:
                self._descriptor = -1  # every use of it fails, and none tries again
        return self._descriptor

    def _at(self, key: bytes) -> int:
        return int.from_bytes(key[:8], "little") % self._pages * _PAGE


def _found(page: bytes, key: bytes) -> bytes | None:
    at = _index(page, key)
    if at < 0:
        return None
    value = page[at + KEY : at + KEY + VALUE]
    return value if page[at + KEY + VALUE : at + _SLOT] == _check(key, value) else None


def _index(page: bytes, key: bytes) -> int:
    """Where the slot with a key begins in a page, or -1."""
    at = page.find(key)
    while at >= 0 and at % _SLOT:
        at = page.find(key, at + 1)
    return at


def _place(page: bytes, key: bytes) -> int:
    """The number of the slot with a key in a page, else of a free one, else -1."""
    at = _index(page[:_CURSOR], key)
    if at >= 0:
        return at // _SLOT
    return next((slot for slot in range(_SLOTS) if page.startswith(_EMPTY, slot * _SLOT)), -1)


def _check(key: bytes, value: bytes) -> bytes:
    return zlib.crc32(_VERSION + key + value).to_bytes(_CHECK, "little")
