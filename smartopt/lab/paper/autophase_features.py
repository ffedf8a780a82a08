"""The 56 features of AutoPhase ([39], as CompilerGym [27] numbers them), from a printed function.

Static counts of instructions and of shapes of the control-flow graph. ``TotalFuncs`` is 1: a module of ours holds one
function.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np
import numpy.typing as npt

from .body import Block, Instruction, read_body

__all__ = ["NAMES", "autophase_features"]

NAMES: Final = (
    *"BBNumArgsHi BBNumArgsLo onePred onePredOneSuc onePredTwoSuc oneSuccessor twoPred twoPredOneSuc twoEach".split(),
    *"twoSuccessor morePreds BB03Phi BBHiPhi BBNoPhi BeginPhi BranchCount returnInt CriticalCount NumEdges".split(),
    *"const32Bit const64Bit numConstZeroes numConstOnes UncondBranches binaryConstArg NumAShrInst NumAddInst".split(),
    *"NumAllocaInst NumAndInst BlockMid BlockLow NumBitCastInst NumBrInst NumCallInst NumGetElementPtrInst".split(),
    *"NumICmpInst NumLShrInst NumLoadInst NumMulInst NumOrInst NumPHIInst NumRetInst NumSExtInst NumSelectInst".split(),
    *"NumShlInst NumStoreInst NumSubInst NumTruncInst NumXorInst NumZExtInst TotalBlocks TotalInsts".split(),
    *"TotalMemInst TotalFuncs ArgsPhi testUnary".split(),
)

_COUNTED: Final = {
    "NumAShrInst": "ashr", "NumAddInst": "add", "NumAllocaInst": "alloca", "NumAndInst": "and",
    "NumBitCastInst": "bitcast", "NumBrInst": "br", "NumCallInst": "call", "NumGetElementPtrInst": "getelementptr",
    "NumICmpInst": "icmp", "NumLShrInst": "lshr", "NumLoadInst": "load", "NumMulInst": "mul", "NumOrInst": "or",
    "NumPHIInst": "phi", "NumRetInst": "ret", "NumSExtInst": "sext", "NumSelectInst": "select", "NumShlInst": "shl",
    "NumStoreInst": "store", "NumSubInst": "sub", "NumTruncInst": "trunc", "NumXorInst": "xor",
    "NumZExtInst": "zext",
}  # fmt: skip
_BINARY = frozenset("add sub mul udiv sdiv urem srem shl lshr ashr and or xor fadd fsub fmul fdiv frem".split())
_MEMORY = frozenset("alloca load store getelementptr fence cmpxchg atomicrmw".split())
_UNARY = frozenset(
    "alloca load fneg va_arg extractvalue freeze trunc zext sext bitcast ptrtoint inttoptr fptrunc fpext fptoui fptosi "
    "uitofp sitofp addrspacecast".split()
)
_SEVERAL = 5
_MANY_PHIS = 3
_LONG = 15
_LONGEST = 500


def autophase_features(module_text: str) -> npt.NDArray[np.float32]:
    """The features of the function that a module defines, in the order of ``NAMES``."""
    _, blocks = read_body(module_text)
    counts: Counter[str] = Counter()
    _count_graph(blocks, counts)
    for block in blocks:
        _count_block(block, counts)
        for instruction in block.instructions:
            _count_instruction(instruction, counts)
    counts["TotalFuncs"] = 1
    return np.array([counts[name] for name in NAMES], dtype=np.float32)


def _count_graph(blocks: list[Block], counts: Counter[str]) -> None:
    successors = {block.label: block.successors for block in blocks}
    before: Counter[str] = Counter()
    for targets in successors.values():
        before.update(targets)
    counts["TotalBlocks"] = len(blocks)
    for block in blocks:
        out, into = len(successors[block.label]), before[block.label]
        counts["NumEdges"] += out
        counts["onePred"] += into == 1
        counts["onePredOneSuc"] += into == 1 and out == 1
        counts["onePredTwoSuc"] += into == 1 and out == 2
        counts["oneSuccessor"] += out == 1
        counts["twoPred"] += into == 2
        counts["twoPredOneSuc"] += into == 2 and out == 1
        counts["twoEach"] += into == 2 and out == 2
        counts["twoSuccessor"] += out == 2
        counts["morePreds"] += into > 2
        counts["CriticalCount"] += sum(out > 1 and before[target] > 1 for target in successors[block.label])


def _count_block(block: Block, counts: Counter[str]) -> None:
    phis = [one for one in block.instructions if one.opcode == "phi"]
    arguments = sum(len(one.targets) for one in phis)
    counts["BBNumArgsHi"] += arguments > _SEVERAL
    counts["BBNumArgsLo"] += 0 < arguments <= _SEVERAL
    counts["BB03Phi"] += 0 < len(phis) <= _MANY_PHIS
    counts["BBHiPhi"] += len(phis) > _MANY_PHIS
    counts["BBNoPhi"] += not phis
    counts["BeginPhi"] += len(phis)
    counts["ArgsPhi"] += arguments
    counts["BlockMid"] += _LONG <= len(block.instructions) <= _LONGEST
    counts["BlockLow"] += len(block.instructions) < _LONG


def _count_instruction(one: Instruction, counts: Counter[str]) -> None:
    if one.opcode in ("invoke-targets", "clause"):
        return
    counts["TotalInsts"] += 1
    for name, opcode in _COUNTED.items():
        counts[name] += one.opcode == opcode
    if one.opcode == "br":
        counts["BranchCount"] += 1
        counts["UncondBranches"] += len(one.targets) == 1
    if one.opcode in ("call", "invoke"):
        counts["returnInt"] += one.type.startswith("i") and one.type[1:].isdigit()
    counts["binaryConstArg"] += one.opcode in _BINARY and bool(one.constants)
    counts["TotalMemInst"] += one.opcode in _MEMORY
    counts["testUnary"] += one.opcode in _UNARY
    for kind, value in one.constants:
        counts["const32Bit"] += kind == "i32"
        counts["const64Bit"] += kind == "i64"
        counts["numConstZeroes"] += value in ("0", "false", "null")
        counts["numConstOnes"] += value in ("1", "true")
