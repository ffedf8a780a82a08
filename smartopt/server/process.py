"""The server: accepts connections, lets them wait for their turn, and forks a worker for each.

A worker does all of its work in one process, which LLVM may end. Another one is forked then, and told to be careful: to
let processes of its own do what may end them.

There are never more workers than processors, so that ``make -j64`` needs the memory of a few. Those who wait, and those
whose worker is busy, hear a ``tick`` every half second; a client that hears nothing gives up. Where a client goes away,
its worker is killed; where a worker dies or is stopped, its client's connection ends. A client that is stopped (Ctrl-Z)
keeps its worker, but not its place: others go on.

The server keeps no state: a worker inherits what was loaded before the fork and takes nothing back. It ends when it has
had nothing to do for a while, when no client can find it any more, or when it is told to. It waits for no client and no
worker: each call here returns at once.
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

from ..annotations import NoReturn
from ..llvm.capi import die_with_parent
from .messages import Gone, Message, receive, send, user_of
from .place import Place, is_stopped

__all__ = ["IDLE", "Handler", "Parent", "Server", "limit_memory"]

Handler = Callable[[socket.socket, Message, "Parent"], None]
"""Answers one connection, whose first message it is given, in a process of its own."""

IDLE = 600.0
"""Seconds without a connection after which a server ends."""
_TICK = 0.5
_PAUSE = 5.0
"""Seconds between two looks at whether clients still find a server that has nothing to do."""
_LOOK = 1.0
"""Seconds between two looks at whether another version was installed."""
_FIRST = 2.0
"""Seconds that a new connection may take to say what it wants."""
_WAITING = 4096
"""Connections that may be there; more are turned away."""
_BACKLOG = 1024
_LONGEST = 4 * 3600
"""Seconds that one worker may take: it only stops hangs."""
_MEMORY = 12 << 30
"""Bytes of address space that a worker may add to what it inherits: it only stops runaways."""
_ANSWERED, _BEGUN, _STOP = b"a", b"b", b"s"
_FROM_OUTSIDE = (_signal.SIGKILL, _signal.SIGTERM, _signal.SIGINT, _signal.SIGHUP)
"""Signals that no work sends to its own process: a worker that one of them ended is not tried again."""


def limit_memory() -> None:
    """Limit the address space of this process. Processes that it starts may set another limit."""
    with open("/proc/self/statm", encoding="ascii") as file:
        wanted = int(file.read().split()[0]) * resource.getpagesize() + _MEMORY
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY or soft > wanted:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


class Parent:
    """What a worker tells the server.

    ``careful`` is what the server tells it: the work has ended a process already.
    """

    def __init__(self, pipe: int, careful: bool) -> None:
        self._pipe, self.careful = pipe, careful

    def begun(self) -> None:
        """Call this before the client is told anything: after that nobody else can answer it."""
        os.write(self._pipe, _BEGUN)

    def answered(self) -> None:
        """Call this before what ends the client's wait: after that, the worker may go on without the client."""
        os.write(self._pipe, _ANSWERED)

    def stop(self) -> None:
        """Have the server take no more connections: it is out of date, say."""
        os.write(self._pipe, _STOP)


class _Client:
    """One connection: new, waiting for its turn, or with a worker.

    Attributes:
        process: the process at the other end.
        since: when its present state began.
        message: what it asked, until its worker has it.
        worker, pipe: the process at work for it, and what that says.
        answered: it needs nothing more of its worker.
        begun: its worker has told it something.
        careful: its worker is the second one.
    """

    __slots__ = ("answered", "begun", "careful", "connection", "message", "pipe", "process", "since", "worker")

    def __init__(self, connection: socket.socket, process: int) -> None:
        self.connection, self.process = connection, process
        self.since = time.monotonic()
        self.message: Message | None = None
        self.worker = 0
        self.pipe = -1
        self.answered = self.begun = self.careful = False


class Server:
    """One listening socket and the workers for its connections."""

    def __init__(
        self,
        listener: socket.socket,
        handler: Handler,
        current: Callable[[], bool],
        place: Place,
        idle: float = IDLE,
    ) -> None:
        """Prepare to serve.

        Args:
            listener: the socket.
            handler: what workers do.
            current: whether what is loaded here may still answer; it may not where another version was installed.
            place: the name by which clients find the listener.
            idle: seconds.
        """
        self._listener, self._handler, self._place, self._idle = listener, handler, place, idle
        self._current, self._looked = current, time.monotonic()
        self._most = max(1, len(os.sched_getaffinity(0)))
        self._stopped_clients = 0
        """Clients with a worker that do not run, as seen last."""
        self._new: dict[int, _Client] = {}
        self._waiting: deque[_Client] = deque()
        self._busy: dict[int, _Client] = {}
        """Clients with a worker, by the pipe that ends with it."""
        self._poll = select.poll()
        self._stopping = self._full = False

    def run(self) -> None:
        """Serve until there has been nothing to do for a while, nobody finds us, or a client said ``stop``."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        _signal.signal(_signal.SIGTERM, self._end_at_once)
        self._listener.setblocking(False)
        self._listener.listen(_BACKLOG)  # clients see who listens: from now on this process
        self._poll.register(self._listener, select.POLLIN)
        last, ticked = time.monotonic(), time.monotonic()
        while not (self._stopping and not self._busy and not self._waiting):
            at_work = bool(self._new or self._waiting or self._busy or self._full)
            for descriptor, events in self._poll.poll((_TICK if at_work else min(_PAUSE, self._idle)) * 1000):
                self._on(descriptor, events)
            self._start_workers()
            now = time.monotonic()
            if self._new or self._waiting or self._busy:
                last = now
            elif now - last >= self._idle:
                self._stop()
            if now - ticked >= _TICK:
                ticked = now
                self._tick(now)

    def _on(self, descriptor: int, events: int) -> None:
        if not self._stopping and descriptor == self._listener.fileno():
            self._accept()
        elif descriptor in self._new:
            self._read(self._new[descriptor])
        elif descriptor in self._busy:
            self._hear(self._busy[descriptor])
        elif events & (select.POLLRDHUP | select.POLLHUP | select.POLLERR):
            # A client that waits or has a worker has gone: nothing else is asked of its socket here.
            for client in (*self._waiting, *self._busy.values()):
                if client.connection.fileno() == descriptor:
                    if not (client.worker and self._hear(client)):
                        self._end(client)
                    break

    def _hear(self, client: _Client) -> bool:
        """Read a worker's pipe; whether the worker has answered its client, or has ended.

        An event may be older than what was read since: only the end of the pipe is the end of a worker.
        """
        while True:
            try:
                text = os.read(client.pipe, 1)
            except BlockingIOError:
                return client.answered
            if text == _STOP:
                self._stop()
                return False
            if text not in (_BEGUN, _ANSWERED):
                self._ended(client)
                return True
            self._begin(client)
            if text == _ANSWERED:
                client.answered = True
                self._poll.unregister(client.connection)
                return True

    def _accept(self) -> None:
        for _ in range(64):
            try:
                connection, _ = self._listener.accept()
            except BlockingIOError:
                return
            except OSError:  # no descriptor is left: those that wait in the backlog do so until the next tick
                self._poll.unregister(self._listener)
                self._full = True
                return
            process, user = user_of(connection)
            if user != os.geteuid() or len(self._new) + len(self._waiting) + len(self._busy) >= _WAITING:
                connection.close()
                continue
            self._new[connection.fileno()] = _Client(connection, process)
            self._poll.register(connection, select.POLLIN)

    def _read(self, client: _Client) -> None:
        """Read a new client's first message; then only its going away matters here."""
        try:
            client.message = receive(client.connection, wait=False)
        except BlockingIOError:
            return
        except (Gone, OSError):
            self._drop_new(client)
            return
        if client.message.verb == "stop":
            self._drop_new(client)
            self._stop()
            return
        del self._new[client.connection.fileno()]
        self._poll.modify(client.connection, select.POLLRDHUP)
        self._waiting.append(client)

    def _drop_new(self, client: _Client) -> None:
        del self._new[client.connection.fileno()]
        self._forget(client)

    def _start_workers(self) -> None:
        if self._waiting and not self._is_current():
            self._stop()
            while self._waiting:
                self._forget(self._waiting.popleft())
        # Stopped clients could hold all workers for ever. Those beyond as many again wait like all others.
        most = self._most + min(self._stopped_clients, self._most)
        while self._waiting and len(self._busy) < most:
            client = self._waiting.popleft()
            try:
                self._fork(client)
            except OSError:  # no process or descriptor to be had: the client goes on without us
                self._forget(client)

    def _is_current(self) -> bool:
        if time.monotonic() - self._looked < _LOOK:
            return True
        self._looked = time.monotonic()
        return self._current()

    def _fork(self, client: _Client) -> None:
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        parent = os.getpid()
        try:
            worker = os.fork()
        except OSError:
            os.close(reader)
            os.close(writer)
            raise
        if worker == 0:
            self._work(client, parent, writer)
        os.close(writer)
        client.worker, client.pipe, client.since = worker, reader, time.monotonic()
        self._busy[reader] = client
        self._poll.register(reader, select.POLLIN)

    def _begin(self, client: _Client) -> None:
        """The client is being answered: what it asked is not needed for another worker any more."""
        client.begun = True
        if client.message is not None:
            client.message.close()
            client.message = None

    def _work(self, client: _Client, parent: int, writer: int) -> NoReturn:
        """The worker: a process that answers one client and ends."""
        status = 70
        try:
            os.setpgid(0, 0)
            die_with_parent()
            if os.getppid() != parent:
                os._exit(status)
            _signal.signal(_signal.SIGTERM, _signal.SIG_DFL)
            self._listener.close()
            for other in (*self._new.values(), *self._waiting, *self._busy.values()):
                if other is not client:
                    other.connection.close()
                    if other.pipe >= 0:
                        os.close(other.pipe)
                    if other.message is not None:
                        other.message.close()
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            limit_memory()
            assert client.message is not None
            client.connection.settimeout(None)
            self._handler(client.connection, client.message, Parent(writer, client.careful))
            status = 0
        finally:
            os._exit(status)

    def _ended(self, client: _Client) -> None:
        """A worker has ended. Where its work did that, and the client has heard nothing, another one is careful."""
        status = self._end_worker(client)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) in _FROM_OUTSIDE
        if status and not (killed or client.careful or client.begun):
            client.careful = True
            try:
                self._fork(client)
                return
            except OSError:
                pass
        self._forget(client)

    def _end(self, client: _Client) -> None:
        """The worker is done, or the client has gone: end the worker and all that it started."""
        if client.worker:
            self._end_worker(client)
        else:
            self._waiting.remove(client)
        self._forget(client)

    def _end_worker(self, client: _Client) -> int:
        """The status of the worker that has ended, or is ended now."""
        status = 0
        for kill in (os.killpg, os.kill):
            try:
                kill(client.worker, _signal.SIGKILL)
            except OSError:
                pass
        try:
            _, status = os.waitpid(client.worker, 0)
        except OSError:
            pass
        self._poll.unregister(client.pipe)
        os.close(client.pipe)
        del self._busy[client.pipe]
        return status

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
            if not client.answered:
                try:
                    send(client.connection, Message("tick"), wait=False)
                except Gone:
                    pass  # it does not read; if it has gone, we hear of it
        for client in [client for client in self._new.values() if now - client.since > _FIRST]:
            self._drop_new(client)
        for client in list(self._busy.values()):
            if now - client.since > _LONGEST or _is_stopped_child(client.worker):
                self._end(client)
        waits = bool(self._waiting)
        self._stopped_clients = sum(is_stopped(one.process) for one in self._busy.values()) if waits else 0
        if not self._stopping and not self._place.is_ours:
            self._stop()
        if self._full and not self._stopping:
            self._full = False
            self._poll.register(self._listener, select.POLLIN)

    def _stop(self) -> None:
        """Take no new connections; those that are there are served."""
        if not self._stopping:
            self._place.leave()
            if not self._full:
                self._accept()
            if not self._full:
                self._poll.unregister(self._listener)
            self._stopping = True
            self._listener.close()

    def _end_at_once(self, number: int, _: object) -> NoReturn:
        """The process is told to end (SIGTERM): its workers end with it, and clients go on alone."""
        self._place.leave()
        os._exit(128 + number)


def _is_stopped_child(process: int) -> bool:
    try:
        return os.waitid(os.P_PID, process, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is not None
    except OSError:
        return False
