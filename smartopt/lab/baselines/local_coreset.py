"""A random forest as a local coreset: for each function the set of lists that would have served its neighbours best.

Details: the forest is grown on what the lists save (as a share of -Oz's size,
reduced to a few principal components, because a hundred thousand rows times 64 outputs would take hours). Two functions
are near when they share leaves: a train function's weight is the sum over trees of 1 / (size of the leaf it shares
with the query). Over the heaviest ``NEIGHBOURS`` the set is chosen greedily by the expected best so far, with -Oz
always in the set: lists of similar effect do not fill it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..evaluate.chooser import Floats, Functions, Ranking, Training
from ..outcomes import Indices

__all__ = ["LocalCoreset", "greedy_sets"]

TREES = 100
LEAF = 8
FEATURES = 0.3
SHARE = 0.3
"""Of the rows, drawn for each tree; the tree's leaves are filled with all rows afterwards."""

COMPONENTS = 12
NEIGHBOURS = 150
ROWS = 120_000
DAMP = 0.5
"""Gains count as bytes / (-Oz's bytes) ** DAMP, so that one huge neighbour does not decide alone."""

BATCH = 256


class LocalCoreset:
    """The forest and the leaves of its train functions, fitted when it is made."""

    name = "forest"
    reads = True
    about = (
        f"random forest on opcode counts ({TREES} trees, leaves of {LEAF}) as a local coreset: greedy sets over the "
        f"{NEIGHBOURS} nearest train functions"
    )

    def __init__(self, training: Training) -> None:
        from sklearn.decomposition import PCA
        from sklearn.ensemble import RandomForestRegressor

        rows = np.arange(len(training.outcomes))
        if len(rows) > ROWS:
            rows = np.sort(np.random.default_rng(training.seed).choice(rows, ROWS, replace=False))
        outcomes = training.outcomes.take(rows)
        features = training.features[rows]
        size = np.maximum(outcomes.baseline(training.objective), 1).astype(np.float32)
        gains = np.maximum(outcomes.saved(training.objective), 0).astype(np.float32)
        targets = np.sqrt(gains / size[:, None])
        parts = min(COMPONENTS, *targets.shape)
        targets = PCA(parts, random_state=training.seed).fit_transform(targets).astype(np.float32)
        self._forest = RandomForestRegressor(
            TREES,
            min_samples_leaf=LEAF,
            max_features=FEATURES,
            max_samples=SHARE if len(rows) > 20_000 else None,
            n_jobs=training.jobs,
            random_state=training.seed,
        )
        self._forest.fit(features, targets, sample_weight=np.sqrt(size).astype(np.float64))
        self._size = size**DAMP
        self._gains = gains / self._size[:, None]
        self._index = [_Leaves(leaves) for leaves in self._forest.apply(features).T.astype(np.int32)]

    def rank(self, functions: Functions, count: int) -> Ranking:
        leaves = self._forest.apply(functions.numbers).astype(np.int32)
        order = np.empty((len(leaves), min(count, len(functions.lists))), dtype=np.intp)
        expected = np.empty(order.shape, dtype=np.float32)
        for start in range(0, len(leaves), BATCH):
            batch = slice(start, start + BATCH)
            neighbours, weights = self._near(leaves[batch])
            gains = self._gains[neighbours]
            order[batch], _ = greedy_sets(gains, weights, order.shape[1])
            # What that should save: the same sums in plain bytes (or instructions).
            reached = np.maximum.accumulate(np.take_along_axis(gains, order[batch][:, None, :], axis=2), axis=2)
            parts = weights * self._size[neighbours] / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
            expected[batch] = np.diff(np.einsum("qnk,qn->qk", reached, parts), axis=1, prepend=0)
        return Ranking(order, expected)

    def _near(self, leaves: npt.NDArray[np.int32]) -> tuple[Indices, Floats]:
        """The heaviest train functions for each of a batch, and their weights."""
        wanted = min(NEIGHBOURS, len(self._gains))
        found = np.empty((len(leaves), wanted), dtype=np.intp)
        weights = np.empty((len(leaves), wanted), dtype=np.float32)
        total = np.zeros(len(self._gains), dtype=np.float32)
        for at, row in enumerate(leaves):
            members = [index.members(leaf) for index, leaf in zip(self._index, row, strict=True)]
            for rows in members:
                total[rows] += 1.0 / max(1, len(rows))
            touched = np.unique(np.concatenate(members))
            if len(touched) > wanted:
                touched = touched[np.argpartition(-total[touched], wanted - 1)[:wanted]]
            found[at, : len(touched)], found[at, len(touched) :] = touched, 0
            weights[at, : len(touched)], weights[at, len(touched) :] = total[touched], 0.0
            for rows in members:
                total[rows] = 0.0
        return found, weights


class _Leaves:
    """Which train functions are in which leaf of one tree."""

    def __init__(self, leaves: npt.NDArray[np.int32]) -> None:
        self._rows = np.argsort(leaves, kind="stable").astype(np.int32)
        self._starts = np.searchsorted(leaves[self._rows], np.arange(int(leaves.max()) + 2))

    def members(self, leaf: int) -> npt.NDArray[np.int32]:
        if leaf + 1 >= len(self._starts):
            return self._rows[:0]
        return self._rows[self._starts[leaf] : self._starts[leaf + 1]]


def greedy_sets(gains: Floats, weights: Floats, count: int) -> tuple[Indices, Floats]:
    """For each query the lists that add most to its neighbours' expected best so far, and how much each adds.

    ``gains`` is queries x neighbours x lists (not negative), ``weights`` queries x neighbours. Equal additions go to
    the list that is earlier in the ranked order; lists that add nothing follow in that order.
    """
    queries, _, lists = gains.shape
    best = np.zeros(gains.shape[:2], dtype=np.float32)
    free = np.ones((queries, lists), dtype=bool)
    order = np.empty((queries, count), dtype=np.intp)
    added = np.empty((queries, count), dtype=np.float32)
    everyone = np.arange(queries)
    for rank in range(count):
        values = np.einsum("qnl,qn->ql", np.maximum(gains - best[..., None], 0), weights)
        values[~free] = -1.0
        choice = values.argmax(axis=1)
        order[:, rank], added[:, rank] = choice, np.maximum(values[everyone, choice], 0)
        free[everyone, choice] = False
        best = np.maximum(best, gains[everyone, :, choice])
    return order, added
