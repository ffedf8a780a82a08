"""The report of one optimisation: schema 1, plain JSON data, made once here and nowhere else."""

from __future__ import annotations

from collections import Counter

from .. import __version__
from ..annotations import Any
from ..objfile.sizes import SECTIONS
from ..options import Options
from .result import Candidate

__all__ = ["SCHEMA", "make_report"]

SCHEMA = 1


def make_report(
    *,
    options: Options,
    engine: str,
    llvm: str,
    model: str,
    source_instructions: dict[str, int],
    oz: Candidate,
    winner: Candidate,
    candidates: list[Candidate],
    trials: int,
    seconds: dict[str, float],
    fallbacks: Counter[str],
    extra: dict[str, Any],
) -> dict[str, Any]:
    """Assemble the report.

    ``bytes`` are zeros where the target cannot be measured. ``candidates`` lists every finished module with its
    measures, so that a reader sees what each ingredient would have brought.
    """
    return {
        "schema": SCHEMA,
        "smartopt": __version__,
        "llvm": llvm,
        "engine": engine,
        "model": model,
        "objective": options.objective,
        "effort": options.effort,
        "instructions": {
            "input": sum(source_instructions.values()),
            "oz": oz.instructions,
            "output": winner.instructions,
        },
        "bytes": {"oz": _sections(oz), "output": _sections(winner)},
        "winner": winner.kind,
        "functions": _functions(source_instructions, oz, winner),
        "candidates": [
            {"kind": c.kind, "name": c.text, "instructions": c.instructions, "bytes": _sections(c)} for c in candidates
        ],
        "trials": trials,
        "seconds": {key: round(value, 4) for key, value in seconds.items()},
        "fallbacks": dict(sorted(fallbacks.items())),
        **extra,
    }


def _sections(candidate: Candidate) -> dict[str, int]:
    sizes = candidate.answer["sizes"] or {}
    return {key: int(sizes.get(key, 0)) for key in SECTIONS}


def _functions(source: dict[str, int], oz: Candidate, winner: Candidate) -> list[dict[str, Any]]:
    """One row a function that is in the output or in -Oz's, in the input's order."""
    before, after = oz.answer["instructions"], winner.answer["instructions"]
    oz_bytes = (oz.answer["sizes"] or {}).get("functions", {})
    out_bytes = (winner.answer["sizes"] or {}).get("functions", {})
    names = [name for name in source if name in before or name in after]
    names += [name for name in after if name not in source]
    rows = []
    for name in names:
        chosen = winner.lists.get(name)
        rows.append(
            {
                "name": name,
                "instructions": {
                    "input": source.get(name, 0),
                    "oz": before.get(name, 0),
                    "output": after.get(name, 0),
                },
                "bytes": {"oz": oz_bytes.get(name, 0), "output": out_bytes.get(name, 0)},
                "passes": chosen.passes if chosen else winner.text,
                "source": chosen.source if chosen else "oz",
                "rank": chosen.rank if chosen else 0,
            }
        )
    return rows
