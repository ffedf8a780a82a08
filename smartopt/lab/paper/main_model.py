"""The paper's model: it reads a function and answers a pass list, two counts and the optimised code (III to IV-D).

Trained and measured in the paper's arm. Over training (Figure 2): what its lists save over -Oz on all validation
functions, the error of its instruction counts, and the quality of its code for some of them. Afterwards, on the test
functions: Tables III and IV, Table V, Figure 6, and examples after Listings 1 to 5. A function that does not fit into
the context gets -Oz, and so does an answer that is no list of the arm; both are counted. The code is judged against
what the compiler makes with the list that the model answered, or with -Oz where it answered none.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from .arms import OZ, Arm, PassNames
from .compiler import Compiler, Outcome
from .counts import Choice, choices, table_rows
from .functions import Sample, arm_of, samples
from .generated_code import Judged, judge, quality
from .kept import keep_choices
from .language import Language, train_language
from .listings import Case, find_listings
from .meaning import compared, counted
from .modules import model_text
from .pairs import Target, pairs_of, targets
from .prompts import Answer, read_answer
from .study import Study

__all__ = ["ARM", "Answered", "answer_lists", "generate_code", "mape", "train_and_test", "train_variant"]

ARM: Final = "paper"
LINE: Final = 64
"""Tokens of an answer's first line, at most."""
ROOM: Final = 32
"""A prompt that leaves fewer tokens for the answer does not fit."""
EDGES: Final = (-np.inf, -10.0, -1e-9, 1e-9, 10.0, np.inf)
BINS: Final = ("worse by over 10%", "worse", "as -Oz", "better", "better by over 10%")
"""Figure 6's horizontal axis: the list against -Oz."""


@dataclass(frozen=True)
class Answered:
    """What the model answered for some functions, and what became of it.

    Attributes:
        answers: as read; a default :class:`Answer` for a function that does not fit.
        lists: what was run: the answer's list, or -Oz.
        chosen: what it came to.
        unfit, unread: functions that do not fit, and answers that are no list of the arm.
        seconds: wall-clock seconds of generation.
    """

    answers: list[Answer]
    lists: list[PassNames]
    chosen: list[Choice]
    unfit: int
    unread: int
    seconds: float


def train_and_test(study: Study) -> dict[str, Any]:
    """The main model: Figure 2, its rows of Tables III and IV, Table V, Figure 6, listings."""
    arm = arm_of(study, ARM)
    with Compiler(study.toolchain) as compiler:
        language, log = train_variant(study, compiler, "main", with_code=True, fraction=1.0)
        test = targets(study, arm, compiler, "test")
        found = [target.sample for target in test]
        answered = answer_lists(language, arm, compiler, found)
        keep_choices(study, ARM, "model", found, answered.chosen, answered.lists)
        study.say(f"lists of {len(found)} test functions in {answered.seconds:.0f} s")
        fits = _fitting(language, test)[: study.scale.tested]
        cases = _cases(language, arm, compiler, [test[number] for number in fits], [answered.answers[n] for n in fits],
                       [answered.lists[n] for n in fits], [answered.chosen[n] for n in fits])  # fmt: skip
        verdicts = [case.meaning for case in cases if case.meaning is not None]
        judged = [case.judged for case in cases]
        code = quality(
            judged,
            [case.code for case in cases],
            [case.wanted for case in cases],
            [case.sample.prompt for case in cases],
        )
        trained = {tuple(target.passes) for target in targets(study, arm, compiler, "train")}
    unseen = set(answered.lists) - trained
    return {
        **table_rows(found, answered.chosen, study.scale.draws, study.seed),
        "parameters": language.parameters,
        "context": language.size.context,
        "unfit": answered.unfit,
        "unread": answered.unread,
        "milliseconds_a_function": round(1000 * answered.seconds / max(1, len(found)), 2),
        "mape_before": mape([a.before for a in answered.answers], [s.instructions for s in found]),
        "mape_after": mape([a.after for a in answered.answers], [c.instructions for c in answered.chosen]),
        "better_than_autotuner": sum(
            choice.instructions < target.instructions for choice, target in zip(answered.chosen, test, strict=True)
        ),
        "lists_not_in_training": len(unseen),
        "training": log,
        "code": code,
        "meaning": counted(verdicts),
        "by_list_quality": _by_list_quality(cases),
        "listings": find_listings(cases),
    }


def train_variant(
    study: Study, compiler: Compiler, name: str, with_code: bool, fraction: float, start: Language | None = None
) -> tuple[Language, list[dict[str, float]]]:
    """Train a model of the main experiment's size, fresh or from ``start``; validated as in Figure 2."""
    arm = arm_of(study, ARM)
    pairs = pairs_of(targets(study, arm, compiler, "train"), with_code, fraction, study.seed)
    checked = samples(study, ARM, "validation")

    def validate(language: Language) -> dict[str, float]:
        return _validated(study, language, arm, compiler, checked, with_code)

    return train_language(
        study, model_folder(study, name), study.scale.model, pairs, validate, "improvement", start=start
    )


def model_folder(study: Study, name: str) -> Path:
    """Where a model of this run lies."""
    return study.data_path(f"model-{name}")


def answer_lists(language: Language, arm: Arm, compiler: Compiler, found: Sequence[Sample]) -> Answered:
    """Ask for the first line of each answer and run its list."""
    begin = time.monotonic()
    fits = [language.fits(sample.prompt, ROOM) for sample in found]
    texts = language.generate([s.prompt for s, fit in zip(found, fits, strict=True) if fit], LINE, first_line=True)
    seconds = time.monotonic() - begin
    said = iter(texts)
    answers = [read_answer(next(said), arm) if fit else Answer() for fit in fits]
    lists = [answer.passes or (OZ,) for answer in answers]
    outcomes = compiler.run(
        [(sample.text, arm.spell(passes)) for sample, passes in zip(found, lists, strict=True)], measure=True
    )
    chosen = choices(found, outcomes, [passes == (OZ,) for passes in lists])
    unfit = fits.count(False)
    unread = sum(not answer.passes for answer in answers) - unfit
    return Answered(answers, lists, chosen, unfit, unread, seconds)


def generate_code(language: Language, found: Sequence[Sample]) -> list[str]:
    """The optimised code of each function as the model writes it, without the line before it."""
    texts = language.generate([sample.prompt for sample in found], language.size.context)
    return [text.partition("\n")[2] for text in texts]


def mape(said: Sequence[int], true: Sequence[int]) -> float | None:
    """Mean absolute percentage error of those that were said; None if none was."""
    errors = [abs(one - two) / max(1, two) for one, two in zip(said, true, strict=True) if one >= 0]
    return round(100 * sum(errors) / len(errors), 3) if errors else None


def _validated(
    study: Study, language: Language, arm: Arm, compiler: Compiler, checked: list[Sample], with_code: bool
) -> dict[str, float]:
    """One point of Figure 2."""
    answered = answer_lists(language, arm, compiler, checked)
    base = max(1, sum(sample.oz_instructions for sample in checked))
    saved = [s.oz_instructions - c.instructions for s, c in zip(checked, answered.chosen, strict=True)]
    point = {
        "improvement": round(100 * sum(saved) / base, 4),
        "with_backup": round(100 * sum(max(0, one) for one in saved) / base, 4),
        "unread": float(answered.unread),
    }
    for name, said, true in (
        ("mape_before", [a.before for a in answered.answers], [s.instructions for s in checked]),
        ("mape_after", [a.after for a in answered.answers], [c.instructions for c in answered.chosen]),
    ):
        error = mape(said, true)
        if error is not None:
            point[name] = error
    half = language.size.context // 2
    readable = [n for n, sample in enumerate(checked) if language.fits(sample.prompt, half)] if with_code else []
    rows = readable[: study.scale.shown]
    shown = [checked[number] for number in rows]
    if shown:
        made = generate_code(language, shown)
        wanted = _wanted(arm, compiler, shown, [answered.lists[number] for number in rows])
        metrics = quality(judge(compiler, made, wanted), made, wanted, [sample.prompt for sample in shown])
        point |= {name: float(metrics[name]) for name in ("bleu", "compiles", "exact", "bleu_of_copying")}
    return point


def _wanted(arm: Arm, compiler: Compiler, found: Sequence[Sample], lists: Sequence[PassNames]) -> list[str]:
    """What the compiler makes with the lists; -Oz's result where one fails."""
    jobs = [(sample.text, arm.spell(passes)) for sample, passes in zip(found, lists, strict=True)]
    outcomes = compiler.run(jobs, give=True)
    backups: list[Outcome] = compiler.run([(sample.text, arm.oz) for sample in found], give=True)
    return [model_text((one if one.ok else two).text) for one, two in zip(outcomes, backups, strict=True)]


def _fitting(language: Language, found: Sequence[Target]) -> list[int]:
    """Numbers of the functions whose whole pair fits into the context, as all of the paper's do, in hash order."""
    pairs = pairs_of(found, with_code=True)
    fits = [number for number, pair in enumerate(pairs) if language.ids_of(pair) is not None]
    return sorted(fits, key=lambda number: found[number].sample.hash)


def _cases(
    language: Language,
    arm: Arm,
    compiler: Compiler,
    tested: Sequence[Target],
    answers: Sequence[Answer],
    lists: Sequence[PassNames],
    chosen: Sequence[Choice],
) -> list[Case]:
    """Generated code of test functions beside everything that is known of them."""
    found = [target.sample for target in tested]
    made = generate_code(language, found)
    wanted = _wanted(arm, compiler, found, lists)
    judged: list[Judged] = judge(compiler, made, wanted)
    other = [number for number, one in enumerate(judged) if one.compiles and not one.exact]
    verdicts = compared(compiler, [found[number].text for number in other], [made[number] for number in other])
    meanings = dict(zip(other, verdicts, strict=True))
    return [
        Case(
            target.sample,
            lists[number],
            answers[number],
            chosen[number].instructions,
            target.passes,
            target.instructions,
            target.code,
            made[number],
            wanted[number],
            judged[number],
            meanings.get(number),
        )
        for number, target in enumerate(tested)
    ]


def _by_list_quality(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Figure 6: the code's quality where the list is worse than, as good as, or better than -Oz."""
    gains = [
        100 * (one.sample.oz_instructions - one.instructions) / max(1, one.sample.oz_instructions) for one in cases
    ]
    bins = np.digitize(gains, EDGES[1:-1]) if cases else np.zeros(0, dtype=int)
    rows = []
    for number, name in enumerate(BINS):
        own = [case for case, at in zip(cases, bins, strict=True) if at == number]
        errors = [abs(c.answer.after - c.instructions) / max(1, c.instructions) for c in own if c.answer.after >= 0]
        rows.append(
            {
                "bin": name,
                "functions": len(own),
                "bleu": _mean([case.judged.bleu for case in own]),
                "compiles": _mean([100.0 * case.judged.compiles for case in own]),
                "mape_after": _mean([100 * one for one in errors]),
            }
        )
    return rows


def _mean(values: Sequence[float]) -> list[float] | None:
    """Mean and half of its 95% confidence interval; None for no values."""
    if not values:
        return None
    spread = 1.96 * float(np.std(values)) / len(values) ** 0.5
    return [round(float(np.mean(values)), 4), round(spread, 4)]
