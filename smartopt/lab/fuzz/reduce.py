"""Reduces a find: fewer pieces in the file, fewer switches and settings, as long as it still shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .builds import Build, CampaignTools
from .compile_options import CompileOptions
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
    file: SourceFile,
    options: CompileOptions,
    build: Build,
    outcome: str,
    piece: str,
    tools: CampaignTools,
    *,
    tuples: int,
) -> tuple[SourceFile, CompileOptions]:
    """A smaller file and plainer flags that show the same kind of find by the same build.

    Args:
        file, options: what showed it.
        build: the build that showed it.
        outcome: the kind.
        piece: the piece that showed it, or nothing where it was the whole file.
        tools, tuples: as for :func:`judge`.
    """
    tries = _TRIES
    changed = True
    while changed:
        changed = False
        for smaller, plainer in _candidates(file, options, piece):
            if tries == 0:
                return file, options
            tries -= 1
            if shows(judge(smaller, plainer, [build], tools, tuples=tuples), build.name, outcome):
                changed = (smaller, plainer) != (file, options)
                file, options = smaller, plainer
                break
    return file, options


def _candidates(file: SourceFile, options: CompileOptions, piece: str) -> Iterator[tuple[SourceFile, CompileOptions]]:
    names = [one.name for one in file.pieces]
    if len(names) > 1:
        if piece:
            yield file.only({piece}), options
            yield file.only({name for name in names if name.partition(".")[0] == piece.partition(".")[0]}), options
        half = len(names) // 2
        yield file.only(names[:half]), options
        yield file.only(names[half:]), options
        if len(names) <= 6:
            for name in names:
                yield file.only({other for other in names if other != name}), options
    if options.third:
        yield file, replace(options, third=False)
    if options.switches or options.environment:
        yield file, replace(options, switches=(), environment=())
    for switch in options.switches:
        yield file, replace(options, switches=tuple(one for one in options.switches if one != switch))
    for setting in options.environment:
        yield file, replace(options, environment=tuple(one for one in options.environment if one != setting))
