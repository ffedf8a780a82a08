"""Whatever happens to the server, its workers, its socket or the machine, clang ends as clang or with our object."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from smartopt.driver.plugin import build
from smartopt.driver.plugin.answer import answer
from smartopt.server.messages import Gone, Message, receive, send
from smartopt.server.place import running, stop_all

from ..conftest import tool
from ..plugins import Plugins

SOURCE = """\
static int g(int x) { return x * 7 + x / 3; }
int f(int a, int b) { int s = 0; for (int i = 0; i < a; i++) s += g(i ^ b); return s; }
"""
PATIENCE = 5.0
"""Seconds after which the plugin gives up on a silent server."""


class Inside:
    """A clang that loads the plugin, as the launcher starts it, and a state folder of its own."""

    def __init__(self, home: Path, plugins: Plugins) -> None:
        self.home, self.state = home, home / "state"
        self.clang = os.path.realpath(tool("clang-22"))
        self.plugin = plugins.give(self.clang, self.state)
        self.server = self.state / "server"
        self.socket = self.server / f"{self.plugin.stem}.sock"
        self.work = home / "work"
        self.work.mkdir()
        (self.work / "a.c").write_text(SOURCE)
        subprocess.run([self.clang, "-Oz", "-c", "a.c", "-o", "own.o"], cwd=self.work, check=True)
        self.own = (self.work / "own.o").read_bytes()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(home), "SMARTOPT_INSIDE": "1"}

    def command(self, *flags: str, source: str = "a.c", plugin: Path | None = None) -> list[str]:
        return [self.clang, f"-fpass-plugin={plugin or self.plugin}", "-Oz", *flags, "-c", source, "-o", "a.o"]

    def start(self, *before: str, env: Mapping[str, str] | None = None, **how: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*before, *self.command()],
            cwd=self.work,
            env={**self.environment, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **how,  # type: ignore[call-overload]
        )

    def finish(self, clang: subprocess.Popen[bytes]) -> bytes:
        """The object of a compile that must end without a word."""
        out, err = clang.communicate(timeout=60)
        assert (clang.returncode, out, err) == (0, b"", b"")
        made = (self.work / "a.o").read_bytes()
        assert sorted(path.name for path in self.work.iterdir()) == ["a.c", "a.o", "own.o"]
        (self.work / "a.o").unlink()
        return made

    def object(self, *before: str, env: Mapping[str, str] | None = None, **how: object) -> bytes:
        return self.finish(self.start(*before, env=env, **how))

    def servers(self) -> list[int]:
        return [server.process for server in running(str(self.server))]


@pytest.fixture
def inside(tmp_path: Path, plugins: Plugins) -> Iterator[Inside]:
    made = Inside(tmp_path, plugins)
    yield made
    stop_all(str(made.server))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, plugins: Plugins) -> bytes:
    """The object that is smartopt's."""
    made = Inside(tmp_path_factory.mktemp("ours"), plugins)
    found = made.object(env={"SMARTOPT_SERVER": "0"})
    assert found != made.own
    return found


def wait_for(condition: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def children_of(process: int) -> list[int]:
    with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
        return [int(child) for child in file.read().split()]


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_with_and_without_a_server_the_same(inside: Inside) -> None:
    ours = inside.object()
    assert ours
    assert ours != inside.own
    (server,) = inside.servers()
    assert inside.object() == ours
    assert inside.object(env={"SMARTOPT_SERVER": "0"}) == ours
    assert inside.servers() == [server]
    assert stop_all(str(inside.server)) == 1
    wait_for(lambda: not is_alive(server))
    assert [path.name for path in inside.server.iterdir()] == [f"{inside.plugin.stem}.lock"]
    assert stop_all(str(inside.server)) == 0


def test_a_killed_server_is_replaced(inside: Inside) -> None:
    ours = inside.object()
    (server,) = inside.servers()
    os.kill(server, signal.SIGKILL)
    wait_for(lambda: not is_alive(server))
    assert inside.object() == ours
    assert inside.servers() not in ([], [server])


def test_a_stopped_server_is_given_up(inside: Inside) -> None:
    ours = inside.object()
    (server,) = inside.servers()
    os.kill(server, signal.SIGSTOP)
    began = time.monotonic()
    assert inside.object() == inside.own
    assert PATIENCE - 1 < time.monotonic() - began < PATIENCE + 3
    assert inside.object() == ours  # from another server
    assert len(inside.servers()) == 2
    assert stop_all(str(inside.server)) == 2
    wait_for(lambda: not is_alive(server))


def test_a_stopped_server_is_given_up_once(inside: Inside) -> None:
    """Who finds that late leaves alone the server that somebody has started meanwhile, and both are known."""
    inside.object()
    (stopped,) = inside.servers()
    os.kill(stopped, signal.SIGSTOP)

    def begin(name: str) -> subprocess.Popen[bytes]:
        command = [*inside.command()[:-1], name]
        return subprocess.Popen(command, cwd=inside.work, env=inside.environment)

    early = [begin("early 1.o"), begin("early 2.o")]
    time.sleep(PATIENCE / 2)
    late = begin("late.o")
    assert [clang.wait(60) for clang in early] == [0, 0]
    assert begin("next.o").wait(60) == 0
    (new,) = set(inside.servers()) - {stopped}
    assert late.wait(60) == 0
    assert begin("last.o").wait(60) == 0
    assert set(inside.servers()) == {stopped, new}
    made = {path.name: path.read_bytes() for path in inside.work.glob("*.o")}
    assert made["early 1.o"] == made["early 2.o"] == made["late.o"] == inside.own
    assert made["next.o"] == made["last.o"] != inside.own
    assert stop_all(str(inside.server)) == 2
    wait_for(lambda: not is_alive(stopped) and not is_alive(new))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_lost_worker(inside: Inside, number: signal.Signals) -> None:
    """Its client tries once more."""
    ours = inside.object()
    (server,) = inside.servers()
    stop = threading.Event()
    hit: list[int] = []

    def strike() -> None:
        while not stop.is_set() and not hit:
            for worker in children_of(server):
                os.kill(worker, number)
                hit.append(worker)
                break

    thread = threading.Thread(target=strike)
    thread.start()
    began = time.monotonic()
    try:
        made = inside.object()
    finally:
        stop.set()
        thread.join()
    assert hit
    assert made in (ours, inside.own)
    assert time.monotonic() - began < 4
    wait_for(lambda: not is_alive(hit[0]))
    assert inside.object() == ours


def test_a_clang_that_ends_takes_its_worker_along(inside: Inside) -> None:
    inside.object()
    (server,) = inside.servers()
    for _ in range(5):
        clang = inside.start()
        wait_for(lambda: children_of(server))
        clang.terminate()  # clang removes its files
        clang.communicate()
        wait_for(lambda: not children_of(server))
    assert inside.object() != inside.own


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_lost_process_of_ones_own(inside: Inside, number: signal.Signals) -> None:
    clang = inside.start(env={"SMARTOPT_SERVER": "0"})
    wait_for(lambda: children_of(clang.pid))
    (child,) = children_of(clang.pid)
    os.kill(child, number)
    began = time.monotonic()
    assert inside.finish(clang) == inside.own
    assert time.monotonic() - began < (1 if number == signal.SIGKILL else PATIENCE + 3)
    wait_for(lambda: not is_alive(child))


def other_users(inside: Inside) -> None:
    inside.server.mkdir(mode=0o700)
    os.chown(inside.server, 65534, 65534)


def a_link(inside: Inside) -> None:
    (inside.home / "elsewhere").mkdir(mode=0o700)
    inside.server.symlink_to(inside.home / "elsewhere")


def a_file(inside: Inside) -> None:
    inside.server.write_text("")


def open_to_all(inside: Inside) -> None:
    inside.server.mkdir()
    inside.server.chmod(0o777)


def name_taken(inside: Inside) -> None:
    inside.server.mkdir(mode=0o700)
    inside.socket.mkdir()


@pytest.mark.parametrize("spoil", [other_users, a_link, a_file, open_to_all])
def test_a_folder_that_cannot_be_trusted(inside: Inside, spoil: Callable[[Inside], None]) -> None:
    """A process for this module alone answers."""
    spoil(inside)
    assert inside.object() != inside.own
    assert inside.servers() == []
    assert not (inside.home / "elsewhere").exists() or not list((inside.home / "elsewhere").iterdir())


def test_a_name_that_is_taken(inside: Inside) -> None:
    name_taken(inside)
    assert inside.object() in (inside.own, inside.object(env={"SMARTOPT_SERVER": "0"}))


def test_a_long_path_and_a_folder_that_vanishes(inside: Inside) -> None:
    state = inside.home.joinpath(*["long" * 20] * 4, "state")
    state.parent.mkdir(parents=True)
    inside.state.rename(state)
    plugin = state / "plugins" / inside.plugin.name

    def compile() -> bytes:
        subprocess.run(inside.command(plugin=plugin), cwd=inside.work, env=inside.environment, check=True, timeout=60)
        return (inside.work / "a.o").read_bytes()

    ours = compile()
    assert ours != inside.own
    (server,) = running(str(state / "server"))
    shutil.rmtree(state / "server")
    wait_for(lambda: not is_alive(server.process), 20)
    assert compile() == ours
    assert stop_all(str(state / "server")) == 1


LIMITS = {
    "file size": "ulimit -f 2",
    "descriptors": "ulimit -n 7",
    "memory": "ulimit -v 400000",
    "processor time": "ulimit -t 30",
    "children not waited for": "trap '' CHLD",
    "no standard input": "exec <&-",
    "ignored signals": "trap '' PIPE HUP TERM",
}


@pytest.mark.parametrize("server", ["0", "1"])
def test_limits(inside: Inside, ours: bytes, server: str) -> None:
    """The server was there before."""
    assert inside.object(env={"SMARTOPT_SERVER": server}) == ours
    for name, limit in LIMITS.items():
        shell = ("sh", "-c", f'{limit}; exec "$@"', "sh")
        assert inside.object(*shell, env={"SMARTOPT_SERVER": server}) in (ours, inside.own), name


def test_a_limited_process_starts_no_server(inside: Inside) -> None:
    """It would pass its limits on to others."""
    made = inside.object("sh", "-c", 'ulimit -t 60; exec "$@"', "sh")
    assert made != inside.own
    assert inside.servers() == []


@pytest.mark.parametrize("missing", ["memfd_create", "fork", "socket", "socketpair", "sendmsg"])
def test_calls_that_fail(inside: Inside, ours: bytes, missing: str) -> None:
    library = inside.home / "fail.so"
    source = inside.home / "fail.c"
    source.write_text(f"#include <errno.h>\nint {missing}() {{ errno = ENOSYS; return -1; }}\n")
    command = [inside.clang, "-shared", "-fPIC", "-w", "-fno-builtin", source, "-o", library]
    subprocess.run(command, check=True)
    for server in "01":
        made = inside.object(env={"LD_PRELOAD": str(library), "SMARTOPT_SERVER": server})
        assert made == inside.own or (made == ours and missing in ("socket", "socketpair"))


def test_no_proc(inside: Inside) -> None:
    """Without it, nobody knows the command."""
    hide = ("unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /proc 2>/dev/null || exit 99; exec "$@"', "sh")
    clang = inside.start(*hide)
    clang.communicate(timeout=60)
    if clang.returncode == 99 or not (inside.work / "a.o").exists():
        pytest.skip("no file system may be mounted here")
    assert (inside.work / "a.o").read_bytes() == inside.own


def test_an_answer_arrives_although_nobody_has_read_what_was_sent_before(inside: Inside) -> None:
    """Objects that nobody waits for any more."""
    plugin, worker = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    text = "phase=compile\0level=Oz\0llvm=22.1.8\0source=a.c\0unread=response file\0word=clang\0"
    send(plugin, Message("module", [("files", "details bitcode")], [memory(text.encode()), memory(b"BC")]))
    for number in range(3):
        send(plugin, Message("object", [("id", str(number)), ("status", "failed")]))
    child = os.fork()
    if child == 0:
        plugin.close()
        os.environ["SMARTOPT_DIR"] = str(inside.state)
        answer(worker, receive(worker), inside.clang, str(inside.plugin))
        os._exit(0)
    worker.close()
    time.sleep(0.5)
    assert receive(plugin).verb == "leave"
    plugin.close()
    assert os.waitpid(child, 0)[1] == 0


def test_few_processes(inside: Inside) -> None:
    """Ours would take the places of make's. (root has no such limit, so the user is another one here.)"""

    def limited(number: int) -> tuple[str, ...]:
        return "unshare", "--user", "--map-user=1234", "prlimit", f"--nproc={number}"

    try:
        subprocess.run([*limited(50), "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("nobody can be another user here")
    ours, alone = inside.object(), {"SMARTOPT_SERVER": "0"}
    assert inside.object(*limited(50), env=alone) == inside.own
    assert inside.object(*limited(90_000), env=alone) == ours


Answer = Callable[[socket.socket], None]


class Hostile:
    """A server at the plugin's own place that answers as it likes."""

    def __init__(self, inside: Inside, answer: Answer) -> None:
        inside.server.mkdir(mode=0o700, exist_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        folder = os.open(inside.server, os.O_RDONLY)
        try:
            self._listener.bind(f"/proc/self/fd/{folder}/{inside.socket.name}")  # a socket's whole path may be too long
        finally:
            os.close(folder)
        self._listener.listen(16)
        self._answer = answer
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                try:
                    receive(connection).close()
                    self._answer(connection)
                except (Gone, OSError):
                    pass

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=10)


def memory(content: bytes) -> int:
    file = os.memfd_create("test")
    os.write(file, content)
    return file


def recipe(content: bytes, *options: str) -> Message:
    lines = [("module", "plan"), *(("option", option) for option in options), ("files", "plan")]
    return Message("recipe", lines, [memory(content)])


def bitcode_of(source: str, *flags: str) -> bytes:
    command = [tool("clang-22"), "-Oz", "-emit-llvm", "-c", *flags, "-x", "c", "-", "-o", "-"]
    return subprocess.run(command, input=source.encode(), capture_output=True, check=True).stdout


def emit_without_end(connection: socket.socket) -> None:
    for number in range(100_000):
        send(connection, Message("emit", [("id", str(number)), ("module", "own")]))


def emit_one_by_one(connection: socket.socket) -> None:
    for number in range(100):
        send(connection, Message("emit", [("id", str(number)), ("module", "own")]))
        receive(connection).close()


def sparse(connection: socket.socket) -> None:
    file = os.memfd_create("huge")
    os.ftruncate(file, 1 << 42)
    send(connection, Message("recipe", [("module", "plan"), ("files", "plan")], [file]))


def special(path: str) -> Answer:
    def answer(connection: socket.socket) -> None:
        file = os.open(path, os.O_RDONLY)
        send(connection, Message("recipe", [("module", "plan"), ("files", "plan")], [file]))

    return answer


def pipe(connection: socket.socket) -> None:
    reader, _ = os.pipe()
    send(connection, Message("recipe", [("module", "plan"), ("files", "plan")], [reader]))


ANSWERS: dict[str, Answer] = {
    "hangs up": lambda connection: None,
    "garbage": lambda connection: connection.sendall(b"\0\xff\n=\n" * 99),
    "empty": lambda connection: connection.sendall(b"\n"),
    "too long": lambda connection: connection.sendall(b"tick\n" + b"x" * 100_000),
    "unknown": lambda connection: send(connection, Message("reboot")),
    "many files": lambda connection: send(connection, Message("recipe", [("files", "plan")], [0] * 200)),
    "no plan": lambda connection: send(connection, Message("recipe", [("module", "plan")])),
    "no bitcode": lambda connection: send(connection, recipe(b"BC\xc0\xde" + b"\xff" * 999)),
    "other target": lambda connection: send(connection, recipe(bitcode_of(SOURCE, "--target=aarch64-linux-gnu"))),
    "other module": lambda connection: send(connection, recipe(bitcode_of("int other(void) { return 1; }"))),
    "more functions": lambda connection: send(connection, recipe(bitcode_of(SOURCE + "int more(void) { return 1; }"))),
    "unknown option": lambda connection: send(connection, recipe(bitcode_of(SOURCE), "-no-such-option=1")),
    "many options": lambda connection: send(connection, recipe(bitcode_of(SOURCE), *["-disable-lsr=1"] * 500)),
    "emit plan without one": lambda connection: send(connection, Message("emit", [("id", "1"), ("module", "plan")])),
    "emit without end": emit_without_end,
    "emit one by one": emit_one_by_one,
    "sparse file": sparse,
    "folder": special("/"),
    "device": special("/dev/zero"),
    "pipe": pipe,
}


@pytest.mark.parametrize("how", ANSWERS)
def test_a_hostile_server(inside: Inside, how: str) -> None:
    hostile = Hostile(inside, ANSWERS[how])
    began = time.monotonic()
    try:
        assert inside.object() == inside.own
        assert time.monotonic() - began < 20
    finally:
        hostile.close()
        inside.socket.unlink(missing_ok=True)


def test_a_server_of_another_user(inside: Inside) -> None:
    """Nobody else can put a socket there; if one is there, it gets nothing."""
    inside.server.mkdir(mode=0o700)
    program = (
        "import os, socket, sys\n"
        "os.chdir(sys.argv[1]); s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.bind(sys.argv[2])\n"
        "os.setuid(65534); s.listen(4); print(flush=True)\n"
        "c, _ = s.accept(); print(len(c.recv(9999)), flush=True)\n"
    )
    command = [shutil.which("python3") or "python3", "-c", program, str(inside.server), inside.socket.name]
    if os.geteuid():
        pytest.skip("only root can be another user")
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert inside.object() == inside.own
        assert other.stdout.readline() == b"0\n"
    inside.socket.unlink()


def test_configuration_probes_start_nothing(inside: Inside) -> None:
    (inside.work / "conftest.c").write_text(SOURCE)
    command = inside.command(source="conftest.c")
    subprocess.run(command, cwd=inside.work, env=inside.environment, check=True, timeout=60)
    subprocess.run([inside.clang, "-Oz", "-c", "conftest.c"], cwd=inside.work, check=True)
    assert (inside.work / "a.o").read_bytes() == (inside.work / "conftest.o").read_bytes()
    assert not inside.server.exists()


def test_the_same_probes_in_both_languages(tmp_path: Path) -> None:
    from smartopt.driver.configure_probes import is_probe

    folder = Path(build.sources())
    unit = tmp_path / "unit.cpp"
    unit.write_text(
        f'{build.tables()}#include "{folder / "probes.cpp"}"\n#include <cstdio>\n'
        "int main(int n, char **v) { for (int i = 1; i + 1 < n; i += 2)"
        " std::putchar(smartopt::isProbe(v[i], v[i + 1]) ? '1' : '0'); }\n"
    )
    subprocess.run([tool("clang++-22"), "-std=c++20", unit, "-o", tmp_path / "probes"], check=True)
    sources = [
        *(
            "conftest.c",
            "sub/conftest.cpp",
            "conftest12.c",
            "conftest_0.c",
            "a/conftest",
            "myconftest.c",
            "conftest-a.c",
        ),
        *(
            "_configtest.c",
            "CMakeCCompilerId.c",
            "/usr/share/cmake/Modules/CMakeCXXCompilerABI.cpp",
            "/dev/null",
            "null",
        ),
        *(
            "x/CMakeTmp/a.c",
            "CMakeTmp",
            "x/TryCompile-1/a.c",
            "meson-private/tmp1/testfile.c",
            "testfile.c",
            "",
            "/",
            "12.c",
        ),
        *(".conf_check_1/t/test.c", "/tmp/ffconf.Xy/test.c", "ffconf.c", "conftest.", ".conftest.c", "a.conftest.c"),
    ]
    folders = ["/home/me/src", "/b/CMakeFiles/CMakeScratch/TryCompile-x", "/b/meson-private", "/b/CMakeTmp/", "", "/"]
    pairs = [(source, at) for source in sources for at in folders]
    done = subprocess.run(
        [tmp_path / "probes", *(part for pair in pairs for part in pair)], capture_output=True, check=True, text=True
    )
    assert done.stdout == "".join("01"[is_probe(*pair)] for pair in pairs)
    plain = {source: is_probe(source, "/home/me/src") for source in sources}
    assert all(plain[source] for source in ("conftest_0.c", "x/TryCompile-1/a.c", "/dev/null"))
    assert not any(plain[source] for source in ("testfile.c", "myconftest.c", "CMakeTmp", "12.c"))
