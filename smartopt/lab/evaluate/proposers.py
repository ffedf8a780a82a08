"""The product's proposers as choosers: the language model of a folder, asked as the product asks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ...errors import UsageError
from ...model.proposer import FunctionView, Proposer
from ...options import Objective
from .chooser import NONE, Functions, Ranking

__all__ = ["ProposerChooser", "load_proposer"]

BATCH = 512
"""Functions that are asked about at once."""


class ProposerChooser:
    """Asks a proposer and looks its lists up among the labelled ones; others cannot be measured here."""

    def __init__(self, proposer: Proposer, objective: Objective) -> None:
        self.name = proposer.name
        self.about = f"proposer {proposer.name}, version {proposer.version}"
        self._proposer, self._objective = proposer, objective

    def rank(self, functions: Functions, count: int) -> Ranking:
        known = {text: number for number, text in enumerate(functions.lists)}
        texts = functions.read() if self._proposer.wants_text else [""] * len(functions)
        views = [
            FunctionView(f"f{row}", int(size), text)
            for row, (size, text) in enumerate(zip(functions.instructions, texts, strict=True))
        ]
        order = np.full((len(functions), count), NONE, dtype=np.intp)
        for start in range(0, len(views), BATCH):
            answers = self._proposer.propose(views[start : start + BATCH], self._objective, count)
            for row, proposals in enumerate(answers, start):
                numbers = [known[one.passes] for one in proposals if one.passes in known][:count]
                order[row, : len(numbers)] = numbers
        return Ranking(order)


def load_proposer(folder: Path | None, objective: Objective) -> ProposerChooser:
    """The proposer of a model's folder."""
    if folder is None:
        raise UsageError("the model is evaluated with --model FOLDER")
    try:
        from smartopt import model
    except ImportError as error:
        raise UsageError(f"this smartopt has no model runtime ({error})") from error
    load: Any = getattr(model, "load_model", None)
    if load is None:
        raise UsageError("this smartopt has no model runtime (smartopt.model.load_model)")
    return ProposerChooser(load(folder), objective)
