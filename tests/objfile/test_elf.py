"""The reader of ELF files: all forms of the format, by LLVM's own tools, and damaged files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartopt.objfile.elf import Elf, ElfError, ElfObject
from smartopt.objfile.measure import measure_object
from smartopt.objfile.program import gnu_build_id, needed_libraries
from smartopt.objfile.symbols import global_functions, undefined_symbols

from ..llvm.support import clang, toolchain
from .test_objfile import ELF, made, reader

SECTIONS = 65_600
"""More than 65,279 (SHN_LORESERVE), so that the header cannot hold their number."""
LINKED = {"x86_64-linux-gnu": "elf_x86_64", "mips-linux-gnu": "elf32btsmip", "i386-linux-gnu": "elf_i386"}
"""Target -> what lld calls its format: 64 bits, and 32 bits in both byte orders."""


@pytest.mark.parametrize("target", ["x86_64-linux-gnu", "mips-linux-gnu"])
def test_more_sections_than_the_header_can_count(target: str) -> None:
    rows = [
        f'.section .text.f{i},"ax",%progbits\n.globl f{i}\n.type f{i},%function\nf{i}: .long {i}\n.size f{i},4'
        for i in range(SECTIONS)
    ]
    source = "\n".join([*rows, ".globl ext", ".data", ".long ext", ""]).encode()
    data = clang(toolchain(22), f"--target={target}", "-c", "-x", "assembler", "-", "-o", "-", data=source)
    elf = ElfObject(data)
    assert len(elf.sections) > SECTIONS
    sizes = measure_object(data)
    assert sizes.text == 4 * SECTIONS
    assert sizes.data == 4
    assert sizes.code == {f"f{i}": 4 for i in range(SECTIONS)}
    assert undefined_symbols(data) == {"ext"}
    assert global_functions(data) == sizes.code.keys()


@pytest.mark.parametrize("target", ELF)
@pytest.mark.parametrize("kind", ["plain", "throws"])
def test_symbols_are_what_nm_says(target: str, kind: str, tmp_path: Path) -> None:
    data = made(target, kind)
    told = reader("llvm-nm", data=data, folder=tmp_path)
    assert undefined_symbols(data) == set(re.findall(r"^ +U (\S+)$", told, re.M))
    assert global_functions(data) == set(re.findall(r"^\S+ [TW] (\S+)$", told, re.M)) - {"__gxx_personality_v0"}


def linked(target: str, folder: Path) -> Path:
    """A shared library with a build id, two needed libraries and a search path."""
    linker = toolchain(22).tool("ld.lld")
    if linker is None:
        pytest.skip("lld is not installed")
    compiled = clang(
        toolchain(22), f"--target={target}", "-fPIC", "-c", "-x", "c", "-", "-o", "-", data=b"int f(void) { return 1; }"
    )
    (folder / "f.o").write_bytes(compiled)
    command = [linker, "-m", LINKED[target], "-shared"]
    for name in ("libfirst.so.1", "libsecond.so"):
        subprocess.run([*command, "-soname", name, "f.o", "-o", name], cwd=folder, check=True)
    options = ["--build-id=0x0123456789abcdef", "-rpath", "$ORIGIN/../lib:/far/away", "--no-as-needed"]
    libraries = ["libfirst.so.1", "libsecond.so"]
    subprocess.run([*command, *options, "f.o", *libraries, "-o", "it.so"], cwd=folder, check=True)
    return folder / "it.so"


@pytest.mark.parametrize("target", LINKED)
def test_a_library_tells_its_build_id_and_what_it_needs(target: str, tmp_path: Path) -> None:
    path = linked(target, tmp_path)
    assert gnu_build_id(str(path)) == "0123456789abcdef"
    names, folders = needed_libraries(str(path))
    assert names == ["libfirst.so.1", "libsecond.so"]
    assert folders == [f"{tmp_path.resolve()}/../lib", "/far/away"]


def test_only_a_little_of_a_library_is_read(tmp_path: Path) -> None:
    """What the loader does not need may be 100 GB long: a file with a hole is no slower to ask."""
    path = linked("x86_64-linux-gnu", tmp_path)
    with path.open("r+b") as file:
        file.truncate(100 << 30)
    assert gnu_build_id(str(path)) == "0123456789abcdef"
    assert needed_libraries(str(path))[0] == ["libfirst.so.1", "libsecond.so"]


def test_what_a_program_needs_is_what_readelf_says() -> None:
    found = toolchain(22)
    readelf = found.tool("llvm-readelf")
    assert readelf is not None
    assert found.clang is not None
    real = str(Path(found.clang).resolve())
    told = subprocess.run([readelf, "--needed-libs", "--notes", real], capture_output=True, text=True, check=True)
    names, folders = needed_libraries(real)
    assert set(names) == set(re.findall(r"^  (\S+)$", told.stdout.partition("NeededLibraries [")[2], re.M))
    assert all(Path(folder).is_absolute() for folder in folders)
    identity = re.search(r"Build ID: (\w+)", told.stdout)
    assert gnu_build_id(real) == (identity[1] if identity else None)


@pytest.mark.parametrize("data", [b"", b"#!/bin/sh\n", b"\x7fELF", b"\x7fELF\x02\x01" + b"\xff" * 200])
def test_what_is_not_elf_says_nothing(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert needed_libraries(str(path)) == ([], [])
    assert gnu_build_id(str(path)) is None
    assert undefined_symbols(data) == set()
    with pytest.raises(ElfError):
        Elf(data).segments()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert needed_libraries(str(tmp_path / "absent")) == ([], [])
    with pytest.raises(FileNotFoundError):
        gnu_build_id(str(tmp_path / "absent"))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_raises_one_error(data: st.DataObject) -> None:
    raw = bytearray(made(data.draw(st.sampled_from(ELF)), "throws"))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, min(len(raw) - 1, data.draw(st.sampled_from([63, len(raw)])))))] = data.draw(
            st.integers(0, 255)
        )
    damaged = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    try:
        elf = ElfObject(damaged)
        for section, relocations in elf.relocated().items():
            elf.targets(relocations, section)
        for section in elf.sections:
            elf.section_name(section)
        for name, *_ in elf.symbols:
            elf.symbol_name(name)
        list(elf.notes())
        elf.dynamic()
    except ElfError:
        pass


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return linked("x86_64-linux-gnu", tmp_path_factory.mktemp("library")).read_bytes()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_libraries_say_something_or_nothing(
    library: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray(library)
    end = data.draw(st.sampled_from([64, 64 + 56 * 8, len(raw)]))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, end - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(raw)
    assert isinstance(needed_libraries(str(path)), tuple)
    assert isinstance(gnu_build_id(str(path)), (str, type(None)))
