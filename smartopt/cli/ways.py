"""The ways in which clang's back end is run for one compile: what it is given, and what it is told besides.

Apart from what chooses among them (``smallest``), since this much is wanted before there is anything to choose.
"""

from __future__ import annotations

from ..annotations import TYPE_CHECKING
from ..llvm.outliner import OUTLINER_FLAGS
from ..llvm.slim import REPEATING_FLAGS, slim_flags
from .switches import OUTLINE, SLIM, way_open

if TYPE_CHECKING:
    from .flags import Command

__all__ = ["OWN", "PLAN", "Ways", "remembered", "usual"]

OWN = ("-Qunused-arguments",)
"""Clang compiles the front end's bitcode with -Oz: its own object."""
PLAN = ("-Xclang", "-disable-llvm-passes", *OWN)
"""Clang's back end alone, for bitcode that is optimised."""


class Ways:
    """How a back end of some version is run: for slim code or not, that repeats itself or not, outlined or not."""

    def __init__(self, major: int, slim: bool, outlined: bool, repeating: bool = False) -> None:
        self.major, self.slim, self.outlined, self.repeating = major, slim, outlined, repeating
        self.any = slim or outlined

    def but(self, **changed: bool) -> Ways:
        """The same otherwise."""
        ways = {"slim": self.slim, "outlined": self.outlined, "repeating": self.repeating, **changed}
        return Ways(self.major, **ways)

    def words(self, source: str) -> tuple[str, ...]:
        """What clang is told before the user's own words."""
        slim = (*slim_flags(self.major), *(REPEATING_FLAGS if self.repeating else ())) if self.slim else ()
        return (*_SOURCES[source], *slim, *(OUTLINER_FLAGS if self.outlined else ()))

    def name(self, source: str) -> str:
        """What is remembered of an object."""
        return source + " slim" * self.slim + " outlined" * self.outlined + " repeating" * self.repeating


_SOURCES = {"own": OWN, "plan": PLAN}


def remembered(known: str, ways: Ways) -> tuple[str, Ways] | None:
    """The object of an earlier run, if it may be made so now."""
    source, *how = known.split(" ")
    way = Ways(ways.major, "slim" in how, "outlined" in how, "repeating" in how)
    if source not in _SOURCES or way.name(source) != known:
        return None
    if ((way.slim or way.repeating) and not ways.slim) or (way.outlined and not ways.outlined):
        return None
    return source, way


def usual(command: Command, major: int, known: str) -> list[tuple[str, ...]]:
    """The words with which clang of some version makes an object of the kind ``known``, where it may."""
    again = remembered(known, Ways(major, way_open(command, SLIM), way_open(command, OUTLINE)))
    return [] if again is None else [again[1].words(again[0])]
