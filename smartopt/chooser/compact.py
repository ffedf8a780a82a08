"""A shorter, reversible form of a normalised function, which the tokenizer reads.

Normalisation numbers values and blocks in order of definition, so the number of a definition says nothing, and that of
an operand says less than how far back the operand was defined. Here a definition in order loses its number and an
operand becomes a distance, so that equal code at different places becomes equal, shorter text:

    define i32 @f0(i32 %0){          define i32 @f0(i32 %0){
    %1=add i32 %0,1                  =add i32 %0,1
    %2=mul i32 %1,%1                 =mul i32 $1,$1
    br label %b1                     br label ^1
    b1:                              :
    ret i32 %2                       ret i32 $1

Parameters and the stack slots at a function's start keep their names (``%0``), since they are used over and over at any
distance. Takes linear time; ``expand(compact(text)) == text`` for every text.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["COMPACT_VERSION", "compact", "expand"]

COMPACT_VERSION: Final = 1
"""Raised whenever the compact form of any text changes; part of manifests."""

_VERBATIM: Final = "^"
"""Marks a text that follows unchanged."""
_NUMBER = r"(0|[1-9][0-9]{0,5})(?![\w.$-])"
_LONG: Final = re.compile(rf"^%{_NUMBER}(?==)|^b{_NUMBER}(?=:$)|%b{_NUMBER}|%{_NUMBER}", re.ASCII | re.MULTILINE)
_SHORT: Final = re.compile(
    rf"^(?:%{_NUMBER})?(?==)|^(?:b{_NUMBER})?(?=:$)|\^(-?[0-9]+)|\$(-?[0-9]+)", re.ASCII | re.MULTILINE
)
_AMBIGUOUS: Final = re.compile(r"[$^]|^[=:]", re.MULTILINE)
_DEFINE: Final = re.compile(r"^define [^\n]*\n", re.MULTILINE)
_PARAMETER: Final = re.compile(rf"%{_NUMBER}", re.ASCII)


def compact(text: str) -> str:
    """The compact form; a text that could be taken for a compact one is marked and kept unchanged."""
    header = _DEFINE.search(text)
    if header is None or _AMBIGUOUS.search(text):
        return _VERBATIM + text
    state = _State(header.group())
    return text[: header.end()] + _LONG.sub(state.shorten, text[header.end() :])


def expand(text: str) -> str:
    """Undoes :func:`compact`. For a text that it did not make, the result is undefined."""
    if text.startswith(_VERBATIM):
        return text[len(_VERBATIM) :]
    header = _DEFINE.search(text)
    if header is None:
        return text
    state = _State(header.group())
    return text[: header.end()] + _SHORT.sub(state.lengthen, text[header.end() :])


class _State:
    """What has been defined so far, which is the same in both directions."""

    def __init__(self, header: str) -> None:
        self.value = len(_PARAMETER.findall(header))
        self.named = self.value
        self.block = 0
        self.line_end = -1

    def shorten(self, match: re.Match[str]) -> str:
        defined, label, block, value = match.groups()
        if value is not None:
            number = int(value)
            return match.group() if number < self.named else f"${self._here(match) - number}"
        if block is not None:
            return f"^{int(block) - self.block}"
        if defined is not None:
            return "" if self._defines(match, int(defined)) else match.group()
        return "" if self._labels(int(label)) else match.group()

    def lengthen(self, match: re.Match[str]) -> str:
        defined, label, block, value = match.groups()
        if value is not None:
            return f"%{self._here(match) - int(value)}"
        if block is not None:
            return f"%b{self.block + int(block)}"
        if match.string.startswith("=", match.end()):
            number = self.value if defined is None else int(defined)
            self._defines(match, number)
            return f"%{number}"
        number = self.block + 1 if label is None else int(label)
        self._labels(number)
        return f"b{number}"

    def _here(self, match: re.Match[str]) -> int:
        """Where distances start: at the value that this line defines, else at the next; so the last value is $1."""
        return self.value - (match.start() < self.line_end)

    def _defines(self, match: re.Match[str], number: int) -> bool:
        """Records a definition; returns whether its number is the next in order."""
        if number != self.value:
            return False
        if self.value == self.named and match.string.startswith("=alloca", match.end()):
            self.named += 1
        self.value += 1
        self.line_end = match.string.find("\n", match.end()) % (1 << 62)  # the last line ends nowhere
        return True

    def _labels(self, number: int) -> bool:
        if number != self.block + 1:
            return False
        self.block += 1
        return True
