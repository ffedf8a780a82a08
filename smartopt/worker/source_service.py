"""The part of a workbench that holds the source module: what -Oz and other whole pipelines make of it, and its bases.

Whatever makes output starts from bytes in a context of its own: the outcome must not depend on what was done before
(passes may follow the order of use lists, which bitcode resets, and counters that live in the context).
"""

from __future__ import annotations

from collections.abc import Collection

from ..annotations import Any
from ..codegen.frame_choice import fit_for_frames, give_frames, likely_frames
from ..codegen.function_shapes import Shapes
from ..codegen.outliner import outlinable_target
from ..errors import EngineError
from ..ir.body_hash import Body, bodies
from ..ir.straight_line import mostly_straight
from ..llvm import inlining
from ..llvm.capi import Function, Module
from ..llvm.exclusions import Exclusions
from ..llvm.interface import describe
from ..llvm.signatures import LOCAL_LINKAGES
from ..llvm.toolchain import Toolchain
from ..objfile.sizes import Sizes
from ..passes.stages import REPLAY
from .process import Worker
from .stateless_service import Stateless
from .trials import EMITTING

__all__ = ["SourceBench"]


class SourceBench(Stateless):
    """The operations on one source module, by libLLVM."""

    def __init__(self, worker: Worker, toolchain: Toolchain, slim: bool) -> None:
        super().__init__(worker, toolchain)
        self._wants_slim = slim
        """Whether lists are measured as the back end's slim settings will make them (``codegen.settings``)."""
        self._data, self._name = b"", ""
        self._had_debug = False
        self._source: Module | None = None
        self._plain: Module | None = None
        self._homes: dict[int, tuple[str, str]] = {}
        self._decided: dict[tuple[str, int | None], inlining.Decisions] = {}
        self._exclusions = Exclusions(self.engine.library)

    def load(self, data: bytes, name: str) -> None:
        """Read the input."""
        self._worker.whole_module()
        self._source = self.engine.parse(data, name)
        self._data, self._name = data, name
        self._measure_for(self._source)

    def survey(self) -> dict[str, Any]:
        """What a search needs to know of the input."""
        self._worker.whole_module()
        source = self._loaded()
        target = outlinable_target(source.triple)
        settled = Shapes(source).settled()
        return {
            "version": self.engine.version,
            "interface": describe(source),
            "instructions": self.engine.instructions(source),
            "excluded": self._exclusions.module(source),
            "measurable": source.machine is not None,
            "triple": source.triple,
            "settled": target and settled,
            "slimmable": target and not settled,
            "outlinable": target and not settled and not any(map(self._exclusions.stays_put, source.functions())),
        }

    def homes(self) -> dict[str, Any]:
        """The numbered calls, (caller, callee) each, and the names of the local functions that are defined."""
        plain, _ = self._tagged()
        local = [f.name for f in plain.functions() if f.linkage in LOCAL_LINKAGES and not f.is_declaration]
        return {"calls": [self._homes[number] for number in range(len(self._homes))], "local": local}

    def outright(self, pipeline: str, frames: bool) -> dict[str, Any]:
        """-Oz's own module, not measured; the bitcode is that of :meth:`variant` with the answer's ``frames``.

        Those are the functions that most likely ought to have a frame pointer, if asked for; ``plain`` is the module
        without (:meth:`sizes`). ``straight``: there is nothing to find
        (``ir.straight_line``), so -Oz is not run; what is answered is the input.
        """
        self._worker.whole_module()
        source = self._loaded()
        if mostly_straight(text for _, (_, text) in self._bodies(source)):
            return {**self._described(source, False, counted=False), "straight": True}
        copy = self.engine.parse(self._data, self._name)
        try:
            copy.run(pipeline, copy.machine, None)
            plain = copy.bitcode()
            left = self._exclusions.function
            chosen, refused = likely_frames(copy, self._bodies(copy), left) if frames else ([], 0)
            give_frames(copy, chosen)
            copy.verify()
            return {**self._described(copy, False), "frames": chosen, "refused": refused, "plain": plain}
        finally:
            copy.dispose()

    def bare(self, pipeline: str) -> bytes:
        """The source's bitcode after a whole pipeline, and nothing besides: no measuring, no looking at it."""
        self._worker.whole_module()
        copy = self.engine.parse(self._data, self._name)
        try:
            copy.run(pipeline, copy.machine, None)
            copy.verify()
            return copy.bitcode()
        finally:
            copy.dispose()

    def variant(
        self, pipeline: str, threshold: int | None, measure: bool = True, frames: Collection[str] = ()
    ) -> dict[str, Any]:
        """Run a whole-module pipeline on a copy of the source; the functions named in ``frames`` get frame pointers.

        While searching (with ``measure``) only those that may have one here: the answer's ``framed``.
        """
        self._worker.whole_module()
        copy = self.engine.parse(self._data, self._name)
        try:
            copy.run(pipeline, copy.machine, threshold)
            framed = self._fit(copy, self._bodies(copy, frames), frames) if measure and frames else sorted(frames)
            give_frames(copy, framed)
            copy.verify()
            return {**self._described(copy, measure), "framed": framed}
        finally:
            copy.dispose()

    def touch(self, bitcode: bytes, outlining: bool) -> dict[str, Any]:
        """A finished module with the touches that make its functions smaller.

        ``outlining``: the outliner will have the last word (``touching.fitting``).

        Answers as for other finished modules, with ``touches``: :meth:`touched` makes the same bitcode of both. Nothing
        but ``refused`` (how many functions may not have any) and no ``touches`` where they make it no smaller.
        """
        from ..codegen.attribute_choice import best_touches, fitting  # most runs touch nothing

        module = self.engine.parse(bitcode)
        try:
            found = [(f, text) for f, (_, text) in self._bodies(module) if not self._exclusions.function(f, text)]
            shapes = Shapes(module)
            able = {function.name for function, text in found if shapes.touchable(function, text)}
            refused = len(found) - len(able)
        finally:
            module.dispose()
        plain, touches = best_touches(self.engine, bitcode, able, self._worker.whole_module)
        if touches and outlining:
            touches = fitting(self.engine, bitcode, touches, self._worker.whole_module)
        nothing = {"touches": {}, "refused": refused}
        if not touches:
            return nothing
        made = self.touched(bitcode, touches)
        module = self.engine.parse(made)
        try:
            answer = {**self._described(module), "bitcode": made, "touches": touches, "refused": refused}
        finally:
            module.dispose()
        return answer if answer["sizes"]["total"] < plain.total else nothing

    def touched(self, bitcode: bytes, touches: dict[str, str]) -> bytes:
        """A finished module's bitcode with its functions' touches."""
        from ..codegen.attribute_choice import give_touches

        self._worker.whole_module()
        module = self.engine.parse(bitcode)
        try:
            give_touches(module, touches)
            module.verify()
            return module.bitcode()
        finally:
            module.dispose()

    # -- inside ---------------------------------------------------------------------------------------------------

    def _measure_for(self, module: Module) -> None:
        """Set how code is measured: a worker may see bases only, never the source."""
        wanted = self._wants_slim and outlinable_target(module.triple)
        self.codegen.use_slim(wanted and not Shapes(module).settled())

    def _loaded(self) -> Module:
        if self._source is None:
            if not self._data:
                raise EngineError("no module is loaded")
            self._source = self.engine.parse(self._data, self._name)
        return self._source

    def _tagged(self) -> tuple[Module, bool]:
        """The source, numbered, without debug information; and whether it had any (:meth:`_with_debug`)."""
        if self._plain is None:
            source = self._loaded()
            self._homes = inlining.tag(source)
            self._plain = source
            self._had_debug = self._plain.strip_debug()
        return self._plain, self._had_debug

    def _marked(self, decisions: inlining.Decisions) -> Module:
        """A copy of the source as :meth:`_to_base` would mark one of :meth:`_tagged`, for half of the work."""
        if self._plain is not None:
            copy = self._plain.clone()
            inlining.mark(copy, decisions)
            return copy
        source, self._source = self._loaded(), None  # it is another one from now on: read it anew, if ever
        try:
            inlining.mark_untagged(source, decisions)
            source.strip_debug()
            return source.clone()  # a copy, since its uses are in another order
        finally:
            source.dispose()

    def _with_debug(self) -> Module:
        """A copy of the source, numbered, with all that it came with."""
        copy = self.engine.parse(self._data, self._name)
        inlining.tag(copy)
        return copy

    def _optimised(self, pipeline: str, threshold: int | None) -> Module:
        """A copy of the source after a whole pipeline; notes which calls that inlined."""
        self._worker.whole_module()
        copy = self.engine.parse(self._data, self._name)
        homes = inlining.tag(copy)
        copy.run(pipeline, copy.machine, threshold)
        self._decided[pipeline, threshold] = inlining.read(copy, homes)
        inlining.unmark(copy)
        return copy

    def _to_base(self, module: Module, arm: dict[str, Any], decisions: inlining.Decisions | None) -> None:
        """Take a numbered module to an arm's base; or one that is marked already, without ``decisions``."""
        self._worker.whole_module()
        if arm["kind"] == "replay":
            if decisions is not None:
                inlining.mark(module, decisions)
            module.run(REPLAY, module.machine)
        else:
            module.run(arm["pipeline"], module.machine, arm["threshold"])
        inlining.unmark(module)
        give_frames(module, arm["frames"])

    def _bodies(self, module: Module, names: Collection[str] | None = None) -> list[tuple[Function, Body]]:
        """The functions whose code lands in the object (of ``names``, or all), each with its body's key and text."""
        defined = [function for function in module.functions() if not function.is_declaration]
        wanted = [(names is None or function.name in names) and self.engine.emitted(function) for function in defined]
        paired = zip(defined, bodies(module.text(), wanted), strict=True)
        return [(function, body) for function, body in paired if body is not None]

    def _fit(self, module: Module, found: list[tuple[Function, Body]], frames: Collection[str]) -> list[str]:
        """Of the functions named in ``frames`` those that may have a frame pointer in a module printed as ``found``."""
        return fit_for_frames(module, [(function, text) for function, (_, text) in found], frames)

    def _described(self, module: Module, measure: bool = True, counted: bool = True) -> dict[str, Any]:
        self._worker.step(EMITTING)
        self._worker.whole_module()
        sizes = self._sizes(module, measure)
        return {
            "bitcode": module.bitcode(),
            "instructions": self.engine.instructions(module) if counted else {},
            "interface": describe(module),
            "sizes": sizes and sizes.packed(),
        }

    def _sizes(self, module: Module, measure: bool = True) -> Sizes | None:
        return self.engine.measure(module) if measure and module.machine is not None else None
