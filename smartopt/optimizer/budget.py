"""Where to spend trials: the same amount of work, on the functions and lists that should save the most.

A proposer that knows its functions says what each further list should save. A trial costs about as much as the function
has instructions, so trials are taken in the order of expected saving per instruction, down to a worth that is the same
for all modules (one where nothing can be saved costs nothing), and at most the work that ``rounds`` lists on every
function would be. Deterministic: the budget counts instructions, never seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..chooser.proposer import FunctionView, Proposal

__all__ = ["LONGEST", "MOST", "affordable", "trial_cost"]

LONGEST = 4
"""A function may get so many times the lists that each would get in even shares."""
MOST = 16
"""And never more than so many."""
_FIXED = 25
"""What a trial costs whatever the function's size, in instructions."""


def trial_cost(instructions: int) -> int:
    """What one trial of a function costs, in instructions."""
    return instructions + _FIXED


def affordable(
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
