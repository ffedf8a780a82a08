"""Which symbols an ELF object asks of other files, and which functions it offers them."""

from __future__ import annotations

from .elf import ElfError, ElfObject

__all__ = ["global_functions", "undefined_symbols"]

_UNDEFINED = 0
_FUNCTION, _GLOBAL_OR_WEAK = 2, (1, 2)


def undefined_symbols(data: bytes) -> set[str]:
    """The names of an object's undefined symbols; none if it is damaged or of another format.

    They answer one question of the clang driver: does inline assembly still name a function that is gone? LLVM does
    not read the text of inline assembly, so it may inline and drop a static function that only such a text names.
    """
    try:
        elf = ElfObject(data)
        return {elf.symbol_name(name) for name, _, section, _, _ in elf.symbols if section == _UNDEFINED and name}
    except ElfError:
        return set()


def global_functions(data: bytes) -> set[str]:
    """The functions that an object defines for other files, weak ones too. Raises ElfError."""
    elf = ElfObject(data)
    return {
        elf.symbol_name(name)
        for name, info, section, _, _ in elf.symbols
        if info & 15 == _FUNCTION and info >> 4 in _GLOBAL_OR_WEAK and section > 0
    }
