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

from ..annotations import Generic, TypeVar
from ..encoding import Codec, EncodingError, codec_of
from ..errors import EngineError

__all__ = ["Fork", "processors"]


Answer = TypeVar("Answer")
_ANSWER, _FAILED = b"a", b"e"
"""What a fork's message begins with: an answer, or the error that its work raised."""
_ERROR = codec_of("tuple[str, str]", __name__)


class Fork(Generic[Answer]):
    """One piece of work, which changes nothing that is used later."""

    def __init__(
        self,
        work: Callable[[], Answer],
        enter: Callable[[], None],
        codec: Codec,
        worthwhile: bool = True,
        held: bool = False,
    ) -> None:
        """Start a fork, where it is ``worthwhile`` and there is a second processor.

        Args:
            work: answers what is wanted.
            enter: called in the fork first.
            codec: of the answer.
            worthwhile: whether the work takes longer than starting a process.
            held: the fork waits, with all as it is now, until :meth:`go`.
        """
        self._codec = codec
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

    def result(self) -> Answer:
        """What the work answers. Raises the EngineError that it raised."""
        frame = self._frame() if self._pid else b""
        found = self._decoded(frame)
        if found is not None:
            return found
        error = self._error(frame)
        if error is not None:
            raise error
        return self._work()

    def fetched(self) -> Answer | None:
        """What the fork answered; None where there is none, or where it had no answer."""
        return self._decoded(self._frame() if self._pid else b"")

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

    def _frame(self) -> bytes:
        self.go()
        parts = []
        while part := os.read(self._reader, 1 << 20):
            parts.append(part)
        self.drop()
        return b"".join(parts)

    def _decoded(self, frame: bytes) -> Answer | None:
        """The answer in what the fork wrote; None where it ended without one."""
        try:
            answer: Answer | None = self._codec.decode(marshal.loads(frame[1:])) if frame[:1] == _ANSWER else None
            return answer
        except (EOFError, ValueError, TypeError, EncodingError):
            return None

    @staticmethod
    def _error(frame: bytes) -> EngineError | None:
        try:
            return EngineError(*_ERROR.decode(marshal.loads(frame[1:]))) if frame[:1] == _FAILED else None
        except (EOFError, ValueError, TypeError, EncodingError):
            return None

    def _run(self, enter: Callable[[], None], writer: int) -> None:
        """In the fork: work, answer, end; never return into what the worker was doing."""
        status = 70
        try:
            os.close(self._reader)
            enter()
            self._wait()
            try:
                frame = _ANSWER + marshal.dumps(self._codec.encoded(self._work()))
            except EngineError as error:
                frame = _FAILED + marshal.dumps((str(error), error.detail))
            with os.fdopen(writer, "wb") as file:
                file.write(frame)
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
