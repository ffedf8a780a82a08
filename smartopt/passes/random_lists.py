"""Random pass lists for the search and the fuzzer: trusted, short, and the same for the same state of the generator.

Short lists are favoured because the winners that were measured reduce to about two passes, bundles because half of the
best lists hold one, and plain spellings because most options matter to few functions.
"""

from __future__ import annotations

from ..annotations import TYPE_CHECKING
from .passlist import PassList
from .pipeline import Node, Pipeline, parse
from .trusted import Trusted

if TYPE_CHECKING:
    import random

__all__ = ["random_list"]

_BUNDLE = 0.15
_VARIANT = 0.4
_LONGER = 0.65


def random_list(
    rng: random.Random,
    trusted: Trusted,
    *,
    min_len: int = 1,
    max_len: int = 6,
) -> PassList:
    """A random trusted list of ``min_len`` to ``max_len`` items; each length is about 0.65 times as likely as the last.

    Args:
        rng: the only source of randomness.
        trusted: the passes to draw from.
        min_len: fewest items, at least 1.
        max_len: most items.
    """
    if not 1 <= min_len <= max_len:
        raise ValueError(f"lengths must be 1 <= min_len <= max_len; got {min_len} and {max_len}")
    length = min_len
    while length < max_len and rng.random() < _LONGER:
        length += 1
    nodes: list[Node] = []
    while len(nodes) < length:
        node = _item(rng, trusted)
        # The same pass twice in a row does nearly always what it does once.
        if not nodes or node != nodes[-1]:
            nodes.append(node)
    return PassList(Pipeline(tuple(nodes)))


def _item(rng: random.Random, trusted: Trusted) -> Node:
    if rng.random() < _BUNDLE:
        text = rng.choice(trusted.bundles)
    else:
        # simplifycfg's sixteen spellings deserve more draws than dce's one, but not sixteen times as many.
        rows = trusted.function_passes
        (row,) = rng.choices(rows, [len(row.variants) ** 0.5 for row in rows])
        variants = row.variants
        text = rng.choice(variants) if rng.random() < _VARIANT else variants[0]
    return parse(text).nodes[0]
