"""The sizes that the optimizer expects of an object: the limit that it must keep, and when another try may pay."""

from __future__ import annotations

from ..annotations import TYPE_CHECKING
from ..codegen.configuration import Configuration, Source
from ..codegen.outliner import has_outlined
from ..codegen.outlining_cost import functions_made_larger
from ..codegen.targets import target_named
from ..records import replace

if TYPE_CHECKING:
    from ..optimizer.outcome import Emission

__all__ = ["ExpectedSize"]

_CLOSE = 0.99
"""An expected size is a sum of parts, up to a hundredth above what the object comes to."""
_SLIM_ALONE = 0.985
"""The share of its bytes that code usually keeps under slim settings alone, where that was not measured."""
_MAY_REPEAT = 400
"""Bytes of code from which on an object may have parts that are worth outlining."""


class ExpectedSize:
    """The size that the object of one module may have at most, and the size that it should have with slim settings.

    Where the optimizer measured pass lists under slim settings, it measured -Oz's own object so too, and the smaller of
    -Oz's two objects is the limit. Or it measured the output under the settings with which it will be made
    (``Emission.as_made``), and -Oz's object as clang makes it by itself.

    Attributes:
        limit: the most bytes that the object may have.
        slim: the bytes that it should have with slim settings.
        code: bytes of its machine code.
        thorough: whether the effort tries everything that may make it smaller.
        hasty: whether the effort runs the back end as seldom as possible.
    """

    def __init__(self, emission: Emission, source: Source) -> None:
        sizes = emission.oz if source == "own" else emission.output
        plain, oz, oz_slim = sizes.total, emission.oz.total, emission.oz_slim or 0
        if emission.as_made:
            self.limit = min(oz, oz_slim or oz)
            self.slim = oz_slim if oz_slim and source == "own" else plain
        else:
            self.limit = min(oz, oz_slim or plain)
            self.slim = oz_slim + plain - oz if oz_slim else round(plain * _SLIM_ALONE)
        self.code = sizes.text
        self.thorough = emission.effort == "max"
        self.hasty = emission.effort == "fast"
        self._source = source
        # Where slim settings change nothing of -Oz's module, only the outliner can, which needs code that is repeated.
        repeats = self.code >= _MAY_REPEAT and oz_slim == oz
        self._slim_pays = bool(self.code) and (emission.oz_slim is None or oz_slim < oz or repeats)
        self._oz_functions = emission.oz_functions
        target = target_named(emission.target)
        self._compared = target is None or target.outlining == "asked"

    def worth_trying(self, allowed: Configuration) -> Configuration:
        """The allowed settings that may pay: -Oz's own code is known to be smaller with slim settings or without."""
        pays = self._slim_pays or self._source == "plan"
        return replace(allowed, slim=allowed.slim and pays, outlined=allowed.outlined and self.code >= _MAY_REPEAT)

    def may_be_smaller_in_place(self, total: int) -> bool:
        """Whether an outlined object of ``total`` bytes may be smaller without the outliner, so that a try pays."""
        return not self.hasty and (self.thorough or total > self.slim * _CLOSE)

    def functions_made_larger(self, data: bytes) -> set[str]:
        """The functions of an object that outlining may make larger once linked (``codegen.outlining_cost``).

        Where clang outlines by itself, its object is no better in that.
        """
        outlined = self._compared and has_outlined(data)
        return functions_made_larger(data, self._oz_functions) if outlined else set()
