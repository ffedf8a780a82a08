"""Where to spend trials: the same amount of work, on the functions and lists that should save the most.

A proposer that knows its functions says what each further list should save. A trial costs about as much as the function
has instructions, so trials are taken in the order of expected saving per instruction, until the work is spent that
``rounds`` lists on every function would cost. Deterministic: the budget counts instructions, never seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..model.proposer import FunctionView, Proposal

__all__ = ["LONGEST", "affordable"]

LONGEST = 4
"""A function may get so many times the lists that each would get in even shares."""
_FIXED = 25
"""What a trial costs whatever the function's size, in instructions."""
_LEAST = 0.05
"""Expected savings (bytes, instructions) under which a trial is not worth its noise."""


def affordable(views: Sequence[FunctionView], ranked: Sequence[list[Proposal]], rounds: int) -> list[list[Proposal]]:
    """The proposals to try, function by function; ``rounds`` of each where the proposer does not say what they save."""
    if any(proposal.saves is None for proposals in ranked for proposal in proposals):
        return [proposals[:rounds] for proposals in ranked]
    left = float(rounds * sum(view.instructions + _FIXED for view in views))
    wanted = [
        (-proposal.saves / (view.instructions + _FIXED), number, place)
        for number, (view, proposals) in enumerate(zip(views, ranked, strict=True))
        for place, proposal in enumerate(proposals)
        if proposal.saves is not None and proposal.saves >= _LEAST
    ]
    taken = [0] * len(views)
    for _, number, place in sorted(wanted):
        cost = views[number].instructions + _FIXED
        # In the proposer's order: a list is judged by what it adds to those before it.
        if place == taken[number] and cost <= left:
            taken[number] += 1
            left -= cost
    return [proposals[:count] for proposals, count in zip(ranked, taken, strict=True)]
