"""Runs pass lists as the product does: in a disposable child, function by function, in place, over libLLVM."""

from __future__ import annotations

from functools import partial

from ...llvm.libllvm import LibLLVMEngine
from ...llvm.toolchain import Toolchain
from ...worker.process import Limits, Worker, step_limit

__all__ = ["start"]

_LIMITS = Limits(cpu_seconds=60.0, module_seconds=60.0, request_seconds=180.0, memory_bytes=4 << 30)


def start(toolchain: Toolchain) -> Worker:
    """A worker whose child answers ``base``, ``apply`` and ``alone``; made in a process without threads."""
    return Worker(partial(_Bench, toolchain=toolchain), _LIMITS)


class _Bench:
    """What runs in the child."""

    def __init__(self, worker: Worker, toolchain: Toolchain) -> None:
        self._engine = LibLLVMEngine(toolchain)

    def base(self, data: bytes, pipeline: str) -> tuple[bytes, str]:
        """A module after a module-level pipeline ("" for none): bitcode and text without debug information."""
        step_limit(_LIMITS.module_seconds)
        module = self._engine.parse(data, "source")
        try:
            module.strip_debug()
            if pipeline:
                self._engine.run(module, pipeline)
            bitcode = self._engine.bitcode(module)
        finally:
            module.dispose()
        return bitcode, self._text(bitcode)

    def _text(self, bitcode: bytes) -> str:
        module = self._engine.parse_own(bitcode, "base")
        try:
            return self._engine.text(module)
        finally:
            module.dispose()

    def alone(self, bitcode: bytes, pipeline: str, function: str) -> str:
        """The same after the pipeline ran on one function only."""
        step_limit(_LIMITS.cpu_seconds)
        module = self._engine.parse_own(bitcode, "base")
        try:
            self._engine.run_on(module, function, pipeline)
            self._engine.verify(module)
            return self._engine.text(module)
        finally:
            module.dispose()

    def apply(self, bitcode: bytes, pipeline: str) -> str:
        """The text of a module after a function-level pipeline ran on each of its functions. Verifies."""
        step_limit(_LIMITS.cpu_seconds)
        module = self._engine.parse_own(bitcode, "base")
        try:
            names = [f.name for f in module.functions() if not f.is_declaration]
            self._engine.run_lists(module, dict.fromkeys(names, pipeline), lambda name: None)
            self._engine.verify(module)
            return self._engine.text(module)
        finally:
            module.dispose()
