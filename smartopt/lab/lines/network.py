"""The line model as a torch module, in floating point: what ``chooser.line_model`` computes in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...chooser.line_model import SMALLEST, STEPS, pair_of
from ...options import Objective
from .words import Numbers

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Shape", "batch_of", "build"]


@dataclass(frozen=True)
class Shape:
    """Sizes: vectors of lines and of pairs, how many pairs have a vector, the width of the layers, places answered,
    and for how many targets.
    """

    lines: int = 48
    pairs: int = 32
    hashed: int = 8192
    hidden: int = 96
    places: int = 8
    targets: int = 1


def build(shape: Shape, words: int, lists: int, objectives: Sequence[Objective], dropout: float, seed: int) -> Any:
    """A fresh module, called with what :func:`batch_of` makes.

    It gives by objective: logits (functions x places x lists), the logarithms of what each place should save
    (functions x places), and what every list does to the size, in signed logarithms (functions x lists), which only
    training reads.
    """
    import torch
    from torch import nn

    torch.manual_seed(seed)

    class Network(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.lines = nn.EmbeddingBag(words, shape.lines, mode="sum")
            self.pairs = nn.EmbeddingBag(shape.hashed, shape.pairs, mode="sum")
            nn.init.normal_(self.lines.weight, 0, 0.1)
            nn.init.normal_(self.pairs.weight, 0, 0.05)
            self.first = nn.Linear(2 * (shape.lines + shape.pairs) + 2 + shape.targets, shape.hidden)
            self.second = nn.Linear(shape.hidden, shape.hidden)
            self.drop = nn.Dropout(dropout)
            self.lists = nn.ModuleDict({name: nn.Linear(shape.hidden, shape.places * lists) for name in objectives})
            self.saves = nn.ModuleDict({name: nn.Linear(shape.hidden, shape.places) for name in objectives})
            self.told = nn.ModuleDict({name: nn.Linear(shape.hidden, lists) for name in objectives})
            for layer in self.saves.values():
                nn.init.zeros_(layer.weight)

        def forward(
            self, lines: Tensor, starts: Tensor, pairs: Tensor, pair_starts: Tensor, lengths: Tensor, targets: Tensor
        ) -> dict[str, tuple[Tensor, Tensor, Tensor]]:
            sums = torch.cat([self.lines(lines, starts), self.pairs(pairs, pair_starts)], 1)
            size = _logarithm(lengths[:, None].float())
            read = [
                _logarithm(STEPS * sums) / 4,
                16 * sums / lengths[:, None].clamp_min(SMALLEST),
                size / 8,
                size * size / STEPS,
                torch.nn.functional.one_hot(targets, shape.targets).float(),
            ]
            hidden = torch.relu(self.first(self.drop(torch.cat(read, 1))))
            hidden = self.drop(hidden + torch.relu(self.second(self.drop(hidden))))
            return {
                name: (
                    self.lists[name](hidden).view(len(hidden), shape.places, lists),
                    self.saves[name](hidden),
                    self.told[name](hidden),
                )
                for name in objectives
            }

    def _logarithm(values: Tensor) -> Tensor:
        """The signed binary logarithm of 1 + |value|, linear between powers of two."""
        sizes = 1 + values.abs()
        powers = torch.floor(torch.log2(sizes.detach()))
        return torch.sign(values) * (powers + sizes / torch.exp2(powers) - 1)

    return Network()


def batch_of(
    encoded: Sequence[Numbers], targets: npt.NDArray[np.int64], shape: Shape, hidden: float = 0.0, rng: Any = None
) -> tuple[Any, ...]:
    """The module's arguments for some functions and their targets' numbers; a share of the lines is ``hidden``, drawn
    by ``rng``.
    """
    import torch

    lines, starts, pairs, pair_starts, lengths = [], [], [], [], []
    at = pair_at = 0
    for words in encoded:
        if hidden:
            words = words[rng.random(len(words)) >= hidden]
        if not len(words):
            words = np.zeros(1, dtype=np.int32)
        wide = words.astype(np.int64)
        both = pair_of(wide[:-1], wide[1:], shape.hashed)  # type: ignore[arg-type]
        lines.append(wide)
        pairs.append(both)
        starts.append(at)
        pair_starts.append(pair_at)
        lengths.append(len(wide))
        at += len(wide)
        pair_at += len(wide) - 1
    arrays = (
        np.concatenate(lines),
        np.array(starts),
        np.concatenate(pairs),
        np.array(pair_starts),
        np.array(lengths),
        targets,
    )
    return tuple(torch.from_numpy(array) for array in arrays)
