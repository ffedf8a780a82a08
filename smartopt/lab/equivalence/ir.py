"""Functions and modules as plain data, as the reader makes them of what LLVM prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .types import Type

__all__ = ["Attributes", "BasicBlock", "Function", "Global", "Instruction", "Module", "Operand", "Typed"]

Operand = tuple[Any, ...]
"""``("local", name)``, ``("global", name)``, ``("int", n)``, ``("float", x)``, ``("null",)``, ``("undef",)``,
``("poison",)``, ``("zero",)``, ``("many", ((type, operand), ...))``, ``("bytes", b)``,
``("expr", opcode, flags, source type, ((type, operand), ...))`` or ``("metadata",)``."""

Typed = tuple[Type, Operand]
Attributes = dict[str, Any]
"""Attribute name to True, to a number (``align``), or to the text in its parentheses."""


@dataclass
class Instruction:
    """One instruction. ``extra`` holds what only some opcodes have (labels, cases, predicate, callee, indices)."""

    opcode: str
    result: str | None
    type: Type
    operands: list[Typed]
    flags: frozenset[str] = frozenset()
    extra: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass
class BasicBlock:
    name: str
    instructions: list[Instruction] = field(default_factory=list)


@dataclass
class Function:
    """A function; ``blocks`` is empty for a declaration, and for a definition until ``body`` is asked for."""

    name: str
    returns: Type
    return_attributes: Attributes
    parameters: list[tuple[Type, Attributes, str]]
    attributes: Attributes
    variadic: bool
    head: str
    text: str
    defined: bool
    _read: Callable[[Function], list[BasicBlock]]
    _blocks: list[BasicBlock] | None = None

    def body(self) -> list[BasicBlock]:
        """The blocks, read when they are first asked for. Raises Unsupported."""
        if self._blocks is None:
            self._blocks = self._read(self)
        return self._blocks


@dataclass
class Global:
    name: str
    type: Type
    constant: bool
    external: bool
    initialiser: str
    thread_local: bool = False


@dataclass
class Module:
    """A printed module. Functions are read when they are asked for."""

    types: dict[str, Type | str] = field(default_factory=dict)
    globals: dict[str, Global] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    initialisers: dict[str, Operand] = field(default_factory=dict)
    instructions_read: dict[str, Instruction] = field(default_factory=dict)
    """What a line says, shared by the versions of a module; lines that name attribute groups are read anew."""
    lines: dict[str, Global] = field(default_factory=dict)
    """The line of each global, so that another version of the module need not be read anew."""
