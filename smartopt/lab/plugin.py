"""The two ways through clang that a run can measure, with the pass plugin and the servers that belong to the run.

``plugin``: smartopt-clang starts clang once, with smartopt's pass plugin in it, which asks the server. ``two-run``: it
starts clang twice, around an optimiser process of its own (``SMARTOPT_PLUGIN=0``).

A run has private state folders, so that it sees nothing of the user's. The plugin is built once, in the folder of a
:class:`PluginStore`, and copied into each state folder with a descriptor that names the copy: the plugin finds its
state folder, and so its server, by its own place. Whoever makes a state folder for the plugin stops its servers
(:func:`stop_servers`) before the folder is removed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import smartopt

from ..errors import SmartoptError, UsageError
from .packages import CACHE

__all__ = [
    "PLUGINS",
    "WAYS",
    "PluginStore",
    "Way",
    "checked_way",
    "counters",
    "kill_servers",
    "private_state",
    "processor_seconds",
    "server_processes",
    "stop_servers",
    "variables",
    "wait_for_workers",
]

Way = Literal["plugin", "two-run"]
WAYS: tuple[Way, ...] = ("plugin", "two-run")
PLUGINS = CACHE / "plugins"
"""Where commands keep the plugins that they build."""

_ROOT = Path(smartopt.__file__).resolve().parent.parent
_BUILD = """
import os, sys
sys.path.insert(0, sys.argv[1])
clang = sys.argv[2]
from smartopt.driver.plugin import build, descriptor
from smartopt.errors import SmartoptError
try:
    known = descriptor.find(clang)
    sources = [entry.stat().st_mtime for entry in os.scandir(build.sources())]
    if known is not None and max(sources) > os.stat(known.plugin).st_mtime:
        descriptor.forget(clang)
    build.build(clang, wait=True)
except SmartoptError as error:
    sys.exit(str(error))
print(descriptor.path_of(clang))
"""
"""Builds the plugin unless there is one that is younger than its sources, and prints the descriptor's path."""
_COUNTERS = "import json; from smartopt.state.statistics import read; print(json.dumps(read()))"
_SERVES = b"smartopt.driver.plugin.serve"
_PATIENCE = 10.0
"""Seconds that a server may take to end by itself."""
_TICKS = os.sysconf("SC_CLK_TCK")


def checked_way(text: str) -> Way:
    """One of :data:`WAYS`. Raises UsageError."""
    if text not in WAYS:
        raise UsageError(f"the way is {' or '.join(WAYS)}; got {text!r}")
    return text


def variables(way: Way) -> dict[str, str]:
    """The environment variables that make smartopt-clang take a way."""
    return {"SMARTOPT_PLUGIN": "0"} if way == "two-run" else {}


class PluginStore:
    """The plugin of one clang and one installation of smartopt, built when first needed."""

    def __init__(self, clang: str, folder: Path, python: Path | None = None, place: Path | None = None) -> None:
        """
        Args:
            clang: the compiler.
            folder: where plugins are kept for later runs.
            python, place: the interpreter of the installation and the folder that holds its package; this one's by
                default.
        """
        self._clang = clang
        self._python, self._place = python or Path(sys.executable), place or _ROOT
        owner = hashlib.sha256(f"{self._python}\0{self._place}".encode()).hexdigest()[:12]
        self._folder = folder.absolute() / owner
        self._text: tuple[str, str] | None = None

    def ready(self) -> PluginStore:
        """Build the plugin now, so that copies of this object in other processes need not. Raises UsageError."""
        self._text = self._text or self._built()
        return self

    def install(self, state: Path) -> Path:
        """Make a state folder whose launchers find the plugin; returns it. Raises UsageError if none can be built."""
        self.ready()
        assert self._text is not None
        name, text = self._text
        (old,) = (line[7:] for line in text.split("\n") if line.startswith("plugin\t"))
        folder = Path(os.path.realpath(state)) / "plugins"
        folder.mkdir(parents=True, exist_ok=True)
        for one in (folder.parent, folder):
            one.chmod(0o700)
        plugin = folder / Path(old).name
        if not plugin.exists():
            part = plugin.with_name(f"{plugin.name}.{os.getpid()}.part")
            shutil.copyfile(old, part)
            part.rename(plugin)
        about = plugin.stat()
        copied = f"file\t{about.st_dev}\t{about.st_ino}\t{about.st_size}\t{about.st_mtime_ns}\t{plugin}"
        lines = []
        for line in text.split("\n"):
            if line.startswith("file\t") and line.endswith(f"\t{old}"):
                line = copied
            elif line.startswith("plugin\t"):
                line = f"plugin\t{plugin}"
            lines.append(line)
        part = folder / f".{name}.{os.getpid()}"
        part.write_text("\n".join(lines))
        part.chmod(0o600)
        part.rename(folder / name)
        return plugin

    def _built(self) -> tuple[str, str]:
        """Name and text of the store's own descriptor."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SMARTOPT_")}
        environment["SMARTOPT_DIR"] = str(self._folder)
        done = subprocess.run(
            [self._python, "-I", "-c", _BUILD, self._place, self._clang],
            env=environment, capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip
        if done.returncode:
            why = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise UsageError(f"the plugin cannot be used: {why}; measure --way two-run instead")
        path = Path(done.stdout.strip())
        return path.name, path.read_text()


@contextmanager
def private_state(state: Path, way: Way, store: PluginStore | None) -> Iterator[Path]:
    """A state folder for compiles on one way; its servers are stopped at the end. Raises UsageError."""
    if way == "plugin":
        if store is None:
            raise UsageError("the plugin's way needs a plugin")
        store.install(state)
    try:
        yield state
    finally:
        if way == "plugin":
            stop_servers(state)


def server_processes(state: Path) -> dict[int, int]:
    """The processes that serve a state folder's plugins (servers, workers, processes for one module), and parents."""
    folder = os.fsencode(os.path.realpath(state)) + b"/server"
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            words = Path("/proc", entry, "cmdline").read_bytes().split(b"\0")
            if folder in words and any(_SERVES in word for word in words):
                found[int(entry)] = int(_stat(int(entry))[1])
        except (OSError, IndexError):
            pass  # it has ended
    return found


def processor_seconds(state: Path) -> float:
    """Processor time that the servers of a state folder have used so far, with that of their ended workers."""
    total = 0
    for process in server_processes(state):
        try:
            total += sum(map(int, _stat(process)[11:15]))
        except (OSError, IndexError):
            pass
    return total / _TICKS


def counters(state: Path) -> dict[str, int]:
    """What smartopt counted in a state folder (``state.statistics.read``)."""
    environment = {**os.environ, "SMARTOPT_DIR": str(state), "PYTHONPATH": str(_ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", _COUNTERS], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return dict(json.loads(done.stdout))


def kill_servers(state: Path) -> int:
    """Kill every server and worker of a state folder, as a crash would; returns how many there were."""
    processes = server_processes(state)
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass
    return len(processes)


def wait_for_workers(state: Path, limit: float = 10.0) -> None:
    """Wait until servers are alone: a worker counts, reports and remembers after its compile has ended."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        processes = server_processes(state)
        if not any(parent in processes for parent in processes.values()):
            return
        time.sleep(0.01)


def stop_servers(state: Path) -> None:
    """Ask the servers of a state folder to end, and kill what does not. Raises SmartoptError if something stays."""
    folder = Path(os.path.realpath(state), "server")
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        place = -1
    if place >= 0:
        for name in os.listdir(place):
            if name.endswith(".sock"):
                with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
                    try:
                        connection.connect(f"/proc/self/fd/{place}/{name}")  # a socket's path may have 107 bytes only
                        connection.send(b"stop\n", socket.MSG_NOSIGNAL)
                    except OSError:
                        pass  # nobody listens there any more
        os.close(place)
    until = time.monotonic() + _PATIENCE
    while server_processes(state):
        if time.monotonic() > until + _PATIENCE:
            raise SmartoptError(f"servers in {folder} do not end")
        if time.monotonic() > until:
            kill_servers(state)
        time.sleep(0.02)


def _stat(process: int) -> list[bytes]:
    """The fields of ``/proc/PROCESS/stat`` after the program's name: state, parent, ... (proc(5))."""
    return Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
