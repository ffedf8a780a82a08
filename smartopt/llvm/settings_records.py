"""Why code generation that clang would not have chosen is trusted: a record for each setting, attribute and pass.

Trust comes from exposure. What code generation does by default, on whatever target, the code of the whole world has
been through; what nobody's default runs has had a handful of users. So each record says whose default it is, and where
it is nobody's, why it may be used all the same: it leaves out something that LLVM treats as optional, or it answers a
question about profit otherwise while all that is legal stays LLVM's to say. Other algorithms do not qualify:
:data:`DROPPED` were settings or variations once.

Reading LLVM's issues is a chore with a date (:data:`READ`). ``searched`` is what stored issues and pull requests were
searched for, ``issues`` what was found that bears on the setting, in our own words. :data:`TRIED` was run with each.
"""

from __future__ import annotations

from ..records import dataclass

__all__ = ["DROPPED", "READ", "RECORDS", "TRIED", "Issue", "Record", "record"]

READ = "2026-11-29"
"""When all of this was looked up."""

TRIED = (
    "tests/llvm/sources/frame_shapes.c and odd_shapes.c, with and without frame pointers, alone and beside the slim "
    "settings, by clang 22.1.8 and 19.1.7: printed values as at -O0, but where frame pointers are forced upon "
    "odd_shapes.c and arguments are pushed, by clang itself too (issue 210756). Before, in fuzzing campaigns of csmith "
    "programs under random variations (models/LOG.md)."
)


@dataclass
class Issue:
    """One of LLVM's issues or pull requests."""

    number: int
    title: str
    state: str
    """As of :data:`READ`, with the versions that matter."""


@dataclass
class Record:
    """What is known of one way in which code generation is asked for other code than clang's."""

    kind: str
    """``slim``, ``variation``, ``touch``, ``frame``, ``outliner``."""
    name: str
    what: str
    where: str
    """The file of LLVM that does it, below llvm/lib."""
    default: str
    """Whose default it is: clang's targets and levels, or nobody's."""
    because: str
    searched: tuple[str, ...]
    issues: tuple[Issue, ...] = ()


_PUSHES = Issue(
    210756,
    "Frame slots are addressed as if nothing were pushed where saved vector registers align the frame: how pushes are "
    "counted is decided before. A frame pointer, 256-bit registers that a convention saves, and pushed arguments "
    "together pass wrong addresses",
    "open; wrong on 22.1.8 and 19.1.7 (reproduced); mended by nobody (PR 212029 open)",
)
_HUGE = Issue(
    213960,
    "A frame offset that takes more than 32 bits replaces the index register of an address",
    "closed in September 2026 (PR 221016), not in 22.1.8; needs a frame of over 2 GiB and a frame pointer",
)
_UNWIND = Issue(
    220720,
    "Without a frame pointer, copies may come between a push of an argument and its unwind entry, which is then late",
    "open; clang's own -Oz has it, slim code does not push arguments",
)
_CLOBBERED = Issue(
    114941,
    "Where inline assembly clobbers the frame pointer, it is pushed around it and the frame's alignment is lost",
    "open; also 17204, 81048: inline assembly and unusual conventions that take the register",
)
_INTERRUPT = Issue(
    224029,
    "The push that aligns an interrupt handler's stack was counted twice",
    "mended in September 2026, not in 22.1.8; also 225366 (alignment above 16 lost), 62694",
)
_APX = Issue(
    145303,
    "Registers pushed in pairs (APX) leave the stack misaligned where it is probed",
    "mended in June 2025; also 143076, 205031: that part of prologues is young",
)
_PROBES = Issue(
    113218,
    "With -fstack-clash-protection a frame of over 2 GiB is allocated in an endless loop",
    "closed; mended in LLVM 20, not in 19.1.7",
)
_JUMPS = Issue(
    196468,
    "Locals share a stack slot across setjmp although one is still live when longjmp comes back",
    "closed in 2026; clang's own at -O1 and above, whatever the settings; also PR 181370",
)
_SUBREGISTERS = Issue(
    168353,
    "The register coalescer's handling of zero-extending copies is wrong where parts of registers are tracked",
    "open; AArch64 turned the coalescing off instead (PR 174185); also 134408, 123632, 96839, each reverted or redone",
)
_SPILLS = Issue(
    225054,
    "A spill that is hoisted stores a whole register of which only a part was split off, over a live slot",
    "open; seen on AMDGPU with parts of wide registers; also 177703",
)
_NO_REGISTERS = Issue(
    81911,
    "-regalloc=basic named as the way around a wrong split by the greedy allocator on AVR",
    "closed; the basic allocator itself runs out of registers on inline assembly that others compile (reproduced)",
)
_LEAS = Issue(
    200707,
    "Splitting an address computation in three drops a displacement that is a symbol of another kind",
    "closed in June 2026, not in 22.1.8; needs Windows' exception handling; also 71667, mended in LLVM 18",
)
_SEH = Issue(
    213862,
    "Outlining from functions with Windows unwind tables makes invalid ones",
    "open, and 210009; ELF has no such tables: the outliner is asked for on ELF alone",
)
_OUTLINED_UNWIND = Issue(
    204500,
    "The debugger distrusts the unwind entries of outlined functions: prologues and link registers may be outlined",
    "merged in June 2026, for targets with a link register; on x86-64 nothing that moves the stack pointer is outlined",
)
_FAST = Issue(
    130730,
    "-pre-RA-sched=fast fails an assertion on five files of SPEC; list-burr, list-ilp and list-hybrid compile them",
    "open, and 172757; fast is not used here",
)
_HOISTED = Issue(
    204549,
    "Hoisting what two successors have in common keeps an undef flag that only one of them has",
    "mended in June 2026 (PR 205135), not in 22.1.8; part of every clang's -O1 and above, whatever the size of tails",
)
_MACHINE_LICM = Issue(
    219183,
    "Instructions that set flags are hoisted into the live range of flags",
    "open; the pass is left out here",
)
_LSR = Issue(
    62852,
    "Loop strength reduction computes another value after the loop",
    "closed; so are 58039, 62515, 62563, 62660 (all of 2022 and 2023); 62430 is open with its reproducer mended. Part "
    "of every clang's -O1 and above; slim code leaves it out",
)
_SCHEDULED = Issue(
    82616,
    "A csmith program is wrong on RISC-V, by the scheduler or by the rescheduling of two-address instructions",
    "open, not reduced; RISC-V",
)
_SINK = Issue(
    216870,
    "Splitting an edge to sink an instruction crashes on an undefined register",
    "mended in August 2026, not in 22.1.8; also 98477; and 77971 with -sink-insts-to-avoid-spills, not used here",
)

_OPTIONAL = "It leaves out a pass or a step that LLVM treats as optional (TargetPassConfig, -O0): what is left is what"
_LESS = f"{_OPTIONAL} everybody's code goes through where that pass finds nothing to do."
_PROFIT = "It answers a question about profit otherwise; either answer is everybody's, for some function. Legality is"
_EITHER = f"{_PROFIT} asked separately."


RECORDS = (
    Record(
        "frame",
        "frame-pointer",
        "keeps a frame pointer in functions of an ordinary shape (llvm.shapes)",
        "Target/X86/X86FrameLowering.cpp",
        "clang's on x86-64 for macOS and Android at all levels, everywhere at -O0; distributions' with "
        "-fno-omit-frame-pointer. At -Oz on ELF nobody's",
        "Distributions' code has them, with pushed arguments and the stack protector, too. Functions of any "
        "other than an ordinary shape are refused: conventions, attributes, flags of the module, inline assembly, "
        "intrinsics, frames that are large, dynamic, or aligned to more than the stack.",
        (
            "x86 frame pointer callee-saved vector registers pushed arguments",
            "X86CallFrameOptimization miscompile",
            "X86 frame pointer stack realignment base pointer miscompile",
            "stack protector frame pointer miscompile x86-64",
            "-fno-omit-frame-pointer wrong code rbp clobbered",
            "x86_intrcc frame pointer miscompile",
            "APX push2pop2 frame pointer",
            "segmented stacks X86 frame pointer",
            "setjmp returns_twice miscompile spill slot",
            "llvm.frameaddress returnaddress eh.return wrong",
            "no_callee_saved_registers preserve_none frame pointer",
        ),
        (_PUSHES, _HUGE, _CLOBBERED, _INTERRUPT, _APX, _PROBES, _JUMPS),
    ),
    Record(
        "slim",
        "-disable-lsr",
        "leaves out loop strength reduction",
        "CodeGen/TargetPassConfig.cpp",
        "nobody's at -O1 and above; -O0 runs without it",
        _LESS,
        ("disable-lsr loop strength reduction miscompile",),
        (_LSR,),
    ),
    Record(
        "slim",
        "-disable-machine-licm",
        "leaves out hoisting of machine instructions out of loops",
        "CodeGen/TargetPassConfig.cpp",
        "nobody's at -O1 and above; -O0 runs without it",
        _LESS,
        ("MachineLICM miscompile X86 -disable-machine-licm",),
        (_MACHINE_LICM,),
    ),
    Record(
        "slim",
        "-no-x86-call-frame-opt",
        "stores arguments rather than pushing them",
        "Target/X86/X86CallFrameOptimization.cpp",
        "x86-64's at -O0, and Windows' at all levels; on ELF clang pushes at -O1 and above",
        _LESS,
        ("X86CallFrameOptimization miscompile",),
        (_PUSHES, _UNWIND),
    ),
    Record(
        "slim",
        "-tail-merge-size",
        "lets blocks share a single instruction at their end, which -Oz does where no block must be split for that",
        "CodeGen/BranchFolding.cpp",
        "3, unless a target says otherwise (PR 99025); 1 is nobody's",
        _EITHER,
        ("tail-merge-size BranchFolding miscompile undef liveness",),
        (_HOISTED,),
    ),
    Record(
        "slim",
        "-optsize-jump-table-density",
        "makes jump tables of denser switches only",
        "CodeGen/TargetLoweringBase.cpp",
        "40 everywhere at -Os and -Oz (10 at -O2); 60 is nobody's",
        _EITHER,
        ("optsize-jump-table-density min-jump-table-entries miscompile SwitchLowering",),
    ),
    Record(
        "slim",
        "-apply-ext-tsp-for-size",
        "lays out blocks by the layout that profiled code has",
        "CodeGen/MachineBlockPlacement.cpp",
        "nobody's without a profile; with one that layout is everybody's at -O2. Used for size by whoever asked for it "
        "(PR 109711, Meta)",
        "The order of blocks alone is changed, and branches are made anew for any order.",
        ("apply-ext-tsp-for-size MachineBlockPlacement ext-tsp miscompile",),
    ),
    Record(
        "slim",
        "-x86-br-merging-base-cost",
        "makes two branches of a condition of two parts",
        "Target/X86/X86ISelLowering.cpp",
        "-1 was everybody's before LLVM 19 (PR 81689), and is other targets' default in 22",
        "The world's code was compiled so for ten years.",
        ("x86-br-merging-base-cost miscompile shouldKeepJumpConditionsTogether",),
    ),
    Record(
        "slim",
        "-disable-x86-lea-opt",
        "leaves out the reuse of addresses in registers",
        "Target/X86/X86OptimizeLEAs.cpp",
        "x86-64 at -O0; at -O1 to -O3 the pass does little but where size counts",
        _LESS,
        ("X86OptimizeLEAs disable-x86-lea-opt miscompile",),
    ),
    Record(
        "variation",
        "no-machine-cse",
        "leaves out common subexpressions of machine instructions",
        "CodeGen/TargetPassConfig.cpp",
        "nobody's at -O1 and above; -O0 runs without it",
        _LESS,
        ("MachineCSE miscompile wrong code",),
    ),
    Record(
        "variation",
        "bidirectional-schedule",
        "schedules from both ends",
        "CodeGen/MachineScheduler.cpp",
        "clang's on AArch64, PowerPC and RISC-V (PR 115445); on x86-64 nobody's",
        "The scheduler's dependences are the same whichever end it takes from.",
        ("misched-prera-direction bidirectional miscompile",),
        (_SCHEDULED,),
    ),
    Record(
        "variation",
        "all-phi-edges",
        "splits every critical edge into a block with phis",
        "CodeGen/PHIElimination.cpp",
        "nobody's; edges that look worth it are split everywhere",
        _EITHER,
        ("phi-elim-split-all-critical-edges PHIElimination miscompile",),
    ),
    Record(
        "variation",
        "aggressive-machine-cse",
        "reuses values without asking whether that pays",
        "CodeGen/MachineCSE.cpp",
        "nobody's",
        _EITHER,
        ("aggressive-machine-cse MachineCSE miscompile",),
    ),
    Record(
        "variation",
        "push-arguments",
        "pushes arguments, as clang does",
        "Target/X86/X86CallFrameOptimization.cpp",
        "clang's on x86-64 ELF at -O1 and above",
        "It is what clang does by itself; modules in which functions save vector "
        "registers are compiled without any setting of ours.",
        ("X86CallFrameOptimization miscompile",),
        (_PUSHES, _UNWIND),
    ),
    Record(
        "variation",
        "small-regions",
        "gives up sooner on splitting live ranges over many blocks",
        "CodeGen/RegAllocGreedy.cpp",
        "10000 everywhere; 100 is nobody's",
        _EITHER,
        ("grow-region-complexity-budget region split miscompile",),
        (_SPILLS,),
    ),
    Record(
        "variation",
        "no-sink-split",
        "splits no edges to sink instructions",
        "CodeGen/MachineSink.cpp",
        "nobody's at -O1 and above",
        _LESS,
        ("machine-sink-split critical edge miscompile",),
        (_SINK,),
    ),
    Record(
        "variation",
        "no-shrink-wrap",
        "sets frames up at entry",
        "CodeGen/ShrinkWrap.cpp",
        "-O0's, and that of targets without shrink wrapping (SystemZ)",
        _LESS,
        ("ShrinkWrap enable-shrink-wrap miscompile",),
    ),
    Record(
        "variation",
        "burr-schedule",
        "orders a block's instructions by register pressure",
        "CodeGen/SelectionDAG/ScheduleDAGRRList.cpp",
        "that of targets without the machine scheduler; x86-64's before it had one",
        "The list scheduler is clang's own, with another priority.",
        ("pre-RA-sched list-burr list-ilp crash miscompile",),
        (_FAST,),
    ),
    Record(
        "variation",
        "ilp-schedule",
        "orders a block's instructions by parallelism",
        "CodeGen/SelectionDAG/ScheduleDAGRRList.cpp",
        "that of targets without the machine scheduler; x86-64's before it had one",
        "The list scheduler is clang's own, with another priority.",
        ("pre-RA-sched list-burr list-ilp crash miscompile",),
        (_FAST,),
    ),
    Record(
        "variation",
        "lsr",
        "reduces the strength of loops, as clang does",
        "Transforms/Scalar/LoopStrengthReduce.cpp",
        "clang's on x86-64 at -O1 and above",
        "It is what clang does by itself.",
        ("disable-lsr loop strength reduction miscompile",),
        (_LSR,),
    ),
    Record(
        "variation",
        "lea",
        "reuses addresses in registers, as clang does",
        "Target/X86/X86OptimizeLEAs.cpp",
        "clang's on x86-64 at -Os and -Oz",
        "It is what clang does by itself.",
        ("X86OptimizeLEAs disable-x86-lea-opt miscompile",),
    ),
    Record(
        "variation",
        "no-schedule",
        "leaves instructions in order before registers are allocated",
        "CodeGen/MachineScheduler.cpp",
        "-O0's, and that of targets without the machine scheduler",
        _LESS,
        ("enable-misched miscompile",),
        (_SCHEDULED,),
    ),
    Record(
        "variation",
        "no-phi-edges",
        "splits no edges for phis",
        "CodeGen/PHIElimination.cpp",
        "-O0's",
        _LESS,
        ("PHIElimination critical edge miscompile",),
    ),
    Record(
        "variation",
        "keep-global-copies",
        "coalesces copies between blocks in the usual order",
        "CodeGen/RegisterCoalescer.cpp",
        "that of targets without the machine scheduler",
        _EITHER,
        ("join-globalcopies register coalescer miscompile",),
    ),
    Record(
        "variation",
        "few-jump-tables",
        "makes jump tables of twelve cases and more",
        "CodeGen/TargetLoweringBase.cpp",
        "4 on x86-64, 13 on AArch64 (PR 71166), 5 on RISC-V",
        _EITHER,
        ("min-jump-table-entries miscompile",),
    ),
    Record(
        "variation",
        "forward-layout",
        "weighs forward jumps more when blocks are laid out",
        "Transforms/Utils/CodeLayout.cpp",
        "0.1 everywhere; 0.3 is nobody's",
        "The order of blocks alone is changed, and branches are made anew for any order.",
        ("ext-tsp CodeLayout miscompile",),
    ),
    Record(
        "variation",
        "sink-split",
        "splits edges for single instructions by another threshold",
        "CodeGen/MachineSink.cpp",
        "40 everywhere; 0 is nobody's",
        _EITHER,
        ("machine-sink-split critical edge miscompile",),
        (_SINK,),
    ),
    Record(
        "variation",
        "no-reschedule",
        "does not move instructions to save copies",
        "CodeGen/TwoAddressInstructionPass.cpp",
        "-O0's",
        _LESS,
        ("twoaddr-reschedule TwoAddressInstructionPass miscompile",),
        (_SCHEDULED,),
    ),
    Record(
        "variation",
        "no-tail-duplicates",
        "duplicates no tails after registers are allocated",
        "CodeGen/TargetPassConfig.cpp",
        "-O0's",
        _LESS,
        ("TailDuplicator disable-tail-duplicate miscompile",),
    ),
    Record(
        "touch",
        "no-minsize",
        "compiles a function as at -Os",
        "CodeGen and Target/X86, wherever minsize is asked for",
        "clang's on x86-64 at -Os",
        "It is what clang does at -Os, and functions of both kinds have always been mixed "
        "(attributes minsize and optnone, LTO).",
        ("minsize optsize miscompile X86",),
    ),
    Record(
        "touch",
        "no-jump-tables",
        "compares rather than jumping by a table",
        "CodeGen/SwitchLoweringUtils.cpp",
        "nobody's; -fno-jump-tables is Linux's with retpolines, and -O0's switches of few cases compare",
        "Comparing is what every sparse switch does.",
        ("jump table miscompile SwitchLowering",),
    ),
    *(
        Record(
            "touch",
            f"tune-{processor}",
            f"orders and chooses instructions as {about} likes",
            "Target/X86/X86.td",
            f"nobody's; -mtune={processor} and -march={processor} are whose code runs there",
            "Instruction sets stay: scheduling models and preferences change, of which every -march has some.",
            ("X86 tune-cpu miscompile atom silvermont LEA", "X86FixupLEAs atom miscompile"),
            (_LEAS,),
        )
        for processor, about in (
            ("atom", "Intel's Bonnell"),
            ("pentium4", "Intel's Pentium 4"),
            ("znver4", "AMD's Zen 4"),
            ("silvermont", "Intel's Silvermont"),
        )
    ),
    Record(
        "outliner",
        "-enable-machine-outliner",
        "makes functions of repeated code",
        "CodeGen/MachineOutliner.cpp",
        "clang's on AArch64, Arm M-profile and RISC-V at -Oz; on x86-64 nobody's",
        "On x86-64 nothing that reads or "
        "moves the stack pointer is outlined, nor anything from functions that use the red zone: an outlined sequence "
        "is a plain call. Command lines of kernels and mitigations go without, and so do modules in which a function "
        "has rules of its own.",
        ("MachineOutliner x86-64 wrong code unwind",),
        (_SEH, _OUTLINED_UNWIND),
    ),
)

DROPPED = (
    Record(
        "slim",
        "-split-spill-mode=size",
        "splits live ranges with one spill",
        "CodeGen/RegAllocGreedy.cpp",
        "nobody's for regions",
        "Dropped: another mode of the splitter and the spiller, both of which have open reports, "
        "for 0.05% of the bytes.",
        ("split-spill-mode size InlineSpiller miscompile",),
        (_SPILLS,),
    ),
    Record(
        "variation",
        "basic-registers (-regalloc=basic)",
        "allocates registers by LLVM's other allocator",
        "CodeGen/RegAllocBasic.cpp",
        "nobody's",
        "Dropped: another algorithm, which fails on code that clang compiles.",
        ("-regalloc=basic miscompile X86 RegAllocBasic",),
        (_NO_REGISTERS,),
    ),
    Record(
        "variation",
        "subregisters (-enable-subreg-liveness)",
        "tracks the parts of registers",
        "CodeGen/MachineRegisterInfo.cpp",
        "AMDGPU's and some others'; on x86-64 nobody's",
        "Dropped: known to be wrong together with the "
        "coalescer where writing half a register clears the rest, as on x86-64.",
        ("enable-subreg-liveness X86 miscompile", "SUBREG_TO_REG subreg liveness RegisterCoalescer"),
        (_SUBREGISTERS,),
    ),
)
"""What was used once, and why it is not any more."""


def record(kind: str, name: str) -> Record:
    """The record of a setting that is in use. KeyError if there is none."""
    return {(one.kind, one.name): one for one in RECORDS}[kind, name]
