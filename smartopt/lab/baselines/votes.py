"""A random forest on opcode counts votes for the list that is best, weighted by what that list saves.

Details: one-hot on the best list, ties to the list that is earlier in the ranked order, functions weighted by their
gain, functions that no list improves left out (they have no best list). Lists are tried in the order of their votes;
lists without a vote follow in the ranked order.
"""

from __future__ import annotations

import numpy as np

from ..evaluate.chooser import Functions, Ranking, Training

__all__ = ["Votes"]

TREES = 100
LEAF = 10
FEATURES = 0.3
ROWS = 60_000
"""Train functions that are used at most, drawn by seed."""


class Votes:
    """The forest, fitted when it is made."""

    name = "votes"
    reads = True
    about = f"random forest on opcode counts ({TREES} trees, leaves of {LEAF}): votes for the best list by gain"

    def __init__(self, training: Training) -> None:
        from sklearn.ensemble import RandomForestClassifier

        saved = training.outcomes.saved(training.objective)
        gain = saved.max(axis=1)
        rows = np.flatnonzero(gain > 0)
        if len(rows) > ROWS:
            rows = np.sort(np.random.default_rng(training.seed).choice(rows, ROWS, replace=False))
        best = saved[rows].argmax(axis=1)  # the first of equals
        self._forest = RandomForestClassifier(
            TREES, min_samples_leaf=LEAF, max_features=FEATURES, n_jobs=training.jobs, random_state=training.seed
        )
        self._forest.fit(training.features[rows], best, sample_weight=gain[rows].astype(np.float64))

    def rank(self, functions: Functions, count: int) -> Ranking:
        votes = np.zeros((len(functions), len(functions.lists)))
        votes[:, self._forest.classes_] = self._forest.predict_proba(functions.numbers)
        return Ranking(np.argsort(-votes, axis=1, kind="stable")[:, :count])
