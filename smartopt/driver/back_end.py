"""Clang's back end for one command line: bitcode in from memory, the object where the user wants it, or in memory too.

It may be started before there is bitcode: a clang takes as long to start as a small file's code takes to make. Such a
one makes its object in memory: a clang that fails, as it does when we are killed, removes what it was to write.
"""

from __future__ import annotations

import os
from stat import S_ISREG

from .fallback import Fallback, Refused

TYPE_CHECKING = False  # as in the driver, which needs this before the front end is at work
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from .flags import Command

    class Starter(Protocol):
        """Who starts clangs and knows which of them run."""

        def start(self, words: list[str], streams: dict[int, int]) -> int:
            """Start clang with some streams replaced; its process id. Raises Fallback."""

        def wait(self, child: int) -> int:
            """The exit code of a clang that was started. Raises Fallback if a signal ended it."""

        def end(self, child: int) -> None:
            """End one of them."""


__all__ = ["BITCODE", "IN_PLACE", "BackEnd", "content", "memory", "place", "unwrapped"]

BITCODE = b"BC\xc0\xde"
"""What raw bitcode begins with. An empty file would be a valid, empty module to clang."""
_WRAPPER = b"\xde\xc0\x17\x0b"
"""What it begins with for Apple's targets: a header with the place and the size of the raw bitcode (LLVM Bitcode File
Format, "Bitcode Wrapper Format")."""

NO_REPRODUCER = "-fno-crash-diagnostics"
"""A clang of ours that crashes leaves nothing in the folder for temporary files: the original command is run then."""

IN_PLACE = "-fno-temp-file"
"""Whoever says this wants the object's own file written to, not another in its place."""
_IN_MEMORY = ("-o", "-")
_SUMMARY = (b" warning generated.", b" warnings generated.")
"""How clang's count of the warnings of one run ends: fewer are seen in the second."""


class _Run:
    """One run: the process, what it says, where it makes its object in memory, and where it waits for bitcode."""

    def __init__(self, child: int, said: int, made: int | None, feeding: int | None) -> None:
        self.child, self.said, self.made, self.feeding = child, said, made, feeding
        self.fed = b""
        """All the bitcode that it was given before that was asked for."""

    def close(self) -> None:
        """Forget what it said and made: some compiles run dozens."""
        for fd in (self.said, self.made, self.feeding):
            if fd is not None:
                os.close(fd)
        self.made = self.feeding = None


class BackEnd:
    """Runs it, as often as wanted, with words of ours before the user's."""

    def __init__(self, starter: Starter, command: Command) -> None:
        self._starter, self._command = starter, command
        self.heard = b""
        """What the front end said. It reads the same words, so that some of its warnings come again here."""
        self._waiting: dict[tuple[str, ...], _Run] = {}
        """Runs that were started and not asked for yet, by all their words."""

    def __call__(self, bitcode: bytes, ours: tuple[str, ...], last: tuple[str, ...] = ()) -> None:
        """Write the object; ``ours`` stand before the user's words, ``last`` after them. Raises Fallback."""
        if not last and self._words(ours, _IN_MEMORY) in self._waiting:
            place(self._command.output, self.begin(bitcode, ours)())
        else:
            run = self._begin(bitcode, self._words(ours, (*last, "-o", self._command.output)), False)
            self._end(run)
            run.close()

    def begin(self, bitcode: bytes, ours: tuple[str, ...]) -> Callable[[], bytes]:
        """Begin to make the object in memory; answers what gives its bytes when it is done. Raises Fallback."""
        run = self._begin(bitcode, self._words(ours, _IN_MEMORY), True)

        def end() -> bytes:
            self._end(run)
            made = b"" if run.made is None else content(run.made)
            run.close()
            if not made:
                raise Fallback("driver-back-failed", "no object")
            return made

        return end

    def prepare(self, ours: tuple[str, ...], bitcode: bytes = b"") -> None:
        """Start what :meth:`__call__` or :meth:`begin` will be asked for with these words, if that can be.

        With ``bitcode`` it goes to work on that; should something else be asked for, that was in vain.
        """
        bitcode = unwrapped(bitcode)
        words = self._words(ours, _IN_MEMORY)
        self._end_other(words, bitcode)
        if words not in self._waiting and IN_PLACE not in words and _replaceable(self._command.output):
            self._prepare(words)
        run = self._waiting.get(words)
        if bitcode.startswith(BITCODE) and run is not None and not run.fed:
            run.fed = bitcode
            self._feed(run, bitcode)

    def _end_other(self, words: tuple[str, ...], bitcode: bytes) -> None:
        """End what is at work on bitcode that was foreseen, but will not be asked for."""
        run = self._waiting.get(words)
        if bitcode and run is not None and run.fed not in (b"", bitcode):
            self._starter.end(run.child)
            self._waiting.pop(words).close()

    def _prepare(self, words: tuple[str, ...]) -> None:
        try:
            reader, writer = os.pipe()
        except OSError:
            return  # then it is started when there is bitcode, as what cannot be started now
        try:
            # Were we killed, the end of our side would otherwise be an empty module to it.
            _write(writer, BITCODE)
            self._waiting[words] = self._start(words, reader, True, writer)
        except Fallback:
            os.close(writer)
        finally:
            os.close(reader)

    def drop(self) -> None:
        """End what was prepared in vain."""
        for run in self._waiting.values():
            self._starter.end(run.child)
            run.close()
        self._waiting.clear()

    def _words(self, ours: tuple[str, ...], last: tuple[str, ...]) -> tuple[str, ...]:
        return (*ours, *self._command.back, *self._command.terminal, *last, NO_REPRODUCER, "-x", "ir", "-")

    def _begin(self, bitcode: bytes, words: tuple[str, ...], in_memory: bool) -> _Run:
        bitcode = unwrapped(bitcode)
        self._end_other(words, bitcode)
        run = self._waiting.get(words) if bitcode.startswith(BITCODE) else None
        if run is not None:
            del self._waiting[words]
            self._feed(run, bitcode)
            return run
        source = memory("bitcode")
        _write(source, bitcode)
        os.lseek(source, 0, 0)
        run = self._start(words, source, in_memory, None)
        os.close(source)
        return run

    def _feed(self, run: _Run, bitcode: bytes) -> None:
        """Give a run its bitcode, if it has none yet."""
        feeding, run.feeding = run.feeding, None
        if feeding is None:
            return
        try:
            _write(feeding, bitcode[len(BITCODE) :])
        except OSError:
            pass  # it is gone: waiting for it tells why
        os.close(feeding)

    def _start(self, words: tuple[str, ...], source: int, in_memory: bool, feeding: int | None) -> _Run:
        said = memory("diagnostics")
        made = memory("object") if in_memory else None
        streams = {0: source, 2: said} if made is None else {0: source, 1: made, 2: said}
        return _Run(self._starter.start(list(words), streams), said, made, feeding)

    def _end(self, run: _Run) -> None:
        """Wait for a run, which is closed where it failed. Raises Fallback."""
        try:
            code = self._starter.wait(run.child)
            said = content(run.said)
            text = said[-500:].decode("utf-8", "replace")
            if code:
                # With 1 ends what clang refuses: a setting unknown to it, or no registers left for some assembly.
                raise (Refused if code == 1 else Fallback)("driver-back-failed", text)
            if said and (new := _news(said, self.heard)):
                raise Refused("driver-back-spoke", new[-500:].decode("utf-8", "replace"))
        except BaseException:
            run.close()
            raise


def unwrapped(bitcode: bytes) -> bytes:
    """Raw bitcode, whether or not it comes with the header that LLVM gives it for Apple's targets."""
    if not bitcode.startswith(_WRAPPER) or len(bitcode) < 20:
        return bitcode
    at, size = (int.from_bytes(bitcode[place : place + 4], "little") for place in (8, 12))
    return bitcode[at : at + size]


def _news(said: bytes, heard: bytes) -> bytes:
    """The lines of a back end's diagnostics that the front end did not print, too; the user sees those once."""
    known = set(heard.splitlines())
    lines = (line for line in said.splitlines() if line not in known and not line.endswith(_SUMMARY))
    return b"\n".join(lines)


def memory(name: str) -> int:
    """A nameless file. Raises Fallback."""
    try:
        return os.memfd_create(f"smartopt-{name}")
    except (OSError, AttributeError) as error:
        raise Fallback("driver-memory", str(error)) from None


def content(fd: int) -> bytes:
    """All that is in a file, wherever it is being read or written."""
    size = os.fstat(fd).st_size
    data = os.pread(fd, size, 0)
    while len(data) < size:  # one read returns at most 2 GiB
        more = os.pread(fd, size - len(data), len(data))
        if not more:
            break
        data += more
    return data


def place(path: str, data: bytes) -> None:
    """Put an object of clang's where it would have put it itself, as it does: whole, by renaming. Raises Fallback."""
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
            if os.path.lexists(temporary):  # a signal may come when it has its name already
                os.unlink(temporary)
            raise
    except OSError as error:
        raise Fallback("driver-back-failed", str(error)) from error


def _replaceable(path: str) -> bool:
    """Whether there is a plain file that we may write to, or nothing: of all else clang knows more."""
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
