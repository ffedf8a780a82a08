"""Builds the plugin in the background, in a process that holds nothing of the one that begins it.

A build takes ten seconds of one processor, at a low priority. ``descriptor.begin_attempt`` says when to try.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os

from ...state.paths import state_dir
from .descriptor import interpreter

__all__ = ["KEPT", "begin"]

KEPT = ("PATH", "HOME", "TMPDIR", "USER", "LOGNAME", "LD_LIBRARY_PATH")
"""Variables that a build of the plugin inherits; others may hold settings of the user's own build."""
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from smartopt.driver.plugin.build import main; main(sys.argv[2])"
)


def begin(clang: str) -> None:
    """Begin to build the plugin for a clang. Waits for nothing. Raises OSError."""
    place = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
    command = [interpreter(), "-I", "-c", _PROGRAM, place, os.path.realpath(clang)]
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment["SMARTOPT_DIR"] = state_dir()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            if os.fork() == 0:
                _become(command, environment)
        finally:
            os._exit(0)
    try:
        os.waitpid(child, 0)
    except ChildProcessError:
        pass  # SIGCHLD is ignored


def _become(command: list[str], environment: dict[str, str]) -> None:
    """Run a program in the place of this process. make waits for all who hold its pipes, so none is left open."""
    for number in (_signal.SIGCHLD, _signal.SIGINT, _signal.SIGPIPE, _signal.SIGHUP, _signal.SIGTERM):
        _signal.signal(number, _signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    os.closerange(3, 1 << 20)
    os.chdir("/")
    os.execve(command[0], command, environment)
