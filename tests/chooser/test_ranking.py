"""Orders from logits."""

from __future__ import annotations

import numpy as np

from smartopt.chooser.ranking import orders


def test_each_place_takes_its_best_free_list() -> None:
    logits = np.array([[[3.0, 1, 0, 0], [3, 2, 0, 0]], [[0, 0, 0, 5], [0, 0, 9, 0]]])
    assert orders(logits).tolist() == [[0, 1, 2, 3], [3, 2, 0, 1]]


def test_equals_keep_the_coresets_order() -> None:
    assert orders(np.zeros((1, 3, 6))).tolist() == [[0, 1, 2, 3, 4, 5]]
    assert orders(np.zeros((1, 8, 3))).tolist() == [[0, 1, 2]]


def test_the_rest_follows_by_probability_over_all_places() -> None:
    logits = np.array([[[9.0, 0, 1, 2], [9, 0, 1, 2]]])
    assert orders(logits).tolist() == [[0, 3, 2, 1]]


def test_every_order_is_a_permutation() -> None:
    found = orders(np.random.default_rng(0).normal(size=(50, 8, 21)))
    assert (np.sort(found, axis=1) == np.arange(21)).all()
