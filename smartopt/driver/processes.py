"""The clangs that run for one command line, and the signals that end them and us."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
import sys

from .fallback import Fallback, Interrupted, TimedOut

TYPE_CHECKING = False  # typing takes four milliseconds to import, and the front end does not run yet
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Clangs", "SignalHandlers", "WaitableChildren", "die_by"]

_SIGNALS = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP)
_HANDLED = (*_SIGNALS, _signal.SIGALRM)
_PYTHONS_OWN = (_signal.SIGPIPE, _signal.SIGXFSZ)
"""Python ignores these signals from its start; the programs that we run must not."""


class Clangs:
    """Starts clangs, waits for them, and knows which of them run now."""

    def __init__(self, path: str, called: str = "") -> None:
        """``called`` is the name that clang is given as ``argv[0]``; empty for its path."""
        self.path, self.called = path, called or path
        self.running: list[int] = []
        """Process ids."""
        self.limit = 0
        """Seconds that each clang may take when it is waited for; 0 where there is no limit, or one for all together.
        """

    def start(self, arguments: list[str], streams: dict[int, int]) -> int:
        """Start clang with some streams replaced; its process id. Raises Fallback."""
        actions = [(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in streams.items()]
        # A signal that came after the child starts and before we know its id would leave it behind.
        old = _signal.pthread_sigmask(_signal.SIG_BLOCK, _HANDLED)
        try:
            child = os.posix_spawn(
                self.path,
                [self.called, *arguments],
                os.environ,
                file_actions=actions,
                setsigmask=old,
                setsigdef=_PYTHONS_OWN,
            )
            self.running.append(child)
            return child
        except OSError as error:
            raise Fallback("driver-no-start", str(error)) from None
        finally:
            _signal.pthread_sigmask(_signal.SIG_SETMASK, old)

    def wait(self, child: int) -> int:
        """The exit code of a clang that was started. Raises Fallback if a signal ended it."""
        if self.limit:
            _signal.alarm(self.limit)
        _, status = os.waitpid(child, 0)
        self.running.remove(child)
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            raise Fallback("driver-child-killed", f"signal {-code}")
        return code

    def end(self, child: int) -> None:
        """End one clang that runs now and has nothing to tidy up."""
        _tell(child, _signal.SIGKILL)  # if a signal comes here, stop() still knows the child, which is not reaped yet
        old = _signal.pthread_sigmask(_signal.SIG_BLOCK, _HANDLED)
        try:
            _reap(child)
            self.running.remove(child)
        finally:
            _signal.pthread_sigmask(_signal.SIG_SETMASK, old)

    def stop(self, number: int = _signal.SIGKILL) -> None:
        """Send a signal to each clang that runs now, and wait for its end. A second signal to us waits until then."""
        old = _signal.pthread_sigmask(_signal.SIG_BLOCK, _HANDLED)
        try:
            running, self.running = self.running, []
            for child in running:
                _tell(child, number)
            for child in running:
                _reap(child)
        finally:
            _signal.pthread_sigmask(_signal.SIG_SETMASK, old)


def _tell(child: int, number: int) -> None:
    try:
        os.kill(child, number)
    except OSError:
        pass  # it has ended by itself


def _reap(child: int) -> None:
    try:
        os.waitpid(child, 0)
    except OSError:
        pass  # it has been waited for already


class WaitableChildren:
    """Lets us wait for children meanwhile, even where our parent process has SIGCHLD ignored."""

    def __enter__(self) -> None:
        self.ignored = _signal.getsignal(_signal.SIGCHLD) == _signal.SIG_IGN
        if self.ignored:
            _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)

    def __exit__(self, *_: object) -> None:
        if self.ignored:  # the clang that this process may become inherits what it would inherit without us
            _signal.signal(_signal.SIGCHLD, _signal.SIG_IGN)


class SignalHandlers:
    """Makes signals end the children and then us, and an alarm end our own work. Ignored signals stay ignored."""

    def __init__(self, clangs: Clangs) -> None:
        self.clangs = clangs
        self.old: dict[int, Any] = {}

    def __enter__(self) -> None:
        for number in _HANDLED:
            handler = _signal.getsignal(number)
            if handler != _signal.SIG_IGN or number == _signal.SIGALRM:
                self.old[number] = handler
                _signal.signal(number, self._on_signal)

    def __exit__(self, *_: object) -> None:
        _signal.alarm(0)
        for number, handler in self.old.items():
            _signal.signal(number, _signal.SIG_DFL if handler is None else handler)

    def _on_signal(self, number: int, _: object) -> None:
        self.clangs.stop(_signal.SIGKILL if number == _signal.SIGALRM else number)
        if number == _signal.SIGALRM:
            raise TimedOut
        raise Interrupted(number)


def die_by(number: int) -> None:
    """End by a signal, as a program without a handler for it does."""
    sys.stdout.flush()
    _signal.signal(number, _signal.SIG_DFL)
    os.kill(os.getpid(), number)
