"""Reads the target and the driver mode from a program's name, as clang does (clang/lib/Driver/ToolChain.cpp,
``getTargetAndModeFromProgramName``).

``aarch64-linux-gnu-clang++-19`` compiles C++ for AArch64: without its version the name ends with a known suffix, which
stands for a mode, and the text before it is a target. clang also looks for configuration files of that name. A link of
such a name to one of our programs means the same.
"""

from __future__ import annotations

__all__ = ["PLAIN_MODES", "Name", "parse"]

PLAIN_MODES = ("", "g++")
"""The modes of ``clang`` and ``clang++``; the others (``cl``, ``cpp``, ``flang``, ``dxc``) are left to clang."""

_SUFFIXES = (
    ("clang", ""),
    ("clang++", "g++"),
    ("clang-c++", "g++"),
    ("clang-cc", ""),
    ("clang-cpp", "cpp"),
    ("clang-g++", "g++"),
    ("clang-gcc", ""),
    ("clang-cl", "cl"),
    ("cc", ""),
    ("cpp", "cpp"),
    ("cl", "cl"),
    ("++", "g++"),
    ("flang", "flang"),
    ("clang-dxc", "dxc"),
)
"""clang's table; the first that fits decides. (``clang-cpp`` ends with ``cpp`` too, and neither ends with another.)"""

_OWN = "smartopt-"

_ARCHITECTURES = (
    *(
        "aarch64",
        "amdgcn",
        "arm",
        "avr",
        "bpf",
        "csky",
        "hexagon",
        "i386",
        "i486",
        "i586",
        "i686",
        "lanai",
        "loongarch",
    ),
    *("m68k", "mips", "msp430", "nvptx", "powerpc", "ppc", "r600", "riscv", "s390x", "sparc", "spirv", "systemz"),
    *("thumb", "ve-", "wasm", "x86_64", "xcore", "xtensa"),
)


class Name:
    """The parts of a compiler's name.

    Attributes:
        text: the name without folder and without ``smartopt-``.
        target: the text before the mode's suffix; may be empty.
        mode: clang's driver mode: empty for C, ``g++``, ``cl``, ``cpp``, ...
        version: the digits at its end; may be empty.
    """

    __slots__ = ("mode", "target", "text", "version")

    def __init__(self, text: str, target: str, mode: str, version: str) -> None:
        self.text, self.target, self.mode, self.version = text, target, mode, version

    @property
    def is_target(self) -> bool:
        """Whether clang knows the target; otherwise it only looks for configuration files of that name."""
        return self.target.startswith(_ARCHITECTURES)


def parse(program: str) -> Name | None:
    """The parts of a program's name; None if it is not a compiler's."""
    text = program.rpartition("/")[2].replace(_OWN, "")
    stem = text
    found = _suffix(stem)
    if found is None:
        stem = text.rstrip("0123456789.")  # clang++3.5, clang-19
        found = _suffix(stem)
    if found is None:
        stem = stem.rpartition("-")[0]
        found = _suffix(stem)
    if found is None:
        return None
    at, mode = found
    target = stem[: max(stem.rfind("-", 0, at + 1), 0)]
    version = text[len(stem) :].lstrip("-").split(".")[0]
    return Name(text, target, mode, version if version.isdigit() else "")


def _suffix(name: str) -> tuple[int, str] | None:
    """The start and the mode of the first suffix in the table that a name ends with; None if there is none."""
    for suffix, mode in _SUFFIXES:
        if name.endswith(suffix):
            return len(name) - len(suffix), mode
    return None
