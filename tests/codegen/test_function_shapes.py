"""Which functions may have frame pointers, by what is known of their shape; and that their code is right then."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import pytest

from smartopt.codegen.frame_pointers import fit_for_frames, frameable, give_frame, give_frames
from smartopt.codegen.frame_pointers_in_text import fit_in_text
from smartopt.codegen.function_shapes import Shapes, printed_attributes, type_sizes
from smartopt.codegen.settings import slim_flags
from smartopt.ir.body_hash import bodies
from smartopt.llvm.libllvm import LibLLVMEngine
from smartopt.llvm.toolchain import find_toolchain
from smartopt.worker.plain_service import _bodies
from tests.optimizer.support import BACK_END, clang
from tests.support import ROOT, tool

SOURCES = ROOT / "tests" / "llvm" / "sources"
FLAGS = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
RUNS = platform.machine() in ("x86_64", "AMD64") and " avx " in FLAGS
on_avx = pytest.mark.skipif(not RUNS, reason="these programs run on x86-64 with AVX")

HEAD = 'target triple = "x86_64-pc-linux-gnu"\n%named = type { i32, [100 x ptr] }\n%huge = type { [400000 x ptr] }\n'
TAIL = """
declare i32 @g(i32, ...)
declare i32 @_setjmp(ptr) returns_twice
declare i32 @odd(i32) returns_twice
declare preserve_mostcc void @kept()
declare i32 @__gxx_personality_v0(...)
declare i32 @__CxxFrameHandler3(...)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare ptr @llvm.frameaddress.p0(i32)
declare ptr @llvm.returnaddress(i32)
declare ptr @llvm.stacksave.p0()
declare i64 @llvm.x86.flags.read.u64()
declare void @llvm.assume(i1)
declare i32 @llvm.umax.i32(i32, i32)
attributes #0 = { minsize nounwind optsize uwtable "no-trapping-math"="true" "target-cpu"="x86-64" \
"target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" MORE }
"""


def module(body: str = "", line: str = "", more: str = "", flags: str = "") -> bytes:
    """A function with something in it, on its first line, among its attributes; and flags of its module."""
    define = f"define i32 @f(ptr %p, i32 %x) #0 {line} {{\n" if "define" not in line else line
    if not body.rstrip().endswith(("unreachable", "ret i32 0")):
        body += "\n  ret i32 0"
    return f"{HEAD}{define}{body}\n}}\n{TAIL.replace('MORE', more)}{flags}".encode()


ALLOWED = {
    "plain": module("  %1 = call i32 (i32, ...) @g(i32 %x)"),
    "locals": module("  %1 = alloca %named, align 8\n  %2 = alloca [64 x i8], align 16\n  %3 = alloca <4 x float>"),
    "copies": module("  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %p, i64 3, i1 false)"),
    "maximum": module("  %1 = call i32 @llvm.umax.i32(i32 %x, i32 1)"),
    "named-like-a-type": module("  %i1217 = add i32 %x, 1"),
    "assumption": module('  call void @llvm.assume(i1 true) [ "align"(ptr %p, i64 16) ]'),
    "fast": module(line="define internal fastcc i32 @f(ptr %p, i32 %x) #0 {\n") + b"@use = global ptr @f\n",
    "variadic": module(line="define i32 @f(ptr %p, i32 %x, ...) #0 {\n"),
    "throws": module(line="personality ptr @__gxx_personality_v0"),
    "byval": module("  %1 = call i32 (i32, ...) @g(i32 1, ptr byval(%named) align 8 %p)"),
    "protected": module(more='sspstrong "stack-protector-buffer-size"="8" "frame-pointer"="none"'),
    "newer": module(more='"target-features"="+avx,+avx2,+sse,+x87,-avx512f,+sse4.2,+xsave"'),
    "flags": module(flags='!llvm.module.flags = !{!0, !1}\n!0 = !{i32 8, !"PIC Level", i32 2}\n'
                          '!1 = !{i32 1, !"cf-protection-branch", i32 1}\n'),
}  # fmt: skip

REFUSED = {
    "saves-all": module(more='"no_caller_saved_registers"'),
    "saves-none": module(more='"no_callee_saved_registers"'),
    "unknown-string": module(more='"never-heard-of"="1"'),
    "patchable": module(more='"patchable-function-entry"="2"'),
    "hotpatch": module(more='"patchable-function"="prologue-short-redirect"'),
    "probes": module(more='"probe-stack"="inline-asm"'),
    "split-stack": module(more='"split-stack"'),
    "realigned": module(more='"stackrealign"'),
    "thunk": module(more='"thunk"'),
    "soft-float": module(more='"use-soft-float"="true"'),
    "warned-of": module(more='"warn-stack-size"="99"'),
    "aligned-stack": module(more="alignstack=32"),
    "no-red-zone": module(more="noredzone"),
    "no-control-flow-check": module(more="nocf_check"),
    "shadow-stack": module(more="shadowcallstack"),
    "safe-stack": module(more="safestack"),
    "naked": module("  unreachable", more="naked"),
    "twice-itself": module(more="returns_twice"),
    "hardened": module(more="speculative_load_hardening"),
    "apx": module(more='"target-features"="+egpr,+push2pop2,+x87"'),
    "amx": module(more='"target-features"="+amx-tile,+x87"'),
    "retpoline": module(more='"target-features"="+retpoline-indirect-calls,+x87"'),
    "no-sse": module(more='"target-features"="-sse2,+x87"'),
    "swift": module(line="define i32 @f(ptr swiftself %p, i32 %x) #0 {\n"),
    "nest": module(line="define i32 @f(ptr nest %p, i32 %x) #0 {\n"),
    "interrupt": module("  unreachable", line="define x86_intrcc void @f(ptr byval(i64) %p) #0 {\n"),
    "preserves": module(line="define preserve_allcc i32 @f(ptr %p, i32 %x) #0 {\n"),
    "tail": module(line="define tailcc i32 @f(ptr %p, i32 %x) #0 {\n"),
    "windows": module(line="define win64cc i32 @f(ptr %p, i32 %x) #0 {\n"),
    "prefix": module(line="prefix i32 7"),
    "prologue": module(line="prologue i8 7"),
    "collected": module(line='gc "statepoint-example"'),
    "funclets": module(line="personality ptr @__CxxFrameHandler3"),
    "assembly": module('  call void asm sideeffect "nop", ""()'),
    "calls-others": module("  call preserve_mostcc void @kept()"),
    "setjmp": module("  %1 = call i32 @_setjmp(ptr %p)"),
    "twice": module("  %1 = call i32 @odd(i32 1)"),
    "frame-address": module("  %1 = call ptr @llvm.frameaddress.p0(i32 0)"),
    "return-address": module("  %1 = call ptr @llvm.returnaddress(i32 0)"),
    "stack-saved": module("  %1 = call ptr @llvm.stacksave.p0()"),
    "flags-read": module("  %1 = call i64 @llvm.x86.flags.read.u64()"),
    "bundle": module('  %1 = call i32 (i32, ...) @g(i32 1) [ "deopt"(i32 3) ]'),
    "variable": module("  %1 = alloca i8, i32 %x, align 1"),
    "late": module("  br label %b\n\nb:\n  %1 = alloca i8, align 1"),
    "over-aligned": module("  %1 = alloca i8, align 32"),
    "large": module("  %1 = alloca [1048577 x i8], align 1"),
    "large-by-name": module("  %1 = alloca %huge, align 8"),
    "large-by-value": module("  %1 = call i32 (i32, ...) @g(i32 1, ptr byval(%huge) align 8 %p)"),
    "aligned-by-value": module("  %1 = call i32 (i32, ...) @g(i32 1, ptr byval(%named) align 32 %p)"),
    "wide": module("  %1 = load <32 x float>, ptr %p, align 128"),
    "huge-integer": module("  %1 = load i4096, ptr %p, align 8"),
    "large-code": module(flags='!llvm.module.flags = !{!0}\n!0 = !{i32 1, !"Code Model", i32 4}\n'),
    "other-flag": module(flags='!llvm.module.flags = !{!0}\n!0 = !{i32 1, !"override-stack-alignment", i32 32}\n'),
    "guard": module(flags='!llvm.module.flags = !{!0}\n!0 = !{i32 1, !"stack-protector-guard", !"tls"}\n'),
}  # fmt: skip


@pytest.fixture(scope="module", params=[22, 19])
def engine(request: pytest.FixtureRequest) -> LibLLVMEngine:
    return LibLLVMEngine(find_toolchain(str(request.param)))


def permitted(engine: LibLLVMEngine, data: bytes) -> set[str]:
    """The functions that may have a frame pointer: the same by the C API and in printed IR."""
    parsed = engine.parse(data)
    try:
        shapes = Shapes(parsed)
        defined = [function for function in parsed.functions() if not function.is_declaration]
        printed = zip(defined, bodies(parsed.text()), strict=True)
        found = {function.name for function, body in printed if body and frameable(function, body[1], shapes)}
        text = engine.text(parsed)
        assert fit_in_text(text, _bodies(text)) == found
        return found
    finally:
        parsed.dispose()


@pytest.mark.parametrize("name", ALLOWED)
def test_ordinary_functions_may(engine: LibLLVMEngine, name: str) -> None:
    assert permitted(engine, ALLOWED[name]) == {"f"}


@pytest.mark.parametrize("name", REFUSED)
def test_all_others_may_not(engine: LibLLVMEngine, name: str) -> None:
    assert permitted(engine, REFUSED[name]) == set()


@pytest.mark.parametrize(
    ("name", "settled"),
    [("saves-all", True), ("interrupt", True), ("windows", True), ("unknown-string", True), ("no-red-zone", True),
     ("probes", False), ("setjmp", False), ("naked", False), ("over-aligned", False), ("assembly", False)],
)  # fmt: skip
def test_modules_with_rules_of_their_own_keep_clangs_settings(engine: LibLLVMEngine, name: str, settled: bool) -> None:
    assert Shapes(engine.parse(REFUSED[name])).needs_default_settings() is settled


def test_printed_attributes() -> None:
    names, strings = printed_attributes(b' memory(argmem: read, target_mem0: none) allockind("alloc,zeroed") uwtable '
                                        b'allocsize(0,1) "a-b"="c d" "bare" nounwind ')  # fmt: skip
    assert names == ["memory", "allockind", "uwtable", "allocsize", "nounwind"]
    assert strings == {"a-b": "c d", "bare": ""}


def test_named_types_have_sizes() -> None:
    size = type_sizes(
        b'%a = type { i8, i64, [3 x %"b c"] }\n%"b c" = type <{ i8, i32 }>\n%o = type opaque\n%r = type { %r }\n'
    )
    assert (size(b"b c"), size(b"a"), size(b"o"), size(b"r"), size(b"?")) == (5, 32, None, None, None)


MAY = {
    "frame_shapes.c": {"nine", "by_value", "plain", "structured", "vectors", "wide", "leap", "protected", "formatted"},
    "odd_shapes.c": {"nine", "seven", "ordinary"},
}


def program(data: bytes, major: int, folder: Path, *flags: str) -> str:
    """What a program prints, of finished bitcode."""
    clang(major, "-", "-Oz", *BACK_END, *flags, "-x", "ir", "-o", folder / "program", data=data)
    return subprocess.run([folder / "program"], capture_output=True, check=True, text=True, timeout=20).stdout


@on_avx
@pytest.mark.parametrize("source", MAY)
def test_with_every_frame_pointer_that_is_allowed_values_are_right(
    engine: LibLLVMEngine, source: str, tmp_path: Path
) -> None:
    """Pushed arguments, which slim code has not, are what was wrong with some of the others."""
    flags = (SOURCES / source, "-mavx", "-Oz")
    data = clang(engine.major, *flags, "-emit-llvm", "-c", "-o", "-")
    unoptimised = tmp_path / "unoptimised"
    clang(engine.major, SOURCES / source, "-mavx", "-O0", "-o", unoptimised)
    expected = subprocess.run([unoptimised], capture_output=True, check=True, text=True, timeout=20).stdout
    assert permitted(engine, data) == MAY[source]
    parsed = engine.parse(data)
    for function in parsed.functions():
        if function.name in MAY[source]:
            give_frame(function)
    framed = parsed.bitcode()
    assert framed != data
    assert program(framed, engine.major, tmp_path) == expected
    assert program(framed, engine.major, tmp_path, *slim_flags(engine.major)) == expected


@pytest.mark.parametrize(("name", "given"), [("saves-all", False), ("preserves", False), ("wide", True)])
def test_names_from_elsewhere_are_looked_at_again(engine: LibLLVMEngine, name: str, given: bool) -> None:
    """A remembered decision names functions: attributes and conventions are asked again, bodies are not."""
    parsed = engine.parse(REFUSED[name])
    give_frames(parsed, {"f"})
    assert (b'"frame-pointer"="all"' in parsed.text()) is given


def test_another_body_is_looked_at_again(engine: LibLLVMEngine) -> None:
    """Inlining may be otherwise than where frame pointers were chosen, and bring what refuses one."""
    for data, fit in ((ALLOWED["plain"], ["f"]), (REFUSED["assembly"], []), (REFUSED["setjmp"], [])):
        parsed = engine.parse(data)
        function = parsed.function("f")
        assert function is not None
        ((_, text),) = [body for body in bodies(parsed.text()) if body]
        assert fit_for_frames(parsed, [(function, text)], ["f", "g"]) == fit


@on_avx
def test_what_is_refused_is_wrong_where_it_is_forced(engine: LibLLVMEngine, tmp_path: Path) -> None:
    """A canary: with LLVM's fault mended, the rule may be looked at again (llvm-project issue 210756)."""
    source = SOURCES / "odd_shapes.c"
    clang(engine.major, source, "-mavx", "-Oz", "-fno-omit-frame-pointer", "-o", tmp_path / "program")
    forced = subprocess.run([tmp_path / "program"], capture_output=True, check=False, text=True, timeout=20)
    clang(engine.major, source, "-mavx", "-Oz", "-o", tmp_path / "program")
    assert forced.stdout != subprocess.run([tmp_path / "program"], capture_output=True, text=True, check=True).stdout


def test_exceptions_go_through_frames(engine: LibLLVMEngine, tmp_path: Path) -> None:
    source = SOURCES / "framed_throws.cpp"
    data = clang(engine.major, source, "-Oz", "-emit-llvm", "-c", "-o", "-")
    allowed = permitted(engine, data)
    assert "main" in allowed
    assert {"_Z4nine", "_Z6midd"} <= {name[:7] for name in allowed}
    parsed = engine.parse(data)
    for function in parsed.functions():
        if function.name in allowed:
            give_frame(function)
    said = []
    for bitcode in (data, parsed.bitcode()):
        made = clang(engine.major, "-", "-Oz", *BACK_END, "-x", "ir", "-c", "-o", "-", data=bitcode)
        (tmp_path / "a.o").write_bytes(made)
        subprocess.run([tool(f"clang++-{engine.major}"), tmp_path / "a.o", "-o", tmp_path / "program"], check=True)
        said.append(subprocess.run([tmp_path / "program"], capture_output=True, check=True, timeout=20).stdout)
    assert said[0] == said[1]
    assert said[0].count(b"threw") > 1
