"""Strategies as data: the legal ways from an input to a plan, and the whole-module pipelines tried beside them.

A plan follows one strategy to a base, runs each function's own pass list on that in place, and then a short module
stage (``passes.plan_stages``). Strategies differ in whose inlining decisions they replay. Every function then has its
final body before its list runs, so that a list tried on the function alone gives the same code in the plan.
"""

from __future__ import annotations

from ..passes.plan_stages import BASELINE
from ..records import dataclass

__all__ = ["POLISH_AFTER", "POLISH_BEFORE", "STRATEGIES", "VARIANTS", "Strategy", "Variant"]

POLISH_AFTER = ("gvn", "dse", "break-crit-edges", "simplifycfg<hoist-common-insts>")
POLISH_BEFORE = ("loop(loop-reduce)", "mldst-motion", "reg2mem")
"""Single passes that paid most often when put after or before a function's best list: all trusted single passes were
tried so on 16 train modules (grep, libpng); these seven and two that are no longer trusted (``sink``,
``speculative-execution``) brought nearly all of the further 12% of the gain."""


@dataclass(frozen=True)
class Strategy:
    """One way from the input to a base: a module in which every function has its final body, hardly simplified.

    Attributes:
        name: what reports call it.
        kind: ``replay`` inlines what a copy's -Oz inlined (under an inliner threshold); ``none`` only what the source
            demands; ``single`` also local functions that are called once; ``mixed`` takes group by group the best of
            the strategies before it (``optimizer.mixed_inlining``); ``after`` runs a whole pipeline first, and lists on
            what that left.
        threshold: for the inliner; None for LLVM's own.
        pipeline: whose inlining is replayed, or what runs.
    """

    name: str
    kind: str
    threshold: int | None = None
    pipeline: str = BASELINE

    @property
    def recipe_kind(self) -> str:
        """How a worker makes the base: it only knows decisions that are replayed, and whole pipelines."""
        return "after" if self.kind == "after" else "replay"


@dataclass(frozen=True)
class Variant:
    """A whole-module candidate: one default pipeline, without per-function lists."""

    pipeline: str
    threshold: int | None = None

    @property
    def text(self) -> str:
        """What reports call it."""
        return self.pipeline if self.threshold is None else f"{self.pipeline} inline-threshold={self.threshold}"


STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy
    for strategy in (
        Strategy("replay", "replay"),
        Strategy("replay-0", "replay", threshold=0),
        Strategy("replay-20", "replay", threshold=-20),
        Strategy("inline-none", "none"),
        Strategy("inline-single", "single"),
        Strategy("mixed", "mixed"),
        Strategy("after-oz", "after"),
    )
}

VARIANTS: tuple[Variant, ...] = (Variant(BASELINE, -20),)
"""Other levels' pipelines are not tried whole: ``indvars`` goes wrong there on code on which -Oz's own is right (LLVM
issues 197240 and 202028; ``Trusted.runnable`` and ``exclusions.divides`` keep lists from it)."""
