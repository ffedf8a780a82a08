"""Reads what was tuned for each target (``data/slim.json``): settings of the back end, and the outliner's threshold."""

from __future__ import annotations

import json
import os
from functools import cache

from ..annotations import Any

__all__ = ["SLIM_FILE", "slim_data"]

SLIM_FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "slim.json")


@cache
def slim_data() -> dict[str, dict[str, Any]]:
    """By target (``codegen.targets``): ``settings``, rows of ``codegen.settings.Setting``, and ``least``, the bytes
    that an outlined function must save by the outliner's own count, which leaves out its unwind entry.
    """
    with open(SLIM_FILE, encoding="utf-8") as file:
        found: dict[str, dict[str, Any]] = json.load(file)
    return found
