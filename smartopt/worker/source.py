"""The input module: what -Oz and other whole-module pipelines make of it, and how bases are made from it.

Every output is made from bytes in a fresh context, so that it does not depend on earlier work
(passes may follow the order of use lists, which bitcode resets, and counters that live in the context).
"""

from __future__ import annotations

from ..codegen.frame_pointers import fit_for_frames, give_frames, likely_frames
from ..codegen.function_shapes import Shapes
from ..codegen.targets import target_of
from ..errors import EngineError
from ..ir.straight_line import mostly_straight
from ..llvm import inlining
from ..llvm.capi import Module
from ..llvm.interface import describe
from ..llvm.signatures import LOCAL_LINKAGES
from ..passes.plan_stages import REPLAY
from .protocol import (
    CallSites,
    Finished,
    Load,
    MakeQuickBaseline,
    ModuleFacts,
    QuickBaseline,
    Recipe,
    RunPipeline,
    RunWholeModule,
)
from .workspace import Workspace

__all__ = ["Source"]


class Source:
    """The input, in the forms that requests need."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._engine = workspace.engine
        self._data, self._name = b"", ""
        self._had_debug = False
        self._module: Module | None = None
        self._plain: Module | None = None
        self._calls: dict[int, tuple[str, str]] = {}
        self._decided: dict[tuple[str, int | None], inlining.Decisions] = {}

    # -- requests -------------------------------------------------------------------------------------------------

    def load(self, request: Load) -> None:
        """Read the input. Raises InputError."""
        self._workspace.process.whole_module()
        self._module = self._engine.parse(request.data, request.name)
        self._data, self._name = request.data, request.name
        self._workspace.generate_code_for(self._module)

    def survey(self) -> ModuleFacts:
        """The input's facts (:class:`ModuleFacts`)."""
        workspace = self._workspace
        workspace.process.whole_module()
        source = self._loaded()
        exclusions = workspace.exclusions
        target = target_of(source.triple)
        needs_defaults = Shapes(source).needs_default_settings()
        linking = workspace.stage != "compile"
        for_size = not linking or exclusions.for_size(source)
        lowered = linking and exclusions.lowered_at_link(source)
        # Of ThinLTO's modules nobody sees the object, in which the name would be found undefined.
        named = workspace.stage == "thin" and exclusions.assembly_names_local(source)
        return ModuleFacts(
            version=self._engine.version,
            interface=describe(source),
            instructions=self._engine.instructions(source),
            excluded=not for_size or lowered or named or exclusions.module(source),
            not_for_size=not for_size,
            measurable=source.machine is not None,
            triple=source.triple,
            target="" if target is None else target.name,
            own_settings=target is not None and needs_defaults,
            frame_limits=exclusions.limits_frames(source),
            slimmable=target is not None and not needs_defaults,
            outlinable=target is not None
            and target.outlining != "none"
            and not needs_defaults
            and not any(map(exclusions.stays_put, source.functions())),
        )

    def call_sites(self) -> CallSites:
        """The numbered calls, and the names of the local functions that are defined."""
        plain, _ = self.tagged()
        local = tuple(f.name for f in plain.functions() if f.linkage in LOCAL_LINKAGES and not f.is_declaration)
        return CallSites(tuple(self._calls[number] for number in range(len(self._calls))), local)

    def quick_baseline(self, request: MakeQuickBaseline) -> QuickBaseline:
        """-Oz's own module with likely frame pointers, not measured; straight-line code is returned unchanged."""
        workspace = self._workspace
        workspace.process.whole_module()
        source = self._loaded()
        if mostly_straight(text for _, (_, text) in workspace.bodies(source)):
            return QuickBaseline(workspace.finished(source, False, counted=False), straight=True)
        copy = self.copy()
        try:
            copy.run(request.pipeline, copy.machine, None)
            plain = copy.bitcode()
            left = workspace.exclusions.function
            chosen, refused = likely_frames(copy, workspace.bodies(copy), left) if request.frames else ([], 0)
            give_frames(copy, chosen)
            copy.verify()
            return QuickBaseline(workspace.finished(copy, False, frames=chosen), plain, False, refused)
        finally:
            copy.dispose()

    def run_pipeline(self, request: RunPipeline) -> bytes:
        """The input's bitcode after a whole-module pipeline, without measuring or analysing it."""
        self._workspace.process.whole_module()
        copy = self.copy()
        try:
            copy.run(request.pipeline, copy.machine, None)
            copy.verify()
            return copy.bitcode()
        finally:
            copy.dispose()

    def run_whole_module(self, request: RunWholeModule) -> Finished:
        """A copy of the input after a whole-module pipeline, with frame pointers."""
        workspace, measure, frames = self._workspace, request.measure, request.frames
        workspace.process.whole_module()
        copy = self.copy()
        try:
            copy.run(request.pipeline, copy.machine, request.threshold)
            framed = sorted(frames)
            if measure and frames:
                printed = [(function, text) for function, (_, text) in workspace.bodies(copy, frames)]
                framed = fit_for_frames(copy, printed, frames)
            give_frames(copy, framed)
            copy.verify()
            return workspace.finished(copy, measure, frames=framed)
        finally:
            copy.dispose()

    # -- for the other parts of the service -----------------------------------------------------------------------

    def tagged(self) -> tuple[Module, bool]:
        """The input with its calls numbered, without debug information; and whether it had any."""
        if self._plain is None:
            source = self._loaded()
            self._calls = inlining.tag(source)
            self._plain = source
            self._had_debug = self._plain.strip_debug()
        return self._plain, self._had_debug

    def copy(self) -> Module:
        """A fresh parse of the unmodified input."""
        return self._engine.parse(self._data, self._name)

    def with_debug(self) -> Module:
        """A copy of the input with its calls numbered, including its debug information."""
        copy = self.copy()
        inlining.tag(copy)
        return copy

    def marked(self, decisions: inlining.Decisions) -> Module:
        """A copy of :meth:`tagged` with decisions marked: :meth:`make_base`'s first step, at half the cost."""
        if self._plain is not None:
            copy = self._plain.clone()
            inlining.mark(copy, decisions)
            return copy
        source, self._module = self._loaded(), None  # this changes it, so the next user must parse the input again
        try:
            inlining.mark_untagged(source, decisions)
            source.strip_debug()
            return source.clone()  # a copy, since its uses are in another order
        finally:
            source.dispose()

    def optimised(self, pipeline: str, threshold: int | None) -> Module:
        """A copy of the input after a whole-module pipeline; notes which calls that inlined (:meth:`decisions`)."""
        self._workspace.process.whole_module()
        copy = self.copy()
        calls = inlining.tag(copy)
        copy.run(pipeline, copy.machine, threshold)
        self._decided[pipeline, threshold] = inlining.read(copy, calls)
        inlining.unmark(copy)
        return copy

    def decisions(self, pipeline: str, threshold: int | None) -> inlining.Decisions:
        """The calls that a whole-module pipeline inlines."""
        if (pipeline, threshold) not in self._decided:
            self.optimised(pipeline, threshold).dispose()
        return self._decided[pipeline, threshold]

    def make_base(self, module: Module, recipe: Recipe, *, marked: bool = False) -> None:
        """Turn a numbered copy of the input into a recipe's base. ``marked``: the decisions are already marked."""
        self._workspace.process.whole_module()
        if recipe.kind == "replay":
            if not marked:
                inlining.mark(module, frozenset(recipe.decisions))
            module.run(REPLAY, module.machine)
        else:
            module.run(recipe.pipeline, module.machine, recipe.threshold)
        inlining.unmark(module)
        give_frames(module, recipe.frames)

    def _loaded(self) -> Module:
        if self._module is None:
            if not self._data:
                raise EngineError("no module is loaded")
            self._module = self.copy()
        return self._module
