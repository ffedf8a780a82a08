"""Measures a linked ELF file (a program or a shared library): bytes by kind of section, with and without symbols.

Kinds, by the section's own flags: ``text`` is executable, ``eh_frame`` all unwind tables, ``rodata`` other read-only
program data, ``data`` what is writable and in the file, ``dynamic`` what the dynamic linker reads (symbols, hashes,
relocations, notes). ``total`` is their sum; .bss and what is not loaded is in none.
"""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from ...errors import SmartoptError

__all__ = ["KINDS", "NotLinkedError", "is_linked", "measure_file", "measure_linked"]

KINDS = ("text", "rodata", "eh_frame", "data", "dynamic", "total")
_WRITE, _ALLOC, _EXECUTE = 1, 2, 4
_PROGBITS, _NOBITS, _ARRAYS = 1, 8, (14, 15, 16)
_X86_64_UNWIND = 0x70000001
_UNWIND = (".eh_frame", ".eh_frame_hdr", ".gcc_except_table", ".ARM.exidx", ".ARM.extab")


class NotLinkedError(SmartoptError):
    """The file is no linked ELF file, or a damaged one."""


def is_linked(path: Path) -> bool:
    """Whether a file is a program or a shared library, and not a link to one."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(18)
    return len(head) == 18 and head[:4] == b"\x7fELF" and head[16 if head[5] == 1 else 17] in (2, 3)


def measure_linked(data: bytes) -> dict[str, int]:
    """Bytes by kind (``KINDS``). Raises NotLinkedError."""
    try:
        return _measure(data)
    except (struct.error, IndexError, ValueError) as error:
        raise NotLinkedError(f"not a linked ELF file: {error}") from error


def measure_file(path: Path, strip: str | None) -> dict[str, int]:
    """``measure_linked`` of a file, with ``file`` (its bytes) and, where there is an llvm-strip, ``stripped``."""
    sizes = {**measure_linked(path.read_bytes()), "file": path.stat().st_size}
    if strip is not None:
        with TemporaryDirectory() as scratch:
            out = Path(scratch) / "stripped"
            done = subprocess.run([strip, "-o", str(out), str(path)], capture_output=True, timeout=120)
            if done.returncode == 0:
                sizes["stripped"] = out.stat().st_size
    return sizes


def _measure(data: bytes) -> dict[str, int]:
    if data[:4] != b"\x7fELF" or data[4] not in (1, 2) or data[5] not in (1, 2):
        raise ValueError("no ELF header")
    order, wide = "<>"[data[5] - 1], data[4] == 2
    if struct.unpack_from(order + "H", data, 16)[0] not in (2, 3):
        raise ValueError("neither a program nor a shared library")
    start = struct.unpack_from(order + ("Q" if wide else "I"), data, 40 if wide else 32)[0]
    size, count, names_at = struct.unpack_from(order + "HHH", data, 58 if wide else 46)
    row = struct.Struct(order + ("IIQQQQ" if wide else "IIIIII"))
    rows = [row.unpack_from(data, start + i * size) for i in range(count)]
    names = rows[names_at][4]
    sums = dict.fromkeys(KINDS, 0)
    for name_at, kind, flags, _, _, length in rows:
        if not flags & _ALLOC or kind == _NOBITS:
            continue
        end = data.index(b"\0", names + name_at)
        sums[_kind(data[names + name_at : end].decode("ascii", "replace"), kind, flags)] += length
    sums["total"] = sum(sums.values())
    return sums


def _kind(name: str, kind: int, flags: int) -> str:
    if flags & _EXECUTE:
        return "text"
    if name in _UNWIND or kind == _X86_64_UNWIND:
        return "eh_frame"
    if flags & _WRITE:
        return "data" if kind in (_PROGBITS, *_ARRAYS) else "dynamic"
    return "rodata" if kind == _PROGBITS and name != ".interp" else "dynamic"
