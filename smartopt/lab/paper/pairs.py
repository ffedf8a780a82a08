"""The training pairs of the main model: function -> best list, instruction counts, optimised code (section III-B)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from .arms import Arm, PassNames
from .autotuner import best_lists
from .compiler import Compiler
from .functions import Sample, samples
from .language import Pair
from .modules import model_text
from .prompts import answer_text
from .study import Study

__all__ = ["Target", "pairs_of", "targets"]


@dataclass(frozen=True)
class Target:
    """What the model is to say of a function: its best known list and what that makes of it."""

    sample: Sample
    passes: PassNames
    instructions: int
    code: str


def targets(study: Study, arm: Arm, compiler: Compiler, split: str) -> list[Target]:
    """The autotuner's answer for every function of a split."""
    lists = best_lists(study, arm.name, split)
    found = samples(study, arm.name, split)
    jobs = [(sample.text, arm.spell(lists[sample.hash])) for sample in found]
    outcomes = compiler.run(jobs, give=True)
    return [
        Target(sample, lists[sample.hash], outcome.instructions, model_text(outcome.text))
        for sample, outcome in zip(found, outcomes, strict=True)
        if outcome.ok
    ]


def pairs_of(found: Sequence[Target], with_code: bool, fraction: float = 1.0, seed: int = 0) -> list[Pair]:
    """Pairs for training; a ``fraction`` of the functions, drawn at random (section V-A: "random dropout")."""
    chosen = list(found)
    if fraction < 1:
        chosen = random.Random(seed).sample(chosen, max(1, round(fraction * len(chosen))))
    return [
        (
            one.sample.prompt,
            answer_text(one.passes, one.sample.instructions, one.instructions, one.code if with_code else None),
        )
        for one in chosen
    ]
