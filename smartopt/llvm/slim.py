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

__all__ = ["PLAIN_WORDS", "SHARING_FLAGS", "SLIM_FLAGS", "SLIM_WORDS"]

_SETTINGS = (
    ("-disable-lsr", "1", "0"),
    ("-disable-machine-licm", "1", "0"),
    ("-no-x86-call-frame-opt", "1", "0"),
    ("-tail-merge-size", "1", "3"),
    ("-optsize-jump-table-density", "60", "40"),
)
"""Each option, its slim value and LLVM's own."""

SLIM_WORDS = tuple(f"{option}={slim}" for option, slim, _ in _SETTINGS)
PLAIN_WORDS = tuple(f"{option}={plain}" for option, _, plain in _SETTINGS)
"""For a libLLVM in this process: these words switch the settings on and off again."""

SLIM_FLAGS = tuple(word for option in SLIM_WORDS for word in ("-mllvm", option))
"""What clang is told for the smallest code; x86-64 only, where it was measured."""

SHARING_FLAGS = ("-mllvm", "-aggressive-machine-cse")
"""Beside slim code: whatever was computed before is used again, whether or not it was cheap (MachineCSE.cpp asks then
only whether it may, not whether it pays in speed). Many files come out smaller so and many larger: models/LOG.md."""
