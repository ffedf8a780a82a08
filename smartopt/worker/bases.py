"""Makes bases from the source, keeps them by name, runs trials on them, and finishes plans.

A base passes through bitcode before trials run on it: the outcome must not depend on what this process did before
(see ``worker.source``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from ..codegen.frame_pointers import fit_for_frames, give_frames
from ..errors import EngineError
from ..llvm.capi import Module
from ..llvm.inlining import Decisions
from ..llvm.variables import data_bytes
from ..passes.plan_stages import FINISH
from .function_memory import BaseMemory, FunctionMemory
from .prepared_base import BaseView, PreparedBase, lines_read, view_base
from .process import EMITTING
from .protocol import (
    NOT,
    PARTS,
    WHOLE,
    AdoptBase,
    BaseMade,
    Compose,
    ComposeFromSource,
    Finished,
    FunctionLines,
    KnowSizes,
    MakeBase,
    Measure,
    PartSizes,
    ReadLines,
    ReadTexts,
    Recipe,
    ReplayPlan,
    ShareTrials,
    Trial,
    TrialReply,
)
from .size_cache import SizeCache
from .source import Source
from .started_plan import StartedPlan
from .trials import Trials
from .workspace import Workspace

__all__ = ["Bases"]


class Bases:
    """The bases of one search, and the trials and plans made on them."""

    def __init__(self, workspace: Workspace, source: Source, when_idle: Callable[[], None]) -> None:
        """``when_idle`` is called when other processors become free."""
        self._workspace, self._source, self._engine = workspace, source, workspace.engine
        self._when_idle = when_idle
        self._bases: dict[str, Module] = {}
        self._memories: dict[str, BaseMemory | None] = {}
        self._prepared = PreparedBase()
        self._last: tuple[bytes, BaseView | None] = (b"", None)
        """The last base made, and its view."""
        self._views: dict[str, BaseView | None] = {}
        self._started = StartedPlan()
        self._composed: Module | None = None
        """The module that :meth:`measure_composed` measures."""
        self._sizes = SizeCache(self._engine)
        self._trials = Trials(self._engine, workspace.process, self._sizes, workspace.printed, when_idle)

    # -- making bases ---------------------------------------------------------------------------------------------

    def make(self, request: MakeBase) -> BaseMade:
        """Make a base from the source without debug information."""
        self._workspace.process.whole_module()
        plain, has_debug = self._source.tagged()
        decisions: Decisions = frozenset()
        if request.decisions is not None:
            decisions = frozenset(request.decisions)
        elif request.kind == "replay":
            decisions = self._source.decisions(request.pipeline, request.threshold)
        ready = self._prepared.take(request.kind, decisions)
        base = plain.clone() if ready is None else ready[0]
        if ready is None:
            recipe = Recipe(request.kind, request.pipeline, request.threshold, tuple(decisions))
            self._source.make_base(base, recipe)
        base.verify()
        view = self._view(base, False) if ready is None else ready[1]
        frames = request.frames
        printed = [(f, view.printed[f.name]) for f in base.functions() if f.name in view.printed] if frames else []
        framed = fit_for_frames(base, printed, frames)
        give_frames(base, framed)
        bitcode = base.bitcode()
        base.dispose()
        self._last = bitcode, view
        return BaseMade(
            bitcode=bitcode,
            decisions=tuple(sorted(decisions)),
            debug=has_debug,
            hashes=view.hashes,
            excluded=view.excluded,
            dividing=view.dividing,
            frames=tuple(framed),
        )

    def prepare(self, pipeline: str, lines: bool) -> None:
        """Make the next base, which replays ``pipeline``'s inlining, while forks are busy."""
        decisions = self._source.decisions(pipeline, None)
        base = self._source.tagged()[0].clone()
        try:
            self._source.make_base(base, Recipe("replay", pipeline, None, tuple(decisions)))
        except EngineError:
            base.dispose()  # the error is reported when the base is requested
        else:
            self._prepared.put(decisions, base, self._view(base, lines))

    @property
    def prepared_lines(self) -> FunctionLines | None:
        """What a proposer wants to see of the base that was prepared."""
        return self._prepared.lines

    def adopt(self, request: AdoptBase) -> None:
        """Take a base from bitcode, for trials and composition."""
        self._trials.drop()
        self._started.drop()
        name = request.base
        if name in self._bases:
            self._bases.pop(name).dispose()
        self._bases[name] = self._engine.parse_own(request.bitcode, name)
        self._workspace.generate_code_for(self._bases[name])
        self._memories[name] = self._memory_of(self._bases[name], request.memory)
        self._views = {name: self._last[1]} if request.bitcode == self._last[0] else {}

    # -- what proposers see ---------------------------------------------------------------------------------------

    def texts(self, request: ReadTexts) -> dict[str, tuple[str, int]]:
        """What proposers see of each function of a base, as text."""
        module = self._bases[request.base]
        found = self.texts_of(module)
        if not request.own or module.machine is None:
            return found
        from ..ir.machine_code import beside, machine_code

        self._workspace.process.whole_module()
        copy = module.clone()
        self._workspace.codegen.use_slim(None)
        try:
            give_frames(copy, request.frames, give=False)
            self._run_lists(copy, dict.fromkeys(found, request.own))
            self._workspace.process.whole_module()
            codes = machine_code(self._engine.assembly(copy), found)
        finally:
            copy.dispose()
            self._workspace.generate_code_for(module)
        return {name: (beside(text, codes.get(name)), count) for name, (text, count) in found.items()}

    def printed(self, base: str) -> dict[str, bytes]:
        """A base's functions as printed."""
        return (self._views.get(base) or self._view(self._bases[base], False)).printed

    def lines(self, request: ReadLines) -> FunctionLines:
        """The lines of a base's functions, from the text printed when this worker made it, if it did."""
        view = self._views.pop(request.base, None) or self._view(self._bases[request.base], False)
        return view.lines or lines_read(view.printed.items())

    def _view(self, base: Module, lines: bool) -> BaseView:
        return view_base(self._workspace.bodies(base), self._workspace.exclusions.function, lines)

    def texts_of(self, module: Module) -> dict[str, tuple[str, int]]:
        """Each function of a module: its normalised text, and how many instructions it has."""
        from ..ir.function_texts import (
            function_texts,  # its patterns take milliseconds to compile, and few runs need them
        )

        counts = {f.name: f.instructions() for f in module.functions() if self._engine.emitted(f)}
        texts = function_texts(self._engine.text(module))
        return {name: (texts[name], count) for name, count in counts.items() if name in texts}

    # -- trials ---------------------------------------------------------------------------------------------------

    def know(self, request: KnowSizes) -> None:
        """Take the sizes of bodies that were measured elsewhere."""
        self._sizes.know(request.bodies)

    def trial(self, request: Trial) -> TrialReply:
        """Run each named function's list on a copy of a base and measure what comes out."""
        base, memory = self._bases[request.base], self._memories[request.base]
        return self._trials.run(request.base, base, request.lists, request.measure, memory)

    def share(self, request: ShareTrials) -> list[int]:
        """Let forks begin the trials of some rounds; answers the order in which to ask for all of them."""
        self._started.drop()
        base, memory, decided = self._bases[request.base], self._memories[request.base], request.decided
        order = self._trials.share(request.base, base, request.rounds, request.measure, memory, decided)
        if decided and self._trials.shared:
            self._started.begin(request.base, base, decided, self._run_lists)
        return order

    def _memory_of(self, base: Module, fingerprint: str) -> BaseMemory | None:
        """The memory of trials on a base. Forks of this worker share what it opened."""
        if not fingerprint or not self._workspace.engine.library.has_run_on_function:
            return None  # before LLVM 20 the functions of a round run together, so it matters which are tried
        memory = FunctionMemory(fingerprint)
        return memory.base(base.text, base.triple, self._workspace.codegen.slim is not None)

    # -- plans ----------------------------------------------------------------------------------------------------

    def compose(self, request: Compose) -> Finished:
        """A plan's output: each function's list in place on the base, then the finishing stage."""
        self._when_idle()
        last, lists = frozenset(request.last), request.lists
        copy = self._started.take(request.base, {name: lists[name] for name in lists if name not in last})
        begun = copy is not None
        return self._finish(copy or self._bases[request.base].clone(), lists, request.measure, last, begun)

    def measure_composed(self) -> PartSizes | None:
        """What was composed last, by what its functions were measured to in trials; None where nothing was.

        This is nearly the object's size (never less, except where functions share constants) and much cheaper to get.
        Debug information is ignored: it must not change the result.
        """
        module, self._composed = self._composed, None
        if module is None:
            return None
        self._workspace.process.step(EMITTING)
        self._workspace.process.whole_module()
        try:
            data = data_bytes(module)
            module.strip_debug()
            text, printed = self._workspace.printed(module)
            found = {function.name: body for function, body in printed}
            functions, code = self._sizes.sums(module, self._sizes.known_as(found, text))
            return PartSizes(functions, code, data)
        finally:
            module.dispose()

    def compose_from_source(self, request: ComposeFromSource) -> Finished:
        """As :meth:`compose`, from the source with its debug information."""
        copy = self._source.with_debug()
        try:
            self._source.make_base(copy, request.recipe)
            base = copy.bitcode()  # as without debug information: lists run on a base read back from bitcode
        finally:
            copy.dispose()
        return self._finish(self._engine.parse(base), request.lists, request.measure, frozenset(request.last))

    def replay(self, request: ReplayPlan) -> Finished:
        """Make a remembered plan again with the same steps as when it was found, without searching or measuring."""
        recipe = request.recipe
        if request.debug:
            return self.compose_from_source(ComposeFromSource(recipe, request.lists, request.last, NOT))
        marked = recipe.kind == "replay"
        base = self._source.marked(frozenset(recipe.decisions)) if marked else self._source.tagged()[0].clone()
        try:
            self._source.make_base(base, recipe, marked=True)
            self.adopt(AdoptBase("replayed", base.bitcode()))
        finally:
            base.dispose()
        return self.compose(Compose("replayed", request.lists, NOT, request.last))

    def _run_lists(self, module: Module, lists: dict[str, str]) -> None:
        order = {name: index for index, name in enumerate(lists)}
        self._engine.run_lists(module, lists, lambda name: self._workspace.process.step(order[name]))
        self._workspace.process.step(EMITTING)

    def _finish(
        self, module: Module, lists: dict[str, str], measure: Measure, last: Collection[str], begun: bool = False
    ) -> Finished:
        kept, self._composed = self._composed, None
        if kept is not None:
            kept.dispose()
        try:
            if not begun:
                self._run_lists(module, {name: lists[name] for name in lists if name not in last})
            self._run_lists(module, {name: lists[name] for name in lists if name in last})
            self._workspace.process.whole_module()
            module.run(FINISH, module.machine)
            module.verify()
            finished = self._workspace.finished(module, measure == WHOLE, measure != NOT)
            if measure == PARTS:
                self._composed = module
            return finished
        finally:
            if self._composed is not module:
                module.dispose()
