"""Keys of functions that are equal in two modules only if passes and code generation see the same.

``ir.body_hash`` tells bodies of one module apart. Across modules more can differ than a body's text: what the names in
it stand for. A key here is the hash of a function's printed text and of the definitions of all that it refers to, and
of what these refer to in turn:

- attribute groups, metadata, named types and private variables (string literals), which are called otherwise in every
  module: they get numbers in the order in which they are met;
- global variables with their initialisers, because passes and instruction selection read constant ones; aliases,
  comdats;
- the first lines of functions (linkage, visibility, attributes, parameters), whether they are declared or defined.
  Their bodies are not part of it: function passes and code generation never look into another function.

Besides, every key covers the module's data layout, triple, assembly, flags and other named metadata. Of a variable the
key says whether it is named once in the module or more often: patterns of InstCombine ask whether a constant has one
use. Passes may introduce calls of library functions. They refrain from it if the module has something else of that
name, so everything but usual declarations of library functions is part of all keys. The attributes of a usual one count
only where a call is introduced in fact; then :meth:`FunctionKeys.key` is asked to cover them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from ..annotations import Any
from ..digest import sha256
from .body_hash import Body
from .names import printed

__all__ = ["KEY_BYTES", "FunctionKeys", "PortableBodies"]

KEY_BYTES = 16

_TOKEN = re.compile(rb'([@%$]"[^"]*"|[@$][-\w$.]+|%[-A-Za-z_$.][-\w$.]*|[#!]\d+)|"[^"]*"')
"""What may refer to something that is defined elsewhere; strings are matched so that nothing in them is.

Numbered values are left out, which are most of what begins with a percent sign.
"""
_NUMBERED_TYPE = re.compile(rb"%\d+$")
_MENTION = re.compile(rb'(@"[^"]*"|@[-\w$.]+)|"[^"]*"')
_CALLED = re.compile(rb"(@\w+)\(")
_PRIVATE = b"private "
_IDENTITY = b"!llvm.ident"
"""Named metadata that says who made the module: nothing reads it."""
_NEIGHBOURS = re.compile(rb'!"(?:cf-protection-branch|branch-target-enforcement|kcfi)", i32 (?!0\b)')
"""Module flags under which code generation asks who else takes a function's address."""
_PLAIN = re.compile(
    rb"declare (?:[a-z]+(?:\([^()]*\))? )*?(\w+) @\w+\(([^@]*)\)(?: (?:local_)?unnamed_addr)?(?: #\d+)?$"
)
"""A declaration without linkage, visibility, or anything else than attributes; its result and its parameters."""
_ATTRIBUTES = re.compile(rb" [^,.]*")

Parts = tuple[tuple[bytes, ...], tuple[bytes, ...]]
"""The text between references, and the references."""


class FunctionKeys:
    """The keys of one printed module's functions."""

    def __init__(self, module_text: bytes, library: Mapping[str, str]) -> None:
        """``library`` maps the functions to which passes may introduce calls to their usual types."""
        self._definitions: dict[bytes, bytes] = {}
        self._bodies: dict[bytes, bytes] = {}
        self._split: dict[bytes, Parts] = {}
        self._own: dict[str, bytes] = {}
        """The hashes of functions without what all keys cover."""
        self._named: dict[str, frozenset[bytes]] = {}
        """The library functions to which a function refers."""
        self._mentions = Counter(_MENTION.findall(module_text))
        self._library = {_token(name): usual.encode() for name, usual in library.items()}
        lines = self._read(module_text)
        common = b"\n".join(lines)
        unnamed = any(map(_NUMBERED_TYPE.match, self._definitions))  # clang writes none
        self.usable = not unnamed and not any(_NEIGHBOURS.search(text) for text in self._closure(common))
        """Whether keys cover all that the code of functions depends on."""
        present = sorted(token for token in self._library if token in self._definitions)
        unusual = [token for token in present if not self._is_usual(token)]
        self._common = self._digest(self._with_definitions(common, unusual)).digest()
        self._with_library = self._digest(self._with_definitions(common, present)).digest()

    def key(self, name: str, library: bool = False) -> bytes | None:
        """The key of a function that the module defines, of ``KEY_BYTES`` bytes; None for another.

        ``library``: it also covers all declarations of library functions.
        """
        body = self._bodies.get(_token(name))
        if body is None:
            return None
        if name not in self._own:
            digest = self._digest(body)
            digest.update(bytes(map(self._mentioned, self._parts(body)[1])))
            self._own[name] = digest.digest()
        common = b"with library" + self._with_library if library else self._common
        return bytes(sha256(self._own[name] + common).digest()[:KEY_BYTES])

    def introduces_calls(self, name: str, text: bytes) -> bool:
        """Whether a later ``text`` of a function refers to library functions to which its body does not refer."""
        if name not in self._named:
            self._named[name] = self._library_names(self._bodies[_token(name)])
        return not self._library_names(text) <= self._named[name]

    def _library_names(self, text: bytes) -> frozenset[bytes]:
        return frozenset(self._library.keys() & set(_CALLED.findall(text)))

    def _read(self, text: bytes) -> list[bytes]:
        """Note what the module defines; its lines to which no reference leads, but which count."""
        counted, at = [], 0
        while at < len(text):
            if text.startswith(b"define ", at):
                end = text.find(b"\n}\n", at)
                end = len(text) if end < 0 else end + 2
                first = text[at : text.find(b"\n", at)]
                token = _name_in(first)
                self._definitions[token], self._bodies[token] = first, text[at:end]
                at = end + 1
                continue
            end = text.find(b"\n", at)
            end = len(text) if end < 0 else end
            line = text[at:end]
            at = end + 1
            if line.startswith(b"declare "):
                self._definitions[_name_in(line)] = line
            elif line.startswith(b"attributes "):
                token, _, rest = line[11:].partition(b" = ")
                self._definitions[token] = rest
            elif line[:1] in (b"@", b"%", b"$", b"!"):
                token, _, rest = line.partition(b" = ")
                if line[:1] != b"!" or line[1:2].isdigit():
                    self._definitions[token] = rest
                elif token != _IDENTITY:
                    counted.append(line)
            elif line.startswith((b"target ", b"module asm ")):
                counted.append(line)
        return counted

    def _is_usual(self, token: bytes) -> bool:
        match = _PLAIN.match(self._definitions[token])
        if match is None:
            return False
        parameters = [_ATTRIBUTES.sub(b"", each) for each in match[2].split(b", ")]
        return match[1] + b"(" + b", ".join(parameters) + b")" == self._library[token]

    def _with_definitions(self, text: bytes, tokens: list[bytes]) -> bytes:
        return b"\n".join([text, *(token + b" = " + self._definitions[token] for token in tokens)])

    def _digest(self, text: bytes) -> Any:
        """The hash of a text and of all that it refers to."""
        digest = sha256()
        for part in self._closure(text):
            digest.update(part)
        return digest

    def _closure(self, text: bytes) -> Iterator[bytes]:
        """A text and the definitions of all that it refers to, with numbers for what is called otherwise elsewhere."""
        numbers: dict[bytes, bytes] = {}
        waiting = [text]
        for each in waiting:
            between, references = self._parts(each)
            for reference in references:
                if reference in numbers:
                    continue
                definition = self._definitions[reference]
                renamed = reference[:1] in (b"#", b"!", b"%") or definition.startswith(_PRIVATE)
                numbers[reference] = (reference[:1] if renamed else reference) + b"\0%d" % len(numbers)
                waiting.append(definition)
            yield b"\0".join([b"%d" % len(between), *between, *map(numbers.__getitem__, references), b"\n"])

    def _parts(self, text: bytes) -> Parts:
        found = self._split.get(text)
        if found is None:
            found = self._split[text] = _parts(text, self._definitions)
        return found

    def _mentioned(self, token: bytes) -> int:
        """How often a variable is named, up to 3: where it is defined, and once or more often elsewhere."""
        is_variable = token[:1] == b"@" and not self._definitions[token].startswith((b"declare ", b"define "))
        return min(self._mentions[token], 3) if is_variable else 0


class PortableBodies:
    """Keys of bodies (``ir.body_hash``) that do not depend on what a module calls its types and private variables.

    Passes also name values after variables (``%.str.4.``), so such names do not count wherever they stand.
    """

    def __init__(self, module_text: bytes) -> None:
        self._renamed: set[bytes] = set()
        for line in module_text[: _first_body(module_text)].split(b"\n"):
            token, _, rest = line.partition(b" = ")
            if line[:1] == b"%" or (line[:1] == b"@" and rest.startswith(_PRIVATE)):
                self._renamed.add(token)

    def key(self, body: Body) -> bytes:
        """The key of a body that was printed with the module, of twice ``KEY_BYTES`` bytes."""
        key, text = body
        # Two searches, each for what begins with one character, take a third of one search for both.
        found = self._renamed.intersection(_GLOBAL.findall(text) + _NAMED.findall(text))
        if not found:
            return key
        order = {token: number for number, token in enumerate(sorted(found, key=text.index))}
        for token in sorted(found, key=len, reverse=True):  # no name may hide in a longer one
            text = text.replace(token[1:], b"\0%d\0" % order[token])
        # What attribute groups and metadata stand for is in the second half of the body's own key.
        return bytes(sha256(_NUMBER.sub(b"", text)).digest()[:KEY_BYTES]) + key[KEY_BYTES:]


_NUMBER = re.compile(rb"[!#]\d+\b")
_GLOBAL = re.compile(rb'@(?:"[^"]*"|[-\w$.]+)')
_NAMED = re.compile(rb'%(?:"[^"]*"|[-A-Za-z_$.][-\w$.]*)')


def _parts(text: bytes, defined: Mapping[bytes, object]) -> Parts:
    """A text, cut at its references to what is ``defined``."""
    between, references, at = [], [], 0
    for match in _TOKEN.finditer(text):
        token = match[1]
        if token is not None and token in defined:
            between.append(text[at : match.start()])
            references.append(token)
            at = match.end()
    between.append(text[at:])
    return tuple(between), tuple(references)


def _first_body(text: bytes) -> int:
    found = text.find(b"\ndefine ")
    return len(text) if found < 0 else found


def _token(name: str) -> bytes:
    return b"@" + printed(name).encode("utf-8", "surrogateescape")


def _name_in(line: bytes) -> bytes:
    """The name in the first line of a function, as it is printed."""
    start = line.index(b"@")
    if line.startswith(b'"', start + 1):
        return line[start : line.index(b'"', start + 2) + 1]
    return line[start : line.index(b"(", start)]
