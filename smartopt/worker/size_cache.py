"""What function bodies were measured to: each body's object is emitted once, however many lists lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..annotations import Any
from ..errors import EngineError
from ..ir.body_hash import Body, bare, kin
from ..llvm.capi import Module
from ..llvm.libllvm import LibLLVMEngine

__all__ = ["Key", "Ledger"]

_NOT_ELF = re.compile(r"darwin|macos|ios|windows|wasm|cygwin|mingw|aix")

Key = tuple[str, bytes]
"""A function's name and its body's key (``ir.body_hash``)."""


class Ledger:
    """Sizes by function and body, for one engine."""

    def __init__(self, engine: LibLLVMEngine) -> None:
        self._engine = engine
        self._sizes: dict[Key, tuple[int, int]] = {}
        """All its bytes, and those of its code."""
        self._kin: dict[Key, bytes] = {}
        """The key by which bodies that are much alike were measured."""

    def know(self, sizes: dict[str, tuple[bytes, bytes, tuple[int, int]]]) -> None:
        """Take what was measured elsewhere: function -> (the body's key, its bare text's hash or none, its sizes)."""
        for name, (key, stripped, size) in sizes.items():
            self._sizes.setdefault((name, key), size)
            if stripped:
                self._kin.setdefault((name, kin(key, stripped)), key)

    @staticmethod
    def tells_apart(module: Module) -> bool:
        """Whether functions can be measured one by one, without their neighbours."""
        return _NOT_ELF.search(module.triple) is None

    def measured(self) -> int:
        """How many bodies have been measured: a mark for :meth:`measured_since`."""
        return len(self._sizes)

    def measured_since(self, mark: int) -> list[tuple[Key, tuple[int, int]]]:
        """What was measured after a mark, for the ledger of another process."""
        return list(self._sizes.items())[mark:]

    def learn(self, rows: Iterable[tuple[Key, tuple[int, int]]]) -> None:
        """Take what another ledger measured."""
        for key, size in rows:
            self._sizes.setdefault(key, size)

    def size(self, name: str, key: bytes) -> int:
        """The bytes of a body that has been measured."""
        return self._sizes[name, key][0]

    def known_as(self, bodies: dict[str, Body]) -> dict[str, bytes]:
        """The keys by which bodies, or much the same ones that are known here, were measured; else their own."""
        keys = {}
        for name, (key, text) in bodies.items():
            alike = (name, kin(key, bare(text)))
            keys[name] = key if (name, key) in self._sizes else self._kin.get(alike, key)
            self._kin.setdefault(alike, keys[name])
        return keys

    def sums(self, module: Module, keys: dict[str, bytes]) -> dict[str, Any]:
        """A finished module's functions by what their bodies come to, and its code; the module is used up."""
        self.measure(module, keys)
        sizes = {name: self._sizes[name, key] for name, key in keys.items()}
        code = sum(code for _, code in sizes.values())
        return {"functions": {name: size for name, (size, _) in sizes.items()}, "code": code}

    def measure(self, module: Module, keys: dict[str, bytes]) -> None:
        """Emit only the functions whose body has not been emitted before; the module is used up.

        Every function gets a section of its own: otherwise a tail jump to a neighbour is short or long depending on
        which others are emitted, and the bytes would depend on what had been measured before. Only ELF lets sections be
        named freely; elsewhere all functions are emitted every time.
        """
        if module.machine is None:
            raise EngineError("this LLVM has no code generator for the module's target")
        elf = self.tells_apart(module)
        # Elsewhere than in ELF neighbours matter: what another round measured, in whichever worker, must not be used.
        new = {name for name, key in keys.items() if not elf or (name, key) not in self._sizes}
        if not new:
            return
        if elf:
            self._engine.leave_only(module, new)
            for index, function in enumerate(module.functions()):
                if self._engine.emitted(function) and not function.section:
                    function.set_section(f".text.{index}")
        sizes = self._engine.measure(module)
        for name in new:
            self._sizes[name, keys[name]] = sizes.functions.get(name, 0), sizes.code.get(name, 0)
