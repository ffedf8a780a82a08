"""What a program's name says to clang: the target and the driver mode (clang/lib/Driver/ToolChain.cpp,
``getTargetAndModeFromProgramName``).

``aarch64-linux-gnu-clang++-19`` compiles C++ for AArch64: the name ends with a known suffix once a version has been
taken off, the suffix stands for a mode, and what is before it is a target. clang also looks for configuration files
named so. Whoever links such a name to one of our programs means the same by it.
"""

from __future__ import annotations

__all__ = ["PLAIN_MODES", "Name", "parse"]

PLAIN_MODES = ("", "g++")
"""The modes of ``clang`` and ``clang++``; the others (``cl``, ``cpp``, ``flang``, ``dxc``) are clang's own business."""

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
    """A compiler's name, taken apart.

    Attributes:
        text: the name without folder and without ``smartopt-``.
        target: what stands before the mode's suffix, empty where nothing does.
        mode: clang's driver mode: empty for C, ``g++``, ``cl``, ``cpp``, ...
        version: digits at its end, if any.
    """

    __slots__ = ("mode", "target", "text", "version")

    def __init__(self, text: str, target: str, mode: str, version: str) -> None:
        self.text, self.target, self.mode, self.version = text, target, mode, version

    @property
    def is_target(self) -> bool:
        """Whether clang knows the target; else it only looks for configuration files of that name."""
        return self.target.startswith(_ARCHITECTURES)


def parse(program: str) -> Name | None:
    """Take a program's name apart; None where it is no compiler's."""
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
    """Where the first suffix of the table that a name ends with begins, and its mode."""
    for suffix, mode in _SUFFIXES:
        if name.endswith(suffix):
            return len(name) - len(suffix), mode
    return None
