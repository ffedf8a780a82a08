"""Which object a compile ends with: the plan's or clang's own, its code slim or not, outlined or not.

The optimiser's answer is bitcode; what counts is the object. Slim code (which lists were then measured as) and the
outliner come first, since mostly the object is then done. Where it is larger than -Oz's own code would be either way,
or than the optimiser promised without them, the back end runs again; where the plan's object is larger than -Oz's
after all, clang's own is taken. Effort max then varies the back end (``driver.variation_search``). What was found is
remembered with the decision: a warm build writes each object once.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from ..annotations import Any, Protocol
from ..codegen.outlined_sections import HEADER_ENTRY, burdened, outlined_functions
from ..codegen.outliner import has_outlined
from ..ir.names import symbol_of
from .back_end import IN_PLACE, place
from .back_end_modes import OWN, PLAN, Ways, remembered
from .fallback import Fallback
from .flags import Command
from .object_report import as_baseline, content, lost_names, measure, measured, with_sizes
from .switches import OUTLINE, SLIM, way_open

__all__ = ["Marker", "Writer", "foreseen", "write_smallest"]

Report = dict[str, Any]
Marker = Callable[[bytes, tuple[str, ...]], bytes]
"""Marks functions in the optimised bitcode of which nothing is to be outlined. May raise Fallback."""


class Writer(Protocol):
    """Has clang's back end make the object of some bitcode, with words of ours before the user's. Raises Fallback."""

    def __call__(self, bitcode: bytes, ours: tuple[str, ...]) -> None:
        """Write it where the user wants it."""

    def begin(self, bitcode: bytes, ours: tuple[str, ...]) -> Callable[[], bytes]:
        """Begin to make it in memory; answers what waits for its bytes."""


def write_smallest(
    command: Command, data: bytes, optimised: bytes, report: Report, known: str, write: Writer, mark: Marker
) -> tuple[Report, str]:
    """Write the object; answers the report as it turned out, and what to remember: ``known`` of the next run.

    ``data`` is the front end's bitcode. Raises Fallback where the object lacks what clang's has.
    """
    ways = _open(command, report)
    own, plan = _Code("own", data), _Code("plan", optimised, mark)
    again = remembered(known, ways)
    if again is not None:
        source, way = again
        write((own if source == "own" else plan).of(way), way.words(source))
        report = report if source == "plan" else _clangs(_own(report), command)
        return _measured(report, command, way), known
    grew = report.get("winner") != "oz"  # where the next few lines do not return
    framed = bool(report.get("frames"))
    if grew:
        found = _plan(command, own, plan, report, ways, write)
        if found is not None:
            return found
        report = as_baseline(report)
    # clang's own -Oz is at hand, and exact: writing bitcode loses the order of uses, which code generation follows
    # here and there (llvm-c/BitWriter.h has no way to keep it, unlike opt).
    promise = _Promise(report, "oz")
    # Effort fast runs the back end once more at most, as a rule: in the same ways if frame pointers may have made the
    # object larger, or as clang would.
    once_more = not (promise.hasty and grew) or framed
    best = _leanest(command, own, promise, ways, write) if once_more else None
    if best is None:
        write(data, OWN)
    if best is None or not best.any:
        return _clangs(report, command), "own"
    return _measured(report, command, best), best.name("own")


def foreseen(command: Command, report: Report, known: str) -> list[tuple[str, ...]]:
    """The words with which :func:`write_smallest` will most likely run the back end."""
    ways = _open(command, report)
    again = remembered(known, ways)
    if again is not None:
        source, way = again
        return [way.words(source)]
    source, which = ("own", "oz") if report.get("winner") == "oz" else ("plan", "output")
    promise = _Promise(report, which)
    likely, names = promise.fits(ways, source), _variations(command, source, promise, ways)
    return [way.words(source) for way in (likely, *(likely.but(varied=(name,)) for name in names[:1])) if way.any]


class _Code:
    """Bitcode that a back end is given, and what can still be done to it: marks, where there is a worker for that."""

    def __init__(self, source: str, bitcode: bytes, mark: Marker | None = None) -> None:
        self.source, self.bitcode, self.mark = source, bitcode, mark

    def of(self, way: Ways) -> bytes:
        """The bitcode for one way. Raises Fallback."""
        return self.mark(self.bitcode, way.in_place) if way.in_place and self.mark else self.bitcode


class _Promise:
    """What the optimiser says of an object: how large it may become at most, and how large it should with slim code.

    Where lists were measured as slim code, so was -Oz's own; it is the yardstick then, where it is the smaller. Or the
    output was measured as it is to be made here, and -Oz's as clang makes it by itself.
    """

    def __init__(self, report: Report, which: str) -> None:
        sizes = report.get("bytes", {})
        plain, most = (sizes.get(name, {}).get("total", 0) for name in (which, "oz"))
        slim = int(report.get("oz_slim", 0))
        if report.get("as_made") is True:
            self.most = min(most, slim or most)
            self.slim = slim if slim and which == "oz" else plain
        else:
            self.most = min(most, slim or plain)
            self.slim = slim + plain - most if slim else round(plain * _BY_ITSELF)
        self.pays = not slim or slim <= most
        self.code = sizes.get(which, {}).get("text", 0)
        self.thorough = report.get("effort") == "max"
        self.hasty = report.get("effort") == "fast"
        rows = report.get("functions", ())
        self._clangs = {symbol_of(row["name"]): int(row.get("bytes", {}).get("oz", 0)) for row in rows}

    def burdened(self, made: bytes) -> set[str]:
        """The functions to which the linker may leave all that the object outlined (``codegen.outlined_sections``)."""
        return burdened(made, self._clangs) if has_outlined(made) else set()

    def doubts(self, total: int) -> bool:
        """Whether an object might be smaller without the outliner, so that it is worth another run to know."""
        return not self.hasty and (self.thorough or total > self.slim * _CLOSE)

    def fits(self, ways: Ways, source: str) -> Ways:
        """The ways that may pay: -Oz's own code is known to be smaller slim or not."""
        return ways.but(slim=ways.slim and (self.pays or source == "plan"))


_CLOSE = 0.99
"""What is foreseen of an object is a sum of parts, up to a hundredth above what it comes to."""
_BY_ITSELF = 0.985
"""Slim code alone seldom brings more, where nothing was measured."""


def _leanest(command: Command, code: _Code, promise: _Promise, ways: Ways, write: Writer) -> Ways | None:
    """Write the object as small as the ways make it; None where it is larger than it may be."""
    way = _likely(command, code, promise, ways, write)
    if way is None:
        return None
    names = _variations(command, code.source, promise, ways) if way.slim else ()
    if names:
        way = _varied(command, code, way, names, promise, write)
        way = _unslimmed(command, code, way, promise, write)
    return way.but(outlined=way.outlined and has_outlined(content(command.output)))


def _varied(command: Command, code: _Code, way: Ways, names: tuple[str, ...], promise: _Promise, write: Writer) -> Ways:
    """Put the smallest variation in the place of the object that was just written, if any is smaller; and tell it."""
    first = content(command.output)
    sizes = measured(first)
    if sizes is None:
        return way
    try:
        os.unlink(command.output)  # what is left by a compile that is killed meanwhile must not look finished
    except OSError:
        return way
    from .variation_search import vary  # most compiles do without

    bitcode = code.of(way)
    found = vary(write.begin, bitcode, code.source, way, names, sizes.total, lambda made: not promise.burdened(made))
    way, made = (way, first) if found is None else found
    place(command.output, made)
    return way


def _unslimmed(command: Command, code: _Code, way: Ways, promise: _Promise, write: Writer) -> Ways:
    """Put the object without slim settings in the place of the one with them, if it is smaller; and tell it."""
    slim, other = measure(command.output), way.but(slim=False, varied=())
    made = write.begin(code.of(other), other.words(code.source))()
    sizes = measured(made)
    if slim is None or sizes is None or sizes.total >= slim.total or promise.burdened(made):
        return way
    place(command.output, made)
    return other


def _variations(command: Command, source: str, promise: _Promise, ways: Ways) -> tuple[str, ...]:
    """The variations of slim code that are worth trying."""
    worthwhile = promise.thorough and promise.fits(ways, source).slim and promise.code >= _WORTH_VARYING
    if not worthwhile or IN_PLACE in command.back:
        return ()
    from ..codegen.variations import variations

    return variations(ways.major)


_WORTH_VARYING = 500
"""Bytes of code below which there is too little to gain for more runs of the back end."""


class _Made:
    """The object that a way was just written to: its bytes as linked, and whom the outlined functions burden."""

    def __init__(self, command: Command, code: _Code, ways: Ways, promise: _Promise, write: Writer) -> None:
        write(code.of(ways), ways.words(code.source))
        made = content(command.output)
        sizes = measured(made)
        # An object tells nothing of the table that a linker makes of its unwind entries.
        entries = HEADER_ENTRY * outlined_functions(sizes.functions) if sizes and sizes.eh_frame else 0
        self.total = None if sizes is None else sizes.total + entries
        self.way = ways.but(outlined=ways.outlined and has_outlined(made))
        self.burdened = promise.burdened(made) if self.way.outlined else set()


def _likely(command: Command, code: _Code, promise: _Promise, ways: Ways, write: Writer) -> Ways | None:
    """Write the object in the ways that mostly make it smaller, and tell them; None where it may not be so large."""
    ways = promise.fits(ways, code.source)
    if not ways.any:
        return None

    def make(ways: Ways) -> _Made:
        return _Made(command, code, ways, promise, write)

    made = make(ways)
    if made.burdened:
        made = _relieved(code, promise, made, make)
    if made.total is None:
        return None if made.way.any else ways
    if made.way.outlined and ways.slim and (made.burdened or promise.doubts(made.total)):
        alone = make(ways.but(outlined=False))
        if alone.total is not None and alone.total <= (
            promise.most if made.burdened else min(made.total, promise.most)
        ):
            return alone.way
        if made.total <= promise.most and not made.burdened:
            make(made.way)
    return made.way if (made.total <= promise.most and not made.burdened) or not made.way.any else None


def _relieved(code: _Code, promise: _Promise, made: _Made, make: Callable[[Ways], _Made]) -> _Made:
    """The object anew with the burdened functions kept in place, where the effort affords that and others remain."""
    for _ in range(_ROUNDS):
        names = {*made.way.in_place, *made.burdened}
        unfit = promise.hasty or code.mark is None or any("\n" in name for name in names)
        if unfit or not made.burdened:
            break
        made = make(made.way.but(in_place=tuple(sorted(names))))
    return made


_ROUNDS = 2
"""Times that functions are kept in place before nothing is outlined: what is outlined of others changes with them."""


def _plan(
    command: Command, own: _Code, plan: _Code, report: Report, ways: Ways, write: Writer
) -> tuple[Report, str] | None:
    """The plan's object, as small as the ways make it; None where clang's own is smaller."""
    most = report.get("bytes", {}).get("oz", {}).get("total", 0)
    promise = _Promise(report, "output")
    way = _leanest(command, plan, promise, ways, write)
    if way is not None and way.any:
        _check(command, report)
        return _measured(report, command, way), way.name("plan")
    if way is None:
        if promise.hasty and report.get("winner") == "module":
            return None
        write(plan.bitcode, PLAN)
    _check(command, report)
    made = measure(command.output)
    if made is None or not most or report.get("objective") != "size":
        return report, "plan"
    if made.total > most and os.environ.get("SMARTOPT_SELECT") != "plan":
        # Sums under flags that only the back end heeds are not the optimiser's: clang's own object tells.
        write(own.bitcode, OWN)
        clangs = measure(command.output)
        if clangs is None or clangs.total <= made.total:
            return None
        write(plan.bitcode, PLAN)
    return with_sizes(report, made), "plan"


def _check(command: Command, report: Report) -> None:
    if lost := lost_names(command.output, report):
        raise Fallback("driver-assembly-needs", ", ".join(sorted(lost)))


def _open(command: Command, report: Report) -> Ways:
    """The ways that are open to a compile."""
    major = int(report.get("llvm", "0").split(".")[0])
    return Ways(major, _may(command, report, "slimmable", SLIM), _may(command, report, "outlinable", OUTLINE))


def _may(command: Command, report: Report, field: str, switch: str) -> bool:
    """Whether the optimiser, the user's environment and the command line allow a way."""
    return report.get(field) is True and report.get("objective") == "size" and way_open(command, switch)


def _measured(report: Report, command: Command, way: Ways) -> Report:
    """The report with the object's own sizes, where they can be told."""
    made = measure(command.output)
    if made is None or report.get("objective") != "size":
        return report
    return {**with_sizes(report, made), "outlined": way.outlined, "slim": way.slim, "varied": [*way.varied]}


def _clangs(report: Report, command: Command) -> Report:
    """The report of clang's own object, with its sizes where the optimiser did not measure them."""
    if report.get("bytes", {}).get("oz", {}).get("total", 1) or report.get("objective") != "size":
        return report
    made = measure(command.output)
    return report if made is None else {**report, "bytes": {"oz": made.by_section(), "output": made.by_section()}}


def _own(report: Report) -> Report:
    return report if report.get("winner") == "oz" else as_baseline(report)
