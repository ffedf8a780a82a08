"""Child processes of the lab: each with a time limit, a bound on its output, and no survivors."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Child", "run_child"]

_KEPT_OUTPUT = 1 << 16
_FILE_LIMIT = 1 << 28
_MEMORY_LIMIT = 8 << 30


@dataclass(frozen=True)
class Child:
    """How a child ended. ``status`` is None after a timeout, negative after a signal."""

    status: int | None
    output: bytes
    errors: str
    seconds: float

    @property
    def ok(self) -> bool:
        return self.status == 0

    @property
    def ending(self) -> str:
        """For people: ``exit 1``, ``signal 11`` or ``timeout``."""
        if self.status is None:
            return "timeout"
        return f"signal {-self.status}" if self.status < 0 else f"exit {self.status}"


def run_child(
    command: Sequence[object],
    timeout: float,
    *,
    folder: Path,
    text: str = "",
    environment: Mapping[str, str] | None = None,
    without: str | None = None,
    limited: bool = True,
) -> Child:
    """Run a command in ``folder``, ``text`` on its standard input; kill its whole group after ``timeout``.

    Our own environment is the child's, less the variables that begin with ``without``, and with ``environment``.
    Output beyond 64 KiB is not kept. Files and memory are bounded unless it is not ``limited``: smartopt-clang must run
    as in a build, because under such limits it leaves more to clang. OSError where the program does not exist.
    """
    start = time.monotonic()
    # Files, not pipes: a program that a wrong pass list made to print for ever must not fill our memory.
    with (
        tempfile.TemporaryFile(dir=folder) as given,
        tempfile.TemporaryFile(dir=folder) as output,
        tempfile.TemporaryFile(dir=folder) as errors,
    ):
        given.write(text.encode())
        given.seek(0)
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdin=given,
            stdout=output,
            stderr=errors,
            start_new_session=True,
            env={**_inherited(without), **(environment or {})},
        )
        if limited:
            _limit(process.pid)
        status: int | None
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            _kill_group(process)
        output.seek(0)
        errors.seek(0)
        return Child(
            status,
            output.read(_KEPT_OUTPUT),
            errors.read(_KEPT_OUTPUT).decode("utf-8", "replace"),
            time.monotonic() - start,
        )


def _inherited(without: str | None) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if without is None or not name.startswith(without)}


def _limit(pid: int) -> None:
    """Bound files, memory and core dumps where the system lets a parent do so (Linux)."""
    import resource

    prlimit = getattr(resource, "prlimit", None)
    if prlimit is None:
        return
    try:
        prlimit(pid, resource.RLIMIT_FSIZE, (_FILE_LIMIT, _FILE_LIMIT))
        prlimit(pid, resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT))
        prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    except ProcessLookupError:
        pass  # it has ended already


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # nobody of the group is left
    process.wait()
