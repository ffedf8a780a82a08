"""How much each part of the paper's evaluation does: three sizes, and nothing else sets a size.

``smoke`` shows in minutes that every part works, on the examples and a few csmith programs; its figures mean nothing.
``small`` is meant for a few hours of two processors. ``full`` is the same code with the paper's proportions, for an
accelerator and a cluster: the paper spent 9,016 processor days on autotuning and 620 on training.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ...errors import UsageError

__all__ = ["SCALES", "ModelSize", "Scale", "scale"]


@dataclass(frozen=True)
class ModelSize:
    """A language model (section III-A) and its training (section III-C).

    Attributes:
        layers, width, heads, inner: of the Llama architecture.
        vocabulary: tokens of the tokenizer, which is trained on the train texts.
        context: the longest (prompt, answer) pair in tokens; longer pairs are left out, as in the paper.
        steps: training steps.
        batch: pairs of a step.
        rate: peak learning rate; warm-up is a tenth of the steps at most.
        every: steps between validations.
    """

    layers: int = 2
    width: int = 64
    heads: int = 2
    inner: int = 128
    vocabulary: int = 1024
    context: int = 512
    steps: int = 16
    batch: int = 4
    rate: float = 2e-3
    every: int = 8


@dataclass(frozen=True)
class Scale:
    """The sizes of one scale.

    Attributes:
        name: what it is called.
        about: one line for the page.
        each: at most so many functions of a package.
        train, validation, test: at most so many functions of a split.
        most: functions of more unoptimised instructions than this are left out.
        trials: random lists that the autotuner tries on a function (the paper: as many as fit into 780 seconds).
        longest: passes of a random list.
        broadcast: unique best lists that are tried on every other function; 0: all.
        autophase_steps: environment steps of PPO's training (the paper: 100,000 episodes of 45 steps).
        coreset: lists of the core set ([20]: 50).
        nvp_steps, nvp_width: training steps of the graph network, and its width.
        model: the language model of the main experiment and of the ablations.
        shown: functions whose optimised code is generated at each validation.
        tested: functions whose optimised code is generated for Table V and Figure 6.
        translator: the language model of section V-C.
        translated_passes: how many passes it is trained on (the paper: 60).
        translations: examples of each pass (the paper: 10,000).
        translations_tested: held-out examples of each pass.
        translated_most: functions of more instructions are no example.
        arithmetic: examples of the arithmetic curriculum.
        fractions: shares of the train data in the ablation of its size.
        speed_programs, speed_trials: programs and lists of the search for fewer executed instructions.
        draws: bootstrap draws for the intervals by package.
    """

    name: str
    about: str
    each: int
    train: int
    validation: int
    test: int
    most: int
    trials: int
    longest: int
    broadcast: int
    autophase_steps: int
    coreset: int
    nvp_steps: int
    nvp_width: int
    model: ModelSize
    shown: int
    tested: int
    translator: ModelSize
    translated_passes: int
    translations: int
    translations_tested: int
    translated_most: int
    arithmetic: int
    speed_programs: int
    speed_trials: int
    draws: int
    fractions: tuple[float, ...] = field(default=(0.5, 0.25))


SCALES: Final = {
    "smoke": Scale(
        "smoke", "shows that every part works; its figures mean nothing",
        each=40, train=60, validation=12, test=12, most=100, trials=16, longest=9, broadcast=12,
        autophase_steps=900, coreset=8, nvp_steps=20, nvp_width=32,
        model=ModelSize(), shown=2, tested=4,
        translator=ModelSize(context=384), translated_passes=4, translations=8, translations_tested=2,
        translated_most=30, arithmetic=64, speed_programs=1, speed_trials=3, draws=100, fractions=(0.5,),
    ),
    "small": Scale(
        "small", "a few hours of two processors",
        each=400, train=6000, validation=300, test=1500, most=120, trials=40, longest=9, broadcast=25,
        autophase_steps=180_000, coreset=30, nvp_steps=3000, nvp_width=96,
        model=ModelSize(4, 160, 4, 448, 4096, 768, 640, 16, 2e-3, 80), shown=32, tested=300,
        translator=ModelSize(4, 160, 4, 448, 4096, 512, 2800, 16, 2e-3, 400),
        translated_passes=40, translations=600, translations_tested=20, translated_most=60,
        arithmetic=20_000, speed_programs=12, speed_trials=60, draws=1000,
    ),
    "full": Scale(
        "full", "the paper's proportions; needs an accelerator and, for autotuning, a cluster",
        each=20000, train=1_000_000, validation=1000, test=100_000, most=2000, trials=2000, longest=9, broadcast=0,
        autophase_steps=4_500_000, coreset=50, nvp_steps=100_000, nvp_width=256,
        model=ModelSize(32, 4096, 32, 11008, 32000, 2048, 30_000, 256, 1e-5, 250), shown=1000, tested=100_000,
        translator=ModelSize(32, 4096, 32, 11008, 32000, 2048, 21_000, 256, 1e-5, 1000),
        translated_passes=60, translations=10_000, translations_tested=100, translated_most=2000,
        arithmetic=1_000_000, speed_programs=200, speed_trials=1000, draws=1000,
    ),
}  # fmt: skip


def scale(name: str) -> Scale:
    """A scale by name. Raises UsageError for a name that is not known."""
    if name not in SCALES:
        raise UsageError(f"there is no scale {name!r}; there are {', '.join(SCALES)}")
    return SCALES[name]
