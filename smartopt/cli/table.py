"""A report as a table for people, on stderr: what each function gained and why. It computes no size
itself."""

from __future__ import annotations

import os
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..reasons import sentence

__all__ = ["show"]

_ROWS = 40
"""Functions shown; the rest is summed up in one line (--report has them all)."""
_WIDTH = 118
"""Columns where there is no terminal to ask."""


def show(report: dict[str, Any], name: str, console: Console | None = None) -> None:
    """Print the report of ``name``: a line per function, then the sums, then what was left to -Oz and why."""
    console = console or _console()
    functions = sorted(report["functions"], key=lambda f: (-_saved(f, report), f["name"]))
    changed = [f for f in functions if f["source"] != "oz"]
    if functions:
        console.print(_table(report, name, changed[:_ROWS]))
    hidden = len(changed) - min(len(changed), _ROWS)
    kept = len(functions) - len(changed)
    if hidden:
        console.print(
            f"  ... and {hidden} more functions with their own list (--report FILE.json has them all)"
        )
    if kept:
        console.print(
            f"  {kept} of {len(functions)} functions stay as -Oz made them: no list tried was smaller"
        )
    console.print(_sums(report))
    for reason, count in sorted(report["fallbacks"].items()):
        console.print(f"  {count} × {escape(sentence(reason))} [dim]\\[{reason}][/dim]")


def _console() -> Console:
    if sys.stderr.isatty() or os.environ.get("COLUMNS"):
        return Console(stderr=True, highlight=False)
    return Console(stderr=True, highlight=False, width=_WIDTH)


def _saved(function: dict[str, Any], report: dict[str, Any]) -> int:
    """What a function saved, in the objective's unit where that was measured."""
    sizes = function.get("bytes") or {}
    if report["objective"] == "size" and sizes.get("oz") is not None and sizes.get("output") is not None:
        return int(sizes["oz"]) - int(sizes["output"])
    return int(function["instructions"]["oz"]) - int(function["instructions"]["output"])


def _table(report: dict[str, Any], name: str, functions: list[dict[str, Any]]) -> Table:
    table = Table(
        title=f"{escape(name)}: LLVM {report['llvm']} ({report['engine']}), effort {report['effort']}",
        title_justify="left",
        show_edge=False,
        pad_edge=False,
    )
    table.add_column("function", overflow="fold", ratio=3)
    table.add_column("instructions\ninput → -Oz → ours", justify="right", no_wrap=True)
    table.add_column("bytes\n-Oz → ours", justify="right", no_wrap=True)
    table.add_column("saved", justify="right", no_wrap=True)
    table.add_column("why: the pass list, and who proposed it", overflow="fold", ratio=6)
    for function in functions:
        counts, sizes = function["instructions"], function.get("bytes") or {}
        table.add_row(
            escape(function["name"]),
            f"{_n(counts.get('input'))} → {_n(counts['oz'])} → {_n(counts['output'])}",
            f"{_n(sizes.get('oz'))} → {_n(sizes.get('output'))}",
            _percent(sizes.get("oz"), sizes.get("output")),
            f"{escape(function['passes'])} [dim]({_who(function)})[/dim]",
        )
    return table


def _who(function: dict[str, Any]) -> str:
    rank = function.get("rank")
    return f"{function['source']}, no. {rank}" if rank is not None else str(function["source"])


def _sums(report: dict[str, Any]) -> str:
    counts = report["instructions"]
    parts = []
    sizes = report["bytes"]
    if sizes.get("oz") and sizes.get("output"):
        before, after = sizes["oz"]["total"], sizes["output"]["total"]
        parts.append(f"{before:,} → {after:,} bytes ({_percent(before, after)})")
    parts.append(
        f"{counts['oz']:,} → {counts['output']:,} instructions ({_percent(counts['oz'], counts['output'])})"
    )
    winner = {"plan": "per-function plan", "module": "whole-module list", "oz": "-Oz itself"}[
        report["winner"]
    ]
    return (
        f"[bold]-Oz → smartopt: {', '.join(parts)}[/bold]; taken: {winner}; "
        f"{report['trials']:,} trials in {report['seconds']['total']:.1f} s"
    )


def _percent(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return "–"
    if not before:
        return "0.0%"
    return f"{100 * (after - before) / before:+.1f}%" if after != before else "0.0%"


def _n(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"
