"""Functions that are left to -Oz get what -Oz would do to them, beside others that are searched."""

from __future__ import annotations

import re

import pytest

from smartopt.llvm import exclusions
from smartopt.llvm.exclusions import EXCLUDING_ATTRIBUTES, divides, excluded_by_text, module_excluded
from smartopt.passes.plan_stages import OZ_LIST
from tests.optimizer.support import PROGRAMS, bitcode, case, measure, opt, optimised, text_of

LEFT_ALONE = {"not_optimised", "bare", "computed", "jumped"}


@pytest.mark.parametrize("effort", ["fast", "default"])
def test_only_the_oz_list_runs_on_them(effort: str) -> None:
    report = optimised(bitcode("left_alone.c"), effort=effort, select="plan").report
    assert report["winner"] == "plan"
    rows = {row["name"]: row for row in report["functions"]}
    assert rows.keys() == {*LEFT_ALONE, "ordinary"}
    for name in LEFT_ALONE:
        assert (rows[name]["passes"], rows[name]["source"]) == (OZ_LIST, "oz"), name
        assert rows[name]["instructions"]["output"] == rows[name]["instructions"]["oz"], name
    # counted in every arm
    assert report["fallbacks"]["function-excluded"] % len(LEFT_ALONE) == 0


def test_their_code_is_that_of_oz() -> None:
    """Not a word differs between -Oz's function and the plan's, but for the numbers of attributes and metadata."""
    data = bitcode("left_alone.c")
    plan, oz = text_of(optimised(data, select="plan").data), text_of(opt(22, "default<Oz>", data))
    for name in ("not_optimised", "bare"):
        assert _body(plan, name) == _body(oz, name)
    assert "musttail call" in _body(plan, "jumped")
    assert "indirectbr" in _body(plan, "computed")


def _body(text: str, name: str) -> str:
    start = text.index(f"@{name}(")
    return re.sub(r"[#!]\d+", "", text[text.index("\n", start) : text.index("\n}", start)])


CASES = ("asm_goto", "computed_goto", "musttail", "naked", "optnone", "sanitized", "strict_float", "windows_exceptions")


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    report = optimised(case(name)).report
    assert report["fallbacks"]["function-excluded"] >= 1
    before, after = measure(report)
    assert after <= before


def test_ordinary_programs_have_none() -> None:
    for source in PROGRAMS:
        assert "function-excluded" not in optimised(bitcode(source)).report["fallbacks"]


FOUND = [
    "  musttail call void @f()",
    "  %r = musttail call i32 @f(i32 1)",
    '  callbr void asm sideeffect "", "!i"() to label %a [label %b]',
    "  indirectbr ptr %p, [label %a]",
    "  store ptr blockaddress(@f, %a), ptr %p",
    "  %c = catchswitch within none [label %h] unwind to caller",
    "  %c = cleanuppad within none []",
    "  call void @f(ptr inalloca(i32) %p)",
    "  call void @f(ptr preallocated(i32) %p)",
    "  %t = call token @llvm.call.preallocated.setup(i32 1)",
    "  %h = call ptr @llvm.coro.begin(token %id, ptr %m)",
]
NOT_FOUND = [
    "  tail call void @musttail_like()",
    "  call void @callbreak()",
    "  %landing = landingpad { ptr, i32 } cleanup",
    "  invoke void @f() to label %a unwind label %b",
    "  call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 8, i1 false)",
    "  switch i32 %x, label %a [ i32 1, label %b ]",
]


@pytest.mark.parametrize("line", FOUND)
def test_found_in_text(line: str) -> None:
    assert excluded_by_text(f"define void @g() {{\n{line}\n}}".encode())


@pytest.mark.parametrize("line", NOT_FOUND)
def test_not_found_in_text(line: str) -> None:
    assert not excluded_by_text(f"define void @g() {{\n{line}\n}}".encode())


def test_attributes() -> None:
    assert {"optnone", "naked", "presplitcoroutine", "strictfp", "sanitize_address"} <= set(EXCLUDING_ATTRIBUTES)


@pytest.mark.parametrize("attribute", EXCLUDING_ATTRIBUTES)
def test_each_attribute_leaves_a_function_alone(attribute: str) -> None:
    extra = " noinline" if attribute == "optnone" else ""
    body = 'call void asm sideeffect "ret", ""()\n  unreachable' if attribute == "naked" else "ret void"
    text = f'target triple = "x86_64-pc-linux-gnu"\ndefine void @f() {attribute}{extra} {{\n  {body}\n}}\n'
    text += "define i32 @g(i32 %x) {\n  ret i32 %x\n}\n"
    report = optimised(text.encode(), select="plan").report
    rows = {row["name"]: row for row in report["functions"]}
    assert report["fallbacks"]["function-excluded"] == 1
    assert rows["f"]["source"] == "oz"


def test_modules() -> None:
    assert module_excluded({"main", "llvm.coro.begin"})
    assert not module_excluded({"main", "llvm.memset.p0.i64", "coro"})
    assert module_excluded({"main"}, "nvptx64-nvidia-cuda")
    assert not module_excluded({"main"}, "sparc-unknown-linux-gnu")
    assert module_excluded({"main"}, "x86_64-pc-linux-gnu", instrumented=True)


@pytest.mark.parametrize("attribute", ['"instrument-function-exit"="__cyg_profile_func_exit"', "sanitize_alloc_token"])
def test_instrumentation_leaves_a_module_alone(attribute: str) -> None:
    text = f'target triple = "x86_64-pc-linux-gnu"\ndefine void @f() {attribute} {{\n  ret void\n}}\n'
    assert optimised(text.encode()).report["fallbacks"] == {"module-excluded": 1}


@pytest.mark.parametrize(
    "text",
    [
        "  musttail call void @g()", "  callbr void asm", "  indirectbr ptr %a, [label %b]",
        "  %a = blockaddress(@f, %b)", "  %a = catchswitch within none", "  %a = cleanuppad within %b",
        "  %a = catchpad within %b", "inalloca(i32)", "ptr preallocated(i32) %a", "call @llvm.coro.begin(",
        "call @llvm.call.preallocated.setup(",
    ],
)  # fmt: skip
def test_what_is_looked_for_first_is_in_all_that_the_pattern_finds(text: str) -> None:
    assert exclusions._TEXT.search(text.encode())
    assert excluded_by_text(text.encode())


def test_half_a_word_leaves_nothing_to_oz() -> None:
    assert not excluded_by_text(b"  tail call void @mustn_tail()\n  %xcatchpad = add i32 %a, 1")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("%q = sdiv i32 %a, %b", True),
        ("%q = udiv exact i64 100, %b", True),
        ('%q = urem i32 %a, %"a b", !dbg !7', True),
        ("%q = sdiv <2 x i32> <i32 7, i32 9>, %v", True),
        ("%q = udiv i64 ptrtoint (ptr getelementptr (i8, ptr @x, i64 4) to i64), %b", True),
        ("%q = sdiv i32 %a, 7", False),
        ("%q = urem <2 x i32> %v, <i32 7, i32 9>", False),
        ("%q = fdiv double %a, %b", False),
    ],
)
def test_divisions_by_what_is_no_constant(line: str, expected: bool) -> None:
    assert divides(f"define void @f() {{\n  {line}\n  ret void\n}}\n".encode()) is expected
