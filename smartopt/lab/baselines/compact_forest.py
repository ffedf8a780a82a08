"""A small forest that chooses lists from cheap features, in well under a millisecond a function and in plain Python.

Each tree takes a function's features to a leaf, and a leaf knows which *patterns* its train functions showed and how
many bytes (or instructions) were at stake; a pattern is the share of the best saving that each list reaches. The
leaves' patterns are added up, and lists are chosen greedily by the expected best so far, with -Oz always in the set.
This is set selection, not ranking by value, which would fill the set with lists of similar effect: on 7,297 functions
of 12 C projects a forest that selects sets reached 63%, 82% and 95% of the best possible saving with 1, 4 and 16 lists,
the same forest ranked by predicted mean gain 41-47%, 59-61% and 74-75%. The same sums say how much each further list
should still save, and the leaves say how likely it is that any list beats -Oz.

The product chose by such a forest until a line model (``chooser.line_model``) was better for less time. Its data
(``small_forest``) would go into a file of two megabytes: arrays are little-endian numbers in base64.
"""

from __future__ import annotations

import base64
import sys
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from ...options import Objective

__all__ = ["FULL", "LEAF", "CompactForest", "Expected", "packed"]

LEAF = 255
"""Stands in place of a feature's number in a leaf, where ``right`` is the leaf's number."""

FULL = 255
"""Shares are stored as bytes, and this is a share of 1."""

HEAVIEST = 96
"""Patterns of a function that are used, those with the most at stake; the others hold next to nothing."""

LEAST = 0.02
"""Expected savings (in bytes or instructions) below which a list counts as useless."""


@dataclass(frozen=True)
class Expected:
    """What the forest expects of one function.

    Attributes:
        lists: numbers of lists, in the order in which they should be tried.
        saves: what each is expected to save beyond -Oz and the lists before it, in bytes or instructions; 0 for a list
            of which the forest expects nothing.
        any: the probability that some list beats -Oz.
        total: what all lists together should save.
    """

    lists: tuple[int, ...]
    saves: tuple[float, ...]
    any: float
    total: float


@dataclass(frozen=True)
class _Trees:
    """The forest of one objective, as flat arrays."""

    roots: Sequence[int]
    feature: Sequence[int]
    threshold: Sequence[float]
    right: Sequence[int]
    improved: Sequence[int]
    entries: Sequence[int]
    pattern: Sequence[int]
    stake: Sequence[int]
    levels: Sequence[float]
    starts: Sequence[int]
    numbers: Sequence[int]
    shares: Sequence[int]
    probability: tuple[tuple[float, ...], tuple[float, ...]]
    scale: float
    known: dict[int, dict[int, float]] = field(default_factory=dict)

    def shown(self, pattern: int) -> dict[int, float]:
        """A pattern's lists, with the share of the best saving that each reaches."""
        found = self.known.get(pattern)
        if found is None:
            places = range(self.starts[pattern], self.starts[pattern + 1])
            found = self.known[pattern] = {self.numbers[at]: self.shares[at] / FULL for at in places}
        return found

    def leaves(self, numbers: Sequence[float]) -> list[int]:
        feature, threshold, right = self.feature, self.threshold, self.right
        found = []
        for node in self.roots:
            kind = feature[node]
            while kind != LEAF:
                node = node + 1 if numbers[kind] <= threshold[node] else right[node]
                kind = feature[node]
            found.append(right[node])
        return found

    def expect(self, numbers: Sequence[float], count: int, lists: int, least: float) -> Expected:
        stakes: dict[int, float] = {}
        improved = 0
        leaves = self.leaves(numbers)
        for leaf in leaves:
            improved += self.improved[leaf]
            for entry in range(self.entries[leaf], self.entries[leaf + 1]):
                pattern = self.pattern[entry]
                stakes[pattern] = stakes.get(pattern, 0.0) + self.levels[self.stake[entry]]
        scale = self.scale / len(leaves)
        total = sum(stakes.values()) * scale
        weighted: list[tuple[float, dict[int, float]]] = []
        least = max(least, LEAST)
        if total >= least:  # else no list can save so much
            heaviest = sorted(stakes, key=stakes.__getitem__, reverse=True)[:HEAVIEST]
            weighted = [(stakes[pattern], self.shown(pattern)) for pattern in heaviest]
        order, saves = _greedy(weighted, count, lists, least / scale)
        return Expected(
            tuple(order),
            tuple(value * scale for value in saves),
            self._any(improved / (FULL * len(leaves))),
            total,
        )

    def _any(self, share: float) -> float:
        """The calibrated probability for the leaves' share of functions that some list improved."""
        edges, values = self.probability
        at = bisect_right(edges, share)
        if at == 0 or at == len(edges):
            return values[min(at, len(edges) - 1)]
        part = (share - edges[at - 1]) / (edges[at] - edges[at - 1])
        return values[at - 1] + part * (values[at] - values[at - 1])


def _greedy(
    weighted: list[tuple[float, dict[int, float]]], count: int, lists: int, least: float = 1e-6
) -> tuple[list[int], list[float]]:
    """Chooses ``count`` of ``lists`` by what each adds to the best so far, and of equals the one of the lowest number.

    ``weighted`` holds what is at stake in each pattern, and the pattern. Lists that add less than ``least`` follow in
    the order of their numbers, with 0. Returns the lists' numbers and what each adds.
    """
    adds = [0.0] * lists
    for stake, pattern in weighted:
        for number, share in pattern.items():
            adds[number] += stake * share
    best = [0.0] * len(weighted)
    order: list[int] = []
    saves: list[float] = []
    while len(order) < count:
        value = max(adds)
        if value < least:
            break
        chosen = adds.index(value)
        order.append(chosen)
        saves.append(value)
        for at, (stake, pattern) in enumerate(weighted):
            old = best[at]
            new = pattern.get(chosen, 0.0)
            if new > old:
                best[at] = new
                for number, share in pattern.items():
                    if share > old:
                        adds[number] -= stake * ((share if share < new else new) - old)  # min() costs far more
        adds[chosen] = -1.0
    rest = [number for number in range(lists) if number not in order][: count - len(order)]
    return order + rest, saves + [0.0] * len(rest)


class CompactForest:
    """A forest of trees for some objectives, as ``small_forest`` makes them."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.lists = tuple(str(text) for text in data["lists"])
        self._trees = {objective: _read(part) for objective, part in data["objectives"].items()}

    def expect(self, numbers: Sequence[float], objective: Objective, count: int, least: float = 0.0) -> Expected:
        """What to expect of a function with these features (``smartopt.lab.features``).

        Lists that should save less than ``least`` come last, in the coreset's order, with 0.
        """
        return self._trees[objective].expect(numbers, count, len(self.lists), least)


def packed(kind: str, values: Sequence[float]) -> str:
    """Numbers as text: base64 of little-endian ``array`` items of type code ``kind``."""
    made = array(kind, values)
    if sys.byteorder == "big":
        made.byteswap()
    return base64.b64encode(made.tobytes()).decode("ascii")


def _unpacked(kind: str, text: str) -> Any:
    """The numbers of a text that :func:`packed` made."""
    made = array(kind)
    made.frombytes(base64.b64decode(text, validate=True))
    if sys.byteorder == "big":
        made.byteswap()
    return made


def _read(part: Mapping[str, Any]) -> _Trees:
    """Decodes one objective's trees."""
    feature, threshold, right = (_unpacked(kind, part[name]) for kind, name in _NODES)
    improved, sizes = (_unpacked(kind, part[name]) for kind, name in _LEAVES)
    pattern, stake = (_unpacked(kind, part[name]) for kind, name in _ENTRIES)
    lengths, numbers, shares = (_unpacked(kind, part[name]) for kind, name in _PATTERNS)
    edges, values = (tuple(float(value) for value in part[name]) for name in ("any_edges", "any_values"))
    low, step = float(part["stake_low"]), float(part["stake_step"])
    return _Trees(
        roots=[int(root) for root in part["roots"]],
        feature=feature,
        threshold=threshold,
        right=right,
        improved=improved,
        entries=[0, *accumulate(sizes)],
        pattern=pattern,
        stake=stake,
        levels=[low * 2.0 ** (step * level) for level in range(256)],
        starts=[0, *accumulate(lengths)],
        numbers=numbers,
        shares=shares,
        probability=(edges, values),
        scale=float(part["scale"]),
    )


# Type codes of ``array`` and names of the arrays: of nodes, of leaves, of the leaves' entries, of patterns.
_NODES = (("B", "feature"), ("f", "threshold"), ("I", "right"))
_LEAVES = (("B", "improved"), ("B", "sizes"))
_ENTRIES = (("H", "pattern"), ("B", "stake"))
_PATTERNS = (("B", "lengths"), ("B", "lists"), ("B", "shares"))
