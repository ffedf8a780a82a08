"""Arms, trials and composition: from an input to finished plans.

For each arm: make its base, offer lists to its functions, try them, put the winners together, and where there is time
repair what came out otherwise than it was tried. Every finished plan goes to the context as a candidate; nothing is
believed here.
"""

from __future__ import annotations

import time

from ..annotations import Any
from ..chooser.proposer import FunctionView, Proposal
from ..errors import EngineError, WorkerError
from ..llvm.exclusions import moves_divisions
from ..passes.stages import BASELINE, OZ_LIST
from ..records import dataclass, field
from ..worker.forced_faults import fault_list
from ..worker.pool import Outcome, Round
from .budget import LONGEST, MOST, affordable
from .context import Context
from .mixed_inlining import ArmView, mix, single_sites
from .result import Candidate, Chosen
from .strategies import ARMS, EFFORTS, POLISH_AFTER, POLISH_BEFORE, Arm, Budget, Variant

__all__ = ["Search", "engine_kind"]

Row = tuple[Outcome, Chosen]


@dataclass
class Base:
    """An arm's base, as its worker described it."""

    arm: Arm
    decisions: list[int]
    debug: bool
    hashes: dict[str, str]
    excluded: set[str]
    dividing: set[str]
    frames: list[str]
    """The functions that have a frame pointer in it."""

    def fits(self, name: str, pipeline: str | None) -> bool:
        """Whether a list may be tried on a function at all."""
        return pipeline is None or name not in self.dividing or not moves_divisions(pipeline)


@dataclass
class Search:
    """The search of one optimisation."""

    context: Context
    first_arm: str = ""
    _excluded: set[str] = field(default_factory=set)
    _late: dict[str, list[str]] = field(default_factory=dict)
    """Functions of a base on which something was tried: their lists are run last, the others' before that is done."""
    _tried: dict[tuple[str, str, str], Outcome | None] = field(default_factory=dict)

    def run(self) -> None:
        """Try everything that the effort allows."""
        budget = EFFORTS[self.context.options.effort]
        forced = bool(self.context.options.forced_lists or self.context.options.forced_fault)
        if self.context.options.forced_fault == "crash-module":
            self._variants((Variant(fault_list("crash-module")),))
        names = [name for name in budget.arms if name in self.context.arms]
        if not names:
            # An engine without inline replay: lists run on what -Oz left, whatever the effort's own arms are.
            self.context.fallbacks["engine-limited"] += 1
            names = [name for name in ARMS if name in self.context.arms][
                : 1 if self.context.options.effort == "fast" else None
            ]
        self.first_arm = names[0]
        views: list[ArmView] = []
        for name in names[: 1 if forced else None]:
            if ARMS[name].kind == "mixed" and len(views) < 2:
                continue
            if self._excluded and ARMS[name].pipeline != BASELINE:
                continue  # functions that are left to -Oz must not meet another default pipeline
            base = self._base(ARMS[name], views)
            if base is None:
                continue
            if base.arm.name == self.first_arm:
                self._excluded = base.excluded
            outcomes = self._outcomes(base, self._offers(base, budget))
            if budget.polish and not forced and self._is_full(base):
                outcomes = self._polished(base, outcomes)
            if not self.context.options.forced_fault:
                self._compose(base, outcomes, budget)
            if base.arm.kind != "after":
                costs = {name: self.context.key(rows[0][0])[0] for name, rows in outcomes.items() if rows}
                views.append(ArmView(frozenset(base.decisions), base.hashes, costs))
        if not forced and not self._excluded:
            self._variants(budget.variants)

    # -- whole-module candidates ----------------------------------------------------------------------------------

    def _variants(self, variants: tuple[Variant, ...]) -> None:
        start = time.perf_counter()
        for variant in variants:
            try:
                arguments = variant.pipeline, variant.threshold, True, self.context.frames
                answer = self.context.crew.ask("variant", *arguments, source=True)
                framed, answer = answer["framed"], self.context.comparable(answer)
            except WorkerError as error:
                self.context.lose("module-variant-crash", error)
                continue
            except EngineError:
                self.context.fallbacks["list-refused"] += 1
                continue
            decision = {
                "kind": "module",
                "pipeline": variant.pipeline,
                "threshold": variant.threshold,
                "frames": framed,
            }
            self.context.admit(Candidate("module", variant.text, answer, {}, decision))
        self.context.spent("try", start)

    # -- arms -----------------------------------------------------------------------------------------------------

    def _base(self, arm: Arm, views: list[ArmView]) -> Base | None:
        """An arm's base; None where it could not be made or would be one that was there already."""
        start = time.perf_counter()
        kind = engine_kind(arm)
        try:
            decided = self._decided(arm, views)
            if decided is not None and frozenset(decided) in {view.decisions for view in views}:
                return None
            answer = self.context.crew.ask(
                "make_base",
                kind,
                self.context.arm_pipeline(arm),
                arm.threshold,
                decided,
                self.context.frames,
                source=True,
            )
        except EngineError as error:
            self.context.lose("replay-failed", error)
            return None
        finally:
            self.context.spent("propose", start)
        if kind == "replay" and answer["hashes"] in [view.hashes for view in views]:
            return None
        self.context.crew.add_base(arm.name, answer["bitcode"])
        return Base(
            arm,
            answer["decisions"],
            answer["debug"],
            answer["hashes"],
            set(answer["excluded"]),
            set(answer["dividing"]),
            answer["framed"],
        )

    def _offers(self, base: Base, budget: Budget) -> dict[str, list[Chosen]]:
        """The lists to try, by function: what -Oz would do first, then the proposer's."""
        start = time.perf_counter()
        names = list(base.hashes)
        lists = list(self.context.options.forced_lists)
        if self.context.options.forced_fault:
            lists = [fault_list(self.context.options.forced_fault)]
        if lists:
            return {name: [Chosen(lists[i % len(lists)], "search", i % len(lists))] for i, name in enumerate(names)}
        own = Chosen("" if base.arm.kind == "after" else OZ_LIST, "oz", 0)
        offers = {name: [own] for name in names}
        free = [name for name in names if name not in base.excluded]
        if len(free) < len(names):
            self.context.fallbacks["function-excluded"] += len(names) - len(free)
        count = budget.rounds if self._is_full(base) else budget.arm_rounds
        extra = self._random() if self._is_full(base) else []
        ranked = self._ranked(base, free, count)
        self.context.legalise([proposal.passes for proposals in [*ranked, extra] for proposal in proposals])
        for name, proposals in zip(free, ranked, strict=True):
            seen = {self.context.pipeline(own.passes)}
            for proposal in [*proposals, *extra]:
                pipeline = self.context.pipeline(proposal.passes)
                if pipeline not in seen and base.fits(name, pipeline):
                    seen.add(pipeline)
                    shown = proposal.passes if self.context.engine != "llvmlite" else str(pipeline)
                    offers[name].append(Chosen(shown, proposal.source, proposal.rank))
                    self.context.know(shown, pipeline)
        self.context.spent("propose", start)
        return offers

    def _ranked(self, base: Base, names: list[str], count: int) -> list[list[Proposal]]:
        """The proposer's lists for each function, as many as the effort affords."""
        proposer, objective = self.context.proposer, self.context.options.objective
        known = self.context.info["instructions"]
        views = [FunctionView(name, known.get(name, 0)) for name in names]
        if base.arm.kind == "after" and (proposer.wants_text or proposer.wants_features):
            proposer = self.context.coreset  # models know functions as they are before they are simplified
        elif proposer.wants_text:
            code = (self.context.pipeline(OZ_LIST), self.context.frames) if proposer.wants_code else ()
            texts = self.context.crew.ask("texts", base.arm.name, *code, base=base.arm.name)
            views = [FunctionView(name, texts[name][1], texts[name][0]) for name in names]
        elif proposer.wants_features:
            seen = self.context.crew.ask("features", base.arm.name, base=base.arm.name)
            views = self.context.views({name: seen[name] for name in names})
        if not self.context.lean:
            return proposer.propose(views, objective, count)
        ranked = self.context.proposed(proposer, views, min(MOST, LONGEST * count))
        return affordable(views, ranked, count, self.context.worth)

    def _outcomes(self, base: Base, offers: dict[str, list[Chosen]]) -> dict[str, list[tuple[Outcome, Chosen]]]:
        """Try every offer; a function's body that an earlier arm had too is not tried again."""
        start = time.perf_counter()
        depth = max((len(offer) for offer in offers.values()), default=0)
        self._assume(base, offers)
        rounds = []
        for rank in range(depth):
            lists = {}
            for name, offer in offers.items():
                pipeline = self.context.pipeline(offer[rank].passes) if rank < len(offer) else None
                if pipeline is not None and (name, base.hashes[name], pipeline) not in self._tried:
                    lists[name] = pipeline
            rounds.append(Round(rank, base.arm.name, lists))
        stage = f"trying pass lists ({base.arm.name})"
        done = None if self.context.progress is None else (lambda n: self.context.progress(stage, n, depth))  # type: ignore[misc]
        settled = self._settled(base, offers, rounds)
        results = self.context.crew.run(rounds, self.context.by_size, done, settled)
        for item, found in zip(rounds, results, strict=True):
            for name, pipeline in item.lists.items():
                self._tried[name, base.hashes[name], pipeline] = found.get(name)
        outcomes = {name: self._rows(base, name, offer) for name, offer in offers.items()}
        self.context.spent("try", start)
        return outcomes

    def _rows(self, base: Base, name: str, offer: list[Chosen]) -> list[Row]:
        """What is known of a function's offers, best first; equal outcomes keep the order of the offers."""
        rows = []
        for chosen in offer:
            pipeline = self.context.pipeline(chosen.passes)
            outcome = None if pipeline is None else self._tried.get((name, base.hashes[name], pipeline))
            if outcome is not None:
                rows.append((outcome, chosen))
        rows.sort(key=lambda row: self.context.key(row[0]))
        return rows

    def _settled(self, base: Base, offers: dict[str, list[Chosen]], rounds: list[Round]) -> dict[str, str]:
        """The lists of functions on which nothing more is tried, in lean efforts; notes which the others are."""
        if not self.context.lean:
            return {}
        tried = {name for item in rounds for name in item.lists}
        self._late[base.arm.name] = [name for name in offers if name in tried]
        best = {name: self._rows(base, name, offer) for name, offer in offers.items() if name not in tried}
        return {name: self.context.pipeline(rows[0][1].passes) or "" for name, rows in best.items() if rows}

    def _assume(self, base: Base, offers: dict[str, list[Chosen]]) -> None:
        """Lean efforts take for granted that -Oz's own list brings what -Oz brought, where inlining is -Oz's."""
        if not self.context.lean or base.arm.name != "replay":
            return
        before = self.context.oz.answer
        sizes = self.context.expected if self.context.by_size else before["instructions"]
        for name, offer in offers.items():
            pipeline = self.context.pipeline(offer[0].passes)
            if offer[0].source == "oz" and pipeline is not None and name in sizes:
                outcome = (before["instructions"].get(name, 0), sizes[name] if self.context.by_size else 0)
                self._tried.setdefault((name, base.hashes[name], pipeline), outcome)

    def _random(self) -> list[Proposal]:
        """Random trusted lists, the same for every function, where the options ask for a search."""
        count = self.context.options.search
        if not count:
            return []
        from random import Random

        from ..passes.sample import random_list

        rng = Random(0)
        return [Proposal(str(random_list(rng, self.context.trusted)), "search", rank) for rank in range(count)]

    def _is_full(self, base: Base) -> bool:
        """Whether an arm is worth the whole budget: the first one, and the best of all that came before."""
        return base.arm.name == self.first_arm or base.arm.kind == "mixed"

    def _polished(
        self, base: Base, outcomes: dict[str, list[tuple[Outcome, Chosen]]]
    ) -> dict[str, list[tuple[Outcome, Chosen]]]:
        """One step of local search: each function's best list with one more pass before or after it."""
        offers: dict[str, list[Chosen]] = {}
        for name, rows in outcomes.items():
            if not rows or name in base.excluded or "|" in rows[0][1].passes:
                continue
            best = rows[0][1].passes
            texts = [*(f"{best},{more}" for more in POLISH_AFTER), *(f"{more},{best}" for more in POLISH_BEFORE)]
            offers[name] = [
                Chosen(text.strip(","), "search", rank)
                for rank, text in enumerate(texts)
                if base.fits(name, self.context.pipeline(text.strip(",")))
            ]
        polished = self._outcomes(base, offers)
        merged = {name: rows + polished.get(name, []) for name, rows in outcomes.items()}
        for rows in merged.values():
            rows.sort(key=lambda row: self.context.key(row[0]))
        return merged

    def _compose(
        self,
        base: Base,
        outcomes: dict[str, list[tuple[Outcome, Chosen]]],
        budget: Budget,
    ) -> None:
        """Put the winners together; functions that come out otherwise than they were tried get their next best.

        In a driver at the efforts where time counts they do not: on 14 files 69 bytes of 800,000 were won so.
        """
        start = time.perf_counter()
        best = {name: rows[0] for name, rows in outcomes.items() if rows}
        if not best or self._is_known(best):
            self.context.spent("compose", start)
            return
        if self.context.lean and base.arm.name == self.first_arm:
            self.context.foretell()
        repairs = 0 if self.context.by_parts else budget.repairs
        for attempt in range(repairs + 1):
            if self.context.progress is not None:
                self.context.progress("composing", attempt, repairs + 1)
            lists = {name: row[1] for name, row in best.items()}
            answer = self._composed(base, lists)
            if answer is None:
                break
            label = base.arm.name if attempt == 0 else f"{base.arm.name} repair {attempt}"
            self.context.admit(Candidate("plan", label, answer, lists, self._plan(base, lists)))
            if not repairs or not self._repair(answer, best, outcomes):
                break
        self.context.spent("compose", start)

    def _is_known(self, best: dict[str, Row]) -> bool:
        """Whether no list pays, so that -Oz's module is the plan, and at hand."""
        auto = self.context.by_parts and self.context.options.select == "auto"
        if not auto or any(chosen.source != "oz" for _, chosen in best.values()):
            return False
        last = self.context.candidates[-1]
        if last.kind == "module" and last.answer["bitcode"]:
            self.context.foretell(last.answer["bitcode"])
        return True

    def _composed(self, base: Base, lists: dict[str, Chosen]) -> dict[str, Any] | None:
        plan = self._plan(base, lists)
        how = "parts" if self.context.by_parts else "whole"
        try:
            arguments = base.arm.name, plan["lists"], how, plan["late"]
            answer = self._finished(not base.debug, "compose", *arguments, base=base.arm.name)
            if not base.debug:
                return self.context.comparable(answer)
            arm = {**plan, "kind": engine_kind(base.arm)}
            real = self._finished(True, "compose_source", arm, how, source=True)
        except WorkerError as error:
            self.context.lose("compose-crash", error)
            return None
        except EngineError:
            self.context.fallbacks["compose-invalid"] += 1
            return None
        answer, real = self.context.comparable(answer), self.context.comparable(real)
        if real["sizes"] and real["sizes"]["text"] != answer["sizes"]["text"]:
            # Not for certain where a worker was killed: it knew bodies that another would have measured anew.
            killed = self.context.crew.fallbacks["trial-killed"] > 0
            self.context.fallbacks["compose-crash" if killed else "debug-differs"] += 1
            return None
        # Data that only debug information needs has no part in choosing: with and without it the same plan wins.
        return {**real, "sizes": answer["sizes"]} if self.context.by_parts else real

    def _finished(self, last: bool, method: str, *arguments: Any, **needs: Any) -> dict[str, Any]:
        """A plan put together and measured; if it is the ``last`` made of it, its object may be made meanwhile."""
        for _ in range(2):
            answer: dict[str, Any] = self.context.crew.ask(method, *arguments, **needs)
            if not self.context.by_parts:
                return answer
            if last:
                self.context.foretell(answer["bitcode"])
            parts = self.context.crew.ask("parts")
            if parts is not None:
                return {**answer, "sizes": parts}
        raise WorkerError("trial-killed", "the worker was killed before it had measured what it put together")

    def _repair(
        self,
        answer: dict[str, Any],
        best: dict[str, tuple[Outcome, Chosen]],
        outcomes: dict[str, list[tuple[Outcome, Chosen]]],
    ) -> bool:
        """Change the choice of functions that came out larger than tried and than in -Oz; whether any was."""
        measured = answer["sizes"]["functions"] if self.context.by_size else answer["instructions"]
        reference = self.context.expected if self.context.by_size else self.context.oz.answer["instructions"]
        changed = False
        for name, (outcome, chosen) in list(best.items()):
            expected = outcome[1] if self.context.by_size else outcome[0]
            got = measured.get(name)
            if got is None:
                continue
            self.context.agreed["same" if got == expected else "other"] += 1
            if got > expected and got > reference.get(name, got):
                seen = (outcome[0], got) if self.context.by_size else (got, outcome[1])
                rows = [(seen, row[1]) if row[1] == chosen else row for row in outcomes[name]]
                rows.sort(key=lambda row: self.context.key(row[0]))
                outcomes[name], best[name] = rows, rows[0]
                changed = changed or rows[0][1] != chosen
        return changed

    def _plan(self, base: Base, lists: dict[str, Chosen]) -> dict[str, Any]:
        """A plan as plain data: what makes it again from the source."""
        return {
            "kind": "plan",
            "arm": base.arm.name,
            "pipeline": self.context.arm_pipeline(base.arm),
            "threshold": base.arm.threshold,
            "decisions": base.decisions,
            "debug": base.debug,
            "frames": base.frames,
            "lists": {name: self.context.pipeline(chosen.passes) or "" for name, chosen in lists.items()},
            "late": self._late.get(base.arm.name, []),
        }

    def _decided(self, arm: Arm, views: list[ArmView]) -> list[int] | None:
        """The inlining decisions of an arm that does not read them from a twin.

        Into functions that are left to -Oz goes what -Oz itself inlines there.
        """
        if arm.kind in ("replay", "after"):
            return None
        homes = self.context.crew.ask("homes", source=True)
        if arm.kind == "none":
            decided: frozenset[int] = frozenset()
        elif arm.kind == "single":
            decided = single_sites(homes["calls"], homes["local"])
        else:
            decided = mix(homes["calls"], views)
        fixed = {number for number, (caller, _) in enumerate(homes["calls"]) if caller in self._excluded}
        return sorted((decided - fixed) | (fixed & views[0].decisions if views else set()))


def engine_kind(arm: Arm) -> str:
    """How a workbench makes the base: it only knows decisions that are replayed, and whole pipelines."""
    return "after" if arm.kind == "after" else "replay"
