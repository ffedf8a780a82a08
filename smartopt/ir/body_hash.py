"""Hashes function bodies by their printed text, with what its numbers refer to.

Printed IR refers to attribute groups (``#3``) and metadata (``!17``) by numbers that are given per module, so equal
text can mean different things in two copies of a module, and some of that matters to code generation (loop hints,
branch weights). A body's key is therefore the hash of its text without such numbers, and that of what they refer to.

Printed IR also shows in which order the predecessors of a block are used, and appends numbers to names of values and
blocks that would be equal. Bodies that differ only in that nearly always give the same code (:func:`similar_key`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..digest import sha256

__all__ = ["Body", "bare", "bodies", "printed_instructions", "similar_key"]

Body = tuple[bytes, bytes]
"""A body's key (halves of two SHA-256: of the text, and of what its numbers refer to) and its printed text."""
_HALF = 16

_REFERENCE = re.compile(rb"([!#]\d+)\b")
_USES = re.compile(rb" +; preds = [^\n]*")
_NUMBERED_NAME = re.compile(rb"(%[-\w.$]*?[A-Za-z_.])\d+\b|^([-\w.$]*?[A-Za-z_.])\d+(?=:)", re.MULTILINE)
"""A local name that ends with a number, where it is used and where it labels a block."""
_METADATA = re.compile(rb"^(!\d+) = (.*)$", re.MULTILINE)
_GROUP = re.compile(rb"^attributes (#\d+) = (.*)$", re.MULTILINE)


def bodies(module_text: bytes, wanted: Sequence[bool] | None = None) -> list[Body | None]:
    """The bodies of a printed module, in order of definition; None for functions that are not ``wanted``."""
    after = max(0, module_text.rfind(b"\n}\n"))  # groups and metadata are printed after the last body
    nodes = dict(_METADATA.findall(module_text, after))
    nodes.update(_GROUP.findall(module_text, after))
    known: dict[bytes, bytes] = {}
    found: list[Body | None] = []
    end = 0
    while (start := _next_body(module_text, end)) >= 0:
        end = _end_of_body(module_text, start)
        if wanted is not None and not wanted[len(found)]:
            found.append(None)
            continue
        text = module_text[start:end]
        pieces = _REFERENCE.split(text)
        resolved = b"".join([known.get(name) or _resolved(name, nodes, known) for name in pieces[1::2]])
        halves = [sha256(part).digest()[:_HALF] for part in (b"".join(pieces[::2]), resolved)]
        found.append((b"".join(halves), text))
    return found


def similar_key(key: bytes, stripped: bytes) -> bytes:
    """A key that bodies share if they differ only in the order of uses and in the numbers of local names.

    ``stripped`` is :func:`bare` of the body's text.
    """
    return key[_HALF:] + stripped


def bare(text: bytes) -> bytes:
    """The hash of a body's text without references, the order of uses, and the numbers of local names."""
    plain = b"".join(_REFERENCE.split(text)[::2])
    return sha256(_NUMBERED_NAME.sub(rb"\1\2", _USES.sub(b"", plain))).digest()[:_HALF]


def printed_instructions(text: bytes) -> int:
    """The number of instructions of a printed body: its lines indented by two spaces, except the end of a switch."""
    return text.count(b"\n  ") - text.count(b"\n   ") - text.count(b"\n  ]")


def _next_body(module_text: bytes, start: int) -> int:
    """Where the next body begins, or -1. A regular expression takes several times as long."""
    if module_text.startswith(b"define ", start):
        return start
    found = module_text.find(b"\ndefine ", start)
    return found + 1 if found >= 0 else -1


def _resolved(reference: bytes, nodes: dict[bytes, bytes], known: dict[bytes, bytes]) -> bytes:
    """The hash of what a reference refers to. In a cycle, a node's reference to itself counts as ``itself``."""
    if reference not in known:
        known[reference] = b"itself"
        text = nodes.get(reference, reference)
        pieces = _REFERENCE.split(text)
        digest = sha256(b"".join(pieces[::2]))
        for inner in pieces[1::2]:
            digest.update(_resolved(inner, nodes, known))
        known[reference] = digest.digest()
    return known[reference]


def _end_of_body(module_text: bytes, start: int) -> int:
    found = module_text.find(b"\n}\n", start)
    return found + 2 if found >= 0 else len(module_text)
