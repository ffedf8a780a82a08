"""One optimisation from input to result: baseline, propose, try, compose, select (DESIGN section 1).

All LLVM work happens in workers (``crew``); this file decides what to try and what to believe. Whatever goes wrong
after the baseline costs candidates and is counted; the baseline itself is always a candidate, so the output is never
larger than -Oz's by the chosen measure.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..errors import EngineError, PipelineError, WorkerError
from ..llvm.interface import compare
from ..model.proposer import FunctionView, Proposer
from ..options import Options
from ..passes.passlist import PassList
from ..passes.trusted import Trusted
from .crew import Crew, Outcome, Round
from .hooks import fault_list
from .libcalls import LIBRARY_CALLS
from .memory import Memory, make_key, read_entry, view_digest
from .mixing import ArmView, mix, single_sites
from .plans import ARMS, BASELINE, EFFORTS, OZ_LIST, VARIANTS, Arm, Budget, Variant
from .report import make_report
from .result import Candidate, Chosen, Result

__all__ = ["Flow", "Progress"]

DISTURBANCES = frozenset({"trial-killed", "trial-timeout", "trial-memory"})
"""Reasons that may not come again: what was decided under them is not remembered."""

Progress = Callable[[str, int, int], None]
"""Told (stage, done, total) as work goes on."""


@dataclass
class Base:
    """An arm's base, as its worker described it."""

    arm: Arm
    decisions: list[int]
    debug: bool
    hashes: dict[str, str]
    excluded: set[str]


@dataclass
class Flow:
    """The state of one optimisation."""

    crew: Crew
    options: Options
    trusted: Trusted
    proposer: Proposer
    engine: str
    arms: frozenset[str]
    progress: Progress | None = None
    memory: Memory | None = None
    seconds: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("baseline", "propose", "try", "compose"), 0.0)
    )
    fallbacks: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    candidates: list[Candidate] = field(default_factory=list)
    _legal: dict[str, str | None] = field(default_factory=dict)
    _tried: dict[tuple[str, str, str], Outcome | None] = field(default_factory=dict)

    # -- the five steps -------------------------------------------------------------------------------------------

    def run(self, text: bool) -> Result:
        start = time.perf_counter()
        self.baseline = f"default<{self.options.level}>"
        key = "" if self.memory is None else make_key(self.memory, self.crew.data)
        remembered = None if self.memory is None else self._recall(self.memory, key)
        if remembered is None:
            winner, report = self._work(start)
            data = winner.answer["bitcode"]
            if self.memory is not None:
                self._remember(self.memory, key, winner, report)
        else:
            data, report = remembered
        if text:
            data = self.crew.ask("render", data)
        report["seconds"]["total"] = round(time.perf_counter() - start, 4)
        return Result(data, report)

    def _work(self, start: float) -> tuple[Candidate, dict[str, Any]]:
        """The five steps; answers the winner and the report."""
        info = self.info = self.crew.load()
        self.by_size = self.options.objective == "size" and info["measurable"]
        if self.options.objective == "size" and not info["measurable"]:
            self.fallbacks["target-missing"] += 1
        decision = {"kind": "oz", "pipeline": self.baseline, "threshold": None}
        answer = self.crew.ask("variant", self.baseline, None, source=True)
        oz = Candidate("oz", self.baseline, answer, {}, decision)
        self.candidates.append(oz)
        self._spent("baseline", start)
        if not info["instructions"]:
            self.fallbacks["no-functions"] += 1
        elif info["excluded"]:
            self.fallbacks["module-excluded"] += 1
        else:
            self._search(oz)
        winner = self._select(oz)
        return winner, make_report(
            options=self.options,
            engine=self.engine,
            llvm=info["version"],
            model=self.proposer.name,
            source_instructions=info["instructions"],
            oz=oz,
            winner=winner,
            candidates=self.candidates,
            trials=self.crew.trials,
            seconds=self.seconds,
            fallbacks=self.fallbacks + self.crew.fallbacks,
            extra={"agreement": dict(self.agreed)},
        )

    # -- memory ---------------------------------------------------------------------------------------------------

    def _remember(self, memory: Memory, key: str, winner: Candidate, report: dict[str, Any]) -> None:
        disturbed = any(reason in DISTURBANCES for reason in report["fallbacks"])
        if not disturbed:
            entry = {"decision": winner.decision, "view": view_digest(winner.answer["interface"]), "report": report}
            memory.put(key, json.dumps(entry, separators=(",", ":")).encode())

    def _recall(self, memory: Memory, key: str) -> tuple[bytes, dict[str, Any]] | None:
        """The output and report of a remembered decision, made again; None where there is none that holds."""
        entry = read_entry(memory.get(key))
        if entry is None:
            return None
        plan = entry["decision"]
        try:
            if plan["kind"] == "plan":
                arm = ARMS[plan["arm"]]
                for pipeline in set(plan["lists"].values()) - {""}:
                    self.trusted.runnable(pipeline, level="function")
                plan = {
                    **plan,
                    "kind": _engine_kind(arm),
                    "pipeline": self._arm_pipeline(arm),
                    "threshold": arm.threshold,
                }
                answer = self.crew.ask("replay", plan, source=True)
            else:
                known = {self.baseline, *(variant.pipeline for variant in VARIANTS)}
                if plan["pipeline"] not in known:
                    return None
                answer = self.crew.ask("variant", plan["pipeline"], plan["threshold"], False, source=True)
        except (EngineError, PipelineError, KeyError, TypeError):
            return None
        if view_digest(answer["interface"]) != entry["view"]:
            return None
        report = entry["report"]
        for row in report["functions"]:
            row["source"] = "cache"
        return answer["bitcode"], {**report, "trials": 0, "seconds": dict.fromkeys(report["seconds"], 0.0)}

    def _search(self, oz: Candidate) -> None:
        budget = EFFORTS[self.options.effort]
        forced = bool(self.options.forced_lists or self.options.forced_fault)
        if self.options.forced_fault == "crash-module":
            self._variants((Variant(fault_list("crash-module")),))
        if not forced:
            self._variants(budget.variants)
        names = [name for name in budget.arms if name in self.arms]
        if not names:
            # An engine without inline replay: lists run on what -Oz left, whatever the effort's own arms are.
            self.fallbacks["engine-limited"] += 1
            names = [name for name in ARMS if name in self.arms][: 1 if self.options.effort == "fast" else None]
        self.first_arm = names[0]
        views: list[ArmView] = []
        for name in names[: 1 if forced else None]:
            base = self._base(ARMS[name], views)
            if base is None:
                continue
            outcomes = self._outcomes(base, self._offers(base, budget))
            self._compose(base, outcomes, oz, budget)
            if base.arm.kind != "after":
                costs = {name: self._key(rows[0][0])[0] for name, rows in outcomes.items() if rows}
                views.append(ArmView(frozenset(base.decisions), base.hashes, costs))

    def _select(self, oz: Candidate) -> Candidate:
        if self.options.select == "baseline":
            return oz
        if self.options.select == "plan":
            plans = [c for c in self.candidates if c.kind == "plan"]
            return min(plans, key=lambda c: c.score(self.by_size), default=oz)
        # min() keeps the first of equals, and -Oz stands first.
        return min(self.candidates, key=lambda c: c.score(self.by_size))

    # -- whole-module candidates ----------------------------------------------------------------------------------

    def _variants(self, variants: tuple[Variant, ...]) -> None:
        start = time.perf_counter()
        for variant in variants:
            try:
                answer = self.crew.ask("variant", variant.pipeline, variant.threshold, source=True)
            except WorkerError:
                self.fallbacks["module-variant-crash"] += 1
                continue
            except EngineError:
                self.fallbacks["list-refused"] += 1
                continue
            decision = {"kind": "module", "pipeline": variant.pipeline, "threshold": variant.threshold}
            self._admit(Candidate("module", variant.text, answer, {}, decision))
        self._spent("try", start)

    # -- arms -----------------------------------------------------------------------------------------------------

    def _base(self, arm: Arm, views: list[ArmView]) -> Base | None:
        """An arm's base; None where it could not be made or would be one that was there already."""
        start = time.perf_counter()
        kind = _engine_kind(arm)
        try:
            decided = self._decided(arm, views)
            if decided is not None and frozenset(decided) in {view.decisions for view in views}:
                return None
            answer = self.crew.ask("make_base", kind, self._arm_pipeline(arm), arm.threshold, decided, source=True)
        except EngineError:
            self.fallbacks["replay-failed"] += 1
            return None
        finally:
            self._spent("propose", start)
        if kind == "replay" and answer["hashes"] in [view.hashes for view in views]:
            return None
        self.crew.add_base(arm.name, answer["bitcode"])
        return Base(arm, answer["decisions"], answer["debug"], answer["hashes"], set(answer["excluded"]))

    def _offers(self, base: Base, budget: Budget) -> dict[str, list[Chosen]]:
        """The lists to try, by function: what -Oz would do first, then the proposer's."""
        start = time.perf_counter()
        names = list(base.hashes)
        lists = list(self.options.forced_lists)
        if self.options.forced_fault:
            lists = [fault_list(self.options.forced_fault)]
        if lists:
            return {name: [Chosen(lists[i % len(lists)], "search", i % len(lists))] for i, name in enumerate(names)}
        own = Chosen("" if base.arm.kind == "after" else OZ_LIST, "oz", 0)
        offers = {name: [own] for name in names}
        free = [name for name in names if name not in base.excluded]
        if len(free) < len(names):
            self.fallbacks["function-excluded"] += len(names) - len(free)
        views = [FunctionView(name, self.info["instructions"].get(name, 0)) for name in free]
        full = base.arm.name == self.first_arm or base.arm.kind == "mixed"
        ranked = self.proposer.propose(views, self.options.objective, budget.rounds if full else budget.arm_rounds)
        for name, proposals in zip(free, ranked, strict=True):
            seen = {self._pipeline(own.passes)}
            for proposal in proposals:
                pipeline = self._pipeline(proposal.passes)
                if pipeline not in seen:
                    seen.add(pipeline)
                    shown = proposal.passes if self.engine != "llvmlite" else str(pipeline)
                    offers[name].append(Chosen(shown, proposal.source, proposal.rank))
                    self._legal[shown] = pipeline
        self._spent("propose", start)
        return offers

    def _outcomes(self, base: Base, offers: dict[str, list[Chosen]]) -> dict[str, list[tuple[Outcome, Chosen]]]:
        """Try every offer; a function's body that an earlier arm had too is not tried again."""
        start = time.perf_counter()
        depth = max((len(offer) for offer in offers.values()), default=0)
        rounds = []
        for rank in range(depth):
            lists = {}
            for name, offer in offers.items():
                pipeline = self._pipeline(offer[rank].passes) if rank < len(offer) else None
                if pipeline is not None and (name, base.hashes[name], pipeline) not in self._tried:
                    lists[name] = pipeline
            rounds.append(Round(rank, base.arm.name, lists))
        stage = f"trying pass lists ({base.arm.name})"
        done = None if self.progress is None else (lambda n: self.progress(stage, n, depth))  # type: ignore[misc]
        for item, found in zip(rounds, self.crew.run(rounds, self.by_size, done), strict=True):
            for name, pipeline in item.lists.items():
                self._tried[name, base.hashes[name], pipeline] = found.get(name)
        outcomes: dict[str, list[tuple[Outcome, Chosen]]] = {}
        for name, offer in offers.items():
            rows = []
            for chosen in offer:
                pipeline = self._pipeline(chosen.passes)
                outcome = None if pipeline is None else self._tried.get((name, base.hashes[name], pipeline))
                if outcome is not None:
                    rows.append((outcome, chosen))
            rows.sort(key=lambda row: self._key(row[0]))  # stable: equal outcomes keep the order of the offers
            outcomes[name] = rows
        self._spent("try", start)
        return outcomes

    def _compose(
        self,
        base: Base,
        outcomes: dict[str, list[tuple[Outcome, Chosen]]],
        oz: Candidate,
        budget: Budget,
    ) -> None:
        """Put the winners together; functions that come out otherwise than they were tried get their next best."""
        start = time.perf_counter()
        best = {name: rows[0] for name, rows in outcomes.items() if rows}
        if not best:
            self._spent("compose", start)
            return
        for attempt in range(budget.repairs + 1):
            if self.progress is not None:
                self.progress("composing", attempt, budget.repairs + 1)
            answer = self._composed(base, {name: row[1] for name, row in best.items()})
            if answer is None:
                break
            lists = {name: row[1] for name, row in best.items()}
            label = base.arm.name if attempt == 0 else f"{base.arm.name} repair {attempt}"
            self._admit(Candidate("plan", label, answer, lists, self._plan(base, lists)))
            if not self._repair(answer, best, outcomes, oz):
                break
        self._spent("compose", start)

    def _composed(self, base: Base, lists: dict[str, Chosen]) -> dict[str, Any] | None:
        plan = self._plan(base, lists)
        try:
            answer: dict[str, Any] = self.crew.ask("compose", base.arm.name, plan["lists"], base=base.arm.name)
            if not base.debug:
                return answer
            real: dict[str, Any] = self.crew.ask(
                "compose_source", {**plan, "kind": _engine_kind(base.arm)}, source=True
            )
        except WorkerError:
            self.fallbacks["compose-crash"] += 1
            return None
        except EngineError:
            self.fallbacks["compose-invalid"] += 1
            return None
        if real["sizes"] and real["sizes"]["text"] != answer["sizes"]["text"]:
            self.fallbacks["debug-differs"] += 1
            return None
        return real

    def _repair(
        self,
        answer: dict[str, Any],
        best: dict[str, tuple[Outcome, Chosen]],
        outcomes: dict[str, list[tuple[Outcome, Chosen]]],
        oz: Candidate,
    ) -> bool:
        """Change the choice of functions that came out larger than tried and than in -Oz; whether any was."""
        measured = answer["sizes"]["functions"] if self.by_size else answer["instructions"]
        reference = oz.answer["sizes"]["functions"] if self.by_size else oz.answer["instructions"]
        changed = False
        for name, (outcome, chosen) in list(best.items()):
            expected = outcome[1] if self.by_size else outcome[0]
            got = measured.get(name)
            if got is None:
                continue
            self.agreed["same" if got == expected else "other"] += 1
            if got > expected and got > reference.get(name, got):
                seen = (outcome[0], got) if self.by_size else (got, outcome[1])
                rows = [(seen, row[1]) if row[1] == chosen else row for row in outcomes[name]]
                rows.sort(key=lambda row: self._key(row[0]))
                outcomes[name], best[name] = rows, rows[0]
                changed = changed or rows[0][1] != chosen
        return changed

    def _plan(self, base: Base, lists: dict[str, Chosen]) -> dict[str, Any]:
        """A plan as plain data: what makes it again from the source."""
        return {
            "kind": "plan",
            "arm": base.arm.name,
            "pipeline": self._arm_pipeline(base.arm),
            "threshold": base.arm.threshold,
            "decisions": base.decisions,
            "debug": base.debug,
            "lists": {name: self._pipeline(chosen.passes) or "" for name, chosen in lists.items()},
        }

    def _arm_pipeline(self, arm: Arm) -> str:
        """The arm's own pipeline; where it is the baseline's, the baseline that was asked for."""
        return self.baseline if arm.pipeline == BASELINE else arm.pipeline

    def _decided(self, arm: Arm, views: list[ArmView]) -> list[int] | None:
        """The inlining decisions of an arm that does not read them from a twin."""
        if arm.kind in ("replay", "after"):
            return None
        homes = self.crew.ask("homes", source=True)
        if arm.kind == "none":
            return []
        if arm.kind == "single":
            return sorted(single_sites(homes["calls"], homes["local"]))
        return sorted(mix(homes["calls"], views))

    # -- inside ---------------------------------------------------------------------------------------------------

    def _admit(self, candidate: Candidate) -> None:
        """Let a finished module stand for selection if outsiders see no difference."""
        oz = self.candidates[0]
        problem = compare(self.info["interface"], oz.answer["interface"], candidate.answer["interface"], LIBRARY_CALLS)
        if problem is None:
            self.candidates.append(candidate)
        else:
            self.fallbacks["check-failed"] += 1
            self.last_problem = problem

    def _pipeline(self, passes: str) -> str | None:
        """The legal function-level pipeline of a list's text; None if it may not be used here."""
        if passes not in self._legal:
            self._legal[passes] = self._legalise(passes)
        return self._legal[passes]

    def _legalise(self, passes: str) -> str | None:
        if not passes:
            return ""
        if self.options.forced_fault:
            return passes
        try:
            pipeline = PassList.parse(passes).function_pipeline(self.trusted, allow_banned=self.options.allow_banned)
        except PipelineError:
            self.fallbacks["list-untrusted"] += 1
            return None
        try:
            fitted: str | None = self.crew.ask("fit", pipeline)
        except EngineError:
            fitted = None
        if fitted is None:
            self.fallbacks["list-refused"] += 1
        return fitted

    def _key(self, outcome: Outcome) -> tuple[int, int]:
        return (outcome[1], outcome[0]) if self.by_size else outcome

    def _spent(self, stage: str, start: float) -> None:
        self.seconds[stage] += time.perf_counter() - start


def _engine_kind(arm: Arm) -> str:
    """How a workbench makes the base: it only knows decisions that are replayed, and whole pipelines."""
    return "after" if arm.kind == "after" else "replay"
