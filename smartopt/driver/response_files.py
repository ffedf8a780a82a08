"""Response files (``@file``) as clang reads them: only to classify; clang gets the original.

GNU quoting (LLVM's ``cl::TokenizeGNUCommandLine``): words end at white space; a backslash takes the next
character as it is; within single or double quotes white space is kept, and a backslash still quotes.
A ``@`` word whose file cannot be read stays as it is, as clang has it; nested files are read relative to the
folder of the file that names them. Only regular files are opened: a pipe can be read once, and that is for clang to do.
"""

from __future__ import annotations

import os
import stat

__all__ = ["ResponseFileError", "expand", "is_plain", "tokenize"]

_SPACE = " \t\r\n"
_OPEN_FILES = ("/dev/", "/proc/")
_DEPTH = 20
_LIMIT = 16 * 1024 * 1024
"""Bytes of one response file that we are ready to read; clang gets a larger one unread."""


class ResponseFileError(ValueError):
    """A response file that we would rather not read: no regular file, too deep, too large, or in UTF-16."""


def expand(words: list[str]) -> list[str]:
    """``words`` with response files in place of their names. Raises ResponseFileError."""
    return _expand(words, "", 0)


def _expand(words: list[str], folder: str, depth: int) -> list[str]:
    if depth > _DEPTH:
        raise ResponseFileError("response files nest too deeply")
    out: list[str] = []
    for word in words:
        if not word.startswith("@"):
            out.append(word)
            continue
        path = os.path.join(folder, word[1:])
        try:
            if not is_plain(path):
                raise ResponseFileError(f"{path} is not a regular file")
            with open(path, "rb") as file:
                data = file.read(_LIMIT + 1)
        except OSError:
            out.append(word)
            continue
        if len(data) > _LIMIT or data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ResponseFileError(f"{path} is too large or not in UTF-8")
        text = os.fsdecode(data.removeprefix(b"\xef\xbb\xbf"))
        out += _expand(tokenize(text), os.path.dirname(path), depth + 1)
    return out


def is_plain(path: str) -> bool:
    """Whether a path names a regular file, by a name of the file's own. Raises OSError where it names nothing.

    What lies in ``/dev`` and ``/proc`` is somebody's open file, whatever ``stat`` says of it.
    """
    try:
        mode = os.stat(path).st_mode
    except ValueError:  # a character that no file name has
        return False
    return stat.S_ISREG(mode) and not os.path.abspath(path).startswith(_OPEN_FILES)


def tokenize(text: str) -> list[str]:
    """Split a response file's text into words."""
    words: list[str] = []
    at, end = 0, len(text)
    while at < end:
        while at < end and text[at] in _SPACE:
            at += 1
        if at == end:
            break
        word: list[str] = []
        while at < end and text[at] not in _SPACE:
            if text[at] == "\\" and at + 1 < end:
                word.append(text[at + 1])
                at += 2
            elif text[at] in "\"'":
                at = _quoted(text, at, word)
            else:
                word.append(text[at])
                at += 1
        words.append("".join(word))
    return words


def _quoted(text: str, at: int, word: list[str]) -> int:
    """Append the quoted text that begins at ``at`` to ``word``; returns the place after it."""
    quote, end = text[at], len(text)
    at += 1
    while at < end and text[at] != quote:
        if text[at] == "\\" and at + 1 < end:
            at += 1
        word.append(text[at])
        at += 1
    return at + 1
