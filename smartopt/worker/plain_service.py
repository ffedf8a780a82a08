"""The workbench over an engine that has only the common interface (the real ``opt``, llvmlite).

Without call-site attributes there is no inline replay: the only arms are ``after`` ones, where each function's list
runs on what a whole default pipeline left. Otherwise it answers the same requests as ``workbench.Workbench``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from ..annotations import Any
from ..codegen.frames_in_text import choose_frames_in_text, fit_in_text, with_frames
from ..digest import sha256
from ..errors import EngineError
from ..llvm.engine import Engine, ModuleHandle
from ..llvm.exclusions import INSTRUMENTING, divides, excluded_in_print, module_excluded
from ..llvm.interface import described_body
from ..llvm.irtext import triple, unquoted
from ..passes.pipeline import Node, parse
from ..passes.stages import FINISH, PLAIN_FINISH
from .process import Worker
from .service import EMITTING, NOT, WHOLE

__all__ = ["PlainWorkbench"]

_SYMBOL = re.compile(r'^(define|declare) (.*?)@("(?:[^"\\]|\\.)*"|[-\w$.]+)\(', re.MULTILINE)
_GLOBAL = re.compile(r'^@("(?:[^"\\]|\\.)*"|[-\w$.]+) = (.*)$', re.MULTILINE)
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


class PlainWorkbench:
    """The operations, by any engine."""

    def __init__(self, worker: Worker, make: Callable[[], Engine]) -> None:
        self._worker = worker
        self.engine = make()
        self._finish_pipeline = FINISH if getattr(self.engine, "supports", None) is None else PLAIN_FINISH
        self._source: ModuleHandle | None = None
        self._bases: dict[str, ModuleHandle] = {}
        self._targets: dict[str, bool] = {}

    def load(self, data: bytes, name: str) -> None:
        self._worker.whole_module()
        self._source = self.engine.parse(data, name)

    def survey(self) -> dict[str, Any]:
        self._worker.whole_module()
        text = self.engine.text(self._source)
        names = {unquoted(match.group(3)) for match in _SYMBOL.finditer(text)}
        target = triple(text) or ""
        instrumented = any(word in text for word in INSTRUMENTING)
        return {
            "version": self.engine.version,
            "interface": _describe(text),
            "instructions": self.engine.instructions(self._source),
            "excluded": module_excluded(names, target, instrumented) or bool(_DEBUG.search(text)),
            "measurable": self._measurable(text),
            "triple": target,
        }

    def bare(self, pipeline: str) -> bytes:
        """A module's bitcode after a pipeline, and nothing besides: no measuring, no looking at it."""
        self._worker.whole_module()
        module = self.engine.clone(self._source)
        self.engine.run(module, pipeline)
        self.engine.verify(module)
        return self.engine.bitcode(module)

    def _measurable(self, text: str) -> bool:
        """Whether this engine has a code generator for a printed module's target.

        Tried on an empty module: one that still holds what -Oz lowers, such as coroutines, can end the process.
        """
        target = triple(text) or ""
        if target not in self._targets:
            probe = f'target triple = "{target}"\n' if target else ""
            try:
                self.engine.measure(self.engine.parse(probe.encode("utf-8", "surrogateescape"), "probe"))
                self._targets[target] = True
            except EngineError:
                self._targets[target] = False
        return self._targets[target]

    def variant(
        self, pipeline: str, threshold: int | None, measure: bool = True, frames: Collection[str] = ()
    ) -> dict[str, Any]:
        self._worker.whole_module()
        copy = self.engine.clone(self._source)
        try:
            self.engine.run(copy, pipeline, inline_threshold=threshold)
            copy, framed = self._framed(copy, frames)
            self.engine.verify(copy)
            return {**self._described(copy, measure), "framed": framed}
        finally:
            self.engine.dispose(copy)

    def baseline(
        self, pipeline: str, measure: bool = True, frames: bool = False, features: bool = False, late: bool = False
    ) -> dict[str, Any]:
        """-Oz, the yardstick and the backup; ``framed``: the functions that ought to have a frame pointer.

        Features are for arms that this workbench has not; nothing is put off until ``late``.
        """
        self._worker.whole_module()
        copy = self.engine.clone(self._source)
        try:
            self.engine.run(copy, pipeline)
            self.engine.verify(copy)
            sizes = self.engine.measure(copy) if measure and self._measurable(self.engine.text(copy)) else None
            chosen, refused = choose_frames_in_text(self.engine, copy, sizes, _bodies) if frames and sizes else ({}, 0)
            answer = self._described(copy, False)
            return {**answer, "sizes": sizes.packed() if sizes else None, "framed": chosen, "refused": refused}
        finally:
            self.engine.dispose(copy)

    def _framed(self, module: ModuleHandle, frames: Collection[str]) -> tuple[ModuleHandle, list[str]]:
        """A module, or in its place one in which those of some functions have frame pointers that may; and which."""
        if not frames:
            return module, []
        text = self.engine.text(module)
        framed = sorted(fit_in_text(text, _bodies(text)).intersection(frames))
        self.engine.dispose(module)
        return self.engine.parse(with_frames(text, framed).encode("utf-8", "surrogateescape"), "framed"), framed

    def fit(self, pipeline: str) -> str | None:
        """The part of a function-level pipeline that this engine has; None if nothing is left or it is refused."""
        supports = getattr(self.engine, "supports", None)
        if supports is not None:
            pipeline = ",".join(part for node in parse(pipeline) for part in _parts(node, supports))
        return pipeline if pipeline and self._accepts(pipeline) else None

    def fit_all(self, pipelines: list[str]) -> list[str | None]:
        """:meth:`fit` of each."""
        return [self.fit(pipeline) for pipeline in pipelines]

    def _accepts(self, pipeline: str) -> bool:
        module = self.engine.parse(b"define void @f() {\n  ret void\n}\n", "probe")
        try:
            self.engine.run_on(module, "f", pipeline)
        except EngineError:
            return False
        finally:
            self.engine.dispose(module)
        return True

    def render(self, bitcode: bytes) -> bytes:
        module = self.engine.parse(bitcode)
        return self.engine.text(module).encode("utf-8", "surrogateescape")

    def make_base(
        self,
        kind: str,
        pipeline: str,
        threshold: int | None,
        decided: list[int] | None = None,
        frames: Collection[str] = (),
    ) -> dict[str, Any]:
        if kind != "after":
            raise EngineError(f"the {self.engine.name} engine cannot replay inlining")
        self._worker.whole_module()
        copy = self.engine.clone(self._source)
        self.engine.run(copy, pipeline, inline_threshold=threshold)
        copy, framed = self._framed(copy, frames)
        bodies = _bodies(self.engine.text(copy))
        answer = {
            "bitcode": self.engine.bitcode(copy),
            "decisions": [],
            "debug": False,
            "hashes": {name: sha256(body).hexdigest() for name, (body, _) in bodies.items()},
            "excluded": [name for name, (body, group) in bodies.items() if excluded_in_print(body, group)],
            "dividing": [name for name, (body, _) in bodies.items() if divides(body)],
            "framed": framed,
        }
        self.engine.dispose(copy)
        return answer

    def adopt(self, name: str, bitcode: bytes) -> None:
        self._bases[name] = self.engine.parse(bitcode, name)

    def trial(self, base: str, lists: dict[str, str], measure: bool) -> dict[str, Any]:
        copy = self.engine.clone(self._bases[base])
        try:
            self._run(copy, lists)
            try:
                self.engine.verify(copy)
            except EngineError:
                return {
                    "outcomes": {},
                    "invalid": list(lists) if len(lists) == 1 else self._invalid(base, lists),
                }
            instructions = self.engine.instructions(copy)
            sizes = self.engine.measure(copy).functions if measure else {}
            return {
                "outcomes": {n: (instructions[n], sizes.get(n, 0)) for n in lists if n in instructions},
                "invalid": [],
            }
        finally:
            self.engine.dispose(copy)

    def compose(
        self, base: str, lists: dict[str, str], measure: str = WHOLE, late: Collection[str] = ()
    ) -> dict[str, Any]:
        """As ``Workbench.compose``; ``late`` changes nothing here: searches that know of it have another engine."""
        copy = self.engine.clone(self._bases[base])
        try:
            self._run(copy, lists)
            self._worker.whole_module()
            self.engine.run(copy, self._finish_pipeline)
            self.engine.verify(copy)
            return self._described(copy, measure == WHOLE)
        finally:
            self.engine.dispose(copy)

    def replay(self, plan: dict[str, Any]) -> dict[str, Any]:
        made = self.make_base(plan["kind"], plan["pipeline"], plan["threshold"], None, plan["frames"])
        self.adopt("replayed", made["bitcode"])
        return self.compose("replayed", plan["lists"], NOT)

    # -- inside ---------------------------------------------------------------------------------------------------

    def _run(self, module: ModuleHandle, lists: dict[str, str]) -> None:
        together = getattr(self.engine, "run_functions", None)
        if together is not None:
            self._worker.step(EMITTING)
            together(module, {name: pipeline for name, pipeline in lists.items() if pipeline})
            return
        for index, (name, pipeline) in enumerate(lists.items()):
            if pipeline:
                self._worker.step(index)
                self.engine.run_on(module, name, pipeline)
        self._worker.step(EMITTING)

    def _invalid(self, base: str, lists: dict[str, str]) -> list[str]:
        """Which functions a round broke, each tried alone."""
        broken = []
        for name, pipeline in lists.items():
            copy = self.engine.clone(self._bases[base])
            try:
                self._run(copy, {name: pipeline})
                self.engine.verify(copy)
            except EngineError:
                broken.append(name)
            finally:
                self.engine.dispose(copy)
        return broken or list(lists)

    def _described(self, module: ModuleHandle, measure: bool) -> dict[str, Any]:
        text = self.engine.text(module)
        return {
            "bitcode": self.engine.bitcode(module),
            "instructions": self.engine.instructions(module),
            "interface": _describe(text),
            "sizes": self.engine.measure(module).packed() if measure and self._measurable(text) else None,
        }


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


def _describe(text: str) -> dict[str, tuple[str, ...]]:
    """The outside view (``llvm.interface``) read from printed IR: coarser, in the same form."""
    view: dict[str, tuple[str, ...]] = {"!module": tuple(_MODULE.findall(text))}
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
    for match in _SYMBOL.finditer(text):
        name, before = unquoted(match.group(3)), match.group(2)
        words = before.split()
        if name.startswith("llvm.") or "internal" in words or "private" in words:
            continue
        linkage = next((_LINKAGES[word] for word in words if word in _LINKAGES), "0")
        state = "defined" if match.group(1) == "define" else "declared"
        visibility = next((word for word in words if word in ("hidden", "protected")), "default")
        kind = _DROPPED.sub("", before).split()[-1:] or [""]
        view[name] = ("function", linkage, state, visibility, kind[0], "", "", "", "")
    return view
