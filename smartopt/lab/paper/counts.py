"""The measures of Tables III and IV: what chosen lists save against -Oz, alone and with -Oz as backup (section IV-B).

*Alone*, whatever list was chosen is taken, even if it is worse than -Oz. *With backup*, -Oz is compiled too wherever
another list was chosen, and the smaller result is taken, in the unit that is counted. A list that fails (crash,
refused) leaves the function to -Oz. Intervals are of the overall improvement, over bootstrap draws of packages (of
functions where there is one package only).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..evaluate.measure import Draws, draw
from .compiler import Outcome
from .functions import Sample

__all__ = ["Choice", "choices", "table_rows"]

UNITS = ("instructions", "bytes")


@dataclass(frozen=True)
class Choice:
    """What was chosen for one function.

    Attributes:
        is_oz: the choice is plain -Oz, which needs no further compilation.
        instructions, bytes: of the result; those of -Oz where the list failed.
        compilations: made to come to the choice, beyond the one that every function needs.
        failed: the list crashed, or was refused.
    """

    is_oz: bool
    instructions: int
    bytes: int
    compilations: int = 0
    failed: bool = False


def choices(
    samples: Sequence[Sample],
    outcomes: Sequence[Outcome],
    are_oz: Sequence[bool],
    compilations: Sequence[int] | None = None,
) -> list[Choice]:
    """Choices from measured outcomes (``Compiler.run(..., measure=True)``)."""
    made = []
    for number, (sample, outcome, is_oz) in enumerate(zip(samples, outcomes, are_oz, strict=True)):
        extra = compilations[number] if compilations is not None else 0
        if is_oz or not outcome.ok:
            made.append(Choice(is_oz, sample.oz_instructions, sample.oz_bytes, extra, not outcome.ok))
        else:
            made.append(Choice(False, outcome.instructions, outcome.bytes, extra))
    return made


def table_rows(samples: Sequence[Sample], chosen: Sequence[Choice], draws: int, seed: int) -> dict[str, Any]:
    """One approach's rows of Tables III (``alone``) and IV (``backup``), in both units."""
    extra = sum(choice.compilations for choice in chosen)
    others = sum(not choice.is_oz for choice in chosen)
    packages = [sample.package for sample in samples]
    by = "package" if len(set(packages)) > 1 else "function"
    weights = draw(packages, draws, seed, by) if draws and samples else None
    answer: dict[str, Any] = {
        "functions": len(samples),
        "failed": sum(choice.failed for choice in chosen),
        "alone": {"additional_compilations": extra},
        "backup": {"additional_compilations": extra + others},
        "intervals_by": by,
    }
    for unit in UNITS:
        base = np.array([getattr(sample, f"oz_{unit}") for sample in samples], dtype=np.int64)
        found = np.array([getattr(choice, unit) for choice in chosen], dtype=np.int64)
        for kind, saved in (("alone", base - found), ("backup", np.maximum(base - found, 0))):
            answer[kind][unit] = _row(base, saved, weights)
    return answer


def _row(base: Any, saved: Any, weights: Draws | None) -> dict[str, Any]:
    total = max(1, int(base.sum()))
    row: dict[str, Any] = {
        "improved": int((saved > 0).sum()),
        "regressed": int((saved < 0).sum()),
        "saved": int(saved[saved > 0].sum()),
        "lost": int(-saved[saved < 0].sum()),
        "overall": round(100 * float(saved.sum()) / total, 4),
        "interval": None,
    }
    if weights is not None:
        shares = 100 * weights.sums(saved)[:, 0] / np.maximum(weights.sums(base)[:, 0], 1)
        row["interval"] = Draws.interval(shares)
    return row
