"""The embedded engine: the LLVM inside llvmlite, used if no toolchain is installed.

llvmlite 0.50 offers single passes without options and the default pipelines by speed level, nothing by
name, so ``supports`` tells which pipelines can run. Each text below was compared with LLVM 22's own opt and
gives the same IR. llvmlite has no size levels: ``default<Oz>`` and ``function-simplification<Oz>`` run as level
2 without vectorizers, which equals -Oz for functions with ``minsize`` (IR of ``clang -Oz``) and comes close to
it for others. ``loop(a,b)`` is not ``loop(a),loop(b)``, so a loop adaptor may hold only one pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from ..annotations import Any
from ..errors import EngineError, InputError, PipelineError
from ..objfile.measure import measure_object
from ..objfile.sizes import Sizes
from ..passes.pipeline import Node, parse
from .printed_ir import count_instructions, defined_functions, is_pic, optnone_functions, triple, verbatim_functions

__all__ = ["LlvmliteEngine", "LlvmliteModule"]

_FUNCTION_PASSES = {
    "adce": "aggressive_dce",
    "aggressive-instcombine": "aggressive_instcombine",
    "break-crit-edges": "break_critical_edges",
    "dce": "dead_code_elimination",
    "dse": "dead_store_elimination",
    "instcombine<no-verify-fixpoint>": "instruction_combine",
    "jump-threading": "jump_threading",
    "lcssa": "lcssa",
    "loop(loop-deletion)": "loop_deletion",
    "loop(loop-reduce)": "loop_strength_reduce",
    "loop(loop-rotate)": "loop_rotate",
    "loop-mssa(loop-rotate)": "loop_rotate",
    "loop-simplify": "loop_simplify",
    "loop-unroll<O2>": "loop_unroll",
    "lower-switch": "lower_switch",
    "memcpyopt": "mem_copy_opt",
    "reassociate": "reassociate",
    "reg2mem": "register_to_memory",
    "sccp": "sccp",
    "simplifycfg": "simplify_cfg",
    "sroa": "sroa",
    "sroa<modify-cfg>": "sroa",
    "tailcallelim": "tail_call_elimination",
}
"""Our text -> llvmlite's ``add_..._pass``."""
_MODULE_PASSES = {
    "always-inline": "always_inliner",
    "cgscc(argpromotion)": "argument_promotion",
    "cgscc(function-attrs)": "post_order_function_attributes",
    "constmerge": "constant_merge",
    "deadargelim": "dead_arg_elimination",
    "globaldce": "global_dead_code_eliminate",
    "globalopt": "global_opt",
    "ipsccp": "ipsccp",
    "rpo-function-attrs": "rpo_function_attrs",
}
# Level -> (llvmlite's speed level, whether vectorizers run).
_LEVELS = {"O1": (1, False), "O2": (2, True), "O3": (3, True), "Os": (2, True), "Oz": (2, False)}
_DEFAULTS = {f"default<{name}>": level for name, level in _LEVELS.items()}
_SIMPLIFICATIONS = {f"function-simplification<{name}>": level for name, level in _LEVELS.items()}
_BITCODE = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")

_STRAY = re.compile("[\udc80-\udcff]")

_Action = Callable[[Any], None]


class LlvmliteModule:
    """A module as the llvmlite engine holds it.

    Attributes:
        ref: llvmlite's ModuleRef.
        machine_key: target triple, and whether the code is position-independent.
        takes_labels: whether the address of a block is taken; no pass takes one where none was taken.
        has_verbatim_names: whether the name of a function begins with ``ir.names.VERBATIM``; passes make such names
            only from such names.
    """

    def __init__(
        self, ref: Any, machine_key: tuple[str, bool], takes_labels: bool, has_verbatim_names: bool = False
    ) -> None:
        self.ref = ref
        self.machine_key = machine_key
        self.takes_labels = takes_labels
        self.has_verbatim_names = has_verbatim_names


class LlvmliteEngine:
    """llvmlite's LLVM in this process. Use it only in a child process that may die, like libllvm."""

    name = "llvmlite"
    has_all_passes = False

    def __init__(self) -> None:
        import llvmlite.binding as binding

        self._binding: Any = binding
        binding.initialize_all_targets()
        binding.initialize_all_asmprinters()
        # llvmlite offers no other assembler, so inline assembly of other targets cannot be measured.
        binding.initialize_native_asmparser()
        self._machines: dict[tuple[str, bool], Any] = {}
        self.version = ".".join(map(str, binding.llvm_version_info))

    @property
    def major(self) -> int:
        return int(self._binding.llvm_version_info[0])

    # -- what can run ----------------------------------------------------------------------------------------

    def supported_passes(self) -> frozenset[str]:
        """The texts that may stand in a pipeline, with their adaptors (``loop(loop-rotate)``)."""
        return frozenset((*_FUNCTION_PASSES, *_MODULE_PASSES, *_DEFAULTS, *_SIMPLIFICATIONS))

    def supports(self, pipeline: str) -> bool:
        """Whether this engine can run every part of a module or function pipeline."""
        try:
            return all(self._known(node) for node in parse(pipeline))
        except PipelineError:
            return False

    def _known(self, node: Node) -> bool:
        if node.name == "function" and node.children is not None:
            return all(str(child) in _FUNCTION_PASSES or str(child) in _SIMPLIFICATIONS for child in node.children)
        return str(node) in self.supported_passes()

    # -- the Engine interface --------------------------------------------------------------------------------

    def parse(self, data: bytes, name: str = "<module>") -> LlvmliteModule:
        # Each module gets its own context: in a shared one, types with equal names would be renamed.
        context = self._binding.create_context()
        try:
            if data.startswith(_BITCODE):
                ref = self._binding.parse_bitcode(data, context)
            else:
                if b"\0" in data:  # llvmlite would ignore what follows it
                    raise InputError("a NUL byte in the text; LLVM IR writes it as \\00")
                # Bytes that are not UTF-8 occur only in comments and strings, where \\XX means the same.
                text = data.decode("utf-8", "surrogateescape")
                text = _STRAY.sub(lambda found: f"\\{ord(found[0]) & 0xFF:02X}", text)
                ref = self._binding.parse_assembly(text, context)
            # Never freed: the garbage collector might free a context before its modules.
            context.detach()
            ref.name = name
            ref.verify()
        except RuntimeError as error:
            raise InputError(_first_error(str(error)).replace("<string>", name) or "not LLVM IR") from error
        text = str(ref)
        names = bool(verbatim_functions(text))
        return LlvmliteModule(ref, (triple(text) or "", is_pic(text)), "blockaddress(" in text, names)

    def bitcode(self, module: LlvmliteModule) -> bytes:
        return bytes(module.ref.as_bitcode())

    def text(self, module: LlvmliteModule) -> str:
        return str(module.ref)

    def clone(self, module: LlvmliteModule) -> LlvmliteModule:
        if module.takes_labels:  # LLVM's own copying is wrong there (``capi.Module.clone``)
            return self.parse(self.bitcode(module), module.ref.name)
        return LlvmliteModule(module.ref.clone(), module.machine_key, False, module.has_verbatim_names)

    def dispose(self, module: LlvmliteModule) -> None:
        module.ref.close()

    def run(self, module: LlvmliteModule, pipeline: str, *, inline_threshold: int | None = None) -> None:
        for node in self._checked(pipeline):
            text = str(node)
            if text in _DEFAULTS:
                builder = self._builder(module, *_DEFAULTS[text], inline_threshold)
                builder.getModulePassManager().run(module.ref, builder)
            elif text in _MODULE_PASSES:
                manager = self._binding.create_new_module_pass_manager()
                getattr(manager, f"add_{_MODULE_PASSES[text]}_pass")()
                manager.run(module.ref, self._builder(module))
            else:
                children = node.children if node.name == "function" and node.children else (node,)
                printed = str(module.ref)
                skipped = optnone_functions(printed)
                functions = self._functions(module, printed)
                self._run_functions(module, [f for name, f in functions.items() if name not in skipped], children)

    def run_on(self, module: LlvmliteModule, function: str, pipeline: str) -> None:
        nodes = self._checked(pipeline)
        printed = str(module.ref)
        functions = self._functions(module, printed)
        if function not in functions:
            raise EngineError(f"the module does not define {function!r}")
        if any(str(node) in _MODULE_PASSES or str(node) in _DEFAULTS for node in nodes):
            raise EngineError(f"LLVM refused the pass list {pipeline!r}: it has a module pass")
        if function not in optnone_functions(printed):
            self._run_functions(module, [functions[function]], nodes)

    def run_lists(self, module: LlvmliteModule, lists: Mapping[str, str], step: Callable[[str], None]) -> None:
        """Run each function's own list in place; ``step`` is called with the function's name before each."""
        for name, pipeline in lists.items():
            step(name)
            self.run_on(module, name, pipeline)

    def verify(self, module: LlvmliteModule) -> None:
        try:
            module.ref.verify()
        except RuntimeError as error:
            raise EngineError(f"LLVM's verifier refuses the module: {_first_error(str(error))}") from error

    def instructions(self, module: LlvmliteModule) -> dict[str, int]:
        return count_instructions(str(module.ref))

    def measure(self, module: LlvmliteModule) -> Sizes:
        machine = self._machine(module)
        copy = self.clone(module)  # code generation changes the module
        try:
            sizes = measure_object(machine.emit_object(copy.ref))
            names = verbatim_functions(str(module.ref)) if module.has_verbatim_names else []
            return sizes.under_ir_names(names) if names else sizes
        except RuntimeError as error:
            raise EngineError(f"LLVM cannot emit an object: {_first_error(str(error))}") from error
        finally:
            self.dispose(copy)

    # -- beneath it ------------------------------------------------------------------------------------------

    def _checked(self, pipeline: str) -> list[Node]:
        nodes = list(parse(pipeline))
        for node in nodes:
            if not self._known(node):
                raise EngineError(f"llvmlite has no pass {str(node)!r}; use --engine libllvm or opt")
        return nodes

    def _functions(self, module: LlvmliteModule, printed: str) -> dict[str, Any]:
        """The defined functions by name, found by their order: llvmlite can be asked only for names in UTF-8."""
        defined = (function for function in module.ref.functions if not function.is_declaration)
        return dict(zip(defined_functions(printed), defined, strict=True))

    def _run_functions(self, module: LlvmliteModule, functions: Iterable[Any], nodes: Iterable[Node]) -> None:
        actions = [*self._actions(module, nodes)]
        for function in functions:
            for action in actions:
                action(function)

    def _actions(self, module: LlvmliteModule, nodes: Iterable[Node]) -> Iterator[_Action]:
        for node in nodes:
            if node.name == "function" and node.children is not None:
                yield from self._actions(module, node.children)
                continue
            text = str(node)
            if text in _SIMPLIFICATIONS:
                builder = self._builder(module, *_SIMPLIFICATIONS[text])
                manager = builder.getFunctionPassManager()
            else:
                builder = self._builder(module)
                manager = self._binding.create_new_function_pass_manager()
                getattr(manager, f"add_{_FUNCTION_PASSES[text]}_pass")()

            def action(function: Any, manager: Any = manager, builder: Any = builder) -> None:
                manager.run(function, builder)

            yield action

    def _builder(
        self,
        module: LlvmliteModule,
        speed: int = 2,
        vectorize: bool = True,
        inline_threshold: int | None = None,
    ) -> Any:
        tuning = self._binding.create_pipeline_tuning_options(speed)
        tuning.loop_interleaving = tuning.loop_vectorization = tuning.slp_vectorization = vectorize
        if inline_threshold is not None:
            if not 0 <= inline_threshold <= 255:  # llvmlite keeps only its lowest byte
                raise EngineError(f"llvmlite cannot express the inline threshold {inline_threshold}; use 0 to 255")
            tuning.inlining_threshold = inline_threshold
        try:
            machine = self._machine(module)
        except EngineError:  # passes only ask a machine what code costs, so any will do
            machine = self._machine_for(self._binding.get_process_triple(), False)
        return self._binding.create_pass_builder(machine, tuning)

    def _machine(self, module: LlvmliteModule) -> Any:
        return self._machine_for(module.machine_key[0] or self._binding.get_process_triple(), module.machine_key[1])

    def _machine_for(self, name: str, pic: bool) -> Any:
        key = name, pic
        if key not in self._machines:
            try:
                target = self._binding.Target.from_triple(name)
            except RuntimeError as error:
                raise EngineError(f"llvmlite cannot generate code for {name!r}: {error}") from error
            self._machines[key] = target.create_target_machine(
                opt=2, reloc="pic" if pic else "static", codemodel="default"
            )
        return self._machines[key]


def _first_error(message: str) -> str:
    """The first line of LLVM's message that reports the error."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    chosen = next((line for line in lines if "error:" in line), "")
    return chosen or next((line for line in lines if not line.startswith("LLVM IR parsing error")), "")
