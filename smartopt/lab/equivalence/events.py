"""What a run does that others can see: calls of unknown functions, volatile accesses, traps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .types import Type

__all__ = ["Event", "Snapshot"]


@dataclass
class Snapshot:
    """What a callee may see of one object."""

    name: Any
    cells: dict[int, Any]
    key: Any
    epoch: int


@dataclass
class Event:
    """One observable step. Arguments are compared with refinement, pointers to local objects by what they are called
    in ``names``."""

    what: Any
    arguments: list[tuple[Type, Any]]
    memory: list[Snapshot] = field(default_factory=list)
    names: dict[int, Any] = field(default_factory=dict)
    """Local object to its name at this event."""
