"""Exceptions that end a compile that was begun: the original command runs instead, or a signal ends us."""

from __future__ import annotations

__all__ = ["Fallback", "Interrupted", "Refused", "TimedOut"]


class Fallback(Exception):
    """Something unexpected happened: the original command must run. ``reason`` is an id of ``smartopt.reasons``."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(f"{reason}: {what}" if what else reason)
        self.reason = reason


class Refused(Fallback):
    """Clang refuses our flags or our bitcode, and would do so each time."""


class Interrupted(BaseException):
    """A signal asks us to end. It is no Exception, so that no handler on the way swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class TimedOut(BaseException):
    """Something hangs: the original command must run. It is no Exception, so that no handler swallows it."""
