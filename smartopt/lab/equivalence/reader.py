"""Reads the text that LLVM prints for a module: globals, functions, attributes and metadata, as plain data.

The reader shares no code with LLVM, so that a second opinion does not rest on the first. It reads what LLVM prints,
not everything that LLVM accepts. What it does not know raises Unsupported, and the pair is undecided.
"""

from __future__ import annotations

from functools import partial

from .body import read_body
from .ir import Attributes, Function, Global, Module
from .parser import Parser, plain, tokens_of

__all__ = ["read_module"]


def read_module(text: str, known: Module | None = None) -> Module:
    """Read a printed module; what ``known``, another version of it, has read already is taken from there.

    Raises Unsupported for what it cannot read outside function bodies.
    """
    module = Module()
    if known is not None:
        module.instructions_read = known.instructions_read
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
            same = known.lines.get(line) if known is not None else None
            if same is not None and known is not None:
                module.globals[same.name] = module.lines[line] = same
                if same.name in known.initialisers:
                    module.initialisers[same.name] = known.initialisers[same.name]
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
    tokens = tokens_of(line)
    name = plain(tokens[0])
    parser = Parser(module, tokens[2:])
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
    module.globals[name] = module.lines[line] = Global(name, of, kind == "constant", external, body, tls)


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
    tokens = tokens_of(head)[1:]
    parser = Parser(module, tokens)
    attributes: Attributes = {}
    while not parser.at_type():
        parser.attribute(attributes)
    returns = parser.type()
    name = plain(parser.next())
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
            local = plain(parser.next()) if parser.peek().startswith("%") else str(number)
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
        name, returns, attributes, parameters, own, variadic, head, body, defined, partial(read_body, module)
    )
