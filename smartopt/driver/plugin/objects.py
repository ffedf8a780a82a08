"""Has the plugin make objects: the ``driver.object_maker`` of the way through clang's own process.

The plugin forks clang for each object, so that every flag, setting and target is clang's own; the object comes back in
a file in memory. Nothing is written anywhere: what was made last, or taken, is told to the plugin as a recipe.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

from ...annotations import TYPE_CHECKING
from ...server.messages import Message, receive, send
from ..back_end import memory_file, read_all, unwrapped
from ..fallback import Fallback, Refused

if TYPE_CHECKING:
    from ...codegen.configuration import ObjectChoice

__all__ = ["RemoteObjects", "filled"]


class RemoteObjects:
    """The objects of one module; see :class:`ObjectMaker` for the methods."""

    clang_goes_on = True

    def __init__(self, connection: socket.socket, llvm: int) -> None:
        """``llvm`` is the major version of the clang at the other end."""
        self._connection, self._llvm = connection, llvm
        self._number = 0
        self._made: dict[str, bytes | Fallback] = {}
        self._begun: dict[tuple[ObjectChoice, bytes], str] = {}
        self._plans: dict[bytes, int] = {}
        self.bitcode, self.object = b"", b""
        """Of the result: the module, if that is a plan, and the object's bytes."""

    def make(self, choice: ObjectChoice, bitcode: bytes) -> bytes:
        """Make an object, as the result."""
        made = self.begin(choice, bitcode)()
        self.take(choice, bitcode, made)
        return made

    def begin(self, choice: ObjectChoice, bitcode: bytes) -> Callable[[], bytes]:
        """Have the plugin begin an object; the answer waits for it."""
        self._number += 1
        number = str(self._number)
        lines = [("id", number), ("module", choice.source)]
        lines += [("option", option) for option in choice.configuration.options(self._llvm)]
        files = [self.plan(bitcode)] if choice.source == "plan" else []
        send(self._connection, Message("emit", lines, files))
        return lambda: self._wait(number)

    def take(self, choice: ObjectChoice, bitcode: bytes, made: bytes) -> None:
        """Keep an object as the result."""
        self.bitcode, self.object = bitcode, made

    def withdraw(self) -> bool:
        """True: nothing has been written."""
        return True

    def plan(self, bitcode: bytes) -> int:
        """A file in memory with a plan's bitcode."""
        file = self._plans.get(bitcode)
        if file is None:
            file = self._plans[bitcode] = filled(unwrapped(bitcode))
        return file

    def _wait(self, number: str) -> bytes:
        while number not in self._made:
            message = receive(self._connection)
            try:
                self._made[message.line("id")] = _outcome(message)
            finally:
                message.close()
        made = self._made.pop(number)
        if isinstance(made, Fallback):
            raise made
        return made


def filled(content: bytes) -> int:
    """A file in memory with a content. Raises Fallback and OSError."""
    file = memory_file("plugin")
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]
    return file


def _outcome(message: Message) -> bytes | Fallback:
    """The object in the plugin's message, or why there is none."""
    status = message.line("status")
    made, printed = (read_all(file) for file in message.files) if len(message.files) == 2 else (b"", b"")
    text = printed[-500:].decode("utf-8", "replace")
    if status == "ok" and made:
        return made
    if status == "spoke":
        return Refused("driver-back-spoke", text)
    return (Refused if status == "refused" else Fallback)("driver-back-failed", text or status)
