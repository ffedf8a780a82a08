"""Runs pass lists on single functions in disposable child processes, where a crash costs one outcome (section III-B).

All of the paper's compilations go through :class:`Compiler`: a module of one function as text, a pipeline, and back
come the instruction count, the bytes of its object (on request) and the optimised text (on request). The child measures
as the product does: bytes are code, unwind entry and tables of the function. What ends the child (a fatal error of a
pass, a hang, too much memory) is counted by reason, and the rest of the work goes on in a fresh child. Outcomes are
remembered, because searches and training episodes meet the same work again; only real runs are counted as compilations.
"""

from __future__ import annotations

import hashlib
import resource
import time
from collections import Counter, OrderedDict
from collections.abc import Sequence
from functools import partial

from ...errors import EngineError, InputError, SmartoptError, WorkerError
from ...llvm.capi import Module
from ...llvm.libllvm import LibLLVMEngine
from ...llvm.toolchain import Toolchain
from ...records import dataclass
from ...worker.process import Limits, WorkerProcess
from ...worker.protocol import Handlers, Request
from .modules import alone

__all__ = ["Compiler", "Outcome", "Parsed"]

_LIMITS = Limits(cpu_seconds=10.0, module_seconds=60.0, request_seconds=600.0, memory_bytes=3 << 30)
_AT_ONCE = 64
"""Jobs of one request: what is lost, and done again, when a child dies."""
_REMEMBERED = 40_000
_SMALL = 20_000
"""Characters: longer texts are not remembered."""

FINE = ""
REFUSED = "refused"
BROKEN = "broken"


@dataclass(frozen=True)
class Outcome:
    """What a pipeline made of a module.

    Attributes:
        why: "" if all went well, ``refused`` (LLVM takes no such pipeline here), ``broken`` (its verifier refuses the
            result), or the reason of the child's death (``trial-crash``, ``trial-timeout``, ``trial-memory``).
        instructions: of the one function.
        bytes: of the function's code, unwind entry and tables; 0 where not measured.
        text: the optimised module; "" where not asked for.
    """

    why: str = ""
    instructions: int = 0
    bytes: int = 0
    text: str = ""

    @property
    def ok(self) -> bool:
        return not self.why


@dataclass(frozen=True)
class Parsed:
    """What LLVM says of a text: "" and an instruction count if it is a valid module, else its first message."""

    message: str
    instructions: int = 0


@dataclass(frozen=True)
class RunJobs(Request["tuple[tuple[str, int, int, str], ...]"]):
    """Run a pipeline ("" for none) on each module: why, instructions, bytes and text (see :class:`Outcome`)."""

    jobs: tuple[tuple[str, str], ...]
    measure: bool
    give: bool


@dataclass(frozen=True)
class ParseTexts(Request["tuple[tuple[str, int], ...]"]):
    """LLVM's message and the instruction count of each text (see :class:`Parsed`)."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class CutModule(Request["tuple[tuple[str, str], ...]"]):
    """The functions of a bitcode file as modules of their own (:mod:`modules`): name and text."""

    bitcode: bytes
    attributes: bool


class Compiler:
    """One child at a time. Use it in a process without threads.

    Attributes:
        compilations: pipelines that really ran.
        deaths: by reason, the pipelines that ended a child or that LLVM refused.
        culprits: by pipeline, how often it ended a child.
    """

    def __init__(self, toolchain: Toolchain) -> None:
        self._worker = WorkerProcess(partial(_Service, toolchain=toolchain), _LIMITS)
        self._known: OrderedDict[tuple[bytes, bool], Outcome] = OrderedDict()
        self.compilations = 0
        self.deaths: Counter[str] = Counter()
        self.culprits: Counter[str] = Counter()

    def close(self) -> None:
        self._worker.close()

    def __enter__(self) -> Compiler:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def processor_seconds(self) -> float:
        """Processor seconds of this process and its children so far."""
        import psutil

        spent = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        try:
            spent += sum(psutil.Process(self._worker.pid).cpu_times()[:2]) if self._worker.pid else 0.0
        except psutil.Error:
            pass  # it has ended, and is counted when it is reaped
        return spent

    def cut(self, bitcode: bytes, attributes: bool) -> list[tuple[str, str]]:
        """The functions of a bitcode file as modules of their own. Raises SmartoptError where LLVM cannot read it."""
        return list(self._worker.call(CutModule(bitcode, attributes)))

    def run(self, jobs: Sequence[tuple[str, str]], measure: bool = False, give: bool = False) -> list[Outcome]:
        """The outcome of each (module text, pipeline), in order."""
        keys = [_key(text, pipeline, measure) for text, pipeline in jobs]
        found: dict[int, Outcome] = {}
        todo: list[int] = []
        first: dict[bytes, int] = {}
        for number, key in enumerate(keys):
            known = self._known.get((key, give))
            if known is not None:
                self._known.move_to_end((key, give))
                found[number] = known
            elif key in first:
                pass  # twice among these
            else:
                first[key] = number
                todo.append(number)
        for at in range(0, len(todo), _AT_ONCE):
            part = todo[at : at + _AT_ONCE]
            for number, outcome in zip(part, self._surviving([jobs[n] for n in part], measure, give), strict=True):
                found[number] = outcome
                if len(outcome.text) <= _SMALL and len(jobs[number][0]) <= _SMALL:
                    self._known[keys[number], give] = outcome
                    if len(self._known) > _REMEMBERED:
                        self._known.popitem(last=False)
        return [found[number] if number in found else found[first[keys[number]]] for number in range(len(jobs))]

    def parse(self, texts: Sequence[str]) -> list[Parsed]:
        """What LLVM says of each text; a text that ends the child has the message ``LLVM crashed``."""
        answers: list[Parsed] = []
        while len(answers) < len(texts):
            part = tuple(texts[len(answers) : len(answers) + _AT_ONCE])
            try:
                answers += [Parsed(*row) for row in self._worker.call(ParseTexts(part))]
            except WorkerError:
                # The texts before the one at fault are read again with those after it.
                step = max(0, self._worker.last_step)
                for one in part[:step]:
                    answers.append(self._parse_alone(one))
                answers.append(Parsed("LLVM crashed"))
        return answers

    def _parse_alone(self, text: str) -> Parsed:
        try:
            return Parsed(*self._worker.call(ParseTexts((text,)))[0])
        except WorkerError:
            return Parsed("LLVM crashed")

    def _surviving(self, jobs: Sequence[tuple[str, str]], measure: bool, give: bool) -> list[Outcome]:
        """Run jobs; one at which the child dies has the reason as its outcome."""
        known: dict[int, Outcome] = {}
        waiting = list(range(len(jobs)))
        while waiting:
            try:
                request = RunJobs(tuple(jobs[n] for n in waiting), measure, give)
                rows = self._worker.call(request)
            except WorkerError as error:
                guilty = waiting[min(max(0, self._worker.last_step), len(waiting) - 1)]
                self.deaths[error.reason] += 1
                self.culprits[jobs[guilty][1]] += 1
                known[guilty] = Outcome(error.reason)
                waiting.remove(guilty)
                self.compilations += 1
                continue
            for number, row in zip(waiting, rows, strict=True):
                known[number] = Outcome(*row)
                if row[0]:
                    self.deaths[row[0]] += 1
            self.compilations += len(waiting)
            break
        return [known[number] for number in range(len(jobs))]


def _key(text: str, pipeline: str, measure: bool) -> bytes:
    return hashlib.sha256(f"{measure}\0{pipeline}\0{text}".encode("utf-8", "surrogatepass")).digest()[:16]


class _Service:
    """What runs in the child."""

    def __init__(self, process: WorkerProcess, toolchain: Toolchain) -> None:
        self._process = process
        self._engine = LibLLVMEngine(toolchain)
        self._last: tuple[str, Module] | None = None
        self.handlers: Handlers = {RunJobs: self._run_all, ParseTexts: self._parse_all, CutModule: self._cut}

    def _cut(self, request: CutModule) -> tuple[tuple[str, str], ...]:
        self._process.whole_module()
        module = self._engine.parse(request.bitcode, "source")
        try:
            module.strip_debug()
            return tuple(alone(self._engine.text(module), request.attributes))
        finally:
            module.dispose()

    def _run_all(self, request: RunJobs) -> tuple[tuple[str, int, int, str], ...]:
        rows = []
        for number, (text, pipeline) in enumerate(request.jobs):
            self._process.step(number)
            rows.append(self._one(text, pipeline, request))
        return tuple(rows)

    def _one(self, text: str, pipeline: str, request: RunJobs) -> tuple[str, int, int, str]:
        try:
            module = self._parsed(text).clone()
        except SmartoptError:
            return BROKEN, 0, 0, ""
        try:
            if pipeline:
                self._engine.run(module, pipeline)
                self._engine.verify(module)
            counts = self._engine.instructions(module)
            size = 0
            if request.measure:
                size = sum(self._engine.measure(module).functions.values())
            return FINE, sum(counts.values()), size, self._engine.text(module) if request.give else ""
        except EngineError as error:
            return (REFUSED if "refused" in str(error) else BROKEN), 0, 0, ""
        finally:
            module.dispose()

    def _parsed(self, text: str) -> Module:
        """The module of a text; searches try many lists on one function, so the last one is kept."""
        if self._last is None or self._last[0] != text:
            if self._last is not None:
                self._last[1].dispose()
                self._last = None
            self._last = text, self._engine.parse(text.encode("utf-8", "surrogateescape"), "function")
        return self._last[1]

    def _parse_all(self, request: ParseTexts) -> tuple[tuple[str, int], ...]:
        rows = []
        for number, text in enumerate(request.texts):
            self._process.step(number)
            try:
                module = self._engine.parse(text.encode("utf-8", "surrogateescape"), "generated")
            except InputError as error:
                rows.append((str(error) or "no message", 0))
                continue
            rows.append(("", sum(self._engine.instructions(module).values())))
            module.dispose()
        return tuple(rows)
