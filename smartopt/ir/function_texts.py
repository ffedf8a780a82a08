"""Cuts a printed module into functions, each with the context that a pass would see.

The context of a function is what its body mentions: struct types (with the types within), global variables with their
initialisers, and declarations of the functions that it calls. Data that an initialiser mentions is named, not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..digest import sha256
from .names import PRINTED, unquoted
from .normalise import normalise

__all__ = ["function_hash", "function_texts"]

_DEFINE = re.compile(rf"^define\b[^\n@]*@({PRINTED})", re.ASCII | re.MULTILINE)
_CONTEXT = re.compile(
    rf"^(?:(?P<type>%{PRINTED}) = type [^\n]*|(?P<global>@{PRINTED}) = [^\n]*|"
    rf"declare\b[^\n@]*(?P<declared>@{PRINTED})[^\n]*|attributes (?P<group>#\d+) = [^\n]*)",
    re.ASCII | re.MULTILINE,
)
_MENTION = re.compile(rf"[@%]{PRINTED}", re.ASCII)
_GROUP_USE = re.compile(r"#\d+", re.ASCII)


def function_texts(module_text: str) -> dict[str, str]:
    """The normalised text of every function that a printed module defines, with its context, by symbol.

    Symbols are as LLVM's API gives them: without quotes and escapes, in UTF-8, with surrogates for other bytes.
    """
    context = _Context(module_text)
    return {unquoted(name): normalise(context.around(name)) for name in context.bodies}


def function_hash(normalised: str) -> str:
    """The hexadecimal SHA-256 of a normalised text: equal for functions that a model cannot distinguish."""
    return sha256(normalised.encode("utf-8", "surrogatepass")).hexdigest()


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while match := _DEFINE.search(text, position):
        end = text.find("\n}", match.start())
        position = len(text) if end < 0 else end + 2
        yield match[1], text[match.start() : position]


class _Context:
    """A printed module, parsed once so that the context of each function is cheap."""

    def __init__(self, text: str) -> None:
        self.bodies = dict(_definitions(text))
        self.lines: dict[str, str] = {}
        for match in _CONTEXT.finditer(text):
            key = match["type"] or match["global"] or match["declared"] or match["group"]
            self.lines[key] = match.group()
        for name, body in self.bodies.items():
            header = body.split("\n", 1)[0].rstrip(" {")
            self.lines["@" + name] = "declare" + header[len("define") :]

    def around(self, name: str) -> str:
        """The function's text, after the lines that it mentions in the order of first mention."""
        body = self.bodies[name]
        own = "@" + name
        wanted: dict[str, None] = {}
        self._want(_MENTION.findall(body), wanted)
        for key in list(wanted):
            if key[0] == "@":
                # Declarations only: a name in an initialiser is shortened differently if it is a function's.
                mentions = _MENTION.findall(self.lines[key])
                self._want((m for m in mentions if self.lines.get(m, "").startswith("declare")), wanted)
        types = [key for key in wanted if key[0] == "%"]
        for key in types:  # grows in the loop: types within types
            inner: dict[str, None] = {}
            self._want(_MENTION.findall(self.lines[key]), inner)
            types.extend(k for k in inner if k not in wanted)
            wanted.update(inner)
        symbols = [key for key in wanted if key[0] == "@" and key != own]
        lines = [self.lines[key] for key in types + symbols]
        used = [body.split("\n", 1)[0], *lines]
        groups = dict.fromkeys(group for line in used for group in _GROUP_USE.findall(line))
        return "\n".join([*lines, body, *(self.lines[group] for group in groups if group in self.lines)])

    def _want(self, mentions: Iterable[str], wanted: dict[str, None]) -> None:
        for mention in mentions:
            if mention in self.lines:
                wanted.setdefault(mention)
