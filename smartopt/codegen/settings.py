"""Settings of LLVM's back end that make code smaller: the slim settings for every file, and variations of them for one.

No pass list can ask for these, because they act behind the IR that an optimizer hands over. Each one leaves out a pass
that LLVM itself treats as optional, takes another of LLVM's own algorithms for the same job, or moves a threshold; LLVM
alone decides what is legal, so the meaning of the code does not change. ``passes.trust_records`` says why each is
trusted and which were dropped.

**Slim settings** are used together. Each target has its own (``data/slim.json``); those of x86-64:

- ``-disable-lsr`` (llvm/lib/CodeGen/TargetPassConfig.cpp): loop strength reduction buys addressing with registers;
- ``-disable-machine-licm`` (the same file): hoisting out of loops lengthens live ranges, which are then spilled;
- ``-no-x86-call-frame-opt`` (llvm/lib/Target/X86/X86CallFrameOptimization.cpp): arguments are stored rather than
  pushed, which costs a byte or two of code and saves several bytes of unwind table for each push;
- ``-tail-merge-size=1`` (llvm/lib/CodeGen/BranchFolding.cpp): blocks share even a single common instruction;
- ``-optsize-jump-table-density=60`` (llvm/lib/CodeGen/TargetLoweringBase.cpp, 40 by default): sparse switches compare;
- ``-apply-ext-tsp-for-size`` (llvm/lib/CodeGen/MachineBlockPlacement.cpp): blocks are laid out so that most branches
  fall through or are short, by the layout that LLVM otherwise uses for profiled code;
- ``-x86-br-merging-base-cost=-1`` (llvm/lib/Target/X86/X86ISelLowering.cpp, 2 by default): a condition of two parts
  becomes two branches, rather than two flags in registers and one branch;
- ``-split-spill-mode=size`` (llvm/lib/CodeGen/RegAllocGreedy.cpp): one spill of a split register rather than several;
- ``-disable-x86-lea-opt`` (llvm/lib/Target/X86/X86OptimizeLEAs.cpp): addresses are not kept in registers for reuse.

The first five save 1.2% of the allocated bytes of 40 train files and 1.9% of 32 validation files on -Oz's own bitcode.
The other four are the best of 547 back-end settings that were tried one by one on finished plans of 40 files; they save
another 1.9% there, and 1.6% on 48 files of other packages (models/LOG.md). A single file may still come out larger, so
the driver measures the object. The other targets' were tried one by one and then put together on cross-compiled train
files (models/LOG.md). ``smartopt-lab tune-backend`` does that, says what those in use save, and can write the table;
its list of candidates says what is left out and why.

**Variations** are tried one by one on each file at effort max. On the whole they save nothing, so none of them is slim;
what they do to one file is mostly chance, because register allocation is lucky with one order of instructions or
another:

- ``-disable-machine-cse``, ``-aggressive-machine-cse`` (llvm/lib/CodeGen/MachineCSE.cpp): compute again, or keep;
- ``-misched-prera-direction``, ``-enable-misched=0`` (MachineScheduler.cpp), ``-pre-RA-sched`` (ScheduleDAGRRList.cpp),
  ``-twoaddr-reschedule=0`` (TwoAddressInstructionPass.cpp): other orders of instructions;
- ``-phi-elim-split-all-critical-edges``, ``-disable-phi-elim-edge-splitting`` (PHIElimination.cpp),
  ``-join-globalcopies`` (RegisterCoalescer.cpp): where copies go;
- ``-grow-region-complexity-budget`` (RegAllocGreedy.cpp): how far live ranges are split over blocks;
- ``-machine-sink-split``, ``-machine-sink-split-probability-threshold`` (MachineSink.cpp): blocks made to sink into;
- ``-enable-shrink-wrap`` (ShrinkWrap.cpp), ``-disable-tail-duplicate`` (TailDuplication.cpp),
  ``-ext-tsp-forward-weight-cond`` (llvm/lib/Transforms/Utils/CodeLayout.cpp), ``-min-jump-table-entries``
  (TargetLoweringBase.cpp): the shape of functions;
- ``-no-x86-call-frame-opt``, ``-disable-lsr``, ``-disable-x86-lea-opt``: slim settings, back at LLVM's defaults.

Other algorithms, such as another register allocator, are left out: few people have run them, and some are known to be
wrong. All of these make the same code with debug information as without; ``-join-splitedges`` does not, and is left
out. They were found among 192 settings on finished plans of 27 files; on 71 files the best single one of each saved
0.8% of the allocated bytes, several together 1.3% (models/LOG.md), when two that were dropped since were among them.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..annotations import TYPE_CHECKING
from .slim_data import slim_data

if TYPE_CHECKING:
    from ..llvm.libllvm import LibLLVMEngine
    from .targets import Target

__all__ = [
    "VARIATIONS",
    "CodeGeneration",
    "Setting",
    "default_options",
    "slim_flags",
    "slim_options",
    "slim_settings",
    "variation_settings",
    "variations",
]

Setting = tuple[str, str, "str | None", int]
"""An option, its slim value, LLVM's default, and the first LLVM in which it was seen: clang refuses unknown options.
Without a default LLVM looks whether the option was given at all, which cannot be taken back, so that only clang itself
is given it."""


def slim_settings(target: str) -> tuple[Setting, ...]:
    """A target's slim settings: the rows of ``data/slim.json``."""
    return tuple((row[0], row[1], row[2], row[3]) for row in slim_data()[target]["settings"])


VARIATIONS = {
    "no-machine-cse": ("-disable-machine-cse", "1", 0),
    "bidirectional-schedule": ("-misched-prera-direction", "bidirectional", 20),
    "all-phi-edges": ("-phi-elim-split-all-critical-edges", "1", 0),
    "aggressive-machine-cse": ("-aggressive-machine-cse", "1", 0),
    "push-arguments": ("-no-x86-call-frame-opt", "0", 0),
    "small-regions": ("-grow-region-complexity-budget", "100", 0),
    "no-sink-split": ("-machine-sink-split", "0", 0),
    "no-shrink-wrap": ("-enable-shrink-wrap", "0", 0),
    "burr-schedule": ("-pre-RA-sched", "list-burr", 0),
    "lsr": ("-disable-lsr", "0", 0),
    "lea": ("-disable-x86-lea-opt", "0", 0),
    "no-schedule": ("-enable-misched", "0", 0),
    "no-phi-edges": ("-disable-phi-elim-edge-splitting", "1", 0),
    "keep-global-copies": ("-join-globalcopies", "0", 0),
    "few-jump-tables": ("-min-jump-table-entries", "12", 0),
    "forward-layout": ("-ext-tsp-forward-weight-cond", "0.3", 19),
    "sink-split": ("-machine-sink-split-probability-threshold", "0", 0),
    "ilp-schedule": ("-pre-RA-sched", "list-ilp", 0),
    "no-reschedule": ("-twoaddr-reschedule", "0", 0),
    "no-tail-duplicates": ("-disable-tail-duplicate", "1", 0),
}
"""Each variation's option, its value, and the first LLVM in which it was seen; those that save most come first."""


_X86_ONLY = ("-pre-RA-sched",)
"""On AArch64 the back end sometimes fails with other schedulers of selection."""


def slim_options(major: int, target: str = "x86_64") -> tuple[str, ...]:
    """The options that turn a target's slim settings on in a libLLVM of a major version in this process, as far as
    they can be turned off again.
    """
    return tuple(
        f"{option}={slim}"
        for option, slim, default, since in slim_settings(target)
        if major >= since and default is not None
    )


def default_options(major: int, target: str = "x86_64") -> tuple[str, ...]:
    """The options that turn them off again."""
    return tuple(
        f"{option}={default}"
        for option, _, default, since in slim_settings(target)
        if major >= since and default is not None
    )


def slim_flags(major: int, changed: dict[str, str] | None = None, target: str = "x86_64") -> tuple[str, ...]:
    """The flags with which a clang of a major version uses a target's slim settings.

    Args:
        major: clang's major version.
        changed: other options with their values. They replace slim ones, because LLVM takes each option only once.
        target: its name (``codegen.targets``).
    """
    settings = {option: slim for option, slim, _, since in slim_settings(target) if major >= since} | (changed or {})
    return tuple(flag for option, value in settings.items() for flag in ("-mllvm", f"{option}={value}"))


def variations(major: int, target: str = "x86_64") -> tuple[str, ...]:
    """The names of the variations that a target has in a major version, those that save most first."""
    return tuple(
        name
        for name, (option, _, since) in VARIATIONS.items()
        if major >= since and (target == "x86_64" or not ("x86" in option or option in _X86_ONLY))
    )


def variation_settings(names: Iterable[str]) -> dict[str, str]:
    """The options of the named variations with their values; of two for one option the later one.

    Raises KeyError for an unknown name.
    """
    return {option: value for option, value, _ in map(VARIATIONS.__getitem__, names)}


class CodeGeneration:
    """Switches the slim settings of one libLLVM in this process; off at first, as in LLVM.

    With the slim settings nothing is outlined, also where LLVM outlines by itself: what a function comes to alone does
    not tell what is repeated elsewhere.
    """

    def __init__(self, engine: LibLLVMEngine) -> None:
        self._engine = engine
        self.slim: Target | None = None
        """The target whose slim settings are on."""

    def use_slim(self, target: Target | None) -> None:
        """Turn the slim settings of a target on, or all off."""
        if target == self.slim:
            return
        if self.slim is not None:
            self._engine.set_options(default_options(self._engine.major, self.slim.name))
        if target is not None:
            self._engine.set_options(slim_options(self._engine.major, target.name))
        self._engine.outlines = target is None or target.outlining != "default"
        self.slim = target
