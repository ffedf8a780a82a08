"""Compilations that crash, hang or are refused cost one outcome each, and are counted."""

from __future__ import annotations

from smartopt.lab.paper.compiler import Compiler
from smartopt.llvm.toolchain import find_toolchain

TEXT = "define i32 @f1(i32 %0) {\n  %2 = add i32 %0, 1\n  %3 = add i32 %2, 1\n  ret i32 %3\n}\n"


def test_a_crash_costs_one_outcome() -> None:
    with Compiler(find_toolchain("22")) as compiler:
        pipelines = ["instcombine", "trigger-crash-function", "no-such-pass", "dce"]
        found = compiler.run([(TEXT, pipeline) for pipeline in pipelines])
        assert [one.why for one in found] == ["", "trial-crash", "refused", ""]
        assert [one.instructions for one in found] == [2, 0, 0, 3]
        assert compiler.deaths == {"trial-crash": 1, "refused": 1}
        assert compiler.culprits == {"trigger-crash-function": 1}
        assert compiler.compilations == 4


def test_outcomes_are_remembered_but_not_mixed() -> None:
    with Compiler(find_toolchain("22")) as compiler:
        (plain,) = compiler.run([(TEXT, "instcombine")])
        (given,) = compiler.run([(TEXT, "instcombine")], give=True)
        assert (plain.text, plain.bytes) == ("", 0)
        assert "add i32 %0, 2" in given.text
        before = compiler.compilations
        assert compiler.run([(TEXT, "instcombine")] * 3) == [plain] * 3
        assert compiler.compilations == before
        assert compiler.run([(TEXT, "")] * 2)[1].instructions == 3
        assert compiler.compilations == before + 1  # the same work twice in one request is done once


def test_what_llvm_says_of_a_text() -> None:
    with Compiler(find_toolchain("22")) as compiler:
        good, empty, bad = compiler.parse([TEXT, "", "define i32 @f1() {\n  ret i32 %1\n}\n"])
        assert (good.message, good.instructions) == ("", 3)
        assert (empty.message, empty.instructions) == ("", 0)
        assert "use of undefined value '%1'" in bad.message
