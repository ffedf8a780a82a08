"""Decides whether a program is one of smartopt's own commands, a wrapper around one, or a program that leads back here.

Whoever looks for the real clang or opt asks here, so that smartopt never starts itself for ever. A file is ours if it
is the running program under another name, if its name or its real name holds ``smartopt``, or if it is a script whose
beginning names smartopt. Other programs may lead back all the same: ccache and distcc, linked by the name ``clang``,
start the next ``clang`` in the PATH, which may be us. Such a program is noted in the environment before it is started,
and passed over when we are called again.

This runs in every call of the clang driver, before its front end starts: it reads at most the beginning of a file.
"""

from __future__ import annotations

import os
import sys

__all__ = ["file_head", "is_ourselves", "is_same_file", "leads_back", "note_detour"]

_NAME = "smartopt"
_WITHIN = "SMARTOPT_WITHIN"
"""The environment variable that names, one in each line, the programs by way of which we were called."""
_HEAD = 8192
"""Bytes of a script that are searched for our name."""


def is_ourselves(path: str) -> bool:
    """Whether a program file is one of smartopt's own commands or a script around one."""
    if is_same_file(sys.argv[0], path):
        return True
    if _NAME in os.path.basename(path) or _NAME in os.path.basename(os.path.realpath(path)):
        return True
    head = file_head(path)
    return head.startswith(b"#!") and _NAME.encode() in head


def leads_back(path: str) -> bool:
    """Whether we were called by way of this program."""
    return path in os.environ.get(_WITHIN, "").split("\n")


def note_detour(path: str) -> None:
    """Note that a program is about to be started which may call us in turn."""
    known = os.environ.get(_WITHIN, "")
    os.environ[_WITHIN] = f"{known}\n{path}" if known else path


def is_same_file(one: str, other: str) -> bool:
    """Whether two paths name one file (by device and inode)."""
    try:
        first, second = os.stat(one), os.stat(other)
    except OSError:
        return False
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)


def file_head(path: str) -> bytes:
    """The first bytes of a file; empty if it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(descriptor, _HEAD)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
