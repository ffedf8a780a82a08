"""Tries variations of the back end's slim settings on one file's bitcode, at efforts that have the time.

Each variation is tried alone first. Those that make the object smaller are then combined, the best first, as long as
each makes it smaller still. Last, the object is made without slim settings. The order is fixed and every run is waited
for, so the result depends on nothing else: where a clang is killed, the whole compile becomes clang's own, as
everywhere in the driver. (``codegen.settings`` lists the variations.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..codegen.configuration import Configuration
from ..records import replace
from .fallback import Refused
from .made_object import MadeObject

__all__ = ["Begin", "smallest_variation", "vary_object"]

_AT_ONCE = 2
"""Runs side by side, however many processors there are: ``make -j`` runs other compilers, and memory is shared."""

Begin = Callable[[Configuration], Callable[[], bytes]]
"""Starts to make the object in memory under a configuration; the answer waits for its bytes. Both may raise Fallback.
"""


def vary_object(
    begin: Begin, made: MadeObject, names: Iterable[str], acceptable: Callable[[bytes], bool]
) -> MadeObject:
    """The smallest object that variations make; ``made`` itself if none is smaller.

    Args:
        begin: makes other objects of the same bitcode.
        made: an object with slim settings and no variations.
        names: the variations to try.
        acceptable: whether an object may be taken, whatever its size.

    Raises Fallback where a run of the back end failed for a reason other than its flags.
    """
    if made.sizes is None:
        return made
    best = smallest_variation(begin, made.configuration, names, made.sizes.total, acceptable) or made
    plain = replace(best.configuration, slim=False, variations=())
    without_slim = MadeObject(plain, begin(plain)())
    sizes = without_slim.sizes
    if best.sizes is None or sizes is None or sizes.total >= best.sizes.total or not acceptable(without_slim.data):
        return best
    return without_slim


def smallest_variation(
    begin: Begin,
    configuration: Configuration,
    names: Iterable[str],
    total: int,
    acceptable: Callable[[bytes], bool] = lambda _: True,
) -> MadeObject | None:
    """The object of the variation of a configuration that makes it smallest; None where none is below ``total``.

    Objects that are not acceptable, and variations that clang refuses, are passed over. Raises Fallback where a run
    failed for another reason.
    """
    smaller: list[tuple[int, str]] = []
    best: tuple[int, MadeObject | None] = (total, None)
    for made, size in _made(begin, (replace(configuration, variations=(name,)) for name in names)):
        if size >= total or not acceptable(made.data):
            continue
        smaller.append((size, made.configuration.variations[0]))
        if size < best[0]:
            best = size, made
    for _, name in sorted(smaller, key=lambda one: one[0])[1:]:
        assert best[1] is not None
        before = best[1].configuration
        for made, size in _made(begin, [replace(before, variations=(*before.variations, name))]):
            if size < best[0] and acceptable(made.data):
                best = size, made
    return best[1]


def _made(begin: Begin, configurations: Iterable[Configuration]) -> Iterator[tuple[MadeObject, int]]:
    """Each configuration's object with its size, a few made side by side; refused ones are left out."""
    running: list[tuple[Configuration, Callable[[], bytes]]] = []
    for configuration in configurations:
        running.append((configuration, begin(configuration)))
        if len(running) == _AT_ONCE:
            yield from _finished(*running.pop(0))
    for configuration, wait in running:
        yield from _finished(configuration, wait)


def _finished(configuration: Configuration, wait: Callable[[], bytes]) -> Iterator[tuple[MadeObject, int]]:
    try:
        made = MadeObject(configuration, wait())
    except Refused:
        return
    if made.sizes is not None:
        yield made, made.sizes.total
