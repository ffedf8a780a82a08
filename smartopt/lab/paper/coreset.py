"""The core set of Coreset-NVP ([20]): a few pass lists that together suit most functions, found greedily.

Paper's details: the objective is the sum over programs of the best reward that a list of the set brings, a monotone
submodular function, so that taking the list that adds most, again and again, comes within 1 - 1/e of the best set. A
reward is what a list saves over -Oz as a share of -Oz's instructions. [20] draws candidates from a random search on
17,500 programs; ours are the best lists of the autotuner on train functions, and in the trusted arm the product's own.
"""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import numpy.typing as npt

from .arms import OZ, Arm, PassNames
from .autotuner import best_lists
from .compiler import Compiler
from .functions import Sample
from .study import Study

__all__ = ["candidate_lists", "greedy_coreset", "rewards"]

Floats = npt.NDArray[np.float32]
_CANDIDATES = 6
"""Times as many candidates as lists are wanted."""
_CHOSEN_ON = 1500
"""Train functions on which the greedy choice is made."""

LOST = -1.0
"""The reward of a list that fails, and the least that counts."""


def candidate_lists(study: Study, arm: Arm) -> list[PassNames]:
    """The most frequent best lists of train functions, and in the trusted arm those that the product ships."""
    found = Counter(passes for passes in best_lists(study, arm.name, "train").values() if passes != (OZ,))
    lists = [passes for passes, _ in found.most_common(_CANDIDATES * study.scale.coreset)]
    if arm.name == "trusted":
        lists += _product_lists(study)[: study.scale.coreset]
    return list(dict.fromkeys([(OZ,), *lists]))


def _product_lists(study: Study) -> list[PassNames]:
    from ...chooser.coreset import CoresetProposer
    from ...passes.passlist import PassList

    proposer = CoresetProposer.load(study.toolchain.major)
    texts = [*proposer.lists("instructions"), *proposer.lists("size")]
    return [tuple(str(node) for node in PassList.parse(text).prefix.nodes) for text in texts if "|" not in text]


def rewards(
    arm: Arm, compiler: Compiler, samples: list[Sample], lists: list[PassNames], study: Study, name: str
) -> Floats:
    """Functions x lists: the share of -Oz's instructions that each list saves; kept under ``name`` when it is whole."""
    subject = repr((study.settings(), lists, [sample.hash for sample in samples])).encode()
    place = study.data_path(f"rewards-{arm.name}-{name}-{hashlib.sha256(subject).hexdigest()[:12]}.npy")
    if place.exists():
        kept: Floats = np.load(place)
        return kept
    pipelines = [arm.spell(passes) for passes in lists]
    table = np.full((len(samples), len(lists)), LOST, dtype=np.float32)
    for row, sample in enumerate(samples):
        if row % 64 == 0:
            study.check_time()
        outcomes = compiler.run([(sample.text, pipeline) for pipeline in pipelines])
        base = max(1, sample.oz_instructions)
        for column, outcome in enumerate(outcomes):
            if outcome.ok:
                table[row, column] = max(LOST, (base - outcome.instructions) / base)
    part = place.with_suffix(".part.npy")
    np.save(part, table)
    part.rename(place)
    return table


def greedy_coreset(table: Floats, size: int) -> list[int]:
    """Columns of a reward table (functions x lists), those that add most first; fewer where nothing is added."""
    chosen: list[int] = []
    best = np.full(len(table), LOST, dtype=np.float32)
    while len(chosen) < min(size, table.shape[1]):
        gains = np.maximum(table - best[:, None], 0).sum(axis=0)
        gains[chosen] = -1
        column = int(gains.argmax())
        if gains[column] <= 0:
            break
        chosen.append(column)
        best = np.maximum(best, table[:, column])
    return chosen


def chosen_on(samples: list[Sample]) -> list[Sample]:
    """The train functions on which the choice is made: evenly taken, in the order of their hashes."""
    ordered = sorted(samples, key=lambda sample: sample.hash)
    return ordered[:: max(1, len(ordered) // _CHOSEN_ON)][:_CHOSEN_ON]
