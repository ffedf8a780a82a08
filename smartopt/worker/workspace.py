"""What every part of the libLLVM service uses: the engine, how it generates code, and what is read of any module."""

from __future__ import annotations

from collections.abc import Collection

from ..codegen.function_shapes import Shapes
from ..codegen.settings import CodeGeneration
from ..codegen.targets import target_of
from ..errors import EngineError
from ..ir.body_hash import Body, bodies
from ..llvm.capi import Function, Module
from ..llvm.exclusions import Exclusions
from ..llvm.interface import describe
from ..llvm.libllvm import LibLLVMEngine
from ..llvm.toolchain import Toolchain
from ..options import Stage
from .process import EMITTING, WorkerProcess
from .protocol import Finished

__all__ = ["Workspace"]


class Workspace:
    """One libLLVM in one worker process.

    Attributes:
        process: tells the parent which step begins, and gives each step its processor time.
        engine: the libLLVM.
        codegen: how it generates code at present.
        exclusions: which functions and modules are left to -Oz.
        stage: what the source is (``Options.stage``); a linker's code generation gives every function a section.
    """

    def __init__(self, process: WorkerProcess, toolchain: Toolchain, slim: bool, stage: Stage = "compile") -> None:
        """``slim``: pass lists are measured under the slim settings."""
        self.process = process
        self.stage = stage
        self.engine = LibLLVMEngine(toolchain, function_sections=stage != "compile")
        self.codegen = CodeGeneration(self.engine)
        self.exclusions = Exclusions(self.engine.library)
        self._slim = slim

    def generate_code_for(self, module: Module) -> None:
        """Choose the settings for a module's target and flags. Some workers see bases only, never the source."""
        target = target_of(module.triple) if self._slim else None
        self.codegen.use_slim(None if target is None or Shapes(module).needs_default_settings() else target)

    def bodies(self, module: Module, names: Collection[str] | None = None) -> list[tuple[Function, Body]]:
        """The functions whose code lands in the object (of ``names``, or all), with their bodies' hashes and texts."""
        return self.printed(module, names)[1]

    def printed(
        self, module: Module, names: Collection[str] | None = None
    ) -> tuple[bytes, list[tuple[Function, Body]]]:
        """A module as printed, and what :meth:`bodies` tells of it."""
        defined = [function for function in module.functions() if not function.is_declaration]
        wanted = [(names is None or function.name in names) and self.engine.emitted(function) for function in defined]
        text = module.text()
        paired = zip(defined, bodies(text, wanted), strict=True)
        return text, [(function, body) for function, body in paired if body is not None]

    def finished(
        self, module: Module, measure: bool = True, counted: bool = True, frames: Collection[str] = ()
    ) -> Finished:
        """Describe a module that is done.

        ``measure`` emits its object, where its target has a code generator; ``counted`` counts instructions.
        """
        self.process.step(EMITTING)
        self.process.whole_module()
        sizes = self.engine.measure(module) if measure and module.machine is not None else None
        return Finished(
            bitcode=module.bitcode(),
            instructions=self.engine.instructions(module) if counted else {},
            interface=describe(module),
            sizes=sizes,
            frames=tuple(frames),
        )

    def supported(self, pipelines: list[str]) -> list[str | None]:
        """Function-level pipelines as this LLVM runs them, whole or not at all; each is tried on an empty function."""
        return [pipeline if self._runs(pipeline) else None for pipeline in pipelines]

    def _runs(self, pipeline: str) -> bool:
        module = self.engine.parse(b"define void @f() {\n  ret void\n}\n", "probe")
        try:
            self.engine.run_on(module, "f", pipeline)
        except EngineError:
            return False
        finally:
            module.dispose()
        return True
