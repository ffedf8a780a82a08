"""LLVM's machine outliner (llvm/lib/CodeGen/MachineOutliner.cpp): repeated machine code becomes a function of its own.

It runs after register allocation, in the back end, so no pass list can ask for it; on AArch64 and Arm it is part of
-Oz, on x86-64 it has to be asked for. Its savings differ more than those of anything else that smartopt does: nothing
for five files in six, a tenth of the code where macros repeat themselves. Each new function has an unwind entry, which
the outliner's cost model does not count; ``LEAST`` makes up for that. ``codegen.outlining_cost`` tells what outlined
code costs where a linker drops functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = [
    "EAGER_FLAGS",
    "NOT_OUTLINED",
    "NO_OUTLINER_OPTIONS",
    "OUTLINER_FLAGS",
    "OUTLINER_OPTIONS",
    "asks_for_special_code",
    "has_outlined",
    "is_outlined",
    "outlinable_target",
    "outlined_from",
]

LEAST = 8
"""Bytes that an outlined function must save by the outliner's own count. Of 1, 8, 16, 24, 32 and 40 the one with which
the objects of 117 train and validation files were smallest."""

_ALWAYS = "-enable-machine-outliner=always"
OUTLINER_OPTIONS = (_ALWAYS, f"-outliner-benefit-threshold={LEAST}")
NO_OUTLINER_OPTIONS = ("-enable-machine-outliner=never", "-outliner-benefit-threshold=1")
"""The options that turn the outliner on in a libLLVM in this process, and off again."""

OUTLINER_FLAGS = tuple(flag for option in OUTLINER_OPTIONS for flag in ("-mllvm", option))
"""Clang's flags for the same."""

EAGER_FLAGS = ("-mllvm", _ALWAYS, "-mllvm", "-outliner-benefit-threshold=1")
"""Clang's flags for as much outlining as possible, which tests use most."""

NOT_OUTLINED = "nooutline"
"""The function attribute that keeps a function's code in place (llvm/lib/CodeGen/MachineOutliner.cpp)."""

_ELF_X86_64 = re.compile(r"(x86_64|amd64)-(?!.*(darwin|macos|ios|windows|cygwin|mingw|uefi|gnux32|muslx32))")

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


def outlinable_target(triple: str) -> bool:
    """Whether the outliner is known to be sound for a target and not part of its -Oz already: ELF on x86-64.

    Windows' unwind tables do not survive it (llvm-project issue 213862).
    """
    return _ELF_X86_64.match(triple) is not None


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
