"""How a file of shapes is compiled: level, switches and smartopt's settings, drawn at random by the file's seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from ..targets import HOST, TARGETS, Target
from .shapes import Language

__all__ = ["FIXED", "CompileOptions", "draw_options"]

FIXED = ("-w", "-ffp-contract=off", "-pthread")
"""What every compile of a file gets, clang's -O0 included: results must not depend on fused multiplications."""

_WIDE = "-march=x86-64-v3"
_OPTIMISED_OFTEN = 0.12
_X86_ONLY = frozenset({"-fcf-protection", "-mno-red-zone", "-fstack-clash-protection"})
"""Switches that not every other target knows."""
_SWITCHES = (
    "-ffunction-sections",
    "-fdata-sections",
    "-fPIC",
    "-g",
    "-fno-asynchronous-unwind-tables",
    "-fstack-protector-strong",
    "-fno-omit-frame-pointer",
    "-fcf-protection",
    "-fno-plt",
    "-fno-builtin",
    "-fwrapv",
    "-fno-strict-aliasing",
    "-fno-jump-tables",
    "-fstack-clash-protection",
    "-mno-red-zone",
    "-fvisibility=hidden",
    "-fno-semantic-interposition",
    "-ftrivial-auto-var-init=zero",
)
_SETTINGS = {"SMARTOPT_SLIM": "0", "SMARTOPT_FRAMES": "0", "SMARTOPT_OUTLINE": "0"}


@dataclass(frozen=True)
class CompileOptions:
    """How one file is compiled.

    Attributes:
        language: C or C++.
        wide: for AVX2; what ``-O0`` is compiled for, too, since vector arguments depend on it.
        level: ``-Oz`` or ``-Os``, clang's and smartopt's alike.
        switches: clang's, for all but ``-O0``.
        environment: smartopt's settings.
        third: whether clang's ``-O1`` is asked as well.
        extra: the builds beside fast and default: ``max``, ``instructions``, ``bitcode``.
        machine: the flags that name another target, for every compile and link.
    """

    language: Language = "c"
    wide: bool = False
    level: str = "-Oz"
    switches: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    third: bool = False
    extra: tuple[str, ...] = ()
    machine: tuple[str, ...] = ()

    @property
    def target(self) -> tuple[str, ...]:
        """The flags that every compile must have for its objects to call one another."""
        return (*FIXED, *((_WIDE,) if self.wide else ()), *self.machine)

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of all but ``-O0``."""
        return (*self.target, self.level, *self.switches)


def draw_options(seed: int, languages: tuple[Language, ...], target: Target = TARGETS[HOST]) -> CompileOptions:
    """Draw the options of the file whose first program has this seed, for a target."""
    rng = random.Random(f"{seed}/dress")
    language = rng.choice(languages)
    wide = rng.random() < 0.3
    level = "-Os" if rng.random() < 0.15 else "-Oz"
    # Half of the files are compiled as most builds do it: without anything.
    plain = rng.random() < 0.4
    switches = tuple(one for one in _SWITCHES if not plain and rng.random() < _OPTIMISED_OFTEN)
    settings = tuple((name, value) for name, value in _SETTINGS.items() if not plain and rng.random() < 0.15)
    extra = tuple(name for name in ("max", "instructions", "bitcode") if rng.random() < 0.1)
    third = rng.random() < 0.12
    if not target.x86:
        wide, switches = False, tuple(one for one in switches if one not in _X86_ONLY)
    return CompileOptions(language, wide, level, switches, settings, third, extra, target.flags)
