"""``smartopt-lab tune-backend``: search settings of the back end for one target, and write the table of the product."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ...codegen.settings import slim_settings
from ...codegen.slim_data import SLIM_FILE, slim_data
from ...codegen.targets import target_named
from ...errors import InputError, UsageError
from ..console import table_console
from ..results import ResultFile
from .back_end import BackEndSearch, spread
from .back_end_options import THRESHOLD, default_of, settings_for

__all__ = ["main"]

_SHOWN = 0.0001
"""Shares of all bytes below which a single setting is not shown."""


def main(
    bitcode: Annotated[Path, typer.Argument(help="Folder with unoptimised modules of the target, a folder a package.")],
    target: Annotated[str, typer.Option(help="aarch64, arm, arm-m, riscv32, riscv64 or x86_64.")],
    out: Annotated[Path, typer.Option(help="Sizes so far (JSON lines); the same command goes on from there.")],
    files: Annotated[int, typer.Option(help="Modules, spread over the packages.")] = 60,
    options: Annotated[str, typer.Option(help="Only these options, comma-separated.")] = "",
    worth: Annotated[float, typer.Option(help="Per cent of all bytes that a further setting must save.")] = 0.03,
    minutes: Annotated[float, typer.Option(help="Stop after so many minutes.")] = 60.0,
    jobs: Annotated[int, typer.Option(help="Modules at a time.")] = os.cpu_count() or 1,
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    write: Annotated[bool, typer.Option(help="Write the settings found into the product's table.")] = False,
) -> None:
    """Search settings of LLVM's back end that make a target's objects smaller: one by one, then together."""
    if target_named(target) is None:
        raise UsageError(f"there is no target {target!r}; name aarch64, arm, arm-m, riscv32, riscv64 or x86_64")
    chosen = spread(bitcode.rglob("*.bc"), files)
    if not chosen:
        raise InputError(f"no .bc files under {bitcode}; make some with smartopt-lab corpus cross")
    store = ResultFile(out, {"target": target, "llvm": llvm}, 1, "tune-backend")
    deadline = time.monotonic() + 60 * minutes
    search = BackEndSearch(llvm, chosen, store, jobs, typer.echo)
    wanted = frozenset(f"-{name.lstrip('-')}" for name in options.split(",") if name)
    singles = [one for one in settings_for(target) if not wanted or one[0] in wanted]

    def late() -> bool:
        return time.monotonic() > deadline

    in_use = [(option, value) for option, value, _, since in slim_settings(target) if search.major >= since]
    in_use.append((THRESHOLD, str(slim_data()[target]["least"])))
    search.measure([in_use, *([one] for one in singles)], late)
    table = Table("setting", "saves", title=f"{target}: {len(chosen)} modules, {search.bytes:,} bytes")
    for one in sorted(singles, key=lambda one: -search.saves([one])):
        if abs(search.saves([one])) > _SHOWN * search.bytes:
            table.add_row("=".join(one), f"{100 * search.saves([one]) / search.bytes:.3f}%")
    table.add_row("those in use, together", f"{100 * search.saves(in_use) / search.bytes:.3f}%")
    table_console().print(table)
    taken = search.together(singles, worth / 100, late)
    table = Table("together", "saves", title=f"{target}: one after another")
    for (option, value), saved in taken:
        table.add_row(f"{option}={value}", f"{100 * saved / search.bytes:.3f}%")
    table_console().print(table)
    if write and taken:
        rows = [[option, value, *default_of(option)] for (option, value), _ in taken if option != THRESHOLD]
        least = [int(value) for (option, value), _ in taken if option == THRESHOLD]
        data = {**slim_data(), target: {"least": least[0] if least else 1, "settings": rows}}
        Path(SLIM_FILE).write_text(formatted(data), "utf-8")
        typer.echo(f"wrote {SLIM_FILE}; say in passes/data/trust-records.json why each new option is sound")


def formatted(data: dict[str, Any]) -> str:
    """The table's file: one setting a line."""
    parts = []
    for target, found in data.items():
        rows = ",\n   ".join(json.dumps(row) for row in found["settings"])
        parts.append(f' {json.dumps(target)}: {{\n  "least": {found["least"]},\n  "settings": [\n   {rows}\n  ]\n }}')
    return "{\n" + ",\n".join(parts) + "\n}\n"
