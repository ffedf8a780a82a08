"""Frame pointers in printed IR (``codegen.frame_pointers``), for engines that only handle whole modules."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from ..errors import EngineError
from ..ir.names import PRINTED, unquoted
from ..llvm.engine import Engine, ModuleHandle
from ..llvm.exclusions import excluded_in_print
from ..objfile.sizes import Sizes
from .frame_pointers import FRAME, frameable_target, smaller_with_frames, takes_frame_register
from .function_shapes import (
    TypeSize,
    names_of_twice,
    plain_attributes,
    plain_body,
    plain_flags,
    plain_header,
    printed_attributes,
    static_frame,
    type_sizes,
)

__all__ = ["Bodies", "choose_frames_in_text", "fit_in_text", "with_frames"]

Bodies = Callable[[str], dict[str, tuple[bytes, bytes]]]
"""Defined function -> its printed text and that of its attribute group."""

_TRIPLE = re.compile(r'^target triple = "(.*)"$', re.MULTILINE)
_DEFINED = re.compile(rf"^(define [^@\n]*@({PRINTED})\(.*?)( #\d+(?: .*)?\{{)$", re.MULTILINE)
_DECLARED = re.compile(rf"^(?:define|declare) [^@\n]*@({PRINTED})\([^\n]*?(#\d+)(?: [^\n]*)?$", re.MULTILINE)
_GROUP = re.compile(r"^attributes (#\d+) = \{(.*)\}$", re.MULTILINE)
_FLAGS = re.compile(r"^!llvm\.module\.flags = !\{(.*)\}$", re.MULTILINE)
_FLAG = re.compile(r'^(!\d+) = (?:distinct )?!\{i32 \d+, !"([^"]*)", (?:i32 (\d+))?', re.MULTILINE)
_CONVENTION = re.compile(rb"^define [^@\n]*?\b(cc \d+|(?!fastcc|coldcc|ccc)\w+cc|preserve_\w+) [^@\n]*@")


def with_frames(text: str, names: Collection[str]) -> str:
    """Printed IR in which the named functions have a frame pointer."""

    def give(match: re.Match[str]) -> str:
        name = unquoted(match.group(2))
        return f'{match.group(1)} "{FRAME}"="all"{match.group(3)}' if name in names else match.group(0)

    return _DEFINED.sub(give, text)


def choose_frames_in_text(
    engine: Engine, module: ModuleHandle, sizes: Sizes, bodies: Bodies
) -> tuple[dict[str, tuple[int, int]], int]:
    """The functions that are smaller with a frame pointer, each with its bytes and the bytes of its code then.

    There are none where no object can be made with frame pointers.

    Args:
        engine: reads, prints and measures modules.
        module: the finished module.
        sizes: its sizes without frame pointers.
        bodies: finds the functions in printed IR.

    Returns:
        Those functions, and the number of functions that may not have a frame pointer although their own attributes
        leave the choice open. Raises EngineError if the module cannot be printed.
    """
    text = engine.text(module)
    triple = _TRIPLE.search(text)
    if triple is None or not frameable_target(triple.group(1)):
        return {}, 0
    found = bodies(text)
    choices = {name for name, (body, group) in found.items() if _open(body, group)}
    able = choices & fit_in_text(text, found)
    if takes_frame_register(text.encode("utf-8", "surrogateescape")):
        able = set()
    refused = len(choices) - len(able)
    if not able:
        return {}, refused
    try:
        trial = engine.parse(with_frames(text, able).encode("utf-8", "surrogateescape"), "frames")
    except EngineError:
        return {}, refused
    try:
        return smaller_with_frames(sizes, engine.measure(trial).only(able)), refused
    except EngineError:
        return {}, refused
    finally:
        engine.dispose(trial)


def fit_in_text(text: str, found: dict[str, tuple[bytes, bytes]]) -> set[str]:
    """The functions of printed IR that may have a frame pointer (``codegen.function_shapes``)."""
    flags = dict.fromkeys(re.findall(r"!\d+", " ".join(_FLAGS.findall(text))))
    named = {number: (name, value) for number, name, value in _FLAG.findall(text) if number in flags}
    model = next((int(value) for name, value in named.values() if name == "Code Model" and value), None)
    if named.keys() != flags.keys() or not plain_flags([name for name, _ in named.values()], model):
        return set()
    groups = dict(_GROUP.findall(text))
    declared = _DECLARED.findall(text)
    twice = names_of_twice(name for name, group in declared if "returns_twice" in groups.get(group, ""))
    size_of = type_sizes(text.encode("utf-8", "surrogateescape"))
    return {name for name, (body, group) in found.items() if _fits(body, group, twice, size_of)}


def _fits(body: bytes, group: bytes, twice: tuple[bytes, ...], size_of: TypeSize) -> bool:
    plain = plain_attributes(*printed_attributes(group)) and _CONVENTION.match(body) is None
    return plain and plain_header(body) and plain_body(body, twice) and static_frame(body, size_of)


def _open(body: bytes, group: bytes) -> bool:
    """Whether a function is not left to -Oz and its own attributes ask for no frame pointer."""
    _, strings = printed_attributes(group)
    return not excluded_in_print(body, group) and strings.get(FRAME, "none") == "none"
