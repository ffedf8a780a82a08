"""A module of ThinLTO: lld's own result to the letter, and a smaller one with which the program does the same."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import pytest

from smartopt.objfile.measure import measure_object
from smartopt.optimizer import optimize
from smartopt.options import Options
from tests.optimizer.support import SOURCES
from tests.optimizer.test_link import _clang, _folder, text_of

IMPORTS = ("-fuse-ld=lld", "-Wl,-mllvm,-import-instr-limit=100", "-Wl,--save-temps")
"""The limit, so that these small files import functions at -Oz too."""
OPTIONS = Options(stage="thin", stands_for="clang", llvm="22")


@functools.cache
def linked(*flags: str) -> Path:
    """The folder of the program of ``sources/linked``, linked with ThinLTO."""
    folder = Path(tempfile.mkdtemp(dir=_folder()))
    objects = []
    for name in ("main", "library"):
        objects.append(folder / f"{name}.o")
        more = ("-fno-builtin",) if name == "library" else flags
        _clang(
            22, "-Oz", "-flto=thin", "-fcommon", "-w", *more, "-c", SOURCES / "linked" / f"{name}.c", "-o", objects[-1]
        )
    native = folder / "native.o"
    _clang(22, "-Oz", "-c", SOURCES / "linked" / "native.c", "-o", native)
    _clang(22, "-Oz", "-flto=thin", *IMPORTS, *objects, native, "-o", folder / "program")
    return folder


def imported(name: str, *flags: str) -> bytes:
    return next(linked(*flags).glob(f"{name}.o.*3.import.bc")).read_bytes()


@pytest.mark.parametrize("name", ["main", "library"])
def test_the_baseline_is_what_lld_makes_itself(name: str) -> None:
    baseline = optimize(imported(name), Options(stage="thin", stands_for="clang", llvm="22", select="baseline"))
    lld = next(linked().glob(f"{name}.o.*4.opt.bc")).read_bytes()
    assert text_of(baseline.data, 22) == text_of(lld, 22)
    made = next(linked().glob(f"program.lto.{name}.o")).read_bytes()
    assert baseline.outcome.oz.total == pytest.approx(measure_object(made).total, rel=0.03)


def test_a_plan_is_smaller_and_counted_as_a_whole_object() -> None:
    result = optimize(imported("library"), OPTIONS)
    assert result.outcome.winner != "oz"
    assert not {"check-failed", "replay-failed", "compose-crash", "internal-error"} & set(result.outcome.fallbacks)
    assert result.outcome.output.total < result.outcome.oz.total
    assert result.data == optimize(imported("library"), Options(**{**OPTIONS.outcome_fields(), "jobs": 2})).data


def test_a_function_compiled_for_speed_leaves_the_module_to_lld() -> None:
    result = optimize(imported("main", "-O2"), OPTIONS)
    assert (result.outcome.winner, result.outcome.fallbacks) == ("oz", {"lto-not-size": 1})


ASSEMBLY = b"""
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define internal i32 @hidden.part(i32 %x) minsize optsize {
  %y = mul i32 %x, %x
  ret i32 %y
}
define i32 @user(i32 %x) minsize optsize {
  call void asm sideeffect "call NAME", "~{memory}"()
  %y = call i32 @hidden.part(i32 %x)
  ret i32 %y
}
"""


KEPT = b'@llvm.compiler.used = appending global [1 x ptr] [ptr @hidden.part], section "llvm.metadata"\n'


@pytest.mark.parametrize(
    ("name", "more", "left"),
    [(b"hidden.part", b"", True), (b"hidden.part", KEPT, False), (b"hidden", b"", False), (b"elsewhere", b"", False)],
)
def test_assembly_that_names_a_local_function_leaves_the_module_to_lld(name: bytes, more: bytes, left: bool) -> None:
    result = optimize(ASSEMBLY.replace(b"NAME", name) + more, OPTIONS)
    assert ("module-excluded" in result.outcome.fallbacks) == left
