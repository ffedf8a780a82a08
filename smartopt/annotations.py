"""Names for annotations, which only type checkers look at, without what the standard module costs.

``typing`` and what it imports take three milliseconds, of the twenty that a small compile has before its front end is
done. Annotations are never evaluated here, so anything may stand for these names when a program runs.
"""

from __future__ import annotations

TYPE_CHECKING = False
"""What type checkers take for True."""
if TYPE_CHECKING:
    from typing import Any, Generic, Literal, NoReturn, Protocol, TypeVar, cast
else:

    class _Anything:
        def __getitem__(self, _):
            return object

    Any = NoReturn = object
    Literal = _Anything()

    class Protocol:
        """What other classes are like."""

    class Generic:
        """What has a parameter that only type checkers look at."""

        def __class_getitem__(cls, _):
            return cls

    def TypeVar(*_, **__):
        """A parameter's name."""
        return object

    def cast(_, value):
        """The value, whatever a type checker is to take it for."""
        return value


__all__ = ["TYPE_CHECKING", "Any", "Generic", "Literal", "NoReturn", "Protocol", "TypeVar", "cast"]
