"""Runs clang's back end for one command line: it reads bitcode from memory and writes the object to its file or memory.

A back end may be started before there is bitcode, because a clang takes as long to start as a small file's code takes
to make. Such a one makes its object in memory: a clang that fails, as it does when we are killed, removes the file that
it was to write.
"""

from __future__ import annotations

import os
from stat import S_ISREG

from .fallback import Fallback, Refused

TYPE_CHECKING = False  # typing takes milliseconds to import, and the front end does not run yet
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from .flags import Command

    class Starter(Protocol):
        """Starts clangs and knows which of them run."""

        def start(self, arguments: list[str], streams: dict[int, int]) -> int:
            """Start clang with some streams replaced; its process id. Raises Fallback."""

        def wait(self, child: int) -> int:
            """The exit code of a clang that was started. Raises Fallback if a signal ended it."""

        def end(self, child: int) -> None:
            """End a clang that was started."""


__all__ = [
    "BITCODE",
    "NO_REPRODUCER",
    "NO_TEMPORARY_FILE",
    "BackEnd",
    "memory_file",
    "read_all",
    "replace_file",
    "unwrapped",
]

BITCODE = b"BC\xc0\xde"
"""The first bytes of raw bitcode. To clang, an empty file is a valid, empty module."""
_WRAPPER = b"\xde\xc0\x17\x0b"
"""The first bytes of bitcode for Apple's targets: of a header with the offset and the size of the raw bitcode (LLVM
Bitcode File Format, "Bitcode Wrapper Format")."""

NO_REPRODUCER = "-fno-crash-diagnostics"
"""Keeps a clang of ours that crashes from leaving files behind: the original command runs then, and reports it."""

NO_TEMPORARY_FILE = "-fno-temp-file"
"""With this flag the user asks clang to write to the object's own file, rather than to replace it by another."""
_IN_MEMORY = ("-o", "-")
_SUMMARY = (b" warning generated.", b" warnings generated.")
"""The ends of clang's line that counts the warnings of one run: the second run gives fewer."""


class _Run:
    """One run of clang.

    Attributes:
        child: its process id.
        diagnostics: a descriptor of the file that it writes diagnostics to.
        made: a descriptor of the file in memory that it writes its object to; None where it writes the user's file.
        pipe: the descriptor through which it waits for bitcode; None where it has it.
        early: the bitcode that it was given before anybody asked for the object.
    """

    def __init__(self, child: int, diagnostics: int, made: int | None, pipe: int | None) -> None:
        self.child, self.diagnostics, self.made, self.pipe = child, diagnostics, made, pipe
        self.early = b""

    def close(self) -> None:
        """Close its files: some compiles run dozens of clangs."""
        for fd in (self.diagnostics, self.made, self.pipe):
            if fd is not None:
                os.close(fd)
        self.made = self.pipe = None


class BackEnd:
    """Runs the back end, as often as wanted, with flags of ours before the user's."""

    def __init__(self, starter: Starter, command: Command) -> None:
        self._starter, self._command = starter, command
        self.front_messages = b""
        """The front end's diagnostics. It reads the same flags, so some of its warnings come again in the back end."""
        self._waiting: dict[tuple[str, ...], _Run] = {}
        """Runs that were started and not asked for yet, by all their arguments."""

    def __call__(self, bitcode: bytes, flags: tuple[str, ...], last: tuple[str, ...] = ()) -> None:
        """Write the object; ``flags`` stand before the user's own, ``last`` after them. Raises Fallback."""
        if not last and self._arguments(flags, _IN_MEMORY) in self._waiting:
            replace_file(self._command.output, self.begin(bitcode, flags)())
        else:
            run = self._begin(bitcode, self._arguments(flags, (*last, "-o", self._command.output)), False)
            self._end(run)
            run.close()

    def begin(self, bitcode: bytes, flags: tuple[str, ...]) -> Callable[[], bytes]:
        """Start to make the object in memory; the answer waits for its bytes. Both raise Fallback."""
        run = self._begin(bitcode, self._arguments(flags, _IN_MEMORY), True)

        def end() -> bytes:
            self._end(run)
            made = b"" if run.made is None else read_all(run.made)
            run.close()
            if not made:
                raise Fallback("driver-back-failed", "no object")
            return made

        return end

    def prepare(self, flags: tuple[str, ...], bitcode: bytes = b"") -> None:
        """Start the run that :meth:`__call__` or :meth:`begin` will most likely be asked for, if that is possible.

        With ``bitcode`` it goes to work at once; if other bitcode is asked for with these flags, that was in vain.
        """
        bitcode = unwrapped(bitcode)
        arguments = self._arguments(flags, _IN_MEMORY)
        self._end_other(arguments, bitcode)
        if arguments not in self._waiting and NO_TEMPORARY_FILE not in arguments and _replaceable(self._command.output):
            self._prepare(arguments)
        run = self._waiting.get(arguments)
        if bitcode.startswith(BITCODE) and run is not None and not run.early:
            run.early = bitcode
            self._feed(run, bitcode)

    def _end_other(self, arguments: tuple[str, ...], bitcode: bytes) -> None:
        """End the run with these arguments if it works on other bitcode, which nobody will ask for."""
        run = self._waiting.get(arguments)
        if bitcode and run is not None and run.early not in (b"", bitcode):
            self._starter.end(run.child)
            self._waiting.pop(arguments).close()

    def _prepare(self, arguments: tuple[str, ...]) -> None:
        try:
            reader, writer = os.pipe()
        except OSError:
            return  # it is started when there is bitcode
        try:
            # Without this, an end of our process would look like an empty module to it.
            _write(writer, BITCODE)
            self._waiting[arguments] = self._start(arguments, reader, True, writer)
        except Fallback:
            os.close(writer)
        finally:
            os.close(reader)

    def drop(self) -> None:
        """End the runs that were started in vain."""
        for run in self._waiting.values():
            self._starter.end(run.child)
            run.close()
        self._waiting.clear()

    def _arguments(self, flags: tuple[str, ...], last: tuple[str, ...]) -> tuple[str, ...]:
        return (*flags, *self._command.back, *self._command.terminal, *last, NO_REPRODUCER, "-x", "ir", "-")

    def _begin(self, bitcode: bytes, arguments: tuple[str, ...], in_memory: bool) -> _Run:
        bitcode = unwrapped(bitcode)
        self._end_other(arguments, bitcode)
        run = self._waiting.get(arguments) if bitcode.startswith(BITCODE) else None
        if run is not None:
            del self._waiting[arguments]
            self._feed(run, bitcode)
            return run
        source = memory_file("bitcode")
        _write(source, bitcode)
        os.lseek(source, 0, 0)
        run = self._start(arguments, source, in_memory, None)
        os.close(source)
        return run

    def _feed(self, run: _Run, bitcode: bytes) -> None:
        """Give a run its bitcode, if it has none yet."""
        pipe, run.pipe = run.pipe, None
        if pipe is None:
            return
        try:
            _write(pipe, bitcode[len(BITCODE) :])
        except OSError:
            pass  # it has ended; waiting for it tells why
        os.close(pipe)

    def _start(self, arguments: tuple[str, ...], source: int, in_memory: bool, pipe: int | None) -> _Run:
        diagnostics = memory_file("diagnostics")
        made = memory_file("object") if in_memory else None
        streams = {0: source, 2: diagnostics} if made is None else {0: source, 1: made, 2: diagnostics}
        return _Run(self._starter.start(list(arguments), streams), diagnostics, made, pipe)

    def _end(self, run: _Run) -> None:
        """Wait for a run. Raises Fallback where it failed; the run is closed then."""
        try:
            code = self._starter.wait(run.child)
            messages = read_all(run.diagnostics)
            text = messages[-500:].decode("utf-8", "replace")
            if code:
                # Clang ends with 1 for what it refuses: an unknown setting, or no registers left for some assembly.
                raise (Refused if code == 1 else Fallback)("driver-back-failed", text)
            if messages and (new := _new_lines(messages, self.front_messages)):
                raise Refused("driver-back-spoke", new[-500:].decode("utf-8", "replace"))
        except BaseException:
            run.close()
            raise


def unwrapped(bitcode: bytes) -> bytes:
    """Raw bitcode, without the header that LLVM gives it for Apple's targets."""
    if not bitcode.startswith(_WRAPPER) or len(bitcode) < 20:
        return bitcode
    start, size = (int.from_bytes(bitcode[at : at + 4], "little") for at in (8, 12))
    return bitcode[start : start + size]


def _new_lines(messages: bytes, front_messages: bytes) -> bytes:
    """The lines of a back end's diagnostics that the front end did not print; the user sees the others once."""
    known = set(front_messages.splitlines())
    lines = (line for line in messages.splitlines() if line not in known and not line.endswith(_SUMMARY))
    return b"\n".join(lines)


def memory_file(name: str) -> int:
    """The descriptor of a new file in memory; ``name`` is for people who debug. Raises Fallback."""
    try:
        return os.memfd_create(f"smartopt-{name}")
    except (OSError, AttributeError) as error:
        raise Fallback("driver-memory", str(error)) from None


def read_all(fd: int) -> bytes:
    """The whole content of a file; the position for other reads and writes stays. Raises OSError."""
    size = os.fstat(fd).st_size
    data = os.pread(fd, size, 0)
    while len(data) < size:  # one read returns at most 2 GiB
        more = os.pread(fd, size - len(data), len(data))
        if not more:
            break
        data += more
    return data


def replace_file(path: str, data: bytes) -> None:
    """Write a file as clang writes an object: completely, and then by renaming. Raises Fallback."""
    temporary = f"{path}-{os.getpid()}.tmp"
    try:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            try:
                _write(fd, data)
            finally:
                os.close(fd)
            os.rename(temporary, path)
        except BaseException:
            if os.path.lexists(temporary):  # not if a signal came after renaming
                os.unlink(temporary)
            raise
    except OSError as error:
        raise Fallback("driver-back-failed", str(error)) from error


def _replaceable(path: str) -> bool:
    """Whether a path names a regular file that we may write to, or nothing; all else is left to clang."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return S_ISREG(mode) and os.access(path, os.W_OK)


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
