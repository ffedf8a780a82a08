"""Targets as data: each compiles to an object of its machine; packages cross-compiled, programs run under qemu."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from smartopt.errors import UsageError
from smartopt.lab.bench.emulated import program_of, write_archivers, write_target_compiler
from smartopt.lab.bench.larger import Compile
from smartopt.lab.corpus import cross
from smartopt.lab.corpus.build import manifest
from smartopt.lab.corpus.cross import cross_package, cross_words
from smartopt.lab.corpus.functions import extract
from smartopt.lab.fuzz.shaped import make_file
from smartopt.lab.packages import PackageError
from smartopt.lab.targets import HOST, TARGETS, Target, find_targets, prepare_targets
from smartopt.llvm.toolchain import find_toolchain
from smartopt.objfile.measure import measure_object
from tests.support import tool

MACHINES = {
    "x86_64": 62,
    "x86_64-no-unwind": 62,
    "aarch64": 183,
    "thumb": 40,
    "cortex-m4": 40,
    "riscv64": 243,
    "riscv32": 243,
    "i686": 3,
    "mips": 8,
    "powerpc": 21,
    "avr": 83,
}
"""Numbers of ELF's e_machine; WebAssembly is no ELF."""
SOURCE = "int g(int); int f(int a, int b) { int s = 0; while (a-- > 0) s += g(b); return s; }\n"


def can_run(target: Target) -> bool:
    return shutil.which(target.emulator) is not None and (Path(target.root) / "lib" / "libc.a").exists()


needs_aarch64 = pytest.mark.skipif(
    not can_run(TARGETS["aarch64"]), reason="qemu-user, libc6-dev-arm64-cross or libgcc-12-dev-arm64-cross is missing"
)


@pytest.mark.parametrize("name", TARGETS)
def test_flags_make_an_object_for_the_machine(name: str, tmp_path: Path) -> None:
    source, out = tmp_path / "f.c", tmp_path / "f.o"
    source.write_text(SOURCE)
    subprocess.run([tool("clang-22"), *TARGETS[name].flags, "-Oz", "-c", source, "-o", out], check=True)
    data = out.read_bytes()
    sizes = measure_object(data)
    assert sizes.text > 0
    if name in MACHINES:
        assert struct.unpack_from("<H", data, 18)[0] == MACHINES[name]
    else:
        assert data[:4] == b"\0asm"
    assert (sizes.eh_frame > 0) == (
        name in ("x86_64", "aarch64", "thumb", "cortex-m4", "riscv64", "i686", "powerpc")
    ), "unwind tables as the platform has them; on 32-bit Arm each function has an entry in any case"


def test_lists_of_names() -> None:
    assert [target.name for target in find_targets("thumb,riscv32")] == ["thumb", "riscv32"]
    with pytest.raises(UsageError, match="there are x86_64"):
        find_targets("thumb,z80")
    with pytest.raises(UsageError, match="not run here"):
        prepare_targets([TARGETS["cortex-m4"]], run=True)
    assert [name for name, target in TARGETS.items() if target.x86] == ["x86_64", "x86_64-no-unwind"]
    assert TARGETS[HOST].flags == ()


def test_words_of_this_machine_are_left_out() -> None:
    machine = "-march=native -msse4.2 -mllvm -x86-asm-syntax=intel -I/usr/include/x86_64-linux-gnu"
    headers = "-I /usr/include/a -isystem /usr/lib/x86_64-linux-gnu/glib/include"
    words = (*machine.split(), *headers.split(), "-DM=1", "-fPIC", "a.c")
    kept = ("--target=aarch64-linux-gnu", "-I", "/usr/include/a", "-DM=1", "-fPIC", "a.c")
    assert cross_words(words, TARGETS["aarch64"]) == kept
    bare = cross_words(words, TARGETS["riscv32"])
    assert "-fPIC" not in bare
    assert bare[-2:] == ("-idirafter", "/usr/include")
    assert cross_words(words, TARGETS[HOST]) == words


def test_a_package_is_cross_compiled_file_by_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toolchain = find_toolchain("22")
    tree = tmp_path / "tree"
    tree.mkdir()
    files = {
        "a.c": SOURCE,
        "b.c": 'int h(int a) { __asm__("bswap %0" : "+r"(a)); return a; }\n',  # compiles to bitcode, not to an object
        "c.c": "#include <no-such-header.h>\n",
        "d.cc": "int k;\n",
    }
    compiles = []
    for name, text in files.items():
        (tree / name).write_text(text)
        compiles.append(Compile("nettle", name, str(tree), ("-O2", "-mavx", name), name.endswith(".cc")))
    monkeypatch.setattr(cross, "recorded", lambda *_: compiles)
    said: list[str] = []
    for _ in range(2):  # the second time replaces what the first left
        built = cross_package("nettle", TARGETS["riscv64"], tmp_path, toolchain, 1, None, said.append)
    home = tmp_path / "riscv64"
    assert (built.files, built.split) == (1, "train")
    assert built.why == "2 of 3 files do not compile for riscv64"
    assert manifest(home)["nettle"] == built
    (line,) = [json.loads(row) for row in (home / "sources.jsonl").read_text().splitlines()]
    assert line["source"] == "a.c"
    bitcode = home / "bitcode" / "nettle" / line["bitcode"]
    command = [str(toolchain.clang), *line["words"], "-Oz", "-c", "-o", str(tmp_path / "a.o")]
    subprocess.run(command, cwd=line["folder"], check=True)
    assert measure_object((tmp_path / "a.o").read_bytes()).total == line["bytes"] > 0
    text = subprocess.run([tool("llvm-dis-22"), bitcode, "-o", "-"], capture_output=True, text=True, check=True).stdout
    assert 'target triple = "riscv64-unknown-linux-gnu"' in text
    assert "minsize" in text
    assert "alloca" in text, "it is not optimised yet"
    assert extract(home, "nettle", "22", 1, ("base",), said.append) == 1
    with pytest.raises(PackageError, match="used for nothing"):
        cross_package("zlib", TARGETS["riscv64"], tmp_path, toolchain, 1, None, said.append)


@pytest.mark.parametrize("name", ["aarch64", "thumb", "riscv64"])
def test_programs_of_shapes_compile_for_other_targets(name: str, tmp_path: Path) -> None:
    """Shapes that a target cannot have (assembly for x86-64, wide integers) are not drawn for it."""
    target = TARGETS[name]
    if not (Path(target.root) / "include" / "stdio.h").exists():
        pytest.skip(f"{target.packages[0]} is not installed")
    source = tmp_path / "file.c"
    source.write_text(make_file(range(1, 61), "c", target=target).text())
    subprocess.run([tool("clang-22"), *target.flags, "-w", "-fsyntax-only", source], check=True)


@needs_aarch64
def test_a_compiler_whose_programs_run_here(tmp_path: Path) -> None:
    toolchain = find_toolchain("22")
    compiler = write_target_compiler(tmp_path / "cc", str(toolchain.clang), TARGETS["aarch64"])
    write_archivers(tmp_path / "tools", toolchain)
    (tmp_path / "lib.c").write_text("int twice(int a) { return 2 * a; }\n")
    (tmp_path / "main.c").write_text(
        "#include <stdio.h>\nint twice(int);\n"
        'int main(int argc, char **argv) { printf("%s %d\\n", argv[argc - 1], twice(argc)); return 7; }\n'
    )

    def run(*words: object, code: int = 0) -> str:
        done = subprocess.run([*map(str, words)], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout

    run(compiler, "-Oz", "-c", "lib.c", "-o", "lib.o")
    assert (tmp_path / "lib.o").read_bytes()[:4] == b"\x7fELF"
    run(tmp_path / "tools" / "ar", "rcs", "lib.a", "lib.o")
    run(compiler, "-static", "main.c", "lib.a", "-o", "main")
    assert run("./main", "it's two words", code=7) == "it's two words 4\n"
    program = program_of(tmp_path / "main")
    assert struct.unpack_from("<H", program.read_bytes(), 18)[0] == MACHINES["aarch64"]
    run(compiler, "-shared", "-fPIC", "lib.c", "-o", "lib.so")
    assert program_of(tmp_path / "lib.so") == tmp_path / "lib.so"
    assert (tmp_path / "lib.so").read_bytes()[:4] == b"\x7fELF"
    assert "clang" in run(compiler, "--version")
    run(compiler, "main.c", "-o", "gone", code=1)  # no twice: the linker's error is the compiler's
    assert not (tmp_path / "gone").exists()
