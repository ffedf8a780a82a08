r"""The three forms of a function's name: as LLVM prints it, as its API gives it, and as an object's symbol.

LLVM prints ``@"a\22b"`` for the name ``a"b``, which is also the symbol. A name that begins with the byte 1 (an ``asm``
label in C) asks for a symbol without the target's usual prefix: ``@"\01foo"`` is the symbol ``foo``. Names are bytes in
LLVM; here they are text, in which bytes that are not UTF-8 are surrogates. Sources: UnEscapeLexed of
llvm/lib/AsmParser/LLLexer.cpp, printLLVMName of llvm/lib/IR/AsmWriter.cpp, llvm/lib/IR/Mangler.cpp.
"""

from __future__ import annotations

__all__ = ["PRINTED", "VERBATIM", "printed", "symbol_of", "unquoted"]

PRINTED = r'(?:"[^"\n]*"|[-\w$.]+)'
"""Pattern of a name as it is printed, without ``@``."""
VERBATIM = "\1"
"""How a name begins that is taken for a symbol as it stands."""

_HEX = b"0123456789ABCDEFabcdef"
_BACKSLASH, _QUOTE = 0x5C, 0x22


def unquoted(name: str) -> str:
    """The name, from its printed form."""
    if not name.startswith('"'):
        return name
    if "\\" not in name:
        return name[1:-1]
    raw, found, at = name[1:-1].encode("utf-8", "surrogateescape"), bytearray(), 0
    while at < len(raw):
        digits = raw[at + 1 : at + 3]
        if raw[at] != _BACKSLASH:
            found.append(raw[at])
        elif digits[:1] == b"\\":
            found.append(_BACKSLASH)
            at += 1
        elif len(digits) == 2 and digits[0] in _HEX and digits[1] in _HEX:
            found.append(int(digits, 16))
            at += 2
        else:
            found.append(_BACKSLASH)
        at += 1
    return found.decode("utf-8", "surrogateescape")


def printed(name: str) -> str:
    """A name as LLVM prints it."""
    if name.isascii() and name.translate(_SIGNS).isalnum() and not name[0].isdigit():
        return name
    return '"' + "".join(map(_escaped, name.encode("utf-8", "surrogateescape"))) + '"'


def symbol_of(name: str) -> str:
    """The symbol of a function in an ELF object."""
    return name.removeprefix(VERBATIM)


_SIGNS = str.maketrans("-._", "xxx")
"""The signs that a name may hold without quotes, read as letters."""


def _escaped(byte: int) -> str:
    if byte == _BACKSLASH:
        return "\\\\"
    return chr(byte) if 0x20 <= byte < 0x7F and byte != _QUOTE else f"\\{byte:02X}"
