"""The clang door's use of the optimiser: bitcode in, bitcode and report out, decisions kept in the cache.

Importing this is the expensive part of a compile that clang does not do itself, so the door does it, and makes an
:class:`Optimiser`, while the front end runs. What is needed after the back end is imported here for the same reason.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..cache import Cache
from ..errors import SmartoptError
from ..fingerprint import fingerprint
from ..llvm.toolchain import toolchain_for_clang
from ..optimize import optimize
from ..options import Options
from . import outcome as outcome
from .fallback import Fallback

if TYPE_CHECKING:
    from typing import Any

    from .flags import Command

__all__ = ["Optimiser", "options_from_environment"]


class Optimiser:
    """All that can be known before there is bitcode. Raises Fallback where there is no way to optimise."""

    def __init__(self, clang: str, command: Command) -> None:
        self._name = os.fsencode(command.source).decode("utf-8", "replace")
        try:
            root = toolchain_for_clang(clang).root
            self._options = options_from_environment(None if root is None else str(root), command.level)
            self._memory = _Memory(fingerprint(self._options))
        except SmartoptError as error:
            raise Fallback("driver-optimiser-failed", str(error)) from error

    def run(self, data: bytes) -> tuple[dict[str, Any], bytes]:
        """The report and the optimised bitcode. Raises Fallback."""
        try:
            result = optimize(data, self._options, name=self._name, memory=self._memory)
        except SmartoptError as error:
            raise Fallback("driver-optimiser-failed", str(error)) from error
        return result.report, result.data

    @property
    def counters(self) -> dict[str, int]:
        """How the cache answered: ``hit`` and ``miss``."""
        return self._memory.counters


class _Memory:
    """The decision cache as the optimiser wants it, and how often it knew the answer."""

    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self.counters: dict[str, int] = {}
        self._cache = Cache()

    def get(self, key: str) -> bytes | None:
        value = self._cache.get(key)
        name = "miss" if value is None else "hit"
        self.counters[name] = self.counters.get(name, 0) + 1
        return value

    def put(self, key: str, value: bytes) -> None:
        self._cache.put(key, value)


def options_from_environment(llvm: str | None, level: str) -> Options:
    """Options as ``SMARTOPT_OBJECTIVE`` and its siblings set them. Raises UsageError.

    ``llvm`` is the folder of the toolchain, ``level`` what the user asked of clang: ``Os`` or ``Oz``.
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
    return Options(**chosen)
