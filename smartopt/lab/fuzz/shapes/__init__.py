"""Shapes of code for the generator: each makes C or C++ text with random parameters and expressions inside.

``SHAPES`` is all of them by name. What a shape is, and the little template language they are written in:
:mod:`smartopt.lab.fuzz.shapes.shape`.
"""

from __future__ import annotations

from . import (
    assembly,
    concurrency,
    control,
    conventions,
    exceptions,
    floats,
    frames,
    loops,
    memory,
    numbers,
    pointers,
    vectors,
)
from .shape import Draw, Language, Shape

__all__ = ["SHAPES", "Draw", "Language", "Shape"]

_MODULES = (
    assembly,
    concurrency,
    control,
    conventions,
    exceptions,
    floats,
    frames,
    loops,
    memory,
    numbers,
    pointers,
    vectors,
)

SHAPES: dict[str, Shape] = {one.name: one for module in _MODULES for one in module.SHAPES}
"""Every shape by its name."""
