"""The entry point of ``smartopt``, which replaces ``opt -Oz``.

    main -> arguments.classify -> real_opt: the real opt runs the command line
                               -> entry (typer) -> run: one optimisation

Exit codes: 0 done; 1 the input, the output or the toolchain is at fault; 2 the command line is at fault; 74 the reader
of our output closed the pipe (as LLVM's tools have it); 130 and 143 stopped by SIGINT and SIGTERM. Errors are one line
on stderr.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from ..errors import SmartoptError
from ..state.files import ReaderGone
from .arguments import HandOver, asks_smartopt, classify, without_ours

__all__ = ["main"]


def main() -> None:
    """Runs with ``sys.argv`` and exits."""
    signal.signal(signal.SIGTERM, _stopped)
    _open_streams()
    try:
        code = _run(sys.argv[1:])
    except SmartoptError as error:
        print(f"smartopt: error: {error}", file=sys.stderr)
        code = error.exit_code
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    except ReaderGone:
        code = os.EX_IOERR
    except MemoryError:
        print("smartopt: error: out of memory; the output was left as it was", file=sys.stderr)
        code = 1
    sys.exit(_flushed(code))


def _open_streams() -> None:
    """Opens closed standard streams as files that can be neither read nor written.

    Otherwise the next file or pipe to be opened would get a closed stream's number, and be used in its place.
    """
    for number, name, wrong_way in ((0, "stdin", os.O_WRONLY), (1, "stdout", os.O_RDONLY), (2, "stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, wrong_way), number)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))


def _flushed(code: int) -> int:
    """Flushes standard output and returns the exit code; a failing flush by Python itself would print a traceback."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return os.EX_IOERR
        print(f"smartopt: error: cannot write to stdout: {error.strerror}", file=sys.stderr)
        return code or 1
    return code


def _stopped(number: int, frame: Any) -> NoReturn:
    """Ends on SIGTERM as on SIGINT: temporary files are removed and children stopped on the way out."""
    raise SystemExit(128 + number)


def _run(argv: Sequence[str]) -> int:
    if os.environ.get("SMARTOPT_DISABLE", "0") not in ("", "0") and not asks_smartopt(argv):
        from .real_opt import become_opt

        become_opt(without_ours(argv), "disabled", "SMARTOPT_DISABLE asks for the real opt", _llvm())
    verdict = classify(argv)
    if isinstance(verdict, HandOver):
        from ..state.artifacts import log
        from .real_opt import become_opt

        log(f"handed to the real opt [{verdict.reason}]", argv)
        become_opt(argv, verdict.reason, f"{verdict.argument} needs the real opt", _llvm())
    if signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # so that we learn how our children end
    from .entry import enter

    return enter(verdict.argv)


def _llvm() -> str | None:
    return os.environ.get("SMARTOPT_LLVM") or None


if __name__ == "__main__":
    main()
