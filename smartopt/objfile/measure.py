"""Measures how many allocated bytes an object file brings, by kind and by function; in pure Python, from its bytes.

What counts: machine code (text), read-only data (rodata), unwind tables (eh_frame: .eh_frame,
.gcc_except_table, .ARM.exidx, .ARM.extab, .pdata, .xdata) and initialised writable data, .data.rel.ro
included (data). What does not: .bss and other zero-filled sections, notes and ABI records (SHT_NOTE, .MIPS.abiflags,
.reginfo), debug information, symbols, strings and relocations, and what a linker consumes (.drectve,
__compact_unwind).

ELF is accounted for in full (``objfile.elf_sizes``); Mach-O, COFF and WebAssembly give totals by kind and the sizes
of code alone by function (``objfile.other_formats``). A damaged file raises EngineError; the time is linear in
the size.
"""

from __future__ import annotations

import struct

from ..errors import EngineError
from .elf import ElfObject, is_elf
from .elf_sizes import measure_elf
from .other_formats import COFF_MACHINES, MACHO_MAGICS, measure_coff, measure_macho, measure_wasm
from .sizes import Sizes

__all__ = ["measure_object"]


def measure_object(data: bytes) -> Sizes:
    """Measure a relocatable object file of any format that LLVM writes. Raises EngineError if it is none.

    ``functions`` is keyed by the name that the IR has: Mach-O's and 32-bit COFF's leading underscore is taken
    off. Two symbols at one address (an alias) both carry the bytes.
    """
    try:
        if is_elf(data):
            return measure_elf(ElfObject(data))
        if data[:4] in MACHO_MAGICS:
            return measure_macho(data)
        if data[:4] == b"\0asm":
            return measure_wasm(data)
        if len(data) >= 20 and (data[:4] == b"\0\0\xff\xff" or data[0] | data[1] << 8 in COFF_MACHINES):
            return measure_coff(data)
    except (struct.error, IndexError, ValueError, KeyError, OverflowError) as error:
        raise EngineError("the object file is damaged and cannot be measured", repr(error)) from error
    raise EngineError("not an object file of a known format (ELF, Mach-O, COFF, WebAssembly)")
