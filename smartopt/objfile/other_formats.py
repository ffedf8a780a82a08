"""Sizes of Mach-O, COFF and WebAssembly objects: totals by kind, code bytes by function.

LLVM's own object reader cannot replace this: its C API (``llvm-c/Object.h``) tells neither a section's flags nor a
Mach-O section's segment nor the type of a symbol nor WebAssembly's function bodies and data segments, and the opt and
llvmlite engines and the clang driver measure in processes that have loaded no libLLVM.

Neither Mach-O nor COFF stores a function's size: a function reaches to the next one in its section, padding
included. Only what LLVM 17 to 22 write is read; they have no big-endian Mach-O target. Sources: mach-o/loader.h;
Microsoft's PE/COFF specification; the WebAssembly binary format and tool-conventions/Linking.md.
"""

from __future__ import annotations

import struct

from .sizes import Sizes

__all__ = ["COFF_MACHINES", "MACHO_MAGICS", "measure_coff", "measure_macho", "measure_wasm"]

COFF_MACHINES = {0x14C, 0x8664, 0x1C0, 0x1C2, 0x1C4, 0xAA64, 0xA641, 0xA64E}
"""i386, x86-64, ARM, Thumb, ARMv7, ARM64, ARM64EC, ARM64X."""
_I386 = 0x14C
MACHO_MAGICS = (b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe")
"""32 bits, 64 bits."""


def _sizes(totals: dict[str, int], functions: dict[str, int]) -> Sizes:
    return Sizes(totals["text"], totals["rodata"], totals["eh_frame"], totals["data"], functions)


def _sizes_between(starts: dict[int, list[tuple[int, str]]], ends: dict[int, int]) -> dict[str, int]:
    """Function name -> bytes up to the next different start in its section."""
    found: dict[str, int] = {}
    for section, symbols in starts.items():
        symbols.sort()
        following = ends[section]
        previous = following
        for start, name in reversed(symbols):
            if start != previous:
                following, previous = previous, start
            found[name] = following - start
    return found


# -- Mach-O --------------------------------------------------------------------------------------------------

_LC_SEGMENT, _LC_SEGMENT_64, _LC_SYMTAB = 1, 0x19, 2
_ZEROFILL = {1, 12, 18}
_INSTRUCTIONS, _DEBUG = 0x80000400, 0x02000000
_N_STAB, _N_TYPE, _N_SECT = 0xE0, 0x0E, 0x0E


def measure_macho(data: bytes) -> Sizes:
    """Sizes of a little-endian Mach-O object, 32 or 64 bits."""
    wide = data[:4] == MACHO_MAGICS[1]
    commands, commands_size = struct.unpack_from("<II", data, 16)
    at = 32 if wide else 28
    end = at + commands_size
    section = struct.Struct("<" + ("16s16sQQIIIIIIII" if wide else "16s16sIIIIIIIII"))
    totals = {"text": 0, "rodata": 0, "eh_frame": 0, "data": 0}
    code: dict[int, tuple[int, int]] = {}
    number = 0
    symtab: tuple[int, int, int, int] | None = None
    for _ in range(commands):
        command, size = struct.unpack_from("<II", data, at)
        if size < 8 or at + size > end:
            raise ValueError("load command")
        if command in (_LC_SEGMENT, _LC_SEGMENT_64):
            (count,) = struct.unpack_from("<I", data, at + (64 if wide else 48))
            first = at + (72 if wide else 56)
            if first + count * section.size > at + size:
                raise ValueError("sections")
            for row in section.iter_unpack(data[first : first + count * section.size]):
                number += 1
                name, segment, address, length, flags = row[0], row[1], row[2], row[3], row[8]
                kind = _macho_kind(name.rstrip(b"\0"), segment.rstrip(b"\0"), flags)
                if kind:
                    totals[kind] += length
                if kind == "text":
                    code[number] = address, length
        elif command == _LC_SYMTAB:
            symtab = struct.unpack_from("<IIII", data, at + 8)
        at += size
    functions = _macho_functions(data, wide, symtab, code) if symtab else {}
    return _sizes(totals, functions=functions)


def _macho_kind(name: bytes, segment: bytes, flags: int) -> str:
    if flags & 0xFF in _ZEROFILL or flags & _DEBUG or segment in (b"__DWARF", b"__LD", b"__LLVM"):
        return ""
    if flags & _INSTRUCTIONS:
        return "text"
    if name in (b"__eh_frame", b"__gcc_except_tab"):
        return "eh_frame"
    return "data" if segment.startswith(b"__DATA") else "rodata"


def _macho_functions(
    data: bytes, wide: bool, symtab: tuple[int, int, int, int], code: dict[int, tuple[int, int]]
) -> dict[str, int]:
    offset, count, strings_at, strings_size = symtab
    entry = struct.Struct("<" + ("IBBHQ" if wide else "IBBHI"))
    if offset + count * entry.size > len(data) or strings_at + strings_size > len(data):
        raise ValueError("symbol table")
    strings = data[strings_at : strings_at + strings_size]
    starts: dict[int, list[tuple[int, str]]] = {}
    for name_at, kind, section, _, value in entry.iter_unpack(data[offset : offset + count * entry.size]):
        if kind & _N_STAB or kind & _N_TYPE != _N_SECT or section not in code:
            continue
        name = strings[name_at : strings.index(b"\0", name_at)].decode("utf-8", "surrogateescape")
        if name.startswith(("ltmp", "L", "l_")):  # the assembler's own labels
            continue
        starts.setdefault(section, []).append((value, name.removeprefix("_")))
    return _sizes_between(starts, {number: address + size for number, (address, size) in code.items()})


# -- COFF ----------------------------------------------------------------------------------------------------

_CODE, _UNINITIALISED, _INFO, _REMOVE = 0x20, 0x80, 0x200, 0x800
_DISCARDABLE, _EXECUTE, _WRITE = 0x02000000, 0x20000000, 0x80000000
_FUNCTION_TYPE = 0x20


def measure_coff(data: bytes) -> Sizes:
    """Sizes of a COFF object, also of one with more than 65,279 sections (the big-object form)."""
    if data[:4] == b"\0\0\xff\xff":
        (machine,) = struct.unpack_from("<H", data, 6)
        count, symbols_at, symbols = struct.unpack_from("<III", data, 44)
        at, symbol = 56, struct.Struct("<8sIiHBB")
    else:
        machine, count, _, symbols_at, symbols, optional = struct.unpack_from("<HHIIIH", data, 0)
        at, symbol = 20 + optional, struct.Struct("<8sIhHBB")
    section = struct.Struct("<8sIIIIIIHHI")
    if at + count * section.size > len(data) or symbols_at + symbols * symbol.size > len(data):
        raise ValueError("tables beyond the end of the file")
    strings_at = symbols_at + symbols * symbol.size
    totals = {"text": 0, "rodata": 0, "eh_frame": 0, "data": 0}
    code: dict[int, int] = {}
    for number, row in enumerate(section.iter_unpack(data[at : at + count * section.size]), 1):
        name, size, flags = row[0].rstrip(b"\0"), row[3], row[9]
        if flags & (_UNINITIALISED | _INFO | _REMOVE | _DISCARDABLE):
            continue
        if flags & (_CODE | _EXECUTE):
            totals["text"] += size
            code[number] = size
        elif name.startswith((b".pdata", b".xdata", b".eh_fram")):
            totals["eh_frame"] += size
        else:
            totals["data" if flags & _WRITE else "rodata"] += size
    starts: dict[int, list[tuple[int, str]]] = {}
    number = 0
    while number < symbols:
        raw, value, index, kind, _, extra = symbol.unpack_from(data, symbols_at + number * symbol.size)
        number += 1 + extra
        if kind != _FUNCTION_TYPE or index not in code:
            continue
        if raw[:4] == b"\0\0\0\0":
            start = strings_at + int.from_bytes(raw[4:], "little")
            raw = data[start : data.index(b"\0", start)]
        text = raw.rstrip(b"\0").decode("utf-8", "surrogateescape")
        if text.startswith(".weak."):  # the body of a weak function: .weak.NAME.default.OTHER
            text = text[6:].partition(".default")[0]
        starts.setdefault(index, []).append((value, text.removeprefix("_") if machine == _I386 else text))
    return _sizes(totals, functions=_sizes_between(starts, code))


# -- WebAssembly ---------------------------------------------------------------------------------------------

_CUSTOM, _IMPORT, _CODE_SECTION, _DATA_SECTION = 0, 2, 10, 11
_SEGMENT_INFO, _SYMBOL_TABLE = 5, 8
_UNDEFINED, _EXPLICIT_NAME = 0x10, 0x40


class _Reader:
    """A cursor over LEB128 numbers, names and lengths; raises ValueError past its end."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        if end > len(data):
            raise ValueError("beyond the end of the file")
        self.data, self.at, self.end = data, at, end

    def number(self) -> int:
        value = shift = 0
        while True:
            if self.at >= self.end or shift > 63:
                raise ValueError("number")
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def take(self, size: int) -> bytes:
        if self.at + size > self.end:
            raise ValueError("beyond the end of a section")
        self.at += size
        return self.data[self.at - size : self.at]

    def name(self) -> str:
        return self.take(self.number()).decode("utf-8", "surrogateescape")


def measure_wasm(data: bytes) -> Sizes:
    """Sizes of a WebAssembly object: function bodies, and data segments by name (those of .bss left out)."""
    bodies: list[int] = []
    segments: list[int] = []
    segment_names: list[str] = []
    symbols: list[tuple[int, str]] = []
    imported = 0
    if data[4:8] != b"\1\0\0\0":
        raise ValueError("WebAssembly version")
    file = _Reader(data, 8, len(data))
    while file.at < file.end:
        kind = file.take(1)[0]
        size = file.number()
        part = _Reader(data, file.at, file.at + size)
        file.take(size)
        if kind == _IMPORT:
            imported = _imported_functions(part)
        elif kind == _CODE_SECTION:
            for _ in range(part.number()):
                start = part.at
                part.take(part.number())
                bodies.append(part.at - start)
        elif kind == _DATA_SECTION:
            segments = _data_segments(part)
        elif kind == _CUSTOM and part.name() == "linking":
            segment_names, symbols = _linking(part)
    totals = {"rodata": 0, "data": 0}
    for number, size in enumerate(segments):
        name = segment_names[number] if number < len(segment_names) else ".data"
        if not name.startswith((".bss", ".tbss")):
            totals["rodata" if name.startswith(".rodata") else "data"] += size
    functions = {name: bodies[index - imported] for index, name in symbols if index >= imported}
    return Sizes(text=sum(bodies), rodata=totals["rodata"], data=totals["data"], functions=functions)


def _imported_functions(part: _Reader) -> int:
    count = 0
    for _ in range(part.number()):
        part.name()
        part.name()
        kind = part.take(1)[0]
        if kind == 0:
            count += 1
            part.number()
        elif kind in (1, 2):  # table, memory: a type, then limits
            if kind == 1:
                part.take(1)
            flags = part.number()
            part.number()
            if flags & 1:
                part.number()
        elif kind == 3:
            part.take(2)
        elif kind == 4:
            part.take(1)
            part.number()
        else:
            raise ValueError("import kind")
    return count


def _data_segments(part: _Reader) -> list[int]:
    sizes = []
    for _ in range(part.number()):
        flags = part.number()
        if flags == 2:
            part.number()
        if flags != 1:
            while part.take(1)[0] != 0x0B:  # the offset: one constant instruction, then "end"
                part.number()
        size = part.number()
        part.take(size)
        sizes.append(size)
    return sizes


def _linking(part: _Reader) -> tuple[list[str], list[tuple[int, str]]]:
    """Segment names, and (function index, name) of the defined functions."""
    names: list[str] = []
    functions: list[tuple[int, str]] = []
    part.number()
    while part.at < part.end:
        kind = part.take(1)[0]
        size = part.number()
        block = _Reader(part.data, part.at, part.at + size)
        part.take(size)
        if kind == _SEGMENT_INFO:
            for _ in range(block.number()):
                names.append(block.name())
                block.number()
                block.number()
        elif kind == _SYMBOL_TABLE:
            for _ in range(block.number()):
                what, flags = block.take(1)[0], block.number()
                if what == 1:
                    block.name()
                    if not flags & _UNDEFINED:
                        block.number()
                        block.number()
                        block.number()
                    continue
                index = block.number()
                if what != 3 and (not flags & _UNDEFINED or flags & _EXPLICIT_NAME):
                    name = block.name()
                    if what == 0 and not flags & _UNDEFINED:
                        functions.append((index, name))
    return names, functions
