"""``smartopt-lab equivalence``: options in, table, record and exit code out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ...errors import SmartoptError, UsageError
from ...llvm.toolchain import find_toolchain
from ...passes.trusted import Trusted
from ..console import table_console
from ..results import read_results
from .campaign import Campaign, lists_of, run_campaign
from .report import KIND, Summary, record, summarise

__all__ = ["equivalence"]

FOUND, NOTHING_COMPARED = 1, 3


def equivalence(
    functions: Annotated[list[Path] | None, typer.Option(help="Bitcode or text module; may be repeated.")] = None,
    csmith: Annotated[int, typer.Option(help="Csmith programs, from --seed on.")] = 0,
    shapes: Annotated[int, typer.Option(help="Generated modules of switches and loops, from --seed on.")] = 0,
    lists: Annotated[
        str, typer.Option(help="passes (each alone), coreset, or a file with a list on each line.")
    ] = "passes",
    only: Annotated[list[str] | None, typer.Option(metavar="PASS", help="One list; instead of --lists.")] = None,
    lift_ban: Annotated[bool, typer.Option(help="Let --only name passes that are not trusted.")] = False,
    base: Annotated[list[str] | None, typer.Option(help="front, ssa, light or inlined: what runs before.")] = None,
    inputs: Annotated[int, typer.Option(help="Inputs drawn for each function.")] = 20,
    seed: Annotated[int, typer.Option(help="First seed of programs and shapes.")] = 1,
    jobs: Annotated[int, typer.Option(help="Modules at a time.")] = 1,
    time_limit: Annotated[float | None, typer.Option(help="Seconds after which no further module is begun.")] = None,
    llvm: Annotated[str | None, typer.Option(help="LLVM version or folder; the newest if not given.")] = None,
    out: Annotated[Path | None, typer.Option(help="Result file (JSON lines); one that exists is gone on with.")] = None,
    finds: Annotated[Path | None, typer.Option(help="Folder for both versions of every difference.")] = None,
    also: Annotated[list[Path] | None, typer.Option(help="Further result files to count, of the same LLVM.")] = None,
    write_record: Annotated[Path | None, typer.Option(help="Write the counts of each pass as JSON.")] = None,
) -> None:
    """Check what pass lists do to functions by running both versions on an interpreter of LLVM's semantics.

    Exit codes: 0 no difference, 1 a difference, 2 usage, 3 nothing was compared.
    """
    console = Console(stderr=True)

    def progress(item: str, summary: Summary) -> None:
        if console.is_terminal:
            total = summary.total
            console.print(
                f"{item}: {total.validated} of {total.fired} pairs, {len(summary.finds)} differences", end="\r"
            )

    try:
        toolchain = find_toolchain(llvm)
        chosen = {one: one for one in only} if only else lists_of(lists, Trusted.load(toolchain.major), toolchain.major)
        campaign = Campaign(
            lists=chosen,
            files=tuple(functions or ()),
            csmith=csmith,
            shapes=shapes,
            seed=seed,
            bases=tuple(base) if base else Campaign.bases,
            inputs=inputs,
            llvm=llvm,
            jobs=jobs,
            time_limit=time_limit,
            allow_banned=lift_ban,
        )
        summary = run_campaign(campaign, out=out, finds=finds, progress=progress)
        for path in also or ():
            made_with, lines = read_results(path, KIND)
            if made_with["llvm"] != toolchain.version:
                raise UsageError(f"{path} is about LLVM {made_with['llvm']}, not {toolchain.version}; leave it out")
            summary.join(summarise(lines))
        if write_record is not None:
            text = json.dumps(record(toolchain.version, summary), indent=1)
            write_record.write_text(text + "\n", "utf-8")
    except SmartoptError as error:
        console.print(f"smartopt-lab equivalence: {error}", markup=False, highlight=False)
        raise typer.Exit(error.exit_code) from None
    show(summary, table_console())
    if not summary.total.validated and not summary.finds:
        raise typer.Exit(NOTHING_COMPARED)
    raise typer.Exit(FOUND if summary.finds else 0)


def show(summary: Summary, console: Console) -> None:
    """Print the summary as a table."""
    table = Table(title=f"{summary.items} modules, {summary.functions} functions", box=None)
    headings = ("list", "fired", "valid", "proved", "inputs", "edges", "open", "differ", "failed")
    for heading in headings:
        if heading == "list":
            table.add_column(heading, no_wrap=True, max_width=40)
        else:
            table.add_column(heading, justify="right", no_wrap=True, min_width=5)
    for name, count in [*summary.lists.items(), ("all", summary.total)]:
        if not (count.fired or count.failed):
            continue
        covered = f"{100 * count.taken / count.edges:.0f}%" if count.edges else ""
        numbers = (sum(count.undecided.values()), count.different, sum(count.failed.values()))
        shown = (count.fired, count.validated, count.proved, count.inputs, covered, *numbers)
        table.add_row(name, *map(str, shown))
    console.print(table)
    for title, counts in (
        ("undecided", summary.total.undecided),
        ("LLVM failed", summary.total.failed),
        ("modules left out", summary.problems),
    ):
        if counts:
            named = ", ".join(f"{reason} {number}" for reason, number in counts.most_common())
            console.print(f"{title}: {named}", markup=False, highlight=False)
    for find in summary.finds:
        text = f"{find['item']} {find['function']}: {find['list']}: {find['detail']}"
        console.print(text, markup=False, highlight=False)
