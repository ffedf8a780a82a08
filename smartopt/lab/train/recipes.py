"""Recipes: everything that a training run depends on besides its data, one row each.

``tiny`` is what ships (a minute of an accelerator, or some hours of two CPU cores), ``base`` wants an accelerator,
``smoke`` proves in two minutes that the whole path works. Sizes are chosen so that ``tiny`` reads a function and its
machine code in a few milliseconds. Both go over the 127,430 labelled train functions once: a second pass learns them by
heart (``models/LOG.md``). What is worth more passes is to read before (``train --start``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from ...errors import UsageError
from ...options import OBJECTIVES, Objective

__all__ = ["RECIPES", "Recipe", "recipe"]

LOSSES: Final = ("best", "soft", "draws", "places")


@dataclass(frozen=True)
class Recipe:
    """One way to train.

    Attributes:
        layers, width, heads, inner: the Llama architecture.
        vocabulary: tokens, answer words included.
        context: the longest prompt.
        cut: functions up to so many times too long are shown by beginning and end; longer ones are left to the coreset.
        code: 1 where prompts show -Oz's machine code of the function beside it.
        places: how many lists the model answers in one pass.
        losses: which losses (``smartopt.lab.train.losses``) with which weights.
        gate: weight of the loss of "no list beats -Oz here".
        value: weight of the loss of what each place's list adds.
        capped: savings of one function that count for that, at most.
        language: weight of language modelling on the function (0: none, and no logits for it).
        dense: weight of predicting what every list does, in bytes and instructions, and -Oz's own counts (0: none).
        power: a function counts with (bytes to be saved) ** power.
        temperature: of the ``soft`` loss, as a share of the best gain.
        objective: what the first places are trained for.
        functions: functions a step.
        tokens: tokens, padding included, of one forward pass; a step takes as many as it needs.
        packed: 1 where prompts are packed into rows (for accelerators), 0 where they are padded (for CPUs).
        rate, warmup, decay, betas, clip: AdamW and its cosine schedule (warm-up in steps).
        steps: the length of the schedule.
        every: steps between validations, on at most ``checked`` functions.
        dropout: of what attention and feed-forward layers add, while training.
        dropout_tokens: share of the function's tokens replaced by ``<pad>`` while training.
        fraction: share of the train functions that is used (the paper's Table VI).
        merges_bytes: text that the tokenizer is trained on.
    """

    name: str
    layers: int
    width: int
    heads: int
    inner: int
    vocabulary: int = 8192
    context: int = 1024
    cut: int = 4
    code: int = 0
    places: int = 8
    losses: tuple[tuple[str, float], ...] = (("places", 1.0), ("best", 0.3))
    gate: float = 0.1
    value: float = 0.1
    capped: float = 500.0
    language: float = 0.0
    dense: float = 0.0
    power: float = 0.5
    temperature: float = 0.1
    objective: Objective = "size"
    functions: int = 256
    tokens: int = 8192
    packed: int = 0
    rate: float = 1e-3
    warmup: int = 100
    decay: float = 0.1
    betas: tuple[float, float] = (0.9, 0.95)
    clip: float = 1.0
    steps: int = 4000
    every: int = 200
    checked: int = 4000
    dropout: float = 0.0
    dropout_tokens: float = 0.0
    fraction: float = 1.0
    merges_bytes: int = 60_000_000
    seed: int = 1

    def __post_init__(self) -> None:
        if self.objective not in OBJECTIVES:
            raise UsageError(f"objective must be one of {', '.join(OBJECTIVES)}; got {self.objective!r}")
        for name, _ in self.losses:
            if name not in LOSSES:
                raise UsageError(f"a loss is one of {', '.join(LOSSES)}; got {name!r}")
        if self.vocabulary > 1 << 16 or self.width % self.heads or not 1 <= self.places <= 16:
            raise UsageError("a vocabulary has at most 65,536 tokens, heads divide the width, places are 1 to 16")

    def described(self) -> dict[str, Any]:
        """As plain data, for checkpoints and manifests."""
        return asdict(self)

    @classmethod
    def restored(cls, described: dict[str, Any]) -> Recipe:
        """A recipe from what :meth:`described` gave (also through JSON)."""
        values = dict(described)
        values["losses"] = tuple((str(name), float(weight)) for name, weight in values["losses"])
        values["betas"] = tuple(values["betas"])
        return cls(**values)


RECIPES: Final = {
    "smoke": Recipe(
        "smoke", 2, 64, 2, 128, vocabulary=1024, context=512, functions=32, tokens=2048, steps=60, warmup=10, every=30,
        rate=3e-3, checked=200,
    ),
    "tiny": Recipe("tiny", 2, 320, 5, 896, vocabulary=16384, code=1, functions=512, steps=248, warmup=25, every=62,
                   rate=5e-4, language=0.1, dropout=0.1, dropout_tokens=0.1, merges_bytes=30_000_000),
    "base": Recipe("base", 7, 512, 8, 1408, vocabulary=16384, functions=512, tokens=131_072, packed=1, rate=8e-4,
                   steps=248, warmup=25, every=62, merges_bytes=30_000_000),
}  # fmt: skip


def recipe(name: str, changes: dict[str, str]) -> Recipe:
    """A named recipe with some fields changed (as texts). Raises UsageError for unknown names and fields."""
    if name not in RECIPES:
        raise UsageError(f"there is no recipe {name!r}; there are {', '.join(RECIPES)}")
    found = RECIPES[name]
    values: dict[str, Any] = {}
    for field, text in changes.items():
        if field not in found.described() or field in ("name", "betas"):
            raise UsageError(f"a recipe has no field {field!r} to set; it has {', '.join(found.described())}")
        try:
            values[field] = _read(type(getattr(found, field)), text)
        except ValueError:
            raise UsageError(f"{field}={text!r} cannot be read; now it is {getattr(found, field)}") from None
    return replace(found, **values)


def _read(kind: type, text: str) -> Any:
    if kind is tuple:  # losses: places=1,best=0.3; none is language modelling alone
        pairs = [item.partition("=") for item in text.split(",") if item]
        return tuple((name, float(weight or 1)) for name, _, weight in pairs)
    return kind(text)
