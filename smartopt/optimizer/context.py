"""What the steps of one optimisation share: the workers, the choices, the ledger of time and fallbacks, the candidates.

Also the two gates that everything passes: a list becomes a pipeline only if it is trusted and this LLVM takes it, and a
finished module becomes a candidate only if outsiders see no difference to -Oz's.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property

from ..annotations import TYPE_CHECKING, Any
from ..chooser.coreset import CoresetProposer
from ..chooser.proposer import FunctionView, Proposal, Proposer
from ..errors import EngineError, PipelineError, WorkerError
from ..llvm.interface import compare
from ..llvm.library_calls import LIBRARY_CALLS
from ..objfile.sizes import SECTIONS
from ..options import Options
from ..passes.clang_pipelines import clang_pipeline
from ..passes.passlist import PassList
from ..passes.stages import BASELINE
from ..passes.trusted import Trusted
from ..records import dataclass, field
from ..worker.pool import Crew, Outcome
from .budget import LONGEST, MOST, trial_cost
from .memory import DISTURBANCES
from .result import Candidate
from .strategies import EFFORTS, Arm

if TYPE_CHECKING:
    from ..worker.prepared_base import Seen  # with what only workers need

__all__ = ["Context", "Foreseen", "Progress"]

Progress = Callable[[str, int, int], None]
"""Told (stage, done, total) as work goes on."""

Foreseen = Callable[[dict[str, Any], bytes], None]
"""Told what a report will most likely say, as far as it counts for how the object is made; and the output, if it is
there already."""


@dataclass
class Context:
    """The shared state of one optimisation."""

    crew: Crew
    options: Options
    trusted: Trusted
    choose: Callable[[], Proposer]
    engine: str
    arms: frozenset[str]
    progress: Progress | None = None
    foreseen: Foreseen | None = None
    seconds: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("baseline", "propose", "try", "compose"), 0.0)
    )
    fallbacks: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    candidates: list[Candidate] = field(default_factory=list)
    info: dict[str, Any] = field(default_factory=dict)
    by_size: bool = True
    fault: str = ""
    ways_closed: bool = False
    """Whether the object is to be made as clang makes it by itself."""
    _proposed: dict[tuple[str, FunctionView, int], list[Proposal]] = field(default_factory=dict)
    """What proposers have said already."""
    _legal: dict[str, str | None] = field(default_factory=dict)

    @cached_property
    def baseline(self) -> str:
        """What the tool that smartopt stands for would run: its pipeline of the level that the user asked for."""
        known = None
        if self.options.stands_for == "clang" and self.engine != "llvmlite":
            known = clang_pipeline(self.trusted.table.major, self.options.level)
        return known or f"default<{self.options.level}>"

    @cached_property
    def proposer(self) -> Proposer:
        """Who proposes lists; loaded when it is first wanted, which a remembered decision does not."""
        return self.choose()

    @property
    def will_see(self) -> bool:
        """Whether the proposer will most likely want features, as far as can be told before it is there."""
        return self.options.model is None and self.options.effort != "fast"

    @property
    def oz(self) -> Candidate:
        """The baseline, which is always the first candidate."""
        return self.candidates[0]

    @property
    def alike(self) -> dict[str, Any]:
        """-Oz's sizes under the settings with which lists are measured: what those are compared with."""
        sizes: dict[str, Any] = self.oz.answer.get("alike") or self.oz.answer["sizes"]
        return sizes

    @property
    def frames(self) -> list[str]:
        """The functions that have a frame pointer in everything that is tried."""
        return sorted(self.oz.answer.get("framed", ()))

    @property
    def expected(self) -> dict[str, int]:
        """What -Oz's functions are measured to where lists are tried: as ``alike``, with their frame pointers."""
        framed = {name: size for name, (size, _) in self.oz.answer.get("framed", {}).items()}
        return {**self.alike["functions"], **framed}

    @cached_property
    def coreset(self) -> CoresetProposer:
        """The proposer that needs to see nothing of a function."""
        return CoresetProposer.load(self.trusted.table.major)

    @property
    def lean(self) -> bool:
        """Whether the effort spares what can be taken for granted."""
        return EFFORTS[self.options.effort].lean and self.engine == "libllvm" and not self._forced

    @property
    def by_parts(self) -> bool:
        """Whether finished plans are measured by their parts: where the object itself is seen afterwards anyway."""
        return self.lean and self.by_size and self.options.stands_for == "clang"

    @property
    def outright(self) -> bool:
        """Whether -Oz's own module will do, with what the back end makes of it: the fast effort where time counts.

        That is in a compiler, where the object is seen afterwards anyway.
        """
        options = self.options
        asked = options.effort == "fast" and options.stands_for == "clang" and options.slim
        alone = options.model is None and options.select == "auto" and not options.search and not self._forced
        return asked and alone and self.engine == "libllvm" and self.by_size and self.ways["slimmable"]

    @property
    def _forced(self) -> bool:
        return bool(self.options.forced_lists or self.options.forced_fault)

    @property
    def worth(self) -> float:
        """What a trial must be expected to save for each instruction that it costs."""
        return EFFORTS[self.options.effort].worth if self.lean else 0.0

    def views(self, seen: Seen) -> list[FunctionView]:
        """What a proposer that wants features sees."""
        return [
            FunctionView(name, instructions, "", features, self.worth * trial_cost(instructions))
            for name, (features, instructions) in seen.items()
        ]

    def think(self, seen: Seen | None) -> None:
        """Ask the proposer before the answer is needed, of all functions; a fault of ours there shows then."""
        try:
            if seen and self.lean and self.proposer.wants_features:
                self.proposed(self.proposer, self.views(seen), min(MOST, LONGEST * EFFORTS[self.options.effort].rounds))
        except Exception:
            self._proposed.clear()

    def proposed(self, proposer: Proposer, views: list[FunctionView], count: int) -> list[list[Proposal]]:
        """What a proposer proposes for each function; it is asked once."""
        said, name = self._proposed, proposer.name
        missing = [view for view in views if (name, view, count) not in said]
        if missing:
            found = proposer.propose(missing, self.options.objective, count)
            said.update(((name, view, count), lists) for view, lists in zip(missing, found, strict=True))
        return [said[name, view, count] for view in views]

    def arm_pipeline(self, arm: Arm) -> str:
        """The arm's own pipeline; where it is the baseline's, the baseline that was asked for."""
        return self.baseline if arm.pipeline == BASELINE else arm.pipeline

    def comparable(self, answer: dict[str, Any]) -> dict[str, Any]:
        """An answer with sizes that compare with -Oz's own: those, and what differs where both are measured alike.

        A plan may be measured by its parts, or under settings of the back end that -Oz does not have.
        """
        parts, oz, alike = answer["sizes"], self.oz.answer["sizes"], self.alike
        if parts is None or (alike is oz and "total" in parts):
            return answer
        if "total" in parts:
            sizes = {kind: oz[kind] + parts[kind] - alike[kind] for kind in SECTIONS}
        else:
            functions = self.oz.answer["instructions"]  # an object's symbols are its aliases, too
            before = sum(size for name, size in alike["functions"].items() if name in functions)
            more = {"rodata": parts["data_bytes"] - alike["data_bytes"], "total": 0}
            more["text"] = parts["code"] - self.oz.answer["code"]
            rest = sum(parts["functions"].values()) - before - more["text"]
            more["eh_frame"] = rest if oz["eh_frame"] else 0  # jump tables are counted there, too
            more["text"] += rest - more["eh_frame"]
            more["total"] = sum(more.values())
            sizes = {kind: oz[kind] + more.get(kind, 0) for kind in SECTIONS}
        return {**answer, "sizes": {**sizes, "functions": parts["functions"]}}

    def refuse(self, reason: str, count: int) -> None:
        """Count what was not done since nobody knows whether it is right; nothing is lost that could come again."""
        if count:
            self.fallbacks[reason] += count

    def lose(self, reason: str, error: EngineError) -> None:
        """Count what an error costs; and what ended the worker, if that may be otherwise the next time."""
        self.fallbacks[reason] += 1
        if isinstance(error, WorkerError) and error.reason in DISTURBANCES:
            self.fallbacks[error.reason] += 1

    def key(self, outcome: Outcome) -> tuple[int, int]:
        """Smaller is better: the chosen measure first."""
        return (outcome[1], outcome[0]) if self.by_size else outcome

    def spent(self, stage: str, start: float) -> None:
        self.seconds[stage] += time.perf_counter() - start

    def tell(self, stage: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(stage, done, total)

    def foretell(self, bitcode: bytes = b"") -> None:
        """Say how the object will most likely be made; ``bitcode`` is the output, as soon as that is likely known."""
        if self.foreseen is not None:
            oz = self.oz.answer if self.candidates else {}
            sizes = {kind: oz.get("sizes") or {} for kind in ("oz", "output")}
            options = {"objective": self.options.objective, "effort": self.options.effort}
            own = {"oz_slim": oz["alike"]["total"]} if oz.get("alike") else {}
            report = {**options, **self.ways, **own, "llvm": self.info["version"], "winner": "plan", "bytes": sizes}
            self.foreseen(report, bitcode)

    @property
    def ways(self) -> dict[str, bool]:
        """Which ways of the back end a report says are open to this module."""
        ways = ("outlinable", "slimmable")
        return {way: bool(self.info.get(way)) and not self.info["excluded"] and not self.ways_closed for way in ways}

    def admit(self, candidate: Candidate) -> None:
        """Let a finished module stand for selection if outsiders see no difference."""
        views = (self.info["interface"], self.oz.answer["interface"], candidate.answer["interface"])
        if compare(*views, LIBRARY_CALLS) is None:
            self.candidates.append(candidate)
        else:
            self.fallbacks["check-failed"] += 1

    def pipeline(self, passes: str) -> str | None:
        """The legal function-level pipeline of a list's text; None if it may not be used here."""
        if passes not in self._legal:
            self._legal[passes] = self._legalise(passes)
        return self._legal[passes]

    def legalise(self, texts: Iterable[str]) -> None:
        """Ask the worker about many lists at once; what that does not answer is asked for one by one."""
        wanted: dict[str, str] = {}
        for passes in dict.fromkeys(texts):
            if passes and passes not in self._legal and not self.options.forced_fault:
                try:
                    parsed = PassList.parse(passes)
                    wanted[passes] = parsed.function_pipeline(self.trusted, allow_banned=self.options.allow_banned)
                except PipelineError:
                    continue
        try:
            fitted = self.crew.ask("fit_all", list(wanted.values())) if wanted else []
        except EngineError:
            return
        self._legal.update((text, found) for text, found in zip(wanted, fitted, strict=True) if found is not None)

    def know(self, passes: str, pipeline: str | None) -> None:
        """Give a list's text as people see it the pipeline that it stands for on this engine."""
        self._legal[passes] = pipeline

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
