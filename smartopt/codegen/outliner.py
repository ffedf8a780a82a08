"""LLVM's machine outliner (llvm/lib/CodeGen/MachineOutliner.cpp): repeated machine code becomes a function of its own.

It runs behind register allocation, in the back end, so no pass list can ask for it; on AArch64 and Arm it is part of
-Oz, on x86-64 it has to be asked for. What it brings differs more than anything else that smartopt does: nothing for
five files in six, a tenth of the code where macros repeat themselves. Each new function has an unwind entry, which the
outliner's cost model does not count; ``LEAST`` makes up for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = [
    "EAGER_FLAGS",
    "NOT_OUTLINED",
    "OUTLINER_FLAGS",
    "OUTLINER_WORDS",
    "PLAIN_WORDS",
    "has_outlined",
    "is_outlined",
    "outlinable_target",
    "outlined_from",
    "unfit_for_outlining",
]

LEAST = 8
"""Bytes that an outlined function must save by the outliner's own count. Of 1, 8, 16, 24, 32 and 40 the one with which
the objects of 117 train and validation files were smallest."""

_ALWAYS = "-enable-machine-outliner=always"
OUTLINER_WORDS = (_ALWAYS, f"-outliner-benefit-threshold={LEAST}")
PLAIN_WORDS = ("-enable-machine-outliner=never", "-outliner-benefit-threshold=1")
"""What switches it on in a libLLVM in this process, and off again."""

OUTLINER_FLAGS = tuple(part for word in OUTLINER_WORDS for part in ("-mllvm", word))
"""What clang is told to have its back end outline."""

EAGER_FLAGS = ("-mllvm", _ALWAYS, "-mllvm", "-outliner-benefit-threshold=1")
"""The same with as much outlining as there can be: what is tested most."""

NOT_OUTLINED = "nooutline"
"""The function attribute that keeps a function's code in place (llvm/lib/CodeGen/MachineOutliner.cpp)."""

_ELF_X86_64 = re.compile(r"(x86_64|amd64)-(?!.*(darwin|macos|ios|windows|cygwin|mingw|uefi|gnux32|muslx32))")

_UNFIT = (
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
"""Words (or their beginnings) of builds that look at each function's code themselves, or ask for returns and branches
of a special kind: kernels, boot code, mitigations."""

_NAME = b"OUTLINED_FUNCTION_"
_LABEL = re.compile(r'(?!\.L)(?:"([^"]+)"|([^\s"#:]+)):')


def outlinable_target(triple: str) -> bool:
    """Whether the outliner is known to be sound for a target and not part of its -Oz anyway: ELF on x86-64.

    Windows' unwind tables do not survive it (llvm-project issue 213862).
    """
    return _ELF_X86_64.match(triple) is not None


def unfit_for_outlining(words: Iterable[str]) -> bool:
    """Whether a command line is one of those whose code should stay where it is."""
    return any(word.startswith(_UNFIT) for word in words)


def outlined_from(assembly: str) -> set[str]:
    """The functions, by their symbols, that call or jump to an outlined one, in an object's code as text."""
    found, function = set(), ""
    for line in assembly.splitlines():
        if (label := _LABEL.match(line)) is not None:
            function = label[1] or label[2]
        elif _NAME.decode() in line:
            found.add(function)
    return {name for name in found if not name.startswith(_NAME.decode())}


def is_outlined(name: str) -> bool:
    """Whether a function of this name was outlined."""
    return name.startswith(_NAME.decode())


def has_outlined(data: bytes) -> bool:
    """Whether an object holds an outlined function; without one it is as if there had been no outliner."""
    return _NAME in data
