"""Tell function bodies apart by their printed text, with every number in it resolved.

Printed IR names attribute groups (``#3``) and metadata (``!17``) by number, and numbers are given per module: equal
text can mean different things in two copies of a module, and code generation listens to some of it (loop hints,
branch weights).
A body's key is therefore the hash of its text with each such number replaced by the hash of what it stands for.
"""

from __future__ import annotations

import hashlib
import re

__all__ = ["Body", "bodies"]

Body = tuple[bytes, bytes]
"""A body's key (SHA-256) and its printed text."""

_BODY = re.compile(rb"^define .*?^}$", re.MULTILINE | re.DOTALL)
_REFERENCE = re.compile(rb"[!#]\d+\b")
_METADATA = re.compile(rb"^(!\d+) = (.*)$", re.MULTILINE)
_GROUP = re.compile(rb"^attributes (#\d+) = (.*)$", re.MULTILINE)


def bodies(module_text: bytes) -> list[Body]:
    """The bodies of a printed module, in order of definition."""
    nodes = dict(_METADATA.findall(module_text))
    nodes.update(_GROUP.findall(module_text))
    known: dict[bytes, bytes] = {}
    found = []
    for match in _BODY.finditer(module_text):
        text = match.group(0)
        digest = hashlib.sha256(_REFERENCE.sub(b"", text))
        for reference in _REFERENCE.findall(text):
            digest.update(_resolved(reference, nodes, known))
        found.append((digest.digest(), text))
    return found


def _resolved(reference: bytes, nodes: dict[bytes, bytes], known: dict[bytes, bytes]) -> bytes:
    """The hash of what a reference stands for; a node that (indirectly) holds itself counts as itself there."""
    if reference not in known:
        known[reference] = b"itself"
        text = nodes.get(reference, reference)
        digest = hashlib.sha256(_REFERENCE.sub(b"", text))
        for inner in _REFERENCE.findall(text):
            digest.update(_resolved(inner, nodes, known))
        known[reference] = digest.digest()
    return known[reference]
