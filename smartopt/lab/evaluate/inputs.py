"""The inputs of an evaluation: its labels, what choosers may read and learn from, and the choosers by name.

Each is loaded when it is first needed: an evaluation of fixed orders reads neither train labels nor a corpus.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ...errors import UsageError
from ...options import Objective
from ..outcomes import FOLDER, Outcomes, load
from .chooser import Chooser, Functions, Training

__all__ = ["CHOOSERS", "DEFAULT", "EvaluationInputs", "make_chooser"]


@dataclass
class EvaluationInputs:
    """What choosers are measured on, and what they may read."""

    split: str = "validation"
    objective: Objective = "size"
    labels: Path = FOLDER
    corpus: Path | None = None
    model: Path | None = None
    seed: int = 0
    jobs: int = 1

    @cached_property
    def outcomes(self) -> Outcomes:
        """The outcomes that choosers are measured on."""
        return load(self.split, self.labels)

    @cached_property
    def functions(self) -> Functions:
        """The same functions as choosers see them."""
        outcomes = self.outcomes
        if self.corpus is None:
            return Functions(outcomes.lists, outcomes.instructions)
        from .views import features_of, texts_of

        corpus = self.corpus
        features = features_of(outcomes, corpus)
        return Functions(outcomes.lists, outcomes.instructions, features, lambda code: texts_of(outcomes, corpus, code))

    @cached_property
    def training(self) -> Training:
        """What choosers learn from: the train split, whatever is measured."""
        if self.corpus is None:
            raise UsageError("this chooser learns from the train functions: give --corpus FOLDER (smartopt-lab corpus)")
        from .views import features_of

        outcomes = load("train", self.labels)
        if outcomes.lists != self.outcomes.lists:
            raise UsageError(f"the train labels in {self.labels} are about other lists than the {self.split} labels")
        return Training(outcomes, features_of(outcomes, self.corpus), self.objective, self.seed, self.jobs)


def _oz(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.fixed import Oz

    return Oz()


def _random(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.fixed import RandomOrder

    return RandomOrder(inputs.seed)


def _coreset(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.fixed import Coreset

    return Coreset()


def _votes(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.votes import Votes

    return Votes(inputs.training)


def _forest(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.local_coreset import LocalCoreset

    return LocalCoreset(inputs.training)


def _small(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.small_forest import ShippedForest

    return ShippedForest.trained(inputs.training)


def _shipped(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.small_forest import ShippedForest

    return ShippedForest.packaged(inputs.objective)


def _model(inputs: EvaluationInputs) -> Chooser:
    from .proposers import load_proposer

    return load_proposer(inputs.model, inputs.objective)


def _oracle(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.fixed import Oracle

    return Oracle(inputs.outcomes, inputs.objective)


CHOOSERS: dict[str, Callable[[EvaluationInputs], Chooser]] = {
    "oz": _oz,
    "random": _random,
    "coreset": _coreset,
    "votes": _votes,
    "forest": _forest,
    "small-forest": _small,
    "forest-22": _shipped,
    "model": _model,
    "oracle": _oracle,
}
"""All choosers by name; each imports what it needs when it is made."""

DEFAULT = ("oz", "random", "coreset", "oracle")
"""Without a corpus folder; with one, also those that read the functions."""


def make_chooser(name: str, inputs: EvaluationInputs) -> Chooser:
    """Make a chooser. UsageError for a name that is not known."""
    if name not in CHOOSERS:
        raise UsageError(f"unknown chooser {name!r}; known are {', '.join(CHOOSERS)}")
    return CHOOSERS[name](inputs)
