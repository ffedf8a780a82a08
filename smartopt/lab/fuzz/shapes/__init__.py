"""Shapes of code for the generator: each makes C or C++ text with random parameters and expressions inside.

``SHAPES`` is all of them by name. What a shape is, and the little template language they are written in:
:mod:`smartopt.lab.fuzz.shapes.shape`.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from .shape import Draw, Language, Shape

__all__ = ["SHAPES", "Draw", "Language", "Shape"]

_MODULES = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]

SHAPES: dict[str, Shape] = {one.name: one for module in _MODULES for one in getattr(module, "SHAPES", ())}
"""Every shape by its name: those of all modules of this package that have some, in the modules' alphabetical order."""
