"""Options of LLVM's back end that may make code smaller: what ``tune-backend`` tries on each target.

They come from trying each of the options of ``llc --help-hidden`` on a few files of each target. Only options are here
that leave out a step which LLVM treats as optional, take another of LLVM's own algorithms for the same job, or move a
threshold. Left out on purpose, though they save bytes:

- ``-enable-ipra`` (interprocedural register allocation): a function may be called from places that it does not see;
- ``-arm-promote-constant``: copies constants into constant pools, so that one constant has two addresses;
- options that change calling conventions, sections, symbols or what a debugger sees.
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["OPTIONS", "THRESHOLD", "Setting", "default_of", "settings_for"]

Setting = tuple[str, str]
"""An option and its value."""

_ALL = "aarch64 arm riscv x86_64"

OPTIONS: tuple[tuple[str, str, str], ...] = (
    # option, values, targets (beginnings of the names of ``codegen.targets``)
    ("-disable-lsr", "1", _ALL),
    ("-lsr-drop-solution", "1", _ALL),
    ("-lsr-complexity-limit", "1000", _ALL),
    ("-disable-machine-licm", "1", _ALL),
    ("-disable-postra-machine-licm", "1", _ALL),
    ("-disable-machine-cse", "1", _ALL),
    ("-aggressive-machine-cse", "1", _ALL),
    ("-disable-machine-sink", "1", _ALL),
    ("-disable-postra-machine-sink", "1", _ALL),
    ("-machine-sink-split", "0", _ALL),
    ("-machine-sink-split-probability-threshold", "0", _ALL),
    ("-sink-insts-to-avoid-spills", "1", _ALL),
    ("-tail-merge-size", "1 2", _ALL),
    ("-optsize-jump-table-density", "20 60 80", _ALL),
    ("-min-jump-table-entries", "5 6 8 12", _ALL),
    ("-apply-ext-tsp-for-size", "1", _ALL),
    ("-disable-block-placement", "1", _ALL),
    ("-disable-tail-duplicate", "1", _ALL),
    ("-disable-early-taildup", "1", _ALL),
    ("-enable-shrink-wrap", "0", _ALL),
    ("-split-spill-mode", "size", _ALL),
    ("-huge-size-for-split", "0", _ALL),
    ("-greedy-reverse-local-assignment", "1", _ALL),
    ("-grow-region-complexity-budget", "100", _ALL),
    ("-exhaustive-register-search", "1", _ALL),
    ("-enable-deferred-spilling", "1", _ALL),
    ("-join-globalcopies", "0 1", _ALL),
    ("-phi-elim-split-all-critical-edges", "1", _ALL),
    ("-disable-phi-elim-edge-splitting", "1", _ALL),
    ("-no-phi-elim-live-out-early-exit", "1", _ALL),
    ("-twoaddr-reschedule", "0", _ALL),
    ("-enable-misched", "0", _ALL),
    ("-enable-post-misched", "0", _ALL),
    ("-disable-post-ra", "1", _ALL),
    ("-schedmodel", "0", _ALL),
    ("-scheditins", "0", _ALL),
    ("-enable-cyclic-path", "0", _ALL),
    ("-misched-prera-direction", "topdown bottomup bidirectional", _ALL),
    ("-misched-cluster", "0", _ALL),
    ("-misched-regpressure", "0", _ALL),
    ("-pre-RA-sched", "source list-burr list-ilp list-hybrid", _ALL),
    ("-disable-cgp", "1", _ALL),
    ("-disable-cgp-branch-opts", "1", _ALL),
    ("-disable-cgp-select2branch", "1", _ALL),
    ("-disable-cgp-gc-opts", "1", _ALL),
    ("-disable-complex-addr-modes", "1", _ALL),
    ("-addr-sink-using-gep", "0", _ALL),
    ("-cgp-split-large-offset-gep", "0", _ALL),
    ("-cgp-type-promotion-merge", "0", _ALL),
    ("-enable-andcmp-sinking", "0", _ALL),
    ("-disable-constant-hoisting", "1", _ALL),
    ("-disable-type-promotion", "1", _ALL),
    ("-disable-partial-libcall-inlining", "1", _ALL),
    ("-disable-mergeicmps", "1", _ALL),
    ("-disable-expand-reductions", "0", _ALL),
    ("-disable-peephole", "1", _ALL),
    ("-disable-adv-copy-opt", "1", _ALL),
    ("-aggressive-ext-opt", "1", _ALL),
    ("-disable-copyprop", "1", _ALL),
    ("-disable-ssc", "1", _ALL),
    ("-enable-global-merge", "0", _ALL),
    ("-global-merge-on-const", "1", _ALL),
    ("-global-merge-all-const", "1", _ALL),
    ("-global-merge-group-by-use", "0", _ALL),
    ("-global-merge-ignore-single-use", "0", _ALL),
    ("-machine-outliner-reruns", "1 2", _ALL),
    ("-outliner-benefit-threshold", "2 4 8 12 16 20 24 32", _ALL),
    ("-outliner-leaf-descendants", "0", _ALL),
    ("-combiner-tokenfactor-inline-limit", "2", _ALL),
    ("-combiner-reduce-load-op-store-width", "0", _ALL),
    ("-ext-tsp-forward-weight-cond", "0.3 1", _ALL),
    ("-max-jump-table-size", "16", _ALL),
    ("-switch-peel-threshold", "101", _ALL),
    # AArch64
    ("-aarch64-enable-gep-opt", "0", "aarch64"),
    ("-aarch64-enable-ccmp", "0", "aarch64"),
    ("-aarch64-enable-condopt", "0", "aarch64"),
    ("-aarch64-enable-copyelim", "0", "aarch64"),
    ("-aarch64-enable-dead-defs", "0", "aarch64"),
    ("-aarch64-enable-early-ifcvt", "0", "aarch64"),
    ("-aarch64-enable-ldst-opt", "0", "aarch64"),
    ("-aarch64-enable-mcr", "0", "aarch64"),
    ("-aarch64-enable-promote-const", "0", "aarch64"),
    ("-aarch64-enable-stp-suppress", "0", "aarch64"),
    ("-aarch64-enable-loop-data-prefetch", "0", "aarch64"),
    ("-aarch64-enable-compress-jump-tables", "0", "aarch64"),
    ("-aarch64-enable-global-isel-at-O", "-1", "aarch64"),
    ("-aarch64-load-store-renaming", "0", "aarch64"),
    ("-aarch64-enable-atomic-cfg-tidy", "0", "aarch64"),
    ("-aarch64-redzone", "1", "aarch64"),
    # Arm
    ("-arm-load-store-opt", "0", "arm"),
    ("-enable-arm-3-addr-conv", "1", "arm"),
    ("-arm-assume-misaligned-load-store", "1", "arm"),
    ("-arm-adjust-jump-tables", "0", "arm"),
    ("-arm-constant-island-max-iteration", "60", "arm"),
    ("-arm-synthesize-thumb-1-tbb", "0", "arm"),
    ("-arm-atomic-cfg-tidy", "0", "arm"),
    ("-prefer-no-csel", "1", "arm"),
    ("-disable-a15-sd-optimization", "1", "arm"),
    ("-arm-set-lr-predicate", "1", "arm"),
    ("-t2-reduce-limit", "0", "arm"),
    ("-ifcvt-branch-fold", "0", "arm"),
    ("-disable-ifcvt-simple", "1", "arm"),
    ("-disable-ifcvt-diamond", "1", "arm"),
    ("-disable-ifcvt-triangle", "1", "arm"),
    # RISC-V
    ("-riscv-disable-cost-per-use", "0 1", "riscv"),
    ("-riscv-enable-merge-base-offset", "0", "riscv"),
    ("-riscv-enable-sink-fold", "0", "riscv"),
    ("-riscv-enable-machine-pipeliner", "0", "riscv"),
    ("-riscv-enable-copyelim", "0", "riscv"),
    ("-riscv-enable-dead-defs", "0", "riscv"),
    ("-riscv-enable-loop-data-prefetch", "0", "riscv"),
    ("-riscv-enable-misched-load-store-clustering", "0 1", "riscv"),
    ("-riscv-enable-post-misched-load-store-clustering", "0", "riscv"),
    ("-riscv-enable-vl-optimizer", "0", "riscv"),
    ("-riscv-use-aa", "0", "riscv"),
    ("-riscv-disable-sextw-removal", "1", "riscv"),
    ("-riscv-disable-strip-w-suffix", "1", "riscv"),
    ("-riscv-disable-using-constant-pool-for-large-ints", "1", "riscv"),
    ("-riscv-max-build-ints-cost", "1 2 3 4 5", "riscv"),
    ("-riscv-opt-w-instrs", "0", "riscv"),
    ("-riscv-select-opt", "1", "riscv"),
    ("-save-restore", "1", "riscv"),
    # x86-64
    ("-no-x86-call-frame-opt", "1", "x86_64"),
    ("-x86-br-merging-base-cost", "-1 0", "x86_64"),
    ("-disable-x86-lea-opt", "1", "x86_64"),
    ("-x86-cmov-converter", "0", "x86_64"),
    ("-fixup-byte-word-insts", "0", "x86_64"),
    ("-x86-early-ifcvt", "1", "x86_64"),
)
"""Each option, the values that are tried, and the targets that have it. What a clang does not know is passed over."""


def settings_for(target: str) -> Iterator[Setting]:
    """The settings that are tried on a target (``codegen.targets``)."""
    for option, values, targets in OPTIONS:
        if target.startswith(tuple(targets.split())):
            for value in values.split():
                yield option, value


THRESHOLD = "-outliner-benefit-threshold"
"""Not a slim setting, but the outliner's."""

_DEFAULTS = {
    "-disable-lsr": "0",
    "-disable-machine-licm": "0",
    "-aggressive-machine-cse": "0",
    "-disable-machine-cse": "0",
    "-tail-merge-size": "3",
    "-optsize-jump-table-density": "40",
    "-apply-ext-tsp-for-size": "0",
    "-split-spill-mode": "speed",
    "-grow-region-complexity-budget": "10000",
    "-disable-phi-elim-edge-splitting": "0",
    "-schedmodel": "1",
    "-no-x86-call-frame-opt": "0",
    "-x86-br-merging-base-cost": "2",
    "-disable-x86-lea-opt": "0",
}
_SINCE = {"-apply-ext-tsp-for-size": 22, "-x86-br-merging-base-cost": 19, "-lsr-drop-solution": 19}


def default_of(option: str) -> tuple[str | None, int]:
    """LLVM's default of an option, None where giving it at all has an effect or where nobody has looked it up, and the
    first LLVM in which it was seen.
    """
    return _DEFAULTS.get(option), _SINCE.get(option, 0)
