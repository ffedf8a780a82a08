"""The server by itself, with a handler that compiles nothing: queue, limits, hostile and stopped clients, its end."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smartopt.server.messages import Gone, Message, receive, send
from smartopt.server.place import Place, running, stop_all
from smartopt.server.process import Parent, Server


def handle(connection: socket.socket, message: Message, parent: Parent) -> None:
    """What a worker does, by the client's verb."""
    if message.verb == "sleep":
        time.sleep(float(message.line("seconds")))
    elif message.verb == "hang":
        time.sleep(600)
    elif message.verb == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif message.verb == "crash":
        if message.line("when") == "begun":
            parent.begun()
        if not parent.careful or message.line("when") == "always":
            signal.signal(signal.SIGSEGV, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGSEGV)
    elif message.verb == "pause":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif message.verb == "ask":
        send(connection, Message("question"))
        receive(connection).close()
    elif message.verb == "flood":
        try:
            while True:
                send(connection, Message("more"), wait=False)
        except Gone:
            time.sleep(600)
    elif message.verb == "old":
        parent.stop()
        return
    files = sum(os.fstat(file).st_size for file in message.files)
    parent.answered()
    send(connection, Message("done", [("pid", str(os.getpid())), ("bytes", str(files))]))


class Client:
    """A connection to the server under test."""

    def __init__(self, path: Path) -> None:
        self.connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.connection.settimeout(20)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            self.connection.connect(f"/proc/self/fd/{folder}/{path.name}")
        finally:
            os.close(folder)

    def say(self, verb: str, files: tuple[int, ...] = (), **lines: str) -> Client:
        send(self.connection, Message(verb, list(lines.items()), files))
        return self

    def hear(self) -> Message:
        """The next message that is no tick."""
        while True:
            message = receive(self.connection)
            if message.verb != "tick":
                return message

    def is_done(self) -> bool:
        try:
            return self.hear().verb == "done"
        except Gone:
            return False
        finally:
            self.connection.close()


class Fixture:
    """A running server and its clients."""

    def __init__(self, home: Path) -> None:
        self.path = home / "x.sock"
        self.process = 0
        self.clients: list[Client] = []

    def start(self, idle: float = 60.0) -> None:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        folder = os.open(self.path.parent, os.O_RDONLY)
        listener.bind(f"/proc/self/fd/{folder}/{self.path.name}")
        os.close(folder)
        listener.listen(1024)
        self.process = os.fork()
        if self.process == 0:
            try:
                Server(listener, handle, lambda: True, Place(str(self.path)), idle).run()
            finally:
                os._exit(0)
        listener.close()

    def client(self) -> Client:
        self.clients.append(Client(self.path))
        return self.clients[-1]

    def ends(self, seconds: float = 10.0) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if os.waitpid(self.process, os.WNOHANG)[0]:
                self.process = 0
                return True
            time.sleep(0.01)
        return False

    def workers(self) -> list[int]:
        text = Path(f"/proc/{self.process}/task/{self.process}/children").read_text(encoding="ascii")
        return [int(child) for child in text.split()]

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.process}/fd"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Fixture]:
    fixture = Fixture(tmp_path)
    fixture.start()
    yield fixture
    for client in fixture.clients:
        client.connection.close()
    if fixture.process:
        os.kill(fixture.process, signal.SIGKILL)
        os.waitpid(fixture.process, 0)


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_never_more_workers_than_processors_and_nobody_waits_in_silence(server: Fixture) -> None:
    clients = [server.client().say("sleep", seconds="0.3") for _ in range(12)]
    most = 0
    for client in clients[:-1]:
        most = max(most, len(server.workers()))
        assert client.is_done()
    assert receive(clients[-1].connection).verb == "tick"
    assert clients[-1].is_done()
    assert 1 <= most <= len(os.sched_getaffinity(0))


def test_every_client_has_a_worker_of_its_own(server: Fixture) -> None:
    answers = [server.client().say("now").hear().line("pid") for _ in range(5)]
    assert len(set(answers)) == 5


def test_files_travel(server: Fixture, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 1234)
    with open(tmp_path / "a", "rb") as file:
        assert server.client().say("now", (file.fileno(), file.fileno())).hear().line("bytes") == "2468"


@pytest.mark.parametrize("verb", ["die", "pause", "old"])
def test_a_lost_worker_ends_its_clients_wait(server: Fixture, verb: str) -> None:
    began = time.monotonic()
    assert not server.client().say(verb).is_done()
    assert time.monotonic() - began < 2


def test_work_that_ends_its_process_is_done_once_more_with_care(server: Fixture, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    file = os.open(path, os.O_RDONLY)
    answered = server.client().say("crash", (file,), when="first").hear()
    assert (answered.verb, answered.line("bytes")) == ("done", "5")
    os.close(file)
    for when in ("always", "begun"):
        assert not server.client().say("crash", when=when).is_done()
    assert server.client().say("hello").is_done()


def test_a_client_that_goes_takes_its_worker_along(server: Fixture) -> None:
    client = server.client().say("hang")
    wait_for(server.workers)
    client.connection.close()
    wait_for(lambda: not server.workers())
    half = server.client().say("hang")
    wait_for(server.workers)
    half.connection.shutdown(socket.SHUT_WR)
    wait_for(lambda: not server.workers())


def test_clients_that_say_nothing_or_nonsense(server: Fixture) -> None:
    assert server.client().say("now").is_done()
    before = server.open_files()
    silent = [server.client() for _ in range(200)]
    for text in (b"\xff\xfe", b"x" * 60_000, b"\n" * 20_000, b"\0"):
        try:
            server.client().connection.send(text)
        except OSError:
            pass  # too long to be sent
    many = server.client()
    socket.send_fds(many.connection, [b"now\n"], [0] * 100)
    assert server.client().say("now").is_done()
    for client in silent:
        with pytest.raises(Gone):
            receive(client.connection)  # after two seconds
    wait_for(lambda: server.open_files() <= before)


def test_a_client_that_does_not_read_holds_up_nobody(server: Fixture) -> None:
    """Not even where its worker has filled the connection: the next tick must not wait."""
    server.client().say("flood")
    wait_for(server.workers)
    for _ in range(3):
        assert server.client().say("sleep", seconds="0.6").is_done()


def test_no_descriptors_left(server: Fixture) -> None:
    """Those that find no place wait until there is one."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.prlimit(server.process, resource.RLIMIT_NOFILE, (server.open_files() + 12, hard))
    try:
        clients = [server.client().say("sleep", seconds="0.05") for _ in range(60)]
        assert sum(client.is_done() for client in clients) > 0
        resource.prlimit(server.process, resource.RLIMIT_NOFILE, (soft, hard))
        assert server.client().say("now").is_done()
    finally:
        resource.prlimit(server.process, resource.RLIMIT_NOFILE, (soft, hard))


def test_stopped_clients_do_not_keep_others_from_working(server: Fixture) -> None:
    stopped = []
    for _ in range(2 * len(os.sched_getaffinity(0))):
        child = os.fork()
        if child == 0:
            try:
                client = Client(server.path).say("hang")
                receive(client.connection)
                os.kill(os.getpid(), signal.SIGSTOP)
            finally:
                os._exit(0)
        stopped.append(child)
        os.waitpid(child, os.WUNTRACED)
        if len(stopped) == len(os.sched_getaffinity(0)):
            assert server.client().say("now").is_done()
    for child in stopped:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert server.client().say("now").is_done()


def test_it_ends_when_idle(tmp_path: Path) -> None:
    fixture = Fixture(tmp_path)
    fixture.start(idle=0.4)
    began = time.monotonic()
    assert fixture.client().say("sleep", seconds="0.6").is_done()
    assert fixture.ends()
    assert 0.9 < time.monotonic() - began < 5
    assert not fixture.path.exists()


def test_it_ends_when_no_client_can_find_it(server: Fixture) -> None:
    client = server.client().say("sleep", seconds="1")
    wait_for(server.workers)
    server.path.unlink()
    assert client.is_done()
    assert server.ends()


def test_told_to_stop_it_serves_those_that_are_there(server: Fixture) -> None:
    clients = [server.client().say("sleep", seconds="0.3") for _ in range(4)]
    time.sleep(0.1)
    server.client().say("stop")
    wait_for(lambda: not server.path.exists())
    assert all(client.is_done() for client in clients)
    assert server.ends()


def test_a_signal_ends_it_at_once(server: Fixture) -> None:
    client = server.client().say("hang")
    wait_for(server.workers)
    os.kill(server.process, signal.SIGTERM)
    assert server.ends(2)
    assert not client.is_done()
    assert not server.path.exists()


def test_others_see_it_and_stop_it(server: Fixture) -> None:
    server.client().say("now").is_done()
    (seen,) = running(str(server.path.parent))
    assert seen.process == server.process
    assert abs(seen.since - time.time()) < 60
    assert not seen.stopped
    os.kill(server.process, signal.SIGSTOP)
    wait_for(lambda: running(str(server.path.parent))[0].stopped)
    assert stop_all(str(server.path.parent)) == 1
    assert server.ends()
    assert not list(server.path.parent.iterdir())
    assert stop_all(str(server.path.parent)) == 0
    assert stop_all("/no/such/folder") == 0


def test_another_users_clients_are_turned_away(server: Fixture) -> None:
    if os.geteuid():
        pytest.skip("only root can be another user")
    server.path.chmod(0o777)
    for folder in (server.path.parent, server.path.parent.parent, server.path.parent.parent.parent):
        folder.chmod(0o755)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setuid(65534)
            try:
                answered = Client(server.path).say("now").is_done()
            except PermissionError:
                status = 2
            except (Gone, OSError):
                status = 0
            else:
                status = int(answered)
        finally:
            os._exit(status)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == 2:
        pytest.skip("another user cannot reach the folder at all")
    assert code == 0
    assert server.client().say("now").is_done()
