"""The declared options of ``smartopt``, with their help, through typer.

What arrives here has been through ``opt_args.classify``: options of this door only, as ``--name=value``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .. import __version__
from ..errors import UsageError
from ..options import EFFORTS, ENGINES, OBJECTIVES, SELECTS, Options
from ..state.files import STDIO, write_output

if TYPE_CHECKING:
    from ..options import Effort, EngineName, Objective, Select
else:  # typer looks at these, which nobody else does when a program runs: see ``smartopt.annotations``
    Effort, EngineName, Objective, Select = (Literal[names] for names in (EFFORTS, ENGINES, OBJECTIVES, SELECTS))

__all__ = ["enter"]

_HELP = """
Make LLVM IR smaller than [bold]opt -Oz[/bold] does; never larger, never different in meaning.

Reads text or bitcode from IN (or standard input) and writes bitcode, or text with -S, to standard output or
to -o OUT, as opt does. Each function gets the pass list that suits it; what no list makes smaller stays as
-Oz made it.

[bold]Examples[/bold]

  smartopt in.bc -o out.bc                    in place of: opt -Oz in.bc -o out.bc
  smartopt in.ll -S --table                   text, and a table of what each function gained and why
  smartopt in.bc -o out.bc --effort max       try more lists: smaller still, and slower
  smartopt in.bc -o out.bc --report why.json  every figure, for programs

[bold]Good input[/bold] has clang's size attributes and none of its optimisation:

  clang -Oz -Xclang -disable-llvm-passes -emit-llvm -c x.c -o in.bc

[bold]Effort[/bold] is the one dial. It sets how many pass lists are tried, counted in trials and never in
seconds, so the same input gives the same bytes on any machine: [bold]fast[/bold] tries the first few lists
per function, [bold]default[/bold] is for daily builds, [bold]max[/bold] is for releases.

opt's -Oz, -passes='default<Oz>', -S, -f and -o mean the same here. Any other command line of opt's (-O2,
-mcpu=..., -passes=gvn) is handed to the real opt unchanged, and counted: see --show-stats.
"""

_EPILOG = """
Environment: SMARTOPT_DISABLE=1 runs the real opt; SMARTOPT_DIR holds statistics and cache;
SMARTOPT_REPORT_DIR, SMARTOPT_COLLECT_DIR and SMARTOPT_LOGFILE keep reports, inputs and a log.
Next: README.md says how to read the table and the report; smartopt-clang does this inside whole builds.
"""


def _flow(text: str) -> str:
    """Paragraphs as single lines, for the terminal's width to break; indented lines stay as they are."""
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(p if p.startswith("  ") else " ".join(p.split("\n")) for p in paragraphs)


_app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)

_SHAPE = "What to aim for"
_TOOLS = "LLVM and model"
_LOOK = "Looking at it"
_KEEP = "Keeping house"


def enter(argv: Sequence[str]) -> int:
    """Run the door; returns the exit code. Raises SmartoptError."""
    try:
        code = _app(list(argv), prog_name="smartopt", standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except typer.BadParameter as error:
        said = error.format_message().rstrip(".")
        raise UsageError(f"{said}; see smartopt --help") from None
    return code if isinstance(code, int) else 0


@_app.command(help=_flow(_HELP), epilog=_flow(_EPILOG), context_settings={"help_option_names": ["--help", "-h"]})
def smartopt(
    source: Annotated[str, typer.Argument(metavar="IN", show_default=False, help="LLVM IR; - is stdin.")] = "-",
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="OUT", show_default=False, help="Where to; - is stdout.")
    ] = "-",
    text: Annotated[bool, typer.Option("-S", help="Write text, not bitcode.")] = False,
    force: Annotated[bool, typer.Option("-f", help="Write bitcode even to a terminal.")] = False,
    objective: Annotated[
        Objective,
        typer.Option(envvar="SMARTOPT_OBJECTIVE", rich_help_panel=_SHAPE, help="Allocated bytes, or IR instructions."),
    ] = "size",
    effort: Annotated[
        Effort, typer.Option(envvar="SMARTOPT_EFFORT", rich_help_panel=_SHAPE, help="How many lists to try.")
    ] = "default",
    search: Annotated[
        int,
        typer.Option(
            metavar="N", rich_help_panel=_SHAPE, help="Random lists per function, on top of what effort tries."
        ),
    ] = 0,
    jobs: Annotated[
        int,
        typer.Option("--jobs", "-j", rich_help_panel=_SHAPE, help="Trial workers at a time; changes no byte."),
    ] = 1,
    engine: Annotated[
        EngineName, typer.Option(rich_help_panel=_TOOLS, help="auto: libllvm, else opt, else llvmlite.")
    ] = "auto",
    llvm: Annotated[
        str | None,
        typer.Option(
            envvar="SMARTOPT_LLVM",
            metavar="VERSION|DIR",
            rich_help_panel=_TOOLS,
            help="Which LLVM; else the newest.",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            envvar="SMARTOPT_MODEL",
            metavar="DIR|none",
            rich_help_panel=_TOOLS,
            help="Weights to propose lists with; none: the ranked list of lists.",
        ),
    ] = None,
    select: Annotated[Select, typer.Option(envvar="SMARTOPT_SELECT", hidden=True)] = "auto",
    table: Annotated[
        bool | None,
        typer.Option(
            "--table/--no-table",
            rich_help_panel=_LOOK,
            show_default=False,
            help="What each function gained and why, on stderr (-v too). A terminal gets it anyway.",
        ),
    ] = None,
    report: Annotated[
        str | None, typer.Option(metavar="FILE.json", rich_help_panel=_LOOK, help="Every figure, as JSON.")
    ] = None,
    fingerprint: Annotated[
        bool,
        typer.Option(
            "--fingerprint",
            rich_help_panel=_LOOK,
            help="One line that changes when outputs may (for ccache).",
        ),
    ] = False,
    version: Annotated[bool, typer.Option("--version", rich_help_panel=_LOOK, help="Versions.")] = False,
    show_stats: Annotated[
        bool,
        typer.Option(
            "--show-stats",
            rich_help_panel=_KEEP,
            help="Sizes saved, time, what was left to -Oz and why.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", rich_help_panel=_KEEP, help="--show-stats as JSON.")] = False,
    zero_stats: Annotated[bool, typer.Option("--zero-stats", rich_help_panel=_KEEP, help="Count anew.")] = False,
    clear_cache: Annotated[
        bool,
        typer.Option("--clear-cache", rich_help_panel=_KEEP, help="Forget remembered decisions."),
    ] = False,
) -> int:
    if json and not show_stats:
        raise UsageError("--json goes with --show-stats; a run's own figures come with --report FILE.json")
    if version:
        return _version(llvm)
    options = Options(
        objective=objective,
        effort=effort,
        search=search,
        engine=engine,
        llvm=llvm,
        model=model,
        jobs=jobs,
        select=select,
        frames=os.environ.get("SMARTOPT_FRAMES", "1") != "0",
        forced_fault=os.environ.get("SMARTOPT_TEST_FAULT") or None,
    )
    chores = zero_stats or clear_cache or show_stats
    if chores:
        _chores(show_stats, json, zero_stats, clear_cache)
    if fingerprint:
        from ..optimizer.fingerprint import fingerprint as line

        _say(line(options))
    if chores or fingerprint:
        return 0
    from .run import run

    return run(source, output, options, text=text, force=force, table=table, report=report)


def _say(text: str) -> None:
    """Print to standard output, with the output's own errors."""
    write_output(STDIO, f"{text}\n".encode())


def _version(llvm: str | None) -> int:
    """Our version, and that of the LLVM which would be used: build systems look for it."""
    from ..errors import ToolchainError
    from ..llvm.toolchain import find_toolchain

    _say(f"smartopt {__version__}")
    try:
        _say(f"LLVM version {find_toolchain(llvm).version}")
    except ToolchainError as error:
        _say(f"LLVM: {error}")
    return 0


def _chores(show_stats: bool, json: bool, zero_stats: bool, clear_cache: bool) -> None:
    """Statistics and cache. What is shown is what was counted before --zero-stats."""
    from ..errors import OutputError
    from ..state import paths, statistics

    try:
        if show_stats:
            _say(statistics.show(json))
        if zero_stats:
            statistics.zero()
        if clear_cache:
            print(f"smartopt: {paths.clear_cache():,} bytes of remembered decisions deleted", file=sys.stderr)
    except OSError as error:
        raise OutputError(f"statistics or cache: {error}; SMARTOPT_DIR names another folder") from None
