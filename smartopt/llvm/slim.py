"""Back-end settings with which code comes out smaller: passes that clang's back end runs for speed are left out.

No pass list can ask for these, since they run behind the IR that an optimiser hands over. Each leaves out a pass that
LLVM itself treats as optional, or moves a threshold; what the code means is not theirs to change:

- ``-disable-lsr`` (llvm/lib/CodeGen/TargetPassConfig.cpp): loop strength reduction buys addressing with registers;
- ``-disable-machine-licm`` (the same file): hoisting out of loops lengthens live ranges, which are then spilled;
- ``-no-x86-call-frame-opt`` (llvm/lib/Target/X86/X86CallFrameOptimization.cpp): arguments are stored rather than
  pushed, which is a byte or two more of code and several bytes less of unwind table for each push;
- ``-tail-merge-size=1`` (llvm/lib/CodeGen/BranchFolding.cpp): blocks share also a single common instruction;
- ``-optsize-jump-table-density=60`` (llvm/lib/CodeGen/TargetLoweringBase.cpp, 40 by itself): sparse switches compare.

On -Oz's own bitcode these five save 1.2% of the allocated bytes of 40 train files and 1.9% of 32 validation files. A
single file may still come out larger, so the object has the last word.
"""

from __future__ import annotations

__all__ = ["SLIM_FLAGS"]

SLIM_FLAGS = tuple(
    word
    for option in (
        "-disable-lsr",
        "-disable-machine-licm",
        "-no-x86-call-frame-opt",
        "-tail-merge-size=1",
        "-optsize-jump-table-density=60",
    )
    for word in ("-mllvm", option)
)
"""What clang is told for the smallest code; x86-64 only, where it was measured."""
