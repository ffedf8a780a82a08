"""Picks the one line of LLVM's output that says what went wrong."""

from __future__ import annotations

__all__ = ["fault", "first_line"]


def first_line(text: str) -> str:
    """The first line of a message that is not empty."""
    for line in text.splitlines():
        if line.strip():
            return line.strip()
    return ""


def fault(output: str) -> str:
    """The first line of a dead process's output that reports an error; empty if there is none."""
    marks = ("LLVM ERROR", "error:", "Assertion")
    return next((line.strip() for line in output.splitlines() if any(mark in line for mark in marks)), "")
