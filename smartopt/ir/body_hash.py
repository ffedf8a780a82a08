"""Tell function bodies apart by their printed text, with every number in it resolved.

Printed IR names attribute groups (``#3``) and metadata (``!17``) by number, and numbers are given per module: equal
text can mean different things in two copies of a module, and code generation listens to some of it (loop hints,
branch weights).
A body's key is therefore the hash of its text without such numbers, and that of what they stand for.

Printed IR also says in which order a block's predecessors are used, and where names of values and blocks would be the
same they end with numbers; what differs only there is nearly always the same code (:func:`kin`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..digest import sha256

__all__ = ["Body", "bare", "bodies", "kin", "printed_instructions"]

Body = tuple[bytes, bytes]
"""A body's key (two halves of SHA-256: of the text, of what its numbers stand for) and its printed text."""
_HALF = 16

_REFERENCE = re.compile(rb"([!#]\d+)\b")
_USES = re.compile(rb" +; preds = [^\n]*")
_NUMBERED_NAME = re.compile(rb"(%[-\w.$]*?[A-Za-z_.])\d+\b|^([-\w.$]*?[A-Za-z_.])\d+(?=:)", re.MULTILINE)
"""Where a local name is used, and where a block has it."""
_METADATA = re.compile(rb"^(!\d+) = (.*)$", re.MULTILINE)
_GROUP = re.compile(rb"^attributes (#\d+) = (.*)$", re.MULTILINE)


def bodies(module_text: bytes, wanted: Sequence[bool] | None = None) -> list[Body | None]:
    """The bodies of a printed module, in order of definition; None for those that are not ``wanted``."""
    after = max(0, module_text.rfind(b"\n}\n"))  # what is numbered is printed behind the last body
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


def kin(key: bytes, stripped: bytes) -> bytes:
    """What bodies share that differ in nothing but the order of uses and the numbers in local names.

    ``stripped`` is :func:`bare` of the body's text.
    """
    return key[_HALF:] + stripped


def bare(text: bytes) -> bytes:
    """A hash of a body's text without all that."""
    plain = b"".join(_REFERENCE.split(text)[::2])
    return sha256(_NUMBERED_NAME.sub(rb"\1\2", _USES.sub(b"", plain))).digest()[:_HALF]


def printed_instructions(text: bytes) -> int:
    """How many instructions a printed body has: its lines that are indented by two, but for a switch's last."""
    return text.count(b"\n  ") - text.count(b"\n   ") - text.count(b"\n  ]")


def _next_body(module_text: bytes, start: int) -> int:
    """Where the next body begins, or -1. A pattern that looks for lines takes several times as long."""
    if module_text.startswith(b"define ", start):
        return start
    found = module_text.find(b"\ndefine ", start)
    return found + 1 if found >= 0 else -1


def _resolved(reference: bytes, nodes: dict[bytes, bytes], known: dict[bytes, bytes]) -> bytes:
    """The hash of what a reference stands for; a node that (indirectly) holds itself counts as itself there."""
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
