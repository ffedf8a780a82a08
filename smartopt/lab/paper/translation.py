"""Single passes by a language model (section V-C, Figure 7): input code and the name of a pass, output code.

Paper's details: 60 passes, 10,000 unique examples of each; inputs are unoptimised functions, and partly optimised ones,
on which some random passes ran before. The model is trained from scratch on this alone. BLEU, exact matches and whether
LLVM accepts the code, for each pass, beside how often the pass stands in chosen lists that are better or worse than
-Oz.

Passes are those of this LLVM that change most functions, in the paper's arm. An example in which the pass changes
nothing is kept with a probability of a third: to say that nothing is to be done is a part of the task, and for some
passes most of it. Test examples are of functions of other packages than train examples.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from .arms import Arm
from .compiler import Compiler
from .functions import Sample, arm_of, samples
from .generated_code import Judged, judge, quality
from .kept import kept_choices
from .language import Language, Pair, train_language
from .meaning import compared, counted
from .modules import model_text
from .study import Study

__all__ = [
    "ARM",
    "Example",
    "examples",
    "fitting",
    "judge_examples",
    "most_active",
    "prompt_of",
    "short_samples",
    "translate",
]

ARM: Final = "paper"
LEAST_KEPT: Final = 1 / 3
"""How many examples in which the pass does nothing are kept."""
EARLIER: Final = 6
"""At most so many random passes before the one to translate; none in half of the examples."""
LEAST_SHARE: Final = 0.02
"""A pass that changes fewer functions is left out."""
SIMPLE: Final = 60
"""Instructions: exact matches are also counted for functions up to this length."""


@dataclass(frozen=True)
class Example:
    """One translation: module texts before and after ``passed``, as the model sees them; ``changed`` if they differ."""

    passed: str
    before: str
    after: str
    instructions: int

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def pair(self) -> Pair:
        return prompt_of(self.passed, self.before), self.after


def prompt_of(passed: str, code: str) -> str:
    """The prompt of Listing 6."""
    return f"Optimize the following LLVM-IR using `-{passed}`:\n{code}"


def translate(study: Study) -> dict[str, Any]:
    """Train the translator and judge it pass by pass."""
    arm = arm_of(study, ARM)
    scale = study.scale
    with Compiler(study.toolchain) as compiler:
        usable = {split: short_samples(study, split) for split in ("train", "validation", "test")}
        names = most_active(study, arm, compiler, usable["train"], scale.translated_passes)
        study.say(f"{len(names)} passes: {' '.join(names)}")
        train = examples(study, arm, compiler, usable["train"], names, scale.translations)
        held = {
            split: examples(study, arm, compiler, usable[split], names, scale.translations_tested, split)
            for split in ("validation", "test")
        }
        seen = {(one.passed, one.before) for one in train}
        held = {split: [one for one in found if (one.passed, one.before) not in seen] for split, found in held.items()}
        checked = random.Random(study.seed).sample(held["validation"], min(len(held["validation"]), scale.shown))

        def validate(language: Language) -> dict[str, float]:
            return _validated(compiler, language, checked)

        study.say(f"{len(train)} examples, {len(held['test'])} held out")
        language, log = train_language(
            study, study.data_path("model-translation"), scale.translator, [one.pair for one in train], validate, "bleu"
        )
        tested = fitting(language, held["test"])
        judged = judge_examples(compiler, language, tested)
        other = [number for number, (_, found) in enumerate(judged) if found.compiles and not found.exact]
        meaning = compared(
            compiler, [tested[number].before for number in other], [judged[number][0] for number in other]
        )
    rows = [_row(name, tested, judged) for name in names]
    contributions = _contributions(study)
    for row in rows:
        row |= contributions.get(row["pass"], {"better": 0, "worse": 0})
    return {
        "passes": rows,
        "mean": {key: _mean(rows, key) for key in ("bleu", "exact", "compiles", "bleu_of_copying")},
        "above_half_exact_on_simple": sum((row["exact_simple_changed"] or 0) > 50 for row in rows),
        "examples": len(train),
        "fitting": sum(language.ids_of(one.pair) is not None for one in train),
        "held_out": len(held["test"]),
        "held_out_fitting": len(tested),
        "parameters": language.parameters,
        "training": log,
        "meaning": counted(meaning),
        "failures": _failures(tested, judged),
    }


def short_samples(study: Study, split: str) -> list[Sample]:
    """The functions of a split that are short enough to be examples."""
    return [one for one in samples(study, ARM, split) if one.instructions <= study.scale.translated_most]


def most_active(study: Study, arm: Arm, compiler: Compiler, found: Sequence[Sample], count: int) -> list[str]:
    """The passes that change most functions, after sroa or alone; at least one in fifty."""
    some = sorted(found, key=lambda sample: sample.hash)[:200]
    inputs = [(sample.text, model_text(sample.text)) for sample in some]
    light = compiler.run([(sample.text, arm.spell(("sroa",))) for sample in some], give=True)
    inputs += [(one.text, model_text(one.text)) for one in light if one.ok]
    shares = {}
    for name in arm.passes:
        study.check_time()
        outcomes = compiler.run([(text, arm.spell((name,))) for text, _ in inputs], give=True)
        changed = sum(
            one.ok and model_text(one.text) != shown for one, (_, shown) in zip(outcomes, inputs, strict=True)
        )
        failed = sum(not one.ok for one in outcomes)
        if not failed:
            shares[name] = changed / max(1, len(inputs))
    ordered = sorted(shares, key=lambda name: (-shares[name], name))
    return [name for name in ordered if shares[name] >= LEAST_SHARE][:count]


def examples(
    study: Study,
    arm: Arm,
    compiler: Compiler,
    found: Sequence[Sample],
    names: Sequence[str],
    count: int,
    split: str = "train",
) -> list[Example]:
    """Up to ``count`` different examples of each pass."""
    return [one for name in names for one in _examples_of(study, arm, compiler, found, name, count, split)]


def _examples_of(
    study: Study, arm: Arm, compiler: Compiler, found: Sequence[Sample], name: str, count: int, split: str
) -> list[Example]:
    """Up to ``count`` different examples of one pass."""
    rng = random.Random(f"{study.seed} {split} {name}")
    made: dict[str, Example] = {}
    for _ in range(8):
        study.check_time()
        drawn = [rng.choice(found) for _ in range(count)] if found else []
        earlier = [
            tuple(rng.choice(arm.passes) for _ in range(rng.randint(1, EARLIER))) if rng.random() < 0.5 else ()
            for _ in drawn
        ]
        inputs = compiler.run(
            [(one.text, arm.spell(before) if before else "") for one, before in zip(drawn, earlier, strict=True)],
            give=True,
        )
        usable = [one for one in inputs if one.ok and 0 < one.instructions <= study.scale.translated_most]
        outputs = compiler.run([(one.text, arm.spell((name,))) for one in usable], give=True)
        for one, other in zip(usable, outputs, strict=True):
            example = Example(name, model_text(one.text), model_text(other.text), one.instructions)
            if other.ok and (example.changed or rng.random() < LEAST_KEPT):
                made.setdefault(example.before, example)
        if len(made) >= count:
            break
    return list(made.values())[:count]


def fitting(language: Language, held: Sequence[Example]) -> list[Example]:
    """Those that fit into the model's context, as all of the paper's do."""
    return [one for one in held if language.ids_of(one.pair) is not None]


def judge_examples(compiler: Compiler, language: Language, held: Sequence[Example]) -> list[tuple[str, Judged]]:
    """The model's code for each example, and how good it is."""
    longest = max((len(language.encode(one.after)) for one in held), default=0)
    made = language.generate([one.pair[0] for one in held], longest + 16)
    return list(zip(made, judge(compiler, made, [one.after for one in held]), strict=True))


def _validated(compiler: Compiler, language: Language, checked: Sequence[Example]) -> dict[str, float]:
    checked = fitting(language, checked)
    judged = judge_examples(compiler, language, checked)
    metrics = quality(
        [one for _, one in judged],
        [text for text, _ in judged],
        [one.after for one in checked],
        [one.before for one in checked],
    )
    return {name: float(metrics[name]) for name in ("bleu", "exact", "compiles", "bleu_of_copying")}


def _row(name: str, held: Sequence[Example], judged: Sequence[tuple[str, Judged]]) -> dict[str, Any]:
    own = [(one, text, found) for one, (text, found) in zip(held, judged, strict=True) if one.passed == name]
    metrics = quality(
        [found for _, _, found in own],
        [text for _, text, _ in own],
        [one.after for one, _, _ in own],
        [one.before for one, _, _ in own],
    )
    simple = [found.exact for one, _, found in own if one.changed and one.instructions <= SIMPLE]
    return {
        "pass": name,
        **metrics,
        "changed": sum(one.changed for one, _, _ in own),
        "exact_simple_changed": round(100 * sum(simple) / len(simple), 2) if simple else None,
        "simple_changed": len(simple),
    }


def _contributions(study: Study) -> dict[str, dict[str, int]]:
    """How often each pass stands in a list that the main model chose and that is better or worse than -Oz."""
    found: dict[str, Counter[str]] = {}
    by_hash = {sample.hash: sample for sample in samples(study, ARM, "test")}
    for key, row in (kept_choices(study, ARM, "model") or {}).items():
        gain = by_hash[key].oz_instructions - row["instructions"]
        for name in set(row["passes"] or ()):
            if gain:
                found.setdefault(name, Counter())["better" if gain > 0 else "worse"] += 1
    return {name: {"better": count["better"], "worse": count["worse"]} for name, count in found.items()}


def _mean(rows: Sequence[dict[str, Any]], key: str) -> float:
    counted = [row for row in rows if row["functions"]]
    return round(sum(float(row[key]) for row in counted) / max(1, len(counted)), 4)


def _failures(held: Sequence[Example], judged: Sequence[tuple[str, Judged]]) -> list[dict[str, Any]]:
    """After Listing 6: code that compiles, is close, and wrong; the closest ones."""
    wrong = [
        (found.bleu, one, text)
        for one, (text, found) in zip(held, judged, strict=True)
        if found.compiles and not found.exact and one.changed
    ]
    wrong.sort(key=lambda row: (-row[0], row[1].passed, row[1].before))
    return [
        {
            "pass": one.passed,
            "bleu": round(score, 4),
            "input": one.before[:3000],
            "compiler": one.after[:3000],
            "model": text[:3000],
        }
        for score, one, text in wrong[:2]
    ]
