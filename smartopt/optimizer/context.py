"""What the steps of one optimisation share: workers, options, candidates, and the account of time and fallbacks.

Also the gate for finished modules: one becomes a candidate only if its interface equals -Oz's.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from functools import cached_property, partial

from ..annotations import TYPE_CHECKING
from ..chooser.proposer import Proposer
from ..codegen.targets import target_named
from ..errors import EngineError, WorkerError
from ..llvm.interface import compare
from ..llvm.library_calls import LIBRARY_CALLS
from ..objfile.sizes import Sizes
from ..options import EngineName, Options
from ..passes.clang_pipelines import clang_pipeline
from ..passes.plan_stages import BASELINE, LINK_BASELINES, level_pipeline
from ..passes.trusted import Trusted
from ..records import dataclass, field, replace
from ..worker.pool import Pool
from ..worker.protocol import BaselineSizes, Finished, ModuleFacts, PartSizes, TrialOutcome
from .budget import EFFORTS, LINK_EFFORTS, Budget
from .candidate import Candidate
from .legality import Legality
from .memory import DISTURBANCES
from .outcome import Emission
from .proposing import Proposing
from .strategies import Strategy, Variant

if TYPE_CHECKING:
    from .outcome import Winner

__all__ = ["Context", "Expected", "Progress"]

Progress = Callable[[str, int, int], None]
"""Told (stage, done, total) as work goes on."""

Expected = Callable[[Emission, bytes], None]
"""Called with the likely emission and the output's bitcode (empty if not yet known)."""


@dataclass
class Context:
    """The shared state of one optimisation.

    Attributes:
        pool: the workers.
        options: what the caller chose.
        trusted: the passes that may run.
        choose: loads the proposer.
        engine: which LLVM does the work.
        strategies: names of those that this engine can follow.
        progress: told as work goes on.
        expected: told how the output will most likely be emitted.
        seconds: by stage.
        fallbacks: reasons counted here (the pool counts its own).
        agreed: how many functions matched their trial, and how many did not.
        candidates: finished modules; the baseline is always the first.
        facts: about the input.
        bitcode_only: LLVM crashed while analysing the input or -Oz's module: only its bitcode is known.
        measured: -Oz's sizes.
        alike: -Oz's sizes under the settings with which lists are measured, if those are not clang's own.
        by_size: whether bytes decide; else instructions.
        fault: an internal error of the search.
        plain_back_end: the object is made with clang's own settings.
    """

    pool: Pool
    options: Options
    trusted: Trusted
    choose: Callable[[str], Proposer]
    engine: EngineName
    strategies: frozenset[str]
    progress: Progress | None = None
    expected: Expected | None = None
    seconds: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("baseline", "propose", "try", "compose"), 0.0)
    )
    fallbacks: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    candidates: list[Candidate] = field(default_factory=list)
    facts: ModuleFacts = field(default_factory=lambda: ModuleFacts("", {}, {}, True, False, ""))
    bitcode_only: bool = False
    measured: BaselineSizes | None = None
    alike: Sizes | None = None
    by_size: bool = True
    fault: str = ""
    plain_back_end: bool = False

    # -- what was chosen ------------------------------------------------------------------------------------------

    @cached_property
    def baseline(self) -> str:
        """What the tool that smartopt stands for would run: its pipeline of the level that the user asked for."""
        if self.linking:
            return LINK_BASELINES[self.options.stage]
        known = None
        if self.options.stands_for == "clang" and self.engine != "llvmlite":
            known = clang_pipeline(self.trusted.table.major, self.options.level)
        return known or level_pipeline(self.trusted.table.major, self.options.level)

    @property
    def baseline_name(self) -> str:
        """What reports call the baseline."""
        return self.baseline if self.linking else f"default<{self.options.level}>"

    @property
    def linking(self) -> bool:
        """Whether a linker optimises the input: its functions have been simplified when they were compiled."""
        return self.options.stage != "compile"

    @cached_property
    def proposing(self) -> Proposing:
        """The source of pass lists."""
        return Proposing(self.choose, self.options, self.trusted.table.major, lambda: self.worth, self._lists_of_target)

    @cached_property
    def legality(self) -> Legality:
        """Which lists may run."""
        return Legality(self.pool, self.trusted, self.options, self.fallbacks)

    @property
    def budget(self) -> Budget:
        """What the effort may spend."""
        return (LINK_EFFORTS if self.linking else EFFORTS)[self.options.effort]

    @property
    def forced(self) -> bool:
        """Whether lists or faults are forced on all functions, for tests and fuzzing."""
        return bool(self.options.forced_lists or self.options.forced_fault)

    @property
    def lean(self) -> bool:
        """Whether predictable measurements are skipped."""
        return self.budget.lean and self.engine == "libllvm" and not self.forced

    @property
    def by_parts(self) -> bool:
        """Whether finished plans are measured by their parts: where the object itself is seen afterwards anyway."""
        seen = self.options.stands_for == "clang" and self.options.stage != "thin"
        return self.lean and self.by_size and seen

    @property
    def quick(self) -> bool:
        """Whether -Oz's module is used without searching lists: effort fast in a compiler, where time counts most and
        the driver measures the object.
        """
        options = self.options
        asked = options.effort == "fast" and options.stands_for == "clang" and options.slim
        alone = options.model is None and options.select == "auto" and not options.search and not self.forced
        return asked and alone and self.engine == "libllvm" and self.by_size and self.slimmable

    @property
    def worth(self) -> float:
        """Bytes that a trial must be expected to save per instruction of its cost."""
        return self.budget.worth if self.lean else 0.0

    def pipeline_of_variant(self, variant: Variant) -> str:
        """The variant's own pipeline; where it stands for -Oz's, what this LLVM calls that."""
        named = variant.pipeline == BASELINE
        return level_pipeline(self.trusted.table.major, "Oz") if named else variant.pipeline

    def pipeline_of(self, strategy: Strategy) -> str:
        """The strategy's own pipeline; where it is the baseline's, the baseline that was asked for."""
        return self.baseline if strategy.pipeline == BASELINE else strategy.pipeline

    # -- what the baseline came to --------------------------------------------------------------------------------

    @property
    def oz(self) -> Candidate:
        """The baseline, which is always the first candidate."""
        return self.candidates[0]

    @property
    def comparison(self) -> Sizes:
        """-Oz's sizes under the settings with which lists are measured: what those are compared with."""
        return self.alike or self.oz.sizes or Sizes()

    @property
    def frames(self) -> tuple[str, ...]:
        """The functions that have a frame pointer in everything that is tried."""
        return () if self.measured is None else tuple(sorted(self.measured.framed))

    @property
    def expected_bytes(self) -> dict[str, int]:
        """-Oz's bytes by function under the trial settings, with frame pointers."""
        framed = {} if self.measured is None else self.measured.framed
        return {**self.comparison.functions, **{name: size for name, (size, _) in framed.items()}}

    @property
    def slimmable(self) -> bool:
        """Whether the back end may be run with slim settings on this module."""
        return self.facts.slimmable and not self.facts.excluded and not self.plain_back_end

    @property
    def outlinable(self) -> bool:
        """Whether the back end may outline code of this module."""
        return self.facts.outlinable and not self.facts.excluded and not self.plain_back_end

    def _lists_of_target(self) -> str:
        target = target_named(self.facts.target)
        return "" if target is None else target.lists

    @property
    def outlines_by_default(self) -> bool:
        """Whether clang outlines repeated code of the module at -Oz by itself, and lists are measured without that."""
        target = target_named(self.facts.target)
        return self.options.slim and self.slimmable and target is not None and target.outlining == "default"

    def comparable(self, module: Finished, parts: PartSizes | None = None) -> Finished:
        """The module with sizes comparable to -Oz's object. If it was measured under other settings, or by its
        ``parts``, the result is -Oz's size plus the difference under like settings.
        """
        oz, alike, made = self.oz.sizes, self.comparison, module.sizes
        if oz is None or (parts is None and (made is None or self.alike is None)):
            return module
        if parts is None:
            assert made is not None
            return replace(module, sizes=made.moved(alike, oz))
        assert self.measured is not None
        functions = self.oz.module.instructions  # an object's symbols include aliases
        before = sum(size for name, size in alike.functions.items() if name in functions)
        code = parts.code - self.measured.code
        rest = sum(parts.functions.values()) - before - code
        unwind = rest if oz.eh_frame else 0  # jump tables are also counted there
        sizes = Sizes(
            text=oz.text + code + rest - unwind,
            rodata=oz.rodata + parts.data_bytes - self.measured.data_bytes,
            eh_frame=oz.eh_frame + unwind,
            data=oz.data,
            functions=parts.functions,
        )
        return replace(module, sizes=sizes)

    # -- the account ----------------------------------------------------------------------------------------------

    def admit(self, candidate: Candidate) -> None:
        """Add a finished module to the candidates if other object files see no difference (else ``check-failed``)."""
        views = (self.facts.interface, self.oz.module.interface, candidate.module.interface)
        # A linker has taken from archives what its inputs asked for, and may find no definition for further calls.
        calls = frozenset[str]() if self.linking else LIBRARY_CALLS
        if compare(*views, calls) is None:
            self.candidates.append(candidate)
        else:
            self.fallbacks["check-failed"] += 1

    def count_refused(self, reason: str, count: int) -> None:
        """Count what was not done because its safety is unknown. The same happens on the next run."""
        if count:
            self.fallbacks[reason] += count

    def count_failure(self, reason: str, error: EngineError) -> None:
        """Count an error, and also why the worker ended if that may not recur."""
        self.fallbacks[reason] += 1
        if isinstance(error, WorkerError) and error.reason in DISTURBANCES:
            self.fallbacks[error.reason] += 1

    def key(self, outcome: TrialOutcome) -> tuple[int, int]:
        """Smaller is better: the chosen measure first."""
        return (outcome[1], outcome[0]) if self.by_size else outcome

    def add_time(self, stage: str, start: float) -> None:
        """Add the seconds since ``start`` (``time.perf_counter``) to a stage."""
        self.seconds[stage] += time.perf_counter() - start

    def progress_of(self, stage: str, total: int) -> Callable[[int], None] | None:
        """A progress callback for a stage; None without progress."""
        return None if self.progress is None else partial(_tell, self.progress, stage, total)

    def announce(self, bitcode: bytes = b"", winner: Winner = "plan") -> None:
        """Tell how the object will most likely be made; ``bitcode`` is the output, as soon as that is likely known."""
        if self.expected is None:
            return
        # Before -Oz has run, its code is guessed to be so long; whether it can repeat itself depends on that.
        guessed = Sizes(text=_BYTES * sum(self.facts.instructions.values()))
        sizes = (self.oz.sizes if self.candidates else None) or guessed
        emission = Emission(
            llvm=int(self.facts.version.partition(".")[0] or 0),
            winner=winner,
            objective=self.options.objective,
            effort=self.options.effort,
            slimmable=self.slimmable,
            outlinable=self.outlinable,
            oz=sizes,
            output=sizes,
            oz_slim=None if self.alike is None else self.alike.total,
            target=self.facts.target,
        )
        self.expected(emission, bitcode)


_BYTES = 2
"""Of -Oz's code for each instruction of the input."""


def _tell(progress: Progress, stage: str, total: int, done: int) -> None:
    progress(stage, done, total)
