"""The product's proposers as choosers: the line model, and the model of a folder, asked as the product asks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from ...chooser.proposer import FunctionView, Proposer
from ...errors import UsageError
from ...options import Objective
from .chooser import NONE, Functions, Ranking

__all__ = ["ProposerChooser", "line_model", "load_proposer"]

MAJOR = 22
BATCH = 512
"""Functions that are asked about at once."""


class ProposerChooser:
    """Asks a proposer and looks its lists up among the labelled ones; others cannot be measured here.

    What it expects its lists to save is passed on where it tells for every one.
    """

    def __init__(self, proposer: Proposer, objective: Objective) -> None:
        self.name = proposer.name
        self.about = f"proposer {proposer.name}, version {proposer.version}"
        self.reads = proposer.wants_text or proposer.wants_lines
        self._proposer, self._objective = proposer, objective
        self._views: tuple[Functions, list[FunctionView]] | None = None

    def read(self, functions: Functions) -> None:
        """Read from the corpus what the proposer sees, which the product has in memory."""
        asked = self._proposer
        texts = functions.read(asked.wants_code) if asked.wants_text else [""] * len(functions)
        views = [
            FunctionView(f"f{row}", int(size), text)
            for row, (size, text) in enumerate(zip(functions.instructions, texts, strict=True))
        ]
        if asked.wants_lines:
            views = [replace(view, lines=lines) for view, lines in zip(views, functions.read_lines(), strict=True)]
        self._views = functions, views

    def rank(self, functions: Functions, count: int) -> Ranking:
        if self._views is None or self._views[0] is not functions:
            self.read(functions)
        assert self._views is not None
        views = self._views[1]
        known = {text: number for number, text in enumerate(functions.lists)}
        order = np.full((len(functions), count), NONE, dtype=np.intp)
        expected = np.zeros((len(functions), count), dtype=np.float32)
        for start in range(0, len(views), BATCH):
            answers = self._proposer.propose(views[start : start + BATCH], self._objective, count)
            for row, proposals in enumerate(answers, start):
                kept = [one for one in proposals if one.passes in known][:count]
                order[row, : len(kept)] = [known[one.passes] for one in kept]
                expected[row, : len(kept)] = [np.nan if one.saves is None else one.saves for one in kept]
        return Ranking(order, None if np.isnan(expected).any() else expected)


def line_model(file: Path | None, objective: Objective, target: str = "") -> ProposerChooser:
    """The packaged line model, or that of a file, asked about a target."""
    from ...chooser.coreset import CoresetProposer
    from ...chooser.line_model import LineModel, LineProposer

    if file is None:
        return ProposerChooser(LineProposer.load(MAJOR, target), objective)
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}); smartopt-lab lines makes it") from error
    proposer = LineProposer(LineModel(raw, file.name), CoresetProposer.load(MAJOR, target), file.name, target)
    return ProposerChooser(proposer, objective)


def load_proposer(folder: Path | None, objective: Objective) -> ProposerChooser:
    """The proposer of a model's folder."""
    if folder is None:
        raise UsageError("the model is evaluated with --model FOLDER")
    from ...chooser import load_model

    return ProposerChooser(load_model(folder), objective)
