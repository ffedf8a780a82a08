"""LLVM's own messages, made fit for one line."""

from __future__ import annotations

__all__ = ["fault", "first_line"]


def first_line(text: str) -> str:
    """The first non-empty line of one of LLVM's messages."""
    for line in text.splitlines():
        if line.strip():
            return line.strip()
    return ""


def fault(words: str) -> str:
    """What a process that died said of it last, or nothing: its line that speaks of an error."""
    marks = ("LLVM ERROR", "error:", "Assertion")
    return next((line.strip() for line in words.splitlines() if any(mark in line for mark in marks)), "")
