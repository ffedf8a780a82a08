"""Declares the options of ``smartopt`` and their help, with typer.

Command lines come from ``arguments.classify``: options that are declared here, as ``--name=value``.
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
else:  # typer reads these at run time, when ``smartopt.annotations`` has nothing behind the names
    Effort, EngineName, Objective, Select = (Literal[names] for names in (EFFORTS, ENGINES, OBJECTIVES, SELECTS))

__all__ = ["enter"]

_HELP = """
Make LLVM IR smaller than [bold]opt -Oz[/bold] does; never larger, never different in meaning.

Reads text or bitcode from IN (or standard input) and writes bitcode, or text with -S, to standard output or
to -o OUT, as opt does. Each function gets the pass list that suits it; a function that no list makes smaller
stays as -Oz made it.

[bold]Examples[/bold]

  smartopt in.bc -o out.bc                    in place of: opt -Oz in.bc -o out.bc
  smartopt in.ll -S --table                   text, and a table of what each function gained and why
  smartopt in.bc -o out.bc --effort max       try more lists: smaller still, and slower
  smartopt in.bc -o out.bc --report why.json  every figure, for programs

[bold]Input[/bold] should have clang's size attributes and none of its optimisation:

  clang -Oz -Xclang -disable-llvm-passes -emit-llvm -c x.c -o in.bc

[bold]Effort[/bold] sets how many pass lists are tried, counted in trials and never in seconds, so that the
same input gives the same bytes on any machine. [bold]fast[/bold] tries the first few lists per function,
[bold]default[/bold] is for daily builds, [bold]max[/bold] is for releases.

opt's -Oz, -passes='default<Oz>', -S, -f and -o have the same meaning here. The real opt runs any other command
line of opt's (-O2, -mcpu=..., -passes=gvn), unchanged, and that is counted: see --show-stats.
"""

_EPILOG = """
Environment: SMARTOPT_DISABLE=1 runs the real opt; SMARTOPT_DIR holds statistics and cache;
SMARTOPT_REPORT_DIR, SMARTOPT_COLLECT_DIR and SMARTOPT_LOGFILE keep reports, inputs and a log.
See README.md, and smartopt/optimizer/REPORT.md for the table and the report. smartopt-clang does
the same in builds.
"""


def _flow(text: str) -> str:
    """Joins the lines of each paragraph, so that the terminal's width breaks them; indented paragraphs keep theirs."""
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(p if p.startswith("  ") else " ".join(p.split("\n")) for p in paragraphs)


_app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)

_GOAL = "Goal and effort"
_TOOLS = "LLVM and model"
_INFORMATION = "Information"
_BUILDS = "Builds with smartopt-clang"
_STATE = "Statistics and cache"


def enter(argv: Sequence[str]) -> int:
    """Runs the command; returns the exit code. Raises SmartoptError."""
    try:
        code = _app(list(argv), prog_name="smartopt", standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except typer.BadParameter as error:
        message = error.format_message().rstrip(".")
        raise UsageError(f"{message}; see smartopt --help") from None
    return code if isinstance(code, int) else 0


@_app.command(help=_flow(_HELP), epilog=_flow(_EPILOG), context_settings={"help_option_names": ["--help", "-h"]})
def smartopt(
    source: Annotated[str, typer.Argument(metavar="IN", show_default=False, help="LLVM IR; - is stdin.")] = "-",
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="OUT", show_default=False, help="Output; - is stdout.")
    ] = "-",
    text: Annotated[bool, typer.Option("-S", help="Write text, not bitcode.")] = False,
    force: Annotated[bool, typer.Option("-f", help="Write bitcode even to a terminal.")] = False,
    objective: Annotated[
        Objective,
        typer.Option(
            envvar="SMARTOPT_OBJECTIVE", rich_help_panel=_GOAL, help="Minimise allocated bytes, or IR instructions."
        ),
    ] = "size",
    effort: Annotated[
        Effort, typer.Option(envvar="SMARTOPT_EFFORT", rich_help_panel=_GOAL, help="How much to try.")
    ] = "default",
    search: Annotated[
        int,
        typer.Option(metavar="N", rich_help_panel=_GOAL, help="Also try N random lists per function."),
    ] = 0,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", "-j", rich_help_panel=_GOAL, help="Worker processes at a time; does not change the output."
        ),
    ] = 1,
    engine: Annotated[
        EngineName,
        typer.Option(rich_help_panel=_TOOLS, help="auto: the first that is available, of libllvm, opt and llvmlite."),
    ] = "auto",
    llvm: Annotated[
        str | None,
        typer.Option(
            envvar="SMARTOPT_LLVM",
            metavar="VERSION|DIR",
            rich_help_panel=_TOOLS,
            help="Which LLVM; by default the newest.",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            envvar="SMARTOPT_MODEL",
            metavar="DIR|none",
            rich_help_panel=_TOOLS,
            help="A language model to propose lists; none: a fixed ranking.",
        ),
    ] = None,
    select: Annotated[Select, typer.Option(envvar="SMARTOPT_SELECT", hidden=True)] = "auto",
    table: Annotated[
        bool | None,
        typer.Option(
            "--table/--no-table",
            rich_help_panel=_INFORMATION,
            show_default=False,
            help="Print what each function gained and why, on stderr (-v too); a terminal shows it anyway.",
        ),
    ] = None,
    report: Annotated[
        str | None, typer.Option(metavar="FILE.json", rich_help_panel=_INFORMATION, help="Write every figure as JSON.")
    ] = None,
    fingerprint: Annotated[
        bool,
        typer.Option(
            "--fingerprint",
            rich_help_panel=_INFORMATION,
            help="Print a line that changes whenever outputs may (for ccache).",
        ),
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", rich_help_panel=_INFORMATION, help="Print the versions of smartopt and LLVM.")
    ] = False,
    doctor: Annotated[
        bool,
        typer.Option(
            "--doctor",
            rich_help_panel=_BUILDS,
            help="Say whether builds are optimised, and what to install for more; exit code 1 if they are not.",
        ),
    ] = False,
    build_plugin: Annotated[
        bool,
        typer.Option(
            "--build-plugin",
            rich_help_panel=_BUILDS,
            help="Build the plugin for clang now, rather than in the background of a build.",
        ),
    ] = False,
    stop_server: Annotated[
        bool,
        typer.Option("--stop-server", rich_help_panel=_BUILDS, help="End the server, which else ends when idle."),
    ] = False,
    show_stats: Annotated[
        bool,
        typer.Option(
            "--show-stats",
            rich_help_panel=_STATE,
            help="Print what was saved, how long it took, what was left to -Oz and why.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", rich_help_panel=_STATE, help="Print --show-stats as JSON.")] = False,
    zero_stats: Annotated[
        bool, typer.Option("--zero-stats", rich_help_panel=_STATE, help="Set all statistics to zero.")
    ] = False,
    clear_cache: Annotated[
        bool,
        typer.Option("--clear-cache", rich_help_panel=_STATE, help="Delete remembered decisions, not plugins."),
    ] = False,
) -> int:
    if json and not show_stats:
        raise UsageError("--json needs --show-stats; for the figures of one run use --report FILE.json")
    if version:
        return _version(llvm)
    if doctor or build_plugin or stop_server:
        return _builds(llvm, doctor, build_plugin, stop_server)
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
    maintenance = zero_stats or clear_cache or show_stats
    if maintenance:
        _maintain(show_stats, json, zero_stats, clear_cache)
    if fingerprint:
        from ..driver.fingerprint import compilers
        from ..optimizer.fingerprint import fingerprint as make_fingerprint

        _print(f"{make_fingerprint(options)} {compilers()}")
    if maintenance or fingerprint:
        return 0
    from .run import run

    return run(source, output, options, text=text, force=force, table=table, report=report)


def _print(text: str) -> None:
    """Prints a line to standard output. Raises OutputError or ReaderGone."""
    write_output(STDIO, f"{text}\n".encode())


def _version(llvm: str | None) -> int:
    """Prints our version and that of the LLVM that would be used, which build systems look for."""
    from ..errors import ToolchainError
    from ..llvm.toolchain import find_toolchain

    _print(f"smartopt {__version__}")
    try:
        _print(f"LLVM version {find_toolchain(llvm).version}")
    except ToolchainError as error:
        _print(f"LLVM: {error}")
    return 0


def _builds(llvm: str | None, doctor: bool, build_plugin: bool, stop_server: bool) -> int:
    """Does what concerns builds with smartopt-clang, in this order: stop, build, examine. Raises SmartoptError."""
    from ..driver.plugin import doctor as commands
    from ..errors import OutputError

    if stop_server:
        try:
            _print(f"Servers stopped: {commands.stop_servers()}")
        except OSError as error:
            raise OutputError(f"servers: {error}") from None
    if build_plugin:
        _print(commands.build_plugin(llvm))
    if not doctor:
        return 0
    text, optimised = commands.examine()
    _print(text)
    return 0 if optimised else 1


def _maintain(show_stats: bool, json: bool, zero_stats: bool, clear_cache: bool) -> None:
    """Shows and resets statistics and cache, in this order."""
    from ..errors import OutputError
    from ..state import paths, statistics

    try:
        if show_stats:
            _print(statistics.show(json))
        if zero_stats:
            statistics.zero()
        if clear_cache:
            print(f"smartopt: {paths.clear_cache():,} bytes of remembered decisions deleted", file=sys.stderr)
    except OSError as error:
        raise OutputError(f"statistics or cache: {error}; set SMARTOPT_DIR to another folder") from None
