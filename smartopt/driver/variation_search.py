"""Variations of the back end tried on one file's bitcode, at efforts that can afford it.

Each alone first; then those with which the object is smaller are put together, the best first, as long as that makes it
smaller still. The order is fixed and every run is waited for, so that what comes out depends on nothing else: a clang
that is killed makes the whole compile clang's own, as everywhere here. (``codegen.variations`` says what is tried.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..annotations import Protocol
from .back_end_modes import Ways
from .fallback import Refused
from .object_report import measured

__all__ = ["Beginner", "vary"]

_AT_ONCE = 2
"""Runs beside each other, however many processors there are: ``make -j`` has others to do, and memory is shared."""

Begin = Callable[[Ways], Callable[[], bytes]]


class Beginner(Protocol):
    """Who begins to make an object in memory; answers what waits for its bytes. Both may raise Fallback."""

    def __call__(self, bitcode: bytes, ours: tuple[str, ...]) -> Callable[[], bytes]: ...


def vary(
    begin: Beginner,
    bitcode: bytes,
    source: str,
    way: Ways,
    names: Iterable[str],
    total: int,
    fits: Callable[[bytes], bool] = lambda _: True,
) -> tuple[Ways, bytes] | None:
    """The variation of ``way``, with its object, that is smallest; None where none is below ``total`` bytes.

    Objects that do not fit are passed over.
    Raises Fallback where a run failed that ought not to.
    """

    def start(varied: Ways) -> Callable[[], bytes]:
        return begin(bitcode, varied.words(source))

    found: list[tuple[int, str]] = []
    best: tuple[int, Ways, bytes] = (total, way, b"")
    for varied, size, made in _made(start, (way.but(varied=(name,)) for name in names)):
        if size >= total or not fits(made):
            continue
        found.append((size, varied.varied[0]))
        if size < best[0]:
            best = size, varied, made
    for _, name in sorted(found, key=lambda one: one[0])[1:]:
        both = best[1].but(varied=(*best[1].varied, name))
        for varied, size, made in _made(start, [both]):
            if size < best[0] and fits(made):
                best = size, varied, made
    return (best[1], best[2]) if best[2] else None


def _made(begin: Begin, ways: Iterable[Ways]) -> Iterator[tuple[Ways, int, bytes]]:
    """Each way with its object and that one's size, but for those that clang refuses; a few beside each other."""
    running: list[tuple[Ways, Callable[[], bytes]]] = []
    for way in ways:
        running.append((way, begin(way)))
        if len(running) == _AT_ONCE:
            yield from _ended(*running.pop(0))
    for way, end in running:
        yield from _ended(way, end)


def _ended(way: Ways, end: Callable[[], bytes]) -> Iterator[tuple[Ways, int, bytes]]:
    try:
        made = end()
    except Refused:
        return
    sizes = measured(made)
    if sizes is not None:
        yield way, sizes.total, made
