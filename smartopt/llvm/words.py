"""LLVM's own messages, made fit for one line."""

from __future__ import annotations

__all__ = ["first_line"]


def first_line(text: str) -> str:
    """The first non-empty line of one of LLVM's messages."""
    for line in text.splitlines():
        if line.strip():
            return line.strip()
    return ""
