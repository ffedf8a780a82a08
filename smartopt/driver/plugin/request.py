"""What the plugin sends about one module: the user's command, the level, the environment, and the bitcode."""

from __future__ import annotations

import os

from ...options import STAGES, Stage
from ...records import dataclass, field
from ...server.messages import Gone, Message
from ..back_end import read_all

__all__ = ["Request", "read_request"]

_LONGEST = 4 << 20
"""Bytes of the details: twice what Linux gives a command line and its environment."""

_TEXTS = frozenset({"phase", "level", "llvm", "source", "folder"})
"""Keys of details that are fields of a request."""


@dataclass
class Request:
    """One module.

    Attributes:
        phase: ``compile`` in clang, ``link`` in a linker's full link-time optimisation, ``thin`` in its ThinLTO.
        level: ``Os`` or ``Oz``; at a link, whatever the linker's pipeline is.
        source: the module's source file, as the command names it.
        folder: the command's working directory.
        words: the command with its program's name, response files expanded.
        environment: the variables that smartopt heeds.
        bitcode: the module.
        files: descriptors that the user's environment names: ``reports``, ``collected``, ``log``.
        unread: whether a response file could not be read.
    """

    phase: Stage = "compile"
    level: str = ""
    llvm: str = ""
    source: str = ""
    folder: str = "/"
    words: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    bitcode: bytes = b""
    files: dict[str, int] = field(default_factory=dict)
    unread: bool = False


def read_request(message: Message) -> Request:
    """The request that a message carries; its descriptors are closed or taken. Raises Gone for anything else."""
    names = message.line("files").split()
    if message.verb != "module" or len(names) != len(message.files) or names[:2] != ["details", "bitcode"]:
        raise Gone("a request is malformed")
    details, bitcode, *others = message.files
    message.files = []
    request = Request(files=dict(zip(names[2:], others, strict=True)))
    try:
        if os.fstat(details).st_size > _LONGEST:
            raise Gone("a request is too long")
        text = os.fsdecode(read_all(details))
        request.bitcode = read_all(bitcode)
    except OSError as error:
        raise Gone(str(error)) from None
    finally:
        os.close(details)
        os.close(bitcode)
    for entry in text.split("\0"):
        key, _, value = entry.partition("=")
        if key == "word":
            request.words.append(value)
        elif key == "env":
            name, _, value = value.partition("=")
            request.environment[name] = value
        elif key in _TEXTS:
            setattr(request, key, value)
        elif key == "unread":
            request.unread = True
    if request.phase not in STAGES or request.level not in ("Os", "Oz") or not request.words:
        raise Gone("a request is malformed")
    return request
