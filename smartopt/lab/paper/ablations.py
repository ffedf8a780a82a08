"""Ablations (sections V-A and V-B, Table VI, Figure 8): less data, and no optimised code in the answers.

Each variant is trained like the main model, for as many steps, and its best checkpoint on validation counts. A model
without code also has shorter answers, so it sees fewer tokens in as many steps; the log tells both.
"""

from __future__ import annotations

from typing import Any

from .compiler import Compiler
from .main_model import train_variant
from .study import Study

__all__ = ["ablate"]


def ablate(study: Study) -> dict[str, Any]:
    """Train the variants; returns the best validation improvement and the log of each, the main model's first."""
    variants = [("main", 1.0, True)]
    variants += [(f"fraction-{fraction}", fraction, True) for fraction in study.scale.fractions]
    variants.append(("no-code", 1.0, False))
    rows = []
    with Compiler(study.toolchain) as compiler:
        for name, fraction, with_code in variants:
            study.say(f"{name}: {fraction:.0%} of the data, {'with' if with_code else 'without'} optimised code")
            _, log = train_variant(study, compiler, name, with_code, fraction)
            rows.append(
                {
                    "name": name,
                    "fraction": fraction,
                    "with_code": with_code,
                    "best": max(point["improvement"] for point in log),
                    "best_with_backup": max(point["with_backup"] for point in log),
                    "log": log,
                }
            )
    return {"variants": rows}
