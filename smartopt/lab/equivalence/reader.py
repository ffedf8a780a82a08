"""Reads the text that LLVM prints for a module: globals, functions, attributes and metadata, as plain data.

The reader shares no code with LLVM, so that a second opinion does not rest on the first. It reads what LLVM prints,
not everything that LLVM accepts. What it does not know raises Unsupported, and the pair is undecided.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .types import PTR, Type, Unsupported, int_type

__all__ = [
    "Attributes",
    "BasicBlock",
    "Function",
    "Global",
    "Instruction",
    "Module",
    "Operand",
    "parse_type",
    "read_module",
]

Operand = tuple[Any, ...]
"""``("local", name)``, ``("global", name)``, ``("int", n)``, ``("float", x)``, ``("null",)``, ``("undef",)``,
``("poison",)``, ``("zero",)``, ``("many", ((type, operand), ...))``, ``("bytes", b)``,
``("expr", opcode, flags, source type, ((type, operand), ...))`` or ``("metadata",)``."""

Typed = tuple[Type, Operand]
Attributes = dict[str, Any]
"""Attribute name to True, to a number (``align``), or to the text in its parentheses."""


@dataclass
class Instruction:
    """One instruction. ``extra`` holds what only some opcodes have (labels, cases, predicate, callee, indices)."""

    opcode: str
    result: str | None
    type: Type
    operands: list[Typed]
    flags: frozenset[str] = frozenset()
    extra: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass
class BasicBlock:
    name: str
    instructions: list[Instruction] = field(default_factory=list)


@dataclass
class Function:
    """A function; ``blocks`` is empty for a declaration, and for a definition until ``body`` is asked for."""

    name: str
    returns: Type
    return_attributes: Attributes
    parameters: list[tuple[Type, Attributes, str]]
    attributes: Attributes
    variadic: bool
    head: str
    text: str
    defined: bool
    _blocks: list[BasicBlock] | None = None
    _module: Module | None = None

    def body(self) -> list[BasicBlock]:
        if self._blocks is None:
            assert self._module is not None
            self._blocks = _Body(self._module, self).blocks()
        return self._blocks


@dataclass
class Global:
    name: str
    type: Type
    constant: bool
    external: bool
    initialiser: str
    thread_local: bool = False


@dataclass
class Module:
    """A printed module. Functions are read when they are asked for."""

    types: dict[str, Type | str] = field(default_factory=dict)
    globals: dict[str, Global] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    _initialisers: dict[str, Operand] = field(default_factory=dict)
    _instructions: dict[str, Instruction] = field(default_factory=dict)
    """What a line says, shared by the versions of a module; lines that name attribute groups are read anew."""
    _lines: dict[str, Global] = field(default_factory=dict)
    """The line of each global, so that another version of the module need not be read anew."""

    def initialiser(self, name: str) -> Operand:
        """The value of a constant global."""
        value = self._initialisers.get(name)
        if value is None:
            found = self.globals[name]
            value = self._initialisers[name] = _Parser(self, _tokens(found.initialiser)).operand(found.type)
        return value


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
FAST = frozenset("fast nnan ninf nsz arcp contract afn reassoc".split())
_BINARY = frozenset("add sub mul udiv sdiv urem srem shl lshr ashr and or xor fadd fsub fmul fdiv frem".split())
_CASTS = frozenset(
    """trunc zext sext fptrunc fpext fptoui fptosi uitofp sitofp ptrtoint inttoptr bitcast addrspacecast
    ptrtoaddr""".split()
)
_LINKAGES = frozenset(
    """private internal available_externally linkonce weak common appending extern_weak linkonce_odr weak_odr external
    dso_local dso_preemptable default hidden protected dllimport dllexport thread_local local_unnamed_addr
    unnamed_addr externally_initialized""".split()
)


def _tokens(text: str) -> list[str]:
    return [m["token"] for m in _TOKEN.finditer(text) if m["token"] and m["token"] != "\n"]


def read_module(text: str, known: Module | None = None) -> Module:
    """Read a printed module; what ``known``, another version of it, has read already is taken from there.

    Raises Unsupported for what it cannot read outside function bodies.
    """
    module = Module()
    if known is not None:
        module._instructions = known._instructions
    lines = text.split("\n")
    for line in lines:  # they stand at the end, and are used before
        if line.startswith("attributes "):
            head, _, body = line.partition(" = { ")
            module.groups[head.split()[1]] = body.rstrip(" }")
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.startswith("define "):
            end = at
            while lines[end] != "}":
                end += 1
            _add_function(module, line, "\n".join(lines[at:end]), True)
            at = end + 1
        elif line.startswith("declare "):
            _add_function(module, line, "", False)
        elif line.startswith("@"):
            same = known._lines.get(line) if known is not None else None
            if same is not None and known is not None:
                module.globals[same.name] = module._lines[line] = same
                if same.name in known._initialisers:
                    module._initialisers[same.name] = known._initialisers[same.name]
            else:
                _add_global(module, line)
        elif line.startswith("%"):
            name, _, body = line.partition(" = type ")
            module.types[name[1:].strip('"')] = body
        elif line.startswith("!"):
            name, _, body = line.partition(" = ")
            module.metadata[name] = body
    return module


def _add_global(module: Module, line: str) -> None:
    tokens = _tokens(line)
    name = _plain(tokens[0])
    parser = _Parser(module, tokens[2:])
    external = tls = False
    while True:
        word = parser.peek()
        if word in ("global", "constant", "alias", "ifunc"):
            break
        external |= word in ("external", "extern_weak")
        tls |= word == "thread_local"
        parser.next()
        if parser.peek() == "(":
            parser.parenthesis()
    kind = parser.next()
    if kind in ("alias", "ifunc"):
        module.aliases.add(name)
        return
    start = line.index(f" {kind} ") + len(kind) + 2
    of = parser.type()
    rest = line[start:]
    body = ""
    if not external:
        # The initialiser is read only where its value is asked for; its text follows the type.
        body = rest[_type_length(rest) :]
    module.globals[name] = module._lines[line] = Global(name, of, kind == "constant", external, body, tls)


def _type_length(text: str) -> int:
    """How many characters the type at the beginning of ``text`` takes."""
    depth = 0
    for at, letter in enumerate(text):
        if letter in "[{<(":
            depth += 1
        elif letter in "]}>)":
            depth -= 1
        elif letter == " " and depth == 0:
            return at
    return len(text)


def _add_function(module: Module, head: str, body: str, defined: bool) -> None:
    tokens = _tokens(head)[1:]
    parser = _Parser(module, tokens)
    attributes: Attributes = {}
    while not parser.at_type():
        parser.attribute(attributes)
    returns = parser.type()
    name = _plain(parser.next())
    parser.expect("(")
    parameters = []
    variadic = False
    number = 0
    while parser.peek() != ")":
        if parser.peek() == "...":
            parser.next()
            variadic = True
        else:
            of = parser.type()
            own: Attributes = {}
            while parser.peek() not in (",", ")") and not parser.peek().startswith("%"):
                parser.attribute(own)
            local = _plain(parser.next()) if parser.peek().startswith("%") else str(number)
            if local == str(number):
                number += 1
            parameters.append((of, own, local))
        if parser.peek() == ",":
            parser.next()
    parser.next()
    own = {}
    while parser.more() and parser.peek() != "{":
        word = parser.peek()
        if word.startswith("!"):
            parser.next()
        else:
            parser.attribute(own)
            if word in ("personality", "prefix", "prologue"):
                parser.typed()
    module.functions[name] = Function(
        name, returns, attributes, parameters, own, variadic, head, body, defined, None, module
    )


def _plain(name: str) -> str:
    """A name without its sigil and quotes."""
    return name[1:].strip('"')


class _Parser:
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
            return self._named(_plain(word))
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
            found = _Parser(self.module, _tokens(found)).type()
            self.module.types[name] = found
        return found

    def attribute(self, into: Attributes) -> None:
        """One attribute, linkage word or attribute group."""
        word = self.next()
        if word.startswith("#"):
            group = self.module.groups.get(word)
            if group:
                inner = _Parser(self.module, _tokens(group))
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
        if self.peek() == "(" and word not in _LINKAGES:
            into[word] = self.parenthesis()
        elif self.peek() == "(" and word == "thread_local":
            self.parenthesis()
        else:
            into[word] = True

    def operand(self, of: Type) -> Operand:
        word = self.next()
        if word.startswith("%"):
            return ("local", _plain(word))
        if word.startswith("@"):
            return ("global", _plain(word))
        if of.kind == "metadata" or word.startswith("!"):
            self._skip_metadata(word)
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

    def _skip_metadata(self, word: str) -> None:
        if self.peek() in ("{", "("):
            depth = 0
            while True:
                token = self.next()
                depth += (token in "({") - (token in ")}")
                if depth == 0:
                    return

    def _expression(self, word: str) -> Operand:
        if word in ("dso_local_equivalent", "no_cfi"):
            return ("global", _plain(self.next()))
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
        if word in _CASTS:
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


class _Body(_Parser):
    """Reads a function's body."""

    def __init__(self, module: Module, function: Function) -> None:
        super().__init__(module, [])
        self._function = function

    def blocks(self) -> list[BasicBlock]:
        found: list[BasicBlock] = []
        number = len([1 for index, (_, _, name) in enumerate(self._function.parameters) if name == str(index)])
        for line in _statements(self._function.text):
            if line[0] != " ":
                name = line.split(":")[0] if line[0] != '"' else line[1 : line.index('"', 1)]
                found.append(BasicBlock(name))
                continue
            if not found:
                # The entry block has no label when it has no name: it takes the next free number.
                found.append(BasicBlock(str(number)))
            made = self.module._instructions.get(line)
            if made is None:
                self.tokens, self.at = _tokens(line), 0
                made = self._instruction()
                if "#" not in line:
                    self.module._instructions[line] = made
            found[-1].instructions.append(made)
        return found

    def _instruction(self) -> Instruction:
        result = None
        if self.peek().startswith("%") and self.peek(1) == "=":
            result = _plain(self.next())
            self.next()
        opcode = self.next()
        if opcode in ("tail", "notail", "musttail"):
            if opcode == "musttail":
                raise Unsupported("musttail")
            opcode = self.next()
        read = getattr(self, f"_read_{opcode}", None)
        if opcode in _BINARY:
            made = self._read_binary(opcode)
        elif opcode in _CASTS:
            made = self._read_cast(opcode)
        elif read is not None:
            made = read()
        else:
            raise Unsupported(f"instruction {opcode[:24]}")
        made.result = result
        while self.take(","):
            word = self.next()
            if word == "align":
                made.extra["align"] = int(self.next())
            elif word.startswith("!"):
                made.metadata[word[1:]] = self.next() if self.more() else ""
                if self.peek() == "{" or made.metadata[word[1:]] == "!":
                    self._skip_metadata("!")
            else:
                raise Unsupported(f"suffix {word[:20]}")
        if self.more():
            raise Unsupported(f"rest {self.peek()[:20]}")
        return made

    def _flags(self) -> frozenset[str]:
        flags = set()
        while not self.at_type():
            flags.add(self.next())
        return frozenset(flags)

    def _read_binary(self, opcode: str) -> Instruction:
        flags = self._flags()
        of = self.type()
        left = self.operand(of)
        self.expect(",")
        return Instruction(opcode, None, of, [(of, left), (of, self.operand(of))], flags)

    def _read_fneg(self) -> Instruction:
        flags = self._flags()
        one = self.typed()
        return Instruction("fneg", None, one[0], [one], flags)

    def _read_freeze(self) -> Instruction:
        one = self.typed()
        return Instruction("freeze", None, one[0], [one])

    def _read_cast(self, opcode: str) -> Instruction:
        flags = self._flags()
        one = self.typed()
        self.expect("to")
        return Instruction(opcode, None, self.type(), [one], flags)

    def _compare(self, opcode: str) -> Instruction:
        flags = []
        while not self.at_type():
            flags.append(self.next())
        of = self.type()
        left = self.operand(of)
        self.expect(",")
        bit = int_type(1)
        made = Type("vector", 0, of.count, (bit,)) if of.kind == "vector" else bit
        both = [(of, left), (of, self.operand(of))]
        return Instruction(opcode, None, made, both, frozenset(flags[:-1]), {"predicate": flags[-1]})

    def _read_icmp(self) -> Instruction:
        return self._compare("icmp")

    def _read_fcmp(self) -> Instruction:
        return self._compare("fcmp")

    def _read_select(self) -> Instruction:
        flags = self._flags()
        condition = self.typed()
        self.expect(",")
        yes = self.typed()
        self.expect(",")
        return Instruction("select", None, yes[0], [condition, yes, self.typed()], flags)

    def _read_phi(self) -> Instruction:
        flags = self._flags()
        of = self.type()
        arms, labels = [], []
        while self.take("["):
            arms.append((of, self.operand(of)))
            self.expect(",")
            labels.append(_plain(self.next()))
            self.expect("]")
            # The comma before metadata is not an arm's.
            if self.peek() == "," and self.peek(1) == "[":
                self.next()
        return Instruction("phi", None, of, arms, flags, {"labels": labels})

    def _read_br(self) -> Instruction:
        first = self.typed()
        if first[0].kind == "label":
            return Instruction("br", None, Type("void"), [], frozenset(), {"labels": [first[1][1]]})
        self.expect(",")
        yes = self.typed()[1][1]
        self.expect(",")
        return Instruction("br", None, Type("void"), [first], frozenset(), {"labels": [yes, self.typed()[1][1]]})

    def _read_switch(self) -> Instruction:
        value = self.typed()
        self.expect(",")
        default = self.typed()[1][1]
        self.expect("[")
        cases = []
        while not self.take("]"):
            case = self.typed()[1]
            self.expect(",")
            cases.append((case[1], self.typed()[1][1]))
        return Instruction("switch", None, Type("void"), [value], frozenset(), {"labels": [default], "cases": cases})

    def _read_ret(self) -> Instruction:
        of = self.type()
        return Instruction("ret", None, of, [] if of.kind == "void" else [(of, self.operand(of))])

    def _read_unreachable(self) -> Instruction:
        return Instruction("unreachable", None, Type("void"), [])

    def _read_resume(self) -> Instruction:
        return Instruction("resume", None, Type("void"), [self.typed()])

    def _read_landingpad(self) -> Instruction:
        of = self.type()
        self.at = len(self.tokens)  # which clause catches is the environment's choice
        return Instruction("landingpad", None, of, [])

    def _read_alloca(self) -> Instruction:
        self.take("inalloca")
        of = self.type()
        count: list[Typed] = []
        align = 1
        while self.peek() == "," and self.peek(1) and not self.peek(1).startswith("!"):
            self.next()
            if self.take("align"):
                align = int(self.next())
            else:
                count.append(self.typed())
        return Instruction("alloca", None, PTR, count, frozenset(), {"of": of, "align": align})

    def _read_load(self) -> Instruction:
        flags = self._access_flags()
        of = self.type()
        self.expect(",")
        pointer = self.typed()
        return Instruction("load", None, of, [pointer], flags)

    def _read_store(self) -> Instruction:
        flags = self._access_flags()
        value = self.typed()
        self.expect(",")
        return Instruction("store", None, Type("void"), [value, self.typed()], flags)

    def _access_flags(self) -> frozenset[str]:
        flags = self._flags()
        if "atomic" in flags:
            raise Unsupported("atomic")
        return flags

    def _read_getelementptr(self) -> Instruction:
        flags = set()
        while not self.at_type():
            word = self.next()
            if word == "inrange":
                self.parenthesis()
            flags.add(word)
        source = self.type()
        self.expect(",")
        operands = [self.typed()]
        while self.peek() == "," and not self.peek(1).startswith("!"):
            self.next()
            operands.append(self.typed())
        if any(of.kind == "vector" for of, _ in operands):
            raise Unsupported("vector of pointers")
        return Instruction("getelementptr", None, PTR, operands, frozenset(flags), {"source": source})

    def _indices(self) -> list[int]:
        found = []
        while self.peek() == "," and self.peek(1).isdigit():
            self.next()
            found.append(int(self.next()))
        return found

    def _read_extractvalue(self) -> Instruction:
        one = self.typed()
        indices = self._indices()
        of = one[0]
        for index in indices:
            of = of.parts[index] if of.kind == "struct" else of.element
        return Instruction("extractvalue", None, of, [one], frozenset(), {"indices": indices})

    def _read_insertvalue(self) -> Instruction:
        one = self.typed()
        self.expect(",")
        other = self.typed()
        return Instruction("insertvalue", None, one[0], [one, other], frozenset(), {"indices": self._indices()})

    def _read_extractelement(self) -> Instruction:
        one = self.typed()
        self.expect(",")
        return Instruction("extractelement", None, one[0].element, [one, self.typed()])

    def _read_insertelement(self) -> Instruction:
        operands = [self.typed()]
        for _ in range(2):
            self.expect(",")
            operands.append(self.typed())
        return Instruction("insertelement", None, operands[0][0], operands)

    def _read_shufflevector(self) -> Instruction:
        operands = [self.typed()]
        for _ in range(2):
            self.expect(",")
            operands.append(self.typed())
        made = Type("vector", 0, operands[2][0].count, operands[0][0].parts)
        return Instruction("shufflevector", None, made, operands)

    def _read_call(self) -> Instruction:
        return self._call("call")

    def _read_invoke(self) -> Instruction:
        made = self._call("invoke")
        self.expect("to")
        normal = self.typed()[1][1]
        self.expect("unwind")
        made.extra["labels"] = [normal, self.typed()[1][1]]
        return made

    def _call(self, opcode: str) -> Instruction:
        returned: Attributes = {}
        while not self.at_type():
            self.attribute(returned)
        of = self.type()
        if self.peek() == "(":
            self.parenthesis()
        if self.peek() == "asm":
            raise Unsupported("inline assembly")
        callee = self.operand(PTR)
        self.expect("(")
        arguments: list[Typed] = []
        attributes: list[Attributes] = []
        while not self.take(")"):
            kind, own, value = self.argument()
            arguments.append((kind, value))
            attributes.append(own)
            self.take(",")
        own = {}
        while self.more() and self.peek() not in (",", "to", "["):
            self.attribute(own)
        bundles = []
        if self.take("["):
            while not self.take("]"):
                tag = self.next().strip('"')
                self.expect("(")
                inside = []
                while not self.take(")"):
                    inside.append(self.typed())
                    self.take(",")
                self.take(",")
                bundles.append((tag, inside))
        extra = {
            "callee": callee,
            "returned": returned,
            "arguments": attributes,
            "attributes": own,
            "bundles": bundles,
        }
        flags = frozenset(word for word in returned if word in FAST)
        return Instruction(opcode, None, of, arguments, flags, extra)


def _statements(text: str) -> Iterable[str]:
    """Labels and instructions, each on one line; comments and debug records are left out."""
    held = ""
    for line in text.split("\n"):
        if not line or line[0] == ";" or line.startswith(("    #dbg", "  ;")):
            continue
        if line[0] != " " or (line[2:3] not in (" ", "]", "")):
            if held:
                yield held
            held = line
        else:
            held += " " + line.strip()
    if held:
        yield held


def parse_type(module: Module, text: str) -> Type:
    """The type that a text names, as in an attribute's parentheses."""
    return _Parser(module, _tokens(text)).type()
