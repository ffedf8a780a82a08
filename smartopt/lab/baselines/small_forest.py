"""A small forest that chose lists in the product before the line model; ``compact_forest`` is how it was served.

Details: the trees are grown as those of the local coreset (on what lists save as a share of -Oz's size, reduced to
principal components), but few and with large leaves. A train function contributes its best saving, in bytes, and
its *pattern*, the share of that saving which each list reaches. Patterns are clustered (k-means, functions weighted by
their savings); a leaf keeps, for its heaviest patterns, the bytes at stake per function. Choosing greedily over the
sums of leaves is then nearly what choosing over the train functions themselves would be: expected savings only ever
multiply a pattern by what is at stake.

The gate is calibrated on packages that the trees have not seen: an isotonic fit of "some list beats -Oz" on the leaves'
share of improved functions, and one factor for the expected savings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...options import Objective
from ..evaluate.chooser import Floats, Functions, Ranking, Training
from .compact_forest import FULL, LEAF, CompactForest, packed

__all__ = ["Settings", "SmallForest"]


@dataclass(frozen=True)
class Settings:
    """The settings that were best on validation."""

    trees: int = 24
    leaf: int = 12
    """Least functions in a leaf."""
    leaves: int = 1024
    """Most leaves of a tree."""
    features: float = 0.3
    rows: int = 150_000
    share: float = 0.5
    components: int = 12
    patterns: int = 1024
    prune: float = 0.1
    """Shares of the best saving that count as none."""
    kept: int = 8
    """Patterns that a leaf keeps."""
    damp: float = 0.5
    """Savings count as bytes / (-Oz's bytes) ** damp where trees are grown and patterns are clustered."""
    shrink: float = 20.0
    """How much leaves lean on what is above them: as if so many functions of the parent's kind were in them."""
    cap: float = 0.999
    """Stakes above this quantile count as it: one huge function must not own a leaf."""


LEAST = 1e-3
"""Bytes at stake per function that are not worth an entry."""

DEFAULT = Settings(trees=16, leaf=16, patterns=512, kept=6)


class SmallForest:
    """The forest as a chooser, trained when it is made, with the rounding of its compact form."""

    name = "small-forest"
    reads = True

    def __init__(self, training: Training, settings: Settings = DEFAULT) -> None:
        self._objective = training.objective
        parts = {training.objective: _calibrated(training, training.objective, settings)}
        self._forest = CompactForest({"lists": training.outcomes.lists, "objectives": parts})
        self.about = f"small forest ({settings.trees} trees of {settings.leaves} leaves), greedy sets over patterns"

    def rank(self, functions: Functions, count: int) -> Ranking:
        """Refuses labels about other lists than the forest's."""
        known = {text: number for number, text in enumerate(functions.lists)}
        numbers = np.array([known.get(text, -1) for text in self._forest.lists])
        count = min(count, len(numbers))
        order = np.empty((len(functions), count), dtype=np.intp)
        expected = np.empty((len(functions), count), dtype=np.float32)
        hope = np.empty(len(functions), dtype=np.float32)
        for row, values in enumerate(functions.numbers.tolist()):
            found = self._forest.expect(values, self._objective, count)
            order[row], expected[row], hope[row] = numbers[list(found.lists)], found.saves, found.any
        return Ranking(order, expected, hope)


# -- training ---------------------------------------------------------------------------------------------------------


def _calibrated(training: Training, objective: Objective, settings: Settings) -> dict[str, Any]:
    """The objective's trees, with the gate that a twin showed on packages which it had not seen."""
    outcomes = training.outcomes
    names = np.unique(outcomes.packages)
    rng = np.random.default_rng(training.seed)
    kept_out = set(rng.permutation(names)[: max(1, len(names) // 5)].tolist())
    unseen = np.array([name in kept_out for name in outcomes.packages.tolist()])
    part = _forest(training, objective, settings, np.arange(len(outcomes)))
    if len(names) < 2 or not unseen.any():
        return part
    twin = _forest(training, objective, settings, np.flatnonzero(~unseen))
    data = {"lists": outcomes.lists, "objectives": {objective: twin}}
    proposer = CompactForest(data)
    rows = np.flatnonzero(unseen)
    rows = np.sort(rng.choice(rows, min(len(rows), 20_000), replace=False))
    found = [proposer.expect(values, objective, 1) for values in training.features[rows].tolist()]
    best = np.maximum(outcomes.take(rows).saved(objective).max(axis=1), 0)
    part["any_edges"], part["any_values"] = _isotonic(np.array([one.any for one in found]), best > 0)
    part["scale"] = round(float(best.sum() / max(1e-6, sum(one.total for one in found))), 4)
    return part


def _isotonic(predicted: npt.NDArray[np.float64], true: npt.NDArray[np.bool_]) -> tuple[list[float], list[float]]:
    from sklearn.isotonic import IsotonicRegression

    fit = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(predicted, true.astype(float))
    edges = sorted({round(float(edge), 4) for edge in np.quantile(predicted, np.linspace(0, 1, 33))})
    return edges, [round(float(value), 4) for value in fit.predict(np.array(edges))]


def _forest(training: Training, objective: Objective, settings: Settings, rows: npt.NDArray[np.intp]) -> dict[str, Any]:
    """Trees grown and filled on these rows, as flat arrays; not calibrated."""
    from sklearn.ensemble import RandomForestRegressor

    if len(rows) > settings.rows:
        rows = np.sort(np.random.default_rng(training.seed).choice(rows, settings.rows, replace=False))
    outcomes, features = training.outcomes.take(rows), training.features[rows]
    gains = np.maximum(outcomes.saved(objective), 0).astype(np.float32)
    size = np.maximum(outcomes.baseline(objective), 1).astype(np.float32)
    forest = RandomForestRegressor(
        settings.trees,
        min_samples_leaf=settings.leaf,
        max_leaf_nodes=settings.leaves,
        max_features=settings.features,
        max_samples=settings.share,
        n_jobs=training.jobs,
        random_state=training.seed,
    )
    forest.fit(features, _targets(gains, size, settings, training.seed), sample_weight=np.sqrt(size).astype(np.float64))
    pattern, centres = _patterns(gains, size, settings, training)
    stake = gains.max(axis=1)
    positive = stake[stake > 0]
    if len(positive):
        stake = np.minimum(stake, np.quantile(positive, settings.cap))
    trees = _trees(forest, features, pattern, stake, settings)
    lengths, numbers, shares = [], [], []
    for centre in np.round(np.where(centres < settings.prune, 0, centres) * FULL).astype(int).tolist():
        some = [(number, share) for number, share in enumerate(centre) if share]
        lengths.append(len(some))
        numbers += [number for number, _ in some]
        shares += [share for _, share in some]
    return {
        **trees,
        "lengths": packed("B", lengths),
        "lists": packed("B", numbers),
        "shares": packed("B", shares),
        "any_edges": [0.0, 1.0],
        "any_values": [0.0, 1.0],
        "scale": 1.0,
    }


def _targets(gains: Floats, size: Floats, settings: Settings, seed: int) -> Floats:
    from sklearn.decomposition import PCA

    targets = np.sqrt(gains / size[:, None])
    made: Floats = PCA(min(settings.components, *targets.shape), random_state=seed).fit_transform(targets)
    return made.astype(np.float32)


def _patterns(
    gains: Floats, size: Floats, settings: Settings, training: Training
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Each function's pattern (-1: nothing saves), and the patterns: the share of the best saving, list by list."""
    from sklearn.cluster import MiniBatchKMeans

    best = gains.max(axis=1)
    rows = np.flatnonzero(best > 0)
    shares = gains[rows] / best[rows, None]
    weights = best[rows] / size[rows] ** settings.damp
    distinct = len(np.unique(shares, axis=0))
    clusters = max(1, min(settings.patterns, distinct))
    fit = MiniBatchKMeans(clusters, batch_size=4096, n_init=1, max_iter=30, random_state=training.seed)
    pattern = np.full(len(gains), -1, dtype=np.intp)
    pattern[rows] = fit.fit_predict(shares, sample_weight=weights)
    centres = np.zeros((clusters, gains.shape[1]), dtype=np.float32)
    total = np.bincount(pattern[rows], weights=best[rows], minlength=clusters)
    np.add.at(centres, pattern[rows], gains[rows])
    centres /= np.maximum(total, 1e-9)[:, None].astype(np.float32)
    return pattern, centres


def _filled(
    tree: Any, leaves: npt.NDArray[Any], pattern: npt.NDArray[np.intp], stake: Floats, settings: Settings
) -> tuple[Floats, Floats]:
    """Of each node of a tree: the share of its functions that are improved, and what is at stake per function.

    Both lean on the nodes above, the more the fewer functions those hold (hierarchical shrinkage, Agarwal et al. 2022).
    """
    nodes, kinds = tree.node_count, int(pattern.max(initial=0)) + 1
    number = np.bincount(leaves, minlength=nodes).astype(np.float32)
    some = pattern >= 0
    share = np.bincount(leaves[some], minlength=nodes).astype(np.float32)
    at_stake = np.zeros((nodes, kinds), dtype=np.float32)
    np.add.at(at_stake, (leaves[some], pattern[some]), stake[some])
    left, right = tree.children_left, tree.children_right
    inner = np.flatnonzero(left >= 0)
    for node in inner[::-1]:  # children are numbered after their parents
        for column in (number, share, at_stake):
            column[node] = column[left[node]] + column[right[node]]
    number = np.maximum(number, 1)
    share /= number
    at_stake /= number[:, None]
    raw = {"share": share.copy(), "at_stake": at_stake.copy()}
    for node in inner:
        part = 1 / (1 + settings.shrink / number[node])
        for child in (left[node], right[node]):
            share[child] = share[node] + part * (raw["share"][child] - raw["share"][node])
            at_stake[child] = at_stake[node] + part * (raw["at_stake"][child] - raw["at_stake"][node])
    return share, at_stake


def _trees(
    forest: Any, features: Floats, pattern: npt.NDArray[np.intp], stake: Floats, settings: Settings
) -> dict[str, Any]:
    """The fitted trees as flat arrays in depth-first order, their leaves filled with all rows."""
    roots: list[int] = []
    kinds: list[int] = []
    thresholds: list[float] = []
    goals: list[int] = []
    improved: list[int] = []
    sizes: list[int] = []
    patterns: list[int] = []
    stakes: list[float] = []
    for leaves, estimator in zip(forest.apply(features).T, forest.estimators_, strict=True):
        tree = estimator.tree_
        share, at_stake = _filled(tree, leaves, pattern, stake, settings)
        roots.append(len(kinds))
        waiting: list[tuple[int, int]] = [(0, -1)]
        while waiting:
            node, parent = waiting.pop()
            if parent >= 0:
                goals[parent] = len(kinds)
            left, right = int(tree.children_left[node]), int(tree.children_right[node])
            if left < 0:
                kinds.append(LEAF)
                thresholds.append(0.0)
                goals.append(len(sizes))
                heaviest = np.argsort(-at_stake[node], kind="stable")[: settings.kept]
                heaviest = heaviest[at_stake[node, heaviest] > LEAST]
                improved.append(round(FULL * float(share[node])))
                sizes.append(len(heaviest))
                patterns += heaviest.tolist()
                stakes += at_stake[node, heaviest].tolist()
            else:
                waiting += [(right, len(kinds)), (left, -1)]
                kinds.append(int(tree.feature[node]))
                thresholds.append(float(np.float32(tree.threshold[node])))
                goals.append(0)
    low = min(stakes, default=1.0)
    step = max(math.log2(max(stakes, default=1.0) / low) / 255, 1e-6)
    levels = [round(math.log2(value / low) / step) for value in stakes]
    return {
        "roots": roots,
        "feature": packed("B", kinds),
        "threshold": packed("f", thresholds),
        "right": packed("I", goals),
        "improved": packed("B", improved),
        "sizes": packed("B", sizes),
        "pattern": packed("H", patterns),
        "stake": packed("B", levels),
        "stake_low": low,
        "stake_step": step,
    }
