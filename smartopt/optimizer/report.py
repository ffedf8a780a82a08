"""The report of one optimisation: schema 1, plain JSON data, made from its outcome and read by nobody inside."""

from __future__ import annotations

from .. import __version__
from ..annotations import Any
from .outcome import FunctionOutcome, Outcome

__all__ = ["SCHEMA", "Report", "make_report"]

Report = dict[str, Any]
"""Plain JSON data."""

SCHEMA = 1


def make_report(outcome: Outcome) -> Report:
    """The report's fields, in the order in which they are documented.

    ``bytes`` are zeros where the target cannot be measured. ``candidates`` lists every finished module with its
    measures, so that a reader sees what each ingredient would have brought.
    """
    before, oz, output = outcome.instructions
    report: Report = {
        "schema": SCHEMA,
        "smartopt": __version__,
        "llvm": outcome.llvm,
        "engine": outcome.engine,
        "model": outcome.chooser,
        "objective": outcome.objective,
        "effort": outcome.effort,
        "instructions": {"input": before, "oz": oz, "output": output},
        "bytes": {"oz": outcome.oz.by_section(), "output": outcome.output.by_section()},
        "winner": outcome.winner,
        "functions": [_function(row) for row in outcome.functions],
        "candidates": [
            {"kind": c.kind, "name": c.name, "instructions": c.instructions, "bytes": c.sizes.by_section()}
            for c in outcome.candidates
        ],
        "trials": outcome.trials,
        "remembered": outcome.remembered,
        "seconds": {key: round(value, 4) for key, value in outcome.seconds.items()},
        "fallbacks": outcome.fallbacks,
        "agreement": outcome.agreement,
        "outlinable": outcome.outlinable,
        "slimmable": outcome.slimmable,
        "touches": outcome.attributes,
        "frames": list(outcome.frames),
    }
    if outcome.as_made:
        report["as_made"] = True
    if outcome.oz_slim is not None:
        report["oz_slim"] = outcome.oz_slim
    if outcome.fault:
        report["fault"] = outcome.fault
    if outcome.back_end is not None:
        made = outcome.back_end
        report.update(outlined=made.outlined, slim=made.slim, varied=list(made.variations))
    return report


def _function(row: FunctionOutcome) -> Report:
    return {
        "name": row.name,
        "instructions": {
            "input": row.input_instructions,
            "oz": row.oz_instructions,
            "output": row.output_instructions,
        },
        "bytes": {"oz": row.oz_bytes, "output": row.output_bytes},
        "passes": row.passes,
        "source": row.source,
        "rank": row.rank,
    }
