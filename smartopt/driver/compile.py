"""Compiles one eligible command line: front end, optimizer, back end, each fed from memory.

The front end is the user's own command with the bitcode sent to us instead of an object. The back end is the user's own
command with our bitcode as its input, and writes the object itself, as in a direct compile: name, mode, rename and
error handling are clang's. Diagnostics are held back until the back end is done, so that the original command can run
after every :class:`Fallback` as if nothing had been tried. There are no temporary files: bitcode and diagnostics are
kept in anonymous memory (``memfd_create``).
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
import time

from .back_end import BITCODE, NO_REPRODUCER, BackEnd, memory_file, read_all, unwrapped
from .fallback import Fallback, TimedOut
from .flags import Command
from .processes import Clangs, SignalHandlers, WaitableChildren

TYPE_CHECKING = False  # typing takes four milliseconds to import, and the front end does not run yet
if TYPE_CHECKING:
    from typing import Any

    from ..optimizer.outcome import Outcome
    from .optimizer_session import OptimizerSession

__all__ = ["LOOP_PRAGMAS", "compile_one"]

TIMEOUT = 900
"""Seconds that the optimizer, and then each back end, may take. Not a budget: it only stops hangs."""
_TIMEOUT_FACTORS = {"max": 16}
"""Factor on ``TIMEOUT`` for the optimizer, by effort: sqlite3.c takes minutes on a quiet machine."""

_FRONT = ("-Xclang", "-disable-llvm-passes", "-emit-llvm", NO_REPRODUCER, "-o", "-")
_ASKS_TERMINAL = 21
"""The first LLVM that asks a terminal how wide it is (llvm-project PR 143514)."""
_QUICKLY = ("-O0",)
"""Placed after the user's flags: makes the object as quickly as clang can (``SMARTOPT_SELECT=collect``)."""

LOOP_PRAGMAS = (
    b"llvm.loop.vectorize.",
    b"llvm.loop.interleave.",
    b"llvm.loop.distribute.",
    b"llvm.loop.unroll.enable",
    b"llvm.loop.unroll.full",
    b"llvm.loop.unroll.count",
    b"llvm.loop.unroll_and_jam.",
)
"""Loop pragmas that clang warns about when its passes cannot follow them (-Wpass-failed): only clang itself gives those
warnings. Metadata strings are plain bytes in bitcode."""


def compile_one(clang: str, command: Command, called: str = "") -> int:
    """Compile; returns clang's exit code. Raises Fallback (nothing was printed), or Interrupted.

    ``called`` is the name that clang is given as ``argv[0]``; empty for its path.
    """
    clangs = Clangs(clang, called)
    job = _Job(clangs)
    with SignalHandlers(clangs), WaitableChildren():
        try:
            try:
                return job.run(command)
            finally:
                _signal.alarm(0)  # no alarm while we tidy up; one that comes right here is caught below
        except Fallback:
            clangs.stop()
            raise
        except MemoryError:
            clangs.stop()
            raise Fallback("driver-memory") from None
        except TimedOut:
            clangs.stop()
            raise Fallback("driver-timeout") from None
        except Exception as error:  # whatever it is, the user gets a plain compile
            clangs.stop()
            raise Fallback("driver-internal-error", repr(error)) from error
        finally:
            job.close()


class _Job:
    """The work on one command line."""

    def __init__(self, clangs: Clangs) -> None:
        self.clangs = clangs
        self.optimizer: OptimizerSession | None = None
        self.began = time.monotonic()

    def run(self, command: Command) -> int:
        """Compile; returns clang's exit code. Raises Fallback, Interrupted or TimedOut."""
        diagnostics, bitcode = memory_file("diagnostics"), memory_file("bitcode")
        command.terminal = tuple(_terminal_flags(self.clangs.path))
        front = self.clangs.start(_front_arguments(command), {1: bitcode, 2: diagnostics})
        if os.environ.get("SMARTOPT_SELECT") == "collect":
            return self._collect(command, front, diagnostics, bitcode)
        from .prediction import Prediction  # while clang works: this and the next import half of smartopt

        prediction, back_end = Prediction(self.clangs.path, command), BackEnd(self.clangs, command)
        from .optimizer_session import OptimizerSession

        why = None
        try:
            self.optimizer = OptimizerSession(self.clangs.path, command, prediction.needs_worker)
            flags = prediction.back_end_flags
            if flags is not None:
                back_end.prepare(flags)
            self.optimizer.load()
        except Fallback as fallback:
            why = fallback  # but the front end may still find errors, which are final
        optimizer = self.optimizer
        code = self.clangs.wait(front)
        messages = read_all(diagnostics)
        if code:
            back_end.drop()
            return self._front_failed(code, messages, command)
        if why is not None:
            raise why
        assert optimizer is not None
        back_end.front_messages = messages
        data = unwrapped(read_all(bitcode))
        if not data:
            raise Fallback("driver-front-failed", "no bitcode")
        if any(mark in data for mark in LOOP_PRAGMAS):
            raise Fallback("driver-loop-pragma")
        optimizer.prepare = back_end.prepare
        _signal.alarm(TIMEOUT * _TIMEOUT_FACTORS.get(os.environ.get("SMARTOPT_EFFORT", ""), 1))
        outcome, optimized = optimizer.run(data)
        optimized = unwrapped(optimized)
        needed_worker = outcome.winner != "oz"
        if not optimized.startswith(BITCODE):
            raise Fallback("driver-internal-error", "the optimizer's answer is no bitcode")
        from .object_file import ObjectFile
        from .smallest_object import Modules, choose_object

        self.clangs.limit = TIMEOUT  # from now on it is clang that may hang, and it may run often
        _signal.alarm(self.clangs.limit)
        maker = ObjectFile(back_end, command, outcome.emission.llvm)
        modules = Modules(data, optimized, optimizer.keep_in_place)
        outcome, choice = choose_object(maker, modules, outcome, optimizer.allowed, optimizer.known_choice)
        back_end.drop()
        optimizer.remember(choice, outcome)
        prediction.keep(choice, needed_worker)
        _signal.alarm(0)
        _write(2, messages)
        self._account(command, data, outcome, optimizer.counters)
        return 0

    def _collect(self, command: Command, front: int, diagnostics: int, bitcode: int) -> int:
        """Keep the front end's bitcode for a corpus; the object is made only so that the build continues."""
        if code := self.clangs.wait(front):
            return self._front_failed(code, read_all(diagnostics), command)
        data = unwrapped(read_all(bitcode))
        if not data:
            raise Fallback("driver-front-failed", "no bitcode")
        from ..codegen.configuration import source_flags
        from ..state.artifacts import collect

        back_end = BackEnd(self.clangs, command)
        back_end.front_messages = read_all(diagnostics)
        back_end(data, source_flags("own"), _QUICKLY)
        _write(2, read_all(diagnostics))
        collect(data)
        return 0

    def _front_failed(self, code: int, messages: bytes, command: Command) -> int:
        """Answer for a front end that failed: an error in the source is final, anything else raises Fallback.

        The diagnostics of such an error are those of a direct compile.
        """
        name = os.fsencode(os.path.basename(self.clangs.called))
        if code != 1 or name + b": error: " in messages:
            # clang's driver complains, or clang crashed: what happens to outputs then is clang's business.
            raise Fallback("driver-front-failed", f"exit code {code}")
        _remove_as_clang_does(command.output)
        _write(2, messages)
        _count({"runs": 1, "reason": {"driver-compile-error": 1}})
        return code

    def close(self) -> None:
        """End the optimizer's worker, if it is still running."""
        if self.optimizer is not None:
            self.optimizer.close()

    def _account(self, command: Command, data: bytes, outcome: Outcome, cache: dict[str, int]) -> None:
        """Count the run, and keep the files that the environment asks for. Nothing here may fail the compile."""
        try:
            event: dict[str, Any] = {
                "runs": 1,
                "milliseconds": int((time.monotonic() - self.began) * 1000),
                "winner": {outcome.winner: 1},
                "reason": outcome.fallbacks,
                "cache": cache,
                "functions": {"hit": outcome.remembered, "miss": outcome.trials},
                "bytes": {"oz": outcome.oz.total, "output": outcome.output.total},
                "way": {"two-runs": 1},
            }
            _count(event)
            if not any(os.environ.get(f"SMARTOPT_{n}") for n in ("COLLECT_DIR", "REPORT_DIR", "LOGFILE")):
                return
            from ..optimizer.report import make_report
            from ..state.artifacts import collect, log, report_for

            collect(data)
            report_for(command.output, data, make_report(outcome))
            took = f"{outcome.winner} in {event['milliseconds']} ms"
            log(took, ["-c", command.source, "-o", command.output])
        except Exception:
            pass  # the object is written, and a report that cannot be kept must not undo that


def _front_arguments(command: Command) -> list[str]:
    """The front end's arguments: the user's come after ours and override them."""
    ours = [*_FRONT]
    if command.dep_file is not None:
        ours += ["-MF", command.dep_file]
    if command.dep_target is not None:
        ours += ["-MQ", command.dep_target]
    return [*ours, *command.terminal, *command.front]


def _terminal_flags(clang: str) -> list[str]:
    """Flags that replace clang's terminal detection, because its diagnostics go to memory.

    Where stderr is a terminal, clang takes its colours from TERM unless NO_COLOR forbids them, and the width of its
    lines from COLUMNS or, since LLVM 21, from the terminal that is its stdout (llvm/lib/Support/Unix/Process.inc).
    """
    if not os.isatty(2):
        return []
    flags = []
    term = os.environ.get("TERM", "")
    known = term in ("ansi", "cygwin", "linux") or term.startswith(("screen", "xterm", "vt100", "rxvt"))
    if (known or term.endswith("color")) and not os.environ.get("NO_COLOR"):
        flags.append("-fcolor-diagnostics")
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdecimal() else 0
    if not width:
        from .real_clang import major_of

        if (major_of(clang) or 0) >= _ASKS_TERMINAL:
            try:
                width = os.get_terminal_size(1).columns
            except OSError:
                pass  # stdout is no terminal
    if width:
        flags.append(f"-fmessage-length={width}")
    return flags


def _remove_as_clang_does(path: str) -> None:
    """Remove the object of an earlier compile, as a failed clang does, if it is a regular file that we may write to."""
    try:
        if os.access(path, os.W_OK) and os.path.isfile(path):
            os.unlink(path)
    except OSError:
        pass


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(fd, view) :]
    except OSError:
        pass  # nobody reads our diagnostics; clang does not fail for that either


def _count(event: dict[str, Any]) -> None:
    from ..state.statistics import record

    record(event)
