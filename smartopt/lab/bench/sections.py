"""Compares two objects section by section: contents and relocations, whatever the order of their symbol tables."""

from __future__ import annotations

from itertools import zip_longest

from ...objfile.elf import ElfError, ElfObject

__all__ = ["compare_sections"]

_SYMTAB, _STRTAB, _RELA, _REL, _GROUP, _INDEX, _ADDRSIG = 2, 3, 4, 9, 17, 18, 0x6FFF4C03
_NOBITS = 8
_OF_SYMBOLS = (_SYMTAB, _STRTAB, _RELA, _REL, _GROUP, _INDEX, _ADDRSIG)
"""Sections that hold numbers or names of symbols; relocations are compared with the section that they are for."""

_Section = tuple[str, int, int, int, bytes, tuple[tuple[object, ...], ...]]


def compare_sections(before: bytes, after: bytes) -> list[str]:
    """A line for each section in which two ELF objects differ; other files differ as a whole."""
    if before == after:
        return []
    try:
        one, other = _sections(before), _sections(after)
    except ElfError as error:
        return [f"the outputs differ, and are no ELF objects: {error}"]
    lines = []
    for left, right in zip_longest(one, other):
        if left == right:
            continue
        if left is None or right is None or left[0] != right[0]:
            lines.append(f"section {left[0] if left else 'none'} and section {right[0] if right else 'none'}")
        elif left[:5] != right[:5]:
            lines.append(f"section {left[0]}: {left[3]} and {right[3]} bytes")
        else:
            lines.append(f"section {left[0]}: other relocations")
    return lines


def _sections(data: bytes) -> list[_Section]:
    """Name, kind, flags, size, content and relocations of every section but those of symbols."""
    elf = ElfObject(data)
    relocated = elf.relocated()
    found: list[_Section] = []
    for index, section in enumerate(elf.sections):
        if section.kind in _OF_SYMBOLS or not section.kind:
            continue
        content = b"" if section.kind == _NOBITS else elf.content(index)
        relocations: tuple[tuple[object, ...], ...] = ()
        if index in relocated:
            rows = elf.relocations(relocated[index])
            relocations = tuple((place, _target(elf, symbol), kind, addend) for place, symbol, kind, addend in rows)
        name = elf.section_name(section).decode("utf-8", "replace")
        found.append((name, section.kind, section.flags, section.size, content, relocations))
    return found


def _target(elf: ElfObject, number: int) -> str:
    """What a relocation points at: a symbol's name, or a place in a section."""
    try:
        name, _, section, value, _ = elf.symbols[number]
        text = elf.symbol_name(name)
        if text or not section:
            return text
        return f"{elf.section_name(elf.sections[section]).decode('utf-8', 'replace')}+{value}"
    except IndexError as error:
        raise ElfError("number of a symbol") from error
