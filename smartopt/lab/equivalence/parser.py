"""Reads types, attributes and operands from the tokens of a printed line."""

from __future__ import annotations

import re
import struct

from .ir import Attributes, Module, Operand, Typed
from .types import PTR, Type, Unsupported, int_type

__all__ = ["CASTS", "Parser", "initialiser", "parse_type", "plain", "tokens_of"]

_TOKEN = re.compile(
    r"""[ \t]+|;[^\n]*
    |(?P<token>c"[^"]*"|"[^"]*"
    |[%@$](?:"[^"]*"|[-\w.$]+)
    |![\w.$-]*|\#\d+
    |-?\d+\.\d+(?:[eE][-+]?\d+)?
    |(?:[fsu]?0x)[KLMHR]?[0-9A-Fa-f]+|-?\d+
    |[A-Za-z_.][\w.$-]*|\.\.\.|.)""",
    re.VERBOSE | re.DOTALL,
)
_CONSTANTS = frozenset(
    """null undef poison true false zeroinitializer none getelementptr inttoptr ptrtoint bitcast trunc add sub xor
    addrspacecast splat blockaddress dso_local_equivalent no_cfi asm icmp shl mul ptrtoaddr ptrauth""".split()
)
_TYPE_WORDS = frozenset(
    "void float double half bfloat fp128 x86_fp80 ppc_fp128 label metadata token ptr x86_amx".split()
)
_INT = re.compile(r"i(\d+)$")
CASTS = frozenset(
    """trunc zext sext fptrunc fpext fptoui fptosi uitofp sitofp ptrtoint inttoptr bitcast addrspacecast
    ptrtoaddr""".split()
)
LINKAGES = frozenset(
    """private internal available_externally linkonce weak common appending extern_weak linkonce_odr weak_odr external
    dso_local dso_preemptable default hidden protected dllimport dllexport thread_local local_unnamed_addr
    unnamed_addr externally_initialized""".split()
)


def tokens_of(text: str) -> list[str]:
    return [m["token"] for m in _TOKEN.finditer(text) if m["token"] and m["token"] != "\n"]


def plain(name: str) -> str:
    """A name without its sigil and quotes."""
    return name[1:].strip('"')


class Parser:
    """Reads types, attributes and operands from tokens."""

    def __init__(self, module: Module, tokens: list[str]) -> None:
        self.module = module
        self.tokens = tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else ""

    def more(self) -> bool:
        return self.at < len(self.tokens)

    def next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def take(self, token: str) -> bool:
        if self.peek() == token:
            self.at += 1
            return True
        return False

    def expect(self, token: str) -> None:
        if not self.take(token):
            raise Unsupported(f"syntax: {token} expected")

    def parenthesis(self) -> str:
        """The tokens of a balanced parenthesis that begins here."""
        depth, parts = 0, []
        while True:
            token = self.next()
            depth += (token == "(") - (token == ")")
            parts.append(token)
            if depth == 0:
                return " ".join(parts[1:-1])

    def at_type(self) -> bool:
        word = self.peek()
        return word in _TYPE_WORDS or word in ("[", "{", "<") or word.startswith("%") or bool(_INT.match(word))

    def type(self) -> Type:
        word = self.next()
        found = _INT.match(word)
        if found:
            return int_type(int(found[1]))
        if word == "ptr":
            if self.take("addrspace") and self.parenthesis() != "0":
                raise Unsupported("address space")
            return PTR
        if word in _TYPE_WORDS:
            return Type(word)
        if word == "[":
            count = int(self.next())
            self.expect("x")
            element = self.type()
            self.expect("]")
            return Type("array", 0, count, (element,))
        if word == "<" and self.peek() == "{":
            self.next()
            made = self._struct(True)
            self.expect(">")
            return made
        if word == "<":
            if self.peek() == "vscale":
                raise Unsupported("scalable vector")
            count = int(self.next())
            self.expect("x")
            element = self.type()
            self.expect(">")
            return Type("vector", 0, count, (element,))
        if word == "{":
            return self._struct(False)
        if word.startswith("%"):
            return self._named(plain(word))
        raise Unsupported(f"syntax: type {word[:20]}")

    def _struct(self, packed: bool) -> Type:
        parts = []
        while not self.take("}"):
            parts.append(self.type())
            self.take(",")
        return Type("struct", 0, 0, tuple(parts), packed)

    def _named(self, name: str) -> Type:
        found = self.module.types.get(name)
        if found is None:
            raise Unsupported("unknown type")
        if isinstance(found, str):
            if found == "opaque":
                return Type("opaque")
            found = Parser(self.module, tokens_of(found)).type()
            self.module.types[name] = found
        return found

    def attribute(self, into: Attributes) -> None:
        """One attribute, linkage word or attribute group."""
        word = self.next()
        if word.startswith("#"):
            group = self.module.groups.get(word)
            if group:
                inner = Parser(self.module, tokens_of(group))
                while inner.more():
                    inner.attribute(into)
            return
        if word.startswith('"'):
            if self.take("="):
                self.next()
            return
        if word in ("align", "section", "comdat", "gc", "partition", "alignstack"):
            self.take("=")
            if self.peek() == "(":
                into[word] = self.parenthesis()
            elif word != "comdat" and self.more():
                value = self.next()
                into[word] = int(value) if value.isdigit() else value
            return
        if self.peek() == "(" and word not in LINKAGES:
            into[word] = self.parenthesis()
        elif self.peek() == "(" and word == "thread_local":
            self.parenthesis()
        else:
            into[word] = True

    def operand(self, of: Type) -> Operand:
        word = self.next()
        if word.startswith("%"):
            return ("local", plain(word))
        if word.startswith("@"):
            return ("global", plain(word))
        if of.kind == "metadata" or word.startswith("!"):
            self.skip_metadata(word)
            return ("metadata",)
        if word == "true":
            return ("int", 1)
        if word == "false":
            return ("int", 0)
        if word in ("null", "undef", "poison"):
            return (word,)
        if word in ("zeroinitializer", "none"):
            return ("zero",)
        if word.startswith('c"'):
            return ("bytes", _string(word[2:-1]))
        if of.kind in ("float", "double"):
            return ("float", _float(word))
        if re.fullmatch(r"-?\d+", word):
            return ("int", int(word))
        if word in ("[", "{", "<"):
            packed = word == "<" and self.take("{")
            close = {"[": "]", "{": "}", "<": ">"}[word]
            if packed:
                close = "}"
            parts = []
            while not self.take(close):
                parts.append(self.typed())
                self.take(",")
            if packed:
                self.expect(">")
            return ("many", tuple(parts))
        if word == "splat":
            self.expect("(")
            one = self.typed()
            self.expect(")")
            return ("many", (one,) * of.count)
        if word in _CONSTANTS and word not in ("asm", "blockaddress", "ptrauth"):
            return self._expression(word)
        raise Unsupported(f"constant {word[:20]}")

    def skip_metadata(self, word: str) -> None:
        if self.peek() in ("{", "("):
            depth = 0
            while True:
                token = self.next()
                depth += (token in "({") - (token in ")}")
                if depth == 0:
                    return

    def _expression(self, word: str) -> Operand:
        if word in ("dso_local_equivalent", "no_cfi"):
            return ("global", plain(self.next()))
        flags = set()
        while self.peek() != "(":
            flags.add(self.next())
            if self.peek() == "(" and "inrange" in flags and self.peek(-1) == "inrange":
                self.parenthesis()
        self.next()
        source = None
        if word == "getelementptr":
            source = self.type()
            self.expect(",")
        parts = [self.typed()]
        if word in CASTS:
            self.expect("to")
            source = self.type()
        while self.take(","):
            parts.append(self.typed())
        self.expect(")")
        return ("expr", word, frozenset(flags), source, tuple(parts))

    def typed(self) -> Typed:
        of = self.type()
        return of, self.operand(of)

    def argument(self) -> tuple[Type, Attributes, Operand]:
        of = self.type()
        own: Attributes = {}
        if of.kind == "metadata":
            if self.at_type():
                return of, own, self.typed()[1]
            return of, own, self.operand(of)
        while self.peek()[:1].isalpha() and self.peek() not in _CONSTANTS and not self.peek().startswith('c"'):
            self.attribute(own)
        return of, own, self.operand(of)


def _string(text: str) -> bytes:
    parts, at = bytearray(), 0
    while at < len(text):
        if text[at] == "\\":
            if text[at + 1] == "\\":
                parts.append(ord("\\"))
                at += 2
            else:
                parts.append(int(text[at + 1 : at + 3], 16))
                at += 3
        else:
            parts += text[at].encode()
            at += 1
    return bytes(parts)


def _float(word: str) -> float:
    if word.startswith("0x"):
        if not word[2:3].isalnum() or word[2] in "KLMHR":
            raise Unsupported("float constant")
        return float(struct.unpack("<d", int(word, 16).to_bytes(8, "little"))[0])
    if word.startswith("f0x"):
        raise Unsupported("float constant")
    return float(word)


def parse_type(module: Module, text: str) -> Type:
    """The type that a text names, as in an attribute's parentheses."""
    return Parser(module, tokens_of(text)).type()


def initialiser(module: Module, name: str) -> Operand:
    """The value of a constant global."""
    value = module.initialisers.get(name)
    if value is None:
        found = module.globals[name]
        value = module.initialisers[name] = Parser(module, tokens_of(found.initialiser)).operand(found.type)
    return value
