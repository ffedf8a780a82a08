"""What an object file asks of others: the names of its undefined symbols.

For one question of the clang door: does inline assembly still name a function that is gone? LLVM does not look into
the text of inline assembly, so a static function that only such a text names may be inlined and dropped; -Oz may drop
it too, but then that is clang's word. Only ELF is read: elsewhere, and for a damaged file, nothing is undefined.
"""

from __future__ import annotations

import struct

__all__ = ["undefined_symbols"]

_SYMTAB = 2
_UNDEFINED = 0


def undefined_symbols(data: bytes) -> set[str]:
    """The names of an ELF object's undefined symbols."""
    try:
        return _read(data)
    except (struct.error, IndexError, ValueError):
        return set()


def _read(data: bytes) -> set[str]:
    if data[:4] != b"\x7fELF":
        return set()
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    (at,) = struct.unpack_from(order + ("Q" if wide else "I"), data, 40 if wide else 32)
    size, count = struct.unpack_from(order + "HH", data, 58 if wide else 46)
    row = struct.Struct(order + ("IIQQQQIIQQ" if wide else "IIIIIIIIII"))
    if count == 0:  # more than 65,279 sections: the first row's size is their number (System V ABI, "Sections")
        count = row.unpack_from(data, at)[5]
    rows = [row.unpack_from(data, at + size * number) for number in range(count)]
    symbol = struct.Struct(order + ("IBBHQQ" if wide else "IIIBBH"))
    found = set()
    for _, kind, _, _, start, length, strings, *_ in rows:
        if kind != _SYMTAB:
            continue
        names = rows[strings][4]
        for fields in symbol.iter_unpack(data[start : start + length]):
            if fields[3 if wide else 5] == _UNDEFINED and fields[0]:
                begin = names + fields[0]
                found.add(data[begin : data.index(b"\0", begin)].decode("utf-8", "replace"))
    return found
