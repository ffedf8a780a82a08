"""Reads a function's body: one instruction a line, by its opcode."""

from __future__ import annotations

from collections.abc import Iterable

from .ir import Attributes, BasicBlock, Function, Instruction, Module, Typed
from .parser import CASTS, Parser, plain, tokens_of
from .types import PTR, Type, Unsupported, int_type

__all__ = ["read_body"]

_FAST = frozenset("fast nnan ninf nsz arcp contract afn reassoc".split())
_BINARY = frozenset("add sub mul udiv sdiv urem srem shl lshr ashr and or xor fadd fsub fmul fdiv frem".split())


def read_body(module: Module, function: Function) -> list[BasicBlock]:
    """The blocks of a function. Raises Unsupported."""
    return _Body(module, function).blocks()


class _Body(Parser):
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
            made = self.module.instructions_read.get(line)
            if made is None:
                self.tokens, self.at = tokens_of(line), 0
                made = self._instruction()
                if "#" not in line:
                    self.module.instructions_read[line] = made
            found[-1].instructions.append(made)
        return found

    def _instruction(self) -> Instruction:
        result = None
        if self.peek().startswith("%") and self.peek(1) == "=":
            result = plain(self.next())
            self.next()
        opcode = self.next()
        if opcode in ("tail", "notail", "musttail"):
            if opcode == "musttail":
                raise Unsupported("musttail")
            opcode = self.next()
        read = getattr(self, f"_read_{opcode}", None)
        if opcode in _BINARY:
            made = self._read_binary(opcode)
        elif opcode in CASTS:
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
                    self.skip_metadata("!")
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
        values, labels = [], []
        while self.take("["):
            values.append((of, self.operand(of)))
            self.expect(",")
            labels.append(plain(self.next()))
            self.expect("]")
            # A comma before metadata does not begin a value.
            if self.peek() == "," and self.peek(1) == "[":
                self.next()
        return Instruction("phi", None, of, values, flags, {"labels": labels})

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
        flags = frozenset(word for word in returned if word in _FAST)
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
