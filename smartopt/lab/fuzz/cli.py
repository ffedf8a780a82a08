"""``smartopt-lab fuzz``: options in, table and exit code out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar, cast

import typer
from rich.console import Console
from rich.table import Table

from ...errors import SmartoptError
from ..console import table_console
from ..plugin import checked_way
from ..targets import HOST
from .campaign import FuzzSettings, run_fuzz
from .link_campaign import LinkSettings, run_links
from .link_report import LINK_OUTCOMES, LinkSummary
from .report import OUTCOMES, Summary
from .shape_campaign import ShapeSettings, run_shapes
from .shape_report import SHAPE_FINDS, SHAPE_OUTCOMES, ShapeSummary
from .subject import SubjectName

__all__ = ["exit_code", "fuzz", "show", "show_links", "show_shapes"]

_Counts = TypeVar("_Counts", ShapeSummary, LinkSummary)

FOUND, NOTHING_COMPARED = 1, 3


def fuzz(
    programs: Annotated[int, typer.Option(help="Programs, skipped ones included.")] = 100,
    programs_from: Annotated[str, typer.Option(help="csmith, or shapes: our own generator.")] = "csmith",
    plans: Annotated[int, typer.Option(help="Plans of random trusted lists for each program.")] = 2,
    seed: Annotated[int, typer.Option(help="First seed, within 1 to 999,999.")] = 1,
    jobs: Annotated[int, typer.Option(help="Programs at a time.")] = 1,
    time_limit: Annotated[float | None, typer.Option(help="Seconds after which no further program is begun.")] = None,
    llvm: Annotated[str | None, typer.Option(help="LLVM version or folder; the newest if not given.")] = None,
    subject: Annotated[
        str,
        typer.Option(
            help="smartopt, opt (the lists alone), product (no forced lists), clang (-Oz) or driver (smartopt-clang)."
        ),
    ] = "smartopt",
    way: Annotated[
        str, typer.Option(help="Shapes and driver: smartopt-clang's way through clang, plugin or two-run.")
    ] = "plugin",
    lift_ban: Annotated[
        str | None,
        typer.Option(metavar="PASS", help="Test of the fuzzer itself: use this banned pass; it must be caught."),
    ] = None,
    chaos: Annotated[
        bool,
        typer.Option(
            "--chaos", help="Shapes: compile while servers are killed, disks are full and memory is short (needs root)."
        ),
    ] = False,
    lto: Annotated[
        bool, typer.Option("--lto", help="Programs in several units, linked with -flto and smartopt in the linker.")
    ] = False,
    target: Annotated[
        str, typer.Option(help="Shapes and driver: cross-compile for this target, run by qemu-user.")
    ] = HOST,
    run_timeout: Annotated[float, typer.Option(help="Seconds for a program built by clang -O0.")] = 5.0,
    per_file: Annotated[int, typer.Option(help="Shapes: programs in one source file.")] = 8,
    language: Annotated[str, typer.Option(help="Shapes: c, c++ or both.")] = "both",
    shape: Annotated[list[str] | None, typer.Option(help="Shapes: only these; more than one may be given.")] = None,
    out: Annotated[Path | None, typer.Option(help="Result file (JSON lines); one that exists is gone on with.")] = None,
    finds: Annotated[Path | None, typer.Option(help="Folder for the program and bitcode of every difference.")] = None,
) -> None:
    """Compare csmith programs built through smartopt, with random trusted lists forced, with clang and gcc.

    With --programs-from shapes, compare programs of our own generator built by smartopt-clang, at fast and default
    efforts (a tenth at max, and by smartopt on bitcode), with switches and settings drawn at random, with clang's.

    With --lto, programs of either source are taken apart into two to four units, compiled with -flto or -flto=thin and
    linked by lld, by clang and by smartopt-clang at fast and default efforts.

    With --target, C programs of either source (csmith's with --subject driver) are cross-compiled by clang and by
    smartopt-clang, linked statically and run by qemu-user.

    With --chaos, files of shapes are compiled through the plugin in trouble; every build must be right.

    Exit codes: 0 no difference, 1 a difference, 2 usage, 3 nothing could be compared. With --lift-ban 0 means
    that the difference was found, and 1 that it was not.
    """
    console = Console(stderr=True)
    if programs_from not in ("csmith", "shapes"):
        console.print(f"smartopt-lab fuzz: programs come from csmith or shapes; got {programs_from!r}", markup=False)
        raise typer.Exit(2)
    try:
        chosen = checked_way(way)
    except SmartoptError as error:
        console.print(f"smartopt-lab fuzz: {error}", markup=False)
        raise typer.Exit(error.exit_code) from None
    if lto:
        _fuzz_links(
            console,
            out,
            finds,
            source=programs_from,
            programs=programs,
            seed=seed,
            per_file=per_file,
            jobs=jobs,
            time_limit=time_limit,
            llvm=llvm,
            run_timeout=run_timeout,
        )
    if programs_from == "shapes":
        _fuzz_shapes(
            console,
            out,
            finds,
            programs=programs,
            seed=seed,
            per_file=per_file,
            jobs=jobs,
            time_limit=time_limit,
            llvm=llvm,
            language="c" if language == "both" and target != HOST else language,
            shapes=tuple(shape or ()),
            way=chosen,
            chaos=chaos,
            target=target,
        )

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
            way=chosen,
            lift_ban=lift_ban,
            run_timeout=run_timeout,
            target=target,
        )
        summary = run_fuzz(settings, out=out, finds=finds, progress=progress)
    except SmartoptError as error:
        console.print(f"smartopt-lab fuzz: {error}", markup=False, highlight=False)
        raise typer.Exit(error.exit_code) from None
    show(summary, table_console())
    raise typer.Exit(exit_code(summary, self_test=lift_ban is not None))


def _fuzz_shapes(console: Console, out: Path | None, finds: Path | None, **chosen: Any) -> NoReturn:
    """The campaign with shapes."""
    _run(console, lambda told: run_shapes(ShapeSettings(**chosen), out=out, finds=finds, progress=told), show_shapes)


def _fuzz_links(console: Console, out: Path | None, finds: Path | None, **chosen: Any) -> NoReturn:
    """The campaign with link-time optimisation."""
    _run(console, lambda told: run_links(LinkSettings(**chosen), out=out, finds=finds, progress=told), show_links)


def _run(
    console: Console,
    campaign: Callable[[Callable[[int, _Counts], None]], _Counts],
    show_summary: Callable[[_Counts, Console], None],
) -> NoReturn:
    """Run a campaign, which is given whom to tell of its progress; exit codes as for csmith's."""

    def progress(number: int, summary: _Counts) -> None:
        if console.is_terminal:
            line = f"seed {number}: {summary.compared} programs compared, {len(summary.finds)} finds"
            console.print(line, end="\r")

    try:
        summary = campaign(progress)
    except SmartoptError as error:
        console.print(f"smartopt-lab fuzz: {error}", markup=False, highlight=False)
        raise typer.Exit(error.exit_code) from None
    show_summary(summary, table_console())
    raise typer.Exit(NOTHING_COMPARED if summary.compared == 0 else FOUND if summary.finds else 0)


def show_links(summary: LinkSummary, console: Console) -> None:
    """Print the summary of a campaign with link-time optimisation."""
    table = Table(title=f"{summary.programs} linked programs, {summary.compared} compared")
    for heading in ("outcome", "programs", "meaning"):
        table.add_column(heading)
    for outcome, sentence in LINK_OUTCOMES.items():
        if summary.outcomes[outcome]:
            table.add_row(outcome, str(summary.outcomes[outcome]), sentence)
    console.print(table)
    forms = ", ".join(f"{name} {count}" for name, count in summary.forms.most_common())
    console.print(f"linked as: {forms}; smartopt optimised a module of {summary.ours}", highlight=False)
    before = summary.bytes.pop("clang", 0)
    for effort, after in summary.bytes.items():
        saved = f"{100 * (1 - after / before):.2f}%" if before else "nothing"
        text = f"{effort}: {before} -> {after} allocated bytes, saved {saved}; {summary.larger[effort]} programs larger"
        console.print(text, highlight=False)
    _show_calls(summary.calls, console)
    for line in summary.finds:
        text = f"seed {line['seed']} {line['build']}: {line['outcome']}: {line['detail']}"
        console.print(text, markup=False, highlight=False)


def _show_calls(calls: dict[str, int], console: Console) -> None:
    """What smartopt counted in this run: the way of each module, and what was left to clang."""
    shown = [
        f"{name} {count}" for name, count in sorted(calls.items()) if name.startswith(("way.", "reason.", "kills"))
    ]
    if shown:
        console.print(f"counted in this run: {', '.join(shown)}", highlight=False)


def show_shapes(summary: ShapeSummary, console: Console) -> None:
    """Print the summary of a campaign with shapes as tables."""
    table = Table(title=f"{summary.programs} programs, {summary.compared} compared")
    for heading in ("outcome", "programs", "meaning"):
        table.add_column(heading)
    for outcome, sentence in SHAPE_OUTCOMES.items():
        if summary.outcomes[outcome]:
            table.add_row(outcome, str(summary.outcomes[outcome]), sentence)
    console.print(table)
    for title, counts in (
        ("compared at", summary.builds),
        ("files optimised by smartopt", summary.optimised),
        ("pieces", summary.shapes),
        ("finds in", summary.found),
    ):
        if counts:
            shown = ", ".join(f"{name} {count}" for name, count in counts.most_common())
            console.print(f"{title}: {shown}", highlight=False)
    if summary.fallbacks:
        shown = ", ".join(f"{name} {count}" for name, count in summary.fallbacks.most_common())
        console.print(f"fallbacks: {shown}", highlight=False)
    _show_calls(summary.calls, console)
    for line in (*summary.finds, *summary.left_out):
        kind = "" if line["outcome"] in SHAPE_FINDS else "left out, "
        text = f"{kind}seed {line['seed']} {line['build']}: {line['outcome']}: {line['piece']}: {line['detail']}"
        console.print(f"{text}\n    {line['reduced']}", markup=False, highlight=False)


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
    _show_calls(summary.calls, console)
    for find in summary.finds:
        lists = " ; ".join(find["minimal"] or find["lists"])
        text = f"seed {find['seed']} plan {find['plan']}: {find['outcome']}: {lists}\n    {find['detail']}"
        console.print(text, markup=False, highlight=False)
