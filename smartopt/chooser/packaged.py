"""The data files that come with smartopt: one of a kind for each LLVM that it was made for."""

from __future__ import annotations

import os

__all__ = ["DATA", "SEAL", "nearest", "seal"]

DATA = os.path.join(os.path.dirname(__file__), "data")

SEAL = b'{"sha256":"%s",'
"""How a large file begins: with the hash of itself, which whoever uses the file checks (``chooser.forest.sealed``)."""

_SEAL_SIZE = len(SEAL % (b"0" * 64))


def seal(path: str) -> bytes:
    """What a file begins with, if that is a seal; else nothing. OSError if it cannot be read."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        begin = os.read(descriptor, _SEAL_SIZE)
    finally:
        os.close(descriptor)
    return begin if len(begin) == _SEAL_SIZE and begin.startswith(SEAL[: SEAL.index(b"%")]) else b""


def nearest(kind: str, major: int, folder: str | os.PathLike[str] = DATA) -> str | None:
    """The file of a kind for an LLVM major version: its own, else the nearest there is; None where there is none."""
    found = {}
    try:
        names = os.listdir(folder)
    except OSError:
        names = []
    for name in names:
        stem, suffix = os.path.splitext(name)
        of, _, number = stem.partition("-")
        if (of, suffix) == (kind, ".json") and number.isdigit():
            found[int(number)] = name
    if not found:
        return None
    return os.path.join(folder, found[min(found, key=lambda have: (abs(have - major), have))])
