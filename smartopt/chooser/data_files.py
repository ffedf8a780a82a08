"""The packaged data of the choosers: files of a kind (``coreset``, ``lines``), each made for one LLVM version.

``lines-22.safetensors`` is x86-64's, and for targets without one of their own; ``lines-22-aarch64.safetensors`` is a
target's.
"""

from __future__ import annotations

import os

__all__ = ["DATA", "hash_file", "nearest"]

_SUFFIXES = {"lines": ".safetensors"}

DATA = os.path.join(os.path.dirname(__file__), "data")


def hash_file(path: str | os.PathLike[str]) -> str:
    """The file beside a data file that holds its SHA-256, in the format of ``sha256sum``."""
    return f"{os.path.splitext(path)[0]}.sha256"


def nearest(kind: str, major: int, folder: str | os.PathLike[str] = DATA, target: str = "") -> str | None:
    """The path of the file of a kind that was made for an LLVM major version or, failing that, for the nearest one.

    Of two that are equally near, the older version's; None if there is no file of that kind. A target has the files
    with its name, if there are any, else those without a name.
    """
    found: dict[str, dict[int, str]] = {"": {}, target: {}}
    try:
        names = os.listdir(folder)
    except OSError:
        names = []
    for name in names:
        stem, suffix = os.path.splitext(name)
        of, _, rest = stem.partition("-")
        number, _, whose = rest.partition("-")
        if (of, suffix) == (kind, _SUFFIXES.get(kind, ".json")) and number.isdigit() and whose in found:
            found[whose][int(number)] = name
    own = found[target] or found[""]
    if not own:
        return None
    return os.path.join(folder, own[min(own, key=lambda have: (abs(have - major), have))])
