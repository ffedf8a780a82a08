"""The ways in which clang's back end is run for one compile: what it is given, and what it is told besides.

Apart from what chooses among them (``smallest``), since this much is wanted before there is anything to choose.
"""

from __future__ import annotations

from ..annotations import TYPE_CHECKING, Any
from ..codegen.outliner import OUTLINER_FLAGS
from ..codegen.settings import slim_flags
from ..codegen.variations import VARIATIONS, settings
from .switches import OUTLINE, SLIM, way_open

if TYPE_CHECKING:
    from .flags import Command

__all__ = ["OWN", "PLAN", "Ways", "kept_in_place", "remembered", "usual"]

OWN = ("-Qunused-arguments",)
"""Clang compiles the front end's bitcode with -Oz: its own object."""
PLAN = ("-Xclang", "-disable-llvm-passes", *OWN)
"""Clang's back end alone, for bitcode that is optimised."""


class Ways:
    """How a back end of some version is run: for slim code or not, with variations of it, outlined or not.

    ``in_place`` are functions of which nothing is outlined, though from others something is: marks in the bitcode.
    """

    def __init__(
        self, major: int, slim: bool, outlined: bool, varied: tuple[str, ...] = (), in_place: tuple[str, ...] = ()
    ) -> None:
        self.major, self.slim, self.outlined, self.varied = major, slim, outlined, varied
        self.in_place = in_place if outlined else ()
        self.any = slim or outlined

    def but(self, **changed: Any) -> Ways:
        """The same otherwise."""
        ways = {name: getattr(self, name) for name in ("slim", "outlined", "varied", "in_place")}
        return Ways(self.major, **{**ways, **changed})

    def words(self, source: str) -> tuple[str, ...]:
        """What clang is told before the user's own words."""
        slim = slim_flags(self.major, settings(self.varied)) if self.slim else ()
        return (*_SOURCES[source], *slim, *(OUTLINER_FLAGS if self.outlined else ()))

    def name(self, source: str) -> str:
        """What is remembered of an object: a line of words, then a line for each function that is kept in place."""
        words = " ".join((source, *("slim",) * self.slim, *("outlined",) * self.outlined, *self.varied))
        return "\n".join((words, *self.in_place))


_SOURCES = {"own": OWN, "plan": PLAN}


def remembered(known: str, ways: Ways) -> tuple[str, Ways] | None:
    """The object of an earlier run, if it may be made so now."""
    source, *how = known.partition("\n")[0].split(" ")
    varied = tuple(name for name in how if name in VARIATIONS)
    way = Ways(ways.major, "slim" in how, "outlined" in how, varied, kept_in_place(known))
    if source not in _SOURCES or way.name(source) != known or (varied and not way.slim):
        return None
    if source == "own" and way.in_place:  # marks are for bitcode of ours
        return None
    if (way.slim and not ways.slim) or (way.outlined and not ways.outlined):
        return None
    return source, way


def kept_in_place(known: str) -> tuple[str, ...]:
    """The functions of which nothing is outlined in an earlier run's object."""
    return tuple(known.split("\n")[1:])


def usual(command: Command, major: int, known: str) -> list[tuple[str, ...]]:
    """The words with which clang of some version makes an object of the kind ``known``, where it may."""
    again = remembered(known, Ways(major, way_open(command, SLIM), way_open(command, OUTLINE)))
    return [] if again is None else [again[1].words(again[0])]
