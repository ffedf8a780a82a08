"""Reads ELF files: header, section table, program headers, symbols, relocations, notes and the dynamic section.

32 and 64 bits, both byte orders, and more than 65,279 sections. A file is given as bytes or as a descriptor; of a
descriptor only the parts that a question needs are read, so that asking a library of 150 MB takes microseconds. A
file that is not ELF, or is damaged, raises ElfError and nothing else.

Source: System V ABI (gABI), chapters 4 and 5; the processor supplements for relocation numbers.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

__all__ = ["Elf", "ElfError", "ElfObject", "Section", "Segment", "Symbol", "Target", "is_elf", "text_at"]

_MAGIC = b"\x7fELF"
_SYMTAB, _RELA, _NOBITS, _REL, _SYMTAB_SHNDX = 2, 4, 8, 9, 18
_PT_LOAD, _PT_DYNAMIC, _PT_NOTE = 1, 2, 4
_ET_REL = 1
_XINDEX = 0xFFFF
"""SHN_XINDEX and PN_XNUM: the number does not fit and stands in the first section header, or in SHT_SYMTAB_SHNDX."""
_FUNCTION_TYPES = (2, 10)
"""STT_FUNC and STT_GNU_IFUNC."""
_EM_MIPS, _EM_ARM = 8, 40
_ARM_PREL31 = 42
_NOTES_LIMIT, _DYNAMIC_LIMIT = 1 << 16, 1 << 20
"""Bytes that are read at most of one segment of notes, and of the dynamic section."""


class ElfError(ValueError):
    """The file is not ELF, or it is damaged."""


def is_elf(data: bytes) -> bool:
    """Whether a file's first bytes are those of an ELF file."""
    return data[:4] == _MAGIC


class Section:
    """A section header; ``name`` is an offset in the table of section names."""

    __slots__ = ("address", "align", "entry", "flags", "info", "kind", "link", "name", "offset", "size")

    def __init__(self, row: tuple[int, ...]) -> None:
        self.name, self.kind, self.flags, self.address, self.offset = row[:5]
        self.size, self.link, self.info, self.align, self.entry = row[5:]


class Segment:
    """A program header: type, place in the file and in memory, and bytes in the file."""

    __slots__ = ("address", "kind", "offset", "size")

    def __init__(self, kind: int, offset: int, address: int, size: int) -> None:
        self.kind, self.offset, self.address, self.size = kind, offset, address, size


Symbol = tuple[int, int, int, int, int]
"""Offset of the name in the symbols' string table, binding and type (``st_info``), section, value, size.

Section 0 is none: the symbol is undefined. A negative number stands for a reserved one (SHN_ABS is -15, SHN_COMMON
-14), since an object of more than 65,279 sections also has real sections 0xFFF1 and 0xFFF2.
"""
_SEE_TABLE = -1
_SIGNED = {0xFFF1: -15, 0xFFF2: -14, _XINDEX: _SEE_TABLE}
"""Number of a section in a symbol -> what :data:`Symbol` says; the others stand for themselves."""


class Target:
    """What a relocation points at, and the relocation's number."""

    __slots__ = ("kind", "offset", "section")

    def __init__(self, section: int, offset: int, kind: int) -> None:
        self.section, self.offset, self.kind = section, offset, kind


class _Layout:
    """The records of one class and byte order."""

    def __init__(self, wide: bool, order: str) -> None:
        self.header = struct.Struct(order + ("16xHHIQQQIHHHHHH" if wide else "16xHHIIIIIHHHHHH"))
        self.section = struct.Struct(order + ("IIQQQQIIQQ" if wide else "IIIIIIIIII"))
        self.segment = struct.Struct(order + ("IIQQQQQQ" if wide else "IIIIIIII"))
        self.symbol = struct.Struct(order + ("IBBHQQ" if wide else "IIIBBH"))
        self.rel = struct.Struct(order + ("QQ" if wide else "II"))
        self.rela = struct.Struct(order + ("QQq" if wide else "IIi"))
        self.dynamic = struct.Struct(order + ("qQ" if wide else "iI"))
        self.index = struct.Struct(order + "I")
        self.addend = struct.Struct(order + "i")
        self.note = struct.Struct(order + "III")


_LAYOUTS: dict[tuple[int, int], _Layout] = {}


class Elf:
    """One ELF file: an object, a program or a library. Raises ElfError.

    Attributes:
        wide: whether it is a 64-bit one.
        order: ``<`` (little-endian) or ``>``, as ``struct`` writes it.
        kind: ``e_type``: 1 for a relocatable object.
        machine: ``e_machine``.
    """

    def __init__(self, source: bytes | int) -> None:
        """``source`` is the content, or a descriptor that the caller closes. Raises OSError if it cannot be read."""
        self._source = source
        self._segments: list[Segment] | None = None
        self._length = len(source) if isinstance(source, bytes) else os.fstat(source).st_size
        start = self.read(0, min(64, self._length))
        if len(start) < 16 or not is_elf(start):
            raise ElfError("no ELF header")
        form = start[4], start[5]
        if form[0] not in (1, 2) or form[1] not in (1, 2):
            raise ElfError("ELF class or byte order")
        self.wide, self.order = form[0] == 2, "<" if form[1] == 1 else ">"
        if form not in _LAYOUTS:
            _LAYOUTS[form] = _Layout(self.wide, self.order)
        self._layout = layout = _LAYOUTS[form]
        if len(start) < layout.header.size:
            raise ElfError("header")
        row = layout.header.unpack_from(start)
        self.kind, self.machine = row[:2]
        self._segments_at, self._sections_at = row[4:6]
        self._segment_size, self._segment_count, self._section_size, self._section_count, self._names = row[8:]

    def read(self, at: int, size: int) -> bytes:
        """A part of the file. Raises ElfError if it reaches beyond the end."""
        if at + size > self._length:
            raise ElfError("beyond the end of the file")
        if isinstance(self._source, bytes):
            return self._source[at : at + size]
        part = os.pread(self._source, size, at)
        if len(part) != size:
            raise ElfError("the file became shorter")
        return part

    # -- what a linker reads -----------------------------------------------------------------------------------

    def read_sections(self) -> list[Section]:
        """The section table, the empty first entry included; empty if the file has none."""
        if not self._sections_at:
            return []
        first = self._first_section()
        count = self._section_count or first.size
        table = self.read(self._sections_at, count * self._section_size)
        return [Section(row) for row in self._layout.section.iter_unpack(table)]

    def names_section(self) -> int:
        """The number of the section that holds the names of all sections."""
        return self._first_section().link if self._names == _XINDEX else self._names

    def _first_section(self) -> Section:
        """The entry that holds the numbers which do not fit into the header."""
        if self._section_size != self._layout.section.size:
            raise ElfError("size of a section header")
        return Section(self._layout.section.unpack(self.read(self._sections_at, self._section_size)))

    # -- what a loader reads -----------------------------------------------------------------------------------

    def segments(self) -> list[Segment]:
        """The program headers; an object has none."""
        if self._segments is None:
            self._segments = self._read_segments()
        return self._segments

    def _read_segments(self) -> list[Segment]:
        count = self._segment_count
        if not count:
            return []
        if self._segment_size != self._layout.segment.size:
            raise ElfError("size of a program header")
        if count == _XINDEX and self._sections_at:
            count = self._first_section().info
        rows = self._layout.segment.iter_unpack(self.read(self._segments_at, count * self._segment_size))
        if self.wide:
            return [Segment(row[0], row[2], row[3], row[5]) for row in rows]
        return [Segment(row[0], row[1], row[2], row[4]) for row in rows]

    def notes(self) -> Iterator[tuple[bytes, int, bytes]]:
        """(name, type, description) of each note of a program or library."""
        for segment in self.segments():
            if segment.kind != _PT_NOTE:
                continue
            content = self.read(segment.offset, min(segment.size, _NOTES_LIMIT))
            at = 0
            while at + 12 <= len(content):
                name_size, size, kind = self._layout.note.unpack_from(content, at)
                name = content[at + 12 : at + 12 + name_size]
                start = at + 12 + (name_size + 3) // 4 * 4
                yield name.rstrip(b"\0"), kind, content[start : start + size]
                at = start + (size + 3) // 4 * 4

    def dynamic(self) -> list[tuple[int, int]]:
        """(tag, value) of the dynamic section; empty for what the loader has nothing to do with."""
        segment = next((one for one in self.segments() if one.kind == _PT_DYNAMIC), None)
        if segment is None:
            return []
        entry = self._layout.dynamic
        content = self.read(segment.offset, min(segment.size, _DYNAMIC_LIMIT) // entry.size * entry.size)
        return [(tag, value) for tag, value in entry.iter_unpack(content)]

    def memory(self, address: int, size: int) -> bytes:
        """What the file puts at an address of the loaded program: ``size`` bytes, or fewer at a segment's end."""
        for segment in self.segments():
            inside = address - segment.address
            if segment.kind == _PT_LOAD and 0 <= inside < segment.size:
                return self.read(segment.offset + inside, min(size, segment.size - inside))
        raise ElfError("an address that is not in the file")


class ElfObject(Elf):
    """A relocatable object, its tables read once. Raises ElfError.

    Attributes:
        sections: the section table.
        symbols: the symbol table.
        functions: (section, offset, size, offset of the name) of each function that is defined.
        places: (section, offset) of each symbol, by its number.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        if self.kind != _ET_REL:
            raise ElfError("not a relocatable object")
        self.sections = self.read_sections()
        # Overlapping sections are no compiler's, and would make reading quadratic.
        if sum(s.size for s in self.sections if s.kind != _NOBITS and s.kind) > 2 * len(data):
            raise ElfError("sizes of sections")
        self.symbols: list[Symbol] = []
        self.functions: list[tuple[int, int, int, int]] = []
        self.places: list[tuple[int, int]] = []
        self._strings = b""
        if self.sections:
            self._section_names = self.content(self.names_section())
            self._read_symbols()

    def content(self, index: int) -> bytes:
        """The bytes of a section."""
        if index >= len(self.sections):
            raise ElfError("number of a section")
        section = self.sections[index]
        return self.read(section.offset, section.size)

    def section_name(self, section: Section) -> bytes:
        end = self._section_names.find(b"\0", section.name)
        if end < 0:
            raise ElfError("name of a section")
        return self._section_names[section.name : end]

    def symbol_name(self, at: int) -> str:
        """A symbol's name; bytes that are not UTF-8 become surrogates."""
        return text_at(self._strings, at)

    def _find(self, kind: int) -> int | None:
        return next((index for index, section in enumerate(self.sections) if section.kind == kind), None)

    def _read_symbols(self) -> None:
        index = self._find(_SYMTAB)
        if index is None:
            return
        self._strings = self.content(self.sections[index].link)
        rows = _rows(self._layout.symbol, self.content(index))
        if self.wide:
            symbols = [
                (name, info, _SIGNED.get(place, place), value, size) for name, info, _, place, value, size in rows
            ]
        else:
            symbols = [
                (name, info, _SIGNED.get(place, place), value, size) for name, value, size, info, _, place in rows
            ]
        extended = self._find(_SYMTAB_SHNDX)
        if extended is not None:
            numbers = [row[0] for row in _rows(self._layout.index, self.content(extended))]
            if len(numbers) < len(symbols):
                raise ElfError("table of section numbers")
            symbols = [
                (name, info, numbers[i] if section == _SEE_TABLE else section, value, size)
                for i, (name, info, section, value, size) in enumerate(symbols)
            ]
        self.symbols = symbols
        thumb, functions, places = self.machine == _EM_ARM, self.functions, self.places
        for name, info, section, value, size in self.symbols:
            if info & 15 in _FUNCTION_TYPES:
                if thumb:
                    value &= ~1  # the lowest bit tells Thumb code from Arm code
                if section:
                    functions.append((section, value, size, name))
            places.append((section, value))

    def relocations(self, index: int) -> Iterator[tuple[int, int, int, int | None]]:
        """(place, symbol, kind, addend; None if it is stored at the place) of one relocation section."""
        content = self.content(index)
        swapped = self.machine == _EM_MIPS and self.wide and self.order == "<"
        if self.sections[index].kind == _RELA:
            for place, info, addend in _rows(self._layout.rela, content):
                if swapped:
                    yield place, info & 0xFFFFFFFF, info >> 56, addend
                elif self.wide:
                    yield place, info >> 32, info & 0xFFFFFFFF, addend
                else:
                    yield place, info >> 8, info & 255, addend
        else:
            for place, info in _rows(self._layout.rel, content):
                if self.wide:
                    yield place, info >> 32, info & 0xFFFFFFFF, None
                else:
                    yield place, info >> 8, info & 255, None

    def relocated(self) -> dict[int, int]:
        """Section -> the section that holds its relocations."""
        return {s.info: index for index, s in enumerate(self.sections) if s.kind in (_RELA, _REL)}

    def targets(self, index: int, of: int) -> dict[int, Target]:
        """Place -> target, for relocation section ``index`` of section ``of``; the first one at a place counts."""
        found: dict[int, Target] = {}
        content = self.content(of)
        word, places = self._layout.addend, self.places
        try:
            for place, symbol, kind, addend in self.relocations(index):
                if place in found:
                    continue
                if addend is None:
                    (addend,) = word.unpack_from(content, place)
                    if self.machine == _EM_ARM and kind == _ARM_PREL31:
                        addend = (addend & 0x7FFFFFFF) - ((addend & 0x40000000) << 1)
                section, value = places[symbol]
                found[place] = Target(section, value + addend, kind)
        except (IndexError, struct.error) as error:
            raise ElfError("relocation") from error
        return found


def _rows(row: struct.Struct, content: bytes) -> Iterator[tuple[int, ...]]:
    if len(content) % row.size:
        raise ElfError("a table that ends within an entry")
    return row.iter_unpack(content)


def text_at(strings: bytes, at: int) -> str:
    """The text at an offset of a string table; bytes that are not UTF-8 become surrogates. Raises ElfError."""
    end = strings.find(b"\0", at)
    if end < 0:
        raise ElfError("a text without an end")
    return strings[at:end].decode("utf-8", "surrogateescape")
