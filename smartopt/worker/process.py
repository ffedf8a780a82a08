"""Disposable child processes in which LLVM runs: a crash, abort, hang or runaway memory costs a step, never the build.

A :class:`WorkerProcess` forks a child, which makes a service from a factory and then answers requests
(``worker.protocol``). The child is watched from outside LLVM: the kernel stops it when a step takes more CPU time than
allowed (``ITIMER_PROF``) or more memory (``RLIMIT_AS``), a wall-clock deadline catches a child that sleeps, and every
way in which it may end has a reason of its own (``smartopt.reasons``). Before each step the child writes a number into
memory shared with the parent, so that a death is blamed on the step that caused it.

Messages travel over two pipes between a parent and the child that it forked itself. Fork only from a single-threaded
parent: the child must not inherit a lock that another thread holds.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import gc
import mmap
import os
import resource
import select
import struct
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial

from ..annotations import Any, NoReturn, Protocol, TypeVar
from ..encoding import Codec, EncodingError
from ..errors import EngineError, SmartoptError, WorkerError
from ..records import dataclass
from .fork import Fork
from .protocol import AnyRequest, Handlers, Request
from .wire import decode_reply, decode_request, encode_error, encode_reply, encode_request

Reply = TypeVar("Reply")
Answer = TypeVar("Answer")

__all__ = ["EMITTING", "Limits", "Service", "WorkerHere", "WorkerProcess", "step_limit"]

_HEADER = struct.Struct("<Q")
_STEP = struct.Struct("<q")
_HANDLED = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP, _signal.SIGALRM)
"""Signals whose handlers may raise in the parent; the child has none of them."""


EMITTING = -2
"""The step number while an object is emitted: a death there cannot be blamed on one function."""


@dataclass(frozen=True)
class Limits:
    """What one child may use.

    ``cpu_seconds`` holds for one step, ``module_seconds`` for one over a whole module (-Oz itself can take minutes on
    what generators write), ``request_seconds`` is the wall-clock backstop for one request, and ``memory_bytes`` is the
    address space that the child may add to what it inherits. They exist to stop runaways: a sound step never meets
    them, so they do not decide any output.
    """

    cpu_seconds: float = 30.0
    module_seconds: float = 1800.0
    request_seconds: float = 3600.0
    memory_bytes: int = 12 << 30


def step_limit(seconds: float) -> None:
    """In a child: give the step that begins now so much CPU; the kernel ends the process after that."""
    _signal.setitimer(_signal.ITIMER_PROF, seconds)


class Service(Protocol):
    """What runs in a child and answers its requests."""

    handlers: Handlers
    """The requests that it answers, each with the function that does."""


class WorkerProcess:
    """One child and the pipes to it; started at the first request and again after a death."""

    def __init__(self, factory: Callable[[WorkerProcess], Service], limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._factory = factory
        self._shared = mmap.mmap(-1, mmap.PAGESIZE)
        self._pid = 0
        self._to_child = -1
        self._from_child = -1
        self._stderr = -1
        self._ends: tuple[int, ...] = ()
        """In the child: its ends of the pipes."""
        self._dismissed = False
        self.starts = 0
        """How many children there have been."""

    # -- the parent's side --------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start the child now, so that its service is there when the first request comes. Raises EngineError."""
        if self._dismissed:
            self.close()
        if not self._pid:
            self._start()

    def send(self, request: AnyRequest) -> None:
        """Send a request; :meth:`receive` takes its reply. Raises EngineError if no child can be started."""
        self.begin()
        try:
            _write(self._to_child, encode_request(request))
        except BrokenPipeError:
            pass  # the child is gone: receive() finds out why

    def receive(self, request: Request[Reply]) -> Reply:
        """The reply to ``request``, which was sent last.

        Raises the error that the child raised, or WorkerError with a reason id if the child died; ``last_step``
        then tells the step it was at, and the next request starts a new child.
        """
        deadline = time.monotonic() + self.limits.request_seconds
        frame = _read(self._from_child, deadline)
        if frame is None:
            raise self._bury()
        try:
            return decode_reply(frame, request)
        except EncodingError as error:
            self.close()  # its memory is damaged: nothing that it says can be believed
            raise WorkerError("trial-crash", f"the LLVM worker sent a damaged reply: {error}") from None

    def call(self, request: Request[Reply]) -> Reply:
        """Send a request and wait for its reply; raises what :meth:`send` and :meth:`receive` raise."""
        self.send(request)
        return self.receive(request)

    @property
    def last_step(self) -> int:
        """The number that the child wrote last (-1: none in this request)."""
        return int(_STEP.unpack_from(self._shared, 0)[0])

    @property
    def reader(self) -> int:
        """The descriptor that becomes readable when an answer, or a death, is there; -1 where there is no process."""
        return self._from_child

    @property
    def pid(self) -> int:
        return self._pid

    def dismiss(self) -> None:
        """Tell the child to exit; do not wait (:meth:`close` does)."""
        if self._pid:
            self._kill()
            self._dismissed = True

    def close(self) -> None:
        """End the child; safe to call twice."""
        if self._pid:
            self._kill()
            self._reap()
        self._dismissed = False

    def _start(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        opened: list[int] = []
        try:
            opened += (*os.pipe(), *os.pipe())
            opened.append(_scratch())
            # A signal between the fork and our knowing of it would leave the child behind.
            old = _signal.pthread_sigmask(_signal.SIG_BLOCK, _HANDLED)
            try:
                parent = os.getpid()
                self._pid = os.fork()
                child_in, self._to_child, self._from_child, child_out, self._stderr = opened
                self.starts += 1
                if not self._pid:
                    self._be_child(parent, child_in, child_out, old)
            finally:
                _signal.pthread_sigmask(_signal.SIG_SETMASK, old)
        except OSError as error:
            for descriptor in opened:
                os.close(descriptor)
            raise EngineError(f"cannot start a worker process: {error.strerror}") from error
        os.close(child_in)
        os.close(child_out)

    def _kill(self) -> None:
        for kill in (os.killpg, os.kill):
            try:
                kill(self._pid, _signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue

    def _reap(self) -> tuple[int, str]:
        """Wait for the child's end; returns its wait status and its last words."""
        pid, self._pid = self._pid, 0  # first of all: a signal may end this half way, and close() comes again
        try:
            _, status = os.waitpid(pid, 0)
        except ChildProcessError:
            status = 0  # the parent process ignores SIGCHLD: the kernel has reaped it
        words = _tail(self._stderr)
        for descriptor in (self._to_child, self._from_child, self._stderr):
            os.close(descriptor)
        return status, words

    def _bury(self) -> WorkerError:
        """Find out why the child no longer answers."""
        ended = self._wait_a_moment()
        self._kill()  # even if it has exited: its own children (opt) may still run
        status, words = self._reap()
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        lowered = words.lower()
        if "out of memory" in lowered or "bad_alloc" in lowered or "memoryerror" in lowered:
            reason = "trial-memory"
        elif not ended or number in (_signal.SIGPROF, _signal.SIGXCPU):
            reason = "trial-timeout"
        elif number in (_signal.SIGKILL, _signal.SIGTERM, _signal.SIGINT, _signal.SIGHUP):
            reason = "trial-killed"
        else:
            reason = "trial-crash"
        how = _signal_name(number) if number else f"exit status {os.waitstatus_to_exitcode(status)}"
        return WorkerError(reason, f"the LLVM worker ended with {how}", words)

    def _wait_a_moment(self) -> bool:
        """Whether the child ends by itself within a moment (its pipe is closed, or its time is up)."""
        for _ in range(20):
            try:
                if os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                    return True
            except ChildProcessError:
                return True  # it was reaped by the kernel: the parent process ignores SIGCHLD
            time.sleep(0.005)
        return False

    # -- the child's side -----------------------------------------------------------------------------------------

    def _be_child(self, parent: int, reader: int, writer: int, mask: Iterable[int]) -> NoReturn:
        """Serve until ``parent`` is gone. ``mask`` is what was blocked before the fork."""
        status = 70
        try:
            self._ends = reader, writer
            self._become_child(parent)
            _signal.pthread_sigmask(_signal.SIG_SETMASK, mask)
            self._serve(reader, writer)
            status = 0
        finally:
            os._exit(status)

    def _become_child(self, parent: int) -> None:
        os.setpgid(0, 0)
        _die_with(parent)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.dup2(self._stderr, 2)
        # All else that is open is the parent's: a pipe to a compiler, say, which would never see its end. What Python
        # still knows of it must not be closed once more when the numbers are others'.
        gc.freeze()
        for descriptor in _open_descriptors():
            if descriptor > 2 and descriptor not in self._ends:
                try:
                    os.close(descriptor)
                except OSError:
                    pass  # the one with which they were listed
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = _address_space() + self.limits.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
        for number in (*_HANDLED, _signal.SIGPROF, _signal.SIGPIPE, _signal.SIGCHLD):
            _signal.signal(number, _signal.SIG_DFL)

    def _serve(self, reader: int, writer: int) -> None:
        service: Service | None = None
        try:
            service = self._factory(self)
        except Exception:
            pass  # again at the first request, whose reply can say why
        while True:
            frame = _read(reader, None)
            if frame is None:
                return
            self.step(-1)
            try:
                if service is None:
                    service = self._factory(self)
                request = decode_request(frame, service.handlers)
                reply = encode_reply(request, service.handlers[type(request)](request))
            except SmartoptError as error:
                reply = encode_error(error)
            except MemoryError:
                os.write(2, b"MemoryError")
                os._exit(70)
            except Exception as error:  # our own bug: reported to the parent; costs one step
                reply = encode_error(EngineError(f"internal error: {type(error).__name__}: {error}", _trace(error)))
            step_limit(0)
            _write(writer, reply)

    def step(self, number: int) -> None:
        """In a child: tell the parent which step begins, and start its processor time limit."""
        _STEP.pack_into(self._shared, 0, number)
        step_limit(self.limits.cpu_seconds)

    def whole_module(self) -> None:
        """In a child: start a whole-module step with its processor time limit."""
        step_limit(self.limits.module_seconds)

    def fork(
        self, work: Callable[[], Answer], codec: Codec, worthwhile: bool = True, held: bool = False
    ) -> Fork[Answer]:
        """In a child: let a fork do work on a whole module meanwhile, if that is worth one.

        ``codec`` is the answer's; with ``held`` the fork begins when it is told to.
        """
        return Fork(work, partial(self._enter_fork, os.getpid()), codec, worthwhile, held)

    def _enter_fork(self, parent: int) -> None:
        # A fork that held the pipes would keep the parent waiting for a child that is dead.
        for descriptor in self._ends:
            os.close(descriptor)
        self._ends = ()
        _die_with(parent)
        os.dup2(os.open(os.devnull, os.O_RDWR), 2)  # its last words are not the worker's
        self._shared = mmap.mmap(-1, mmap.PAGESIZE)  # the steps that the parent sees are the worker's own
        self.whole_module()


class WorkerHere(WorkerProcess):
    """A worker without a process of its own: requests are answered in this one, which must be disposable itself.

    That spares a fork, and the encoding of what goes to and fro.
    """

    def __init__(self, factory: Callable[[WorkerProcess], Service], limits: Limits | None = None) -> None:
        super().__init__(factory, limits)
        self._service: Service | None = None

    def begin(self) -> None:
        """Make the service. Raises EngineError."""
        if self._service is None:
            self._service = self._factory(self)
            self.starts += 1

    def send(self, request: AnyRequest) -> None:
        """Make the service; :meth:`receive` does the work."""
        self.begin()

    def receive(self, request: Request[Reply]) -> Reply:
        """The reply. Raises the error that answering it raised."""
        assert self._service is not None
        self.step(-1)
        try:
            reply: Any = self._service.handlers[type(request)](request)
        except (SmartoptError, MemoryError):
            raise
        except Exception as error:
            raise EngineError(f"internal error: {type(error).__name__}: {error}", _trace(error)) from error
        finally:
            step_limit(0)
        return reply  # type: ignore[no-any-return]

    @property
    def pid(self) -> int:
        return os.getpid() if self._service is not None else 0

    def dismiss(self) -> None:
        """Nothing: this process ends by itself."""

    def close(self) -> None:
        """Forget the service."""
        self._service = None


def _signal_name(number: int) -> str:
    import signal  # its enumerations cost more than all the rest of it

    return signal.Signals(number).name


def _open_descriptors() -> Iterable[int]:
    try:
        return [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        return range(256)


def _die_with(parent: int) -> None:
    """In a child: be killed when the parent is, whatever the child is at."""
    from ..llvm.capi import die_with_parent  # which LLVM needs anyway

    die_with_parent()
    if os.getppid() != parent:
        os._exit(70)


def _address_space() -> int:
    """Bytes of this process's address space (a parent may have loaded much that its child never touches)."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * mmap.PAGESIZE
    except (OSError, ValueError, IndexError):
        return 0


def _scratch() -> int:
    """A nameless file for the child's stderr; where none can be had, the words are lost, nothing else."""
    try:
        return os.memfd_create("smartopt-stderr")
    except (AttributeError, OSError):
        return os.open(os.devnull, os.O_RDWR)


def _tail(descriptor: int, size: int = 2000) -> str:
    try:
        end = os.lseek(descriptor, 0, os.SEEK_END)
        os.lseek(descriptor, max(0, end - size), os.SEEK_SET)
        return os.read(descriptor, size).decode("utf-8", "replace")
    except OSError:
        return ""


def _trace(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception(error))


def _write(descriptor: int, payload: bytes) -> None:
    view = memoryview(_HEADER.pack(len(payload)) + payload)
    while view:
        view = view[os.write(descriptor, view) :]


def _read(descriptor: int, deadline: float | None) -> bytes | None:
    """One frame, or None at end of file or past the deadline."""
    header = _read_exactly(descriptor, _HEADER.size, deadline)
    if header is None:
        return None
    return _read_exactly(descriptor, _HEADER.unpack(header)[0], deadline)


def _read_exactly(descriptor: int, size: int, deadline: float | None) -> bytes | None:
    parts: list[bytes] = []
    while size:
        if deadline is not None:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return None
        part = os.read(descriptor, min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
