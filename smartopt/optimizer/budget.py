"""What an effort may spend, and where: the same amount of work, on the functions and lists that should save the most.

A proposer that knows its functions says what each further list should save. A trial costs about as much as the function
has instructions, so trials are taken in the order of expected saving per instruction, down to a worth that is the same
for all modules (one where nothing can be saved costs nothing), and at most the work that ``rounds`` lists on every
function would be. Deterministic: the budget counts instructions, never seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..chooser.proposer import FunctionView, Proposal
from ..options import Effort
from ..records import dataclass, replace
from .strategies import STRATEGIES, VARIANTS, Variant

__all__ = ["EFFORTS", "LINK_EFFORTS", "LONGEST", "MOST", "Budget", "trial_cost", "within_budget"]


@dataclass(frozen=True)
class Budget:
    """What an effort may spend.

    Attributes:
        rounds: pass lists tried per function on the first base and on the mixed one.
        other_rounds: the same on the bases between, which seldom win.
        strategies: their names, in order.
        probes: strategies before a mixed one only tell what their inlining costs: -Oz's own list is tried on their
            bases and no plan is composed, unless the mixed one comes to nothing.
        variants: whole-module candidates.
        repairs: how many times a plan is composed again because functions came out larger than they were tried.
        polish: one step of local search around each function's best list, where ``rounds`` are spent.
        attributes: functions of the module that won get the attributes that make their code smaller.
        lean: measurements are saved: -Oz's own list is not tried, a driver's plans are measured by their parts, and
            where the proposer says what its lists should save, work goes where it saves most (:func:`within_budget`).
        worth: bytes that a list must be expected to save for each instruction that its trial costs, where ``lean``.
    """

    rounds: int
    other_rounds: int
    strategies: tuple[str, ...]
    variants: tuple[Variant, ...]
    repairs: int
    polish: bool = False
    attributes: bool = False
    lean: bool = False
    worth: float = 0.0
    probes: bool = False


EFFORTS: dict[Effort, Budget] = {
    "fast": Budget(rounds=1, other_rounds=1, strategies=("replay",), variants=(), repairs=1, lean=True),
    "default": Budget(rounds=8, other_rounds=8, strategies=("replay",), variants=(), repairs=1, lean=True, worth=0.010),
    "max": Budget(
        rounds=40,
        other_rounds=12,
        strategies=tuple(STRATEGIES),
        variants=VARIANTS,
        repairs=3,
        polish=True,
        attributes=True,
    ),
}

LINK_EFFORTS: dict[Effort, Budget] = {
    "fast": EFFORTS["fast"],
    "default": replace(EFFORTS["default"], strategies=("replay", "inline-single", "mixed"), probes=True),
    "max": replace(
        EFFORTS["max"], strategies=("replay", "inline-single", "inline-none", "mixed", "after-oz"), variants=()
    ),
}
"""The same for merged modules. There inlining matters more than lists, since the functions have been simplified when
they were compiled. In a measurement that no command of the lab repeats, the plan that replays the linker's inlining
saved 0.7% of Lua's interpreter beyond frame pointers and slim settings, and the mixed one 1.9% for a fifth more time
(bzip2: 1.5% and 2.3%); more probes (no inlining, thresholds of 0 and -20) added less than 0.02%."""

LONGEST = 4
"""A function gets at most this many times its even share of lists."""
MOST = 16
"""The most lists for one function."""
_FIXED = 25
"""What a trial costs whatever the function's size, in instructions."""


def trial_cost(instructions: int) -> int:
    """What one trial of a function costs, in instructions."""
    return instructions + _FIXED


def within_budget(
    views: Sequence[FunctionView], ranked: Sequence[list[Proposal]], rounds: int, worth: float
) -> list[list[Proposal]]:
    """The proposals to try, function by function; where the proposer does not say what they save, half of ``rounds``
    for each, which is about what the others end with.

    ``worth`` is what a trial must be expected to save, in units of the objective per instruction that it costs.
    """
    if any(proposal.saves is None for proposals in ranked for proposal in proposals):
        return [proposals[: max(1, rounds // 2)] for proposals in ranked]
    left = float(rounds * sum(trial_cost(view.instructions) for view in views))
    wanted = [
        (-proposal.saves / trial_cost(view.instructions), number, place)
        for number, (view, proposals) in enumerate(zip(views, ranked, strict=True))
        for place, proposal in enumerate(proposals)
        if proposal.saves is not None and proposal.saves >= worth * trial_cost(view.instructions)
    ]
    taken = [0] * len(views)
    for _, number, place in sorted(wanted):
        cost = trial_cost(views[number].instructions)
        # In the proposer's order: a list is judged by what it adds to those before it.
        if place == taken[number] and cost <= left:
            taken[number] += 1
            left -= cost
    return [proposals[:count] for proposals, count in zip(ranked, taken, strict=True)]
