"""Parses the text of a pass pipeline into an immutable tree, and prints it again exactly.

The text is what ``opt -passes=`` reads and ``-print-pipeline-passes`` prints (LLVM docs, "Using the New Pass Manager"):
``sroa,function<eager-inv>(loop-mssa(licm<allowspeculation>))``. ``str(parse(text)) == text`` for every text that is
accepted; the contents of ``<...>`` are kept verbatim. As in LLVM, blanks and empty pipelines are refused.

Text may come from anywhere (a command line, a model, a cache): length and depth are limited, the parser does not
recurse, and bad text raises a one-line PipelineError with the position. Whether a pass exists and where it may appear
is not checked here: see ``trusted`` and ``nesting``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import PipelineError
from ..records import dataclass

__all__ = ["EMPTY", "MAX_DEPTH", "MAX_LENGTH", "Node", "Pipeline", "parse", "shown"]

MAX_LENGTH = 65_536
"""Characters of a text; ``default<O3>`` prints about 10,000."""
MAX_DEPTH = 24
"""Nested adaptors; ``default<O3>`` needs 5."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
_PARAM_TEXT = re.compile(r"[A-Za-z0-9_.+=;:\[\]/*?!@#$%^&~ -]*")


def shown(text: str, limit: int = 48) -> str:
    """Foreign text for a one-line message: quoted, escaped and cut."""
    return repr(text if len(text) <= limit else text[: limit - 3] + "...")


@dataclass(frozen=True)
class Node:
    """A pass, or an adaptor with the passes under it.

    Attributes:
        name: such as ``licm`` or ``function``.
        params: the text of all ``<...>`` groups with their brackets (``<a;b>``); ``""`` if there is none.
        children: the passes under an adaptor; None for a pass.
    """

    name: str
    params: str = ""
    children: tuple[Node, ...] | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise PipelineError(f"bad pass name {shown(self.name)}")
        if self.params and _params_end(self.params, 0) != len(self.params):
            raise PipelineError(f"bad parameters {shown(self.params)} of pass {shown(self.name)}")
        if self.children is not None and not self.children:
            raise PipelineError(f"nothing is nested in {shown(self.name)}(...)")

    @property
    def spelling(self) -> str:
        """Name and parameters, without what is nested in it."""
        return self.name + self.params

    @property
    def options(self) -> tuple[str, ...]:
        """The non-empty items of the first ``<...>`` group: ``licm<a;b>`` has ``("a", "b")``."""
        if not self.params:
            return ()
        return tuple(item for item in self.params[1 : _params_group(self.params, 0) - 1].split(";") if item)

    def __str__(self) -> str:
        return str(Pipeline((self,)))


@dataclass(frozen=True)
class Pipeline:
    """A sequence of nodes. It may be empty (as the prefix of a list may be), but no text parses to an empty one."""

    nodes: tuple[Node, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __add__(self, other: Pipeline) -> Pipeline:
        return Pipeline(self.nodes + other.nodes)

    def walk(self) -> Iterator[Node]:
        """Every node, an adaptor before what is nested in it."""
        waiting = list(reversed(self.nodes))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children or ()))

    def __str__(self) -> str:
        out: list[str] = []
        waiting: list[Node | str] = list(reversed(_spaced(self.nodes)))
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                out.append(item)
                continue
            out.append(item.spelling)
            if item.children is not None:
                out.append("(")
                waiting.append(")")
                waiting.extend(reversed(_spaced(item.children)))
        return "".join(out)


EMPTY = Pipeline()


def _spaced(nodes: tuple[Node, ...]) -> list[Node | str]:
    out: list[Node | str] = []
    for node in nodes:
        if out:
            out.append(",")
        out.append(node)
    return out


def _params_group(text: str, start: int) -> int:
    """The position after the ``<...>`` group that opens at ``start``; -1 if it is not closed or not clean."""
    depth = 0
    position = start
    while position < len(text):
        char = text[position]
        if char == "<":
            depth += 1
        elif char == ">":
            depth -= 1
            if depth == 0:
                return position + 1
        else:
            match = _PARAM_TEXT.match(text, position)
            if match is None or match.end() == position:
                return -1
            position = match.end()
            continue
        position += 1
    return -1


def _params_end(text: str, start: int) -> int:
    """The position after all consecutive ``<...>`` groups from ``start``; -1 if one is bad."""
    position = start
    while position < len(text) and text[position] == "<":
        position = _params_group(text, position)
        if position < 0:
            return -1
    return position


def _fault(text: str, position: int, what: str) -> PipelineError:
    near = shown(text[position : position + 24]) if position < len(text) else "the end"
    return PipelineError(f"bad pass pipeline: {what} at character {position + 1}, near {near}")


def parse(text: str) -> Pipeline:
    """Parses a pipeline's text. Raises PipelineError with the position of the error (from 1)."""
    if len(text) > MAX_LENGTH:
        raise PipelineError(f"bad pass pipeline: {len(text)} characters, more than the {MAX_LENGTH} allowed")
    if not text:
        raise PipelineError("bad pass pipeline: it is empty; name at least one pass")
    stack: list[list[Node]] = [[]]
    heads: list[tuple[str, str]] = []
    position = 0
    while True:
        match = _NAME.match(text, position)
        if match is None:
            raise _fault(text, position, "a pass name is missing")
        name = match.group()
        after = _params_end(text, match.end())
        if after < 0:
            raise _fault(text, match.end(), f"the parameters of {shown(name)} are not closed or not clean")
        params = text[match.end() : after]
        position = after
        if text[position : position + 1] == "(":
            if len(heads) + 1 > MAX_DEPTH:
                raise _fault(text, position, f"more than {MAX_DEPTH} nested adaptors")
            heads.append((name, params))
            stack.append([])
            position += 1
            continue
        stack[-1].append(Node(name, params))
        while text[position : position + 1] == ")":
            if not heads:
                raise _fault(text, position, "a ')' has no '('")
            children = tuple(stack.pop())
            stack[-1].append(Node(*heads.pop(), children))
            position += 1
        if position == len(text):
            break
        if text[position] != ",":
            raise _fault(text, position, "',' or ')' is missing")
        position += 1
    if heads:
        raise _fault(text, position, f"{shown(heads[-1][0])}(...) is not closed")
    return Pipeline(tuple(stack[0]))
