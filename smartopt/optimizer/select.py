"""Selects the output among the candidates, and records the outcome."""

from __future__ import annotations

from ..llvm.interface import reports_calls
from ..objfile.sizes import Sizes
from .candidate import Candidate
from .context import Context
from .outcome import CandidateOutcome, FunctionOutcome, Outcome

__all__ = ["outcome_of", "select"]

_LOST = frozenset({"compose-crash", "replay-failed", "frames-failed", "internal-error"})
"""Reasons why a candidate may be missing only this time, such as a killed worker."""


def select(context: Context, quick: bool) -> Candidate:
    """The candidate that is the output: the smallest by the objective, and -Oz's own among equals.

    ``quick``: the last one is taken unmeasured; the object will show what it came to.
    """
    if context.options.select == "baseline":
        return context.oz
    if context.options.select == "plan":
        plans = [c for c in context.candidates if c.kind == "plan"]
        return min(plans, key=lambda c: c.score(context.by_size), default=context.oz)
    # What comes out must not depend on what else happens on the machine: either the best of all, or -Oz's own.
    lost = not _LOST.isdisjoint(context.fallbacks)
    among = [c for c in context.candidates if c.kind != "module" or not lost]
    if quick and context.facts.instructions:
        return among[-1]
    # min() keeps the first of equals, and -Oz stands first.
    return min(among, key=lambda c: c.score(context.by_size))


def outcome_of(context: Context, winner: Candidate) -> Outcome:
    """The outcome with ``winner`` as the output."""
    oz, present = context.oz, winner.module.instructions
    fallbacks = context.fallbacks + context.pool.fallbacks
    deferred = context.measured is not None and context.measured.likely is not None
    attributes = {name: one for name, one in winner.decision.attributes.items() if name in present}
    return Outcome(
        llvm=context.facts.version,
        engine=context.engine,
        chooser=context.proposing.name,
        objective=context.options.objective,
        effort=context.options.effort,
        winner=winner.kind,
        instructions=(sum(context.facts.instructions.values()), oz.instructions, winner.instructions),
        oz=_sections(oz),
        output=_sections(winner),
        functions=tuple(_functions(context.facts.instructions, oz, winner)),
        candidates=tuple(CandidateOutcome(c.kind, c.text, c.instructions, _sections(c)) for c in context.candidates),
        trials=context.pool.trials,
        remembered=context.pool.remembered,
        seconds={key: round(value, 4) for key, value in context.seconds.items()},
        fallbacks=dict(sorted(fallbacks.items())),
        agreement=dict(context.agreed),
        slimmable=context.slimmable,
        outlinable=context.outlinable,
        attributes=attributes,
        frames=tuple(name for name in winner.decision.recipe.frames if name in present),
        as_made=deferred or context.outlines_by_default,
        oz_slim=None if context.alike is None or context.outlines_by_default else context.alike.total,
        fault=context.fault,
        frame_limits=context.facts.frame_limits,
        target=context.facts.target,
        reported_calls=reports_calls(oz.module.interface),
    )


def _sections(candidate: Candidate) -> Sizes:
    sizes = candidate.sizes or Sizes()
    return Sizes(sizes.text, sizes.rodata, sizes.eh_frame, sizes.data)


def _functions(source: dict[str, int], oz: Candidate, winner: Candidate) -> list[FunctionOutcome]:
    """One row for each function that is in the output or in -Oz's module, in the input's order."""
    before, after = oz.module.instructions, winner.module.instructions
    oz_bytes = oz.sizes.functions if oz.sizes else {}
    output_bytes = winner.sizes.functions if winner.sizes else {}
    names = [name for name in source if name in before or name in after]
    names += [name for name in after if name not in source]
    rows = []
    for name in names:
        chosen = winner.lists.get(name)
        rows.append(
            FunctionOutcome(
                name=name,
                input_instructions=source.get(name, 0),
                oz_instructions=before.get(name, 0),
                output_instructions=after.get(name, 0),
                oz_bytes=oz_bytes.get(name, 0),
                output_bytes=output_bytes.get(name, 0),
                passes=chosen.passes if chosen else winner.text,
                source=chosen.source if chosen else "oz",
                rank=chosen.rank if chosen else 0,
            )
        )
    return rows
