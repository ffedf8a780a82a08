"""Plans as data: the stages of LLVM passes that smartopt composes, and how much each effort may try.

A plan is: an *arm* (a legal way from the input to a module in which every function has its final body but is
hardly simplified), then each function's own pass list in place, then a short module stage. Arms differ in whose
inlining decisions they replay. Sources: ``default<Oz>`` of llvm/lib/Passes/PassBuilderPipelines.cpp; DESIGN
section 3; FACTS "Inline replay" and "Inlining as an arm".
"""

from __future__ import annotations

from ..options import Effort
from ..passes.stages import BASELINE
from ..records import dataclass

__all__ = [
    "ARMS",
    "EFFORTS",
    "VARIANTS",
    "Arm",
    "Budget",
    "Variant",
]

POLISH_AFTER = ("gvn", "dse", "break-crit-edges", "simplifycfg<hoist-common-insts>")
POLISH_BEFORE = ("loop(loop-reduce)", "mldst-motion", "reg2mem")
"""Single passes that paid most often when put after or before a function's best list: all trusted single passes were
tried so on 16 train modules (grep, libpng); these seven and two that are no longer trusted (``sink``,
``speculative-execution``) brought nearly all of the further 12% of the gain."""


@dataclass(frozen=True)
class Arm:
    """One way to a base.

    ``replay``: the inlining of a twin's -Oz (under an inliner threshold); ``none``: only what the source demands is
    inlined; ``single``: also local functions with one call; ``mixed``: group by group the best of the arms before
    (``optimizer.mixed_inlining``); ``after``: a whole pipeline runs first, and lists on what it left.
    """

    name: str
    kind: str
    threshold: int | None = None
    pipeline: str = BASELINE


@dataclass(frozen=True)
class Variant:
    """A whole-module candidate: one default pipeline, without per-function lists."""

    pipeline: str
    threshold: int | None = None

    @property
    def text(self) -> str:
        return self.pipeline if self.threshold is None else f"{self.pipeline} inline-threshold={self.threshold}"


ARMS: dict[str, Arm] = {
    arm.name: arm
    for arm in (
        Arm("replay", "replay"),
        Arm("replay-0", "replay", threshold=0),
        Arm("replay-20", "replay", threshold=-20),
        Arm("inline-none", "none"),
        Arm("inline-single", "single"),
        Arm("mixed", "mixed"),
        Arm("after-oz", "after"),
    )
}

VARIANTS: tuple[Variant, ...] = (Variant("default<Oz>", -20),)
"""Other levels' pipelines are not tried whole: ``indvars`` goes wrong there on code on which -Oz's own is right (LLVM
issues 197240 and 202028; ``Trusted.runnable`` and ``exclusions.divides`` keep lists from it)."""


@dataclass(frozen=True)
class Budget:
    """What an effort may spend.

    ``rounds`` is how many pass lists are tried per function on the first arm and on the mixed one, ``arm_rounds`` on
    the arms between, whose bodies mostly come out behind. ``polish`` adds one step of local search to the full arms.
    ``touch`` gives functions of the module that won the attributes with which code generation makes less of them.
    ``lean`` spares measurements: -Oz's own list is not tried, in the driver finished plans are measured by their parts,
    and where the proposer says what its lists should save, the work goes where it saves most (``optimizer.budget``):
    only where a list should save ``worth`` bytes for each instruction that the trial costs.
    """

    rounds: int
    arm_rounds: int
    arms: tuple[str, ...]
    variants: tuple[Variant, ...]
    repairs: int
    polish: bool = False
    touch: bool = False
    lean: bool = False
    worth: float = 0.0


EFFORTS: dict[Effort, Budget] = {
    "fast": Budget(rounds=1, arm_rounds=1, arms=("replay",), variants=(), repairs=1, lean=True),
    "default": Budget(rounds=8, arm_rounds=8, arms=("replay",), variants=(), repairs=1, lean=True, worth=0.008),
    "max": Budget(rounds=40, arm_rounds=12, arms=tuple(ARMS), variants=VARIANTS, repairs=3, polish=True, touch=True),
}
