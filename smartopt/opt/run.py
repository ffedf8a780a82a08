"""One optimisation from the command line: read, optimise, write, tell.

Nothing is printed unless stderr is a terminal, a table was asked for, or there is an error.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import UsageError
from ..options import Options
from ..state.files import STDIO, check_writable, read_input, write_output

__all__ = ["run"]

_PATIENCE = 1.0
"""Seconds of work before a terminal is shown progress."""

_CONSOLE_WARNING = """\
WARNING: You're attempting to print out a bitcode file.
This is inadvisable as it may cause display problems. If
you REALLY want to taste LLVM bitcode first-hand, you
can force output with the `-f' option.
"""
"""opt's own words (LLVM, lib/Support/SystemUtils.cpp), for those who look for them."""

Progress = Callable[[str, int, int], None]


def run(
    source: str,
    output: str,
    options: Options,
    *,
    text: bool = False,
    force: bool = False,
    table: bool | None = None,
    report: str | None = None,
) -> int:
    """Optimise ``source`` into ``output`` (``-`` is stdin and stdout); returns the exit code.

    ``table``: None shows it only on a terminal. Raises SmartoptError; the output is then as it was before.
    """
    if report == STDIO and output == STDIO:
        raise UsageError("the report and the output cannot both go to stdout; give one of them a file")
    check_writable(output)
    if report is not None:
        check_writable(report)
    on_terminal = sys.stderr.isatty()
    shy = output == STDIO and not text and not force and sys.stdout.isatty()
    if shy:
        print(_CONSOLE_WARNING, file=sys.stderr)
    if source == STDIO and sys.stdin.isatty():
        print("smartopt: reading LLVM IR from the terminal; smartopt --help says more", file=sys.stderr)
    data = read_input(source)

    from ..state import artifacts

    artifacts.collect(data)
    from ..optimizer import optimize

    name = "<stdin>" if source == STDIO else source
    with _progress(on_terminal) as progress:
        result = optimize(data, options, text=text, name=name, progress=progress)
    if not shy:
        write_output(output, result.data)
    if report is not None:
        from json import dumps

        write_output(report, (dumps(result.report, indent=1) + "\n").encode())
    artifacts.report_for(output, data, result.report)
    _count(result.report)
    artifacts.log(f"{result.report['winner']} taken", sys.argv[1:])
    if table or (table is None and on_terminal):
        from .table import show

        show(result.report, name)
    return 0


def _count(report: dict[str, Any]) -> None:
    from ..state import statistics

    sizes, instructions = report["bytes"], report["instructions"]
    event: dict[str, Any] = {
        "runs": 1,
        "winner": {report["winner"]: 1},
        "reason": report["fallbacks"],
        "trials": report["trials"],
        "milliseconds": 1000 * report["seconds"]["total"],
        "instructions": {"oz": instructions["oz"], "output": instructions["output"]},
    }
    if sizes["oz"]["total"]:  # zero where the target has no code generator
        event["bytes"] = {"oz": sizes["oz"]["total"], "output": sizes["output"]["total"]}
    statistics.record(event)


@contextmanager
def _progress(wanted: bool) -> Iterator[Progress | None]:
    """A progress line on a terminal, once the work has taken a while; it is gone when the work is done."""
    if not wanted:
        yield None
        return
    began = time.monotonic()
    bar: Any = None
    task: Any = None

    def show(stage: str, done: int, total: int) -> None:
        nonlocal bar, task
        if bar is None:
            if time.monotonic() - began < _PATIENCE:
                return
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            bar = Bar(
                TextColumn("smartopt {task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
                auto_refresh=False,  # no thread: workers are forked, and a child must not inherit its locks
            )
            bar.start()
            task = bar.add_task(stage, total=total)
        bar.update(task, description=stage, completed=done, total=total, refresh=True)

    try:
        yield show
    finally:
        if bar is not None:
            bar.stop()
