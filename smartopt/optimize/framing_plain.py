"""Frame pointers for engines that know modules only as a whole: chosen and given in printed IR (``llvm.frames``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from ..errors import EngineError
from ..llvm.engine import Engine, ModuleHandle, Sizes
from ..llvm.frames import (
    FRAME,
    frameable_target,
    smaller_with_frames,
    takes_frame_register,
    wants_registers,
)
from ..llvm.irtext import unquoted
from .exclusions import excluded_in_print

__all__ = ["Bodies", "choose_frames_in_text", "with_frames"]

Bodies = Callable[[str], dict[str, tuple[bytes, bytes]]]
"""Defined function -> its printed text and that of its attribute group."""

_TRIPLE = re.compile(r'^target triple = "(.*)"$', re.MULTILINE)
_DEFINED = re.compile(r'^(define [^@\n]*@("(?:[^"\\]|\\.)*"|[-\w$.]+)\(.*?)( #\d+(?: .*)?\{)$', re.MULTILINE)
_CONVENTION = re.compile(rb"^define [^@\n]*?\b(cc \d+|(?!fastcc|coldcc|ccc)\w+cc|preserve_\w+) [^@\n]*@")


def with_frames(text: str, names: Collection[str]) -> str:
    """Printed IR in which the named functions have a frame pointer."""

    def give(match: re.Match[str]) -> str:
        name = unquoted(match.group(2))
        return f'{match.group(1)} "{FRAME}"="all"{match.group(3)}' if name in names else match.group(0)

    return _DEFINED.sub(give, text)


def choose_frames_in_text(
    engine: Engine, module: ModuleHandle, sizes: Sizes, bodies: Bodies
) -> dict[str, tuple[int, int]]:
    """The functions that are smaller with a frame pointer, with the bytes that they then bring, and their code's.

    ``sizes`` is what the finished ``module`` was measured to without. Empty where an object cannot be made with them.
    """
    text = engine.text(module)
    triple = _TRIPLE.search(text)
    if triple is None or not frameable_target(triple.group(1)):
        return {}
    if takes_frame_register(text.encode("utf-8", "surrogateescape")):
        return {}
    able = {name for name, (body, group) in bodies(text).items() if _free(body, group)}
    if not able:
        return {}
    try:
        trial = engine.parse(with_frames(text, able).encode("utf-8", "surrogateescape"), "frames")
    except EngineError:
        return {}
    try:
        return smaller_with_frames(sizes, engine.measure(trial).only(able))
    except EngineError:
        return {}
    finally:
        engine.dispose(trial)


def _free(body: bytes, group: bytes) -> bool:
    left = excluded_in_print(body, group) or wants_registers(body) or _CONVENTION.match(body)
    return not left and FRAME.encode() not in group
