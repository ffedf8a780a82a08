"""LLVM's machine outliner (llvm/lib/CodeGen/MachineOutliner.cpp): repeated machine code becomes a function of its own.

It runs after register allocation, in the back end, so no pass list can ask for it; on AArch64, RISC-V and Arm without
Arm code it is part of -Oz, on x86-64 it has to be asked for (``codegen.targets``). Its savings differ more than those
of anything else that smartopt does: nothing for five files in six, a tenth of the code where macros repeat themselves.
Each new function has an unwind entry, which the outliner's cost model does not count; a threshold makes up for that
(``codegen.slim_data``). ``codegen.outlining_cost`` tells what outlined code costs where a linker drops functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .slim_data import slim_data
from .targets import Target

__all__ = [
    "EAGER_FLAGS",
    "NEVER_FLAGS",
    "NO_OUTLINER_OPTIONS",
    "asks_for_special_code",
    "has_outlined",
    "is_outlined",
    "outlined_from",
    "outliner_options",
]

_ALWAYS, _NEVER = "-enable-machine-outliner=always", "-enable-machine-outliner=never"


def outliner_options(target: Target) -> tuple[str, ...]:
    """The options with which a target's back end outlines."""
    return (_ALWAYS, f"-outliner-benefit-threshold={slim_data()[target.name]['least']}")


NO_OUTLINER_OPTIONS = (_NEVER, "-outliner-benefit-threshold=1")
"""The options that turn the outliner off again in a libLLVM in this process, where LLVM does not outline by itself."""

EAGER_FLAGS = ("-mllvm", _ALWAYS, "-mllvm", "-outliner-benefit-threshold=1")
"""Clang's flags for as much outlining as possible, which tests use most."""

NEVER_FLAGS = ("-mllvm", _NEVER)
"""Clang's flags for no outlining, also where clang outlines by itself."""

_SPECIAL_CODE = (
    "-mllvm",
    "-mcmodel=kernel",
    "-ffreestanding",
    "-mno-red-zone",
    "-mharden-sls",
    "-mretpoline",
    "-mspeculative-load-hardening",
    "-mlvi-",
    "-mfunction-return",
    "-mindirect-branch",
    "-fsplit-stack",
    "-fpatchable-function-entry",
    "-mfentry",
    "-pg",
)
"""Flags, or their beginnings, of builds that inspect each function's code themselves or ask for special returns and
branches: kernels, boot code, mitigations. ``-mllvm`` sets the back end's options, which ours might contradict."""

_NAME = b"OUTLINED_FUNCTION_"
_LABEL = re.compile(r'(?!\.L)(?:"([^"]+)"|([^\s"#:]+)):')


def asks_for_special_code(flags: Iterable[str]) -> bool:
    """Whether a command line asks for code that smartopt's back-end settings might spoil."""
    return any(flag.startswith(_SPECIAL_CODE) for flag in flags)


def outlined_from(assembly: str) -> set[str]:
    """The symbols of the functions that call or jump to an outlined one, in assembly text."""
    found, function = set(), ""
    for line in assembly.splitlines():
        if (label := _LABEL.match(line)) is not None:
            function = label[1] or label[2]
        elif _NAME.decode() in line:
            found.add(function)
    return {name for name in found if not name.startswith(_NAME.decode())}


def is_outlined(name: str) -> bool:
    """Whether the outliner made the function of this name."""
    return name.startswith(_NAME.decode())


def has_outlined(data: bytes) -> bool:
    """Whether an object holds an outlined function; without one it is what it would be without the outliner."""
    return _NAME in data
