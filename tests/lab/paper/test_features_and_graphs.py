"""AutoPhase's features and program graphs of a function that was counted by hand."""

from __future__ import annotations

from smartopt.lab.paper.autophase_features import NAMES, autophase_features
from smartopt.lab.paper.body import read_body
from smartopt.lab.paper.graphs import KINDS, Vocabulary, program_graph

TEXT = """\
target triple = "x86_64-pc-linux-gnu"
declare i32 @f2(ptr)
define i32 @f1(ptr %0, i32 %1) {
  %3 = alloca i32, align 4
  store i32 0, ptr %3, align 4
  %4 = icmp slt i32 %1, 1
  br i1 %4, label %9, label %5

5:                                                ; preds = %5, %2
  %6 = phi i32 [ 0, %2 ], [ %7, %5 ]
  %7 = add nsw i32 %6, 1
  %8 = icmp eq i32 %7, %1
  br i1 %8, label %9, label %5

9:                                                ; preds = %5, %2
  %10 = phi i32 [ %1, %2 ], [ %7, %5 ]
  %11 = call i32 @f2(ptr %3)
  %12 = sub i32 %11, %10
  switch i32 %12, label %13 [
    i32 1, label %9x
    i32 2, label %9x
  ]

13:                                               ; preds = %9
  ret i32 %12

9x:                                               ; preds = %9, %9
  ret i32 64
}
"""

COUNTED = {
    "TotalBlocks": 5, "TotalInsts": 14, "TotalFuncs": 1, "NumEdges": 6, "CriticalCount": 4, "onePred": 2, "twoPred": 2,
    "twoEach": 2, "twoSuccessor": 3, "morePreds": 0, "BBNoPhi": 3, "BB03Phi": 2, "BeginPhi": 2, "ArgsPhi": 4,
    "BBNumArgsLo": 2, "BBNumArgsHi": 0, "BranchCount": 2, "UncondBranches": 0, "NumPHIInst": 2, "NumAddInst": 1,
    "NumSubInst": 1, "NumAllocaInst": 1, "NumStoreInst": 1, "NumICmpInst": 2, "NumCallInst": 1, "NumRetInst": 2,
    "returnInt": 1, "binaryConstArg": 1, "TotalMemInst": 2, "testUnary": 1, "BlockLow": 5, "BlockMid": 0,
}  # fmt: skip


def test_features() -> None:
    assert len(NAMES) == len(set(NAMES)) == 56
    found = dict(zip(NAMES, autophase_features(TEXT).tolist(), strict=True))
    assert {name: found[name] for name in COUNTED} == COUNTED
    assert found["numConstZeroes"] == 2  # stored, and in a phi
    assert found["numConstOnes"] == 3  # icmp, add, and a case of the switch


def test_body() -> None:
    parameters, blocks = read_body(TEXT)
    assert parameters == ["%0", "%1"]
    assert [block.label for block in blocks] == ["%2", "%5", "%9", "%13", "%9x"]
    assert [block.successors for block in blocks] == [("%9", "%5"), ("%9", "%5"), ("%13", "%9x"), (), ()]
    call = blocks[2].instructions[1]
    assert (call.opcode, call.type, call.callee, call.operands) == ("call", "i32", "@f2", ("%3",))


def test_graph() -> None:
    graph = program_graph(TEXT)
    kinds = [KINDS[kind] for kind in graph.edges[:, 2].tolist()]
    within = 14 - 5  # each instruction but a block's last one leads to the next
    assert kinds.count("control") == within + 6
    assert kinds.count("call") == 2
    assert "add i32" in graph.nodes
    assert "constant i32" in graph.nodes
    assert graph.edges[:, :2].max() < len(graph.nodes)
    # A value is one node, however often it is used: %7 is used by a phi, a comparison and another phi.
    (add,) = [number for number, text in enumerate(graph.nodes) if text == "add i32"]
    (value,) = [target for source, target, kind, _ in graph.edges.tolist() if source == add and KINDS[kind] == "data"]
    assert sum(source == value for source, _, _, _ in graph.edges.tolist()) == 3


def test_vocabulary() -> None:
    words = Vocabulary(["ret i32", "add i32", "ret i32"])
    assert len(words) == 3
    assert words.of(program_graph("define i32 @f1() {\n  ret i32 0\n}\n")).tolist() == [1, 0]
