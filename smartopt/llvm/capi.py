"""ctypes bindings to the toolchain's own libLLVM: the only file of the project that imports ctypes.

One small class owns each kind of foreign pointer (`Context`, `Module`, `Machine`), strings that LLVM returns are
copied and disposed at once, and LLVM's own messages are kept. Nothing here is thread-safe: a context belongs to one
thread, and each worker is a process of its own.

A fatal error inside LLVM ends the *process* (exit status 1, SIGABRT or SIGSEGV), so use a `Library` only in a
child process that may die (``worker.process``). Sources: the headers of llvm-c/ of LLVM 17 to 22.
"""

from __future__ import annotations

import ctypes as c
from collections.abc import Iterable, Iterator

from ..annotations import Any
from ..errors import EngineError, InputError, ToolchainError
from ..ir.names import VERBATIM
from .callsites import CallSites
from .messages import first_line
from .queries import has_labels, instructions
from .signatures import FUNCTION_INDEX, LINKAGE_AVAILABLE_EXTERNALLY, ROWS, TARGETS

__all__ = ["Context", "Function", "Library", "Machine", "Module", "die_with_parent"]

P, S, U, Z = c.c_void_p, c.c_char_p, c.c_uint, c.c_size_t
_TYPES: dict[str, Any] = {
    "p": P, "s": S, "u": U, "i": c.c_int, "z": Z, "q": c.c_ulonglong, "-": None,
    "*p": c.POINTER(P), "*s": c.POINTER(S), "*u": c.POINTER(U), "*z": c.POINTER(Z),
}  # fmt: skip

_CODEGEN_DEFAULT, _RELOC_STATIC, _RELOC_PIC, _CODE_MODEL_DEFAULT, _OBJECT_FILE = 2, 1, 2, 0, 1
_DIAGNOSTIC = c.CFUNCTYPE(None, P, P)


class Library:
    """One loaded libLLVM; raises ToolchainError if the file is not a libLLVM or is too old.

    The functions of ``signatures.ROWS`` are attributes of it.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            self._dll = c.CDLL(path)
            for row in ROWS.split("\n"):
                if row:
                    self._declare(row)
        except (OSError, AttributeError) as error:
            raise ToolchainError(
                f"cannot use {path!r} as libLLVM ({error}); install llvm-22 or name another with --llvm"
            ) from error
        major, minor, patch = U(), U(), U()
        self._dll.LLVMGetVersion(c.byref(major), c.byref(minor), c.byref(patch))
        self.version = f"{major.value}.{minor.value}.{patch.value}"
        self.major = int(major.value)
        self.has_run_on_function = hasattr(self._dll, "LLVMRunPassesOnFunction")
        self._targets_ready = False
        self._attribute_kinds: dict[str, int] = {}

    def _declare(self, row: str) -> None:
        name, result, *arguments = row.split(" ")
        if name.startswith("?") and not hasattr(self._dll, name[1:]):
            return
        name = name.lstrip("?")
        function = getattr(self._dll, name)
        function.restype = _TYPES[result]
        function.argtypes = [] if arguments == ["-"] else [_TYPES[letter] for letter in arguments]

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._dll, name)
        setattr(self, name, function)  # found without __getattr__ from now on
        return function

    def initialise_targets(self) -> None:
        """Register every code generator that this libLLVM was built with; the second call does nothing."""
        if self._targets_ready:
            return
        for target in TARGETS:
            for part in ("TargetInfo", "Target", "TargetMC", "AsmParser", "AsmPrinter"):
                initialise = getattr(self._dll, f"LLVMInitialize{target}{part}", None)
                if initialise is not None:
                    initialise()
        self._targets_ready = True

    def set_options(self, options: Iterable[str]) -> None:
        """Set LLVM's command line options for the whole process; the last value of each counts."""
        given = [b"smartopt", *(option.encode() for option in options)]
        self._dll.LLVMParseCommandLineOptions(len(given), (S * len(given))(*given), None)

    def take_message(self, pointer: int | None) -> str:
        """Copy and dispose a ``char *`` that LLVM returned."""
        return self.take_bytes(pointer).decode("utf-8", "replace")

    def take_bytes(self, pointer: int | None) -> bytes:
        """:meth:`take_message` as bytes."""
        if not pointer:
            return b""
        text = c.cast(pointer, S).value or b""
        self._dll.LLVMDisposeMessage(pointer)
        return text

    def take_buffer(self, buffer: int) -> bytes:
        """Copy and dispose an LLVMMemoryBufferRef."""
        data = c.string_at(self._dll.LLVMGetBufferStart(buffer), self._dll.LLVMGetBufferSize(buffer))
        self._dll.LLVMDisposeMemoryBuffer(buffer)
        return data

    def check(self, error: int | None, what: str) -> None:
        """Raise EngineError if an LLVMErrorRef holds an error; ``what`` names what LLVM was asked to do."""
        if error:
            pointer = self._dll.LLVMGetErrorMessage(error)
            text = (c.cast(pointer, S).value or b"").decode("utf-8", "replace")
            self._dll.LLVMDisposeErrorMessage(pointer)
            raise EngineError(f"LLVM refused {what}: {first_line(text)}", text)

    def string_value(self, attribute: int | None) -> str | None:
        """The value of a string attribute."""
        if not attribute:
            return None
        length = U()
        pointer = self._dll.LLVMGetStringAttributeValue(attribute, c.byref(length))
        return c.string_at(pointer, length.value).decode("utf-8", "replace")

    def metadata_text(self, context: int, text: str) -> int:
        """A metadata node that holds one string, as a value."""
        raw = text.encode()
        string = P(self._dll.LLVMMDStringInContext2(context, raw, len(raw)))
        return int(self._dll.LLVMMetadataAsValue(context, self._dll.LLVMMDNodeInContext2(context, c.byref(string), 1)))

    def text_of_metadata(self, node: int) -> str:
        """The string that a node made by :meth:`metadata_text` holds."""
        string, length = P(), U()
        self._dll.LLVMGetMDNodeOperands(node, c.byref(string))
        pointer = self._dll.LLVMGetMDString(string, c.byref(length))
        return c.string_at(pointer, length.value).decode()

    def value_name(self, value: int) -> str:
        length = Z()
        pointer = self._dll.LLVMGetValueName2(value, c.byref(length))
        return c.string_at(pointer, length.value).decode("utf-8", "surrogateescape")

    def module_asm(self, module: int) -> bytes:
        length = Z()
        pointer = self._dll.LLVMGetModuleInlineAsm(module, c.byref(length))
        return c.string_at(pointer, length.value) if length.value else b""

    def attribute_kind(self, name: str) -> int:
        """The number of an enum attribute; 0 where this LLVM has none of that name."""
        kind = self._attribute_kinds.get(name)
        if kind is None:
            raw = name.encode()
            kind = self._attribute_kinds[name] = int(self._dll.LLVMGetEnumAttributeKindForName(raw, len(raw)))
        return kind


class Context:
    """An LLVMContext that collects diagnostics instead of printing them; lives as long as its modules.

    One context holds one parsed module and most of its clones: LLVM renames the struct types of a second module that
    uses the same names, so the output would depend on what had been parsed before.
    """

    ref: int = 0

    def __init__(self, library: Library) -> None:
        self.library = library
        self.ref = library.LLVMContextCreate()
        self.diagnostics: list[str] = []
        diagnostics = self.diagnostics  # the handler must not hold the context itself: a cycle would outlive it

        def handler(info: int, _: int) -> None:
            text = library.take_message(library.LLVMGetDiagInfoDescription(info))
            if library.LLVMGetDiagInfoSeverity(info) == 0:
                diagnostics.append(text)

        self.sites = CallSites(library, self.ref)
        self._handler = _DIAGNOSTIC(handler)  # kept alive as long as the context
        library.LLVMContextSetDiagnosticHandler(self.ref, c.cast(self._handler, P), None)

    def parse(self, data: bytes, name: str) -> Module:
        """Read bitcode or text. Raises InputError with LLVM's message."""
        lib = self.library
        buffer = lib.LLVMCreateMemoryBufferWithMemoryRangeCopy(data, len(data), name.encode("utf-8", "surrogateescape"))
        module, message = P(), P()
        self.diagnostics.clear()
        failed = lib.LLVMParseIRInContext(self.ref, buffer, c.byref(module), c.byref(message))
        text = lib.take_message(message.value)
        if failed or not module.value:
            raise InputError(first_line(text) or "; ".join(self.diagnostics) or "not LLVM IR")
        return Module(self, int(module.value))

    def __del__(self) -> None:
        # The last module that refers to the context is gone (LLVM deletes one that was not disposed).
        if self.ref:
            self.library.LLVMContextDispose(self.ref)
            self.ref = 0


class Module:
    """An LLVMModuleRef, owned here."""

    def __init__(self, context: Context, ref: int) -> None:
        self.context = context
        self.library = context.library
        self.ref = ref
        self.machine: Machine | None = None
        self._labels: bool | None = None
        self._verbatim: bool | None = None

    def dispose(self) -> None:
        if self.ref:
            self.library.LLVMDisposeModule(self.ref)
            self.ref = 0

    def clone(self) -> Module:
        """An independent copy.

        LLVM 19's LLVMCloneModule makes the copy's block addresses point into the original (LLVM issues 47769, 55991),
        and LLVM 22's crashes on addresses of blocks in later functions. A module with block addresses is therefore
        written as bitcode and read again, in its own context.
        """
        if self.takes_labels:
            copy = Context(self.library).parse(self.bitcode(), self.name)
        else:
            copy = Module(self.context, self.library.LLVMCloneModule(self.ref))
        copy.machine, copy._labels, copy._verbatim = self.machine, self._labels, self._verbatim
        return copy

    @property
    def name(self) -> str:
        """The name that the module was read under."""
        length = Z()
        pointer = self.library.LLVMGetModuleIdentifier(self.ref, c.byref(length))
        return c.string_at(pointer, length.value).decode("utf-8", "surrogateescape")

    @property
    def takes_labels(self) -> bool:
        """Whether the address of a block is taken, or was when first asked: no pass takes the first one of a module."""
        if self._labels is None:
            self._labels = any(has_labels(self.library, f.ref) for f in self.functions())
        return self._labels

    @property
    def has_verbatim_names(self) -> bool:
        """Whether the name of a function begins with ``ir.names.VERBATIM``; passes make such names only from such."""
        if self._verbatim is None:
            self._verbatim = any(f.name.startswith(VERBATIM) for f in self.functions() if not f.is_declaration)
        return self._verbatim

    def verify(self) -> None:
        """Raise EngineError with LLVM's message if the module is broken."""
        message = P()
        broken = self.library.LLVMVerifyModule(self.ref, 2, c.byref(message))
        text = self.library.take_message(message.value)
        if broken:
            raise EngineError(f"LLVM's verifier refuses the module: {first_line(text)}", text)

    def bitcode(self) -> bytes:
        return self.library.take_buffer(self.library.LLVMWriteBitcodeToMemoryBuffer(self.ref))

    def text(self) -> bytes:
        return self.library.take_bytes(self.library.LLVMPrintModuleToString(self.ref))

    def strip_debug(self) -> bool:
        """Remove debug information; whether there was any."""
        return bool(self.library.LLVMStripModuleDebugInfo(self.ref))

    @property
    def triple(self) -> str:
        return (self.library.LLVMGetTarget(self.ref) or b"").decode()

    def flag(self, name: str) -> int | None:
        """The value of an integer module flag, or None."""
        lib = self.library
        raw = name.encode()
        metadata = lib.LLVMGetModuleFlag(self.ref, raw, len(raw))
        if not metadata:
            return None
        # A constant wrapped as metadata, wrapped as a value, shows the constant as its operand 0.
        value = lib.LLVMGetOperand(lib.LLVMMetadataAsValue(self.context.ref, metadata), 0)
        return int(lib.LLVMConstIntGetZExtValue(value)) if value and lib.LLVMIsAConstantInt(value) else None

    def flags(self) -> dict[str, str]:
        """Every module flag: its key -> its behaviour and printed value."""
        lib = self.library
        count = Z()
        entries = lib.LLVMCopyModuleFlagsMetadata(self.ref, c.byref(count))
        found = {}
        for index in range(count.value):
            length = Z()
            key = c.string_at(lib.LLVMModuleFlagEntriesGetKey(entries, index, c.byref(length)), length.value)
            metadata = lib.LLVMModuleFlagEntriesGetMetadata(entries, index)
            value = lib.take_message(lib.LLVMPrintValueToString(lib.LLVMMetadataAsValue(self.context.ref, metadata)))
            behaviour = lib.LLVMModuleFlagEntriesGetFlagBehavior(entries, index)
            found[key.decode("utf-8", "replace")] = f"{behaviour} {value}"
        lib.LLVMDisposeModuleFlagsMetadata(entries)
        return found

    def functions(self) -> Iterator[Function]:
        """Every function, declarations too, in module order."""
        ref = self.library.LLVMGetFirstFunction(self.ref)
        while ref:
            following = self.library.LLVMGetNextFunction(ref)
            yield Function(self, ref)
            ref = following

    def function(self, name: str) -> Function | None:
        ref = self.library.LLVMGetNamedFunction(self.ref, name.encode("utf-8", "surrogateescape"))
        return Function(self, ref) if ref else None

    def run(self, pipeline: str, machine: Machine | None, inline_threshold: int | None = None) -> None:
        """Run a module pipeline in place. Raises EngineError if LLVM refuses it."""
        lib = self.library
        options = _pass_options(lib, inline_threshold)
        try:
            error = lib.LLVMRunPasses(self.ref, pipeline.encode(), machine.ref if machine else None, options)
        finally:
            lib.LLVMDisposePassBuilderOptions(options)
        lib.check(error, f"the pipeline {pipeline!r}")


class Function:
    """A borrowed view of a function; valid while its module is and the function is not erased."""

    __slots__ = ("library", "module", "ref")

    def __init__(self, module: Module, ref: int) -> None:
        self.module = module
        self.library = module.library
        self.ref = ref

    @property
    def name(self) -> str:
        return self.library.value_name(self.ref)

    @property
    def is_declaration(self) -> bool:
        return bool(self.library.LLVMIsDeclaration(self.ref))

    @property
    def linkage(self) -> int:
        return int(self.library.LLVMGetLinkage(self.ref))

    def make_available_externally(self) -> None:
        """Keep the body for analyses but emit no code for it; for copies that are only measured."""
        self.library.LLVMSetComdat(self.ref, None)
        self.library.LLVMSetLinkage(self.ref, LINKAGE_AVAILABLE_EXTERNALLY)

    @property
    def section(self) -> bytes:
        return self.library.LLVMGetSection(self.ref) or b""

    def set_section(self, name: str) -> None:
        self.library.LLVMSetSection(self.ref, name.encode("utf-8", "surrogateescape"))

    def is_sound(self) -> bool:
        """Whether LLVM's verifier accepts this function."""
        return not self.library.LLVMVerifyFunction(self.ref, 2)

    def has_attribute(self, kind: int) -> bool:
        return bool(self.library.LLVMGetEnumAttributeAtIndex(self.ref, FUNCTION_INDEX, kind))

    def add_attribute(self, kind: int) -> None:
        attribute = self.library.LLVMCreateEnumAttribute(self.module.context.ref, kind, 0)
        self.library.LLVMAddAttributeAtIndex(self.ref, FUNCTION_INDEX, attribute)

    def remove_attribute(self, kind: int) -> None:
        self.library.LLVMRemoveEnumAttributeAtIndex(self.ref, FUNCTION_INDEX, kind)

    def string_attribute(self, key: str) -> str | None:
        raw = key.encode()
        return self.library.string_value(
            self.library.LLVMGetStringAttributeAtIndex(self.ref, FUNCTION_INDEX, raw, len(raw))
        )

    def attribute_set(self) -> tuple[int, ...]:
        """The function's attributes. Equal sets compare equal: a context holds each attribute once."""
        found = (P * self.library.LLVMGetAttributeCountAtIndex(self.ref, FUNCTION_INDEX))()
        self.library.LLVMGetAttributesAtIndex(self.ref, FUNCTION_INDEX, found)
        return tuple(found)

    def string_attributes(self) -> dict[str, str]:
        """Every string attribute of the function, by key."""
        lib, length = self.library, U()
        texts = filter(lib.LLVMIsStringAttribute, self.attribute_set())
        keys = (lib.LLVMGetStringAttributeKind(text, c.byref(length)) for text in texts)
        names = [c.string_at(key, length.value).decode("utf-8", "replace") for key in keys]
        return {name: self.string_attribute(name) or "" for name in names}

    def instructions(self) -> int:
        return instructions(self.library, self.ref)

    def run(self, pipeline: str, machine: Machine | None) -> None:
        """Run a function pipeline in place. Raises EngineError if LLVM refuses it."""
        lib = self.library
        options = _pass_options(lib, None)
        try:
            error = lib.LLVMRunPassesOnFunction(self.ref, pipeline.encode(), machine.ref if machine else None, options)
        finally:
            lib.LLVMDisposePassBuilderOptions(options)
        lib.check(error, f"the pass list {pipeline!r}")

    def direct_calls(self) -> Iterator[int]:
        """The call and invoke instructions whose callee is this function."""
        lib, callee = self.library, self.ref
        following, user_of, called = lib.LLVMGetNextUse, lib.LLVMGetUser, lib.LLVMGetCalledValue
        is_call, is_invoke = lib.LLVMIsACallInst, lib.LLVMIsAInvokeInst
        use = lib.LLVMGetFirstUse(callee)
        while use:
            user = user_of(use)
            use = following(use)
            if (is_call(user) or is_invoke(user)) and called(user) == callee:
                yield user


class Machine:
    """An LLVMTargetMachine for a target triple and relocation model. Raises EngineError if LLVM has none for it."""

    def __init__(self, library: Library, triple: str, pic: bool) -> None:
        library.initialise_targets()
        target, message = P(), P()
        if library.LLVMGetTargetFromTriple(triple.encode(), c.byref(target), c.byref(message)):
            text = library.take_message(message.value)
            raise EngineError(f"this LLVM cannot generate code for {triple!r}: {first_line(text)}", text)
        self.library = library
        create, relocations = library.LLVMCreateTargetMachine, _RELOC_PIC if pic else _RELOC_STATIC
        self.ref: int = create(target, triple.encode(), b"", b"", _CODEGEN_DEFAULT, relocations, _CODE_MODEL_DEFAULT)
        if not self.ref:
            raise EngineError(f"this LLVM cannot make a target machine for {triple!r}")
        self._layout: int = library.LLVMCreateTargetDataLayout(self.ref)

    def size_of(self, type_ref: int) -> int:
        """Bytes of a type in memory."""
        return int(self.library.LLVMABISizeOfType(self._layout, type_ref))

    def emit_object(self, module: Module, assembly: bool = False) -> bytes:
        """A module's object file, or its assembly. Code generation changes the module, so pass a clone."""
        lib = self.library
        message, buffer = P(), P()
        module.context.diagnostics.clear()
        emit = lib.LLVMTargetMachineEmitToMemoryBuffer
        failed = emit(self.ref, module.ref, _OBJECT_FILE - assembly, c.byref(message), c.byref(buffer))
        text = lib.take_message(message.value)
        if failed:
            raise EngineError(f"LLVM cannot emit an object: {first_line(text)}", text)
        if module.context.diagnostics:
            lib.LLVMDisposeMemoryBuffer(buffer)
            raise EngineError(f"LLVM cannot emit an object: {first_line(module.context.diagnostics[0])}")
        return lib.take_buffer(int(buffer.value or 0))


def _pass_options(library: Library, inline_threshold: int | None) -> int:
    options: int = library.LLVMCreatePassBuilderOptions()
    if inline_threshold is not None:
        library.LLVMPassBuilderOptionsSetInlinerThreshold(options, inline_threshold)
    return options


def die_with_parent() -> None:
    """Let the system kill this process when its parent ends, if it can (prctl(2), PR_SET_PDEATHSIG)."""
    if hasattr(libc := c.CDLL(None), "prctl"):
        libc.prctl(1, 9, 0, 0, 0)
