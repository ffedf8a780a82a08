"""What an ELF program or library says of itself: its build id, and the libraries that it asks the loader for.

Only the parts of the file that answer the question are read. A file that is not ELF, or is damaged, says nothing.
"""

from __future__ import annotations

import os

from .elf import Elf, ElfError, text_at

__all__ = ["gnu_build_id", "needed_libraries"]

_NT_GNU_BUILD_ID = 3
_DT_NEEDED, _DT_STRTAB, _DT_STRSZ, _DT_RPATH, _DT_RUNPATH = 1, 5, 10, 15, 29
_STRINGS_LIMIT = 1 << 20
"""Bytes that are read at most of a string table."""


def gnu_build_id(path: str) -> str | None:
    """The GNU build id, in hexadecimal digits; None if the file has none. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _build_id(Elf(descriptor))
    except ElfError:
        return None
    finally:
        os.close(descriptor)


def needed_libraries(path: str) -> tuple[list[str], list[str]]:
    """The names of DT_NEEDED, and the folders of DT_RPATH and DT_RUNPATH with ``$ORIGIN`` resolved.

    A file that cannot be read asks for nothing.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return [], []
    try:
        return _needed(Elf(descriptor), os.path.dirname(os.path.realpath(path)))
    except (OSError, ElfError):
        return [], []
    finally:
        os.close(descriptor)


def _build_id(elf: Elf) -> str | None:
    for name, kind, description in elf.notes():
        if name == b"GNU" and kind == _NT_GNU_BUILD_ID:
            return description.hex()
    return None


def _needed(elf: Elf, origin: str) -> tuple[list[str], list[str]]:
    tags = elf.dynamic()
    values = dict(tags)
    strings = elf.memory(values.get(_DT_STRTAB, 0), min(values.get(_DT_STRSZ, _STRINGS_LIMIT), _STRINGS_LIMIT))
    names = [text_at(strings, value) for tag, value in tags if tag == _DT_NEEDED]
    folders: list[str] = []
    for tag in (_DT_RPATH, _DT_RUNPATH):
        if tag in values:
            text = text_at(strings, values[tag]).replace("${ORIGIN}", origin).replace("$ORIGIN", origin)
            folders += [folder for folder in text.split(":") if folder]
    return names, folders
