"""What a workbench does with modules that it is handed: nothing is kept, and nothing that was done before matters."""

from __future__ import annotations

from collections.abc import Collection

from ..annotations import Any
from ..codegen.outliner import NOT_OUTLINED
from ..codegen.settings import CodeGeneration
from ..errors import EngineError
from ..llvm.attributes import set_string_attribute
from ..llvm.libllvm import LibLLVMEngine
from ..llvm.toolchain import Toolchain
from .process import Worker

__all__ = ["Stateless"]


class Stateless:
    """The operations that need an engine alone."""

    def __init__(self, worker: Worker, toolchain: Toolchain) -> None:
        self._worker = worker
        self.engine = LibLLVMEngine(toolchain)
        self.codegen = CodeGeneration(self.engine)

    def sizes(self, bitcode: bytes) -> dict[str, Any]:
        """What clang's back end makes of a module by itself."""
        self._worker.whole_module()
        module = self.engine.parse(bitcode)
        slim = self.codegen.slim
        self.codegen.use_slim(False)
        try:
            return self.engine.measure(module).packed()
        finally:
            self.codegen.use_slim(slim)
            module.dispose()

    def fit(self, pipeline: str) -> str | None:
        """A function-level pipeline as this LLVM can run it: whole, or None (tried on an empty function)."""
        module = self.engine.parse(b"define void @f() {\n  ret void\n}\n", "probe")
        try:
            self.engine.run_on(module, "f", pipeline)
        except EngineError:
            return None
        finally:
            module.dispose()
        return pipeline

    def fit_all(self, pipelines: list[str]) -> list[str | None]:
        """:meth:`fit` of each."""
        return [self.fit(pipeline) for pipeline in pipelines]

    def render(self, bitcode: bytes) -> bytes:
        """Bitcode as text (for ``-S``)."""
        module = self.engine.parse(bitcode)
        try:
            return module.text()
        finally:
            module.dispose()

    def in_place(self, bitcode: bytes, names: Collection[str]) -> bytes:
        """A finished module of whose named functions the outliner will take nothing."""
        self._worker.whole_module()
        module = self.engine.parse(bitcode)
        try:
            for function in module.functions():
                if function.name in names and not function.is_declaration:
                    set_string_attribute(function, NOT_OUTLINED, "")
            module.verify()
            return module.bitcode()
        finally:
            module.dispose()
