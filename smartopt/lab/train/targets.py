"""What the outcome matrix says an answer should be, and what an answer brings.

A gain is what a list saves over -Oz, never less than nothing, since -Oz stays the backup.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["KS", "brought", "prior", "scaled", "shares"]

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

KS = (1, 2, 4, 8, 16)
"""How many lists are tried: where answers are judged."""


def brought(order: Indices, gains: Floats, ks: Sequence[int] = KS) -> Floats:
    """Functions x ks: what the best of the first k lists saves."""
    reached = np.maximum.accumulate(np.take_along_axis(gains, order, axis=1), axis=1)
    columns = [reached[:, min(k, reached.shape[1]) - 1] for k in ks]
    return np.stack(columns, axis=1).astype(np.float32)


def shares(order: Indices, gains: Floats, ks: Sequence[int] = KS) -> dict[int, float]:
    """For each k the share of the best-of-all-lists gain, over all functions together."""
    total = max(float(gains.max(axis=1).sum(dtype=np.float64)), 1e-9)
    return dict(zip(ks, (brought(order, gains, ks).sum(axis=0, dtype=np.float64) / total).tolist(), strict=True))


def scaled(gains: Floats, power: float) -> Floats:
    """Gains such that a function counts with (its best gain) ** power; 1 is bytes as they are, 0 functions alike."""
    best = gains.max(axis=1, keepdims=True)
    return (gains * np.where(best > 0, np.maximum(best, 1) ** (power - 1), 0)).astype(np.float32)


def prior(gains: Floats, instructions: npt.NDArray[np.int32], large: int = 200) -> list[float]:
    """What each list in its own order adds in large functions, an instruction; over all if there are none such."""
    chosen = instructions >= large if np.any(instructions >= large) else np.ones(len(gains), dtype=bool)
    reached = np.maximum.accumulate(gains[chosen], axis=1)
    added = np.diff(reached, axis=1, prepend=np.zeros((len(reached), 1), dtype=np.float32))
    share = added.sum(axis=0, dtype=np.float64) / max(float(instructions[chosen].sum()), 1.0)
    return [round(float(value), 6) for value in share]
