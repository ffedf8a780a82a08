"""The targets for which sizes are measured and programs run, as data: flags, Debian packages, emulators.

C headers and libraries are Debian's: glibc's cross packages for Linux, picolibc for microcontrollers, avr-libc and
wasi-libc. Each target keeps its platform's default for unwind tables, but for those that say otherwise. On 32-bit Arm
LLVM writes an entry of .ARM.exidx for every function even where unwind tables are off; it counts, as in every object.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import UsageError
from .packages import install

__all__ = ["HOST", "TARGETS", "Target", "find_targets", "prepare_targets"]

HOST = "x86_64"
"""The target of machines that the lab runs on, for which no flags are needed."""
_NO_UNWIND = ("-fno-unwind-tables", "-fno-asynchronous-unwind-tables")
_ARM_PICOLIBC = "/usr/lib/picolibc/arm-none-eabi"
_RISCV_PICOLIBC = "/usr/lib/picolibc/riscv64-unknown-elf"
_ANY = 1 << 23
"""clang's limit of _BitInt, where code generation takes any width."""
_STATIC = ("-static", "-fuse-ld=lld")


@dataclass(frozen=True)
class Target:
    """One target.

    Attributes:
        name: how commands call it.
        about: for headings of tables.
        flags: clang's, for every compile and link.
        packages: Debian packages that it needs besides clang.
        link: flags that link a whole static program; none where programs are only compiled.
        emulator: a program of qemu-user that runs such a program; none for this machine's own.
        hosted: whether there is an operating system; without one, files that need it do not compile.
        measured: whether it has size figures of its own; the others are only tried with a few files.
        integer_bits: the width of the widest integers that clang has for it.
        root: the folder with its shared libraries, for the emulator.
    """

    name: str
    about: str
    flags: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    emulator: str = ""
    hosted: bool = True
    measured: bool = True
    integer_bits: int = 128
    root: str = ""

    @property
    def x86(self) -> bool:
        """Whether it is x86-64, on which this machine's programs run as they are."""
        return not self.emulator and self.hosted and self.runs

    @property
    def runs(self) -> bool:
        """Whether programs for it can be linked and run here."""
        return bool(self.link)

    def command(self, program: str) -> list[str]:
        """The command that runs a program of this target."""
        return [self.emulator, program] if self.emulator else [program]


def _linux(
    name: str, about: str, triple: str, debian: str, emulator: str, *flags: str, integer_bits: int = 128
) -> Target:
    """A Linux target with Debian's cross glibc and libgcc, whose programs qemu-user runs."""
    packages = (f"libc6-dev-{debian}-cross", f"libgcc-12-dev-{debian}-cross", "lld-22", "qemu-user")
    flags = (f"--target={triple}", *flags)
    return Target(name, about, flags, packages, _STATIC, emulator, integer_bits=integer_bits, root=f"/usr/{triple}")


def _bare(name: str, about: str, package: str, *flags: str) -> Target:
    """A microcontroller with picolibc."""
    return Target(name, about, flags, (package,), hosted=False)


def _tried(name: str, about: str, package: str, *flags: str, hosted: bool = True) -> Target:
    """A target that is only tried: there are pass lists for it, and nothing else of its own."""
    return Target(name, about, flags, (package,), hosted=hosted, measured=False)


TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target(HOST, "x86-64 Linux", link=_STATIC, integer_bits=_ANY),
        Target(
            "x86_64-no-unwind",
            "x86-64 Linux, no unwind tables",
            _NO_UNWIND,
            link=_STATIC,
            integer_bits=_ANY,
        ),
        _linux("aarch64", "AArch64 Linux", "aarch64-linux-gnu", "arm64", "qemu-aarch64"),
        _linux(
            "thumb",
            "Thumb-2, Cortex-A7 Linux",
            "arm-linux-gnueabihf",
            "armhf",
            "qemu-arm",
            "-mcpu=cortex-a7",
            "-mthumb",
            integer_bits=64,
        ),
        _linux("riscv64", "RISC-V 64 Linux", "riscv64-linux-gnu", "riscv64", "qemu-riscv64"),
        _bare(
            "cortex-m4",
            "Cortex-M4, picolibc, no unwind tables",
            "picolibc-arm-none-eabi",
            "--target=thumbv7em-none-eabi",
            "-mcpu=cortex-m4",
            "-mfloat-abi=soft",
            f"--sysroot={_ARM_PICOLIBC}",
            *_NO_UNWIND,
        ),
        _bare(
            "riscv32",
            "RISC-V 32 (imac), picolibc",
            "picolibc-riscv64-unknown-elf",
            "--target=riscv32-unknown-elf",
            "-march=rv32imac",
            "-mabi=ilp32",
            f"--sysroot={_RISCV_PICOLIBC}",
        ),
        _tried(
            "i686",
            "32-bit x86 Linux",
            "libc6-dev-i386-cross",
            "--target=i686-linux-gnu",
            "-isystem/usr/i686-linux-gnu/include",
        ),
        _tried(
            "mips",
            "MIPS Linux, little-endian",
            "libc6-dev-mipsel-cross",
            "--target=mipsel-linux-gnu",
            "-isystem/usr/mipsel-linux-gnu/include",
        ),
        _tried(
            "powerpc",
            "PowerPC 64 Linux, little-endian",
            "libc6-dev-ppc64el-cross",
            "--target=powerpc64le-linux-gnu",
            "-isystem/usr/powerpc64le-linux-gnu/include",
        ),
        _tried(
            "wasm32",
            "WebAssembly, wasi-libc",
            "wasi-libc",
            "--target=wasm32-wasip1",
            "-D_WASI_EMULATED_SIGNAL",
            "-nostdlibinc",
            "-isystem/usr/include/wasm32-wasi",
            hosted=False,
        ),
        _tried(
            "avr",
            "AVR (ATmega328P), avr-libc",
            "avr-libc",
            "--target=avr",
            "-mmcu=atmega328p",
            "-nostdlibinc",
            "-isystem/usr/lib/avr/include",
            hosted=False,
        ),
    )
}
"""All targets, by name."""


def find_targets(names: str) -> list[Target]:
    """The targets of a comma-separated list. Raises UsageError for an unknown name."""
    found = []
    for name in names.split(","):
        if name not in TARGETS:
            raise UsageError(f"no target is called {name!r}; there are {', '.join(TARGETS)}")
        found.append(TARGETS[name])
    return found


def prepare_targets(targets: Iterable[Target], *, run: bool = False) -> None:
    """Install what the targets need (as root). Raises PackageError, UsageError if ``run`` and one cannot run."""
    for target in targets:
        if run and not target.runs:
            raise UsageError(f"programs for {target.name} are not run here; there are {', '.join(_runnable())}")
        install(target.packages)
        if run and target.emulator and shutil.which(target.emulator) is None:
            raise UsageError(f"{target.emulator} is needed to run programs for {target.name}; install qemu-user")


def _runnable() -> list[str]:
    return [name for name, target in TARGETS.items() if target.runs]
