"""Finds the functions that outlining makes larger where a linker keeps only parts of an object.

Under ``-ffunction-sections`` a linker with ``--gc-sections`` drops the functions that nobody refers to. An outlined
function stays while one of its users stays, so an object that became smaller by sharing code can make a larger program:
nine users that are dropped no longer pay for what the tenth needs. Which functions a program keeps is not known when it
is compiled, so outlining must pay for each section by itself: :func:`functions_made_larger` charges every section with
*all* outlined functions that it needs, as if it were the only user, and compares that with what clang's own code of its
functions takes. Where no section comes out larger, no set of sections does: a set needs at most the sum of what its
members are charged with, and clang's object keeps those members too. That is exact for a section that can be kept
alone, and an upper bound for every other set. Comdat groups are treated in the same way.

An outlined function is counted as it is linked: its code, its unwind entry padded to eight bytes, as GNU ld pads it,
and its entry of ``.eh_frame_hdr``.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..objfile.elf import ElfError, ElfObject
from ..objfile.elf_sizes import measure_elf
from .outliner import is_outlined

__all__ = ["HEADER_ENTRY", "count_outlined", "functions_made_larger"]

HEADER_ENTRY = 8
"""Bytes that a linker adds to ``.eh_frame_hdr`` for each function with an unwind entry."""


def functions_made_larger(data: bytes, before: Mapping[str, int]) -> set[str]:
    """The functions that outlining may make larger where the linker drops others.

    A function of a comdat group that needs outlined functions elsewhere is always among them: where the linker takes
    another file's copy of the group, those stay behind.

    Args:
        data: the object. A damaged object, or one that is not ELF, has no such functions; callers measure it before.
        before: the bytes of each function in clang's own object.
    """
    try:
        return _made_larger(ElfObject(data), before)
    except ElfError:
        return set()


def count_outlined(sizes: Mapping[str, int]) -> int:
    """The number of an object's functions that the outliner made; ``sizes`` has the bytes of all functions."""
    return sum(map(is_outlined, sizes))


def _made_larger(elf: ElfObject, before: Mapping[str, int]) -> set[str]:
    sizes = measure_elf(elf)
    cost: dict[_Place, int] = {}
    members: dict[int, dict[int, str]] = {}
    for section, offset, _, at in elf.functions:
        name = elf.symbol_name(at)
        if is_outlined(name):
            unwind = sizes.functions[name] - sizes.code[name]
            cost[section, offset] = sizes.code[name] + (-(-unwind // 8) * 8 + HEADER_ENTRY if unwind else 0)
        elif name in before or offset not in members.get(section, {}):  # an alias is the same code
            members.setdefault(section, {})[offset] = name
    calls = {section: _references(elf, section, index, cost) for section, index in _relocated_code(elf).items()}
    found: set[str] = set()
    for section, functions in members.items():
        needed = _needed(section, calls, members)
        if not needed:
            continue
        # An outlined function keeps the other functions of its section, which clang's code may not have needed.
        strange = {place[0] for place in needed}.intersection(members) - calls[section].others
        inside = sum(size for place, size in cost.items() if place[0] == section)
        charged = (
            sum(map(sizes.functions.__getitem__, functions.values())) + sum(map(cost.__getitem__, needed)) + inside
        )
        grouped = elf.sections[section].flags & _GROUP
        if strange or grouped or charged > sum(before.get(name, 0) for name in functions.values()):
            found.update(functions.values())
    return found


_Place = tuple[int, int]
"""Section and offset."""
_ALLOC_CODE, _GROUP = 6, 0x200
_PC_RELATIVE = (2, 4)
"""R_X86_64_PC32 and R_X86_64_PLT32: relative to the end of the field, which in code is four bytes after its start."""


class _References:
    """What a section's code refers to: outlined functions, and the sections of everything else."""

    def __init__(self, outlined: set[_Place], others: set[int]) -> None:
        self.outlined, self.others = outlined, others


def _relocated_code(elf: ElfObject) -> dict[int, int]:
    """Maps each section of code that has relocations to the section that holds them."""
    found = elf.relocated()
    return {of: index for of, index in found.items() if elf.sections[of].flags & _ALLOC_CODE == _ALLOC_CODE}


def _references(elf: ElfObject, section: int, index: int, outlined: Mapping[_Place, int]) -> _References:
    found = _References(set(), set())
    for target in elf.targets(index, section).values():
        place = target.section, target.offset + 4 * (target.kind in _PC_RELATIVE)
        if place in outlined:
            found.outlined.add(place)
        else:
            found.others.add(target.section)
    return found


def _needed(section: int, calls: Mapping[int, _References], members: Mapping[int, object]) -> set[_Place]:
    """The outlined functions in other sections that a section needs."""
    found: set[_Place] = set()
    waiting, seen = [section], {section, *members}
    while waiting:
        references = calls.get(waiting.pop())
        for place in references.outlined if references else ():
            if place[0] != section:
                found.add(place)
            if place[0] not in seen:
                seen.add(place[0])
                waiting.append(place[0])
    return found
