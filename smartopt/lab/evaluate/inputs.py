"""The inputs of an evaluation: its labels, what choosers may read and learn from, and the choosers by name.

Each is loaded when it is first needed: an evaluation of fixed orders reads neither train labels nor a corpus.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ...errors import UsageError
from ...options import Objective
from ..outcomes import FOLDER, Outcomes, greedy_order, load, path_of
from .chooser import Chooser, Functions, Training
from .work import CostModel

__all__ = ["CHOOSERS", "DEFAULT", "MS", "TRAINED_ON_LABELS", "EvaluationInputs", "make_chooser"]

MS = (2.0, 4.0, 8.0, 16.0, 24.0)
"""Milliseconds a function at which choosers are compared."""


@dataclass
class EvaluationInputs:
    """What choosers are measured on, and what they may read."""

    split: str = "validation"
    objective: Objective = "size"
    labels: Path = FOLDER
    corpus: Path | None = None
    model: Path | None = None
    lines: Path | None = None
    """A line model's file; the packaged one if not given."""
    target: str = ""
    """The lists' name of the labels' target (``codegen.targets``), which the line model is told."""
    seed: int = 0
    jobs: int = 1
    cost: CostModel = field(default_factory=CostModel)
    ms: tuple[float, ...] = MS

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
        from .views import features_of, lines_of, texts_of

        corpus = self.corpus
        return Functions(
            outcomes.lists,
            outcomes.instructions,
            features_of(outcomes, corpus),
            lambda code: texts_of(outcomes, corpus, code),
            lambda: lines_of(outcomes, corpus),
        )

    @cached_property
    def training(self) -> Training:
        """What choosers learn from: the train split, whatever is measured."""
        if self.corpus is None:
            raise UsageError("this chooser learns from the train functions: give --corpus FOLDER (smartopt-lab corpus)")
        from .views import features_of

        outcomes = self.train
        return Training(outcomes, features_of(outcomes, self.corpus), self.objective, self.seed, self.jobs)

    @cached_property
    def train(self) -> Outcomes:
        """The outcomes of the train functions. UsageError if they are about other lists than what is measured."""
        outcomes = load("train", self.labels)
        if outcomes.lists != self.outcomes.lists:
            raise UsageError(f"the train labels in {self.labels} are about other lists than the {self.split} labels")
        return outcomes

    @property
    def has_train(self) -> bool:
        """Whether there are train labels at all."""
        return path_of("train", self.labels).exists()

    @cached_property
    def order(self) -> list[int]:
        """The ranked order of the lists for the objective: label files are in that for bytes."""
        everything = range(len(self.outcomes.lists))
        return [*everything] if self.objective == "size" else greedy_order(self.train, self.objective, everything)


def _oz(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.fixed import Oz

    return Oz()


def _random(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.fixed import RandomOrder

    return RandomOrder(inputs.seed)


def _coreset(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.fixed import Coreset

    return Coreset(inputs.order)


def _coreset_by_size(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.fixed import CoresetBySize

    return CoresetBySize(inputs.order, inputs.train, inputs.objective)


def _votes(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.votes import Votes

    return Votes(inputs.training)


def _forest(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.local_coreset import LocalCoreset

    return LocalCoreset(inputs.training)


def _small(inputs: EvaluationInputs) -> Chooser:
    from ..baselines.small_forest import SmallForest

    return SmallForest(inputs.training)


def _lines(inputs: EvaluationInputs) -> Chooser:
    from .proposers import line_model

    return line_model(inputs.lines, inputs.objective, inputs.target)


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
    "coreset-by-size": _coreset_by_size,
    "votes": _votes,
    "forest": _forest,
    "small-forest": _small,
    "lines": _lines,
    "model": _model,
    "oracle": _oracle,
}
"""All choosers by name; each imports what it needs when it is made."""

DEFAULT = ("oz", "random", "coreset", "coreset-by-size", "oracle")
"""Without a corpus folder; with one, also those that read the functions."""

TRAINED_ON_LABELS = ("coreset-by-size",)
"""Of these, those that need the train labels: left out by default where a folder has none."""


def make_chooser(name: str, inputs: EvaluationInputs) -> Chooser:
    """Make a chooser. UsageError for a name that is not known."""
    if name not in CHOOSERS:
        raise UsageError(f"unknown chooser {name!r}; known are {', '.join(CHOOSERS)}")
    return CHOOSERS[name](inputs)
