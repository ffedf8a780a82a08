"""Trains the line model: minutes on one processor, a few passes over the labelled functions.

Losses are those of the language model (``lab.train.losses``): places and best choose sets of lists, a Poisson
regression says what each place's list adds. What every list does to the size is predicted beside them, which helps a
little and is not served.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ...chooser.ranking import orders, savings
from ...options import Objective
from ..evaluate.chooser import Ranking
from ..evaluate.measure import walk
from ..evaluate.work import instruction_costs, spend
from ..outcomes import UNKNOWN, Outcomes
from ..train import losses as formulas
from ..train.targets import KS, scaled
from .network import Shape, batch_of, build
from .words import Numbers, Words

__all__ = ["Labelled", "Settings", "judged", "train"]

_ASKED = 256
"""Functions that are asked about at a time."""


@dataclass(frozen=True)
class Settings:
    """How the model is trained.

    Attributes:
        words, starts: how many lines are words, and how many beginnings stand for others.
        passes: over the functions.
        functions: of a step.
        rate, warmup, decay: AdamW and its cosine schedule (warm-up in steps).
        dropout: of what layers read.
        hidden_lines: share of a function's lines that is left out at random.
        power: a function counts with (bytes to be saved) ** power.
        best, value, told: weights of the losses beside ``places``.
        capped: savings of one function that count for ``value``, at most.
    """

    shape: Shape = field(default_factory=Shape)
    words: int = 4000
    starts: int = 400
    passes: float = 3.0
    functions: int = 256
    rate: float = 2e-3
    warmup: int = 30
    decay: float = 0.05
    dropout: float = 0.1
    hidden_lines: float = 0.1
    power: float = 0.5
    best: float = 0.3
    value: float = 0.1
    told: float = 0.1
    capped: float = 500.0
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Labelled:
    """Functions with their outcomes, words and the numbers of their targets."""

    outcomes: Outcomes
    encoded: Sequence[Numbers]
    targets: npt.NDArray[np.int64]


def train(
    learnt: Labelled,
    checked: Sequence[tuple[str, Labelled]],
    words: Words,
    objectives: Sequence[Objective],
    settings: Settings,
    say: Callable[[str], None],
) -> Any:
    """The trained module; after each pass ``say`` tells how good it is on each of ``checked``."""
    import torch

    network = build(settings.shape, len(words), len(learnt.outcomes.lists), objectives, settings.dropout, settings.seed)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=settings.rate, weight_decay=settings.decay, betas=(0.9, 0.98)
    )
    targets = {name: _Targets(learnt.outcomes, name, settings) for name in objectives}
    count = len(learnt.outcomes)
    functions = min(settings.functions, count)
    steps = max(1, int(settings.passes * count // functions))
    rng = np.random.default_rng(settings.seed)
    order = np.concatenate([rng.permutation(count) for _ in range(math.ceil(settings.passes) + 1)])
    start = time.monotonic()
    for step in range(steps):
        for group in optimizer.param_groups:
            done = 0.5 * (1 + math.cos(math.pi * step / steps))
            group["lr"] = settings.rate * min(1.0, (step + 1) / settings.warmup) * (0.02 + 0.98 * done)
        rows = order[step * functions : (step + 1) * functions]
        found = network(
            *batch_of(
                [learnt.encoded[row] for row in rows], learnt.targets[rows], settings.shape, settings.hidden_lines, rng
            )
        )
        loss: Any = sum(targets[name].loss(found[name], rows) for name in objectives)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % max(1, int(steps / settings.passes)) == 0 or step + 1 == steps:
            say(f"step {step + 1} of {steps}, {time.monotonic() - start:.0f} s, loss {loss.item():.3f}")
            for name, one in checked:
                figures = judged(network, one, settings.shape, objectives[0])
                say(f"  {name}: {' '.join(f'{share:.1f}' for share in figures)}% of the best at the work of {KS}")
    return network.eval()


class _Targets:
    """What one objective asks of the module."""

    def __init__(self, outcomes: Outcomes, objective: Objective, settings: Settings) -> None:
        self._settings = settings
        gains = np.maximum(outcomes.saved(objective), 0).astype(np.float32)
        self._gains, self._weighted = gains, scaled(gains, settings.power)
        self._unit = max(1e-6, float(self._weighted.max(axis=1).mean()))
        self._mean = max(1e-6, float(np.minimum(gains.max(axis=1), settings.capped).mean()))
        deltas = outcomes.bytes if objective == "size" else outcomes.insns
        signed = np.where(deltas == UNKNOWN, 0, deltas).astype(np.float32)
        self._told = -np.sign(signed) * np.log2(1 + np.abs(signed))

    def loss(self, found: tuple[Any, Any, Any], rows: npt.NDArray[np.intp]) -> Any:
        import torch

        logits, saves, told = found
        settings = self._settings
        weighted = torch.from_numpy(self._weighted[rows])
        plain = torch.from_numpy(self._gains[rows]).clamp_max(settings.capped)
        loss = formulas.places(logits, weighted, self._unit)
        loss = loss + settings.best * formulas.best(logits, weighted, self._unit)
        loss = loss + settings.value * formulas.value(saves, logits, plain, self._mean)
        known = torch.from_numpy(self._told[rows])
        return loss + settings.told * torch.nn.functional.smooth_l1_loss(told, known)


def judged(network: Any, labelled: Labelled, shape: Shape, objective: Objective) -> list[float]:
    """Shares of what the best of all lists saves, in per cent, at the work of KS lists a function, spent where the
    module expects most for it."""
    import torch

    network.eval()
    logits, saves = [], []
    with torch.inference_mode():
        for begin in range(0, len(labelled.encoded), _ASKED):
            end = begin + _ASKED
            found = network(*batch_of(labelled.encoded[begin:end], labelled.targets[begin:end], shape))[objective]
            logits.append(found[0].numpy())
            saves.append(found[1].numpy())
    network.train()
    order = orders(np.concatenate(logits))
    ranking = Ranking(order, savings(np.concatenate(saves), order.shape[1]))
    outcomes = labelled.outcomes
    costs = instruction_costs(outcomes.instructions)
    best = max(1, int(np.maximum(outcomes.saved(objective).max(axis=1), 0).sum()))
    shares = []
    for k in KS:
        bought = spend(ranking, costs, k * float(costs.sum()), False)
        saved = walk(outcomes, objective, Ranking(bought), bought.shape[1]).backup[:, -1].sum()
        shares.append(100 * float(saved) / best)
    return shares
