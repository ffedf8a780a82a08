"""An object that the back end made: its bytes, its sizes, and whether it lacks what its inline assembly names.

The optimizer predicts both, but some efforts add up parts, and it never sees flags that only the back end heeds.
Looking at the object itself takes less than a millisecond.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from ..codegen.configuration import Configuration
from ..codegen.outliner import has_outlined
from ..codegen.outlining_cost import HEADER_ENTRY, count_outlined
from ..errors import EngineError
from ..objfile.measure import measure_object
from ..objfile.sizes import Sizes
from ..objfile.symbols import undefined_symbols
from ..records import dataclass, replace

__all__ = ["MadeObject", "measure_bytes"]


@dataclass(frozen=True)
class MadeObject:
    """The bytes of an object, and the configuration under which the back end made it."""

    configuration: Configuration
    data: bytes

    @cached_property
    def sizes(self) -> Sizes | None:
        """Its sizes; None where it cannot be measured."""
        return measure_bytes(self.data)

    @cached_property
    def linked_total(self) -> int | None:
        """Its size in bytes once it is linked; None where it cannot be measured.

        The linker adds an entry for each unwind entry to a table that the object does not have.
        """
        sizes = self.sizes
        if sizes is None:
            return None
        return sizes.total + (HEADER_ENTRY * count_outlined(sizes.functions) if sizes.eh_frame else 0)

    def without_idle_outliner(self) -> MadeObject:
        """The same object, described as not outlined if the outliner found nothing."""
        if not self.configuration.outlined or has_outlined(self.data):
            return self
        return replace(self, configuration=self.configuration.not_outlined())

    def missing_functions(self, vanished: Collection[str]) -> set[str]:
        """The functions that it needs and does not hold, although -Oz's object does: inline assembly names them.

        ``vanished`` are the functions that -Oz keeps and the optimizer removed.
        """
        return undefined_symbols(self.data).intersection(vanished) if vanished else set()


def measure_bytes(data: bytes) -> Sizes | None:
    """The sizes of an object's bytes; None where they cannot be measured."""
    try:
        return measure_object(data)
    except EngineError:
        return None
