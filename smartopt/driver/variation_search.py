"""Tries variations of the back end's slim settings on one file's bitcode, at efforts that have the time.

Each variation is tried alone first. Those that make the object smaller are then combined, the best first, as long as
each makes it smaller still. Last, the object is made without slim settings. The order is fixed and every run is waited
for, so the result depends on nothing else: where a clang is killed, the whole compile becomes clang's own, as
everywhere in the driver. (``codegen.settings`` lists the variations.)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator

from ..codegen.configuration import Configuration
from ..records import replace
from .back_end import replace_file
from .fallback import Refused
from .object_file import measure_bytes, read

__all__ = ["Begin", "smallest_variation", "vary_object"]

_AT_ONCE = 2
"""Runs side by side, however many processors there are: ``make -j`` runs other compilers, and memory is shared."""

Begin = Callable[[Configuration], Callable[[], bytes]]
"""Starts to make the object in memory under a configuration; the answer waits for its bytes. Both may raise Fallback.
"""


def vary_object(
    path: str, begin: Begin, configuration: Configuration, names: Iterable[str], acceptable: Callable[[bytes], bool]
) -> Configuration:
    """Replace the object at ``path`` by the smallest one that variations make, if any is smaller.

    Meanwhile there is no file at ``path``: if the compile is killed, no unfinished object looks finished.

    Args:
        path: the object, made under ``configuration``.
        begin: makes other objects of the same bitcode.
        configuration: has slim settings and no variations.
        names: the variations to try.
        acceptable: whether an object may be taken, whatever its size.

    Returns:
        The configuration of the object that is at ``path`` now. Raises Fallback where a run of the back end failed for
        a reason other than its flags, and OSError.
    """
    made = read(path)
    sizes = measure_bytes(made)
    if sizes is None:
        return configuration
    try:
        os.unlink(path)
    except OSError:
        return configuration
    found = smallest_variation(begin, configuration, names, sizes.total, acceptable)
    if found is not None:
        configuration, made = found
    replace_file(path, made)
    return _without_slim(path, begin, configuration, acceptable)


def smallest_variation(
    begin: Begin,
    configuration: Configuration,
    names: Iterable[str],
    total: int,
    acceptable: Callable[[bytes], bool] = lambda _: True,
) -> tuple[Configuration, bytes] | None:
    """The variation of a configuration whose object is smallest, with that object; None where none is below ``total``.

    Objects that are not acceptable, and variations that clang refuses, are passed over. Raises Fallback where a run
    failed for another reason.
    """
    smaller: list[tuple[int, str]] = []
    best: tuple[int, Configuration, bytes] = (total, configuration, b"")
    for varied, size, made in _made(begin, (replace(configuration, variations=(name,)) for name in names)):
        if size >= total or not acceptable(made):
            continue
        smaller.append((size, varied.variations[0]))
        if size < best[0]:
            best = size, varied, made
    for _, name in sorted(smaller, key=lambda one: one[0])[1:]:
        both = replace(best[1], variations=(*best[1].variations, name))
        for varied, size, made in _made(begin, [both]):
            if size < best[0] and acceptable(made):
                best = size, varied, made
    return (best[1], best[2]) if best[2] else None


def _without_slim(
    path: str, begin: Begin, configuration: Configuration, acceptable: Callable[[bytes], bool]
) -> Configuration:
    """Replace the object by the one without slim settings, if that is smaller; the configuration of the object then."""
    other = replace(configuration, slim=False, variations=())
    slim = measure_bytes(read(path))
    made = begin(other)()
    sizes = measure_bytes(made)
    if slim is None or sizes is None or sizes.total >= slim.total or not acceptable(made):
        return configuration
    replace_file(path, made)
    return other


def _made(begin: Begin, configurations: Iterable[Configuration]) -> Iterator[tuple[Configuration, int, bytes]]:
    """Each configuration with its object and that object's size, a few made side by side; refused ones are left out."""
    running: list[tuple[Configuration, Callable[[], bytes]]] = []
    for configuration in configurations:
        running.append((configuration, begin(configuration)))
        if len(running) == _AT_ONCE:
            yield from _finished(*running.pop(0))
    for configuration, wait in running:
        yield from _finished(configuration, wait)


def _finished(configuration: Configuration, wait: Callable[[], bytes]) -> Iterator[tuple[Configuration, int, bytes]]:
    try:
        made = wait()
    except Refused:
        return
    sizes = measure_bytes(made)
    if sizes is not None:
        yield configuration, sizes.total, made
