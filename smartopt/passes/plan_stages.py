"""The fixed pipelines of a plan: the replay of inlining before the functions' own pass lists, and the stage after them.

Source: ``default<Oz>`` of llvm/lib/Passes/PassBuilderPipelines.cpp.
"""

from __future__ import annotations

__all__ = ["BASELINE", "FINISH", "LINK_BASELINES", "OZ_LIST", "PLAIN_FINISH", "REPLAY", "level_pipeline"]

BASELINE = "default<Oz>"
"""What stands for the baseline, whatever an LLVM calls it (:func:`level_pipeline`)."""

_LEVELS = (
    (17, {"Oz": "default<Oz>", "Os": "default<Os>"}),
    (23, {"Oz": "default<O2>", "Os": "default<O2>"}),
)
"""From an LLVM on: the whole pipeline of a level. LLVM 23 has none for sizes: the functions' attributes say what is
wanted (llvm-project 191363 and 193491)."""


def level_pipeline(major: int, level: str) -> str:
    """The pipeline that opt of a major version runs for ``Os`` or ``Oz``, as ``-passes`` takes it."""
    rows = [names for since, names in _LEVELS if major >= since] or [_LEVELS[0][1]]
    return rows[-1][level]


LINK_BASELINES = {"link": "lto<O2>", "thin": "thinlto<O2>"}
"""The baseline by stage: what lld runs for full LTO on the merged module, and for ThinLTO on each one. For -Oz and -Os
clang asks it for level 2, and the functions' attributes do the rest. The first name stands for exactly that pipeline in
LLVM 17 to 22: lld's vectorizers are on as this name has them (lld/ELF/LTO.cpp, createConfig;
llvm/lib/Passes/PassBuilder.cpp, setupOptionsForPipelineAlias), and its verifier and bitcode writer change nothing. For
ThinLTO lld knows the whole program's summary besides; that matters to checks of types only, and modules with those are
left to it."""

_LIGHT = "sroa,early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>"

REPLAY = (
    # what default<Oz> does before it inlines
    "forceattrs,inferattrs,function<eager-inv>(lower-expect,simplifycfg,sroa,early-cse),"
    "ipsccp,called-value-propagation,globalopt,"
    "function<eager-inv>(mem2reg,instcombine<no-verify-fixpoint>,simplifycfg<switch-range-to-icmp>),"
    # the light interprocedural stage: only the marked calls are inlined
    "cgscc(devirt<4>(inline<only-mandatory>,function-attrs<skip-non-recursive-function-attrs>,"
    f"function<eager-inv>({_LIGHT}),function-attrs)),"
    # what it does between inlining and the late function passes
    "deadargelim,globalopt,globaldce,elim-avail-extern,rpo-function-attrs"
)
"""Turns the input, with the calls to inline marked, into the base on which the lists run. Module level."""

FINISH = "globaldce,constmerge,rel-lookup-table-converter"
"""Runs after the functions' own lists: the module stage with which default<Oz> ends. Module level."""

PLAIN_FINISH = "globaldce,constmerge"
"""The part of it that an engine with a fixed set of passes can run."""

OZ_LIST = "function-simplification<Oz>,late<Oz>"
"""The pass list that does to one function what -Oz does, for functions that are left to -Oz."""
