"""What pass lists did to functions in earlier runs, so that none is tried twice: inline functions of C++ headers and
instances of templates come in every file.

A trial is remembered under a key that covers all that can influence it (``ir.function_keys``; smartopt, LLVM and the
options through the fingerprint). What is remembered is all that a trial leaves behind: its outcome, and what the size
cache learns from it. So a run takes the same path with a memory as without.

Trials that fail are not remembered: they fail again, and are counted again.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping

from ..digest import sha256
from ..ir.function_keys import FunctionKeys
from ..llvm.library_calls import USUAL_TYPES
from ..records import dataclass
from ..state.function_table import KEY, VALUE, FunctionTable

__all__ = ["BaseMemory", "FunctionMemory", "Remembered"]

_TARGETS = re.compile(r"x86_64-(?:\w+-)?(?:linux(?!.*x32)|\w*bsd)")
"""ELF on x86-64, where trials of whole packages were compared with what was remembered. In other formats the code of a
function depends on its neighbours; on other architectures nobody has looked."""
_VALUE = struct.Struct("<4I32s")
assert _VALUE.size == VALUE


@dataclass(frozen=True)
class Remembered:
    """What one trial leaves behind.

    Attributes:
        instructions: of the function afterwards.
        total: the function's bytes, with those of variables that its list added.
        body: the key of the function's body afterwards (``ir.function_keys.PortableBodies``).
        size: all bytes of this body, and those of its code; zeros where the trial was not measured.
    """

    instructions: int
    total: int
    body: bytes
    size: tuple[int, int]


class FunctionMemory:
    """The memory that all runs of a user share."""

    def __init__(self, fingerprint: str) -> None:
        """``fingerprint`` changes whenever an outcome may; empty: nothing is remembered."""
        self._fingerprint = fingerprint
        self._table = FunctionTable()

    def base(self, text: Callable[[], bytes], triple: str, slim: bool) -> BaseMemory | None:
        """The memory of the trials on a base; None where it cannot be used.

        Args:
            text: prints the base; called when the first trial is looked up.
            triple: the base's target.
            slim: lists are measured under the slim settings.
        """
        if not self._fingerprint or not _TARGETS.match(triple):
            return None
        return BaseMemory(self._table, text, f"{self._fingerprint}\0{slim}")


class BaseMemory:
    """The memory of the trials on one base."""

    def __init__(self, table: FunctionTable, text: Callable[[], bytes], settings: str) -> None:
        self._table, self._text = table, text
        self._functions: FunctionKeys | None = None
        self._settings = settings.encode()
        self._keys: dict[tuple[str, bool], bytes | None] = {}
        self._known: dict[bytes, Remembered | None] = {}
        """What was looked up already."""

    def known(self, lists: Mapping[str, str], measured: bool) -> dict[str, Remembered]:
        """The trials of a round that are remembered, by function."""
        found = {}
        for name, pipeline in lists.items():
            for library in (False, True):
                trial = self._lookup(name, pipeline, measured, library)
                if trial is not None:
                    found[name] = trial
                    break
        return found

    def remember(self, name: str, pipeline: str, measured: bool, trial: Remembered, text: bytes) -> None:
        """Keep what a trial left behind; ``text`` is the function as printed afterwards."""
        key = self._key_after(name, pipeline, measured, text)
        if key is not None:
            value = _VALUE.pack(trial.instructions, trial.total, *trial.size, trial.body)
            self._table.put(key, value)

    def _lookup(self, name: str, pipeline: str, measured: bool, library: bool) -> Remembered | None:
        key = self._key(name, pipeline, measured, library)
        if key is None:
            return None
        if key not in self._known:
            self._known[key] = _decoded(self._table.get(key))
        return self._known[key]

    def _key_after(self, name: str, pipeline: str, measured: bool, text: bytes) -> bytes | None:
        """The key under which a trial is kept that made a function's text so."""
        if self._key(name, pipeline, measured, False) is None or self._functions is None:
            return None
        return self._key(name, pipeline, measured, self._functions.introduces_calls(name, text))

    def _key(self, name: str, pipeline: str, measured: bool, library: bool) -> bytes | None:
        if self._functions is None:
            self._functions = FunctionKeys(self._text(), USUAL_TYPES)
        if (name, library) not in self._keys:
            self._keys[name, library] = self._functions.key(name, library) if self._functions.usable else None
        function = self._keys[name, library]
        if function is None:
            return None
        # The name counts because sizes are cached by it, and because library functions are known by theirs.
        parts = (self._settings, function, name.encode("utf-8", "surrogateescape"), pipeline.encode())
        return sha256(b"\0".join([b"%d" % measured, *parts])).digest()[:KEY]


def _decoded(value: bytes | None) -> Remembered | None:
    if value is None:
        return None
    instructions, total, size, code, body = _VALUE.unpack(value)
    return Remembered(instructions, total, body, (size, code))
