"""The targets for which code generation is configured, and what sets each of them apart.

Everything here is for ELF. Other object formats, and targets without an entry, are compiled with clang's own settings.
"""

from __future__ import annotations

import re

from ..annotations import Literal
from ..records import dataclass

__all__ = ["LISTS", "TARGETS", "Outlining", "Target", "target_named", "target_of"]

Outlining = Literal["asked", "default", "none"]


@dataclass(frozen=True)
class Target:
    """One target.

    Attributes:
        name: in the tables of settings.
        triples: a pattern of triples.
        outlining: ``asked`` where clang outlines repeated code only when it is asked, ``default`` where it does so at
            -Oz by itself, ``none`` where it is not used (``codegen.outliner``).
        frames: whether functions may be given frame pointers (``codegen.frame_pointers``).
        lists: names its lists and model (``chooser.data_files``); targets of one family share them.
        processors: those for which functions may be tuned (``codegen.attributes``).
        doubt: the part of -Oz's size, as one over this number, by which it may differ from that of clang's own object:
            processor and ABI make a difference, and the optimizer knows them only by what functions say. (On x86-64
            98 files of Lua, zlib and leveldb differed by 0.3% at most.)
    """

    name: str
    triples: str
    outlining: Outlining
    frames: bool = False
    lists: str = ""
    processors: tuple[str, ...] = ()
    doubt: int = 32


_OTHER_SYSTEMS = "(?!.*(darwin|macos|ios|windows|cygwin|mingw|uefi|wasm|aix|cuda|amdhsa))"

TARGETS = (
    # Windows' unwind tables do not survive the outliner (llvm-project issue 213862).
    Target(
        "x86_64",
        rf"(x86_64|amd64)-{_OTHER_SYSTEMS}(?!.*(gnux32|muslx32))",
        "asked",
        frames=True,
        processors=("atom", "pentium4", "znver4", "silvermont"),
        doubt=256,
    ),
    Target("aarch64", rf"(aarch64|arm64)-{_OTHER_SYSTEMS}(?!.*ilp32)", "default", lists="aarch64"),
    # LLVM outlines by itself where there is nothing but Thumb code.
    Target("arm-m", rf"thumbv[678][^-]*m(?:\.(?:base|main))?-{_OTHER_SYSTEMS}", "default", lists="arm"),
    Target("arm", rf"(arm|thumb)(v[4-9][^-]*)?-{_OTHER_SYSTEMS}", "none", lists="arm"),
    Target("riscv32", rf"riscv32-{_OTHER_SYSTEMS}", "default", lists="riscv"),
    Target("riscv64", rf"riscv64-{_OTHER_SYSTEMS}", "default", lists="riscv"),
)
"""The first one whose pattern matches counts."""

LISTS = tuple(dict.fromkeys(target.lists for target in TARGETS if target.lists))
"""The names of lists and models of other targets than x86-64."""


def target_of(triple: str) -> Target | None:
    """The target of a module's triple; None where clang's own settings are used."""
    return next((target for target in TARGETS if re.match(target.triples, triple)), None)


def target_named(name: str) -> Target | None:
    """The target of a name; None for any other text."""
    return next((target for target in TARGETS if target.name == name), None)
