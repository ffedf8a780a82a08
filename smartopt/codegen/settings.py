"""Back-end settings with which code comes out smaller: passes that clang's back end runs for speed are left out.

No pass list can ask for these, since they run behind the IR that an optimiser hands over. Each leaves out a pass that
LLVM itself treats as optional, takes the other of two ways that LLVM has, or moves a threshold; what the code means is
not theirs to change:

- ``-disable-lsr`` (llvm/lib/CodeGen/TargetPassConfig.cpp): loop strength reduction buys addressing with registers;
- ``-disable-machine-licm`` (the same file): hoisting out of loops lengthens live ranges, which are then spilled;
- ``-no-x86-call-frame-opt`` (llvm/lib/Target/X86/X86CallFrameOptimization.cpp): arguments are stored rather than
  pushed, which is a byte or two more of code and several bytes less of unwind table for each push;
- ``-tail-merge-size=1`` (llvm/lib/CodeGen/BranchFolding.cpp): blocks share also a single common instruction;
- ``-optsize-jump-table-density=60`` (llvm/lib/CodeGen/TargetLoweringBase.cpp, 40 by itself): sparse switches compare;
- ``-apply-ext-tsp-for-size`` (llvm/lib/CodeGen/MachineBlockPlacement.cpp): blocks are laid out so that most branches
  become fall-through or short, by the layout that LLVM has otherwise for profiled code;
- ``-x86-br-merging-base-cost=-1`` (llvm/lib/Target/X86/X86ISelLowering.cpp, 2 by itself): a condition of two parts is
  two branches, rather than two flags in registers and one branch;
- ``-split-spill-mode=size`` (llvm/lib/CodeGen/RegAllocGreedy.cpp): one spill of a split register rather than several;
- ``-disable-x86-lea-opt`` (llvm/lib/Target/X86/X86OptimizeLEAs.cpp): addresses are not kept in registers to be reused.

The first five save 1.2% of the allocated bytes of 40 train files and 1.9% of 32 validation files on -Oz's own bitcode.
The other four are the best of 547 settings of the back end that were tried one by one on finished plans of 40 files;
they save another 1.9% there, and 1.6% on 48 files of other packages (models/LOG.md). A single file may still come out
larger, so the object has the last word. ``passes.trust_records`` says why each is trusted, and what was left out.
"""

from __future__ import annotations

from ..llvm.libllvm import LibLLVMEngine

__all__ = ["CodeGeneration", "plain_words", "slim_flags", "slim_words"]

_SETTINGS = (
    ("-disable-lsr", "1", "0", 0),
    ("-disable-machine-licm", "1", "0", 0),
    ("-no-x86-call-frame-opt", "1", "0", 0),
    ("-tail-merge-size", "1", "3", 0),
    ("-optsize-jump-table-density", "60", "40", 0),
    ("-apply-ext-tsp-for-size", "1", "0", 22),
    ("-x86-br-merging-base-cost", "-1", "2", 19),
    ("-split-spill-mode", "size", "speed", 0),
    ("-disable-x86-lea-opt", "1", "0", 0),
)
"""Each option, its slim value and LLVM's own, and the first LLVM in which it was seen; clang refuses unknown ones."""


def slim_words(major: int) -> tuple[str, ...]:
    """What switches the settings on in a libLLVM of a major version in this process."""
    return tuple(f"{option}={slim}" for option, slim, _, since in _SETTINGS if major >= since)


def plain_words(major: int) -> tuple[str, ...]:
    """What switches them off again."""
    return tuple(f"{option}={plain}" for option, _, plain, since in _SETTINGS if major >= since)


def slim_flags(major: int, more: dict[str, str] | None = None) -> tuple[str, ...]:
    """What a clang of a major version is told for the smallest code; x86-64 only, where it was measured.

    ``more`` are other settings with their values, which go before the slim ones: LLVM takes each only once.
    """
    settings = {option: slim for option, slim, _, since in _SETTINGS if major >= since} | (more or {})
    return tuple(word for option, value in settings.items() for word in ("-mllvm", f"{option}={value}"))


class CodeGeneration:
    """How the LLVM of one engine generates code in this process: at first as LLVM does by itself."""

    def __init__(self, engine: LibLLVMEngine) -> None:
        self._engine = engine
        self.slim = False
        """Whether the slim settings are on."""

    def use_slim(self, on: bool) -> None:
        """Turn the slim settings on or off."""
        if on != self.slim:
            self._engine.set_options((slim_words if on else plain_words)(self._engine.major))
            self.slim = on
