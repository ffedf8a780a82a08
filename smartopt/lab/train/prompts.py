"""The prompts of a split as batches: padded to one length, or packed one after another into rows.

On a CPU prompts of similar length are padded, in many small batches. An accelerator wants few large ones: there rows of
the context's length are filled with prompts, each of which sees only itself (``Batch.document``), so that hardly
anything is padding and a step is one pass.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...chooser.prompt import Prompter
from ...errors import InputError
from ...options import Objective
from .dataset import Data

__all__ = ["Batch", "Prompts"]

FILLED = 0.75
"""How long the shortest function of a padded batch is, at least, against its longest: padding is worked in vain."""

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Batch:
    """Prompts of the functions ``numbers`` in a matrix of token ``ids`` (rows x longest).

    ``row`` and ``answer`` are where each function's ``<answer>`` stands; its places follow. ``texts`` are the (flat)
    places of tokens that language modelling asks for: those of functions. Where prompts are packed, ``document`` says
    for each token which prompt it is of (-1: padding) and ``position`` its place therein.
    """

    numbers: Indices
    ids: Indices
    row: Indices
    answer: Indices
    texts: Indices
    document: Indices | None = None
    position: Indices | None = None


@dataclass(frozen=True, eq=False)
class Prompts:
    """The prompts of a split's functions one after another, so that a batch is one look-up."""

    flat: npt.NDArray[np.uint16]
    start: Indices
    """Where each begins, and at last where the end is."""
    answers: Indices
    """Where ``<answer>`` stands in each."""
    pad: int
    longest: int

    @classmethod
    def of(cls, data: Data, prompter: Prompter, objective: Objective) -> Prompts:
        """InputError for a function that has no prompt: the data were made for another context."""
        parts, answers, start = [], [], [0]
        for number in range(len(data)):
            stem = prompter.stem(data.function(number), int(data.lines[number]), data.code(number))
            if stem is None:
                raise InputError("a stored function is longer than the context; delete the run's data folder")
            parts.append(np.array(prompter.ask(stem, objective), dtype=np.uint16))
            answers.append(len(stem) - 1)
            start.append(start[-1] + len(parts[-1]))
        return cls(
            np.concatenate(parts),
            np.array(start, dtype=np.int64),
            np.array(answers, dtype=np.int64),
            prompter.words.pad,
            prompter.context,
        )

    def batches(self, numbers: Indices, tokens: int, packed: bool) -> list[Batch]:
        """Functions as batches of at most ``tokens`` tokens, padding included."""
        return self._all_packed(numbers, tokens) if packed else self._all_padded(numbers, tokens)

    def tokens(self, numbers: Indices) -> int:
        """How many tokens their prompts have."""
        return int((self.start[numbers + 1] - self.start[numbers]).sum())

    def _all_padded(self, numbers: Indices, tokens: int) -> list[Batch]:
        """Sorted by length, each padded to its longest."""
        lengths = np.diff(self.start)
        order = numbers[np.argsort(lengths[numbers], kind="stable")[::-1]]  # the longest first: memory is known at once
        made: list[Batch] = []
        at = 0
        while at < len(order):
            longest = int(lengths[order[at]])
            taken = order[at : at + max(1, tokens // longest)]
            taken = taken[lengths[taken] >= FILLED * longest]
            made.append(self._padded(taken, lengths[taken], longest))
            at += len(taken)
        return made

    def _padded(self, numbers: Indices, lengths: Indices, longest: int) -> Batch:
        column = np.arange(longest)
        inside = column < lengths[:, None]
        ids = self.flat[np.where(inside, self.start[numbers][:, None] + column, 0)].astype(np.int64)
        answers = self.answers[numbers]
        texts = np.flatnonzero((column > 0) & (column < answers[:, None] - 1))
        return Batch(numbers, np.where(inside, ids, self.pad), np.arange(len(numbers)), answers, texts)

    def _all_packed(self, numbers: Indices, tokens: int) -> list[Batch]:
        """In rows of the context's length: best fit, the longest first."""
        lengths = np.diff(self.start)
        order = numbers[np.argsort(lengths[numbers], kind="stable")[::-1]]
        room: list[tuple[int, int]] = []  # what is left in each row, sorted
        rows: list[list[int]] = []
        for number in order.tolist():
            length = int(lengths[number])
            at = bisect_left(room, (length, -1))
            left, row = room.pop(at) if at < len(room) else (self.longest, len(rows))
            if row == len(rows):
                rows.append([])
            rows[row].append(number)
            insort(room, (left - length, row))
        a_batch = max(1, tokens // self.longest)
        return [self._packed(rows[at : at + a_batch], lengths) for at in range(0, len(rows), a_batch)]

    def _packed(self, rows: list[list[int]], lengths: Indices) -> Batch:
        numbers = np.array([number for row in rows for number in row], dtype=np.int64)
        row = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        sizes = lengths[numbers]
        before = np.cumsum(sizes) - sizes
        first = before - before[np.searchsorted(row, np.arange(len(rows)))][row]  # where each begins in its row
        document = np.repeat(np.arange(len(numbers)), sizes)
        position = np.arange(len(document)) - before[document]
        places = (row * self.longest + first)[document] + position
        shape = (len(rows), self.longest)
        ids, whose, where = (np.full(shape, value, dtype=np.int64) for value in (self.pad, -1, 0))
        ids.ravel()[places] = self.flat[self.start[numbers][document] + position]
        whose.ravel()[places], where.ravel()[places] = document, position
        answers = self.answers[numbers]
        texts = places[(position > 0) & (position < answers[document] - 1)]
        return Batch(numbers, ids, row, first + answers, texts, whose, where)
