"""Predicts from the last build how a file compiles, so that a worker or a back end can start early.

A clang takes as long to start as a small file's code takes to make, and so does LLVM in a worker. What is needed is
certain only when there is bitcode, from the decision remembered for it. But most builds repeat earlier ones. So for a
file of the same name and size, compiled with the same flags, the driver starts what the last compile needed: a worker,
or a back end with the flags of its object. A wrong prediction costs a start in vain or a late one, and changes no byte
of any output.
"""

from __future__ import annotations

import os

from ..annotations import TYPE_CHECKING
from ..codegen.configuration import ObjectChoice
from ..digest import sha256
from ..state.cache import PREDICTIONS, Cache
from .real_clang import major_of
from .remembered_choices import decode, encode
from .switches import allowed_by

if TYPE_CHECKING:
    from .flags import Command

__all__ = ["Prediction", "prediction_key"]

_SETTINGS = ("SMARTOPT_EFFORT", "SMARTOPT_MODEL", "SMARTOPT_OBJECTIVE", "SMARTOPT_SELECT")
_WORKER = b"worker"
"""The value where a worker was needed; else it is the JSON of the object's choice."""


class Prediction:
    """What the last compile of one file needed. Nothing here raises."""

    def __init__(self, clang: str, command: Command) -> None:
        self._clang, self._command = clang, command
        self._cache = Cache(name=PREDICTIONS)
        self._key = prediction_key(clang, command)
        self._value = self._cache.get(self._key) if self._key else None
        self._choice = decode(self._value)

    @property
    def needs_worker(self) -> bool:
        """Whether a worker will be needed; True where nothing is known."""
        return self._choice is None

    @property
    def back_end_flags(self) -> tuple[str, ...] | None:
        """The flags with which the back end should be started now; they stand before the user's own.

        None where a worker is needed (the back end has time to start while that works), where clang's version is not
        known, or where the last object's configuration is not allowed now.
        """
        major = major_of(self._clang)
        if self._choice is None or major is None:
            return None
        allowed = allowed_by(self._command).configuration
        return self._choice.flags(major) if self._choice.configuration.within(allowed) else None

    def keep(self, choice: ObjectChoice, needed_worker: bool) -> None:
        """Keep for the next compile what this one needed."""
        value = _WORKER if needed_worker else encode(choice)
        if self._key and value != self._value:
            self._cache.put(self._key, value)


def prediction_key(clang: str, command: Command) -> str:
    """The key of a compile; empty where the source file is gone.

    It is the same in another folder, as far as that can be told without reading the file.
    """
    try:
        size = os.stat(command.source).st_size
    except OSError:
        return ""
    flags = [flag for flag in command.back if "/" not in flag]
    settings = [os.environ.get(name, "") for name in _SETTINGS]
    text = "\0".join((clang, os.path.basename(command.source), str(size), *settings, *flags))
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
