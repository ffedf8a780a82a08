"""The table of ``bench size --target``: a row a target, and what is larger or left out, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from ..targets import TARGETS
from .size import Row, totals

__all__ = ["show_targets", "target_totals"]


def target_totals(rows: Sequence[Row]) -> dict[str, Any]:
    """Sums over the rows of one target: those of ``totals``, files left out and failed, and by clang alone."""
    good = [row for row in rows if row.counts]
    return {
        **totals(rows),
        "left_out": sum(bool(row.left_out) for row in rows),
        "failed": sum(bool(row.error) for row in rows),
        "by_clang": sum(row.winner == "clang" for row in good),
    }


def show_targets(console: Console, rows: Mapping[str, Sequence[Row]], title: str) -> None:
    """Print what is saved for each target, then each file that is larger, was left out or failed."""
    table = Table(title=f"Saved against clang -Oz by target, {title}")
    for heading in ("target", "files", "left out", "larger", "by clang", "all bytes", ".text", "seconds", "clang s"):
        table.add_column(heading, justify="left" if heading == "target" else "right")
    for name, found in rows.items():
        sums = target_totals(found)
        counts = (str(sums[key]) for key in ("files", "left_out", "larger", "by_clang"))
        sizes = (_saved(sums["oz"][key], sums["smartopt"][key]) for key in ("total", "text"))
        times = (f"{sums[key]:.1f}" for key in ("seconds", "clang_seconds"))
        about = TARGETS[name].about + ("" if TARGETS[name].measured else " (pass lists only)")
        table.add_row(about, *counts, *sizes, *times)
    console.print(table)
    for name, found in rows.items():
        for row in found:
            if row.counts and row.smartopt["total"] > row.oz["total"]:
                sizes_text = f"{row.smartopt['total']} bytes, by clang {row.oz['total']}"
                console.print(f"{name}: larger: {row.package}/{row.file}: {sizes_text}", highlight=False)
        missing = [f"{row.package}/{row.file} ({row.left_out})" for row in found if row.left_out]
        if missing:
            console.print(f"{name}: left out: {', '.join(missing)}", highlight=False, markup=False, soft_wrap=True)
        for row in found:
            if row.error:
                console.print(f"{name}: failed: {row.package}/{row.file}: {row.error}", highlight=False, markup=False)


def _saved(before: int, after: int) -> str:
    return f"{before} -> {after} ({100 * (1 - after / before):.2f}%)" if before else str(after)
