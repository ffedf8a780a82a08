"""Prints a report as a table on stderr: what each function gained and why. It only formats what the report holds."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..reasons import sentence

__all__ = ["show"]

_ROWS = 40
"""Functions that are shown; one line counts the others (--report has them all)."""
_WIDTH = 118
"""Columns if there is no terminal."""


def show(report: dict[str, Any], name: str, console: Console | None = None) -> None:
    """Prints the report of the input ``name``: a line per function, the sums, and what was left to -Oz and why."""
    console = console or _console()
    functions = sorted(report["functions"], key=lambda f: (-_saved(f, report), f["name"]))
    changed = [f for f in functions if f["source"] != "oz" or _differs(f)]
    console.print(_title(report, name))
    if changed:
        console.print(_table(report, changed[:_ROWS]))
    hidden = len(changed) - min(len(changed), _ROWS)
    kept = len(functions) - len(changed)
    if hidden:
        console.print(f"  ... and {hidden} more functions that changed (--report FILE.json has them all)")
    if kept:
        console.print(f"  {kept} of {len(functions)} functions stay as -Oz made them: nothing smaller was found")
    console.print(_sums(report))
    for reason, count in sorted(report["fallbacks"].items()):
        console.print(f"  {count} × {escape(sentence(reason))} [dim]\\[{reason}][/dim]")


def _console() -> Console:
    if sys.stderr.isatty() or os.environ.get("COLUMNS"):
        return Console(stderr=True, highlight=False)
    return Console(stderr=True, highlight=False, width=_WIDTH)


def _saved(function: dict[str, Any], report: dict[str, Any]) -> int:
    """What a function saved: bytes if that is the objective and they were measured, else instructions."""
    unit = "bytes" if report["objective"] == "size" and _measured(report) else "instructions"
    return int(function[unit]["oz"]) - int(function[unit]["output"])


def _measured(report: dict[str, Any]) -> bool:
    """Whether bytes were measured; they are zeros if LLVM has no code generator for the target."""
    return bool(report["bytes"]["oz"]["total"])


def _title(report: dict[str, Any], name: str) -> str:
    return (
        f"[bold]{escape(name)}[/bold]: LLVM {report['llvm']} ({report['engine']}), "
        f"lists from {report['model']}, effort {report['effort']}"
    )


def _table(report: dict[str, Any], functions: list[dict[str, Any]]) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("function", overflow="fold", ratio=3)
    table.add_column("instructions\ninput → -Oz → ours", justify="right", no_wrap=True)
    table.add_column("bytes\n-Oz → ours", justify="right", no_wrap=True)
    table.add_column("saved", justify="right", no_wrap=True)
    table.add_column("why: the pass list, and who proposed it", overflow="fold", ratio=6)
    measured = _measured(report)
    for function in functions:
        counts, sizes = function["instructions"], function["bytes"] if measured else None
        table.add_row(
            escape(function["name"]),
            f"{counts['input']:,} → {counts['oz']:,} → {counts['output']:,}",
            f"{sizes['oz']:,} → {sizes['output']:,}" if sizes else "not known",
            _percent(**(sizes or {key: counts[key] for key in ("oz", "output")})),
            f"{escape(_readable(function['passes']))}{_given(function, report)} [dim]({_who(function, report)})[/dim]",
        )
    return table


def _readable(passes: str) -> str:
    """A pass list with spaces to break lines at, without long options (--report has the exact text)."""
    short = (passes or "as -Oz left it").replace("instcombine<no-verify-fixpoint>", "instcombine")
    return re.sub(r",(?=\S)", ", ", re.sub(r"<[^<>]{16,}>", "<…>", short))


def _given(function: dict[str, Any], report: dict[str, Any]) -> str:
    """What the function was given besides its list: a frame pointer, an attribute."""
    touch = report.get("touches", {}).get(function["name"])
    frame = " + frame pointer" if function["name"] in report.get("frames", ()) else ""
    return frame + (f" + {touch}" if touch else "")


def _who(function: dict[str, Any], report: dict[str, Any]) -> str:
    if function["source"] == "oz":
        if report["winner"] == "module":
            return "for the whole module"
        return "-Oz's own list" if _given(function, report) else "-Oz's own list, in a module that differs"
    return f"{function['source']}, choice {function['rank'] + 1}"


def _differs(function: dict[str, Any]) -> bool:
    counts, sizes = function["instructions"], function["bytes"]
    return bool(counts["oz"] != counts["output"] or sizes["oz"] != sizes["output"])


def _sums(report: dict[str, Any]) -> str:
    counts = report["instructions"]
    parts = []
    if _measured(report):
        before, after = report["bytes"]["oz"]["total"], report["bytes"]["output"]["total"]
        parts.append(f"{before:,} → {after:,} bytes ({_percent(before, after)})")
    parts.append(f"{counts['oz']:,} → {counts['output']:,} instructions ({_percent(counts['oz'], counts['output'])})")
    winner = {"plan": "per-function plan", "module": "whole-module list", "oz": "-Oz itself"}[report["winner"]]
    return (
        f"[bold]-Oz → smartopt: {', '.join(parts)}[/bold]; taken: {winner}; "
        f"{report['trials']:,} trials in {report['seconds']['total']:.1f} s"
    )


def _percent(oz: int, output: int) -> str:
    if not oz:
        return "new" if output else "0.0%"
    return f"{100 * (output - oz) / oz:+.1f}%" if output != oz else "0.0%"
