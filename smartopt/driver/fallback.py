"""The ways in which a compile that was begun ends without us: the original command, or a signal."""

from __future__ import annotations

__all__ = ["Fallback", "Interrupted", "Refused", "TimedOut"]


class Fallback(Exception):
    """Something unexpected: the original command must run. ``reason`` is an id of ``smartopt.reasons``."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(f"{reason}: {what}" if what else reason)
        self.reason = reason


class Refused(Fallback):
    """The same, where what clang was told besides the user's words is to blame: it would say so each time."""


class Interrupted(BaseException):
    """A signal asks us to end. Not an Exception, so that nothing on the way swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class TimedOut(BaseException):
    """Something hangs: the original command must run. Not an Exception, so that nothing on the way swallows it."""
