"""Reads printed IR: the functions' names and lengths, the target, the relocation model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..ir.names import PRINTED, VERBATIM, unquoted

__all__ = ["count_instructions", "defined_functions", "is_pic", "optnone_functions", "triple", "verbatim_functions"]

_DEFINE = re.compile(rf'^define (?:[^@"\n]|"[^"\n]*")*@({PRINTED})\((.*)$', re.M)
_OPTNONE_GROUP = re.compile(r"^attributes #(\d+) = \{[^}\n]*\boptnone\b", re.M)
_TRIPLE = re.compile(r'^target triple = "([^"\n]*)"', re.M)
_PIC = re.compile(r'!"PIC Level", i32 [12]')
# Not an instruction: continued lines, closing brackets, comments, debug records and debug intrinsics.
_NOT_AN_INSTRUCTION = re.compile(r"  (?:[ \];#]|uselistorder|(?:tail )?call void @llvm\.dbg\.)|[^ ]|\Z")


def defined_functions(text: str) -> list[str]:
    """The names of the functions with a body, in module order."""
    return [unquoted(match[1]) for match in _DEFINE.finditer(text)]


def verbatim_functions(text: str) -> list[str]:
    """The defined functions whose names an object's symbols do not have in full (``ir.names.VERBATIM``)."""
    if '@"\\01' not in text:
        return []
    return [name for name in defined_functions(text) if name.startswith(VERBATIM)]


def optnone_functions(text: str) -> set[str]:
    """The defined functions that carry ``optnone``."""
    groups = {f"#{number}" for number in _OPTNONE_GROUP.findall(text)}
    if not groups:
        return set()
    return {unquoted(m[1]) for m in _DEFINE.finditer(text) if groups.intersection(m[2].split())}


def count_instructions(text: str) -> dict[str, int]:
    """Instructions by defined function; debug records and debug intrinsics are not counted."""
    return {name: sum(map(_is_instruction, lines)) for name, lines in _bodies(text)}


def triple(text: str) -> str | None:
    """The module's target triple."""
    match = _TRIPLE.search(text)
    return match[1] if match else None


def is_pic(text: str) -> bool:
    """Whether the module asks for position-independent code (the flag ``PIC Level``)."""
    return bool(_PIC.search(text))


def _bodies(text: str) -> Iterator[tuple[str, list[str]]]:
    for match in _DEFINE.finditer(text):
        end = text.find("\n}", match.end())
        yield unquoted(match[1]), text[match.end() + 1 : end + 1].split("\n")


def _is_instruction(line: str) -> bool:
    return not _NOT_AN_INSTRUCTION.match(line)
