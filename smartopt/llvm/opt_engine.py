"""The engine that runs the real ``opt``: it audits libllvm, and serves toolchains without a shared libLLVM.

A module is its bitcode. Every operation starts ``opt`` once or twice (about 20 ms each), so this engine suits
checks and small modules, not thousands of trials. To run a pass list on one function, it masks all others: the
pass ``forceattrs`` (llvm/lib/Transforms/IPO/ForceFunctionAttrs.cpp) gives them ``optnone``, so LLVM skips every
optional pass on them (llvm/lib/Passes/StandardInstrumentations.cpp), and removes it afterwards. opt writes
use-list orders into bitcode, so nothing is lost between two calls.

Measuring uses ``clang -x ir -disable-llvm-passes``, which generates code as the user's compile does. Without
clang, ``llc -filetype=obj`` measures (it never makes an output); it knows only the flags in the module.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence

from ..errors import EngineError, InputError, ToolchainError, WorkerError
from ..objfile.measure import measure_object
from ..objfile.sizes import Sizes
from ..records import dataclass, field
from .printed_ir import count_instructions, defined_functions, is_pic, optnone_functions, triple, verbatim_functions
from .toolchain import Toolchain

__all__ = ["BitcodeModule", "Completed", "OptEngine", "Runner"]

_MAX_ARGUMENTS = 100_000
_SMALLEST_THRESHOLD_OF_LLVM = 5
"""OptMinSizeThreshold of llvm/Analysis/InlineCost.h."""


@dataclass(frozen=True)
class Completed:
    """How a subprocess ended: exit status (negative: the signal), what it wrote."""

    status: int
    output: bytes
    message: str


Runner = Callable[[Sequence[str], bytes, float], Completed]
"""(arguments, standard input, seconds) -> how it ended. Raises TimeoutError."""


def run_process(arguments: Sequence[str], data: bytes, seconds: float) -> Completed:
    """Start a tool and wait for its end. Raises TimeoutError, OSError."""
    try:
        done = subprocess.run(arguments, input=data, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    return Completed(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


@dataclass
class BitcodeModule:
    """A module as the opt engine holds it."""

    data: bytes
    name: str = "<module>"
    text: str | None = field(default=None, repr=False)
    """The printed IR, once asked for."""
    pic: bool | None = None
    """Whether the code is position-independent, once asked for; no pass changes that."""


class OptEngine:
    """The real ``opt``. Raises ToolchainError if the toolchain has none."""

    name = "opt"
    has_all_passes = True

    def __init__(self, toolchain: Toolchain, *, runner: Runner = run_process, seconds: float = 600.0) -> None:
        if toolchain.opt is None:
            raise ToolchainError(
                f"{toolchain.source} has no opt; install llvm-{toolchain.major} or pass --llvm DIR of another"
            )
        self.version = toolchain.version
        self._toolchain = toolchain
        self._opt = toolchain.opt
        self._runner = runner
        self._seconds = seconds

    @property
    def major(self) -> int:
        return self._toolchain.major

    # -- the Engine interface --------------------------------------------------------------------------------

    def parse(self, data: bytes, name: str = "<module>") -> BitcodeModule:
        try:
            return BitcodeModule(self._run(["-passes=verify"], data, "to read the module"), name)
        except WorkerError:
            raise
        except EngineError as error:
            raise InputError(_first_error(error.detail).replace("<stdin>", name) or "not LLVM IR") from error

    def bitcode(self, module: BitcodeModule) -> bytes:
        return module.data

    def text(self, module: BitcodeModule) -> str:
        if module.text is None:
            output = self._run(["-S", "-passes=no-op-module", "--disable-verify"], module.data, "to print")
            text = output.decode("utf-8", "surrogateescape")
            module.text = text.replace("'<stdin>'", f"'{module.name}'", 1)
        return module.text

    def clone(self, module: BitcodeModule) -> BitcodeModule:
        return BitcodeModule(module.data, module.name, module.text, module.pic)

    def dispose(self, module: BitcodeModule) -> None:
        module.data, module.text = b"", None

    def run(self, module: BitcodeModule, pipeline: str, *, inline_threshold: int | None = None) -> None:
        arguments = [f"-passes={pipeline}", "--disable-verify", self._relocation_model(module)]
        if inline_threshold is not None:
            # The flag replaces LLVM's limit for minsize functions too; up to that limit the two agree.
            if inline_threshold > _SMALLEST_THRESHOLD_OF_LLVM:
                raise EngineError(f"opt cannot express the inline threshold {inline_threshold}; use 5 or less")
            arguments.append(f"-inline-threshold={inline_threshold}")
        module.data = self._run(arguments, module.data, f"the pipeline {pipeline!r}")
        module.text = None

    def run_on(self, module: BitcodeModule, function: str, pipeline: str) -> None:
        self.run_lists(module, {function: pipeline}, lambda _: None)

    def run_lists(self, module: BitcodeModule, lists: Mapping[str, str], step: Callable[[str], None]) -> None:
        """Run each function's own list in place; functions with the same list share one call of opt, without steps."""
        defined, optnone = defined_functions(self.text(module)), optnone_functions(self.text(module))
        for name in lists:
            if name not in defined:
                raise EngineError(f"the module does not define {name!r}")
        # The verifier would refuse a module with masked functions, and reading debug information runs it.
        fixed = ["--disable-verify", "-disable-auto-upgrade-debug-info", self._relocation_model(module)]
        groups: dict[str, set[str]] = {}
        for name, pipeline in lists.items():
            groups.setdefault(pipeline, set()).add(name)
        maskable = [name for name in defined if name not in optnone]
        data, masked = module.data, False
        for pipeline, names in groups.items():
            hidden = [name for name in maskable if name not in names]
            masked = masked or bool(hidden)
            shown = [name for name in maskable if name in names]
            flags = _attribute_flags("-force-attribute", hidden)
            flags += _attribute_flags("-force-remove-attribute", shown)
            passes = f"forceattrs,function({pipeline})" if flags else f"function({pipeline})"
            data = self._run([f"-passes={passes}", *fixed, *flags], data, f"the pass list {pipeline!r}")
        if masked:
            flags = _attribute_flags("-force-remove-attribute", maskable)
            data = self._run(["-passes=forceattrs", *fixed, *flags], data, "to unmask functions")
        module.data, module.text = data, None

    def supports(self, pipeline: str) -> bool:
        """True: opt has every pass that it knows by name."""
        return True

    def verify(self, module: BitcodeModule) -> None:
        self._run(["-passes=verify", "--disable-output"], module.data, "the module")

    def instructions(self, module: BitcodeModule) -> dict[str, int]:
        return count_instructions(self.text(module))

    def measure(self, module: BitcodeModule) -> Sizes:
        text = self.text(module)
        target = triple(text)
        if target is None:
            raise EngineError("the module names no target; nothing can be emitted for measuring")
        clang, llc = self._toolchain.clang, self._toolchain.tool("llc")
        if clang is not None:
            arguments = [
                clang,
                f"--target={target}",
                "-x",
                "ir",
                "-Oz",
                "-Xclang",
                "-disable-llvm-passes",
                "-w",
            ]
            arguments += ["-c", "-fPIC" if self._pic(module) else "-fno-pic", "-o", "-", "-"]
        elif llc is not None:
            arguments = [
                llc,
                "-filetype=obj",
                self._relocation_model(module),
                "-o",
                "-",
            ]
        else:
            raise EngineError(f"neither clang nor llc is in {self._toolchain.source}; install clang-{self.major}")
        sizes = measure_object(self._tool(arguments, module.data, "an object"))
        names = verbatim_functions(text)
        return sizes.under_ir_names(names) if names else sizes

    # -- beneath it ------------------------------------------------------------------------------------------

    def _pic(self, module: BitcodeModule) -> bool:
        if module.pic is None:
            module.pic = is_pic(self.text(module))
        return module.pic

    def _relocation_model(self, module: BitcodeModule) -> str:
        """The option for the relocation model, as clang chooses it: passes that weigh addressing modes depend on it."""
        return f"-relocation-model={'pic' if self._pic(module) else 'static'}"

    def _run(self, arguments: Sequence[str], data: bytes, what: str) -> bytes:
        if sum(map(len, arguments)) < _MAX_ARGUMENTS:
            return self._tool([self._opt, *arguments, "-o", "-"], data, what)
        # The kernel limits a command line, so these go into a response file.
        with tempfile.TemporaryDirectory(prefix="smartopt-") as folder:
            path = os.path.join(folder, "arguments")
            with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
                file.writelines("'" + a.replace("\\", "\\\\").replace("'", "\\'") + "'\n" for a in arguments)
            return self._tool([self._opt, f"@{path}", "-o", "-"], data, what)

    def _tool(self, arguments: Sequence[str], data: bytes, what: str) -> bytes:
        tool = os.path.basename(arguments[0])
        try:
            done = self._runner(arguments, data, self._seconds)
        except TimeoutError as error:
            raise WorkerError("trial-timeout", f"{tool} ran longer than {self._seconds:g} s on {what}") from error
        except OSError as error:
            raise ToolchainError(f"cannot start {arguments[0]!r}: {error.strerror}; pass --llvm DIR") from error
        if done.status < 0:
            name = signal.Signals(-done.status).name
            raise WorkerError("trial-crash", f"{tool} died with {name} on {what}", done.message)
        if done.status:
            raise EngineError(f"{tool} refused {what}: {_first_error(done.message)}", done.message)
        return done.output


def _attribute_flags(flag: str, names: Collection[str]) -> list[str]:
    for name in names:
        if ":" in name:  # opt splits NAME:ATTRIBUTE at the first colon
            raise EngineError(f"opt cannot tell the function {name!r} apart for its colon; use --engine libllvm")
    return [f"{flag}={name}:optnone" for name in names]


def _first_error(message: str) -> str:
    """The first line of LLVM's message that reports the error."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    chosen = next((line for line in lines if "error:" in line or "LLVM ERROR" in line), lines[0] if lines else "")
    return re.sub(r"^\S*?(?:opt|clang|llc)\S*?: ", "", chosen)
