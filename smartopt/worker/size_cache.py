"""The size cache: each function body is measured once, however many lists lead to it."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import EngineError
from ..ir.body_hash import Body, bare, similar_key
from ..ir.function_keys import PortableBodies
from ..llvm.capi import Module
from ..llvm.libllvm import LibLLVMEngine, names_sections
from .protocol import KnownBody

__all__ = ["Key", "SizeCache"]

Key = tuple[str, bytes]
"""A function's name and its body's key (``ir.body_hash``)."""


class SizeCache:
    """Sizes by function and body, for one engine."""

    def __init__(self, engine: LibLLVMEngine) -> None:
        self._engine = engine
        self._sizes: dict[Key, tuple[int, int]] = {}
        """All its bytes, and those of its code."""
        self._similar: dict[Key, bytes] = {}
        """A function and what similar bodies share, to the hash of the one that was measured."""
        self._recalled: dict[str, dict[bytes, tuple[int, int]]] = {}
        """Sizes that trials of earlier runs measured, by function and portable key (``ir.function_keys``)."""

    def know(self, bodies: dict[str, KnownBody]) -> None:
        """Take bodies, by function, that were measured elsewhere."""
        for name, (key, stripped, size) in bodies.items():
            self._sizes.setdefault((name, key), size)
            if stripped:
                self._similar.setdefault((name, similar_key(key, stripped)), key)

    @staticmethod
    def separable(module: Module) -> bool:
        """Whether functions can be measured one by one, without their neighbours."""
        return names_sections(module.triple)

    def measured(self) -> int:
        """How many bodies have been measured: a mark for :meth:`measured_since`."""
        return len(self._sizes)

    def measured_since(self, mark: int) -> list[tuple[Key, tuple[int, int]]]:
        """What was measured after a mark, for the size cache of another process."""
        return list(self._sizes.items())[mark:]

    def learn(self, rows: Iterable[tuple[Key, tuple[int, int]]]) -> None:
        """Take what the size cache of another process measured."""
        for key, size in rows:
            self._sizes.setdefault(key, size)

    def recall(self, rows: Iterable[tuple[str, bytes, tuple[int, int]]]) -> None:
        """Take what trials of earlier runs measured: function, portable key of its body, sizes."""
        for name, body, size in rows:
            self._recalled.setdefault(name, {})[body] = size

    def sizes(self, name: str, key: bytes) -> tuple[int, int]:
        """All the bytes of a body that has been measured, and those of its code."""
        return self._sizes[name, key]

    def known_as(self, bodies: dict[str, Body], module_text: bytes) -> dict[str, bytes]:
        """The hashes under which bodies, or similar ones, were measured; their own where none was.

        ``module_text`` is the module as it was printed with the bodies.
        """
        keys = {}
        portable = PortableBodies(module_text) if self._recalled else None
        for name, (key, text) in bodies.items():
            if portable is not None and name in self._recalled and (name, key) not in self._sizes:
                size = self._recalled[name].get(portable.key((key, text)))
                if size is not None:
                    self._sizes[name, key] = size
            alike = (name, similar_key(key, bare(text)))
            keys[name] = key if (name, key) in self._sizes else self._similar.get(alike, key)
            self._similar.setdefault(alike, keys[name])
        return keys

    def sums(self, module: Module, keys: dict[str, bytes]) -> tuple[dict[str, int], int]:
        """A finished module's functions with their bytes, and the sum of their code; uses up the module."""
        self.measure(module, keys)
        sizes = {name: self._sizes[name, key] for name, key in keys.items()}
        return {name: size for name, (size, _) in sizes.items()}, sum(code for _, code in sizes.values())

    def measure(self, module: Module, keys: dict[str, bytes]) -> None:
        """Measure the bodies that have not been measured before, by emitting only those functions; uses up the module.

        Every function gets a section of its own: otherwise a tail jump to a neighbour is short or long depending on
        which others are emitted, and the bytes would depend on what had been measured before. Only ELF lets sections be
        named freely; elsewhere all functions are emitted every time.
        """
        if module.machine is None:
            raise EngineError("this LLVM has no code generator for the module's target")
        elf = self.separable(module)
        # Elsewhere than in ELF neighbours matter: what another round measured, in whichever worker, must not be used.
        new = {name for name, key in keys.items() if not elf or (name, key) not in self._sizes}
        if not new:
            return
        if elf:
            self._engine.leave_only(module, new)
            self._engine.separate(module)
        sizes = self._engine.measure(module)
        for name in new:
            self._sizes[name, keys[name]] = sizes.functions.get(name, 0), sizes.code.get(name, 0)
