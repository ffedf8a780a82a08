"""Where commands print their tables."""

from __future__ import annotations

import sys

from rich.console import Console

__all__ = ["table_console"]

_WIDTH = 160
"""Columns of a file or pipe, for which rich would take 80: no table of ours fits into these."""


def table_console() -> Console:
    """Standard output; as wide as the terminal, if it is one."""
    return Console() if sys.stdout.isatty() else Console(width=_WIDTH)
