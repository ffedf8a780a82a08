"""Reads response files (``@file``) as clang does, only to classify the command line; clang gets the original.

GNU quoting (LLVM's ``cl::TokenizeGNUCommandLine``): arguments end at white space; a backslash takes the next character
as it is; within single or double quotes white space is kept, and a backslash still quotes. A ``@`` argument whose file
cannot be read stays as it is, as in clang; nested files are read relative to the folder of the file that names them.
Only regular files are opened: a pipe can be read only once, and clang must do that.
"""

from __future__ import annotations

import os
import stat

__all__ = ["ResponseFileError", "expand", "is_plain", "tokenize"]

_SPACE = " \t\r\n"
_OPEN_FILES = ("/dev/", "/proc/")
_DEPTH = 20
_LIMIT = 16 * 1024 * 1024
"""The most bytes of a response file that we read; a command line with a larger one is left to clang."""


class ResponseFileError(ValueError):
    """A response file that we do not read: no regular file, nested too deeply, too large, or in UTF-16."""


def expand(arguments: list[str]) -> list[str]:
    """The arguments with the contents of response files in place of their names. Raises ResponseFileError."""
    return _expand(arguments, "", 0)


def _expand(arguments: list[str], folder: str, depth: int) -> list[str]:
    if depth > _DEPTH:
        raise ResponseFileError("response files nest too deeply")
    out: list[str] = []
    for argument in arguments:
        if not argument.startswith("@"):
            out.append(argument)
            continue
        path = os.path.join(folder, argument[1:])
        try:
            if not is_plain(path):
                raise ResponseFileError(f"{path} is not a regular file")
            with open(path, "rb") as file:
                data = file.read(_LIMIT + 1)
        except OSError:
            out.append(argument)
            continue
        if len(data) > _LIMIT or data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ResponseFileError(f"{path} is too large or not in UTF-8")
        text = os.fsdecode(data.removeprefix(b"\xef\xbb\xbf"))
        out += _expand(tokenize(text), os.path.dirname(path), depth + 1)
    return out


def is_plain(path: str) -> bool:
    """Whether a path names a regular file by a name of its own. Raises OSError if it names nothing.

    Files in ``/dev`` and ``/proc`` are open files of some process, whatever ``stat`` says.
    """
    try:
        mode = os.stat(path).st_mode
    except ValueError:  # a character that no file name has
        return False
    return stat.S_ISREG(mode) and not os.path.abspath(path).startswith(_OPEN_FILES)


def tokenize(text: str) -> list[str]:
    """Split a response file's text into arguments."""
    arguments: list[str] = []
    at, end = 0, len(text)
    while at < end:
        while at < end and text[at] in _SPACE:
            at += 1
        if at == end:
            break
        argument: list[str] = []
        while at < end and text[at] not in _SPACE:
            if text[at] == "\\" and at + 1 < end:
                argument.append(text[at + 1])
                at += 2
            elif text[at] in "\"'":
                at = _quoted(text, at, argument)
            else:
                argument.append(text[at])
                at += 1
        arguments.append("".join(argument))
    return arguments


def _quoted(text: str, at: int, argument: list[str]) -> int:
    """Append the quoted text that begins at ``at`` to ``argument``; the position after it."""
    quote, end = text[at], len(text)
    at += 1
    while at < end and text[at] != quote:
        if text[at] == "\\" and at + 1 < end:
            at += 1
        argument.append(text[at])
        at += 1
    return at + 1
