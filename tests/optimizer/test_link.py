"""The merged module of full link-time optimisation: lld's own result to the letter, and a smaller one that links."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from smartopt.errors import UsageError
from smartopt.objfile.measure import measure_object
from smartopt.optimizer import optimize
from smartopt.optimizer.result import Result
from smartopt.options import Options
from tests.optimizer.support import SOURCES, opt
from tests.optimizer.test_memory import Kept
from tests.support import tool

LTO = ("-Oz", "-flto", "-fcommon", "-w")
PLAIN_LINK = ("-fuse-ld=lld", "-Wl,--gc-sections", "-Wl,--save-temps")
PROGRAM = ("main.c", "library.c")
VERSIONS = [22, 19]


class Linked:
    """A program that lld linked with full LTO, and what it left of that."""

    def __init__(self, folder: Path, major: int, others: Sequence[Path]) -> None:
        self.folder, self.major, self.others = folder, major, others
        self.merged = (folder / "program.0.2.internalize.bc").read_bytes()
        self.optimised = (folder / "program.0.4.opt.bc").read_bytes()
        self.object = (folder / "program.lto.o").read_bytes()

    def output(self) -> bytes:
        return _output(self.folder / "program")

    def relinked(self, bitcode: bytes, *flags: str) -> tuple[bytes, bytes]:
        """The object that lld's back end makes of finished bitcode, and what the program made of it prints."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        (folder / "ours.bc").write_bytes(bitcode)
        passes = "-Wl,--lto-newpm-passes=no-op-module"
        inputs = [f"-Wl,{folder / 'ours.bc'}", *map(str, self.others)]
        _clang(self.major, "-Oz", "-flto", *PLAIN_LINK, passes, *flags, *inputs, "-o", folder / "program")
        return (folder / "program.lto.o").read_bytes(), _output(folder / "program")


def _clang(major: int, *words: str | Path) -> None:
    done = subprocess.run([tool(f"clang-{major}"), *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _output(program: Path) -> bytes:
    done = subprocess.run([str(program)], capture_output=True, timeout=20, check=True)
    return done.stdout


@functools.cache
def _folder() -> Path:
    import atexit

    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@functools.cache
def linked(
    major: int = 22, flags: tuple[str, ...] = (), second: tuple[str, ...] = (), link: tuple[str, ...] = ()
) -> Linked:
    """The program of ``sources/linked``; ``flags`` are its first file's, ``second`` its second's."""
    folder = Path(tempfile.mkdtemp(dir=_folder()))
    objects = []
    for name, more in zip(PROGRAM, (flags, second), strict=True):
        objects.append(folder / name.replace(".c", ".o"))
        builtin = ("-fno-builtin",) if name == "library.c" else ()
        _clang(major, *LTO, *builtin, *more, "-c", SOURCES / "linked" / name, "-o", objects[-1])
    native = folder / "native.o"
    _clang(major, "-Oz", "-c", SOURCES / "linked" / "native.c", "-o", native)
    _clang(major, "-Oz", "-flto", *PLAIN_LINK, *link, *objects, native, "-o", folder / "program")
    return Linked(folder, major, [native])


@functools.cache
def made(program: Linked, **options: Any) -> Result:
    chosen = {"stage": "link", "stands_for": "clang", "llvm": str(program.major), **options}
    return optimize(program.merged, Options(**chosen))


def text_of(bitcode: bytes, major: int) -> str:
    """A module's IR without the names that it was read under and the comments on predecessors, which have no order."""
    text = opt(major, "no-op-module", bitcode, "-S").decode().split("\n", 1)[1]
    return re.sub(r" *; preds = .*", "", text)


@pytest.mark.parametrize("major", VERSIONS)
def test_the_baseline_is_what_lld_makes_itself(major: int) -> None:
    program = linked(major)
    baseline = made(program, effort="fast", select="baseline")
    assert baseline.outcome.winner == "oz"
    assert text_of(baseline.data, major) == text_of(program.optimised, major)
    # lld's object, but for what bitcode loses: the order of uses
    lld, ours = measure_object(program.object), measure_object(program.relinked(baseline.data)[0])
    assert ours.total == pytest.approx(lld.total, rel=0.005)
    assert baseline.outcome.oz.total == pytest.approx(lld.total, rel=0.03)


@pytest.mark.parametrize(("major", "effort"), [(22, "default"), (22, "max"), (19, "default")])
def test_a_plan_is_smaller_than_what_lld_makes_and_does_the_same(major: int, effort: str) -> None:
    program = linked(major)
    result = made(program, effort=effort)
    assert result.outcome.winner != "oz"
    assert not {"check-failed", "replay-failed", "compose-crash", "internal-error"} & set(result.outcome.fallbacks)
    assert "plan" in {candidate.kind for candidate in result.outcome.candidates}
    smaller, printed = program.relinked(result.data)
    assert measure_object(smaller).total < measure_object(program.object).total
    assert printed == program.output()


def test_every_plan_links_and_does_the_same() -> None:
    program = linked()
    for result in (made(program, select="plan"), made(program, select="plan", frames=False)):
        assert result.outcome.winner == "plan"
        assert program.relinked(result.data)[1] == program.output()


def test_the_same_bytes_with_more_workers_and_from_memory() -> None:
    program, memory = linked(), Kept()
    options = Options(stage="link", stands_for="clang", llvm="22", jobs=2)
    first = optimize(program.merged, options, memory=memory)
    again = optimize(program.merged, options, memory=memory)
    assert first.data == again.data == made(program).data
    assert again.report["trials"] == 0 < first.report["trials"]


def test_a_shared_library_keeps_what_it_exports(tmp_path: Path) -> None:
    version = tmp_path / "map"
    version.write_text("V1 { global: sorted; weigh; by_alias; local: *; };\n")
    source = SOURCES / "linked" / "library.c"
    bitcode, library = tmp_path / "library.o", tmp_path / "program"
    _clang(22, *LTO, "-fPIC", "-fno-builtin", "-c", source, "-o", bitcode)
    shared = ("-shared", f"-Wl,--version-script={version}", "-Oz", "-flto", *PLAIN_LINK)
    _clang(22, *shared, bitcode, "-o", library)
    program = Linked(tmp_path, 22, [])
    result = made(program)
    assert result.outcome.winner != "oz"
    (tmp_path / "ours.bc").write_bytes(result.data)
    again = tmp_path / "again"
    _clang(22, *shared, "-Wl,--lto-newpm-passes=no-op-module", f"-Wl,{tmp_path / 'ours.bc'}", "-o", again)
    assert _exported(again) == _exported(library) >= {"sorted@@V1", "weigh@@V1", "by_alias@@V1"}


def test_a_partial_link_keeps_every_symbol(tmp_path: Path) -> None:
    bitcode = tmp_path / "library.o"
    _clang(22, *LTO, "-fno-builtin", "-c", SOURCES / "linked" / "library.c", "-o", bitcode)
    partial = ("-r", "-Oz", "-flto", "-fuse-ld=lld", "-Wl,--save-temps")
    _clang(22, *partial, bitcode, "-o", tmp_path / "program")
    result = made(Linked(tmp_path, 22, []))
    assert result.outcome.winner != "oz"
    (tmp_path / "ours.bc").write_bytes(result.data)
    again = tmp_path / "again.o"
    _clang(22, *partial, "-Wl,--lto-newpm-passes=no-op-module", f"-Wl,{tmp_path / 'ours.bc'}", "-o", again)
    assert _defined(again) == _defined(tmp_path / "program") >= {"memcpy", "by_alias", "by_resolver", "unoptimised"}


def _exported(library: Path) -> set[str]:
    return _defined(library, "-D")


def _defined(file: Path, *flags: str) -> set[str]:
    command = [tool("llvm-nm-22"), "--defined-only", "--extern-only", "--just-symbol-name", *flags, str(file)]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_one_file_compiled_for_speed_leaves_the_module_to_lld() -> None:
    program = linked(second=("-O2",))
    result = made(program)
    assert result.outcome.fallbacks == {"lto-not-size": 1}
    assert (result.outcome.winner, result.data) == ("oz", program.merged)


@pytest.mark.parametrize(
    "flags",
    [
        ("-fsanitize=cfi-icall", "-fvisibility=hidden"),
        ("-fprofile-generate",),
        ("-fsanitize=undefined",),
        ("-fsanitize-coverage=trace-pc-guard",),
        ("-finstrument-functions",),
        ("-fsanitize=address",),
    ],
    ids=lambda flags: flags[0],
)
def test_checks_of_types_and_instrumentation_are_left_to_lld(flags: tuple[str, ...]) -> None:
    merged = _partially_linked(SOURCES / "linked" / "main.c", *flags)
    result = optimize(merged, Options(stage="link", stands_for="clang", llvm="22"))
    assert result.outcome.fallbacks in ({"module-excluded": 1}, {"lto-not-size": 1})
    assert (result.outcome.winner, result.data) == ("oz", merged)


def test_coverage_brings_functions_that_were_not_compiled_for_size() -> None:
    merged = _partially_linked(SOURCES / "linked" / "main.c", "--coverage")
    result = optimize(merged, Options(stage="link", stands_for="clang", llvm="22"))
    assert (result.outcome.fallbacks, result.data) == ({"lto-not-size": 1}, merged)


@pytest.mark.parametrize("major", VERSIONS)
def test_whole_program_vtables_are_left_to_lld_and_other_cxx_is_not(major: int) -> None:
    source = SOURCES / "shapes.cpp"
    for flags, expected in ((("-fwhole-program-vtables", "-fvisibility=hidden"), {"module-excluded": 1}), ((), {})):
        merged = _partially_linked(source, *flags, major=major)
        result = optimize(merged, Options(stage="link", stands_for="clang", llvm=str(major), effort="fast"))
        assert {
            k: v for k, v in result.outcome.fallbacks.items() if k in ("module-excluded", "lto-not-size")
        } == expected
        assert (result.data == merged) == bool(expected)


@functools.cache
def _partially_linked(source: Path, *flags: str, major: int = 22) -> bytes:
    """The module that lld merges of one file for a partial link."""
    folder = Path(tempfile.mkdtemp(dir=_folder()))
    _clang(major, *LTO, *flags, "-c", source, "-o", folder / "input.o")
    save = ("-Wl,--save-temps", "-Wl,--undefined-version")
    _clang(major, "-r", "-nostdlib", "-Oz", "-flto", "-fuse-ld=lld", *save, folder / "input.o", "-o", folder / "out.o")
    return (folder / "out.o.0.2.internalize.bc").read_bytes()


COMPARES = b"""
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define i1 @same(ptr dereferenceable(16) %a, ptr dereferenceable(16) %b) minsize optsize nounwind {
entry:
  %x = load i64, ptr %a, align 8
  %y = load i64, ptr %b, align 8
  %first = icmp eq i64 %x, %y
  br i1 %first, label %rest, label %end

rest:
  %p = getelementptr inbounds i8, ptr %a, i64 8
  %q = getelementptr inbounds i8, ptr %b, i64 8
  %z = load i64, ptr %p, align 8
  %w = load i64, ptr %q, align 8
  %second = icmp eq i64 %z, %w
  br label %end

end:
  %result = phi i1 [ false, %entry ], [ %second, %rest ]
  ret i1 %result
}
"""


def test_no_call_appears_for_which_the_linker_has_looked_for_no_definition() -> None:
    options: dict[str, Any] = {"stands_for": "clang", "llvm": "22", "select": "plan", "forced_lists": ("mergeicmps",)}
    compiled = optimize(COMPARES, Options(**options), text=True)
    assert b"@memcmp" in compiled.data
    result = optimize(COMPARES, Options(**options, stage="link"), text=True)
    assert b"@memcmp" not in result.data
    assert result.outcome.fallbacks == {"check-failed": 1}


def test_a_module_without_functions_comes_back_as_it_is() -> None:
    data = b'target triple = "x86_64-pc-linux-gnu"\n@x = global i32 7\n'
    result = optimize(data, Options(stage="link", stands_for="clang", llvm="22"))
    assert (result.outcome.fallbacks, result.data) == ({"no-functions": 1}, data)


@pytest.mark.parametrize("wrong", [{}, {"stands_for": "clang", "engine": "opt"}])
def test_only_clang_with_libllvm_links(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="stage link"):
        Options(stage="link", **wrong)
