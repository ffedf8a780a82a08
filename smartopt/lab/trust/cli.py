"""``smartopt-lab trust``: prints why each pass and setting is trusted, or no longer is."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from .entries import Entry, entries, missing

__all__ = ["main"]


def main(
    major: Annotated[int, typer.Option("--llvm", help="LLVM's major version.")] = 22,
    issues: Annotated[bool, typer.Option("--issues", help="Also list the issues that were read.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the entries as JSON.")] = False,
) -> None:
    """Why each pass, setting and attribute is trusted: who else runs it, what was read, what was validated.

    Exit code 1 if something is trusted without a record.
    """
    found = entries(major)
    if as_json:
        print(json.dumps([asdict(entry) for entry in found], indent=1))
    else:
        _show(found, major, issues)
    without = missing(found)
    for name in without:
        print(f"no record: {name}")
    raise typer.Exit(1 if without else 0)


def _show(found: list[Entry], major: int, issues: bool) -> None:
    console = Console(width=160)
    table = Table("kind", "name", "run by", "validated", "read", "why", title=f"Trusted with LLVM {major}")
    refused = Table("kind", "name", "run by", "read", "why", title="Not trusted")
    for entry in found:
        lines = [entry.why, *(_line(*issue) for issue in entry.issues if issues)]
        if entry.trusted:
            table.add_row(entry.kind, entry.name, entry.origin, _counts(entry), entry.read, "\n".join(lines))
        else:
            refused.add_row(entry.kind, entry.name, entry.origin, entry.read, "\n".join(lines))
    console.print(table)
    console.print(refused)
    used = [entry for entry in found if entry.trusted]
    read = sum(len(entry.issues) for entry in found)
    console.print(
        f"{len(used)} trusted, {len(found) - len(used)} not; {read} issues read. "
        "Validated: pairs in which the pass changed a function and both were found to agree, of those that it changed."
    )


def _counts(entry: Entry) -> str:
    if entry.checked is None:
        return ""
    wrong = f", {entry.checked.different:,} different" if entry.checked.different else ""
    return f"{entry.checked.validated:,} of {entry.checked.fired:,}{wrong}"


def _line(number: int, state: str, effect: str) -> str:
    return f"#{number}: {state}" + (f"; {effect}" if effect else "")
