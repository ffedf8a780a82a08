"""Writes the files that the environment asks for: a report for each output, collected inputs, a log.

They serve whole builds, so nothing here may stop one: what cannot be written is left out, and the log says so if there
is a log.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from ..annotations import Any
from ..errors import OutputError
from .files import STDIO, ReaderGone, write_output

__all__ = ["collect", "log", "report_for"]

_BITCODE_MAGIC = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
"""Raw bitcode and its wrapper (LLVM Bitcode File Format, "Magic Numbers")."""


def collect(data: bytes) -> None:
    """Stores an unoptimised input in ``$SMARTOPT_COLLECT_DIR`` under the hash of its content."""
    folder = os.environ.get("SMARTOPT_COLLECT_DIR")
    if folder:
        suffix = "bc" if data.startswith(_BITCODE_MAGIC) else "ll"
        _put(folder, f"{_hash(data)}.{suffix}", data)


def report_for(output: str, source: bytes, report: dict[str, Any]) -> None:
    """Stores the report of an output in ``$SMARTOPT_REPORT_DIR``; building the output again replaces its report.

    The file has the output's name and a hash of its path, which tells outputs of one name apart. For standard output
    the hash is the input's.
    """
    folder = os.environ.get("SMARTOPT_REPORT_DIR")
    if folder:
        from json import dumps

        if output == STDIO:
            name = f"stdout-{_hash(source)[:12]}.json"
        else:
            path = os.path.abspath(output)
            name = f"{os.path.basename(path)[:50]}-{_hash(os.fsencode(path))[:12]}.json"
        _put(folder, name, dumps(report, indent=1).encode())


def log(message: str, argv: Sequence[str]) -> None:
    """Appends one line to ``$SMARTOPT_LOGFILE``: time, process id, command line, message."""
    path = os.environ.get("SMARTOPT_LOGFILE")
    if not path:
        return
    from shlex import join

    line = f"{time.strftime('%Y-%m-%dT%H:%M:%S')} [{os.getpid()}] smartopt {join(argv)}: {message}\n"
    try:
        # O_NONBLOCK: does not wait for a pipe that nobody reads or that is full.
        fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o666)
    except OSError:
        return
    try:
        os.write(fd, line.encode("utf-8", "surrogateescape"))
    except OSError:
        pass
    finally:
        os.close(fd)


def _put(folder: str, name: str, data: bytes) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
        write_output(os.path.join(folder, name), data)
    except (OSError, OutputError, ReaderGone) as error:
        log(f"left out {name}: {error}", ())


def _hash(data: bytes) -> str:
    from ..digest import sha256

    return sha256(data).hexdigest()[:32]
