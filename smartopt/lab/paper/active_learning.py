"""Active learning by the difficulty of passes (section V-C): more examples of what the translator does badly.

"We will explore an active learning approach in which more examples are provided for complex and difficult passes." The
trained translator goes on for a quarter of its steps twice, from the same weights and with as many new examples: once
with all passes alike, once with examples drawn by how often the translator fails on the pass. Failure rates are taken
on validation functions, and results on test functions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from .compiler import Compiler
from .functions import arm_of
from .language import Language, train_language
from .study import Study
from .translation import ARM, Example, examples, fitting, judge_examples, short_samples

__all__ = ["learn_actively"]

FLOOR: Final = 0.1
"""The least failure rate that a pass is drawn with."""


def learn_actively(study: Study) -> dict[str, Any]:
    """Both ways to go on; exact matches of each, and by the translator's own difficulty."""
    result = study.result("translation")
    names = [row["pass"] for row in result["passes"]] if result is not None else []
    arm = arm_of(study, ARM)
    scale = study.scale
    start = Language.load(study.data_path("model-translation"))
    size = replace(scale.translator, steps=max(2, scale.translator.steps // 4), rate=scale.translator.rate / 3)
    with Compiler(study.toolchain) as compiler:
        usable = {split: short_samples(study, split) for split in ("train", "validation", "test")}
        new = examples(study, arm, compiler, usable["train"], names, scale.translations, "active")
        held = {
            split: examples(study, arm, compiler, usable[split], names, scale.translations_tested, split)
            for split in ("validation", "test")
        }
        failing = {name: 1 - rate for name, rate in _exact(compiler, start, held["validation"]).items()}
        before = _exact(compiler, start, held["test"])
        hard = sorted(names, key=lambda name: -failing.get(name, 0))[: max(1, len(names) // 4)]

        def validate(language: Language) -> dict[str, float]:
            rates = _exact(compiler, language, held["validation"][: scale.shown])
            return {"exact": round(100 * _mean(rates, list(rates)), 3)}

        rows = [_row("before", before, names, hard)]
        weights = [max(FLOOR, failing.get(one.passed, 1.0)) for one in new]
        for name, drawn in (("all alike", None), ("by difficulty", weights)):
            language, _ = train_language(
                study, study.data_path(f"model-translation-{name.replace(' ', '-')}"), size, [one.pair for one in new],
                validate, "exact", weights=drawn, start=start,
            )  # fmt: skip
            rows.append(_row(name, _exact(compiler, language, held["test"]), names, hard))
    return {"rows": rows, "hard": hard, "examples": len(new), "steps": size.steps}


def _exact(compiler: Compiler, language: Language, held: Sequence[Example]) -> dict[str, float]:
    """The share of exact answers by pass."""
    held = fitting(language, held)
    judged = judge_examples(compiler, language, held)
    by_pass: dict[str, list[bool]] = defaultdict(list)
    for one, (_, found) in zip(held, judged, strict=True):
        by_pass[one.passed].append(found.exact)
    return {name: sum(found) / len(found) for name, found in by_pass.items()}


def _mean(rates: dict[str, float], names: Sequence[str]) -> float:
    known = [rates[name] for name in names if name in rates]
    return sum(known) / max(1, len(known))


def _row(name: str, rates: dict[str, float], names: Sequence[str], hard: Sequence[str]) -> dict[str, Any]:
    return {
        "name": name,
        "exact": round(100 * _mean(rates, names), 2),
        "exact_on_hard": round(100 * _mean(rates, hard), 2),
    }
