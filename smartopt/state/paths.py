"""Where smartopt keeps what outlives a run: ``$SMARTOPT_DIR``, else ``$XDG_CACHE_HOME/smartopt``, else
``~/.cache/smartopt``.

The folder is private (0700, its files 0600) and is used only if it belongs to us and is no link, so nobody
else can plant or read what is in it. Everything here that fails raises OSError: callers on the build path
swallow it, because a home that is read-only, full or gone must never stop a compile.
"""

from __future__ import annotations

import os
import stat

__all__ = ["DECISIONS", "HABITS", "Private", "clear_cache", "open_private", "state_dir"]

DECISIONS, HABITS = "cache", "habits"
"""Folders in it: what was decided, and guesses that only make a compile faster (``state.cache`` keeps both)."""


class Private:
    """What is made meanwhile is its owner's alone, and his in any case: a build may run under any umask, even 0777."""

    def __enter__(self) -> None:
        self._umask = os.umask(0o077)

    def __exit__(self, *_: object) -> None:
        os.umask(self._umask)


def state_dir() -> str:
    """The folder's path; nothing is created. Raises OSError where there is no home to put it in."""
    own = os.environ.get("SMARTOPT_DIR")
    if own:
        return os.path.abspath(own)
    base = os.environ.get("XDG_CACHE_HOME")
    if not (base and os.path.isabs(base)):  # the XDG specification: relative paths are to be ignored
        home = os.path.expanduser("~")
        if not os.path.isabs(home):
            raise FileNotFoundError("no home folder is known; set SMARTOPT_DIR")
        base = os.path.join(home, ".cache")
    return os.path.join(base, "smartopt")


def _open_dir(path: str, create: bool) -> int:
    """A descriptor of the folder ``path``, made when missing. PermissionError if it is not ours alone."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        fd = os.open(path, flags)
    except FileNotFoundError:
        if not create:
            raise
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            pass  # another process was faster
        fd = os.open(path, flags)
    about = os.fstat(fd)
    if about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) & 0o022:
        os.close(fd)
        raise PermissionError(
            f"{path} belongs to or can be written by someone else; set SMARTOPT_DIR to a private folder"
        )
    return fd


def open_private(name: str, flags: int, *, create: bool = True) -> int:
    """Open the file ``name`` of the folder; returns a descriptor, with mode 0600 for a file it creates.

    Raises OSError; also where the file is a link, is not a regular file or is not ours.
    """
    with Private():
        folder = _open_dir(state_dir(), create)
        try:
            fd = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o600, dir_fd=folder)
        finally:
            os.close(folder)
    about = os.fstat(fd)
    if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid():
        os.close(fd)
        raise PermissionError(f"{name} in {state_dir()} is not a regular file of ours")
    return fd


def clear_cache() -> int:
    """Delete what is remembered of compiles; returns how many bytes that held. Statistics stay. Raises OSError."""
    return sum(_clear(os.path.join(state_dir(), name)) for name in (DECISIONS, HABITS))


def _clear(path: str) -> int:
    if not os.path.isdir(path) or os.path.islink(path):
        return 0
    import shutil

    held = 0
    for root, _, files in os.walk(path):
        for name in files:
            try:
                held += os.lstat(os.path.join(root, name)).st_size
            except OSError:
                pass  # a compile in parallel evicted it
    shutil.rmtree(path)
    return held
