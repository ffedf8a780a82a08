"""Sizes of ELF objects by kind of section and by function.

A function is charged with its symbol's size, its frame description entry (found by the relocation of its start
address), its language-specific data (from one entry of .gcc_except_table or .ARM.extab to the next), its
.ARM.exidx entries, and its jump tables: entries of 4 or 8 bytes in read-only data whose relocation points
into its code. Common information entries, which functions share, are counted in eh_frame and charged to
none. Tables without relocations (AArch64's compressed jump tables) are counted in rodata and charged to
none, and so are the frames of 64-bit PowerPC's first ABI, whose symbols are descriptors.

Sources: System V ABI (gABI) chapter 4; the psABIs for relocation numbers; LSB 5.0 chapter 10 for
.eh_frame; ARM EHABI for .ARM.exidx.
"""

from __future__ import annotations

import struct
from bisect import bisect_right

from .elf import ElfError, ElfObject
from .sizes import Sizes

__all__ = ["measure_elf"]

_NOTE, _NOBITS = 7, 8
_MIPS_REGINFO, _MIPS_OPTIONS, _MIPS_ABIFLAGS = 0x70000006, 0x7000000D, 0x7000002A
_WRITE, _ALLOC, _EXEC = 1, 2, 4
_EM_MIPS, _EM_ARM, _EM_X86_64, _EM_AARCH64 = 8, 40, 62, 183

_PC_RELATIVE = {(_EM_X86_64, 2), (_EM_X86_64, 24), (_EM_AARCH64, 260), (_EM_AARCH64, 261)}
"""(machine, relocation): entries that hold the distance from themselves, not from their table's start."""

_TEXT, _RODATA, _UNWIND, _DATA = range(4)
_UNWIND_NAMES = (b".eh_frame", b".gcc_except_table", b".ARM.exidx", b".ARM.extab")


def measure_elf(elf: ElfObject) -> Sizes:
    """Sizes of an object by kind of section and by function. Raises ElfError if it is damaged."""
    try:
        return _measure(elf)
    except (struct.error, IndexError, ValueError) as error:  # of unwind tables, which are read here
        raise ElfError(*error.args) from error


def _measure(elf: ElfObject) -> Sizes:
    totals = [0, 0, 0, 0]
    kinds: dict[int, int] = {}
    unwind: dict[int, bytes] = {}
    for index, section in enumerate(elf.sections):
        if not section.flags & _ALLOC or section.kind in (_NOBITS, _NOTE):
            continue
        if section.flags & _EXEC:
            kind = _TEXT
        elif section.flags & _WRITE:
            kind = _DATA
        else:
            if elf.machine == _EM_MIPS and section.kind in (_MIPS_REGINFO, _MIPS_OPTIONS, _MIPS_ABIFLAGS):
                continue
            name = elf.section_name(section)
            kind = _RODATA
            if name.startswith(_UNWIND_NAMES):
                kind = _UNWIND
                unwind[index] = name
        kinds[index] = kind
        totals[kind] += section.size
    functions = _Functions(elf)
    relocated = elf.relocated()
    for index, name in unwind.items():
        if name == b".eh_frame" and index in relocated:
            _charge_frames(elf, functions, index, relocated[index])
        elif name.startswith(b".ARM.exidx") and index in relocated:
            _charge_exidx(elf, functions, index, relocated[index])
    functions.charge_tails()
    readonly = [i for i, kind in kinds.items() if kind == _RODATA and i in relocated]
    if readonly:
        _charge_jump_tables(elf, functions, kinds, readonly, relocated)
    text, rodata, eh_frame, writable = totals
    return Sizes(text, rodata, eh_frame, writable, functions.by_name(), functions.code())


class _Functions:
    """The functions by place, and the bytes that each is charged with."""

    def __init__(self, elf: ElfObject) -> None:
        self._elf = elf
        self._charged: dict[tuple[int, int], int] = {}
        self._ends: dict[tuple[int, int], int] = {}
        for section, offset, size, _ in elf.functions:
            place = section, offset
            self._charged[place] = self._ends[place] = max(size, self._charged.get(place, 0))
        self._starts: dict[int, list[int]] = {}
        for section, offset in sorted(self._charged):
            self._starts.setdefault(section, []).append(offset)
        self._tails: dict[int, dict[int, tuple[int, int]]] = {}

    def at(self, section: int, offset: int) -> tuple[int, int] | None:
        """The place of the function whose code holds an offset."""
        if (section, offset) in self._charged:
            return section, offset
        starts = self._starts.get(section)
        if not starts:
            return None
        i = bisect_right(starts, offset) - 1
        if i < 0:
            return None
        place = section, starts[i]
        return place if offset < starts[i] + self._ends[place] else None

    def charge(self, place: tuple[int, int], size: int) -> None:
        self._charged[place] += size

    def tail(self, place: tuple[int, int], section: int, offset: int) -> None:
        """Note where a function's language-specific data starts; it ends where the next one's starts."""
        self._tails.setdefault(section, {}).setdefault(offset, place)

    def charge_tails(self) -> None:
        for section, starts in self._tails.items():
            offsets = sorted(starts)
            ends = [*offsets[1:], self._elf.sections[section].size]
            for offset, end in zip(offsets, ends, strict=True):
                self.charge(starts[offset], (max(0, end - offset) + 3) // 4 * 4)  # as aligned, whatever its place

    def by_name(self) -> dict[str, int]:
        elf = self._elf
        return {elf.symbol_name(name): self._charged[s, offset] for s, offset, _, name in elf.functions}

    def code(self) -> dict[str, int]:
        """Function -> the size of its code that its symbol states."""
        return {self._elf.symbol_name(name): size for _, _, size, name in self._elf.functions}


def _charge_frames(elf: ElfObject, functions: _Functions, index: int, relocations: int) -> None:
    """Charge each frame description entry, and its language-specific data, to its function."""
    content = elf.content(index)
    targets = elf.targets(relocations, index)
    by_record = sorted(targets)
    pair = struct.Struct(elf.order + "II")
    at, end, cursor = 0, len(content), 0
    shapes: dict[int, tuple[int, bool]] = {}
    while at + 8 <= end:
        length, identity = pair.unpack_from(content, at)
        if length == 0:  # the terminator
            at += 4
            continue
        if length >= 0xFFFFFFF0:
            raise ValueError("64-bit frame entry")
        after = at + 4 + length
        target = targets.get(at + 8) if identity else None
        place = functions.at(target.section, target.offset) if target else None
        if place is not None:
            start = at + 4 - identity
            if start not in shapes:
                if not 0 <= start < at:
                    raise ValueError("a frame entry without its common one")
                shapes[start] = _frame_shape(content, start, 8 if elf.wide else 4)
            functions.charge(place, _frame_bytes(content, at, after, *shapes[start]))
        while cursor < len(by_record) and by_record[cursor] < after:
            other = targets[by_record[cursor]]
            if place is not None and by_record[cursor] > at + 8 and _is_language_data(elf, other.section):
                functions.tail(place, other.section, other.offset)
            cursor += 1
        at = after


def _frame_shape(content: bytes, at: int, word: int) -> tuple[int, bool]:
    """For a common information entry: the size of a pointer in its frames, and whether these have augmentation data.

    Source: "The .eh_frame section" of the Linux Standard Base; version 1, as LLVM writes it.
    """
    at += 9
    stop = content.index(0, at)
    letters = content[at:stop]
    at = _after_leb(content, _after_leb(content, stop + 1)) + 1
    if not letters.startswith(b"z"):
        return word, False
    at = _after_leb(content, at)
    sizes = {0: word, 2: 2, 3: 4, 4: 8}
    for letter in letters[1:]:
        if letter == ord("R"):
            return sizes.get(content[at] & 7, word), True
        if letter == ord("P"):
            at += 1 + sizes.get(content[at] & 7, word)
        elif letter == ord("L"):
            at += 1
    return word, True


def _frame_bytes(content: bytes, at: int, after: int, pointer: int, augmented: bool) -> int:
    """The size of a frame description entry, padded to 4 bytes and no further.

    LLVM pads the section's last entry further than the others (MCDwarf.cpp, EmitFDE). That padding is not charged, so
    a function's bytes do not depend on its neighbours.
    """
    first = at + 8 + 2 * pointer
    if augmented:
        size, shift = 0, 0
        stop = _after_leb(content, first)
        for byte in content[first:stop]:
            size |= (byte & 0x7F) << shift
            shift += 7
        first = stop + size
    used = first + len(content[first:after].rstrip(b"\0")) - at
    return min(after - at, -(-used // 4) * 4)


def _after_leb(content: bytes, at: int) -> int:
    while content[at] & 0x80:
        at += 1
    return at + 1


def _is_language_data(elf: ElfObject, section: int) -> bool:
    if not 0 < section < len(elf.sections):
        return False
    return elf.section_name(elf.sections[section]).startswith((b".gcc_except_table", b".ARM.extab"))


def _charge_exidx(elf: ElfObject, functions: _Functions, index: int, relocations: int) -> None:
    """Charge each 8-byte entry of an ARM unwind index, and its .ARM.extab entry, to its function."""
    place: tuple[int, int] | None = None
    for offset, target in sorted(elf.targets(relocations, index).items()):
        if offset % 8 == 0:
            place = functions.at(target.section, target.offset & ~1)
            if place is not None:
                functions.charge(place, 8)
        elif place is not None and _is_language_data(elf, target.section):
            functions.tail(place, target.section, target.offset)


def _charge_jump_tables(
    elf: ElfObject, functions: _Functions, kinds: dict[int, int], readonly: list[int], relocated: dict[int, int]
) -> None:
    """Charge entries of read-only data that point into a function's code (not its start) to it."""
    starts: dict[int, list[int]] | None = None
    for index in readonly:
        for place, target in sorted(elf.targets(relocated[index], index).items()):
            if kinds.get(target.section) != _TEXT:
                continue
            offset = target.offset
            if (elf.machine, target.kind) in _PC_RELATIVE:
                if starts is None:
                    starts = _referenced(elf, kinds, set(readonly), relocated)
                here = starts.get(index, [])
                i = bisect_right(here, place) - 1
                offset -= place - (here[i] if i >= 0 else place)
            owner = functions.at(target.section, offset & ~1 if elf.machine == _EM_ARM else offset)
            if owner is not None and owner != (target.section, offset):
                functions.charge(owner, _entry_size(elf, target.kind))


def _entry_size(elf: ElfObject, kind: int) -> int:
    """Bytes of a jump table's entry: 8 for the 64-bit address relocations, else 4."""
    eight = {(_EM_X86_64, 1), (_EM_X86_64, 24), (_EM_AARCH64, 257), (_EM_AARCH64, 260)}
    if (elf.machine, kind) in eight:
        return 8
    # R_RISCV_64, R_PPC64_ADDR64 (38), R_390_64 (22), R_MIPS_64 (18), R_LARCH_64 (2)
    others = {(243, 2), (21, 38), (22, 22), (_EM_MIPS, 18), (258, 2)}
    return 8 if elf.wide and (elf.machine, kind) in others else 4


def _referenced(
    elf: ElfObject, kinds: dict[int, int], wanted: set[int], relocated: dict[int, int]
) -> dict[int, list[int]]:
    """Offsets in read-only sections that code refers to, sorted: where tables start."""
    symbols = {i for i, (section, _) in enumerate(elf.places) if section in wanted}
    # An x86-64 displacement counts from the end of the instruction, 4 bytes behind the place.
    shift = 4 if elf.machine == _EM_X86_64 else 0
    found: dict[int, set[int]] = {}
    for index, relocations in relocated.items():
        if kinds.get(index) != _TEXT:
            continue
        for _, symbol, _, addend in elf.relocations(relocations):
            if symbol in symbols and addend is not None:
                section, value = elf.places[symbol]
                found.setdefault(section, set()).add(value + addend + shift)
    return {section: sorted(offsets) for section, offsets in found.items()}
