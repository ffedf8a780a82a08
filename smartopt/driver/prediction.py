"""How a file was compiled the last time: a guess with which to be ready when the front end is.

A clang takes as long to start as a small file's code takes to make, and so does LLVM in a worker. What will be wanted
is known for certain only when there is bitcode, by the decision remembered for it; most builds repeat earlier ones, so
the back end is started, and the worker is not where none was needed, as it was the last time for a file of this name
and size compiled by the same words. A wrong guess costs a start in vain or one that comes late: no byte of any output.
"""

from __future__ import annotations

import os

from ..annotations import TYPE_CHECKING
from ..digest import sha256
from ..state.cache import PREDICTIONS, Cache
from .back_end_modes import usual
from .real_clang import major_of

if TYPE_CHECKING:
    from .flags import Command

__all__ = ["Habit", "key_of"]

_SETTINGS = ("SMARTOPT_EFFORT", "SMARTOPT_MODEL", "SMARTOPT_OBJECTIVE", "SMARTOPT_SELECT")
_WORKER = b"worker"


class Habit:
    """What is known of earlier compiles of one file. Nothing here raises."""

    def __init__(self, clang: str, command: Command) -> None:
        self._clang, self._command = clang, command
        self._cache = Cache(name=PREDICTIONS)
        self._key = key_of(clang, command)
        self._known = self._cache.get(self._key) if self._key else None

    @property
    def needs_worker(self) -> bool:
        """Whether a worker was needed, as far as is known."""
        return self._known in (None, _WORKER)

    def words(self) -> list[tuple[str, ...]]:
        """With what the back end is to be started now, before the user's own words.

        Nothing where a worker is needed: it has time enough to start while that works.
        """
        major = major_of(self._clang)
        if self._known in (None, _WORKER) or major is None:
            return []
        return usual(self._command, major, self._known.decode("ascii", "replace"))

    def keep(self, kind: str, worker: bool) -> None:
        """This time the object was of that kind."""
        value = _WORKER if worker else kind.encode()
        if self._key and value != self._known:
            self._cache.put(self._key, value)


def key_of(clang: str, command: Command) -> str:
    """Under what it is known: the same in another folder, as far as can be told without reading the file."""
    try:
        size = os.stat(command.source).st_size
    except OSError:
        return ""
    words = [word for word in command.back if "/" not in word]
    settings = [os.environ.get(name, "") for name in _SETTINGS]
    text = "\0".join((clang, os.path.basename(command.source), str(size), *settings, *words))
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
