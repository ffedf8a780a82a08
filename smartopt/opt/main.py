"""``smartopt``: the door that stands where ``opt -Oz`` stood.

    main -> classify (opt_args) -> the real opt (handover)
                                -> the typer door (opt_door) -> one optimisation (opt_run)

Exit codes: 0 done; 1 the input, the output or the toolchain is at fault; 2 the command line is; 74 the reader
of our output left (as LLVM's tools); 130 and 143 stopped by SIGINT and SIGTERM. Errors are one line on
stderr.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from ..errors import SmartoptError
from ..state.files import ReaderGone
from .arguments import HandOver, classify, without_ours

__all__ = ["main"]


def main() -> None:
    """The console script: runs with ``sys.argv`` and exits."""
    signal.signal(signal.SIGTERM, _stopped)
    _open_streams()
    try:
        code = _door(sys.argv[1:])
    except SmartoptError as error:
        print(f"smartopt: error: {error}", file=sys.stderr)
        code = error.exit_code
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    except ReaderGone:
        code = os.EX_IOERR
    except MemoryError:
        print("smartopt: error: out of memory; the output was not touched", file=sys.stderr)
        code = 1
    sys.exit(_flushed(code))


def _open_streams() -> None:
    """Give closed standard streams a file that refuses to be used.

    Else the next files and pipes to be opened would take their numbers, and be read and written in their stead.
    """
    for number, name, wrong_way in ((0, "stdin", os.O_WRONLY), (1, "stdout", os.O_RDONLY), (2, "stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, wrong_way), number)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))


def _flushed(code: int) -> int:
    """The exit code, once what was printed is out: Python's own last flush would end in a traceback."""
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
    """SIGTERM ends like SIGINT does: on the way out temporary files go and children are stopped."""
    raise SystemExit(128 + number)


def _door(argv: Sequence[str]) -> int:
    if os.environ.get("SMARTOPT_DISABLE", "0") not in ("", "0"):
        from .real_opt import become_opt

        become_opt(without_ours(argv), "disabled", "SMARTOPT_DISABLE asks for the real opt", _llvm())
    verdict = classify(argv)
    if isinstance(verdict, HandOver):
        from ..state.artifacts import log
        from .real_opt import become_opt

        log(f"handed to the real opt [{verdict.reason}]", argv)
        become_opt(argv, verdict.reason, f"{verdict.word} is work for the real opt", _llvm())
    if signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # how our children ended is to be known
    from .entry import enter

    return enter(verdict.argv)


def _llvm() -> str | None:
    return os.environ.get("SMARTOPT_LLVM") or None


if __name__ == "__main__":
    main()
