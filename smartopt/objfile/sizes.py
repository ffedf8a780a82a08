"""The size of an object file: allocated bytes by kind of section and by function."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..ir.names import symbol_of
from ..records import dataclass, field

__all__ = ["SECTIONS", "Sizes"]

SECTIONS = ("text", "rodata", "eh_frame", "data", "total")
"""The kinds of bytes, and their sum."""


@dataclass(frozen=True)
class Sizes:
    """Allocated bytes of an object file, by kind of section, without .bss.

    ``functions`` maps each defined function to its bytes: its code, its unwind entry and, where the object tells them
    apart, its jump tables. ``code`` holds the bytes of its code alone; only ELF objects tell them.
    """

    text: int = 0
    rodata: int = 0
    eh_frame: int = 0
    data: int = 0
    functions: dict[str, int] = field(default_factory=dict)
    code: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.text + self.rodata + self.eh_frame + self.data

    def moved(self, before: Sizes, after: Sizes) -> Sizes:
        """These sizes where one object of ``before`` has those of ``after``: with the same differences by section."""
        return Sizes(
            self.text + after.text - before.text,
            self.rodata + after.rodata - before.rodata,
            self.eh_frame + after.eh_frame - before.eh_frame,
            self.data + after.data - before.data,
            self.functions,
            self.code,
        )

    def only(self, names: Collection[str]) -> Sizes:
        """The same sizes, of these functions only."""
        functions = {name: size for name, size in self.functions.items() if name in names}
        code = {name: size for name, size in self.code.items() if name in names}
        return Sizes(self.text, self.rodata, self.eh_frame, self.data, functions, code)

    def under_ir_names(self, names: Iterable[str]) -> Sizes:
        """With the names that the IR gives the functions, where ``names`` begin with ``ir.names.VERBATIM``.

        An object lacks that mark, and measuring takes the underscore off that some targets put before a symbol.
        """
        changed = {}
        for name in names:
            symbol = symbol_of(name)
            if symbol != name:
                changed[symbol if symbol in self.functions else symbol.removeprefix("_")] = name
        functions = {changed.get(name, name): size for name, size in self.functions.items()}
        code = {changed.get(name, name): size for name, size in self.code.items()}
        return Sizes(self.text, self.rodata, self.eh_frame, self.data, functions, code)

    def by_section(self) -> dict[str, int]:
        """Bytes of each of ``SECTIONS``."""
        return {kind: getattr(self, kind) for kind in SECTIONS}
