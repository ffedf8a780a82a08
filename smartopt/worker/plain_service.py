"""The service of a worker process over an engine that has only the common interface (the real ``opt``, llvmlite).

Without call-site attributes there is no inline replay: the only bases are ``after`` ones, where each function's list
runs on what a whole default pipeline left. Otherwise it answers the same requests as ``worker.service``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from ..codegen.frame_pointers_in_text import choose_frames_in_text, fit_in_text, with_frames
from ..digest import sha256
from ..errors import EngineError
from ..ir.names import PRINTED, unquoted
from ..llvm.engine import Engine, ModuleHandle
from ..llvm.exclusions import FRAME_LIMIT, INSTRUMENTING, divides, excluded_in_print, module_excluded
from ..llvm.interface import DIAGNOSED, Interface, described_body, described_calls
from ..llvm.printed_ir import triple
from ..passes.pipeline import Node, parse
from ..passes.plan_stages import FINISH, PLAIN_FINISH
from . import protocol
from .process import EMITTING, WorkerProcess
from .protocol import (
    NOT,
    WHOLE,
    AdoptBase,
    Baseline,
    BaselineSizes,
    BaseMade,
    Compose,
    Finished,
    Load,
    MakeBase,
    MakeBaseline,
    ModuleFacts,
    Print,
    ReplayPlan,
    RunPipeline,
    RunWholeModule,
    SupportedPipelines,
    Trial,
    TrialReply,
)

__all__ = ["PlainService"]

_SYMBOL = re.compile(rf"^(define|declare) (.*?)@({PRINTED})\(", re.MULTILINE)
_GLOBAL = re.compile(rf"^@({PRINTED}) = (.*)$", re.MULTILINE)
_MODULE = re.compile(r"^(target (?:datalayout|triple) = .*|module asm .*)$", re.MULTILINE)
_GROUP = re.compile(r"^attributes (#\d+) = \{(.*)\}$", re.MULTILINE)
_DEBUG = re.compile(r"^!llvm\.dbg\.cu = ", re.MULTILINE)
_DROPPED = re.compile(r"\b(noundef|nonnull|signext|zeroext|local_unnamed_addr|unnamed_addr|dso_local)\b ?|\([^)]*\)")
_LINKAGES = {
    "internal": "8",
    "private": "9",
    "available_externally": "1",
    "linkonce": "2",
    "linkonce_odr": "3",
}


class PlainService:
    """Answers the requests that any engine can.

    Attributes:
        handlers: the requests, each with the function that answers it.
    """

    def __init__(self, process: WorkerProcess, make: Callable[[], Engine]) -> None:
        """``make`` makes the engine, in this process. Raises what that raises."""
        self._process = process
        self._engine = make()
        self._source: ModuleHandle | None = None
        self._bases: dict[str, ModuleHandle] = {}
        self._targets: dict[str, bool] = {}
        self.handlers: protocol.Handlers = {
            Load: self.load,
            protocol.Survey: lambda _: self.survey(),
            RunPipeline: self.run_pipeline,
            RunWholeModule: self.run_whole_module,
            MakeBaseline: self.baseline,
            MakeBase: self.make_base,
            AdoptBase: self.adopt,
            Trial: self.trial,
            Compose: self.compose,
            ReplayPlan: self.replay,
            Print: self.text,
            SupportedPipelines: self.supported,
        }

    # -- the source -----------------------------------------------------------------------------------------------

    def load(self, request: Load) -> None:
        """Read the input."""
        self._process.whole_module()
        self._source = self._engine.parse(request.data, request.name)

    def survey(self) -> ModuleFacts:
        """What a search needs to know of the input."""
        self._process.whole_module()
        text = self._engine.text(self._source)
        names = {unquoted(match.group(3)) for match in _SYMBOL.finditer(text)}
        target = triple(text) or ""
        instrumented = any(word in text for word in INSTRUMENTING)
        return ModuleFacts(
            version=self._engine.version,
            interface=_describe(text),
            instructions=self._engine.instructions(self._source),
            excluded=module_excluded(names, target, instrumented) or bool(_DEBUG.search(text)),
            measurable=self._measurable(text),
            triple=target,
            frame_limits=FRAME_LIMIT in text,
        )

    def run_pipeline(self, request: RunPipeline) -> bytes:
        """The input's bitcode after a whole-module pipeline, and nothing besides: no measuring, no looking at it."""
        self._process.whole_module()
        module = self._engine.clone(self._source)
        self._engine.run(module, request.pipeline)
        self._engine.verify(module)
        return self._engine.bitcode(module)

    def run_whole_module(self, request: RunWholeModule) -> Finished:
        """A copy of the input after a whole-module pipeline, with frame pointers."""
        self._process.whole_module()
        copy = self._engine.clone(self._source)
        try:
            self._engine.run(copy, request.pipeline, inline_threshold=request.threshold)
            copy, framed = self._framed(copy, request.frames)
            self._engine.verify(copy)
            return self._finished(copy, request.measure, framed)
        finally:
            self._engine.dispose(copy)

    def baseline(self, request: MakeBaseline) -> Baseline:
        """-Oz's module, measured with and without frame pointers; lines and putting off are for other engines."""
        self._process.whole_module()
        copy = self._engine.clone(self._source)
        try:
            self._engine.run(copy, request.pipeline)
            self._engine.verify(copy)
            module = self._finished(copy, False)
            if not request.measure or not self._measurable(self._engine.text(copy)):
                return Baseline(module)
            sizes = self._engine.measure(copy)
            chosen, refused = choose_frames_in_text(self._engine, copy, sizes, _bodies) if request.frames else ({}, 0)
            return Baseline(module, BaselineSizes(oz=sizes, framed=chosen, refused=refused))
        finally:
            self._engine.dispose(copy)

    # -- bases ----------------------------------------------------------------------------------------------------

    def make_base(self, request: MakeBase) -> BaseMade:
        """A base that a whole-module pipeline leaves. Raises EngineError for a replay."""
        if request.kind != "after":
            raise EngineError(f"the {self._engine.name} engine cannot replay inlining")
        self._process.whole_module()
        copy = self._engine.clone(self._source)
        self._engine.run(copy, request.pipeline, inline_threshold=request.threshold)
        copy, framed = self._framed(copy, request.frames)
        bodies = _bodies(self._engine.text(copy))
        made = BaseMade(
            bitcode=self._engine.bitcode(copy),
            decisions=(),
            debug=False,
            hashes={name: sha256(body).hexdigest() for name, (body, _) in bodies.items()},
            excluded=tuple(name for name, (body, group) in bodies.items() if excluded_in_print(body, group)),
            dividing=tuple(name for name, (body, _) in bodies.items() if divides(body)),
            frames=tuple(framed),
        )
        self._engine.dispose(copy)
        return made

    def adopt(self, request: AdoptBase) -> None:
        """Take a base from bitcode, for trials and composition."""
        self._bases[request.base] = self._engine.parse(request.bitcode, request.base)

    def trial(self, request: Trial) -> TrialReply:
        """Run each named function's list on a copy of a base and measure what comes out."""
        lists = request.lists
        copy = self._engine.clone(self._bases[request.base])
        try:
            self._run(copy, lists)
            try:
                self._engine.verify(copy)
            except EngineError:
                return TrialReply({}, tuple(lists if len(lists) == 1 else self._invalid(request.base, lists)))
            instructions = self._engine.instructions(copy)
            sizes = self._engine.measure(copy).functions if request.measure else {}
            return TrialReply({n: (instructions[n], sizes.get(n, 0)) for n in lists if n in instructions})
        finally:
            self._engine.dispose(copy)

    def compose(self, request: Compose) -> Finished:
        """A plan's output; the order of its functions makes no difference here."""
        copy = self._engine.clone(self._bases[request.base])
        try:
            self._run(copy, request.lists)
            self._process.whole_module()
            self._engine.run(copy, FINISH if self._engine.has_all_passes else PLAIN_FINISH)
            self._engine.verify(copy)
            return self._finished(copy, request.measure == WHOLE)
        finally:
            self._engine.dispose(copy)

    def replay(self, request: ReplayPlan) -> Finished:
        """Make a remembered plan again, without measuring."""
        recipe = request.recipe
        made = self.make_base(MakeBase(recipe.kind, recipe.pipeline, recipe.threshold, None, recipe.frames))
        self.adopt(AdoptBase("replayed", made.bitcode))
        return self.compose(Compose("replayed", request.lists, NOT))

    # -- finished modules -----------------------------------------------------------------------------------------

    def text(self, request: Print) -> bytes:
        """A module as text (for ``-S``)."""
        module = self._engine.parse(request.bitcode)
        return self._engine.text(module).encode("utf-8", "surrogateescape")

    def supported(self, request: SupportedPipelines) -> list[str | None]:
        """The part of each function-level pipeline that this engine has; None if nothing is left or it is refused."""
        return [self._supported(pipeline) for pipeline in request.pipelines]

    # -- inside ---------------------------------------------------------------------------------------------------

    def _supported(self, pipeline: str) -> str | None:
        if not self._engine.has_all_passes:
            pipeline = ",".join(part for node in parse(pipeline) for part in _parts(node, self._engine.supports))
        return pipeline if pipeline and self._accepts(pipeline) else None

    def _accepts(self, pipeline: str) -> bool:
        module = self._engine.parse(b"define void @f() {\n  ret void\n}\n", "probe")
        try:
            self._engine.run_on(module, "f", pipeline)
        except EngineError:
            return False
        finally:
            self._engine.dispose(module)
        return True

    def _measurable(self, text: str) -> bool:
        """Whether this engine has a code generator for a printed module's target.

        Tried on an empty module: one that still holds what -Oz lowers, such as coroutines, can end the process.
        """
        target = triple(text) or ""
        if target not in self._targets:
            probe = f'target triple = "{target}"\n' if target else ""
            try:
                self._engine.measure(self._engine.parse(probe.encode("utf-8", "surrogateescape"), "probe"))
                self._targets[target] = True
            except EngineError:
                self._targets[target] = False
        return self._targets[target]

    def _framed(self, module: ModuleHandle, frames: Collection[str]) -> tuple[ModuleHandle, list[str]]:
        """The module, or in its place one in which those of ``frames`` that may have a frame pointer do; and which."""
        if not frames:
            return module, []
        text = self._engine.text(module)
        framed = sorted(fit_in_text(text, _bodies(text)).intersection(frames))
        self._engine.dispose(module)
        return self._engine.parse(with_frames(text, framed).encode("utf-8", "surrogateescape"), "framed"), framed

    def _run(self, module: ModuleHandle, lists: dict[str, str]) -> None:
        order = {name: index for index, name in enumerate(lists)}
        wanted = {name: pipeline for name, pipeline in lists.items() if pipeline}
        self._engine.run_lists(module, wanted, lambda name: self._process.step(order[name]))
        self._process.step(EMITTING)

    def _invalid(self, base: str, lists: dict[str, str]) -> list[str]:
        """Which functions a round broke, each tried alone."""
        broken = []
        for name, pipeline in lists.items():
            copy = self._engine.clone(self._bases[base])
            try:
                self._run(copy, {name: pipeline})
                self._engine.verify(copy)
            except EngineError:
                broken.append(name)
            finally:
                self._engine.dispose(copy)
        return broken or list(lists)

    def _finished(self, module: ModuleHandle, measure: bool, frames: Collection[str] = ()) -> Finished:
        text = self._engine.text(module)
        return Finished(
            bitcode=self._engine.bitcode(module),
            instructions=self._engine.instructions(module),
            interface=_describe(text),
            sizes=self._engine.measure(module) if measure and self._measurable(text) else None,
            frames=tuple(frames),
        )


def _parts(node: Node, supports: Callable[[str], bool]) -> list[str]:
    """What an engine with a fixed set of passes can run of one item: as it is, without options, or pass by pass."""
    if supports(str(node)):
        return [str(node)]
    if node.children is None:
        return [node.name] if supports(node.name) else []
    alone = [f"{node.name}({child})" for child in node.children]
    return [text for text in alone if supports(text)]


def _bodies(text: str) -> dict[str, tuple[bytes, bytes]]:
    """Defined function -> (its printed text, its attribute group's text)."""
    groups = dict(_GROUP.findall(text))
    found: dict[str, tuple[bytes, bytes]] = {}
    for match in _SYMBOL.finditer(text):
        if match.group(1) == "define" and "available_externally" not in match.group(2):
            end = text.find("\n}", match.start())
            body = text[match.start() : end]
            header = body.split("\n", 1)[0]
            group = " ".join(groups.get(number, "") for number in re.findall(r"#\d+", header))
            found[unquoted(match.group(3))] = (body.encode("utf-8", "surrogateescape"), group.encode())
    return found


def _describe(text: str) -> Interface:
    """The outside view (``llvm.interface``) read from printed IR: coarser, in the same form."""
    view: Interface = {"!module": tuple(_MODULE.findall(text))}
    for match in _GLOBAL.finditer(text):
        name, rest = unquoted(match.group(1)), match.group(2)
        if name.startswith("llvm.global_"):
            view["!" + name] = (rest,)
        elif not name.startswith("llvm.") and not rest.startswith(("internal ", "private ")):
            words = rest.split(" ", 3)
            linkage = next((_LINKAGES[word] for word in words if word in _LINKAGES), "0")
            state = "declared" if "external" in words else "defined"
            section = re.search(r'section "[^"]*"', rest)
            view[name] = ("variable", linkage, state, "", "", section.group(0) if section else "", "", "", "")
    for name, (body, _) in _bodies(text).items():
        view.update(described_body(name, body))
    diagnosed = {number for number, group in _GROUP.findall(text) if any(f'"{key}"' in group for key in DIAGNOSED)}
    for match in _SYMBOL.finditer(text):
        name, before = unquoted(match.group(3)), match.group(2)
        groups = re.findall(r"#\d+", text[match.end() : text.find("\n", match.end())]) if diagnosed else ()
        if not diagnosed.isdisjoint(groups):
            called = re.search(rf" call [^\n]*@{re.escape(match.group(3))}\(", text)
            view.update(described_calls(name, called is not None))
        words = before.split()
        if name.startswith("llvm.") or "internal" in words or "private" in words:
            continue
        linkage = next((_LINKAGES[word] for word in words if word in _LINKAGES), "0")
        state = "defined" if match.group(1) == "define" else "declared"
        visibility = next((word for word in words if word in ("hidden", "protected")), "default")
        kind = _DROPPED.sub("", before).split()[-1:] or [""]
        view[name] = ("function", linkage, state, visibility, kind[0], "", "", "", "")
    return view
