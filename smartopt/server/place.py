"""Where servers listen: sockets in one private folder, and what other processes may ask of a server there.

A socket is named after what it serves and ends in ``.sock``; one that ends in ``-PROCESS.silent`` is that of a server
that did not answer in time and was given up by its clients. The listening process is known to whoever connects
(``SO_PEERCRED``), even while it is stopped, because it calls ``listen`` itself.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
import socket
import time

from .messages import Gone, Message, send, user_of

__all__ = ["Place", "Running", "is_stopped", "running", "stop_all"]

_ENDINGS = (".sock", ".silent")
_HEARD = 5.0
"""Seconds that a server may take to hear that it is to stop."""


class Place:
    """The name of a socket on which this process listens."""

    def __init__(self, path: str) -> None:
        """``path`` is the socket's, as it is now."""
        self._path = path
        self._known = _identity(path)

    @property
    def is_ours(self) -> bool:
        """Whether clients still find this process by the name."""
        return self._known is not None and _identity(self._path) == self._known

    def leave(self) -> None:
        """Remove the name, also where clients have given it another one. Raises nothing."""
        for path in (self._path, f"{os.path.splitext(self._path)[0]}-{os.getpid()}.silent"):
            if self._known is not None and _identity(path) == self._known:
                try:
                    os.unlink(path)
                except OSError:
                    pass


def _identity(path: str) -> tuple[int, int, int] | None:
    """What tells a socket from a later one of the same name. A change of name changes none of it."""
    try:
        about = os.lstat(path)
    except OSError:
        return None
    return about.st_dev, about.st_ino, about.st_mtime_ns


class Running:
    """A server that listens.

    Attributes:
        path: of its socket.
        process: its process id.
        since: the time at which it was started, in seconds since 1970; 0 where that is not known.
        stopped: whether a signal has stopped it.
    """

    __slots__ = ("path", "process", "since", "stopped")

    def __init__(self, path: str, process: int, since: float, stopped: bool) -> None:
        self.path, self.process, self.since, self.stopped = path, process, since, stopped


def running(folder: str) -> list[Running]:
    """The servers that listen in a folder. Waits for none of them."""
    found = []
    for path in _sockets(folder):
        connection = _connect(path)
        if connection is None:
            continue
        with connection:
            process, user = user_of(connection)
        if user == os.geteuid():
            state, since = _process(process)
            found.append(Running(path, process, since, state == "T"))
    return found


def stop_all(folder: str) -> int:
    """Stop the servers in a folder; how many there were.

    A server takes no more clients and ends when those that it has are served. One that is stopped, or does not hear, is
    killed; its clients go on without it.
    """
    servers = running(folder)
    for server in servers:
        connection = None if server.stopped else _connect(server.path)
        if connection is not None:
            with connection:
                try:
                    send(connection, Message("stop"), wait=False)
                except Gone:
                    pass
    end = time.monotonic() + _HEARD
    for server in servers:
        while not server.stopped and os.path.lexists(server.path) and time.monotonic() < end:
            time.sleep(0.02)
        if os.path.lexists(server.path):
            _kill(server.path)
            _remove(server.path)
    for path in _sockets(folder):  # what servers left that were killed
        connection = _connect(path)
        if connection is None:
            _remove(path)
        else:
            connection.close()
    return len(servers)


def _sockets(folder: str) -> list[str]:
    try:
        about = os.lstat(folder)
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    if about.st_uid != os.geteuid():
        return []
    return [os.path.join(folder, name) for name in names if name.endswith(_ENDINGS)]


def _kill(path: str) -> None:
    """Kill whoever listens at a socket now: while a server starts, that may have changed since one looked."""
    connection = _connect(path)
    if connection is None:
        return
    with connection:
        process, user = user_of(connection)
    if user == os.geteuid() and process > 1:
        try:
            os.kill(process, _signal.SIGKILL)
        except OSError:
            pass


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def _connect(path: str) -> socket.socket | None:
    """A connection to a socket; None if nobody listens there. The folder is opened, because a socket's path may have
    107 bytes only."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.settimeout(1.0)
    try:
        folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        connection.close()
        return None
    try:
        connection.connect(f"/proc/self/fd/{folder}/{os.path.basename(path)}")
        return connection
    except OSError:
        connection.close()
        return None
    finally:
        os.close(folder)


def _process(process: int) -> tuple[str, float]:
    """The state of a process (``T`` for a stopped one), and when it was started; empty and 0 if it cannot be told."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        with open("/proc/uptime", encoding="utf-8") as file:
            up = float(file.read().split()[0])
        return fields[0], time.time() - up + int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return "", 0.0


def is_stopped(process: int) -> bool:
    """Whether a signal has stopped a process."""
    return _process(process)[0] == "T"
