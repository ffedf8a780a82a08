"""Cuts a printed module into functions that are modules of their own (the paper, sections II-B and III-B).

The paper works on single functions: each stands in a module with the types, variables and declarations that it uses.
Variables become external, because nothing may be concluded from their use in one function; constants keep their value
unless it mentions other symbols. The function itself becomes external, else every pass list would remove it. Symbols
are renamed (``@f1`` is the function, as in the paper's listings), except LLVM's own and well-known library functions,
which passes know by name. What cannot stand alone (aliases, label addresses of other functions) is left out.

With ``attributes`` the text keeps attribute groups and metadata (the *trusted* arm); without, both are removed, also
those of parameters, as data sets have it (the *paper's* arm, "we discard comments, debug metadata and attributes").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...ir.known_names import LIBRARY
from ...ir.names import PRINTED, unquoted

__all__ = ["alone", "model_text"]

_DEFINE = re.compile(rf"^define\b[^\n@]*@({PRINTED})", re.ASCII | re.MULTILINE)
_LINE = re.compile(
    rf"^(?:(?P<type>%{PRINTED}) = type [^\n]*|(?P<global>@{PRINTED}) = [^\n]*|"
    rf"declare\b[^\n@]*(?P<declared>@{PRINTED})[^\n]*|attributes (?P<group>#\d+) = [^\n]*|"
    r"(?P<node>!\d+) = [^\n]*)",
    re.ASCII | re.MULTILINE,
)
_MENTION = re.compile(rf'"(?:[^"\n])*"|[@%]{PRINTED}|#\d+|!\d+', re.ASCII)
_TARGET = re.compile(r"^target [^\n]*\n", re.MULTILINE)
_FLAGS = re.compile(r"^!llvm\.module\.flags = [^\n]*\n", re.MULTILINE)

_LINKAGE = (
    r"(?:private|internal|linkonce_odr|linkonce|weak_odr|weak|available_externally|common|appending|extern_weak|"
    r"external|dso_local|dso_preemptable|hidden|protected|default|dllimport|dllexport)"
)
_DEFINE_LINKAGE = re.compile(rf"^define (?:{_LINKAGE} )*")
_SECTIONS = re.compile(r' (?:comdat(?:\(\$[^)]*\))?|section "[^"]*"|partition "[^"]*")')
_VARIABLE = re.compile(
    rf"^(?P<name>@{PRINTED}) = (?P<words>(?:{_LINKAGE} |thread_local(?:\([a-z]+\))? |unnamed_addr |local_unnamed_addr |"
    r"addrspace\(\d+\) |externally_initialized )*)(?P<kind>global|constant) (?P<rest>.*)$"
)
_TAIL = re.compile(r'((?:, (?:align \d+|section "[^"]*"|comdat(?:\([^)]*\))?|![^,]*))*)$')

_UNNAMED = re.compile(r" (?:local_)?unnamed_addr")
_NAMED_PARAMETER = re.compile(rf" %{PRINTED}(?=[,)])", re.ASCII)
_NESTED = r"\((?:[^()\n]|\([^()\n]*\))*\)"
_PLAIN_ATTRIBUTES = (
    "noundef nonnull nocapture nofree returned signext zeroext noext readonly readnone writeonly immarg allocalign "
    "allocptr writable dead_on_unwind dead_on_return noalias inreg nounwind noreturn memory speculatable"
).split()
_ATTRIBUTE = re.compile(
    rf" (?:(?:{'|'.join(_PLAIN_ATTRIBUTES)})(?![\w(])|"
    rf"(?:captures|dereferenceable|dereferenceable_or_null|initializes|nofpclass|range|memory|dead_on_return)"
    rf"{_NESTED}|align \d+(?= [%@]|,[^\n]*\)|\)))",
    re.ASCII,
)
_GROUP_USE = re.compile(r" #\d+(?=[ \n,{]|$)", re.ASCII)
_METADATA_USE = re.compile(r",? ![A-Za-z_.][\w.]* !(?:\d+|\{[^}\n]*\})", re.ASCII)
_COMMENT = re.compile(r"[ \t]*;[^\n]*")


def alone(module_text: str, attributes: bool) -> Iterator[tuple[str, str]]:
    """The functions of a module as LLVM printed it: (symbol, text of a module that defines only it).

    The texts are not verified; a few will not be valid modules.
    """
    cutter = _Cutter(module_text, attributes)
    for name in cutter.bodies:
        text = cutter.around(name)
        if text is not None:
            yield unquoted(name), text


class _Cutter:
    """A printed module, read once."""

    def __init__(self, text: str, attributes: bool) -> None:
        self.attributes = attributes
        self.bodies: dict[str, str] = {}
        position = 0
        while match := _DEFINE.search(text, position):
            end = text.find("\n}", match.start())
            position = len(text) if end < 0 else end + 2
            self.bodies[match[1]] = text[match.start() : position]
        self.lines: dict[str, str] = {}
        for match in _LINE.finditer(text):
            key = match["type"] or match["global"] or match["declared"] or match["group"] or match["node"]
            self.lines[key] = _shorter(match.group()) if match["declared"] else match.group()
        for name, body in self.bodies.items():
            self.lines["@" + name] = _declaration(body)
        self.head = "".join(_TARGET.findall(text))
        self.flags = "".join(_FLAGS.findall(text)) if attributes else ""

    def around(self, name: str) -> str | None:
        """A module with one function; None where it cannot stand alone."""
        own = "@" + name
        body = self.bodies[name]
        header, _, rest = body.partition("\n")
        header = _SECTIONS.sub("", _DEFINE_LINKAGE.sub("define ", header))
        lines: dict[str, str] = {}
        waiting = self._mentions(header + "\n" + rest) + self._mentions(self.flags)
        for key in waiting:  # grows in the loop: what is mentioned by what is mentioned
            if key in lines or key == own or key not in self.lines:
                continue
            line = self.lines[key]
            if key[0] == "@" and not line.startswith("declare"):
                shown = _variable(line)
                if shown is None:
                    return None
                line = shown
            lines[key] = line
            waiting += self._mentions(line)
        if "blockaddress(" in rest and f"blockaddress({own}," not in rest.replace("blockaddress( ", "blockaddress("):
            return None
        by_kind = {sign: [line for key, line in lines.items() if key[0] == sign] for sign in "%@#!"}
        text = "\n".join([*by_kind["%"], *by_kind["@"], header, rest])
        if self.attributes:
            text += "\n" + "\n".join(by_kind["#"]) + "\n" + self.flags + "\n".join(by_kind["!"]) + "\n"
        else:
            text = _without_attributes(text) + "\n"
        return self.head + _renamed(text, own, list(lines))

    def _mentions(self, text: str) -> list[str]:
        found = _MENTION.findall(text)
        if not self.attributes:
            return [one for one in found if one[0] in "@%"]
        return [one for one in found if one[0] != '"']


def _declaration(body: str) -> str:
    """The declaration of a function that is defined elsewhere."""
    header = body.split("\n", 1)[0].rstrip(" {")
    header = _SECTIONS.sub("", _DEFINE_LINKAGE.sub("declare ", header))
    header = re.sub(r" (?:personality|prefix|prologue) .*$", "", header)
    return _shorter(re.sub(r" !\w+ !\d+", "", header))


def _shorter(declaration: str) -> str:
    """Without the names of parameters, which mean nothing, and that the address does not matter."""
    return _NAMED_PARAMETER.sub("", _UNNAMED.sub("", declaration))


def _variable(line: str) -> str | None:
    """A variable as another module sees it; a constant with its value, if that mentions no symbol."""
    match = _VARIABLE.match(line)
    if match is None:
        return None  # an alias or ifunc
    tail = _TAIL.search(match["rest"])
    end = tail[1] if tail else ""
    aligned = re.search(r", align \d+", end)
    value = match["rest"][: len(match["rest"]) - len(end)]
    declared = "".join(re.findall(r"thread_local(?:\([a-z]+\))? |addrspace\(\d+\) ", match["words"]))
    alignment = aligned.group() if aligned else ""
    if match["kind"] == "constant" and "@" not in value and not _has_no_value(match["words"]):
        own = "private unnamed_addr " if "private" in match["words"] else "linkonce_odr "
        return f"{match['name']} = {own}{declared}constant {value}{alignment}"
    return f"{match['name']} = external {declared}{match['kind']} {_type_of(value)}{alignment}"


def _has_no_value(words: str) -> bool:
    return bool(re.search(r"\b(?:external|extern_weak)\b", words))


def _type_of(value: str) -> str:
    """The type at the beginning of ``TYPE VALUE``."""
    depth = 0
    quoted = False
    for at, letter in enumerate(value):
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in "[{(<":
            depth += 1
        elif not quoted and letter in "]})>":
            depth -= 1
        elif not quoted and letter == " " and depth == 0:
            return value[:at]
    return value


def _without_attributes(text: str) -> str:
    """Outside of string constants."""
    parts = re.split(r'(c"[^"\n]*")', text)
    for at in range(0, len(parts), 2):
        parts[at] = _GROUP_USE.sub("", _METADATA_USE.sub("", parts[at]))
        before = None
        while before != parts[at]:
            before, parts[at] = parts[at], _ATTRIBUTE.sub("", parts[at])
    return "".join(parts)


def _renamed(text: str, own: str, mentioned: list[str]) -> str:
    """The text with short symbols and type names, strings untouched."""
    names = {own: "@f1"}
    counts = {"f": 1, "g": 0, "s": 0}
    for key in mentioned:
        if key[0] == "%":
            counts["s"] += 1
            names[key] = f"%s{counts['s']}"
        elif key[0] == "@":
            plain = unquoted(key[1:])
            if plain in LIBRARY or plain.startswith(("llvm.", "__gxx", "_Zn", "_Zd", "__cxa")):
                continue
            is_function = re.search(rf"^declare\b[^\n@]*{re.escape(key)}\(", text, re.MULTILINE)
            kind = "f" if is_function else "g"
            counts[kind] += 1
            names[key] = f"@{kind}{counts[kind]}"
    return _RENAME.sub(lambda match: names.get(match.group(), match.group()), text)


_RENAME = re.compile(rf'c"[^"\n]*"|[@%]{PRINTED}|"[^"\n]*"', re.ASCII)


def model_text(text: str) -> str:
    """What a language model sees of a module (section II-B).

    No targets, comments, attributes (also those that passes have added), metadata, indentation or empty lines.
    """
    kept = []
    for line in text.splitlines():
        line = " ".join(_COMMENT.sub("", line).split()) if '"' not in line else line.strip()
        if line and not line.startswith(("target ", "source_filename", "attributes #", "!")):
            kept.append(line)
    return _without_attributes("\n".join(kept))
