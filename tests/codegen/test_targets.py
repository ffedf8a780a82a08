"""Which modules have settings of the back end, by their triples."""

from __future__ import annotations

import pytest

from smartopt.codegen.targets import TARGETS, target_named, target_of


@pytest.mark.parametrize(
    ("triple", "name"),
    [
        ("x86_64-pc-linux-gnu", "x86_64"),
        ("x86_64-unknown-freebsd14", "x86_64"),
        ("amd64-unknown-openbsd", "x86_64"),
        ("aarch64-unknown-linux-gnu", "aarch64"),
        ("aarch64-unknown-none-elf", "aarch64"),
        ("armv7-unknown-linux-gnueabihf", "arm"),
        ("thumbv7-unknown-linux-gnueabihf", "arm"),
        ("thumbv7em-unknown-none-eabi", "arm-m"),
        ("thumbv6m-unknown-none-eabi", "arm-m"),
        ("thumbv8m.main-unknown-none-eabihf", "arm-m"),
        ("riscv32-unknown-unknown-elf", "riscv32"),
        ("riscv64-unknown-linux-gnu", "riscv64"),
    ],
)
def test_targets(triple: str, name: str) -> None:
    target = target_of(triple)
    assert target is not None
    assert target.name == name
    assert target_named(name) is target


@pytest.mark.parametrize(
    "triple",
    [
        *("x86_64-pc-windows-msvc", "x86_64-apple-macosx14.0.0", "x86_64-pc-linux-gnux32", "i686-pc-linux-gnu"),
        *("arm64-apple-ios17", "aarch64_be-unknown-linux-gnu", "armebv7-unknown-linux-gnueabi", "wasm32-wasi"),
        *("thumbv7-pc-windows-msvc", "avr", "mips-unknown-linux-gnu", ""),
    ],
)
def test_no_targets(triple: str) -> None:
    assert target_of(triple) is None


def test_frame_pointers_and_asking_for_outlining_are_x86s() -> None:
    assert [target.name for target in TARGETS if target.frames] == ["x86_64"]
    assert [target.name for target in TARGETS if target.outlining == "asked"] == ["x86_64"]
