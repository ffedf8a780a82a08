"""The data files that come with smartopt: one of a kind for each LLVM that it was made for."""

from __future__ import annotations

import os

__all__ = ["DATA", "hash_file", "nearest"]

DATA = os.path.join(os.path.dirname(__file__), "data")


def hash_file(path: str | os.PathLike[str]) -> str:
    """The file beside a data file that holds its SHA-256, in the format of ``sha256sum``."""
    return f"{os.path.splitext(path)[0]}.sha256"


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
