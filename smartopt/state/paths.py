"""The folder for what outlives a run: ``$SMARTOPT_DIR``, else ``$XDG_CACHE_HOME/smartopt``, else ``~/.cache/smartopt``.

The folder is private (0700, its files 0600). It is used only if this user owns it and it is no link, so nobody else can
read what is in it or plant anything. Every failure here raises OSError; callers on the build path ignore it, because a
home that is read-only, full or gone must never stop a compile.
"""

from __future__ import annotations

import os
import stat

__all__ = ["DECISIONS", "FUNCTIONS", "PREDICTIONS", "Private", "clear_cache", "open_private", "state_dir"]

DECISIONS, PREDICTIONS = "cache", "predictions"
"""Its folders: decisions, and predictions that only make a compile faster (``state.cache`` reads and writes both)."""
FUNCTIONS = "functions"
"""Its file of what is known of functions (``state.function_table``)."""


class Private:
    """A context in which new files and folders belong to their owner alone, and can be used by their owner.

    A build may run under any umask, even 0777.
    """

    def __enter__(self) -> None:
        self._umask = os.umask(0o077)

    def __exit__(self, *_: object) -> None:
        os.umask(self._umask)


def state_dir() -> str:
    """The folder's path; creates nothing. Raises OSError if there is no home folder."""
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
    """Opens the folder ``path``, and creates it first if it is missing and ``create`` is set; returns a descriptor.

    Raises PermissionError if another user owns the folder or can write to it, and other OSErrors.
    """
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
            f"{path} belongs to another user or can be written by one; set SMARTOPT_DIR to a private folder"
        )
    return fd


def open_private(name: str, flags: int, *, create: bool = True) -> int:
    """Opens the file ``name`` in the folder; returns a descriptor. A file that it creates has mode 0600.

    Raises OSError, also if the file is a link, is not a regular file, or belongs to another user.
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
        raise PermissionError(f"{name} in {state_dir()} is not a regular file of this user")
    return fd


def clear_cache() -> int:
    """Deletes decisions, predictions and what is known of functions, not statistics.

    Returns how many bytes they took. Raises OSError.
    """
    held = sum(_clear(os.path.join(state_dir(), name)) for name in (DECISIONS, PREDICTIONS))
    return held + _clear_file(os.path.join(state_dir(), FUNCTIONS))


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
                pass  # a parallel compile evicted it
    shutil.rmtree(path)
    return held


def _clear_file(path: str) -> int:
    """Deletes a file; returns the bytes that it took on the disk: it may be sparse."""
    try:
        held = os.lstat(path).st_blocks * 512
        os.unlink(path)
    except FileNotFoundError:
        return 0
    return held
