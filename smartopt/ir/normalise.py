"""Normalises LLVM IR: the result is what models read and what function hashes are made of.

Follows section II-B of Cummins et al., "Large Language Models for Compiler Optimization" (2023): comments, debug
metadata and attributes are removed, newlines stay, other white space is standardised, indentation is stripped. Beyond
the paper, names are replaced, because they say nothing to a pass and cost tokens:

* values are ``%0 %1 ...`` and blocks ``%b0 %b1 ...`` in order of definition (the entry block's label is not
  written), struct types ``%t0 ...``, global variables ``@g0 ...`` and functions ``@f0 ...`` in order of
  appearance (the functions that the text defines come first). ``@llvm.*`` and well-known library names stay.
* module identity, target lines, module asm, comdats, sections, visibility and all metadata are removed.
* a string is ``c""`` (its type says how long it is), an inline asm template ``""`` or ``"a"`` where it is not
  empty, an initialiser ends in ``...`` after ``MAX_ELEMENTS`` commas.
* a declaration that adds nothing to its calls is left out, and so is an ``external global``.

What changes what a pass may do and costs little is kept: nsw, nuw, exact, inbounds, fast-math flags,
volatile, atomics, linkage, calling conventions, noalias, byval, sret, and of the attribute groups
``KEPT_FROM_GROUPS`` and ``memory(...)``. Alignment, minsize and optsize are not: all functions
of the lab and of the drivers have the latter two.

Expects text as LLVM 17 to 22 print it (parameters named or numbered); for other text it raises nothing and promises
nothing. ``normalise(normalise(x)) == normalise(x)`` on LLVM's text.
"""

from __future__ import annotations

import re

from .known_names import DROPPED, DROPPED_WITH_ARGUMENT, KEPT_FROM_GROUPS, LIBRARY
from .lexer import SYMBOL, compact, mask, standardise, unmask

__all__ = ["MAX_ELEMENTS", "NORMALISER_VERSION", "normalise"]

NORMALISER_VERSION = 1
"""Raised whenever the normalised text of anything may change; part of manifests and cache keys."""

MAX_ELEMENTS = 16
"""Commas of an initialiser that are kept; the rest is cut."""


def _words(words: frozenset[str]) -> str:
    """An alternation grouped by first letter, which is three times as fast as a flat one."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, reverse=True):  # a longer word before its own prefix
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]))
    return "(?:" + "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in by_letter.items()) + ")"


_NESTED = r" ?\((?:[^()\n]|\([^()\n]*\))*\)"
_ATTRIBUTE = re.compile(
    rf',? (?:align ?[ (=]\d+\)?|"\d+" ?= ?"\d+"|personality [^\n{{]*|{_words(DROPPED_WITH_ARGUMENT)}'
    rf'(?:{_NESTED}| "\d+")|{_words(DROPPED)}(?![-\w.$(]))',
    re.ASCII,
)
_GROUP = re.compile(r"^attributes #(\d+) ?= ?\{([^\n]*)\}", re.ASCII | re.MULTILINE)
_GROUP_WORTH = re.compile(rf"(?<!\S)(?:(?:{'|'.join(KEPT_FROM_GROUPS)})(?!\S)|memory ?\([^()\n]*\))")
_GROUPED_LINE = re.compile(r"^((?:define|declare)\b[^\n]*?) ?#(\d+)", re.ASCII | re.MULTILINE)
_GROUP_USE = re.compile(r" ?#\d+", re.ASCII)
_METADATA = re.compile(r",? ?!(?:[A-Za-z_.$][-\w.$]*) ?!(?:\d+|\w+\([^\n]*?\)|\{[^\n}]*\})", re.ASCII)
_METADATA_USE = re.compile(r"!\d+", re.ASCII)
_DROPPED_LINE = re.compile(
    r"^(?:!|attributes #|source_filename|target |\$|uselistorder|\^\d|#dbg_|module asm|"
    r"(?:tail )?call void @llvm\.dbg\.|declare\b[^\n@]*@llvm\.)[^\n]*\n?",
    re.ASCII | re.MULTILINE,
)
_BLOCKADDRESS = re.compile(r'(blockaddress\(@(?:"\d+"|[-\w$.]+)),%[^)\n]*', re.ASCII)
_ASM = re.compile(r'(\basm (?:[a-z]+ )*)"(\d+)"', re.ASCII)
_CHARS = re.compile(r'\bc"\d+"', re.ASCII)
_LONG = re.compile(rf"^(@[^\n=]*=(?:[^,\n]*,){{{MAX_ELEMENTS}}})[^\n]+", re.MULTILINE)

_NAME = r'(?:"\d+"|[-\w$.]+)'
_DEFINE = re.compile(rf"^define\b[^\n@]*@({_NAME})[^\n]*\n?", re.ASCII | re.MULTILINE)
_DECLARE = re.compile(rf"^declare\b[^\n@]*@({_NAME})([^\n]*)\n?", re.ASCII | re.MULTILINE)
_GLOBAL = re.compile(rf"^@({_NAME})=([^\n]*)\n?", re.ASCII | re.MULTILINE)
_DEFINITION = re.compile(rf"^(?:(%{_NAME})=|({_NAME}):$)", re.ASCII | re.MULTILINE)
_LABEL = re.compile(rf"^({_NAME}):$", re.ASCII | re.MULTILINE)
_PARAMETER = re.compile(rf"(?<=[ )\]}}>*])(%{_NAME})(?=[,)])", re.ASCII)
_EXTERNAL = re.compile(r"external global\b")
_NUMBERED = re.compile(r"[fg]\d+", re.ASCII)
_ALIAS = re.compile(r"(?:[a-z_()]+ )*?(?:alias|ifunc) ?[^\n]*\(", re.ASCII)


def normalise(text: str) -> str:
    """The normalised form of the printed IR of a module or function. Never raises."""
    text, strings = mask(text)
    text = standardise(text)
    groups = {number: _worth(words) for number, words in _GROUP.findall(text)}
    text = _DROPPED_LINE.sub("", text)
    if "#" in text:
        text = _GROUPED_LINE.sub(lambda m: m[1] + groups.get(m[2], ""), text)
        text = _GROUP_USE.sub("", text)
    if "!" in text:
        text = _METADATA_USE.sub("!", _METADATA.sub("", text))
    text = compact(_ATTRIBUTE.sub("", text))
    text = _BLOCKADDRESS.sub(r"\1", text)
    text = _ASM.sub(lambda m: f"{m[1]}{_template(strings, int(m[2]))}", text)
    text = _LONG.sub(r"\1...", _CHARS.sub('c""', text))
    text = _Renamer(text).run()
    return unmask(text, strings)


def _worth(attributes: str) -> str:
    """The attributes of a group that are kept, each after a space."""
    return "".join(" " + word for word in _GROUP_WORTH.findall(attributes))


def _template(strings: list[str], number: int) -> str:
    return '""' if number < len(strings) and strings[number] == '""' else '"a"'


class _Renamer:
    """Gives every symbol of a compacted, masked text its short name; removes declarations that add nothing."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.kinds: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self.globals: dict[str, str] = {}
        self.counts = {"f": 0, "g": 0}

    def run(self) -> str:
        defined = _DEFINE.findall(self.text)
        self.kinds.update((name, "f") for name in defined)
        for name in defined:
            self._global(name, "")
        text = _DECLARE.sub(self._declaration, self.text)
        text = _GLOBAL.sub(self._variable, text)
        pieces: list[str] = []
        position = 0
        for match in _DEFINE.finditer(text):
            if match.start() < position:  # a define line within a body: no valid IR, part of that body
                continue
            pieces.append(SYMBOL.sub(self._outside, text[position : match.start()]))
            end = text.find("\n}", match.start())
            position = len(text) if end < 0 else end
            pieces.append(self._function(text[match.start() : match.end()], text[match.end() : position]))
        pieces.append(SYMBOL.sub(self._outside, text[position:]))
        return "".join(pieces).strip("\n")

    def _declaration(self, match: re.Match[str]) -> str:
        name, rest = match[1], match[2]
        self.kinds[name] = "f"
        if name in LIBRARY or not _GROUP_WORTH.search(rest.replace(")", ") ")):
            return ""
        # A declaration made from a definition still has the names of parameters.
        return _PARAMETER.sub("", match.group()).replace(" ,", ",").replace(" )", ")")

    def _variable(self, match: re.Match[str]) -> str:
        name, rest = match[1], match[2]
        self.kinds[name] = "f" if _ALIAS.match(rest) else "g"
        return "" if _EXTERNAL.match(rest) or name.startswith("llvm.") else match.group()

    def _function(self, header: str, body: str) -> str:
        names = {name: f"%{number}" for number, name in enumerate(_PARAMETER.findall(header))}
        first = _LABEL.match(body)
        if first:
            names["%" + first[1]] = "%b0"
            body = body[first.end() + 1 :]
        values, blocks = len(names) - bool(first), 1
        for value, label in _DEFINITION.findall(body):
            if value:
                names[value] = f"%{values}"
                values += 1
            else:
                names["%" + label] = f"%b{blocks}"
                blocks += 1

        def rename(match: re.Match[str]) -> str:
            return names.get(match.group()) or self._inside(match)

        text = SYMBOL.sub(rename, header + body)
        return _LABEL.sub(lambda m: names.get("%" + m[1], "%" + m[1])[1:] + ":", text)

    def _inside(self, match: re.Match[str]) -> str:
        """A symbol in a body that is not defined there: a global, a type, or the entry block.

        LLVM prints no label for an unnamed entry block; without branches to it, only a phi can refer to it.
        """
        text, start, end = match.string, match.start(), match.end()
        if text[start] == "%" and start and text[start - 1] == "," and text[end : end + 1] == "]":
            return "%b0"
        return self._outside(match)

    def _outside(self, match: re.Match[str]) -> str:
        symbol = match.group()
        name = symbol[1:]
        if symbol[0] == "@":
            return self.globals.get(name) or self._global(name, match.string[match.end() : match.end() + 1])
        return self.types.setdefault(name, f"%t{len(self.types)}")

    def _global(self, name: str, following: str) -> str:
        kept = name in LIBRARY or name.startswith("llvm.")
        if kept:
            short = "@" + name
        else:
            # Without a declaration, a short name keeps its kind, and a symbol that is called is a function.
            guess = name[0] if _NUMBERED.fullmatch(name) else "f" if following == "(" else "g"
            kind = self.kinds.get(name, guess)
            short = f"@{kind}{self.counts[kind]}"
            self.counts[kind] += 1
        self.globals[name] = short
        return short
