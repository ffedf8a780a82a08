"""Settings of the back end that make some files smaller and others larger: what is tried one by one on each file.

Each leaves out a pass that LLVM treats as optional, takes another of LLVM's own ways, or moves a threshold, as the
slim settings do (``codegen.settings``); on the whole they bring nothing, so none of them is slim. What they do to one
file is mostly chance: register allocation has luck with this order of instructions or with that one.

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
- ``-no-x86-call-frame-opt``, ``-disable-lsr``, ``-disable-x86-lea-opt``: slim settings, as LLVM has them.

Each leaves something out or answers one of LLVM's own questions about profit otherwise, so that all that is legal stays
LLVM's to say. Other algorithms are left out, such as another register allocator: few have run them, and some are known
to be wrong (``passes.trust_records`` says why each is trusted, and which were dropped).

With debug information all of these make the same code as without; ``-join-splitedges`` does not, and is left out.
Found among 192 settings on finished plans of 27 files; on 71 files the best single one of each saved 0.8% of the
allocated bytes, several together 1.3% (models/LOG.md), two that were dropped since among them.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["VARIATIONS", "settings", "variations"]

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
"""By name: the option, its value and the first LLVM in which it was seen, in the order in which they bring most."""


def variations(major: int) -> tuple[str, ...]:
    """The names of those that a back end of a major version knows."""
    return tuple(name for name, (_, _, since) in VARIATIONS.items() if major >= since)


def settings(names: Iterable[str]) -> dict[str, str]:
    """The options that names stand for, each with its value; of two for one option the later."""
    return {option: value for option, value, _ in map(VARIATIONS.__getitem__, names)}
