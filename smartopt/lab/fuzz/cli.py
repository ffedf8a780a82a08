"""``smartopt-lab fuzz``: options in, table and exit code out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console
from rich.table import Table

from ...errors import SmartoptError
from .campaign import FuzzSettings, run_fuzz
from .report import OUTCOMES, Summary
from .subject import SubjectName

__all__ = ["exit_code", "fuzz"]

FOUND, NOTHING_COMPARED = 1, 3


def fuzz(
    programs: Annotated[int, typer.Option(help="Csmith programs, skipped ones included.")] = 100,
    plans: Annotated[int, typer.Option(help="Plans of random trusted lists for each program.")] = 2,
    seed: Annotated[int, typer.Option(help="First csmith seed, within 1 to 999,999.")] = 1,
    jobs: Annotated[int, typer.Option(help="Programs at a time.")] = 1,
    time_limit: Annotated[float | None, typer.Option(help="Seconds after which no further program is begun.")] = None,
    llvm: Annotated[str | None, typer.Option(help="LLVM version or folder; the newest if not given.")] = None,
    subject: Annotated[
        str, typer.Option(help="smartopt, opt (the lists alone), product (no forced lists) or clang (-Oz).")
    ] = "smartopt",
    lift_ban: Annotated[
        str | None,
        typer.Option(metavar="PASS", help="Test of the fuzzer itself: use this banned pass; it must be caught."),
    ] = None,
    run_timeout: Annotated[float, typer.Option(help="Seconds for a program built by clang -O0.")] = 5.0,
    out: Annotated[Path | None, typer.Option(help="Result file (JSON lines); one that exists is gone on with.")] = None,
    finds: Annotated[Path | None, typer.Option(help="Folder for the program and bitcode of every difference.")] = None,
) -> None:
    """Compare csmith programs built through smartopt, with random trusted lists forced, with clang and gcc.

    Exit codes: 0 no difference, 1 a difference, 2 usage, 3 nothing could be compared. With --lift-ban 0 means
    that the difference was found, and 1 that it was not.
    """
    console = Console(stderr=True)

    def progress(number: int, summary: Summary) -> None:
        if console.is_terminal:
            line = f"seed {number}: {summary.programs} programs, {summary.compared} plans compared"
            console.print(f"{line}, {len(summary.finds)} differences", end="\r")

    try:
        settings = FuzzSettings(
            programs=programs,
            plans=plans,
            seed=seed,
            jobs=jobs,
            time_limit=time_limit,
            llvm=llvm,
            subject=cast(SubjectName, subject),  # FuzzSettings refuses any other
            lift_ban=lift_ban,
            run_timeout=run_timeout,
        )
        summary = run_fuzz(settings, out=out, finds=finds, progress=progress)
    except SmartoptError as error:
        console.print(f"smartopt-lab fuzz: {error}", markup=False, highlight=False)
        raise typer.Exit(error.exit_code) from None
    show(summary, Console())
    raise typer.Exit(exit_code(summary, self_test=lift_ban is not None))


def exit_code(summary: Summary, *, self_test: bool) -> int:
    """The command's exit code for a campaign's summary."""
    if summary.compared == 0:
        return NOTHING_COMPARED
    if self_test:
        return 0 if summary.finds else FOUND
    return FOUND if summary.finds else 0


def show(summary: Summary, console: Console) -> None:
    """Print the summary as tables."""
    table = Table(title=f"{summary.programs} programs, {summary.compared} plans compared")
    for heading in ("outcome", "count", "meaning"):
        table.add_column(heading)
    for outcome, sentence in OUTCOMES.items():
        if summary.outcomes[outcome]:
            table.add_row(outcome, str(summary.outcomes[outcome]), sentence)
    console.print(table)
    if summary.outlined:
        console.print(f"{summary.outlined} of the plans were also judged with outlined functions in their program")
    if summary.not_forced:
        console.print(f"{summary.not_forced} plans came out without the forced lists")
    for title, counts in (("winners", summary.winners), ("fallbacks", summary.fallbacks)):
        if counts:
            shown = ", ".join(f"{name or 'none'} {count}" for name, count in counts.most_common())
            console.print(f"{title}: {shown}", highlight=False)
    for find in summary.finds:
        lists = " ; ".join(find["minimal"] or find["lists"])
        text = f"seed {find['seed']} plan {find['plan']}: {find['outcome']}: {lists}\n    {find['detail']}"
        console.print(text, markup=False, highlight=False)
