"""The outside view: what may differ between -Oz's module and another does, everything else is refused.

Each refused change is made to the text of one module, which is real IR that both LLVM versions read.
"""

from __future__ import annotations

import marshal

import pytest

from smartopt.llvm.interface import compare, describe
from smartopt.llvm.libllvm import LibLLVMEngine

from .support import bitcode, csmith_bitcode, toolchain

LIBRARY = frozenset({"memset", "puts"})

MODULE = """
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

module asm ".globl from_asm"
module asm "from_asm: jmp for_asm"

$once = comdat any
$group = comdat any

@counter = global i32 7
@fixed = constant i32 7
@shared = external global i32
@per_thread = thread_local global i32 1
@placed = global i32 1, section "special"
@grouped = global i32 1, comdat($group)
@weak = weak global i32 1
@local = internal global i32 1
@kept = internal global i32 1
@llvm.used = appending global [1 x ptr] [ptr @kept], section "llvm.metadata"
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @start, ptr null }]
@other_name = alias i32 (i32), ptr @public
@chosen = ifunc i32 (i32), ptr @choose

define i32 @public(i32 %x) #0 {
  %r = call i32 @outside(i32 %x)
  %s = call i32 @once(i32 %r)
  call void @reported()
  ret i32 %s
}

define hidden i32 @hidden(i32 %x) {
  ret i32 %x
}

define fastcc i32 @quick(i32 %x) {
  ret i32 %x
}

define i32 @guarded() personality ptr @__gxx_personality_v0 {
  ret i32 1
}

define i32 @sectioned() section "hot" {
  ret i32 1
}

define linkonce_odr i32 @once(i32 %x) comdat {
  ret i32 %x
}

define internal void @start() {
  store volatile i32 1, ptr @counter
  ret void
}

define internal i32 @inner(i32 %x) {
  ret i32 %x
}

define internal i32 @for_asm(i32 %x) {
  ret i32 %x
}

define ptr @choose() {
  ret ptr @public
}

declare i32 @outside(i32)
declare void @reported() #1
declare void @spared() #2
declare i32 @__gxx_personality_v0(...)

attributes #0 = { "target-cpu"="x86-64" "target-features"="+cx8,+mmx" }
attributes #1 = { "dontcall-error"="never" }
attributes #2 = { "dontcall-warn"="rather not" }

!llvm.module.flags = !{!0, !1}
!0 = !{i32 1, !"wchar_size", i32 4}
!1 = !{i32 8, !"PIC Level", i32 2}
"""

REFUSED = {
    "a function vanished": (
        "'sectioned' vanished",
        "define i32 @sectioned",
        "declare i32 @unused()\ndefine internal i32 @sectioned",
    ),
    "a function became a declaration": (
        "'sectioned' vanished",
        'define i32 @sectioned() section "hot" {\n  ret i32 1\n}',
        "declare i32 @sectioned()",
    ),
    "a variable vanished": ("'fixed' vanished", "@fixed = constant i32 7", ""),
    "a variable became external": ("'fixed' vanished", "@fixed = constant i32 7", "@fixed = external constant i32"),
    "an alias vanished": ("'other_name' vanished", "@other_name = alias i32 (i32), ptr @public", ""),
    "an ifunc vanished": ("'chosen' vanished", "@chosen = ifunc i32 (i32), ptr @choose", ""),
    "a weak definition vanished": ("'weak' vanished", "@weak = weak global i32 1", ""),
    "a new undefined symbol": ("'surprise'", "@outside(i32)\n", "@outside(i32)\ndeclare void @surprise()\n"),
    "a new undefined variable": (
        "'surprise'",
        "@shared = external",
        "@surprise = external global i8\n@shared = external",
    ),
    "a new definition": ("'inner' appeared", "define internal i32 @inner", "define i32 @inner"),
    "a new variable": ("'local' appeared", "@local = internal global", "@local = global"),
    "linkage": ("'weak'", "@weak = weak global", "@weak = global"),
    "linkage of a function": ("'sectioned'", "define i32 @sectioned", "define weak i32 @sectioned"),
    "visibility": ("'hidden'", "define hidden i32 @hidden", "define i32 @hidden"),
    "visibility of a variable": ("'counter'", "@counter = global", "@counter = protected global"),
    "section": ("'sectioned'", 'section "hot"', 'section "cold"'),
    "section of a variable": ("'placed'", 'section "special"', 'section "ordinary"'),
    "comdat": ("'grouped'", "@grouped = global i32 1, comdat($group)", "@grouped = global i32 1"),
    "comdat's kind": ("'grouped'", "$group = comdat any", "$group = comdat largest"),
    "calling convention": ("'quick'", "define fastcc", "define coldcc"),
    "type of a function": ("'guarded'", "define i32 @guarded()", "define i32 @guarded(i32 %x)"),
    "type of a variable": ("'counter'", "@counter = global i32 7", "@counter = global i64 7"),
    "thread-local": ("'per_thread'", "@per_thread = thread_local global", "@per_thread = global"),
    "target features": ("'public'", "+cx8,+mmx", "+cx8,+mmx,+avx512f"),
    "target cpu": ("'public'", '"target-cpu"="x86-64"', '"target-cpu"="znver4"'),
    "constructors": ("global_ctors", "i32 65535, ptr @start", "i32 100, ptr @start"),
    "a constructor vanished": (
        "global_ctors",
        "[1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @start, ptr null }]",
        "[0 x { i32, ptr, ptr }] []",
    ),
    "llvm.used": ("llvm.used", '[ptr @kept], section "llvm', '[ptr @local], section "llvm'),
    "module asm": ("module", 'module asm ".globl from_asm"', 'module asm ".globl other_asm"'),
    "module asm vanished": ("module", 'module asm ".globl from_asm"', ""),
    "a local function that assembly names": (
        "'for_asm', which module assembly names, vanished",
        "define internal i32 @for_asm(i32 %x) {\n  ret i32 %x\n}",
        "",
    ),
    "triple": ("module", "x86_64-pc-linux-gnu", "x86_64-pc-linux-musl"),
    "data layout": ("module", "n8:16:32:64-S128", "n8:16:32:64-S64"),
    "a module flag": ("flag", '!"wchar_size", i32 4', '!"wchar_size", i32 2'),
    "a module flag vanished": ("flag", "!{!0, !1}\n", "!{!1}\n"),
    "a call that clang reports went": ("'calls to reported' remain", "  call void @reported()\n", ""),
    "a call that clang reports is new": (
        "'calls to spared' remain",
        "  ret void\n}",
        "  call void @spared()\n  ret void\n}",
    ),
    "kind of symbol": (
        "'other_name'",
        "@other_name = alias i32 (i32), ptr @public",
        "@other_name = ifunc i32 (i32), ptr @choose",
    ),
}
"""Change -> (what the refusal says, old text, new text)."""

ACCEPTED = {
    "nothing": ("", ""),
    "a local function went": ("define internal i32 @inner(i32 %x) {\n  ret i32 %x\n}", ""),
    "a local variable went": ("@local = internal global i32 1", ""),
    "a local variable is new": ("@local = internal", "@fresh = private constant i8 1\n@local = internal"),
    "a linkonce definition went": (
        "%s = call i32 @once(i32 %r)\n  call void @reported()\n  ret i32 %s",
        "call void @reported()\n  ret i32 %r",
        "define linkonce_odr i32 @once(i32 %x) comdat {\n  ret i32 %x\n}",
        "",
        "$once = comdat any",
        "",
    ),
    "a library call is new": ("declare i32 @outside(i32)", "declare i32 @outside(i32)\ndeclare i32 @puts(ptr)"),
    "an intrinsic is new": ("declare i32 @outside(i32)", "declare i32 @outside(i32)\ndeclare i32 @llvm.ctpop.i32(i32)"),
    "an undefined symbol went": ("@shared = external global i32", ""),
    "a personality went": (" personality ptr @__gxx_personality_v0", ""),
    "a body changed": ("store volatile i32 1, ptr @counter", "store volatile i32 2, ptr @counter"),
}


def changed(*replacements: str) -> bytes:
    text = MODULE
    for old, new in zip(replacements[::2], replacements[1::2], strict=True):
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def view(data: bytes, major: int = 22, pipeline: str = "") -> dict[str, tuple[str, ...]]:
    engine = LibLLVMEngine(toolchain(major))
    module = engine.parse(data)
    if pipeline:
        engine.run(module, pipeline)
    return describe(module)


@pytest.mark.parametrize("change", list(REFUSED))
def test_refused(change: str) -> None:
    said, *replacement = REFUSED[change]
    before, after = view(MODULE.encode()), view(changed(*replacement))
    problem = compare(before, before, after, LIBRARY)
    assert problem is not None
    assert said in problem
    assert "\n" not in problem


@pytest.mark.parametrize("major", [22, 19])
@pytest.mark.parametrize("change", ACCEPTED)
def test_accepted(change: str, major: int) -> None:
    before, after = view(MODULE.encode(), major), view(changed(*ACCEPTED[change]), major)
    assert compare(before, before, after, LIBRARY) is None
    # neither is one side more right than the other
    if "new" not in change and "symbol" not in change:
        assert compare(before, after, before, LIBRARY) is None


@pytest.mark.parametrize("major", [22, 19])
def test_the_view_is_plain_data_that_crosses_processes(major: int) -> None:
    seen = view(MODULE.encode(), major)
    assert marshal.loads(marshal.dumps(seen)) == seen
    assert {"counter", "public", "other_name", "chosen", "once", "outside", "!module", "!llvm.used"} <= seen.keys()
    assert {"local", "inner", "start", "kept"}.isdisjoint(seen)


def test_what_oz_drops_may_be_missing() -> None:
    """A definition that the input has and -Oz drops (linkonce) may be there or not."""
    source = view(MODULE.encode())
    oz = view(MODULE.encode(), pipeline="default<Oz>")
    assert "once" in source
    assert "once" not in oz
    assert compare(source, oz, source, LIBRARY) is None
    assert compare(source, oz, oz, LIBRARY) is None


def test_an_undefined_symbol_of_the_input_is_known() -> None:
    """-Oz may have dropped a declaration that another pipeline still uses."""
    source = view(MODULE.encode())
    assert compare(source, view(changed("@shared = external global i32", "")), source, LIBRARY) is None


def test_a_definition_that_became_a_use_is_refused() -> None:
    """Whatever -Oz did: what the input defines must not be asked of the linker."""
    source = view(MODULE.encode())
    used = view(changed("define linkonce_odr i32 @once(i32 %x) comdat {\n  ret i32 %x\n}", "declare i32 @once(i32)"))
    assert compare(source, source, used, LIBRARY) is not None
    oz = view(MODULE.encode(), pipeline="default<Oz>")
    assert compare(source, oz, used, LIBRARY) is not None


@pytest.mark.parametrize("pipeline", ["default<O1>", "default<O2>", "function(sroa),globaldce"])
def test_sound_pipelines_on_real_modules_pass(pipeline: str) -> None:
    from smartopt.llvm.library_calls import LIBRARY_CALLS

    found = toolchain(22)
    for data in (
        bitcode(22, "inlining.c"),
        bitcode(22, "sections.c"),
        bitcode(22, "throws.cpp"),
        csmith_bitcode(found, 5),
    ):
        source, oz, other = view(data), view(data, pipeline="default<Oz>"), view(data, pipeline=pipeline)
        assert compare(source, oz, other, LIBRARY_CALLS) is None
