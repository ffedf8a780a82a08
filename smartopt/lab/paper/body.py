"""Reads the body of the one function of a printed module: blocks, instructions, operands.

Only as much as features and graphs need; LLVM has parsed and printed the text, so it is well formed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...ir.names import PRINTED

__all__ = ["Block", "Instruction", "read_body"]

_LABEL = re.compile(rf"^({PRINTED}):")
_RESULT = re.compile(rf"^(%{PRINTED}) = ")
_TARGETS = re.compile(rf"label (%{PRINTED})")
_OPERAND = re.compile(rf"%{PRINTED}", re.ASCII)
_CONSTANT = re.compile(
    r"(?<![\w%@.\"-])(?P<type>i\d+|ptr|float|double|half|x86_fp80|fp128|bfloat) "
    r"(?P<value>-?\d+(?:\.\d+e[+-]\d+)?|0x[0-9A-FKLMHR]+|true|false|null|undef|poison)(?![\w.])",
    re.ASCII,
)
_BARE = re.compile(r", (?P<value>-?\d+(?:\.\d+e[+-]\d+)?|0x[0-9A-FKLMHR]+|true|false|null|undef|poison)(?=,|$)")
_CALLEE = re.compile(rf"(@{PRINTED})\(", re.ASCII)
_COMMENT = re.compile(r"\s*;.*$")
_PHI = re.compile(r"\[ ([^\[\]]+?), (%[^\]]+?) \]")
_PREFIXES = ("tail ", "musttail ", "notail ")
_CLEANUP = re.compile(r", ![a-zA-Z_.]+ ![^,]*|(?<=\)) #\d+|, align \d+")


@dataclass(frozen=True)
class Instruction:
    """One instruction.

    Attributes:
        opcode: ``add``, ``call``, ...
        result: the value that it defines, with its sign; "" for none.
        type: the type of the result, or of the first operand where it is printed first.
        operands: values that it uses (parameters and instructions), in order; labels are not among them.
        constants: (type, value) of its constants, in order.
        targets: labels to which it may jump, or, of a phi, from which its values come.
        callee: the symbol that it calls directly, or "".
        text: as printed, without comment, metadata and alignment.
    """

    opcode: str
    result: str
    type: str
    operands: tuple[str, ...]
    constants: tuple[tuple[str, str], ...]
    targets: tuple[str, ...]
    callee: str
    text: str


@dataclass
class Block:
    """A basic block: its label as a value (``%4``), and its instructions."""

    label: str
    instructions: list[Instruction] = field(default_factory=list)

    @property
    def successors(self) -> tuple[str, ...]:
        """Labels, once each; those of an invoke stand on a line of their own, its last."""
        last = self.instructions[-1] if self.instructions else None
        return tuple(dict.fromkeys(last.targets)) if last is not None and last.opcode != "phi" else ()


def read_body(module_text: str) -> tuple[list[str], list[Block]]:
    """Parameters and blocks of the function that a module defines; the entry block comes first."""
    start = module_text.find("\ndefine ")
    start = 0 if module_text.startswith("define ") else start + 1
    end = module_text.find("\n}", start)
    lines = module_text[start : end if end >= 0 else None].split("\n")
    header = lines[0]
    parameters = [one for one in _OPERAND.findall(header[header.find("(") :]) if not one.startswith("%s")]
    numbered = [int(one[1:]) for one in parameters if one[1:].isdigit()]
    entry = f"%{max(numbered, default=-1) + 1}"
    blocks = [Block(entry)]
    for line in _joined(lines[1:]):
        label = _LABEL.match(line)
        if label is not None:
            if len(blocks) == 1 and not blocks[0].instructions:
                blocks[0].label = f"%{label[1]}"
            else:
                blocks.append(Block(f"%{label[1]}"))
        elif line.strip():
            blocks[-1].instructions.append(_instruction(line.strip()))
    return parameters, blocks


def _joined(lines: list[str]) -> Iterator[str]:
    """Lines without comments; a switch's or landing pad's lines become one."""
    held = ""
    for raw in lines:
        line = _COMMENT.sub("", raw) if '"' not in raw else raw
        if held:
            held += " " + line.strip()
            if line.strip().endswith("]"):
                yield held
                held = ""
        elif line.rstrip().endswith("[") and "switch" in line:
            held = line
        elif line.lstrip().startswith(("to label ", "cleanup", "catch ", "filter ")):
            yield f"  {line.strip()}"
        else:
            yield line


def _instruction(text: str) -> Instruction:
    text = _CLEANUP.sub("", text)
    found = _RESULT.match(text)
    result = found[1] if found else ""
    rest = text[found.end() :] if found else text
    for prefix in _PREFIXES:
        rest = rest.removeprefix(prefix)
    opcode, _, tail = rest.partition(" ")
    if opcode in ("to", "cleanup", "catch", "filter"):  # the second line of an invoke or landing pad
        return Instruction("invoke-targets" if opcode == "to" else "clause", "", "", (), (), _labels(tail), "", rest)
    targets = _labels(tail) if opcode != "phi" else tuple(label for _, label in _PHI.findall(tail))
    used = tail if opcode != "phi" else " ".join(value for value, _ in _PHI.findall(tail))
    operands = tuple(one for one in _OPERAND.findall(used) if one not in targets and not one.startswith("%s"))
    kind = _type(opcode, tail)
    constants = tuple((match["type"], match["value"]) for match in _CONSTANT.finditer(tail))
    if opcode == "phi":
        constants = tuple((kind, value) for value, _ in _PHI.findall(tail) if value[0] not in "%@")
    else:
        constants += tuple((kind, match["value"]) for match in _BARE.finditer(tail))
    callee = _CALLEE.search(tail) if opcode in ("call", "invoke", "callbr") else None
    return Instruction(opcode, result, kind, operands, constants, targets, callee[1] if callee else "", text)


def _labels(text: str) -> tuple[str, ...]:
    return tuple(_TARGETS.findall(text))


_FLAGS = re.compile(
    r"^(?:(?:nuw|nsw|exact|disjoint|inbounds|nusw|nneg|samesign|fast|nnan|ninf|nsz|arcp|contract|afn|reassoc|volatile|atomic|"
    r"fastcc|coldcc|ccc|noalias|zeroext|signext|noundef|nonnull|eq|ne|[su](?:gt|ge|lt|le)|o(?:eq|gt|ge|lt|le|ne|rd)|"
    r"u(?:eq|ne|no)) )*"
)


def _type(opcode: str, tail: str) -> str:
    """The first type of an instruction: that of its result, or of what it works on."""
    return re.split(r"[ ,(]", _FLAGS.sub("", tail), maxsplit=1)[0].strip()
