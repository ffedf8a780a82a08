"""``examples/firmware``, built by both compilers for a Cortex-M4, and run in QEMU with the same session."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from .conftest import ROOT, Pair, output_of
from .plugins import PLUGIN, on

FIRMWARE = ROOT / "examples" / "firmware"
PICOLIBC = Path("/usr/lib/picolibc/arm-none-eabi/lib/thumb/v7e-m/nofp/libc.a")
LOADED = (".text", ".rodata", ".data")
FILES = 7


class Firmware:
    """A copy of the example to build in."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.folder = pair.home / "firmware"
        shutil.copytree(FIRMWARE, self.folder, ignore=shutil.ignore_patterns("build", "*.o"))

    def make(self, compiler: str, *words: str) -> str:
        command = ["make", "-s", f"CC={compiler}", f"BUILD={Path(compiler).name}", *words]
        path = f"{self.pair.doors}{os.pathsep}{os.environ['PATH']}"
        return output_of(command, self.folder, self.pair.env({"PATH": path}))

    def sizes(self, compiler: str) -> dict[str, int]:
        """Bytes by section, as ``make size`` prints them."""
        rows = [line.split() for line in self.make(compiler, "size").splitlines()]
        return {row[0]: int(row[1]) for row in rows if len(row) == 3 and row[1].isdigit()}


@pytest.fixture
def firmware(pair: Pair) -> Firmware:
    if not PICOLIBC.exists():
        pytest.skip("picolibc is not installed (Debian: picolibc-arm-none-eabi)")
    pair.environment["SMARTOPT_SELECT"] = "auto"
    return Firmware(pair)


@on(PLUGIN)
def test_firmware_is_no_larger_and_runs(firmware: Firmware, pair: Pair) -> None:
    plain, ours = firmware.sizes(pair.clang), firmware.sizes("smartopt-clang")
    assert set(LOADED) <= ours.keys()
    assert ours.keys() == plain.keys()
    assert 3000 < sum(ours[name] for name in LOADED) <= sum(plain[name] for name in LOADED)
    counted = pair.counted()
    assert sum(count for name, count in counted.items() if name.startswith("winner.")) == FILES, counted
    if shutil.which("qemu-system-arm") is None:
        pytest.skip("the sizes are right; qemu-system-arm is not installed to run it (Debian: qemu-system-arm)")
    expected = (FIRMWARE / "session.expected").read_text()
    for compiler in (pair.clang, "smartopt-clang"):
        assert firmware.make(compiler, "run") == expected, compiler


def test_the_session_sees_wrong_code(firmware: Firmware, pair: Pair) -> None:
    """A firmware whose checksum is wrong prints something else: the comparison above can fail."""
    if shutil.which("qemu-system-arm") is None:
        pytest.skip("qemu-system-arm is not installed (Debian: qemu-system-arm)")
    source = firmware.folder / "crc.c"
    text = source.read_text()
    source.write_text(text.replace("0x1db71064", "0x1db71065"))
    assert source.read_text() != text
    assert firmware.make(pair.clang, "run") != (FIRMWARE / "session.expected").read_text()
