"""Context window (section VI-A): how many functions fit into which context, and how much of the gain lies in them.

"Figure 5 suggests that larger programs have more interesting optimization opportunities": what a longer context would
open up can be counted without training one. Lengths are of whole pairs, in tokens of the main model.
"""

from __future__ import annotations

from typing import Any, Final

from .compiler import Compiler
from .functions import arm_of
from .language import Language
from .main_model import ARM, model_folder
from .pairs import pairs_of, targets
from .study import Study

__all__ = ["measure_context"]

CONTEXTS: Final = (256, 512, 1024, 2048, 4096, 8192, 16384)


def measure_context(study: Study) -> dict[str, Any]:
    """By context: the share of functions that fit, and of the autotuner's savings that lie in them."""
    language = Language.load(model_folder(study, "main"))
    arm = arm_of(study, ARM)
    with Compiler(study.toolchain) as compiler:
        found = targets(study, arm, compiler, "train") + targets(study, arm, compiler, "test")
    pairs = pairs_of(found, with_code=True)
    prompts = [len(language.encode(prompt)) for prompt, _ in pairs]
    wholes = [length + 2 + len(language.encode(answer)) for length, (_, answer) in zip(prompts, pairs, strict=True)]
    saved = [max(0, one.sample.oz_instructions - one.instructions) for one in found]
    characters = sum(len(prompt) for prompt, _ in pairs)
    rows = []
    for context in CONTEXTS:
        rows.append(
            {
                "context": context,
                "pairs": _share([length <= context for length in wholes]),
                "prompts": _share([length + 64 <= context for length in prompts]),
                "savings": _weighted([length + 64 <= context for length in prompts], saved),
            }
        )
    return {
        "functions": len(found),
        "characters_a_token": round(characters / max(1, sum(prompts)), 3),
        "trained_context": language.size.context,
        "rows": rows,
    }


def _share(fits: list[bool]) -> float:
    return round(100 * sum(fits) / max(1, len(fits)), 2)


def _weighted(fits: list[bool], weights: list[int]) -> float:
    total = sum(weight for fit, weight in zip(fits, weights, strict=True) if fit)
    return round(100 * total / max(1, sum(weights)), 2)
