"""Work that a fork of a worker process does on another processor; its answer is fetched later.

The answer is what the work would have given here, so nothing depends on how many processors there are. Where no fork
can be made, or it ends without an answer (killed, crashed, out of time), the work is done here when the answer is
wanted. Whatever ended the fork then happens to the worker itself, as if there had been no fork.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import marshal
import os
from collections.abc import Callable

from ..annotations import Any
from ..errors import EngineError

__all__ = ["Fork", "processors"]


class Fork:
    """One piece of work. ``work`` answers plain data (as ``marshal`` takes it) and changes nothing that is used later;
    ``enter`` is called in the fork first."""

    def __init__(
        self, work: Callable[[], Any], enter: Callable[[], None], worthwhile: bool = True, held: bool = False
    ) -> None:
        """``held``: the fork waits, with all as it is now, until :meth:`go`."""
        self._work = work
        self._pid, self._reader = 0, -1
        self._holds: tuple[int, ...] = ()
        if not worthwhile or processors() < 2:
            return
        opened: tuple[int, ...] = ()
        try:
            opened = os.pipe()
            if held:
                self._holds = os.pipe()
            self._pid = os.fork()
        except OSError:
            for descriptor in (*opened, *self._holds):
                os.close(descriptor)
            self._holds = ()
            return
        self._reader, writer = opened
        if not self._pid:
            self._run(enter, writer)
        os.close(writer)

    @property
    def forked(self) -> bool:
        """Whether a fork is at work, or waits to be."""
        return self._pid != 0

    def go(self) -> None:
        """Let a fork begin that was held."""
        holds, self._holds = self._holds, ()
        if holds:
            os.write(holds[1], b"g")  # closing would not do: other forks may have that end, too
        for descriptor in holds:
            os.close(descriptor)

    def result(self) -> Any:
        """What the work answers. Raises the EngineError that it raised."""
        found = self._answer() if self._pid else None
        if found is None:
            return self._work()
        kind, value = found
        if kind == "error":
            raise EngineError(*value)
        return value

    def fetched(self) -> Any:
        """What the fork answered; None where there is none, or where it had no answer."""
        found = self._answer() if self._pid else None
        return found[1] if found is not None and found[0] == "ok" else None

    def drop(self) -> None:
        """End work whose answer is not wanted any more; safe to call always."""
        pid, self._pid = self._pid, 0
        self.go()
        if pid:
            try:
                os.kill(pid, _signal.SIGKILL)
                os.waitpid(pid, 0)
            except OSError:
                pass  # it is gone, and reaped, where SIGCHLD is ignored
            os.close(self._reader)

    def _answer(self) -> tuple[str, Any] | None:
        self.go()
        parts = []
        while part := os.read(self._reader, 1 << 20):
            parts.append(part)
        self.drop()
        try:
            found: tuple[str, Any] = marshal.loads(b"".join(parts))
            return found
        except (EOFError, ValueError, TypeError):
            return None

    def _run(self, enter: Callable[[], None], writer: int) -> None:
        """In the fork: work, answer, end; never return into what the worker was doing."""
        status = 70
        try:
            os.close(self._reader)
            enter()
            self._wait()
            try:
                answer = ("ok", self._work())
            except EngineError as error:
                answer = ("error", (str(error), error.detail))
            with os.fdopen(writer, "wb") as file:
                file.write(marshal.dumps(answer))
            status = 0
        finally:
            os._exit(status)

    def _wait(self) -> None:
        """In the fork: until the other side lets go, or is no more."""
        if self._holds:
            os.close(self._holds[1])
            if not os.read(self._holds[0], 1):
                os._exit(70)


def processors() -> int:
    """How many this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1
