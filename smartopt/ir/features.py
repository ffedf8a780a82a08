"""Cheap numbers about one function, for forests and gates that must cost far less than one trial.

Counts come from the text alone: a loop is a branch to a block at or before its own in the order of the
text. Wants normalised text (:func:`smartopt.ir.normalise`): raw text gives other counts. Pure.
"""

from __future__ import annotations

import math
import re
from collections import Counter

__all__ = ["FEATURE_NAMES", "features"]

OPCODES: tuple[str, ...] = tuple(
    """
    ret br switch indirectbr invoke resume unreachable
    fneg add fadd sub fsub mul fmul udiv sdiv fdiv urem srem frem shl lshr ashr and or xor
    extractelement insertelement shufflevector extractvalue insertvalue
    alloca load store fence cmpxchg atomicrmw getelementptr
    trunc zext sext fptrunc fpext fptoui fptosi uitofp sitofp ptrtoint inttoptr bitcast addrspacecast
    icmp fcmp phi select call va_arg landingpad freeze
    """.split()
)
"""Counted opcodes (LLVM LangRef, "Instruction Reference")."""

_TYPES = ("i1", "i8", "i16", "i32", "i64", "float", "double", "ptr")
_SHAPE = (
    "log2_characters",
    "log2_instructions",
    "blocks",
    "log2_longest_block",
    "back_edges",
    "conditional_branches",
    "switch_cases",
    "phi_inputs",
    "parameters",
    "direct_calls",
    "indirect_calls",
    "intrinsic_calls",
    "lifetime_calls",
    "memory_calls",
    "library_calls",
    "asm_calls",
    "volatile_or_atomic",
    "constant_operands",
    "zero_or_one_operands",
    "global_mentions",
    "struct_geps",
    "vector_lines",
    "constants_in_context",
    "returns_value",
    "varargs",
)
FEATURE_NAMES: tuple[str, ...] = (
    *_SHAPE,
    *(f"op_{name}" for name in OPCODES),
    *(f"type_{name}" for name in _TYPES),
)
"""Names of the numbers that :func:`features` gives, in the same order."""

_BODY = re.compile(r"^define\b([^\n]*)\{[^\n]*\n(.*?)^\}", re.ASCII | re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"(?:%\d+=)?(?:(?:tail|musttail|notail) )?([a-z_]+)\b|(b\d+):", re.ASCII)
_TARGET = re.compile(r"label ?%(b\d+)", re.ASCII)
_TYPE = re.compile(rf"\b(?:{'|'.join(_TYPES)})\b", re.ASCII)
_NUMBER = re.compile(r"(?<=[\w>\]}] )-?\d[\w.+-]*(?=[,)\]\n])", re.ASCII)
_CALLEE = re.compile(r"(?:call|invoke)\b[^\n(]*?(?:\([^\n()]*\) ?)?([@%])([-\w$.]*)\(", re.ASCII)
_MEMORY = ("llvm.memcpy", "llvm.memset", "llvm.memmove", "memcpy", "memset", "memmove", "memcmp")


def features(text: str) -> tuple[float, ...]:
    """The numbers that ``FEATURE_NAMES`` names, for the first function that the text defines.

    Never raises: without a function, every number is 0. Counts are as they are, sizes are logarithms.
    """
    match = _BODY.search(text)
    if not match:
        return (0.0,) * len(FEATURE_NAMES)
    header, body = match[1], match[2]
    lines = body.split("\n")
    opcodes, order, lengths, edges = _walk(lines)
    callees = _CALLEE.findall(body)
    names = [name for sign, name in callees if sign == "@"]
    numbers = _NUMBER.findall(body)
    library = sum(1 for name in names if not name.startswith("llvm.") and not re.fullmatch(r"[fg]\d+", name))
    types = Counter(_TYPE.findall(body))
    total = sum(opcodes[name] for name in OPCODES)
    arguments = header[header.find("(") : header.rfind(")") + 1]
    shape = (
        math.log2(1 + len(match.group())),
        math.log2(1 + total),
        len(order),
        math.log2(1 + max(lengths)),
        sum(1 for source, target in edges if order.get(target, source + 1) <= source),
        len(re.findall(r"\bbr i1\b", body)),
        sum(1 for line in lines if re.match(r"i\d+ -?\d+,label", line)),
        sum(line.count("[") for line in lines if re.search(r"=phi\b", line)),
        arguments.count("%") if arguments else 0,
        len(names),
        sum(1 for sign, _ in callees if sign == "%"),
        sum(1 for name in names if name.startswith("llvm.")),
        sum(1 for name in names if name.startswith("llvm.lifetime.")),
        sum(1 for name in names if name.startswith(_MEMORY)),
        library,
        len(re.findall(r"\basm (?:[a-z]+ )*\"", body)),
        len(re.findall(r"\b(?:volatile|atomic|atomicrmw|cmpxchg|fence)\b", body)),
        len(numbers),
        sum(1 for number in numbers if number in ("0", "1")),
        body.count("@"),
        len(re.findall(r"getelementptr[a-z ]*%", body)),
        len(re.findall(r"<\d+ x ", body)),
        len(re.findall(r"^@[^\n=]*=[^\n]*\bconstant\b", text, re.MULTILINE)),
        0 if re.match(r" ?(?:[a-z_]+ )*void\b", header) else 1,
        1 if "..." in arguments else 0,
    )
    return (
        *map(float, shape),
        *(float(opcodes[name]) for name in OPCODES),
        *(float(types[name]) for name in _TYPES),
    )


def _walk(lines: list[str]) -> tuple[Counter[str], dict[str, int], list[int], list[tuple[int, str]]]:
    """Opcode counts, block positions by label, instructions by block, edges (block position, target)."""
    opcodes: Counter[str] = Counter()
    order = {"b0": 0}
    lengths = [0]
    edges: list[tuple[int, str]] = []
    known = frozenset(OPCODES)
    for line in lines:
        match = _LINE.match(line)
        if match and match[1] in known:
            opcodes[match[1]] += 1
            lengths[-1] += 1
        elif match and match[2]:
            order[match[2]] = len(lengths)
            lengths.append(0)
        if "label" in line:
            edges.extend((len(lengths) - 1, target) for target in _TARGET.findall(line))
    return opcodes, order, lengths, edges
