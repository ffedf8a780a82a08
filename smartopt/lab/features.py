"""Cheap numbers about one function, for the baselines that choose by them.

They are counted in the text that LLVM prints, from ``define`` to the closing brace, without normalising it first, which
would cost many times as much. Names, comments, alignment and metadata have no effect. A loop is a branch to a block at
or before its own in the order of the text.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from ..digest import sha256
from ..ir.known_names import LIBRARY

__all__ = ["FEATURES_VERSION", "FEATURE_NAMES", "features", "features_subject"]

FEATURES_VERSION = 2
"""Raised whenever the features of any function may change."""

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
    "returns_value",
    "varargs",
)
FEATURE_NAMES: tuple[str, ...] = (
    *_SHAPE,
    *(f"op_{name}" for name in OPCODES),
    *(f"type_{name}" for name in _TYPES),
)
"""The names of the numbers that :func:`features` returns, in the same order."""

_INSTRUCTION = re.compile(rb"^  (?:%[^ ]+ = )?(?:(?:tail|musttail|notail) )?([a-z_]+)", re.MULTILINE)
_BLOCK = re.compile(rb"^([-\w$.]+|\"[^\"\n]*\"):", re.MULTILINE)
_TARGET = re.compile(rb"label %([-\w$.]+|\"[^\"\n]*\")")
_CASE = re.compile(rb"^    i\d+ -?\d+, label", re.MULTILINE)
_PHI = re.compile(rb"^  %[^ ]+ = phi [^\n]*", re.MULTILINE)
_CALLEE = re.compile(rb"\b(?:call|invoke) [^\n]*?([@%])([-\w$.]+|\"[^\"\n]*\")\(")
_ASM = re.compile(rb"\b(?:call|invoke) [^\n]*?\basm (?:[a-z]+ )*\"")
_NUMBER = re.compile(rb"(?:, |\[ |i(?<!\wi)\d+ |float (?<!\wfloat )|double (?<!\wdouble ))(-?\d[\w.+-]*)(?=[,)\] \n])")
_TYPE = re.compile(
    rb"(?:i(?<![-%@.$\w]i)(?:1|8|16|32|64)|float(?<![-%@.$\w]float)|double(?<![-%@.$\w]double)|ptr(?<![-%@.$\w]ptr))"
    rb"\b(?!\.)"
)
"""The lookbehind comes after the first letters of each word, because searching for one of a few letters is fast."""
_ATOMIC = re.compile(rb"(?<![-%@.$\w])(?:volatile|atomic|atomicrmw|cmpxchg|fence)\b(?!\.)")
_ATOMIC_WORDS = (b"volatile", b"atomic", b"cmpxchg", b"fence")
_STRUCT_GEP = re.compile(rb"getelementptr [a-z ]*%")
_VECTOR = re.compile(rb"<\d+ x ")
_PARAMETER = re.compile(rb" %[-\w$.\"]+(?=[,)])")
_VOID = re.compile(rb"^define [^\n@]*\bvoid @")
_MEMORY = ("llvm.memcpy", "llvm.memset", "llvm.memmove", "memcpy", "memset", "memmove", "memcmp")


def features_subject() -> str:
    """Identifies these features by 16 digits: a forest that was trained on other features must not be used."""
    return sha256("\n".join((str(FEATURES_VERSION), *FEATURE_NAMES)).encode()).hexdigest()[:16]


def features(text: bytes) -> tuple[float, ...]:
    """The numbers named by ``FEATURE_NAMES``, for a function as LLVM prints it: counts, and logarithms of sizes.

    Never raises: for other text the numbers are 0 or make no sense.
    """
    header, _, body = text.partition(b"\n")
    opcodes = Counter(_INSTRUCTION.findall(body))
    counted = [float(opcodes[name]) for name in _OPCODES]
    types = Counter(_TYPE.findall(body))
    numbers = _NUMBER.findall(body)
    blocks, longest, back_edges = _blocks(body)
    return (
        math.log2(1 + sum(counted)),
        float(blocks),
        math.log2(1 + longest),
        float(back_edges),
        float(body.count(b"br i1 ")),
        float(len(_CASE.findall(body))) if opcodes[b"switch"] else 0.0,
        float(sum(line.count(b" [ ") for line in _PHI.findall(body))) if opcodes[b"phi"] else 0.0,
        float(len(_PARAMETER.findall(header))),
        *map(float, _calls(body)),
        float(len(_ASM.findall(body))) if b" asm " in body else 0.0,
        float(len(_ATOMIC.findall(body))) if any(word in body for word in _ATOMIC_WORDS) else 0.0,
        float(len(numbers)),
        float(numbers.count(b"0") + numbers.count(b"1")),
        float(body.count(b"@")),
        float(len(_STRUCT_GEP.findall(body))),
        float(len(_VECTOR.findall(body))),
        0.0 if _VOID.match(header) else 1.0,
        1.0 if b"...)" in header else 0.0,
        *counted,
        *(float(types[name]) for name in _TYPE_NAMES),
    )


_OPCODES = tuple(name.encode() for name in OPCODES)
_TYPE_NAMES = tuple(name.encode() for name in _TYPES)


def _blocks(body: bytes) -> tuple[int, int, int]:
    """The number of blocks, of lines of the longest block, and of edges that lead back."""
    seen: set[bytes] = set()
    longest = back = 0
    chunks = body.split(b"\n\n")  # LLVM prints an empty line between blocks, and nowhere else in a body
    for number, chunk in enumerate(chunks):
        lines = chunk.count(b"\n")
        if label := _BLOCK.match(chunk):
            lines -= number == 0  # without a name, an entry block has no line for it
            seen.add(label[1])
        longest = max(longest, lines)
        if b"label %" in chunk:
            back += sum(1 for target in _TARGET.findall(chunk) if target in seen)
    return len(chunks), longest, back


def _calls(body: bytes) -> tuple[int, int, int, int, int, int]:
    """The number of calls: direct, indirect, to intrinsics, lifetime markers, memory functions, library functions."""
    callees = Counter(_CALLEE.findall(body))
    direct = indirect = intrinsic = lifetime = memory = library = 0
    for (sign, raw), count in callees.items():
        if sign == b"%":
            indirect += count
            continue
        direct += count
        name = raw.decode("utf-8", "replace")
        if name.startswith("llvm."):
            intrinsic += count
            if name.startswith("llvm.lifetime."):
                lifetime += count
        elif name in LIBRARY:
            library += count
        if name.startswith(_MEMORY):
            memory += count
    return direct, indirect, intrinsic, lifetime, memory, library
