"""The default engine: the toolchain's own libLLVM, in this process.

Use it only in a child process that may die: a fatal error inside LLVM ends the process. Every parsed module has its own
context, which its clones share. Beyond the common interface this engine can run lists on many functions at once
(``run_lists``) and tell for which functions code is emitted (``emitted``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from ..errors import EngineError, InputError, ToolchainError
from ..objfile.measure import measure_object
from ..objfile.sizes import Sizes
from .attributes import NOT_OUTLINED, set_string_attribute
from .capi import Context, Function, Library, Machine, Module
from .queries import pinned
from .signatures import LINKAGE_AVAILABLE_EXTERNALLY
from .toolchain import Toolchain

__all__ = ["LibLLVMEngine", "names_sections", "preload"]

Step = Callable[[str], None]

_NOT_ELF = re.compile(r"darwin|macos|ios|windows|wasm|cygwin|mingw|aix")


def names_sections(triple: str) -> bool:
    """Whether a target lets functions' sections be named freely, which only ELF does."""
    return _NOT_ELF.search(triple) is None


_preloaded: dict[str, Library] = {}
"""Libraries that were loaded before this process was forked, by path."""


def preload(toolchain: Toolchain) -> None:
    """Load the toolchain's libLLVM for the processes that will be forked from this one. Raises ToolchainError."""
    library = LibLLVMEngine(toolchain).library
    library.initialise_targets()
    _preloaded[library.path] = library


class LibLLVMEngine:
    """One libLLVM; with ``function_sections`` every function is measured in a section of its own.

    Raises ToolchainError if the toolchain has no shared libLLVM.
    """

    name = "libllvm"
    has_all_passes = True

    def __init__(self, toolchain: Toolchain, *, function_sections: bool = False) -> None:
        if toolchain.libllvm is None:
            raise ToolchainError(
                f"{toolchain.source} has no shared libLLVM; install llvm-{toolchain.major} or use --engine opt"
            )
        self.library = _preloaded.get(toolchain.libllvm) or Library(toolchain.libllvm)
        self.version = self.library.version
        self._function_sections = function_sections
        self.outlines = True
        """Whether objects may have outlined code, where the target's back end outlines by itself."""
        self._machines: dict[tuple[str, bool], Machine | EngineError] = {}
        self._optnone = self.library.attribute_kind("optnone")

    @property
    def major(self) -> int:
        return self.library.major

    # -- the Engine interface ---------------------------------------------------------------------------------

    def parse(self, data: bytes, name: str = "<module>") -> Module:
        module = self.parse_own(data, name)
        try:
            module.verify()
        except EngineError as error:
            raise InputError(str(error)) from error
        return module

    def parse_own(self, bitcode: bytes, name: str) -> Module:
        """Read what an engine wrote, without verifying: whoever uses the output verifies that."""
        module = Context(self.library).parse(bitcode, name)
        module.machine = self._machine(module)
        return module

    def bitcode(self, module: Module) -> bytes:
        return module.bitcode()

    def text(self, module: Module) -> str:
        return module.text().decode("utf-8", "surrogateescape")

    def clone(self, module: Module) -> Module:
        return module.clone()

    def dispose(self, module: Module) -> None:
        module.dispose()

    def run(self, module: Module, pipeline: str, *, inline_threshold: int | None = None) -> None:
        module.run(pipeline, module.machine, inline_threshold)

    def run_on(self, module: Module, function: str, pipeline: str) -> None:
        found = module.function(function)
        if found is None or found.is_declaration:
            raise EngineError(f"the module does not define {function!r}")
        self._run_group(module, {function}, pipeline) if self._grouped else found.run(pipeline, module.machine)

    def supports(self, pipeline: str) -> bool:
        """True: this LLVM has every pass that it knows by name."""
        return True

    def verify(self, module: Module) -> None:
        module.verify()

    def instructions(self, module: Module) -> dict[str, int]:
        return {f.name: f.instructions() for f in module.functions() if not f.is_declaration}

    def measure(self, module: Module) -> Sizes:
        sizes = measure_object(self.emit(module))
        if not module.has_verbatim_names:
            return sizes
        return sizes.under_ir_names(f.name for f in module.functions() if not f.is_declaration)

    def set_options(self, options: Iterable[str]) -> None:
        """Set LLVM's command line options, each written ``-option=value``, for the whole process."""
        self.library.set_options(options)

    # -- beyond it ----------------------------------------------------------------------------------------------

    @property
    def _grouped(self) -> bool:
        """Whether the other functions must be masked with ``optnone`` to run a list: LLVM before 20."""
        return not self.library.has_run_on_function

    def emit(self, module: Module) -> bytes:
        """The object of a module, which does not change. Raises EngineError if LLVM cannot generate code for it.

        Code generation depends on the order of use lists, which bitcode does not keep. The module therefore goes
        through bitcode first, as it will on its way to the compiler's back end: what is measured is what will be
        emitted, and depends on the module's text alone.
        """
        if module.machine is None:
            raise EngineError(f"this LLVM cannot generate code for {module.triple!r}")
        copy = Context(self.library).parse(module.bitcode(), "emit")
        if self._function_sections and names_sections(module.triple):
            self.separate(copy)
        if not self.outlines:
            for function in copy.functions():
                set_string_attribute(function, NOT_OUTLINED)
        try:
            return module.machine.emit_object(copy)
        finally:
            copy.dispose()

    def assembly(self, module: Module) -> str:
        """The module's assembly. Code generation changes the module: dispose it afterwards."""
        if module.machine is None:
            raise EngineError(f"this LLVM cannot generate code for {module.triple!r}")
        return module.machine.emit_object(module, assembly=True).decode("utf-8", "surrogateescape")

    def run_lists(self, module: Module, lists: Mapping[str, str], step: Step) -> None:
        """Run each function's own list in place; ``step`` is called with the function's name before each.

        Source: LLVMRunPassesOnFunction of llvm-c/Transforms/PassBuilder.h (LLVM >= 20). For older
        versions, functions are grouped by list and the others are masked with ``optnone``: LLVM then skips every
        optional pass on them (llvm/lib/Passes/StandardInstrumentations.cpp).
        """
        if not self._grouped:
            for function in [f for f in module.functions() if not f.is_declaration]:
                pipeline = lists.get(function.name)
                if pipeline:
                    step(function.name)
                    function.run(pipeline, module.machine)
            return
        groups: dict[str, set[str]] = {}
        for name, pipeline in lists.items():
            if pipeline:
                groups.setdefault(pipeline, set()).add(name)
        for pipeline, names in groups.items():
            step(min(names))
            self._run_group(module, names, pipeline)

    def _run_group(self, module: Module, names: Collection[str], pipeline: str) -> None:
        masked: list[Function] = []
        for function in module.functions():
            if not function.is_declaration and function.name not in names and not function.has_attribute(self._optnone):
                function.add_attribute(self._optnone)
                masked.append(function)
        try:
            module.run(f"function({pipeline})", module.machine)
        finally:
            for function in masked:
                function.remove_attribute(self._optnone)

    def leave_only(self, module: Module, names: Collection[str]) -> None:
        """Remove the code of all other functions, except those to which an alias or ifunc refers."""
        kept = pinned(self.library, module.ref)
        for function in list(module.functions()):
            if self.emitted(function) and function.name not in names and function.ref not in kept:
                function.make_available_externally()
        self.run(module, "elim-avail-extern")

    def separate(self, module: Module) -> None:
        """Give every function without a section one of its own, as ``-ffunction-sections`` does. ELF only."""
        for index, function in enumerate(module.functions()):
            if self.emitted(function) and not function.section:
                function.set_section(f".text.{index}")

    def emitted(self, function: Function) -> bool:
        """Whether code is emitted for a function."""
        return not function.is_declaration and function.linkage != LINKAGE_AVAILABLE_EXTERNALLY

    def _machine(self, module: Module) -> Machine | None:
        """The target machine for a module; None if this LLVM has no code generator for its target."""
        triple = module.triple
        if not triple:
            return None
        key = (triple, bool(module.flag("PIC Level")))
        if key not in self._machines:
            try:
                self._machines[key] = Machine(self.library, *key)
            except EngineError as error:
                self._machines[key] = error
        machine = self._machines[key]
        return machine if isinstance(machine, Machine) else None
