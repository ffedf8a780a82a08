"""Programs in several translation units, for link-time optimisation: csmith's, and files of shapes.

csmith writes one file in which everything is static. Here its functions are dealt out to units, and its variables are
defined in the first one; both lose their ``static``, so that calls and accesses cross units. Pieces of shapes do not
call one another: each unit holds some of them, and for each a function by which the first unit's ``main`` calls it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from .shaped import SourceFile
from .shapes import Language

__all__ = ["LinkedProgram", "csmith_program", "shape_program"]

_HEADINGS = re.compile(r"^/\* --- (GLOBAL VARIABLES|FORWARD DECLARATIONS|FUNCTIONS) --- \*/\n", re.MULTILINE)
_FUNCTION = re.compile(r"^/\* -{40,} \*/\n", re.MULTILINE)
_STATIC = re.compile(r"^static ", re.MULTILINE)
_VARIABLE = re.compile(r"^static (?P<declaration>.*?) = .*$", re.MULTILINE)


@dataclass(frozen=True)
class LinkedProgram:
    """The sources of a program; ``main`` is in the first unit. Each printed line ends with a value."""

    language: Language
    units: tuple[str, ...]
    arguments: tuple[str, ...] = ()


def csmith_program(text: str, count: int, rng: random.Random) -> LinkedProgram | None:
    """A csmith program in ``count`` units; None where it is not laid out as csmith 2.3 does it."""
    parts = _HEADINGS.split(text)
    if parts[1::2] != ["GLOBAL VARIABLES", "FORWARD DECLARATIONS", "FUNCTIONS"]:
        return None
    types, variables, declarations, functions = parts[0], *parts[2::2]
    *bodies, main = _FUNCTION.split(functions)[1:]
    if "int main (" not in main or not bodies or "\nstatic" in main:
        return None
    shared = types + _VARIABLE.sub(r"extern \g<declaration>;", variables) + _STATIC.sub("extern ", declarations)
    units = [shared] * count
    units[0] += _STATIC.sub("", variables)
    for body in bodies:
        units[rng.randrange(count)] += _STATIC.sub("", body)
    units[0] += main
    return LinkedProgram("c", tuple(units))


def shape_program(file: SourceFile, count: int, rng: random.Random, tuples: int) -> LinkedProgram:
    """A file of shapes in ``count`` units; ``tuples`` is the seed of the argument tuples."""
    return LinkedProgram(
        file.language, file.units([rng.randrange(count) for _ in file.pieces], count), (str(tuples), "0")
    )
