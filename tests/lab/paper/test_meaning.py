"""Generated code is run beside its input: what means the same, what does not, and what cannot be told."""

from __future__ import annotations

from smartopt.lab.paper.compiler import Compiler
from smartopt.lab.paper.meaning import compared, counted
from smartopt.llvm.toolchain import find_toolchain

BEFORE = """\
define i32 @f1(i32 %0) {
  %2 = alloca i32, align 4
  store i32 %0, ptr %2, align 4
  %3 = load i32, ptr %2, align 4
  %4 = icmp sgt i32 %3, 10
  br i1 %4, label %5, label %6

5:
  ret i32 10

6:
  ret i32 %3
}
"""
SAME = "define i32 @f1(i32 %0) {\n%2 = tail call i32 @llvm.smin.i32(i32 %0, i32 10)\nret i32 %2\n}\n"
SAME += "declare i32 @llvm.smin.i32(i32, i32)\n"
WRONG = SAME.replace("10)", "11)")
OTHER_TYPE = "define i64 @f1(i32 %0) {\nret i64 0\n}\n"
GONE = "define i32 @g(i32 %0) {\nret i32 %0\n}\n"


def test_meaning() -> None:
    made = [SAME, WRONG, OTHER_TYPE, GONE]
    with Compiler(find_toolchain("22")) as compiler:
        verdicts = compared(compiler, [BEFORE] * len(made), made)
    assert [one.outcome for one in verdicts] == ["validated", "different", "different", "different"]
    assert counted(verdicts)["different"] == 3
