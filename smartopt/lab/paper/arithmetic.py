"""Arithmetic (section VI-B): a small curriculum of constant folding before the main task, tried once.

The curriculum asks for what LLVM's constant folder would say of one integer instruction. A model learns it, is asked
unseen questions, and then goes on with the main model's pairs, for as many steps as the main model had; the two are
compared. Beside it stands the other wish of the section, tools: a model that leaves counting to the compiler makes no
error at all and pays one compilation, whose time is given.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, Final

from .compiler import Compiler
from .functions import arm_of, samples
from .language import Language, Pair, train_language
from .main_model import ARM, model_folder, train_variant
from .pairs import pairs_of, targets
from .study import Study, read_json

__all__ = ["curriculum", "teach_arithmetic"]

HELD_OUT: Final = 200
"""Questions that are asked at most."""

_Operation = Callable[[int, int, int], int]
OPERATIONS: Final[dict[str, _Operation]] = {
    "add": lambda a, b, bits: a + b,
    "sub": lambda a, b, bits: a - b,
    "mul": lambda a, b, bits: a * b,
    "and": lambda a, b, bits: a & b,
    "or": lambda a, b, bits: a | b,
    "xor": lambda a, b, bits: a ^ b,
    "shl": lambda a, b, bits: a << (b % bits),
    "lshr": lambda a, b, bits: (a % (1 << bits)) >> (b % bits),
}
"""What each instruction computes, before it is cut to its width."""
LARGEST: Final = {"mul": 99}
"""Operands, where they are smaller than usual."""


def curriculum(count: int, seed: int, largest: int = 999) -> list[Pair]:
    """Different questions and answers: ``%1 = add i32 17, 25`` -> ``ret i32 42``; results are signed, as printed."""
    rng = random.Random(seed)
    made: dict[str, str] = {}
    for _ in range(20 * count):
        if len(made) >= count:
            break
        name = rng.choice(tuple(OPERATIONS))
        bits = rng.choice((8, 16, 32, 64))
        top = min(LARGEST.get(name, largest), (1 << (bits - 1)) - 1)
        a, b = rng.randint(0, top), rng.randint(0, top)
        if name in ("shl", "lshr"):
            b = rng.randint(0, min(bits - 1, 7))
        made.setdefault(f"%1 = {name} i{bits} {a}, {b}", f"ret i{bits} {_signed(OPERATIONS[name](a, b, bits), bits)}")
    return list(made.items())


def _signed(value: int, bits: int) -> int:
    value %= 1 << bits
    return value - (1 << bits) if value >= 1 << (bits - 1) else value


def teach_arithmetic(study: Study) -> dict[str, Any]:
    """Train on the curriculum, test it, go on with the main pairs, and compare with the main model."""
    questions = curriculum(study.scale.arithmetic + HELD_OUT, study.seed)
    cut = max(1, min(HELD_OUT, len(questions) // 4))
    train, held = questions[:-cut], questions[-cut:]
    arm = arm_of(study, ARM)
    with Compiler(study.toolchain) as compiler:
        main = pairs_of(targets(study, arm, compiler, "train"), with_code=True)
        words = Language.load(model_folder(study, "main")).words  # numbers are single digits in it already

        def validate(language: Language) -> dict[str, float]:
            return {"exact": round(100 * _exact(language, held), 2)}

        language, log = train_language(
            study, study.data_path("model-arithmetic"), study.scale.model, train, validate, "exact", words=words
        )
        by_operation = {
            name: round(100 * _exact(language, [pair for pair in held if f"= {name} " in pair[0]]), 2)
            for name in OPERATIONS
            if any(f"= {name} " in pair[0] for pair in held)
        }
        study.say(f"arithmetic: {by_operation}; now the main pairs ({len(main)})")
        _, after = train_variant(study, compiler, "after-arithmetic", with_code=True, fraction=1.0, start=language)
        seconds = _seconds_a_compilation(study, compiler)
    before = read_json(model_folder(study, "main") / "log.json")["log"]
    return {
        "questions": len(train),
        "held_out": len(held),
        "exact": max((row["exact"] for row in log), default=0.0),
        "by_operation": by_operation,
        "main": _best(before),
        "after_curriculum": _best(after),
        "tool": {"mape_after": 0.0, "milliseconds": round(1000 * seconds, 3)},
        "log": log,
        "log_after": after,
    }


def _exact(language: Language, held: list[Pair]) -> float:
    made = language.generate([prompt for prompt, _ in held], 32)
    return sum(one.strip() == answer for one, (_, answer) in zip(made, held, strict=True)) / max(1, len(held))


def _best(log: list[dict[str, float]]) -> dict[str, float]:
    """The point of best improvement, without what is only bookkeeping."""
    point = max(log, key=lambda row: row["improvement"])
    return {key: value for key, value in point.items() if key not in ("unread", "bleu_of_copying")}


def _seconds_a_compilation(study: Study, compiler: Compiler) -> float:
    """What it costs to ask the compiler for both counts."""
    found = samples(study, ARM, "validation")[:50]
    arm = arm_of(study, ARM)
    begin = time.monotonic()
    compiler.run([(sample.text, f"{arm.oz},no-op-module") for sample in found])  # not remembered from before
    return (time.monotonic() - begin) / max(1, len(found))
