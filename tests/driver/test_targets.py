"""Targets of every kind: the object is clang's kind of object and no larger, and nothing ends as an error of our own.

pytest tests/driver/test_targets.py --all-targets     all that clang may have a code generator for
"""

from __future__ import annotations

import pytest

from smartopt.driver.made_object import measure_bytes

from .conftest import C_SOURCE, Pair
from .plugins import BOTH

PAIR_WAYS = BOTH

SOURCE = C_SOURCE.replace("#include <stddef.h>\n", "typedef __SIZE_TYPE__ size_t;\n") + (
    "int pick(int k) { switch (k) { case 0: return 17; case 1: return 4; case 2: return 99; case 3: return -3; "
    "case 4: return 12; case 5: return 1; } return 0; }\n"
    "extern int ext(int); int twice(int a) { int b = ext(a); return ext(b) + b; }\n"
)

SOME = ["arm64-apple-ios", "x86_64-apple-macos", "x86_64-pc-windows-msvc", "wasm32-wasi", "avr", "riscv32-unknown-elf"]

OTHERS = """
arm64-apple-macos armv7k-apple-watchos arm64_32-apple-watchos aarch64-pc-windows-msvc i686-pc-windows-msvc
x86_64-w64-mingw32 i686-w64-mingw32 wasm32-unknown-unknown wasm64-unknown-unknown mips-linux-gnu mipsel-linux-gnu
mips64-linux-gnuabi64 powerpc-linux-gnu powerpc64-linux-gnu powerpc64le-linux-gnu powerpc64-ibm-aix s390x-linux-gnu
s390x-ibm-zos sparc-linux-gnu sparc64-linux-gnu bpfel bpfeb amdgcn-amd-amdhsa nvptx64-nvidia-cuda hexagon-unknown-elf
loongarch64-linux-gnu loongarch32-linux-gnu xcore msp430-none-elf m68k-linux-gnu riscv64-linux-gnu armv7m-none-eabi
thumbv6m-none-eabi arm-linux-gnueabihf armeb-linux-gnueabi aarch64-linux-gnu aarch64_be-linux-gnu i686-linux-gnu
i386-unknown-freebsd x86_64-unknown-openbsd x86_64-scei-ps4 aarch64-linux-android21 x86_64-linux-gnux32
x86_64-unknown-uefi x86_64-unknown-fuchsia x86_64-elf lanai ve-linux-gnu csky xtensa arc spirv64 r600
""".split()

OURS_ALONE = {"reason.driver-internal-error", "reason.driver-optimiser-failed", "reason.internal-error"}

WORDS = {"avr": ["-mmcu=atmega328p"], "armv7m-none-eabi": ["-mcpu=cortex-m3", "--specs=nosys.specs"]}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "target" in metafunc.fixturenames:
        whole = metafunc.config.getoption("--all-targets")
        versions = (22, 19)
        pairs = (
            [(t, v) for v in versions for t in (*SOME, *OTHERS)]
            if whole
            else [(target, versions[number % 2]) for number, target in enumerate(SOME)]
        )
        metafunc.parametrize(("target", "version"), pairs, ids=[f"{target}-clang-{v}" for target, v in pairs])


def test_a_target(pair: Pair, target: str, version: int) -> None:
    pair.use(version)
    pair.environment["SMARTOPT_SELECT"] = "auto"
    pair.files = {"a.c": SOURCE}
    words = [f"--target={target}", *WORDS.get(target, []), "-Oz", "-c", "a.c"]
    theirs, ours = pair.direct(*words), pair.ours(*words)
    assert (ours.code, ours.stdout, ours.tree.keys()) == (theirs.code, theirs.stdout, theirs.tree.keys())
    assert not OURS_ALONE.intersection(pair.counted())
    if theirs.code:
        return  # this clang has no such target, or it fails on it
    assert ours.stderr == theirs.stderr
    made, own = ours.tree["a.o"][2], theirs.tree["a.o"][2]
    # ELF: class, byte order, machine; Mach-O and WebAssembly: magic, processor, version; COFF: machine (then a hash).
    kind = (
        slice(20)
        if own.startswith(b"\x7fELF")
        else slice(8)
        if own[:2] in (b"\xcf\xfa", b"\xce\xfa", b"\0a")
        else slice(2)
    )
    assert made[kind] == own[kind]
    sizes = [measure_bytes(data) for data in (made, own)]
    if sizes[0] is not None and sizes[1] is not None:
        assert sizes[0].total <= sizes[1].total
    else:
        assert len(made) <= len(own)  # z/OS: the object holds the time


@pytest.mark.parametrize("flag", ["-fropi", "-frwpi"])
def test_relocation_models_that_bitcode_does_not_tell(pair: Pair, flag: str) -> None:
    """LLVM asks the target machine whether a table may hold addresses: only clang's own has been told."""
    assert pair.same("--target=armv7m-none-eabi", flag, "-Oz", "-c", "a.c") == {"driver-pipeline"}


@pytest.mark.parametrize(
    "words",
    [
        ["--target=riscv32-unknown-elf", "-msmall-data-limit=8", "-moutline", "-specs=nano.specs"],
        ["--target=thumbv7em-none-eabi", "-mcpu=cortex-m4", "--specs=nosys.specs", "-mno-outline", "-ffixed-r9"],
        ["--target=msp430-none-elf", "-mmcu=msp430g2553"],
    ],
    ids=["RISC-V", "Arm", "MSP430"],
)
def test_firmware_flags(pair: Pair, words: list[str]) -> None:
    pair.files = {"a.c": SOURCE}
    pair.eligible("-Oz", *words, "-c", "a.c")


def test_who_speaks_of_the_outliner_decides(pair: Pair) -> None:
    """-mno-outline reaches clang's back end alone, and ours does not contradict it."""
    body = "int g(int, int); int f{0}(int x) {{ return g(g(x + {0}, 7), 9) * g(x, 11) + g(3, 4); }}\n"
    pair.files = {"a.c": "".join(body.format(number) for number in range(40))}
    pair.environment["SMARTOPT_SELECT"] = "auto"
    assert b"OUTLINED_FUNCTION" not in pair.object("-mno-outline")
