"""Which functions outlining burdens where a linker keeps them alone, on clang's own objects."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import pytest

from smartopt.codegen.outliner import EAGER_FLAGS, has_outlined
from smartopt.codegen.outlining_cost import count_outlined, functions_made_larger
from smartopt.objfile.measure import measure_object

from ..llvm.support import toolchain

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="outlining is for x86-64")

STEPS = """\
typedef struct { unsigned a, b, c, d; } state;
void next(state *s, unsigned n);
#define STEP(s) (s)->a += (s)->b * 2654435761u; (s)->b ^= (s)->c >> 13; (s)->c = (s)->d - (s)->a; (s)->d += 12345;
#define TWICE(name, n) WORD void name(state *s) { STEP(s) next(s, n); STEP(s) }
TWICE(one, 1) TWICE(two, 2) TWICE(three, 3)
"""
NAMES = {"one", "two", "three"}


def compiler(version: int = 22, cxx: bool = False) -> str:
    found = toolchain(version).clang
    assert found is not None
    return f"{found}++" if cxx else found


def objects(folder: Path, *flags: str, version: int = 22) -> tuple[bytes, dict[str, int]]:
    """The object with as much outlined as there can be, and the functions' bytes without."""
    (folder / "a.c").write_text(STEPS)
    made = []
    for more in (EAGER_FLAGS, ()):
        out = folder / "a.o"
        words = [compiler(version), "-Oz", *flags, *more, "-c", str(folder / "a.c"), "-o", str(out)]
        subprocess.run(words, check=True)
        made.append(out.read_bytes())
    assert has_outlined(made[0])
    assert not has_outlined(made[1])
    return made[0], measure_object(made[1]).functions


@pytest.mark.parametrize("version", [22, 19])
def test_every_user_must_pay_for_itself(tmp_path: Path, version: int) -> None:
    made, before = objects(tmp_path, "-DWORD=", "-ffunction-sections", version=version)
    sizes = measure_object(made)
    outlined = sizes.functions.keys() - NAMES
    assert count_outlined(sizes.functions) == len(outlined) > 0
    assert sum(before.values()) > sum(sizes.functions.values())  # together they gain
    assert functions_made_larger(made, before) == NAMES
    padded = [-(-(sizes.functions[name] - sizes.code[name]) // 8) * 8 + 8 for name in outlined]
    alone = sizes.functions["one"] + sum(padded) + sum(sizes.code[name] for name in outlined)
    assert functions_made_larger(made, dict.fromkeys(NAMES, alone)) == set()
    assert functions_made_larger(made, dict.fromkeys(NAMES, alone) | {"two": alone - 1}) == {"two"}
    assert functions_made_larger(made, {"one": alone, "two": alone}) == {"three"}  # clang's object has no such function


def test_what_is_kept_together_is_not_looked_at(tmp_path: Path) -> None:
    made, _ = objects(tmp_path, "-DWORD=")
    assert functions_made_larger(made, {}) == set()


def test_a_section_with_strangers_must_have_been_kept_before(tmp_path: Path) -> None:
    """The outlined function lies in .text, which the function in a section of its own did not need."""
    steps = STEPS.replace("TWICE(three, 3)", "\n#undef WORD\n#define WORD __attribute__((cold))\nTWICE(three, 3)")
    (tmp_path / "a.c").write_text(steps)
    out = tmp_path / "a.o"
    subprocess.run([compiler(), "-Oz", "-DWORD=", *EAGER_FLAGS, "-c", tmp_path / "a.c", "-o", out], check=True)
    assert b".text.unlikely" in out.read_bytes()
    assert functions_made_larger(out.read_bytes(), dict.fromkeys(NAMES, 10_000)) == {"three"}


def test_a_group_may_be_another_files(tmp_path: Path) -> None:
    source = tmp_path / "a.cc"
    source.write_text(
        STEPS.replace("void next", 'extern "C" void next').partition("TWICE(one")[0].replace("WORD ", "")
        + "template <int n> void work(state *s) { STEP(s) next(s, n); STEP(s) }\n"
        + "template void work<1>(state *); template void work<2>(state *);\n"
    )
    out = tmp_path / "a.o"
    subprocess.run([compiler(cxx=True), "-Oz", *EAGER_FLAGS, "-c", source, "-o", out], check=True)
    made = out.read_bytes()
    assert has_outlined(made)
    assert len(functions_made_larger(made, dict.fromkeys(measure_object(made).functions, 10_000))) == 2


@pytest.mark.parametrize("data", [b"", b"\x7fELF", b"\x7fELF\2\1" + bytes(70), b"\xcf\xfa\xed\xfe" + bytes(99)])
def test_what_is_no_object_has_no_functions(data: bytes) -> None:
    assert functions_made_larger(data, {}) == set()
