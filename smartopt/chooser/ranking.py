"""Turns a model's logits into an order of lists: each place takes the best list that no earlier place has taken.

The other lists follow by their probability over all places; of equals the coreset's order decides. Used by every
runtime, and by training for validation.
"""

from __future__ import annotations

from ..annotations import Any

__all__ = ["orders", "savings"]


def orders(logits: Any) -> Any:
    """From logits (functions x places x lists), the lists' numbers in the order to try them (functions x lists)."""
    import numpy as np

    values = np.asarray(logits, dtype=np.float32)
    count, places, lists = values.shape
    shifted = np.exp(values - values.max(axis=2, keepdims=True))
    rest = (shifted / shifted.sum(axis=2, keepdims=True)).sum(axis=1)
    found = np.empty((count, lists), dtype=np.int64)
    rows = np.arange(count)
    free = np.ones((count, lists), dtype=bool)
    taken = min(places, lists)
    for place in range(taken):
        best = np.where(free, values[:, place], -np.inf).argmax(axis=1)
        found[:, place] = best
        free[rows, best] = False
    tail = np.argsort(np.where(free, -rest, np.inf), axis=1, kind="stable")
    found[:, taken:] = tail[:, : lists - taken]
    return found


def savings(logarithms: Any, lists: int) -> Any:
    """What each list of an order should add (functions x lists), from its logarithms at the places.

    It never grows along an order; each list after the places is worth half the one before.
    """
    import numpy as np

    values = np.exp(np.clip(np.asarray(logarithms, dtype=np.float32), -20, 12))[:, :lists]
    values = np.minimum.accumulate(values, axis=1)
    rest = values[:, -1:] * 0.5 ** np.arange(1, lists - values.shape[1] + 1, dtype=np.float32)
    return np.concatenate([values, rest], axis=1)
