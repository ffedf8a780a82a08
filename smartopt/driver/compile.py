"""Compiles one eligible command line: front end, optimiser, back end, each fed from memory.

The front end is the user's own command with the bitcode sent to us instead of an object; the back end is the
user's own command with our bitcode as its input, and writes the object itself, as in a direct compile: name,
mode, rename and error handling are clang's. Diagnostics are held back until the back end is done, so that
:class:`Fallback` can always be answered by running the original command as if nothing had been tried.
No temporary file is made: bitcode and diagnostics are kept in anonymous memory (``memfd_create``).
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
import sys
import time

from .back_end import BITCODE, NO_REPRODUCER, BackEnd, content, memory, unwrapped
from .fallback import Fallback, Interrupted, TimedOut
from .flags import Command

TYPE_CHECKING = False  # "typing" takes four milliseconds, and the front end is not at work yet
if TYPE_CHECKING:
    from typing import Any

    from .optimizer_session import Optimiser

__all__ = ["compile_one", "die_by"]

TIMEOUT = 900
"""Seconds that the optimiser, and then each back end, may take. Not a budget: it ends what hangs."""
_PATIENCE = {"max": 16}
"""How many times longer than that some efforts may take: sqlite3.c takes minutes on a quiet machine."""

_FRONT = ("-Xclang", "-disable-llvm-passes", "-emit-llvm", NO_REPRODUCER, "-o", "-")
_QUICKLY = ("-O0",)
"""After the user's own words: an object that runs, as fast as clang makes one (``SMARTOPT_SELECT=collect``)."""

_REMARKED = (
    b"llvm.loop.vectorize.",
    b"llvm.loop.interleave.",
    b"llvm.loop.distribute.",
    b"llvm.loop.unroll.enable",
    b"llvm.loop.unroll.full",
    b"llvm.loop.unroll.count",
    b"llvm.loop.unroll_and_jam.",
)
"""Loop pragmas that clang's optimiser warns about when it cannot follow them (-Wpass-failed): only clang
itself gives those warnings. Metadata strings lie in bitcode as plain bytes."""

_SIGNALS = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP)
_HANDLED = (*_SIGNALS, _signal.SIGALRM)
_PYTHONS_OWN = (_signal.SIGPIPE, _signal.SIGXFSZ)
"""Python ignores these from its start; the programs that we run must not."""


def compile_one(clang: str, command: Command, called: str = "") -> int:
    """Compile; returns clang's exit code. Raises Fallback (nothing was printed), or Interrupted.

    ``called`` is the name that clang is given (``argv[0]``), where that is not its path.
    """
    job = _Job(clang, called)
    with _Handlers(job), _Children():
        try:
            try:
                return job.run(command)
            finally:
                _signal.alarm(0)  # it must not come while we tidy up; should it come here, it is caught below
        except Fallback:
            job.stop()
            raise
        except MemoryError:
            job.stop()
            raise Fallback("driver-memory") from None
        except TimedOut:
            job.stop()
            raise Fallback("driver-timeout") from None
        except Exception as error:  # whatever it is, the user gets a plain compile
            job.stop()
            raise Fallback("driver-internal-error", repr(error)) from error
        finally:
            job.close()


class _Job:
    """The work on one command line, and the children that run for it now."""

    def __init__(self, clang: str, called: str = "") -> None:
        self.clang, self.called = clang, called or clang
        self.children: list[int] = []
        self.optimiser: Optimiser | None = None
        self.began = time.monotonic()
        self.limit = 0
        """Seconds that each clang may take that is waited for; 0 where nothing is counted, or all together."""

    def run(self, command: Command) -> int:
        said, bitcode = memory("diagnostics"), memory("bitcode")
        command.terminal = tuple(_terminal_words())
        front = self.start(_front_words(command), {1: bitcode, 2: said})
        if os.environ.get("SMARTOPT_SELECT") == "collect":
            return self._collect(command, front, said, bitcode)
        from .prediction import Habit  # while clang works: this and the next import half of smartopt

        habit, back_end = Habit(self.clang, command), BackEnd(self, command)
        from .optimizer_session import Optimiser

        why = None
        try:
            self.optimiser = Optimiser(self.clang, command, habit.needs_worker)
            for words in habit.words():
                back_end.prepare(words)
            self.optimiser.load()
        except Fallback as fallback:
            why = fallback  # but the front end may yet find errors, which are the last word
        optimiser = self.optimiser
        code = self.wait(front)
        messages = content(said)
        if code:
            back_end.drop()
            return self._front_failed(code, messages, command)
        if why is not None or optimiser is None:
            raise why or Fallback("driver-internal-error")
        back_end.heard = messages
        data = unwrapped(content(bitcode))
        if not data:
            raise Fallback("driver-front-failed", "no bitcode")
        if any(mark in data for mark in _REMARKED):
            raise Fallback("driver-loop-pragma")
        optimiser.prepare = back_end.prepare
        _signal.alarm(TIMEOUT * _PATIENCE.get(os.environ.get("SMARTOPT_EFFORT", ""), 1))
        report, optimised = optimiser.run(data)
        optimised = unwrapped(optimised)
        by_worker = report.get("winner") != "oz"
        if not optimised.startswith(BITCODE):
            raise Fallback("driver-internal-error", "the optimiser's answer is no bitcode")
        from .smallest_object import write_smallest

        self.limit = TIMEOUT  # from now on it is clang that may hang, and may be run often
        _signal.alarm(self.limit)
        known = optimiser.known_object(command)
        report, object_kind = write_smallest(command, data, optimised, report, known, back_end, optimiser.in_place)
        back_end.drop()
        optimiser.remember_object(command, object_kind)
        habit.keep(object_kind, by_worker)
        _signal.alarm(0)
        _write(2, messages)
        self._account(command, data, report, optimiser.counters)
        return 0

    def _collect(self, command: Command, front: int, said: int, bitcode: int) -> int:
        """Keep the front end's bitcode for a corpus; the object is only to let the build go on."""
        if code := self.wait(front):
            return self._front_failed(code, content(said), command)
        data = unwrapped(content(bitcode))
        if not data:
            raise Fallback("driver-front-failed", "no bitcode")
        from ..state.artifacts import collect
        from .back_end_modes import OWN

        back_end = BackEnd(self, command)
        back_end.heard = content(said)
        back_end(data, OWN, _QUICKLY)
        _write(2, content(said))
        collect(data)
        return 0

    def _front_failed(self, code: int, messages: bytes, command: Command) -> int:
        """A compile error is final: its diagnostics are a direct compile's. Anything else is not."""
        name = os.fsencode(os.path.basename(self.called))
        if code != 1 or name + b": error: " in messages:
            # The driver itself complains, or clang crashed: what happens to outputs then is clang's business.
            raise Fallback("driver-front-failed", f"exit code {code}")
        _remove_as_clang_does(command.output)
        _write(2, messages)
        _count({"runs": 1, "reason": {"driver-compile-error": 1}})
        return code

    def start(self, words: list[str], streams: dict[int, int]) -> int:
        """Start clang with some streams replaced; its process id. Raises Fallback."""
        actions = [(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in streams.items()]
        # A signal between the start of the child and our knowing its id would leave it behind.
        old = _signal.pthread_sigmask(_signal.SIG_BLOCK, _HANDLED)
        try:
            child = os.posix_spawn(
                self.clang,
                [self.called, *words],
                os.environ,
                file_actions=actions,
                setsigmask=old,
                setsigdef=_PYTHONS_OWN,
            )
            self.children.append(child)
            return child
        except OSError as error:
            raise Fallback("driver-no-start", str(error)) from None
        finally:
            _signal.pthread_sigmask(_signal.SIG_SETMASK, old)

    def wait(self, child: int) -> int:
        """The exit code of a clang that was started. Raises Fallback if a signal ended it."""
        if self.limit:
            _signal.alarm(self.limit)
        _, status = os.waitpid(child, 0)
        self.children.remove(child)
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            raise Fallback("driver-child-killed", f"signal {-code}")
        return code

    def end(self, child: int) -> None:
        """End one clang that runs now and has nothing to tidy up."""
        _tell(child, _signal.SIGKILL)  # a signal may come here: stop() knows of it as long as it is not reaped
        old = _signal.pthread_sigmask(_signal.SIG_BLOCK, _HANDLED)
        try:
            _reap(child)
            self.children.remove(child)
        finally:
            _signal.pthread_sigmask(_signal.SIG_SETMASK, old)

    def close(self) -> None:
        """End the optimiser's worker, if there is one still."""
        if self.optimiser is not None:
            self.optimiser.close()

    def stop(self, number: int = _signal.SIGKILL) -> None:
        """End each clang that runs now. A second signal waits until all have been told."""
        old = _signal.pthread_sigmask(_signal.SIG_BLOCK, _HANDLED)
        try:
            children, self.children = self.children, []
            for child in children:
                _tell(child, number)
            for child in children:
                _reap(child)
        finally:
            _signal.pthread_sigmask(_signal.SIG_SETMASK, old)

    def _account(self, command: Command, data: bytes, report: dict[str, Any], cache: dict[str, int]) -> None:
        """Count the run, and keep what the environment asks for. Nothing here may fail the compile."""
        sizes = report.get("bytes") or {}
        event: dict[str, Any] = {
            "runs": 1,
            "milliseconds": int((time.monotonic() - self.began) * 1000),
            "winner": {report.get("winner", "oz"): 1},
            "reason": report.get("fallbacks", {}),
            "cache": cache,
        }
        if sizes.get("oz") and sizes.get("output"):
            event["bytes"] = {"oz": sizes["oz"]["total"], "output": sizes["output"]["total"]}
        _count(event)
        if not any(os.environ.get(f"SMARTOPT_{n}") for n in ("COLLECT_DIR", "REPORT_DIR", "LOGFILE")):
            return
        try:
            from ..state.artifacts import collect, log, report_for

            collect(data)
            report_for(command.output, data, report)
            took = f"{report.get('winner')} in {event['milliseconds']} ms"
            log(took, ["-c", command.source, "-o", command.output])
        except Exception:
            pass  # the object is written: a report that cannot be kept must not undo that


def _tell(child: int, number: int) -> None:
    try:
        os.kill(child, number)
    except OSError:
        pass  # it ended by itself just now


def _reap(child: int) -> None:
    try:
        os.waitpid(child, 0)
    except OSError:
        pass  # it has been already


class _Children:
    """Children can be waited for meanwhile, also where whoever started us ignores their ends (SIGCHLD)."""

    def __enter__(self) -> None:
        self.ignored = _signal.getsignal(_signal.SIGCHLD) == _signal.SIG_IGN
        if self.ignored:
            _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)

    def __exit__(self, *_: object) -> None:
        if self.ignored:  # the clang that we may become inherits what it would have without us
            _signal.signal(_signal.SIGCHLD, _signal.SIG_IGN)


class _Handlers:
    """Signals end the child and then us; an alarm ends the fast path. What was ignored stays ignored."""

    def __init__(self, job: _Job) -> None:
        self.job = job
        self.old: dict[int, Any] = {}

    def __enter__(self) -> None:
        for number in _HANDLED:
            handler = _signal.getsignal(number)
            if handler != _signal.SIG_IGN or number == _signal.SIGALRM:
                self.old[number] = handler
                _signal.signal(number, self._on_signal)

    def __exit__(self, *_: object) -> None:
        _signal.alarm(0)
        for number, handler in self.old.items():
            _signal.signal(number, _signal.SIG_DFL if handler is None else handler)

    def _on_signal(self, number: int, _: object) -> None:
        self.job.stop(_signal.SIGKILL if number == _signal.SIGALRM else number)
        if number == _signal.SIGALRM:
            raise TimedOut
        raise Interrupted(number)


def _front_words(command: Command) -> list[str]:
    """The user's own words, after ours: where both speak, the user's are the last and win."""
    words = [*_FRONT]
    if command.dep_file is not None:
        words += ["-MF", command.dep_file]
    if command.dep_target is not None:
        words += ["-MQ", command.dep_target]
    return [*words, *command.terminal, *command.front]


def _terminal_words() -> list[str]:
    """What clang would find out about the terminal, were its diagnostics not held back.

    llvm/lib/Support/Unix/Process.inc: colours by TERM where stderr is a terminal, lines as wide as COLUMNS.
    """
    if not os.isatty(2):
        return []
    words = []
    term = os.environ.get("TERM", "")
    known = term in ("ansi", "cygwin", "linux") or term.startswith(("screen", "xterm", "vt100", "rxvt"))
    if known or term.endswith("color"):
        words.append("-fcolor-diagnostics")
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns):
        words.append(f"-fmessage-length={columns}")
    return words


def _remove_as_clang_does(path: str) -> None:
    """A failed compile removes the object of an earlier one, if it is a regular file that we may write to."""
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
        pass  # whoever reads our diagnostics has left; clang does not fail for that either


def _count(event: dict[str, Any]) -> None:
    from ..state.statistics import record

    record(event)


def die_by(number: int) -> None:
    """End as a program that knows nothing of ``number`` would."""
    sys.stdout.flush()
    _signal.signal(number, _signal.SIG_DFL)
    os.kill(os.getpid(), number)
