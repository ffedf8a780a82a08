"""The packaged data of the choosers: files of a kind (``coreset``, ``forest``), each made for one LLVM version."""

from __future__ import annotations

import os

__all__ = ["DATA", "hash_file", "nearest"]

DATA = os.path.join(os.path.dirname(__file__), "data")


def hash_file(path: str | os.PathLike[str]) -> str:
    """The file beside a data file that holds its SHA-256, in the format of ``sha256sum``."""
    return f"{os.path.splitext(path)[0]}.sha256"


def nearest(kind: str, major: int, folder: str | os.PathLike[str] = DATA) -> str | None:
    """The path of the file of a kind that was made for an LLVM major version or, failing that, for the nearest one.

    Of two that are equally near, the older version's; None if there is no file of that kind.
    """
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
