"""The protocol through which ``driver.smallest_object`` has objects made, whatever makes them.

The driver that runs clang twice implements it in ``driver.object_file``: it writes the user's file. An implementation
may also make objects in memory only, and tell somebody else in the end how the chosen one is made.
"""

from __future__ import annotations

from collections.abc import Callable

from ..annotations import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..codegen.configuration import ObjectChoice

__all__ = ["ObjectMaker"]


class ObjectMaker(Protocol):
    """Makes the objects of one compile and keeps one of them as its *result*: that of the last ``make`` or ``take``.

    ``bitcode`` is always the module that the choice names, with marks on the functions that the choice's configuration
    keeps in place. ``clang_goes_on`` says whether clang itself makes its own object afterwards, so that it need not be
    made as the result. All methods but :meth:`withdraw` raise OSError, and Fallback if the object cannot be made
    (Refused if the back end would refuse these flags or this bitcode each time).
    """

    clang_goes_on: bool

    def make(self, choice: ObjectChoice, bitcode: bytes) -> bytes:
        """Make an object, keep it as the result, and return its bytes."""

    def begin(self, choice: ObjectChoice, bitcode: bytes) -> Callable[[], bytes]:
        """Start to make an object in memory; the returned function waits for its bytes. The result stays as it is.

        A second object may be begun before the first one is waited for.
        """

    def take(self, choice: ObjectChoice, bitcode: bytes, made: bytes) -> None:
        """Keep as the result an object that was made earlier; ``choice`` and ``bitcode`` make it again."""

    def withdraw(self) -> bool:
        """Remove the result until the next :meth:`take`, so that a compile that is killed leaves no unfinished object.

        Returns False if that is impossible: the result stays then, and the caller tries no other objects.
        """
