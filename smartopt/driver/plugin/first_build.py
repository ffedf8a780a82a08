"""Builds the plugin in the background the first time that it would have paid.

A build takes ten seconds of one processor, at a low priority, and holds nothing of the process that begins it. It is
begun once: one that failed is not begun again by itself for the same clang, headers and smartopt, and no second one is
begun within an hour of the first. The file ``plugins/NAME.tried`` beside the descriptor keeps that; what is asked on
every compile is a few ``stat`` calls.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
import time

from ... import __version__
from ...errors import SmartoptError
from ...state.paths import Private, state_dir
from . import descriptor

__all__ = ["HEADERS", "KEPT", "begin", "failure", "header_folders", "main", "note"]

HEADERS = os.path.join("llvm", "Config", "llvm-config.h")
"""The header that tells the version, below a folder of headers."""
_AGAIN = 3600.0
"""Seconds after which a build that neither failed nor succeeded may be begun again."""
_LONGEST = 4096
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from smartopt.driver.plugin.first_build import main; main(sys.argv[2])"
)
KEPT = ("PATH", "HOME", "TMPDIR", "USER", "LOGNAME", "LD_LIBRARY_PATH")
"""Variables that the build inherits; others may hold settings of the user's own build."""


def begin(clang: str) -> None:
    """Begin to build the plugin for a clang, if nothing speaks against it. Raises nothing and waits for nothing."""
    try:
        if os.environ.get("SMARTOPT_PLUGIN", "1") == "0" or os.environ.get("SMARTOPT_SELECT", "auto") not in (
            "",
            "auto",
        ):
            return
        key = _key(clang)
        if not key or descriptor.find(clang) is not None:
            return
        known, text, age = _read(clang)
        if known == key and (text or age < _AGAIN):
            return
        _write(clang, key, "")
        place = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
        _detach([descriptor.interpreter(), "-I", "-c", _PROGRAM, place, os.path.realpath(clang)])
    except (OSError, ValueError):
        pass


def main(clang: str) -> None:
    """The process that builds; ends it."""
    os.nice(10)
    from .build import build

    try:
        build(clang)
    except SmartoptError:
        pass  # it was noted; --doctor and --build-plugin say why
    os._exit(0)


def note(clang: str, text: str) -> None:
    """Keep why a build failed, or forget that there was one if ``text`` is empty. Raises nothing."""
    try:
        if text:
            _write(clang, _key(clang), text.partition("\n")[0])
        else:
            os.unlink(_path(clang))
    except (OSError, ValueError):
        pass


def failure(clang: str) -> str:
    """Why the last build for this very clang failed; empty if it did not."""
    try:
        key, text, _ = _read(clang)
        return text if key == _key(clang) else ""
    except (OSError, ValueError):
        return ""


def header_folders(clang: str, major: int | None) -> list[str]:
    """Where the headers of a clang may lie: beside it, and where distributions have them."""
    root = os.path.dirname(os.path.dirname(os.path.realpath(clang)))
    usual = [f"/usr/lib/llvm-{major}/include"] if major is not None else []
    return [os.path.join(root, "include"), *usual, "/usr/include"]


def _key(clang: str) -> str:
    """What a build depends on, in a line; empty where there are no headers at all."""
    from ..real_clang import major_of

    headers = []
    for folder in header_folders(clang, major_of(clang)):
        try:
            headers.append(str(descriptor.stamp(os.path.join(folder, HEADERS)).state))
        except OSError:
            pass
    state = descriptor.stamp(os.path.realpath(clang)).state
    return f"{__version__} {descriptor.interpreter()} {state} {' '.join(headers)}" if headers else ""


def _path(clang: str) -> str:
    return descriptor.path_of(clang).removesuffix(".txt") + ".tried"


def _read(clang: str) -> tuple[str, str, float]:
    """The key of the last build, why it failed, and how many seconds ago that was noted."""
    try:
        fd = os.open(_path(clang), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return "", "", 0.0
    try:
        age = time.time() - os.fstat(fd).st_mtime
        key, _, text = os.fsdecode(os.read(fd, _LONGEST)).partition("\n")
        return key, text.strip(), age
    finally:
        os.close(fd)


def _write(clang: str, key: str, text: str) -> None:
    path = _path(clang)
    temporary = f"{path}.{os.getpid()}"
    data = os.fsencode(f"{key}\n{text}\n")[:_LONGEST]
    with Private():
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            if os.write(fd, data) != len(data):
                raise OSError("the disk is full")
        finally:
            os.close(fd)
        os.rename(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def _detach(command: list[str]) -> None:
    """Start a program that outlives us and holds nothing of ours: a build that waits for make's pipes must not wait for
    it."""
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            if os.fork() == 0:
                for number in (_signal.SIGCHLD, _signal.SIGINT, _signal.SIGPIPE, _signal.SIGHUP, _signal.SIGTERM):
                    _signal.signal(number, _signal.SIG_DFL)
                null = os.open(os.devnull, os.O_RDWR)
                for number in (0, 1, 2):
                    os.dup2(null, number)
                os.closerange(3, 1 << 20)
                os.chdir("/")
                environment = {name: os.environ[name] for name in KEPT if name in os.environ}
                environment["SMARTOPT_DIR"] = state_dir()
                os.execve(command[0], command, environment)
        finally:
            os._exit(0)
    try:
        os.waitpid(child, 0)
    except ChildProcessError:
        pass  # SIGCHLD is ignored
