"""The ways in which a compile that was begun ends without us: the original command, or a signal."""

from __future__ import annotations

__all__ = ["Fallback", "Interrupted", "TimedOut"]


class Fallback(Exception):
    """Something unexpected: the original command must run. ``reason`` is an id of ``smartopt.reasons``."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(f"{reason}: {what}" if what else reason)
        self.reason = reason


class Interrupted(BaseException):
    """A signal asks us to end. Not an Exception, so that nothing on the way swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class TimedOut(BaseException):
    """Something hangs: the original command must run. Not an Exception, so that nothing on the way swallows it."""
