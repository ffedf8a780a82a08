"""Machine code as a model reads it: assembly without names, addresses and directives, by function.

        testl   %esi, %esi           testl %esi, %esi
        je      .LBB0_3              je L0
        callq   helper@PLT           callq S@PLT
    .LBB0_3:                         L0:

Labels are numbered in order of appearance and every symbol is ``S``, so that equal code in different modules is equal
text. Written for the AT&T syntax that LLVM prints for x86; less of other targets' code is recognised, and the rest
stays as printed. Instructions whose name has other characters than letters and digits (``rep;movsb``) are left out, and
``$name`` does not count as a symbol: the packaged model was trained on such text and would have to be trained again.
"""

from __future__ import annotations

import re
from collections.abc import Collection

__all__ = ["apart", "beside", "machine_code"]

_SEPARATOR = "\f"
"""Separates a function from its code. Normalised IR writes this character as ``\\0C``."""

_NAME = re.compile(r'(?:"((?:[^"\\]|\\.)*)"|([^\s.#"][^\s:"]*)):')
_INSTRUCTION = re.compile(r"^\t([a-z]\w*)(?:\t(.*))?$")
_LABEL = re.compile(r"\.L[A-Za-z0-9_$.]+")
_SYMBOL = re.compile(r'(?<![\w.%$])(?:[A-Za-z_.][\w.$@]*|"[^"]*")(?=[+\-@(]|$)')
_NUMBERED = re.compile(r"L\d+\Z")


def machine_code(assembly: str, wanted: Collection[str]) -> dict[str, str]:
    """The code of the ``wanted`` functions of an assembly file that LLVM printed, by name."""
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in assembly.split("\n"):
        start = _NAME.match(line)
        name = (start[1] or start[2]) if start else ""
        if name in wanted:
            found[name] = current = []
        elif line.startswith(".Lfunc_end"):
            current = None
        elif current is not None:
            current.append(line)
    return {name: _plain(lines) for name, lines in found.items()}


def beside(function: str, code: str | None) -> str:
    """A normalised function and its machine code, if any, as one text."""
    return f"{function}{_SEPARATOR}{code}" if code else function


def apart(text: str) -> tuple[str, str | None]:
    """The normalised function and its machine code, if any: undoes :func:`beside`."""
    function, separator, code = text.partition(_SEPARATOR)
    return function, code if separator else None


def _plain(lines: list[str]) -> str:
    labels: dict[str, int] = {}

    def label(found: re.Match[str]) -> str:
        return f"L{labels.setdefault(found[0], len(labels))}"

    made = []
    for line in lines:
        if line.startswith(".LBB"):
            made.append(_LABEL.sub(label, line.split(":")[0]) + ":")
            continue
        instruction = _INSTRUCTION.match(line)
        if instruction is None:
            continue
        operands = _LABEL.sub(label, (instruction[2] or "").split("#")[0].strip())
        operands = _SYMBOL.sub(lambda found: found[0] if _NUMBERED.match(found[0]) else "S", operands)
        made.append(f"{instruction[1]} {operands}" if operands else instruction[1])
    return "\n".join(made)
