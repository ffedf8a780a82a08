"""Reads and writes files for the command line: an output appears whole or not at all.

An output is written to a temporary file beside it, which is then renamed over it, so that a full disk, a signal or a
crash leaves what was there before. A symbolic link stays a link (its target is replaced), and an existing file keeps
its mode. ``/dev/null``, pipes and standard output are written directly, since there is nothing to rename. Every failure
is an InputError or OutputError of one line.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys

from ..errors import InputError, OutputError

__all__ = ["STDIO", "ReaderGone", "check_writable", "read_input", "write_output"]

STDIO = "-"


class ReaderGone(Exception):
    """The reader of our output has closed the pipe, which no message is printed for.

    A class of its own, because typer handles a BrokenPipeError itself.
    """


def read_input(path: str) -> bytes:
    """All bytes of a file, or of standard input for ``-``. Raises InputError."""
    try:
        if path == STDIO:
            return sys.stdin.buffer.read()
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from None


def check_writable(path: str) -> None:
    """Raises OutputError if ``path`` cannot be written, before long work is done for nothing."""
    if path == STDIO:
        return
    target, direct = _resolve(path)
    if direct:
        if not os.access(target, os.W_OK):
            raise OutputError(f"cannot write {path}: permission denied")
        return
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise OutputError(f"cannot write {path}: the folder {folder} does not exist")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write {path}: the folder {folder} is not writable")
    if os.path.exists(target) and not os.access(target, os.W_OK):
        raise OutputError(f"cannot write {path}: permission denied")


def write_output(path: str, data: bytes) -> None:
    """Writes ``data`` to ``path`` whole or not at all; ``-`` is standard output.

    Raises OutputError, and ReaderGone if the reader of a pipe has closed it.
    """
    try:
        if path == STDIO:
            sys.stdout.flush()
            _write_all(sys.stdout.fileno(), data)  # unbuffered: Python has nothing left to flush when it exits
            return
        target, direct = _resolve(path)
        if direct:
            with open(target, "wb", buffering=0) as file:
                _write_all(file.fileno(), data)
            return
        _replace(target, data)
    except BrokenPipeError:
        raise ReaderGone from None
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None


def _resolve(path: str) -> tuple[str, bool]:
    """The file that a path leads to, and whether to write to it directly (a device or a pipe)."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        if path.endswith("/") or not path:
            raise OutputError(f"cannot write {path!r}: it names no file") from None
        return os.path.realpath(path), False
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None
    if stat.S_ISDIR(mode):
        raise OutputError(f"cannot write {path}: it is a directory")
    # /dev/stdout and /proc/self/fd/N name an open file: after a rename its other users would no longer have it.
    if not stat.S_ISREG(mode) or os.path.abspath(path).startswith(("/dev/", "/proc/")):
        return path, True
    return os.path.realpath(path), False


def _replace(target: str, data: bytes) -> None:
    folder, base = os.path.split(target)
    # Short enough for any file system's limit on names; the process id keeps parallel runs apart.
    temporary = os.path.join(folder, f".{base[:50]}.{os.getpid()}.tmp")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(temporary)  # left by a killed run that had our process id
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        try:
            with contextlib.suppress(FileNotFoundError):
                os.fchmod(fd, stat.S_IMODE(os.stat(target).st_mode))
            _write_all(fd, data)
        finally:
            os.close(fd)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _write_all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
