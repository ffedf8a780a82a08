"""Strategies, trials and composition: from an input to finished plans.

For each strategy: make its base, offer lists, try them, compose the winners and, if the effort allows, repair functions
that came out differently than in their trial. Every plan becomes a candidate through the context, which checks it.
"""

from __future__ import annotations

import time

from ..chooser.proposer import FunctionView, Proposal
from ..errors import EngineError, WorkerError
from ..llvm.exclusions import moves_divisions
from ..passes.plan_stages import BASELINE, OZ_LIST
from ..records import dataclass, field, replace
from ..worker.forced_faults import fault_list
from ..worker.pool import Round
from ..worker.protocol import (
    PARTS,
    WHOLE,
    BaseMade,
    Compose,
    ComposeFromSource,
    Finished,
    ListCallSites,
    MakeBase,
    MeasureComposed,
    ReadLines,
    ReadTexts,
    Recipe,
    Request,
    RunWholeModule,
    TrialOutcome,
)
from .budget import LONGEST, MOST, Budget, within_budget
from .candidate import Candidate, Chosen, Decision
from .context import Context
from .mixed_inlining import StrategyView, mix, single_sites
from .strategies import POLISH_AFTER, POLISH_BEFORE, STRATEGIES, Strategy, Variant

__all__ = ["Search"]

Row = tuple[TrialOutcome, Chosen]
"""A trial's outcome and the list that was tried."""
Outcomes = dict[str, list[Row]]
"""By function: what was tried on it, best first."""


@dataclass(frozen=True)
class Base:
    """A strategy's base, as its worker described it."""

    strategy: Strategy
    made: BaseMade

    @property
    def name(self) -> str:
        """The strategy's name."""
        return self.strategy.name

    def admits(self, name: str, pipeline: str | None) -> bool:
        """Whether a list may be tried on a function at all."""
        return pipeline is None or name not in self.made.dividing or not moves_divisions(pipeline)


@dataclass
class Search:
    """The search of one optimisation."""

    context: Context
    first: str = ""
    """The strategy that comes first."""
    _excluded: frozenset[str] = frozenset()
    _last: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By base: functions with trials. Their lists run last; the others' lists run while trials are under way."""
    _tried: dict[tuple[str, str, str], TrialOutcome | None] = field(default_factory=dict)
    """(function, its body's hash, pipeline) to outcome; None if the trial was lost."""

    def run(self) -> None:
        """Add the candidates that the budget allows. Raises no error on purpose."""
        context, budget, forced = self.context, self.context.budget, self.context.forced
        if context.options.forced_fault == "crash-module":
            self._whole_modules((Variant(fault_list("crash-module")),))
        names = [name for name in budget.strategies if name in context.strategies]
        if not names:
            # An engine without inline replay: lists run on -Oz's output, regardless of the effort's strategies.
            context.fallbacks["engine-limited"] += 1
            names = [name for name in STRATEGIES if name in context.strategies]
            names = names[: 1 if context.options.effort == "fast" else None]
        self.first = names[0]
        views: list[StrategyView] = []
        probed: list[Base] = []
        probing = budget.probes and context.lean and any(STRATEGIES[name].kind == "mixed" for name in names)
        for name in names[: 1 if forced else None]:
            if STRATEGIES[name].kind == "mixed" and len(views) < 2:
                continue
            if self._excluded and STRATEGIES[name].pipeline != BASELINE:
                continue  # functions that are left to -Oz must not meet another default pipeline
            base = self._base(STRATEGIES[name], views)
            if base is None:
                continue
            if probing and base.strategy.kind != "mixed":
                self._probe(base, views)
                probed.append(base)
            else:
                self._try(base, views)
                probed.clear()
        if probed:
            # The mixed base equals one of those before it, or could not be made.
            costs = [sum(view.costs.values()) for view in views]
            self._try(probed[costs.index(min(costs))], [])
        if not forced and not self._excluded:
            self._whole_modules(budget.variants)

    def _try(self, base: Base, views: list[StrategyView]) -> None:
        """Try lists on a base and compose the best of them."""
        context, budget = self.context, self.context.budget
        if base.name == self.first:
            self._excluded = frozenset(base.made.excluded)
        outcomes = self._outcomes(base, self._offers(base, budget))
        if budget.polish and not context.forced and self._is_full(base):
            outcomes = self._polished(base, outcomes)
        if not context.options.forced_fault:
            self._compose(base, outcomes, budget)
        if base.strategy.kind != "after":
            views.append(self._view(base, outcomes))

    def _probe(self, base: Base, views: list[StrategyView]) -> None:
        """Try -Oz's own list alone on every function of a base, to learn what the strategy's inlining costs."""
        if base.name == self.first:
            self._excluded = frozenset(base.made.excluded)
        own = {name: [Chosen(OZ_LIST, "oz", 0)] for name in base.made.hashes}
        views.append(self._view(base, self._outcomes(base, own, probe=True)))

    def _view(self, base: Base, outcomes: Outcomes) -> StrategyView:
        costs = {name: self.context.key(rows[0][0])[0] for name, rows in outcomes.items() if rows}
        return StrategyView(frozenset(base.made.decisions), base.made.hashes, costs)

    # -- whole-module candidates ----------------------------------------------------------------------------------

    def _whole_modules(self, variants: tuple[Variant, ...]) -> None:
        context = self.context
        start = time.perf_counter()
        for variant in variants:
            pipeline = context.pipeline_of_variant(variant)
            request = RunWholeModule(pipeline, variant.threshold, True, context.frames)
            try:
                module = context.comparable(context.pool.ask(request, source=True))
            except WorkerError as error:
                context.count_failure("module-variant-crash", error)
                continue
            except EngineError:
                context.fallbacks["list-refused"] += 1
                continue
            recipe = Recipe("after", pipeline, variant.threshold, (), module.frames)
            context.admit(Candidate("module", variant.text, module, {}, Decision("module", recipe)))
        context.add_time("try", start)

    # -- bases ----------------------------------------------------------------------------------------------------

    def _base(self, strategy: Strategy, views: list[StrategyView]) -> Base | None:
        """A strategy's base; None if it cannot be made or equals an earlier one."""
        context, kind = self.context, strategy.recipe_kind
        start = time.perf_counter()
        try:
            decided = self._decided(strategy, views)
            if decided is not None and frozenset(decided) in {view.decisions for view in views}:
                return None
            pipeline = context.pipeline_of(strategy)
            request = MakeBase(kind, pipeline, strategy.threshold, decided, context.frames)
            made = context.pool.ask(request, source=True)
        except EngineError as error:
            context.count_failure("replay-failed", error)
            return None
        finally:
            context.add_time("propose", start)
        if kind == "replay" and made.hashes in [view.hashes for view in views]:
            return None
        context.pool.add_base(strategy.name, made.bitcode)
        return Base(strategy, made)

    def _decided(self, strategy: Strategy, views: list[StrategyView]) -> tuple[int, ...] | None:
        """The inlining decisions of a strategy that does not replay -Oz's; None for the others. Functions left to -Oz
        keep -Oz's decisions.
        """
        if strategy.kind in ("replay", "after"):
            return None
        sites = self.context.pool.ask(ListCallSites(), source=True)
        if strategy.kind == "none":
            decided: frozenset[int] = frozenset()
        elif strategy.kind == "single":
            decided = single_sites(sites.calls, sites.local)
        else:
            decided = mix(sites.calls, views)
        fixed = {number for number, (caller, _) in enumerate(sites.calls) if caller in self._excluded}
        return tuple(sorted((decided - fixed) | (fixed & views[0].decisions if views else set())))

    # -- what to try ----------------------------------------------------------------------------------------------

    def _offers(self, base: Base, budget: Budget) -> dict[str, list[Chosen]]:
        """The lists to try, by function: what -Oz would do first, then the proposer's."""
        context, legality = self.context, self.context.legality
        start = time.perf_counter()
        names = list(base.made.hashes)
        lists = list(context.options.forced_lists)
        if context.options.forced_fault:
            lists = [fault_list(context.options.forced_fault)]
        if lists:
            return {name: [Chosen(lists[i % len(lists)], "search", i % len(lists))] for i, name in enumerate(names)}
        own = Chosen("" if base.strategy.kind == "after" else OZ_LIST, "oz", 0)
        offers = {name: [own] for name in names}
        excluded = frozenset(base.made.excluded)
        free = [name for name in names if name not in excluded]
        if len(free) < len(names):
            context.fallbacks["function-excluded"] += len(names) - len(free)
        count = budget.rounds if self._is_full(base) else budget.other_rounds
        extra = self._random() if self._is_full(base) else []
        ranked = self._ranked(base, free, count)
        legality.check_all([proposal.passes for proposals in [*ranked, extra] for proposal in proposals])
        for name, proposals in zip(free, ranked, strict=True):
            seen = {legality.pipeline(own.passes)}
            for proposal in [*proposals, *extra]:
                pipeline = legality.pipeline(proposal.passes)
                if pipeline not in seen and base.admits(name, pipeline):
                    seen.add(pipeline)
                    shown = proposal.passes if context.engine != "llvmlite" else str(pipeline)
                    offers[name].append(Chosen(shown, proposal.source, proposal.rank))
                    legality.define(shown, pipeline)
        context.add_time("propose", start)
        return offers

    def _ranked(self, base: Base, names: list[str], count: int) -> list[list[Proposal]]:
        """The proposer's lists for each function, as many as the budget allows."""
        context, proposing = self.context, self.context.proposing
        proposer, ask = proposing.proposer, context.pool.ask
        known = context.facts.instructions
        views = [FunctionView(name, known.get(name, 0)) for name in names]
        if base.strategy.kind == "after" and (proposer.wants_text or proposer.wants_lines):
            proposer = proposing.coreset  # models know functions as they are before they are simplified
        elif proposer.wants_text:
            own, frames = (context.legality.pipeline(OZ_LIST), context.frames) if proposer.wants_code else (None, ())
            texts = ask(ReadTexts(base.name, own, frames), base=base.name)
            views = [FunctionView(name, texts[name][1], texts[name][0]) for name in names]
        elif proposer.wants_lines:
            lines = ask(ReadLines(base.name), base=base.name)
            views = proposing.views({name: lines[name] for name in names})
        if not context.lean:
            return proposing.ask(proposer, views, count)
        ranked = proposing.ask(proposer, views, min(MOST, LONGEST * count))
        return within_budget(views, ranked, count, context.worth)

    def _random(self) -> list[Proposal]:
        """Random trusted lists, the same for every function, where the options ask for a search."""
        count = self.context.options.search
        if not count:
            return []
        from random import Random

        from ..passes.random_lists import random_list

        rng = Random(0)
        return [Proposal(str(random_list(rng, self.context.trusted)), "search", rank) for rank in range(count)]

    def _is_full(self, base: Base) -> bool:
        """Whether a base gets the whole budget: the first and the mixed one."""
        return base.name == self.first or base.strategy.kind == "mixed"

    # -- trials ---------------------------------------------------------------------------------------------------

    def _outcomes(self, base: Base, offers: dict[str, list[Chosen]], probe: bool = False) -> Outcomes:
        """Try every offer; a function's body that an earlier base had too is not tried again.

        ``probe``: no plan follows, so no work is begun for it.
        """
        context, legality, hashes = self.context, self.context.legality, base.made.hashes
        start = time.perf_counter()
        depth = max((len(offer) for offer in offers.values()), default=0)
        self._assume(base, offers)
        rounds = []
        for rank in range(depth):
            lists = {}
            for name, offer in offers.items():
                pipeline = legality.pipeline(offer[rank].passes) if rank < len(offer) else None
                if pipeline is not None and (name, hashes[name], pipeline) not in self._tried:
                    lists[name] = pipeline
            rounds.append(Round(rank, base.name, lists))
        decided = {} if probe else self._decided_lists(base, offers, rounds)
        done = context.progress_of(f"trying pass lists ({base.name})", depth)
        results = context.pool.run(rounds, context.by_size, done, decided)
        for item, found in zip(rounds, results, strict=True):
            for name, pipeline in item.lists.items():
                self._tried[name, hashes[name], pipeline] = found.get(name)
        outcomes = {name: self._rows(base, name, offer) for name, offer in offers.items()}
        context.add_time("try", start)
        return outcomes

    def _rows(self, base: Base, name: str, offer: list[Chosen]) -> list[Row]:
        """The outcomes of a function's offers, best first; ties keep the offers' order."""
        rows = []
        for chosen in offer:
            pipeline = self.context.legality.pipeline(chosen.passes)
            outcome = None if pipeline is None else self._tried.get((name, base.made.hashes[name], pipeline))
            if outcome is not None:
                rows.append((outcome, chosen))
        rows.sort(key=lambda row: self.context.key(row[0]))
        return rows

    def _decided_lists(self, base: Base, offers: dict[str, list[Chosen]], rounds: list[Round]) -> dict[str, str]:
        """In lean efforts, the lists of functions without trials; also stores the remaining functions in ``_last``."""
        if not self.context.lean:
            return {}
        tried = {name for item in rounds for name in item.lists}
        self._last[base.name] = tuple(name for name in offers if name in tried)
        best = {name: self._rows(base, name, offer) for name, offer in offers.items() if name not in tried}
        legality = self.context.legality
        return {name: legality.pipeline(rows[0][1].passes) or "" for name, rows in best.items() if rows}

    def _assume(self, base: Base, offers: dict[str, list[Chosen]]) -> None:
        """In lean efforts, assume that -Oz's own list gives what -Oz gave, if the inlining is -Oz's.

        A linker's pipeline is another one, so nothing is assumed there.
        """
        context = self.context
        if not context.lean or base.name != "replay" or context.linking:
            return
        instructions = context.oz.module.instructions
        sizes = context.expected_bytes if context.by_size else instructions
        for name, offer in offers.items():
            pipeline = context.legality.pipeline(offer[0].passes)
            if offer[0].source == "oz" and pipeline is not None and name in sizes:
                outcome = (instructions.get(name, 0), sizes[name] if context.by_size else 0)
                self._tried.setdefault((name, base.made.hashes[name], pipeline), outcome)

    def _polished(self, base: Base, outcomes: Outcomes) -> Outcomes:
        """One step of local search: each function's best list with one more pass before or after it."""
        offers: dict[str, list[Chosen]] = {}
        for name, rows in outcomes.items():
            if not rows or name in base.made.excluded or "|" in rows[0][1].passes:
                continue
            best = rows[0][1].passes
            texts = [*(f"{best},{more}" for more in POLISH_AFTER), *(f"{more},{best}" for more in POLISH_BEFORE)]
            offers[name] = [
                Chosen(text.strip(","), "search", rank)
                for rank, text in enumerate(texts)
                if base.admits(name, self.context.legality.pipeline(text.strip(",")))
            ]
        polished = self._outcomes(base, offers)
        merged = {name: rows + polished.get(name, []) for name, rows in outcomes.items()}
        for rows in merged.values():
            rows.sort(key=lambda row: self.context.key(row[0]))
        return merged

    # -- composition ----------------------------------------------------------------------------------------------

    def _compose(self, base: Base, outcomes: Outcomes, budget: Budget) -> None:
        """Compose the winners. Functions that come out worse than in their trial get their next best list, except when
        plans are measured by parts (it gained 69 bytes of 800,000 on 14 files).
        """
        context = self.context
        start = time.perf_counter()
        best = {name: rows[0] for name, rows in outcomes.items() if rows}
        if not best or self._is_known(best):
            context.add_time("compose", start)
            return
        if context.lean and base.name == self.first:
            context.announce()
        repairs = 0 if context.by_parts else budget.repairs
        progress = context.progress_of("composing", repairs + 1)
        for attempt in range(repairs + 1):
            if progress is not None:
                progress(attempt)
            lists = {name: row[1] for name, row in best.items()}
            decision = self._decision(base, lists)
            module = self._composed(base, decision)
            if module is None:
                break
            label = base.name if attempt == 0 else f"{base.name} repair {attempt}"
            context.admit(Candidate("plan", label, module, lists, decision))
            if not repairs or not self._repair(module, best, outcomes):
                break
        context.add_time("compose", start)

    def _is_known(self, best: dict[str, Row]) -> bool:
        """Whether no list helps: -Oz's module, which we already have, is then the plan. A linker's pipeline is not that
        of -Oz's own list.
        """
        context = self.context
        auto = context.by_parts and context.options.select == "auto" and not context.linking
        if not auto or any(chosen.source != "oz" for _, chosen in best.values()):
            return False
        last = context.candidates[-1]
        if last.kind == "module" and last.module.bitcode:
            context.announce(last.module.bitcode)
        return True

    def _composed(self, base: Base, decision: Decision) -> Finished | None:
        """A plan's module, with debug information where the source has any; None where it cannot be had."""
        context, debug = self.context, base.made.debug
        measure = PARTS if context.by_parts else WHOLE
        try:
            request = Compose(base.name, decision.lists, measure, decision.last)
            plain = self._finished(request, not debug, base=base.name)
            if not debug:
                return plain
            from_source = ComposeFromSource(decision.recipe, decision.lists, decision.last, measure)
            real = self._finished(from_source, True, source=True)
        except WorkerError as error:
            context.count_failure("compose-crash", error)
            return None
        except EngineError:
            context.fallbacks["compose-invalid"] += 1
            return None
        if real.sizes and plain.sizes and real.sizes.text != plain.sizes.text:
            # Inconclusive if a worker was killed: the new one may have measured bodies that the old one had cached.
            killed = context.pool.fallbacks["trial-killed"] > 0
            context.fallbacks["compose-crash" if killed else "debug-differs"] += 1
            return None
        # Data that only debug information needs must not affect the choice: with and without it the same plan wins.
        return replace(real, sizes=plain.sizes) if context.by_parts else real

    def _finished(
        self, request: Request[Finished], last: bool, *, base: str | None = None, source: bool = False
    ) -> Finished:
        """A plan composed and measured; ``last``: this is the final module, so its object may be compiled meanwhile."""
        context = self.context
        for _ in range(2):
            module = context.pool.ask(request, base=base, source=source)
            if not context.by_parts:
                return context.comparable(module)
            if last:
                context.announce(module.bitcode)
            parts = context.pool.ask(MeasureComposed())
            if parts is not None:
                return context.comparable(module, parts)
        raise WorkerError("trial-killed", "the worker was killed before it had measured what it composed")

    def _repair(self, module: Finished, best: dict[str, Row], outcomes: Outcomes) -> bool:
        """Choose other lists for functions larger than in their trial and in -Oz. Returns whether any changed."""
        context = self.context
        measured = (module.sizes.functions if module.sizes else {}) if context.by_size else module.instructions
        reference = context.expected_bytes if context.by_size else context.oz.module.instructions
        changed = False
        for name, (outcome, chosen) in list(best.items()):
            expected = outcome[1] if context.by_size else outcome[0]
            got = measured.get(name)
            if got is None:
                continue
            context.agreed["same" if got == expected else "other"] += 1
            if got > expected and got > reference.get(name, got):
                seen = (outcome[0], got) if context.by_size else (got, outcome[1])
                rows = [(seen, row[1]) if row[1] == chosen else row for row in outcomes[name]]
                rows.sort(key=lambda row: context.key(row[0]))
                outcomes[name], best[name] = rows, rows[0]
                changed = changed or rows[0][1] != chosen
        return changed

    def _decision(self, base: Base, lists: dict[str, Chosen]) -> Decision:
        """The decision that reproduces a plan from the input."""
        made, strategy = base.made, base.strategy
        pipeline = self.context.pipeline_of(strategy)
        recipe = Recipe(strategy.recipe_kind, pipeline, strategy.threshold, made.decisions, made.frames)
        return Decision(
            kind="plan",
            recipe=recipe,
            strategy=strategy.name,
            debug=made.debug,
            lists={name: self.context.legality.pipeline(chosen.passes) or "" for name, chosen in lists.items()},
            last=self._last.get(base.name, ()),
        )
