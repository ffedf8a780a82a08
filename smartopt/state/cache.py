"""Stores decisions: small values (which pass list won where), each under a key made of everything that led to it.

On the build path nothing here raises, waits or takes a lock. A value comes back exactly as it was stored, or not at
all: each entry carries a checksum of its key and contents, and an entry that does not match its checksum is removed and
counts as missing. An entry is written to a temporary file and renamed, so that parallel readers, kill -9, a full disk
and two versions at once do no harm. The folder is private (0700, files 0600, owned by this user, no link); otherwise
nothing is read or stored. The size is limited: the entries that have not been used for the longest time go first.

The entries are files in 64 folders by hash, each with its share of the limit, so that making room looks at a few
hundred files and needs no lock. (SQLite was measured as well and costs more: see ``tests/state/test_cache.py``.)

Only decisions are stored, never code: a forged entry can at most ask for trusted passes, so the output would be as
sound as ever, though it might be larger. Entries are not signed: whoever can write into the private folder could also
read a key beside it or replace the programs that this user runs, and build farms could no longer share a cache.
"""

from __future__ import annotations

import os
import stat
import time
import zlib

from ..digest import sha256
from .paths import DECISIONS, PREDICTIONS, Private, state_dir

__all__ = ["DECISIONS", "PREDICTIONS", "Cache"]

_MAGIC = b"smartopt-cache-2\n"
_SHARDS = 64
_LIMITS = {DECISIONS: 64 << 20, PREDICTIONS: 1 << 20}
"""Bytes of all entries. A prediction is a hundred bytes, though its file takes a block of the disk."""
_LONGEST = 64 * 1024 * 1024
"""Bytes of one value; an entry that claims more is damaged."""
_FRESH = 60.0
"""Seconds after an entry's last use during which another use does not update the time of use."""
_STALE = 3600.0
"""Seconds after which a temporary file must have been left behind by a killed process."""


class Cache:
    """A folder of entries. Many processes may call all methods at once."""

    def __init__(self, folder: str | None = None, limit: int | None = None, name: str = DECISIONS) -> None:
        """``folder`` is by default the folder ``name`` in smartopt's own (``state.paths``); ``limit`` is in bytes."""
        self._limit = _LIMITS[name] if limit is None else limit
        self._folder: str | None
        try:
            self._folder = os.path.join(state_dir(), name) if folder is None else folder
        except OSError:
            self._folder = None

    def get(self, key: str) -> bytes | None:
        """The value stored under ``key``, or None."""
        path = self._path(key, create=False)
        if path is None:
            return None
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return None
        try:
            about = os.fstat(fd)
            whole = stat.S_ISREG(about.st_mode) and about.st_size <= _LONGEST
            data = os.read(fd, about.st_size) if whole else b""
            value = _unpack(key, data)
            if value is None:
                os.unlink(path)
            elif time.time() - about.st_mtime > _FRESH:
                _mark_used(fd)
        except OSError:
            return None
        finally:
            os.close(fd)
        return value

    def put(self, key: str, value: bytes) -> None:
        """Stores ``value`` under ``key``. If anything goes wrong, it is not stored, and that is all."""
        data = _pack(key, value)
        if len(data) <= self._share // 4:
            with Private():
                self._put(key, data)

    def _put(self, key: str, data: bytes) -> None:
        path = self._path(key, create=True)
        if path is None:
            return
        folder = os.path.dirname(path)
        temporary = os.path.join(folder, f".{os.getpid()}-{os.urandom(4).hex()}")
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            fd = os.open(temporary, flags, 0o600)
        except OSError:
            return
        try:
            try:
                whole = os.write(fd, data) == len(data)
            finally:
                os.close(fd)
            if whole:
                os.rename(temporary, path)
                self._make_room(folder)
                return
        except OSError:
            pass  # the disk is full, or the folder was removed
        try:
            os.unlink(temporary)
        except OSError:
            pass

    @property
    def _share(self) -> int:
        return self._limit // _SHARDS

    def _path(self, key: str, create: bool) -> str | None:
        """The path of the entry for ``key``; None if the folder is missing or not private."""
        if self._folder is None:
            return None
        name = sha256(key.encode()).hexdigest()
        folder = os.path.join(self._folder, f"{int(name[:2], 16) % _SHARDS:02x}")
        try:
            if create:
                os.makedirs(os.path.dirname(self._folder), mode=0o700, exist_ok=True)
                for each in (self._folder, folder):
                    if not os.path.isdir(each):
                        os.mkdir(each, 0o700)
        except FileExistsError:
            pass  # another process was faster
        except OSError:
            return None
        return os.path.join(folder, name) if _private(self._folder) and _private(folder) else None

    def _make_room(self, folder: str) -> None:
        """Deletes entries, those used longest ago first, until the folder is no larger than its share."""
        found: list[tuple[float, int, str]] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    about = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                found.append((about.st_mtime, about.st_size, entry.path))
        newest = max((used for used, _, _ in found), default=0.0)
        total = sum(size for _, size, _ in found)
        for used, size, path in sorted(found):
            left_behind = os.path.basename(path).startswith(".") and newest - used > _STALE
            if total <= self._share and not left_behind:
                continue
            try:
                os.unlink(path)
            except OSError:
                continue
            total -= size


def _private(folder: str) -> bool:
    try:
        about = os.lstat(folder)
    except OSError:
        return False
    ours = about.st_uid == os.geteuid() and not stat.S_IMODE(about.st_mode) & 0o022
    return ours and stat.S_ISDIR(about.st_mode)


def _pack(key: str, value: bytes) -> bytes:
    # A decision on thousands of functions is megabytes of repetitive text; this takes a millisecond and leaves a tenth.
    body = zlib.compress(value, 1)
    return _MAGIC + _check(key, body) + body


def _unpack(key: str, data: bytes) -> bytes | None:
    size = len(_MAGIC) + 32
    if len(data) < size or not data.startswith(_MAGIC):
        return None
    body = data[size:]
    if data[len(_MAGIC) : size] != _check(key, body):
        return None
    inflate = zlib.decompressobj()
    try:
        value = inflate.decompress(body, _LONGEST)
    except zlib.error:
        return None
    return value if inflate.eof else None


def _check(key: str, body: bytes) -> bytes:
    # The key is included, so that a file that was renamed does not answer for another key.
    return sha256(len(key).to_bytes(8, "big") + key.encode() + body).digest()


def _mark_used(fd: int) -> None:
    try:
        os.utime(fd)
    except OSError:
        pass  # on a file system that is read-only an entry is as good, and cannot be evicted
