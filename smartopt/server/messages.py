"""Messages between a compiler process and smartopt: one packet of a Unix socket, with descriptors beside it.

A message is a verb and lines ``key=value``. The socket keeps packets apart (``SOCK_SEQPACKET``), so a message is whole
or not there; one that is too long, or is no UTF-8, ends the connection.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Sequence

from ..errors import SmartoptError

__all__ = ["LIMIT", "Gone", "Message", "receive", "send", "user_of"]

LIMIT = 32 * 1024
"""Bytes of one message."""
_FILES = 8
_PEER = struct.Struct("3i")
"""Process, user and group (unix(7), ``struct ucred``)."""


class Gone(SmartoptError):
    """The other side has ended the connection, or says what no smartopt says."""


class Message:
    """One message; close it, or take its descriptors.

    Attributes:
        verb: what it is.
        lines: keys and values, in order.
        files: descriptors that came with it.
    """

    __slots__ = ("files", "lines", "verb")

    def __init__(self, verb: str, lines: Sequence[tuple[str, str]] = (), files: Sequence[int] = ()) -> None:
        self.verb, self.lines, self.files = verb, list(lines), list(files)

    def line(self, key: str) -> str:
        """The first value of a key; empty where there is none."""
        return next((value for name, value in self.lines if name == key), "")

    def close(self) -> None:
        """Close the descriptors."""
        for file in self.files:
            os.close(file)
        self.files = []


def send(connection: socket.socket, message: Message, *, wait: bool = True) -> None:
    """Send a message; its descriptors stay open here. Raises Gone, also if it would have to ``wait`` and must not.

    Whether a call waits must not be a state of the socket, which is one for all processes that have it.
    """
    flags = socket.MSG_NOSIGNAL | (0 if wait else socket.MSG_DONTWAIT)
    text = "".join((message.verb, "\n", *(f"{key}={value}\n" for key, value in message.lines)))
    try:
        if message.files:
            socket.send_fds(connection, [text.encode()], message.files, flags)
        else:
            connection.send(text.encode(), flags)
    except OSError as error:
        raise Gone(str(error)) from None


def receive(connection: socket.socket, *, wait: bool = True) -> Message:
    """The next message.

    Raises Gone at the end of the connection, TimeoutError where it has a time limit, and BlockingIOError where there is
    none yet and this must not ``wait``.
    """
    how = socket.MSG_CMSG_CLOEXEC | (0 if wait else socket.MSG_DONTWAIT)
    try:
        data, files, flags, _ = socket.recv_fds(connection, LIMIT, _FILES, how)
    except (TimeoutError, BlockingIOError):
        raise
    except OSError as error:
        raise Gone(str(error)) from None
    message = Message("", (), files)
    try:
        if not data or flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
            raise Gone("the connection ended" if not data else "a message is too long")
        verb, *rest = data.decode().split("\n")
        message.verb = verb
        message.lines = [(key, value) for key, _, value in (line.partition("=") for line in rest if line)]
    except (Gone, UnicodeDecodeError) as error:
        message.close()
        raise Gone(str(error)) from None
    return message


def user_of(connection: socket.socket) -> tuple[int, int]:
    """The process and the user at the other end."""
    process, user, _ = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return process, user
