"""One optimisation from the command line: reads, optimises, writes, reports.

Prints nothing unless stderr is a terminal, a table was requested, or there is an error.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..options import Options
from ..state.files import STDIO, check_writable, read_input, write_output

if TYPE_CHECKING:
    from ..optimizer.outcome import Outcome

__all__ = ["run"]

_PROGRESS_AFTER = 1.0
"""Seconds of work after which progress is shown on a terminal."""

_CONSOLE_WARNING = """\
WARNING: You're attempting to print out a bitcode file.
This is inadvisable as it may cause display problems. If
you REALLY want to taste LLVM bitcode first-hand, you
can force output with the `-f' option.
"""
"""opt's own message (llvm/lib/Support/SystemUtils.cpp), which scripts may look for."""

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
    """Optimises ``source`` into ``output`` (``-`` is stdin and stdout); returns the exit code.

    ``text`` writes text and not bitcode, ``force`` writes bitcode even to a terminal, ``table`` prints a table (None:
    only to a terminal), and ``report`` names a file for the report. Raises SmartoptError; the output is then as it was.
    """
    if report == STDIO and output == STDIO:
        raise UsageError("the report and the output cannot both go to stdout; give one of them a file")
    check_writable(output)
    if report is not None:
        check_writable(report)
    on_terminal = sys.stderr.isatty()
    refused = output == STDIO and not text and not force and sys.stdout.isatty()
    if refused:
        print(_CONSOLE_WARNING, file=sys.stderr)
    if source == STDIO and sys.stdin.isatty():
        print("smartopt: reading LLVM IR from the terminal; see smartopt --help", file=sys.stderr)
    data = read_input(source)

    from ..state import artifacts

    artifacts.collect(data)
    from ..optimizer import optimize

    name = "<stdin>" if source == STDIO else source
    with _progress(on_terminal) as progress:
        result = optimize(data, options, text=text, name=name, progress=progress)
    if not refused:
        write_output(output, result.data)
    full = result.report
    if report is not None:
        from json import dumps

        write_output(report, (dumps(full, indent=1) + "\n").encode())
    artifacts.report_for(output, data, full)
    _count(result.outcome)
    artifacts.log(f"{result.outcome.winner} taken", sys.argv[1:])
    if table or (table is None and on_terminal):
        from .table import show

        show(full, name)
    return 0


def _count(outcome: Outcome) -> None:
    from ..state import statistics

    _, oz, output = outcome.instructions
    event: dict[str, int | dict[str, int]] = {
        "runs": 1,
        "winner": {outcome.winner: 1},
        "reason": outcome.fallbacks,
        "trials": outcome.trials,
        "milliseconds": int(1000 * outcome.seconds["total"]),
        "instructions": {"oz": oz, "output": output},
    }
    if outcome.oz.total:  # zero if LLVM has no code generator for the target
        event["bytes"] = {"oz": outcome.oz.total, "output": outcome.output.total}
    statistics.record(event)


@contextmanager
def _progress(wanted: bool) -> Iterator[Progress | None]:
    """Gives a function that shows progress in a line on the terminal; the line goes when the work is done."""
    if not wanted:
        yield None
        return
    began = time.monotonic()
    bar: Any = None
    task: Any = None

    def show(stage: str, done: int, total: int) -> None:
        nonlocal bar, task
        if bar is None:
            if time.monotonic() - began < _PROGRESS_AFTER:
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
                auto_refresh=False,  # no thread: workers are forked, and must not inherit a thread's locks
            )
            bar.start()
            task = bar.add_task(stage, total=total)
        bar.update(task, description=stage, completed=done, total=total, refresh=True)

    try:
        yield show
    finally:
        if bar is not None:
            bar.stop()
