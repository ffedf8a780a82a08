"""The server: accepts connections, lets them wait for their turn, and forks a worker for each.

There are never more workers than processors, so that ``make -j64`` needs the memory of a few. Those who wait, and those
whose worker is busy, hear a ``tick`` every half second; a client that hears nothing gives up. Where a client goes away,
its worker is killed. The server keeps no state: a worker inherits what was loaded before the fork and takes nothing
back. It ends when it has had nothing to do for a while, or is told to.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
import resource
import select
import socket
import time
from collections import deque
from collections.abc import Callable

from ..llvm.capi import die_with_parent
from .messages import Gone, Message, receive, send, user_of

__all__ = ["Handler", "Parent", "Server"]

Handler = Callable[[socket.socket, Message, "Parent"], None]
"""Answers one connection, whose first message it is given, in a process of its own."""

_TICK = 0.5
_IDLE = 600.0
"""Seconds without a connection after which the server ends."""
_FIRST = 2.0
"""Seconds that a new connection may take to say what it wants."""
_WAITING = 4096
"""Connections that may wait; more are turned away."""
_LONGEST = 4 * 3600
"""Seconds that one worker may take: it only stops hangs."""


class Parent:
    """What a worker tells the server."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def answered(self) -> None:
        """Call this before what ends the client's wait: after that, the worker may go on without the client."""
        os.write(self._pipe, b"a")

    def stop(self) -> None:
        """Have the server take no more connections: it is out of date, say."""
        os.write(self._pipe, b"s")


class _Client:
    """One connection: new, waiting for its turn, or with a worker."""

    __slots__ = ("answered", "connection", "message", "pipe", "since", "worker")

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.since = time.monotonic()
        self.message: Message | None = None
        self.worker = 0
        self.pipe = -1
        self.answered = False


class Server:
    """One listening socket and the workers for its connections."""

    def __init__(
        self, listener: socket.socket, handler: Handler, leave: Callable[[], None], idle: float = _IDLE
    ) -> None:
        """``leave`` is called before the listener is closed: it removes the socket's name."""
        self._listener, self._handler, self._leave, self._idle = listener, handler, leave, idle
        self._most = max(1, len(os.sched_getaffinity(0)))
        self._new: dict[int, _Client] = {}
        self._waiting: deque[_Client] = deque()
        self._busy: dict[int, _Client] = {}
        """Clients with a worker, by the pipe that ends with it."""
        self._poll = select.poll()
        self._stopping = False

    def run(self) -> None:
        """Serve until there has been nothing to do for a while, or a client said ``stop``."""
        self._listener.setblocking(False)
        self._poll.register(self._listener, select.POLLIN)
        last, ticked = time.monotonic(), time.monotonic()
        while not (self._stopping and not self._busy and not self._waiting):
            for descriptor, events in self._poll.poll(_TICK * 1000):
                self._on(descriptor, events)
            self._start_workers()
            now = time.monotonic()
            if self._new or self._waiting or self._busy:
                last = now
            elif now - last > self._idle and not self._stopping:
                self._stop()
            if now - ticked >= _TICK:
                ticked = now
                self._tick(now)

    def _on(self, descriptor: int, events: int) -> None:
        if descriptor == self._listener.fileno():
            self._accept()
        elif descriptor in self._new:
            self._read(self._new.pop(descriptor))
        elif descriptor in self._busy:
            self._hear(self._busy[descriptor])
        else:  # a client that waits or has a worker has gone: nothing else is asked of its socket here
            for client in (*self._waiting, *self._busy.values()):
                if client.connection.fileno() == descriptor:
                    if not (client.worker and self._hear(client)):
                        self._end(client)
                    break

    def _hear(self, client: _Client) -> bool:
        """Read a worker's pipe; whether the worker has answered its client, or has ended."""
        if client.answered:
            self._end(client)
            return True
        if not select.select([client.pipe], [], [], 0)[0]:
            return False
        said = os.read(client.pipe, 1)
        if said == b"s":
            self._stop()
        if said != b"a":
            self._end(client)
            return True
        client.answered = True
        self._poll.unregister(client.connection)
        return True

    def _accept(self) -> None:
        for _ in range(64):
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if user_of(connection)[1] != os.geteuid() or len(self._new) + len(self._waiting) >= _WAITING:
                connection.close()
                continue
            connection.settimeout(0)
            self._new[connection.fileno()] = _Client(connection)
            self._poll.register(connection, select.POLLIN)

    def _read(self, client: _Client) -> None:
        """Read a new client's first message; then only its going away matters here."""
        self._poll.unregister(client.connection)
        try:
            client.message = receive(client.connection)
        except (Gone, OSError):
            client.connection.close()
            return
        if client.message.verb == "stop":
            self._stop()
            client.connection.close()
            return
        self._poll.register(client.connection, select.POLLRDHUP)
        self._waiting.append(client)

    def _start_workers(self) -> None:
        while self._waiting and len(self._busy) < self._most:
            client = self._waiting.popleft()
            try:
                self._fork(client)
            except OSError:  # no process or descriptor to be had: the client goes on without us
                self._forget(client)

    def _fork(self, client: _Client) -> None:
        reader, writer = os.pipe()
        parent = os.getpid()
        try:
            worker = os.fork()
        except OSError:
            os.close(reader)
            os.close(writer)
            raise
        if worker == 0:
            status = 70
            try:
                self._become_worker(client, parent, writer)
                assert client.message is not None
                self._handler(client.connection, client.message, Parent(writer))
                status = 0
            finally:
                os._exit(status)
        os.close(writer)
        client.worker, client.pipe, client.since = worker, reader, time.monotonic()
        if client.message is not None:
            client.message.close()
        self._busy[reader] = client
        self._poll.register(reader, select.POLLIN)

    def _become_worker(self, client: _Client, parent: int, writer: int) -> None:
        os.setpgid(0, 0)
        die_with_parent()
        if os.getppid() != parent:
            os._exit(70)
        _signal.signal(_signal.SIGTERM, _signal.SIG_DFL)
        self._listener.close()
        for other in (*self._new.values(), *self._waiting, *self._busy.values()):
            if other is not client:
                other.connection.close()
                if other.pipe >= 0:
                    os.close(other.pipe)
                if other.message is not None:
                    other.message.close()
        client.connection.settimeout(None)
        os.set_inheritable(writer, False)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def _end(self, client: _Client) -> None:
        """The worker is done, or the client has gone: end the worker and all that it started."""
        if client.worker:
            for kill in (os.killpg, os.kill):
                try:
                    kill(client.worker, _signal.SIGKILL)
                except OSError:
                    pass
            try:
                os.waitpid(client.worker, 0)
            except OSError:
                pass
            self._poll.unregister(client.pipe)
            os.close(client.pipe)
            del self._busy[client.pipe]
        else:
            self._waiting.remove(client)
        self._forget(client)

    def _forget(self, client: _Client) -> None:
        try:
            self._poll.unregister(client.connection)
        except (KeyError, ValueError):
            pass
        if client.message is not None:
            client.message.close()
        client.connection.close()

    def _tick(self, now: float) -> None:
        for client in (*self._waiting, *self._busy.values()):
            if client.answered:
                continue
            try:
                send(client.connection, Message("tick"))
            except Gone:
                pass  # it does not read; if it has gone, we hear of it
        for client in [client for client in self._new.values() if now - client.since > _FIRST]:
            del self._new[client.connection.fileno()]
            self._forget(client)
        for client in [client for client in self._busy.values() if now - client.since > _LONGEST]:
            self._end(client)

    def _stop(self) -> None:
        """Take no new connections; those that are there are served."""
        if not self._stopping:
            self._stopping = True
            self._leave()
            self._accept()
            self._poll.unregister(self._listener)
            self._listener.close()
