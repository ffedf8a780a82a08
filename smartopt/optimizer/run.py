"""One optimisation from input to result: baseline, propose, try, compose, select.

All LLVM work happens in workers (``worker.pool``); the search decides what to try, this file decides which results to
accept. A failure after the baseline costs only candidates, and is counted; the baseline itself is always a candidate,
so the output is never larger than -Oz's by the chosen measure.
"""

from __future__ import annotations

import os
import time
from functools import partial

from ..annotations import Literal
from ..errors import EngineError, PipelineError, WorkerError
from ..llvm.messages import fault
from ..objfile.sizes import Sizes
from ..records import dataclass, replace
from ..worker.protocol import (
    Baseline,
    ChooseAttributes,
    FinishBaseline,
    Finished,
    GiveAttributes,
    MakeBaseline,
    MakeQuickBaseline,
    MeasureByItself,
    MeasureOz,
    ModuleFacts,
    PartSizes,
    Print,
    QuickBaseline,
    Recipe,
    ReplayPlan,
    RunPipeline,
    RunWholeModule,
)
from .candidate import Candidate, Decision
from .context import Context
from .memory import DISTURBANCES, Entry, Lookup, view_digest
from .outcome import Outcome
from .result import Result
from .select import outcome_of, select
from .strategies import STRATEGIES, VARIANTS

__all__ = ["Here", "Optimization"]


Here = Literal["never", "recall", "always"]
"""What LLVM may do in this process: nothing, make remembered decisions again, or all."""


@dataclass
class Optimization:
    """One optimisation, with or without a memory of earlier ones.

    ``here`` says what LLVM may do in this process, which may die of it.
    """

    context: Context
    here: Here = "never"

    def close(self) -> None:
        """End the workers."""
        self.context.pool.close()

    def run(self, data: bytes, name: str, text: bool, lookup: Lookup | None) -> Result:
        """Optimise an input. A merged module that is left to the linker comes back as it was.

        Args:
            data: LLVM IR, text or bitcode.
            name: what LLVM's messages call it.
            text: whether the output is text.
            lookup: the memory's lookup for ``data``; a new decision is stored there.

        Raises InputError, or EngineError where LLVM cannot run -Oz itself on it.
        """
        start = time.perf_counter()
        context = self.context
        known = lookup is not None and lookup.entry is not None
        context.pool.answer(here=self._works_here(known))
        context.pool.set_input(data, name, "" if lookup is None else lookup.functions)
        remembered = None
        if lookup is not None and lookup.entry is not None:
            remembered = self._recall(lookup.entry)
            if remembered is None:
                context.pool.answer(here=self._works_here(known=False))
        if remembered is not None:
            made, outcome = remembered
        else:
            winner = self._search(start)
            outcome = outcome_of(context, winner)
            made = winner.module.bitcode
            own = winner.kind == "oz" and context.options.stands_for == "opt" and not context.bitcode_only
            if own or not made:
                made = self._make_again(winner.decision)
            if lookup is not None and DISTURBANCES.isdisjoint(outcome.fallbacks):
                lookup.remember(Entry(winner.decision, view_digest(winner.module.interface), outcome))
        if text:
            made = context.pool.ask(Print(made))
        seconds = {**outcome.seconds, "total": round(time.perf_counter() - start, 4)}
        return Result(made, replace(outcome, seconds=seconds))

    def _works_here(self, known: bool) -> bool:
        """Whether this process does the LLVM work; ``known`` is whether a decision is remembered."""
        if self.context.options.forced_fault:
            return False
        return self.here == "always" or (known and self.here == "recall")

    # -- baseline -------------------------------------------------------------------------------------------------

    def _search(self, start: float) -> Candidate:
        """Make the baseline, search, and select the winner."""
        context = self.context
        facts = context.facts = self._survey()
        context.by_size = context.options.objective == "size" and facts.measurable
        if context.options.objective == "size" and not facts.measurable and not context.bitcode_only:
            context.fallbacks["target-missing"] += 1
        quick, made = context.quick, None
        if context.linking and (facts.excluded or not facts.instructions):
            self._add_baseline(Finished(context.pool.data, facts.instructions, facts.interface))
        elif quick:
            made = self._quick_baseline()
        else:
            self._add_baseline(self._baseline())
        context.add_time("baseline", start)
        context.count_refused("settings-refused", int(facts.own_settings and not facts.excluded))
        if context.bitcode_only:
            pass  # already counted
        elif not facts.instructions:
            context.fallbacks["no-functions"] += 1
        elif facts.excluded:
            context.fallbacks["lto-not-size" if facts.not_for_size else "module-excluded"] += 1
        elif made is not None and made.straight:
            context.plain_back_end = True
        elif context.by_size and context.oz.sizes is None:
            context.fallbacks["measure-failed"] += 1
        elif not quick:
            self._try_lists()
        if context.measured is not None and context.measured.likely is not None:
            self._measure_oz()
        return self._with_attributes(select(context, made is not None and not made.straight))

    def _survey(self) -> ModuleFacts:
        """Facts about the input. If LLVM crashes on it, almost none, and -Oz's output is used."""
        context = self.context
        try:
            return context.pool.load()
        except WorkerError as error:
            context.count_failure("measure-failed", error)
            context.bitcode_only = True
            return replace(context.facts, version=str(context.trusted.table.major))

    def _add_baseline(self, module: Finished) -> None:
        """Make -Oz's module the first candidate; the second has frame pointers too, if they make it smaller."""
        context, measured = self.context, self.context.measured
        if measured is not None:
            module = replace(module, sizes=measured.alike if measured.oz is None else measured.oz)
            context.alike = None if measured.oz is None else measured.alike
        oz = Candidate("oz", context.baseline_name, module, {}, self._decision())
        context.candidates.append(oz)
        if measured is None:
            return
        if context.lean and context.by_size:
            context.pool.known = measured.bodies
        if measured.framed:
            try:
                context.admit(self._framed(oz))
            except EngineError as error:
                context.count_failure("frames-failed", error)

    def _decision(self, frames: tuple[str, ...] = ()) -> Decision:
        return Decision("module" if frames else "oz", Recipe("after", self.context.baseline, None, (), frames))

    def _framed(self, oz: Candidate) -> Candidate:
        """-Oz's own module with frame pointers: the best candidate when no list helps."""
        context, measured = self.context, self.context.measured
        decision = self._decision(context.frames)
        if context.by_parts and measured is not None:
            expected = context.expected_bytes
            functions = {name: expected[name] for name in oz.module.instructions if name in expected}
            parts = PartSizes(functions, measured.framed_code, measured.data_bytes)
            module = context.comparable(replace(oz.module, bitcode=measured.framed_bitcode), parts)
        else:
            request = RunWholeModule(context.baseline, None, True, context.frames)
            module = context.comparable(context.pool.ask(request, source=True))
        return Candidate("module", f"{oz.text} with frame pointers", module, {}, decision)

    def _quick_baseline(self) -> QuickBaseline | None:
        """Add the quick path's candidates; None if only an unmeasured -Oz could be made."""
        context, ask, pipeline = self.context, self.context.pool.ask, self.context.baseline
        context.announce()
        try:
            quick = ask(MakeQuickBaseline(pipeline, context.options.frames), source=True)
            if quick.straight:
                context.fallbacks["code-straight"] += 1
                self._add_baseline(quick.module)
                return quick
            context.count_refused("frame-refused", quick.refused)
            context.announce(quick.module.bitcode)  # the object is made while -Oz's is measured
            sizes = ask(MeasureByItself(quick.plain))
        except EngineError as error:
            context.count_failure("frames-failed", error)
            self._add_baseline(self._plain_baseline())
            return None
        self._add_baseline(replace(quick.module, sizes=sizes))
        # Not measured, so it must not compete with -Oz by size; the driver measures the object.
        frames = quick.module.frames
        text = f"{context.oz.text} with frame pointers" if frames else context.oz.text
        decision = replace(self._decision(frames), kind="module")
        context.candidates.append(Candidate("module", text, context.oz.module, {}, decision))
        return quick

    def _baseline(self) -> Finished:
        """-Oz's module; not measured where no object of it can be emitted (inline assembly for another assembler)."""
        context, options, ask = self.context, self.context.options, self.context.pool.ask
        frames = options.frames and context.by_size and not context.facts.excluded and not options.forced_fault
        lines = context.proposing.probably_wants_lines
        later = context.by_parts and bool(context.facts.instructions)
        request = MakeBaseline(context.baseline, True, frames, lines, later)
        try:
            # Meanwhile the proposer is loaded and asked; that takes milliseconds, less than the worker needs.
            baseline = ask(request, source=True, meanwhile=self._prepare)
            context.measured = baseline.measured
            if baseline.pending:
                think = partial(self._ask_early, baseline)
                context.measured = ask(FinishBaseline(request), source=True, meanwhile=think)
            module = baseline.module
        except EngineError as error:
            # Measuring frame pointers may have killed the worker. If something else killed it, this run uses -Oz's
            # output.
            ended = error.reason if isinstance(error, WorkerError) else ""
            framed = frames and bool(ended) and ended not in DISTURBANCES
            context.fallbacks.update([ended] if ended in DISTURBANCES else ["frames-failed"] if framed else [])
            module = self._plain_baseline(framed)
        measured = context.measured
        if measured is not None:
            context.fallbacks.update(["frames-failed"] if measured.frames_failed else [])
            context.count_refused("frame-refused", measured.refused)
        return module

    def _prepare(self) -> None:
        """While the worker is busy: start a back end (as slow as compiling a small file), and load the proposer."""
        context = self.context
        if context.by_parts and context.options.select == "auto" and not context.facts.excluded:
            context.announce()
        context.proposing.proposer  # noqa: B018 - kept there

    def _ask_early(self, baseline: Baseline) -> None:
        if self.context.lean:
            self.context.proposing.ask_early(baseline.lines)

    def _plain_baseline(self, measure: bool = False) -> Finished:
        """-Oz's module without frame pointers; if that fails too, only its bitcode."""
        context = self.context
        context.measured = None
        try:
            baseline = context.pool.ask(MakeBaseline(context.baseline, measure), source=True)
        except EngineError as error:
            return self._bitcode_alone(error)
        context.measured = baseline.measured
        return baseline.module

    def _bitcode_alone(self, cause: EngineError) -> Finished:
        """-Oz's bitcode without analysis, after LLVM failed; ``cause`` is that failure."""
        context = self.context
        try:
            bitcode = context.pool.ask(RunPipeline(context.baseline), source=True)
        except WorkerError as error:
            detail = fault(error.detail)
            line = f"LLVM itself fails at {context.baseline} on this input: {error}"
            raise WorkerError(error.reason, f"{line} ({detail})" if detail else line, error.detail) from error
        context.count_failure("measure-failed", cause)
        context.bitcode_only = True
        return Finished(bitcode, {}, {})

    def _measure_oz(self) -> None:
        """Measure -Oz's own object, which was deferred. A plan must be smaller than -Oz's module under the same
        settings, because those settings can be had without lists.
        """
        context, measured = self.context, self.context.measured
        assert measured is not None
        alike = measured.alike or Sizes()
        sizes: Sizes | None = None
        try:
            sizes = context.pool.ask(MeasureOz(context.oz.module.bitcode))
        except EngineError as error:
            context.count_failure("measure-failed", error)
            del context.candidates[1:]
        context.oz.module = replace(context.oz.module, sizes=sizes)
        if context.outlines_by_default and sizes is not None:
            # Lists were measured without outlining, which helps -Oz's object and the plan's alike.
            for candidate in context.candidates[1:]:
                made = candidate.sizes
                moved = None if made is None else made.moved(alike, sizes)
                candidate.module = replace(candidate.module, sizes=moved)
            alike = sizes
        # Without frame pointers, this is -Oz's size under the settings used for the other candidates.
        told = sizes is not None and not measured.likely and not context.outlines_by_default
        context.alike = alike if told else None
        if context.options.select == "auto":
            others = context.candidates[1:]
            context.candidates[1:] = [c for c in others if c.kind != "plan" or c.total < alike.total]

    # -- lists and attributes -------------------------------------------------------------------------------------

    def _try_lists(self) -> None:
        """Search. An internal error ends the search early; results so far are kept."""
        from .search import Search  # with the proposers: a remembered decision needs neither

        try:
            Search(self.context).run()
        except Exception as error:
            if os.environ.get("SMARTOPT_DEBUG") or (isinstance(error, MemoryError) and self.here == "always"):
                raise
            self.context.fallbacks["internal-error"] += 1
            self.context.fault = f"{type(error).__name__}: {error}"

    def _with_attributes(self, winner: Candidate) -> Candidate:
        """The winner with attributes on its functions, if the effort allows and they become smaller."""
        context, options = self.context, self.context.options
        asked = context.budget.attributes and options.select == "auto" and not options.forced_fault
        wanted = options.slim or options.stands_for == "opt"  # a driver without slim settings asks for no attributes
        able = context.by_size and context.slimmable and context.engine == "libllvm"
        if not (asked and wanted and able) or winner.kind == "oz":
            return winner
        start = time.perf_counter()
        try:
            outlining = options.outline and context.outlinable
            chosen = context.pool.ask(ChooseAttributes(winner.module.bitcode, outlining), source=True)
        except EngineError as error:
            context.count_failure("touch-failed", error)
            # After a disturbance the result is either the best candidate or -Oz's, as in ``select``.
            return context.oz if not DISTURBANCES.isdisjoint(context.fallbacks) else winner
        context.add_time("compose", start)
        context.count_refused("touch-refused", chosen.refused)
        if chosen.module is None:
            return winner
        module = replace(context.comparable(chosen.module), interface=winner.module.interface)
        decision = replace(winner.decision, attributes=chosen.attributes)
        candidate = Candidate(winner.kind, winner.text, module, winner.lists, decision)
        context.candidates.append(candidate)
        return candidate

    # -- decisions ------------------------------------------------------------------------------------------------

    def _make_again(self, decision: Decision) -> bytes:
        """The module that a whole-module decision makes."""
        recipe = decision.recipe
        request = RunWholeModule(recipe.pipeline, recipe.threshold, False, recipe.frames)
        return self._give_attributes(self.context.pool.ask(request, source=True).bitcode, decision)

    def _give_attributes(self, bitcode: bytes, decision: Decision) -> bytes:
        """The module with the decided attributes."""
        if not decision.attributes:
            return bitcode
        return self.context.pool.ask(GiveAttributes(bitcode, decision.attributes), source=True)

    def _recall(self, entry: Entry) -> tuple[bytes, Outcome] | None:
        """The output and outcome of a remembered decision, reproduced; None if the decision no longer applies."""
        context, decision = self.context, entry.decision
        try:
            if decision.kind == "plan":
                strategy = STRATEGIES[decision.strategy]
                # Only choices are taken from the recipe, never a pipeline.
                recipe = replace(
                    decision.recipe,
                    kind=strategy.recipe_kind,
                    pipeline=context.pipeline_of(strategy),
                    threshold=strategy.threshold,
                )
                lists = context.legality.replayable(decision.lists)
                if context.expected is not None:
                    context.expected(entry.outcome.emission, b"")
                made = context.pool.ask(ReplayPlan(recipe, lists, decision.last, decision.debug), source=True)
            else:
                recipe = decision.recipe
                if recipe.pipeline not in {context.baseline, *map(context.pipeline_of_variant, VARIANTS)}:
                    return None
                if context.expected is not None:
                    context.expected(entry.outcome.emission, b"")
                request = RunWholeModule(recipe.pipeline, recipe.threshold, False, recipe.frames)
                made = context.pool.ask(request, source=True)
        except (EngineError, PipelineError, KeyError):
            return None
        if view_digest(made.interface) != entry.view:
            return None
        try:
            return self._give_attributes(made.bitcode, decision), entry.outcome.recalled()
        except EngineError:
            return None
