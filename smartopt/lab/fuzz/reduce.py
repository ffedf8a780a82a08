"""Make a find small: fewer pieces in the file, fewer switches and settings, as long as it shows itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .builds import Build, Workshop
from .dress import Dress
from .judge import Judgement, judge
from .shaped import SourceFile

__all__ = ["reduce_find", "shows"]

_TRIES = 24


def shows(judgement: Judgement, build: str, outcome: str) -> bool:
    """Whether a judgement has a find of that kind by that build, in whatever piece."""
    if outcome == "larger":
        return build in judgement.larger
    return any(verdict.outcome == outcome for verdict in judgement.verdicts.get(build, {}).values())


def reduce_find(
    file: SourceFile, dress: Dress, build: Build, outcome: str, piece: str, shop: Workshop, *, tuples: int
) -> tuple[SourceFile, Dress]:
    """A smaller file and plainer flags that show the same kind of find by the same build.

    Args:
        file, dress: what showed it.
        build: the build that showed it.
        outcome: the kind.
        piece: the piece that showed it, or nothing where it was the whole file.
        shop, tuples: as for :func:`judge`.
    """
    tries = _TRIES
    changed = True
    while changed:
        changed = False
        for smaller, plainer in _candidates(file, dress, piece):
            if tries == 0:
                return file, dress
            tries -= 1
            if shows(judge(smaller, plainer, [build], shop, tuples=tuples), build.name, outcome):
                changed = (smaller, plainer) != (file, dress)
                file, dress = smaller, plainer
                break
    return file, dress


def _candidates(file: SourceFile, dress: Dress, piece: str) -> Iterator[tuple[SourceFile, Dress]]:
    names = [one.name for one in file.pieces]
    if len(names) > 1:
        if piece:
            yield file.only({piece}), dress
            yield file.only({name for name in names if name.partition(".")[0] == piece.partition(".")[0]}), dress
        half = len(names) // 2
        yield file.only(names[:half]), dress
        yield file.only(names[half:]), dress
        if len(names) <= 6:
            for name in names:
                yield file.only({other for other in names if other != name}), dress
    if dress.third:
        yield file, replace(dress, third=False)
    if dress.switches or dress.environment:
        yield file, replace(dress, switches=(), environment=())
    for switch in dress.switches:
        yield file, replace(dress, switches=tuple(one for one in dress.switches if one != switch))
    for setting in dress.environment:
        yield file, replace(dress, environment=tuple(one for one in dress.environment if one != setting))
