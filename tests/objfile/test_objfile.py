"""Object sizes against LLVM's own readers, on real objects of ten targets."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartopt.errors import EngineError
from smartopt.objfile.measure import measure_object
from smartopt.objfile.sizes import Sizes

from ..llvm.support import SOURCES, clang, toolchain

ELF = [
    "x86_64-linux-gnu",
    "i386-linux-gnu",
    "aarch64-linux-gnu",
    "thumbv7m-none-eabi",
    "riscv32-unknown-elf",
    "riscv64-linux-gnu",
    "mips-linux-gnu",
    "mips64el-linux-gnuabi64",
    "s390x-linux-gnu",
    "powerpc64le-linux-gnu",
]
OTHERS = [
    "wasm32-unknown-unknown",
    "x86_64-apple-darwin",
    "arm64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "i686-pc-windows-msvc",
]
FLAGS = {
    "plain": ("sections.c", "-Oz"),
    "sections": ("sections.c", "-Oz", "-ffunction-sections", "-fdata-sections"),
    "debug": ("sections.c", "-O1", "-g"),
    "throws": ("throws.cpp", "-Oz", "-fexceptions"),
}
UNWIND = (".eh_frame", ".gcc_except_table", ".ARM.exidx", ".ARM.extab")
NOTES = ("SHT_NOTE", "SHT_MIPS_REGINFO", "SHT_MIPS_OPTIONS", "SHT_MIPS_ABIFLAGS")


@functools.cache
def made(target: str, kind: str) -> bytes:
    source, *flags = FLAGS[kind]
    return clang(toolchain(22), f"--target={target}", "-w", *flags, "-c", SOURCES / source, "-o", "-")


def reader(name: str, *arguments: str, data: bytes, folder: Path) -> str:
    tool = toolchain(22).tool(name)
    assert tool is not None
    path = folder / "object.o"
    path.write_bytes(data)
    return subprocess.run([tool, *arguments, str(path)], capture_output=True, text=True, check=True).stdout


def sections(data: bytes, folder: Path) -> list[dict[str, Any]]:
    told = reader("llvm-readobj", "--elf-output-style=JSON", "--sections", data=data, folder=folder)
    return [entry["Section"] for entry in json.loads(told)[0]["Sections"]]


def totals_by_readobj(data: bytes, folder: Path) -> Sizes:
    """The rules of ``objfile`` once more, over what llvm-readobj says."""
    found = {"text": 0, "rodata": 0, "eh_frame": 0, "data": 0}
    for section in sections(data, folder):
        flags = {flag["Name"] for flag in section["Flags"]["Flags"]}
        kind = section["Type"]["Name"]
        if "SHF_ALLOC" not in flags or kind == "SHT_NOBITS" or kind in NOTES:
            continue
        if "SHF_EXECINSTR" in flags:
            where = "text"
        elif "SHF_WRITE" in flags:
            where = "data"
        else:
            where = "eh_frame" if section["Name"]["Name"].startswith(UNWIND) else "rodata"
        found[where] += section["Size"]
    return Sizes(**found)


@pytest.mark.parametrize("kind", FLAGS)
@pytest.mark.parametrize("target", ELF)
def test_elf_totals_are_what_readobj_says(target: str, kind: str, tmp_path: Path) -> None:
    sizes = measure_object(made(target, kind))
    told = totals_by_readobj(made(target, kind), tmp_path)
    assert (sizes.text, sizes.rodata, sizes.eh_frame, sizes.data) == (
        told.text,
        told.rodata,
        told.eh_frame,
        told.data,
    )
    assert sizes.text > 200


@pytest.mark.parametrize("target", ELF)
def test_elf_totals_are_what_size_says(target: str, tmp_path: Path) -> None:
    data = made(target, "plain")
    told = reader("llvm-size", data=data, folder=tmp_path).splitlines()[1].split()
    notes = sum(
        s["Size"]
        for s in sections(data, tmp_path)
        if s["Type"]["Name"] in NOTES and any(f["Name"] == "SHF_ALLOC" for f in s["Flags"]["Flags"])
    )
    assert measure_object(data).total == int(told[0]) + int(told[1]) - notes


@pytest.mark.parametrize("kind", FLAGS)
@pytest.mark.parametrize("target", ELF)
def test_every_function_has_its_code_and_no_byte_is_charged_twice(target: str, kind: str, tmp_path: Path) -> None:
    sizes = measure_object(made(target, kind))
    told = reader("llvm-nm", "--print-size", "--defined-only", data=made(target, kind), folder=tmp_path)
    code = {m[2]: int(m[1], 16) for m in re.finditer(r"^\S+ (\S+) [tTwW] ([^.\s]\S*)$", told, re.M)}
    assert set(code) == set(sizes.functions)
    assert all(sizes.functions[name] >= size for name, size in code.items())
    assert sum(code.values()) <= sum(sizes.functions.values()) <= sizes.total
    extra = sum(sizes.functions.values()) - sum(code.values())
    if sizes.eh_frame and kind != "throws":
        assert extra > 0


@pytest.mark.parametrize("target", [t for t in ELF if not t.startswith(("thumb", "mips"))])
def test_frame_entries_are_charged_to_their_functions(target: str, tmp_path: Path) -> None:
    """All of .eh_frame but the shared entries, and all of .gcc_except_table, has an owner."""
    data = made(target, "throws")
    told = reader("llvm-dwarfdump", "--eh-frame", data=data, folder=tmp_path)
    shared = sum(int(m[1], 16) + 4 for m in re.finditer(r"^\S+ (\S+) \S+ CIE$", told, re.M))
    sizes = measure_object(data)
    by_name = reader("llvm-nm", "--print-size", "--defined-only", data=data, folder=tmp_path)
    code = sum(int(m[1], 16) for m in re.finditer(r"^\S+ (\S+) [tTwW] ", by_name, re.M))
    charged = sum(sizes.functions.values()) - code
    # Up to 4 bytes of alignment may stand before the first table's entry and end the frames.
    assert 0 <= sizes.eh_frame - shared - charged <= 8


@pytest.mark.parametrize(
    "target", ["x86_64-linux-gnu", "i386-linux-gnu", "riscv64-linux-gnu", "mips-linux-gnu", "s390x-linux-gnu"]
)
@pytest.mark.parametrize("pic", ["-fPIC", "-fno-pic"])
@pytest.mark.parametrize("split", [(), ("-ffunction-sections",)])
def test_jump_tables_are_charged_to_their_function(target: str, pic: str, split: tuple[str, ...]) -> None:
    """The same program with and without tables: the two functions with a switch of 8 cases bear the difference."""
    flags = ("-O1", "-w", f"--target={target}", pic, "-fno-asynchronous-unwind-tables")
    base = (*flags, *split, "-c", SOURCES / "sections.c")
    sizes = measure_object(clang(toolchain(22), *base, "-o", "-"))
    bare = measure_object(clang(toolchain(22), *base, "-fno-jump-tables", "-o", "-"))
    tables = sizes.rodata - bare.rodata
    assert tables >= 2 * 8 * 4
    charged = {name: sizes.functions[name] for name in ("choose", "again")}
    others = sum(sizes.functions.values()) - sum(charged.values())
    code = sizes.text - others
    entry = 8 if tables >= 2 * 8 * 8 else 4
    for name in charged:
        assert sizes.functions[name] >= 8 * entry
    assert abs(sum(charged.values()) - (code + 2 * 8 * entry)) <= 32  # padding between functions


@pytest.mark.parametrize("target", OTHERS)
@pytest.mark.parametrize("kind", ["plain", "throws", "debug"])
def test_other_formats_add_up(target: str, kind: str, tmp_path: Path) -> None:
    data = made(target, kind)
    sizes = measure_object(data)
    assert sum(sizes.functions.values()) <= sizes.text
    assert sizes.text - sum(sizes.functions.values()) < 64
    if kind != "throws":
        assert {"plain", "choose", "again", "weak"} <= set(sizes.functions)
    elif "windows" not in target:
        assert {"_Z7throweri", "_Z4useri"} <= set(sizes.functions)
    told = reader("llvm-size", "-A", data=data, folder=tmp_path)
    by_name: dict[str, int] = {}
    for match in re.finditer(r"^(\S+)\s+(\d+)\s+", told, re.M):
        by_name[match[1]] = by_name.get(match[1], 0) + int(match[2])
    if "apple" in target:
        assert sizes.text == by_name["__text"]
        assert sizes.eh_frame == by_name.get("__eh_frame", 0) + by_name.get("__gcc_except_tab", 0)
    elif "windows" in target:
        assert sizes.text == sum(v for k, v in by_name.items() if k.startswith(".text"))
        assert sizes.eh_frame == sum(v for k, v in by_name.items() if k.startswith((".pdata", ".xdata")))
    else:
        assert 0 <= by_name["CODE"] - sizes.text <= 2  # the number of bodies


@pytest.mark.parametrize("target", [*ELF, *OTHERS])
def test_debug_information_costs_nothing(target: str, tmp_path: Path) -> None:
    """The same object with its debug sections taken out (-g itself may change the code of some targets)."""
    with_debug = made(target, "debug")
    reader("llvm-objcopy", "--strip-debug", data=with_debug, folder=tmp_path)
    stripped = (tmp_path / "object.o").read_bytes()
    assert stripped != with_debug
    assert measure_object(stripped) == measure_object(with_debug)


@pytest.mark.parametrize("target", [*ELF, *OTHERS])
def test_cut_objects_are_refused_or_measured_but_never_crash(target: str) -> None:
    data = made(target, "throws")
    for end in (*range(0, 80, 7), len(data) // 4, len(data) // 2, len(data) - 1):
        try:
            sizes = measure_object(data[:end])
        except EngineError:
            continue
        assert 0 <= sizes.total <= len(data)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_objects_are_refused_or_measured_in_time(data: st.DataObject) -> None:
    raw = bytearray(made(data.draw(st.sampled_from([*ELF, *OTHERS])), "throws"))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    start = time.perf_counter()
    try:
        measure_object(bytes(raw))
    except EngineError:
        pass
    assert time.perf_counter() - start < 2


def test_an_object_of_another_class_without_sections() -> None:
    """Damaged in one byte, a 64-bit object says that it is a 32-bit one without a section table."""
    raw = bytearray(made("x86_64-linux-gnu", "throws"))
    raw[4] = 1
    assert measure_object(bytes(raw)) == Sizes()


JUNK = [b"", b"\x7fELF", b"junk" * 50, b"\0asm", b"\xcf\xfa\xed\xfe" + b"\xff" * 64, b"!<arch>\n"]


@pytest.mark.parametrize("junk", JUNK)
def test_junk_is_refused(junk: bytes) -> None:
    with pytest.raises(EngineError):
        measure_object(junk)


def test_an_executable_is_not_an_object() -> None:
    path = toolchain(22).tool("llvm-size")
    assert path is not None
    with pytest.raises(EngineError):
        measure_object(Path(path).read_bytes())


def many(functions: int, lines: int) -> bytes:
    """A program of that many functions; every third has a jump table."""
    parts = ["int ext(int); void sink(const char *);"]
    for i in range(functions):
        body = "".join(f'if (x > {j * 7 + i}) {{ y += ext(x * {j + 3}); sink("{j}"); }}' for j in range(lines))
        cases = "".join(f'case {j}: y = ext(y + {i * j}); sink("c"); break;' for j in range(8))
        switch = f"switch (x) {{ {cases} }}" if i % 3 == 0 else ""
        parts.append(f"int f{i}(int x, int y) {{ {body} {switch} return y; }}")
    return "\n".join(parts).encode()


def test_it_is_quick() -> None:
    """An object of 100 KB and 200 functions: a millisecond or a few of the processor."""
    found = toolchain(22)
    data = clang(found, "-Oz", "-w", "-ffunction-sections", "-c", "-x", "c", "-", "-o", "-", data=many(200, 4))
    assert len(data) > 100_000
    best = 1.0
    for _ in range(10):
        start = time.process_time()
        sizes = measure_object(data)
        best = min(best, time.process_time() - start)
    assert len(sizes.functions) == 200
    assert best < 0.03  # measured: 1 to 8 ms by machine; what is quadratic takes ten times as long
