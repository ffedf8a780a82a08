"""Runs pass lists as the product does: in a disposable child, function by function, in place, over libLLVM."""

from __future__ import annotations

from functools import partial

from ...llvm.libllvm import LibLLVMEngine
from ...llvm.toolchain import Toolchain
from ...records import dataclass
from ...worker.process import Limits, WorkerProcess, step_limit
from ...worker.protocol import Handlers, Request

__all__ = ["ApplyAlone", "ApplyList", "MakeModule", "start"]

_LIMITS = Limits(cpu_seconds=60.0, module_seconds=60.0, request_seconds=180.0, memory_bytes=4 << 30)


@dataclass(frozen=True)
class MakeModule(Request["tuple[bytes, str]"]):
    """A module after a module-level pipeline ("" for none): bitcode and text without debug information."""

    data: bytes
    pipeline: str


@dataclass(frozen=True)
class ApplyList(Request["str"]):
    """The text of a module after a function-level pipeline ran on each of its functions, verified."""

    bitcode: bytes
    pipeline: str


@dataclass(frozen=True)
class ApplyAlone(Request["str"]):
    """The same after the pipeline ran on one function only."""

    bitcode: bytes
    pipeline: str
    function: str


def start(toolchain: Toolchain) -> WorkerProcess:
    """A worker that answers the requests above. Call it in a process without threads."""
    return WorkerProcess(partial(_ListService, toolchain=toolchain), _LIMITS)


class _ListService:
    """What runs in the child."""

    def __init__(self, process: WorkerProcess, toolchain: Toolchain) -> None:
        self._engine = LibLLVMEngine(toolchain)
        self.handlers: Handlers = {MakeModule: self._make, ApplyList: self._apply, ApplyAlone: self._apply_alone}

    def _make(self, request: MakeModule) -> tuple[bytes, str]:
        pipeline = request.pipeline
        step_limit(_LIMITS.module_seconds)
        module = self._engine.parse(request.data, "source")
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

    def _apply_alone(self, request: ApplyAlone) -> str:
        step_limit(_LIMITS.cpu_seconds)
        module = self._engine.parse_own(request.bitcode, "base")
        try:
            self._engine.run_on(module, request.function, request.pipeline)
            self._engine.verify(module)
            return self._engine.text(module)
        finally:
            module.dispose()

    def _apply(self, request: ApplyList) -> str:
        step_limit(_LIMITS.cpu_seconds)
        module = self._engine.parse_own(request.bitcode, "base")
        try:
            names = [f.name for f in module.functions() if not f.is_declaration]
            self._engine.run_lists(module, dict.fromkeys(names, request.pipeline), lambda name: None)
            self._engine.verify(module)
            return self._engine.text(module)
        finally:
            module.dispose()
