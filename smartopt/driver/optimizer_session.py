"""The clang door's use of the optimiser: bitcode in, bitcode and report out, decisions kept in the cache.

The door makes an :class:`Optimiser` while the front end runs. Its worker, which loads LLVM, is started first; the rest
of what a compile needs that clang does not do itself, the most expensive of it imports, is done after that.
"""

from __future__ import annotations

import os

from ..errors import SmartoptError
from ..llvm.toolchain import toolchain_for_clang
from ..optimizer import Begun
from ..options import Options
from .back_end_modes import kept_in_place
from .fallback import Fallback
from .switches import FRAMES, OUTLINE, SLIM, way_open

TYPE_CHECKING = False  # typing takes as long to import as all of the above
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .flags import Command

__all__ = ["Optimiser", "options_from_environment"]


class Optimiser:
    """All that can be known before there is bitcode. Raises Fallback where there is no way to optimise."""

    def __init__(self, clang: str, command: Command, begin: bool = True) -> None:
        """``begin``: start a worker now, since most likely one will be needed."""
        self._command = command
        self._name = os.fsencode(command.source).decode("utf-8", "replace")
        self.prepare: Callable[[tuple[str, ...], bytes], None] | None = None
        """Told how the back end will be run, as soon as that can be foreseen: see ``BackEnd.prepare``."""
        try:
            root = toolchain_for_clang(clang).root
            self._options = options_from_environment(
                root, command.level, way_open(command, SLIM), way_open(command, FRAMES), way_open(command, OUTLINE)
            )
            self._begun = Begun(self._options, begin)
            self._begins = begin
            self._marked: tuple[tuple[str, ...], bytes] = ((), b"")
        except SmartoptError as error:
            raise Fallback("driver-optimiser-failed", str(error)) from error

    def load(self) -> None:
        """What can be done while the worker loads LLVM; before :meth:`run`. Raises Fallback."""
        from ..optimizer.fingerprint import fingerprint
        from . import smallest_object  # noqa: F401 - needed later, when there is no time

        try:
            if self._begins:
                self._begun.load()
            self._memory = _Memory(fingerprint(self._options))
        except SmartoptError as error:
            raise Fallback("driver-optimiser-failed", str(error)) from error

    def run(self, data: bytes) -> tuple[dict[str, Any], bytes]:
        """The report and the optimised bitcode. Raises Fallback."""
        try:
            result = self._begun.run(data, self._name, self._memory, self._foreseen)
            if names := kept_in_place(self.known_object(self._command)):
                self._marked = names, self._begun.in_place(result.data, names)  # while there is a worker
        except SmartoptError as error:
            raise Fallback("driver-optimiser-failed", str(error)) from error
        finally:
            self._begun.dismiss()
        from ..optimizer.memory import DISTURBANCES  # loaded by now

        report = result.report
        if not DISTURBANCES.isdisjoint(report["fallbacks"]):
            self._memory.forget()
            if report["winner"] == "oz":  # nobody knows what would have won: clang's own object, to the byte
                report = {**report, "slimmable": False, "outlinable": False}
        return report, result.data

    def in_place(self, bitcode: bytes, names: tuple[str, ...]) -> bytes:
        """The optimised bitcode with marks on functions of which the back end is to outline nothing. Raises Fallback.

        A worker is started for that where it was not foreseen. One that is killed ends the compile as clang's own: the
        object must not depend on what else happens on the machine.
        """
        if self._marked[0] != names:
            try:
                self._marked = names, self._begun.in_place(bitcode, names)
            except SmartoptError as error:
                raise Fallback("driver-optimiser-failed", str(error)) from error
            finally:
                self._begun.dismiss()
        return self._marked[1]

    def _foreseen(self, report: dict[str, Any], bitcode: bytes) -> None:
        """The output is on its way, or there, and the report will most likely say so much."""
        if self.prepare is not None:
            from .smallest_object import foreseen

            for words in foreseen(self._command, report, self.known_object(self._command)):
                self.prepare(words, bitcode)

    def close(self) -> None:
        """End what was begun."""
        self._begun.close()

    def known_object(self, command: Command) -> str:
        """Which object an earlier run with the same back end words ended with; empty where that is not known."""
        return self._memory.note(_words_digest(command))

    def remember_object(self, command: Command, kind: str) -> None:
        """Keep that beside the decision (see ``driver.smallest_object``)."""
        self._memory.note(_words_digest(command), kind)

    @property
    def counters(self) -> dict[str, int]:
        """How the cache answered: ``hit`` and ``miss``."""
        return self._memory.counters


class _Memory:
    """The decision cache as the optimiser wants it, and how often it knew the answer."""

    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self.counters: dict[str, int] = {}
        from ..state.cache import Cache

        self._cache = Cache()
        self._last: tuple[str, bytes] | None = None

    def get(self, key: str) -> bytes | None:
        value = self._cache.get(key)
        name = "miss" if value is None else "hit"
        self.counters[name] = self.counters.get(name, 0) + 1
        self._last = None if value is None else (key, value)
        return value

    def put(self, key: str, value: bytes) -> None:
        self._last = (key, value)
        self._cache.put(key, value)

    def forget(self) -> None:
        """Know of no decision: what was found is not that of the entry that was read."""
        self._last = None

    def note(self, name: str, value: str | None = None) -> str:
        """A word kept beside the last decision, or empty; with ``value`` it is kept from now on."""
        if self._last is None:
            return ""
        import json

        key, raw = self._last
        try:
            entry = json.loads(raw)
            notes = entry.setdefault("objects", {})
            known = str(notes.get(name, ""))
        except (ValueError, AttributeError, TypeError):
            return ""
        if value is not None and value != known:
            notes[name] = value
            self._cache.put(key, json.dumps(entry, separators=(",", ":")).encode())
        return known


def _words_digest(command: Command) -> str:
    """What the object depends on beside the bitcode."""
    from ..digest import sha256

    return sha256("\0".join(command.back).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def options_from_environment(
    llvm: str | None, level: str, slim: bool = False, frames: bool = True, outline: bool = False
) -> Options:
    """Options as ``SMARTOPT_OBJECTIVE`` and its siblings set them. Raises UsageError.

    ``llvm`` is the folder of the toolchain, ``level`` what the user asked of clang: ``Os`` or ``Oz``; ``slim`` whether
    the back end may be run with slim settings, ``frames`` whether functions may be given frame pointers, ``outline``
    whether repeated code may be outlined.
    """
    chosen: dict[str, Any] = {"llvm": llvm, "level": level, "stands_for": "clang"}
    for field, variable in (
        ("objective", "SMARTOPT_OBJECTIVE"),
        ("effort", "SMARTOPT_EFFORT"),
        ("model", "SMARTOPT_MODEL"),
        ("select", "SMARTOPT_SELECT"),
    ):
        value = os.environ.get(variable)
        if value:
            chosen[field] = value
    by_size = chosen.get("objective", "size") == "size"
    return Options(**chosen, slim=slim and by_size, frames=frames, outline=outline and by_size)
