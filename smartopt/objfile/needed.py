"""Reads which libraries an ELF program asks the loader for, and where it tells it to look.

A few hundred bytes are read by seeking; a file that is not ELF, or is damaged, names nothing. Source: System
V ABI, chapter 5 (dynamic section).
"""

from __future__ import annotations

import os
import struct

__all__ = ["needed_libraries"]

_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NEEDED, _DT_STRTAB, _DT_STRSZ, _DT_RPATH, _DT_RUNPATH = 1, 5, 10, 15, 29
_LIMIT = 1 << 20


def needed_libraries(path: str) -> tuple[list[str], list[str]]:
    """The names of DT_NEEDED, and the folders of DT_RUNPATH/DT_RPATH with ``$ORIGIN`` resolved."""
    try:
        return _read(path)
    except (OSError, struct.error, ValueError, IndexError, OverflowError):
        return [], []


def _read(path: str) -> tuple[list[str], list[str]]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        head = os.pread(descriptor, 64, 0)
        if head[:4] != b"\x7fELF":
            return [], []
        wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
        phoff = struct.unpack_from(order + ("Q" if wide else "I"), head, 32 if wide else 28)[0]
        phsize, phnum = struct.unpack_from(order + "HH", head, 54 if wide else 42)
        table = os.pread(descriptor, min(phsize * phnum, _LIMIT), phoff)
        loads: list[tuple[int, int, int]] = []
        dynamic = b""
        for at in range(0, phsize * phnum, phsize):
            kind, offset, address, size = _segment(table, at, wide, order)
            if kind == _PT_LOAD:
                loads.append((address, offset, size))
            elif kind == _PT_DYNAMIC:
                dynamic = os.pread(descriptor, min(size, _LIMIT), offset)
        entry = struct.Struct(order + ("qQ" if wide else "iI"))
        tags = [entry.unpack_from(dynamic, at) for at in range(0, len(dynamic) - entry.size + 1, entry.size)]
        values = dict(tags)
        address = values.get(_DT_STRTAB, 0)
        offset = next(o + address - a for a, o, s in loads if a <= address < a + s)
        strings = os.pread(descriptor, min(values.get(_DT_STRSZ, _LIMIT), _LIMIT), offset)
    except StopIteration:
        return [], []
    finally:
        os.close(descriptor)
    origin = os.path.dirname(os.path.realpath(path))
    names = [_string(strings, value) for tag, value in tags if tag == _DT_NEEDED]
    folders: list[str] = []
    for tag in (_DT_RPATH, _DT_RUNPATH):
        if tag in values:
            text = _string(strings, values[tag]).replace("${ORIGIN}", origin).replace("$ORIGIN", origin)
            folders += [folder for folder in text.split(":") if folder]
    return names, folders


def _segment(table: bytes, at: int, wide: bool, order: str) -> tuple[int, int, int, int]:
    """(type, file offset, address, bytes in the file) of one program header."""
    if wide:
        kind, _, offset, address, _, size = struct.unpack_from(order + "IIQQQQ", table, at)
    else:
        kind, offset, address, _, size = struct.unpack_from(order + "IIIII", table, at)
    return kind, offset, address, size


def _string(strings: bytes, at: int) -> str:
    return strings[at : strings.index(b"\0", at)].decode("utf-8", "surrogateescape")
