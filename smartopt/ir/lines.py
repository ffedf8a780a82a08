"""The lines of a function as the line model reads them: what each instruction is, without names and large numbers.

Values, globals and blocks are bare signs, numbers of three digits and more are ``#``, and what callers promise about
arguments is left out, so that a few thousand different lines are nearly all that there is. They are made from the text
that LLVM prints by a handful of replacements, which take a quarter of a millisecond a function.
"""

from __future__ import annotations

import re

__all__ = ["BLOCK", "LINES_VERSION", "lines_of"]

LINES_VERSION = 1
"""Raised whenever the lines of any function may change: a model reads only what it was trained on."""

BLOCK = b"<block>"
"""Stands between blocks."""

_LONGEST = 96
"""Bytes of a line that are kept."""

# Each begins with a literal or a set of characters, for which ``re`` searches fast.
_REPLACED = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (rb", ![^\n]*| #\d+(?=\n)", b""),
        (rb'%(?:[-\w$.]+|"[^"\n]*")', b"%"),
        (rb'@(?!llvm\.)(?:[-\w$.]+|"[^"\n]*")', b"@"),
        (
            rb",? (?:align \d+|noundef|nonnull|signext|zeroext|noalias|readonly|dereferenceable(?:_or_null)?\(\d+\)"
            rb"|captures\([^()\n]*\)|range\([^()\n]*\)|local_unnamed_addr)(?![-\w.])",
            b"",
        ),
        (rb"\d\d\d[\w.+-]*", b"#"),
    )
)


def lines_of(text: bytes) -> bytes:
    """The lines of a function as LLVM prints it, from ``define`` to the closing brace, each with a newline between.

    The entry block's label is not written, ``BLOCK`` stands before every other block. Never raises: of other text the
    lines make no sense.
    """
    body = text.partition(b"\n")[2]
    for pattern, replacement in _REPLACED:
        body = pattern.sub(replacement, body)
    body = body.replace(b"  % = ", b"  ").replace(b"tail call ", b"call ")
    found = []
    for line in body.split(b"\n"):
        if line[:2] == b"  ":
            found.append(line.strip()[:_LONGEST])
        elif not line:
            found.append(BLOCK)
    return b"\n".join(found)
