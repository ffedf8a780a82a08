"""The two settings in which everything is measured: what the product may do, and what the paper did (section II-A).

The *trusted* arm takes a function as the product sees it (clang's size attributes, -Oz's inlining replayed) and only
passes that the product trusts; -Oz is what -Oz does to the function from there. The *paper's* arm takes the function as
clang emits it, without attributes, and every function and loop pass of this LLVM, sound or not, and the six default
pipelines, each at most once in a list; -Oz is ``default<Oz>``. It is for the lab alone: passes that crash are counted.

A pass list is a tuple of names of the arm's vocabulary. ``Oz`` and its like are the paper's meta-flags ``-Oz`` etc.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field

from ...errors import PipelineError, ToolchainError
from ...llvm.toolchain import Toolchain
from ...passes.passlist import PassList
from ...passes.plan_stages import OZ_LIST
from ...passes.trusted import Trusted

__all__ = ["ARMS", "ARM_NAMES", "METAS", "OZ", "Arm", "PassNames", "make_arm", "probed", "random_passes"]

PassNames = tuple[str, ...]

OZ = "Oz"
METAS = ("Oz", "Os", "O1", "O2", "O3", "O0")
"""The paper's meta-flags."""

ARMS = ("trusted", "paper")
ARM_NAMES = {"paper": "the paper's arm", "trusted": "trusted arm"}
"""For people."""

_NO_TRANSFORMATION = re.compile(
    r"^(?:print|dot-|view-|verify|invalidate|require|trigger-|no-op|helloworld|instcount|aa-eval|pa-eval|count-visits|"
    r"free-machine|func-properties|annotation-remarks|transform-warning|kernel-info|lint|debug|memprof|tsan|"
    r"bounds-checking|ee-instrument|cfguard|kcfi|prof-inject|stack-protector|safe-stack)"
)
"""Analyses, printers, self-tests, and passes that instrument code; none makes a function smaller."""

_LOOP_MSSA = ("licm", "lnicm", "loop-versioning-licm", "simple-loop-unswitch")

_SPELLINGS = {"instcombine": "instcombine<no-verify-fixpoint>"}
"""Without it LLVM ends the process where one round was not enough, which is no fault of the code."""

AUTOPHASE_ACTIONS = """
adce break-crit-edges codegenprepare correlated-propagation dse early-cse gvn indvars instcombine instsimplify
jump-threading lcssa licm loop-deletion loop-distribute loop-fusion loop-idiom loop-load-elim loop-reduce loop-rotate
loop-simplify loop-unroll loop-vectorize lower-atomic lower-expect lower-invoke lower-switch mem2reg memcpyopt
mergereturn mldst-motion newgvn partially-inline-libcalls reassociate reg2mem sccp separate-const-offset-from-gep
simple-loop-unswitch simplifycfg sink slp-vectorizer slsr sroa tailcallelim speculative-execution
bdce aggressive-instcombine constraint-elimination div-rem-pairs float2int vector-combine mergeicmps consthoist
loop-instsimplify loop-simplifycfg dce nary-reassociate gvn-hoist gvn-sink flatten-cfg
""".split()
"""Wishes for AutoPhase's 45 actions, in order of preference: those of its table of passes that this LLVM still has as
function or loop passes, then others. The table's module passes (inline, globalopt, ...) can do nothing to a function
that stands alone."""


@dataclass(frozen=True)
class Arm:
    """One setting.

    Attributes:
        name: ``trusted`` or ``paper``.
        about: one line for the page.
        view: the corpus folder of its modules: ``bases`` or ``bitcode``.
        attributes: whether modules keep attributes and metadata.
        passes: the vocabulary without meta-flags.
        metas: the meta-flags of the vocabulary.
        spell: the pipeline of a list, for a module. Raises PipelineError for a list that may not be run.
        refused: passes of this LLVM that were left out of the vocabulary, with the reason.
    """

    name: str
    about: str
    view: str
    attributes: bool
    passes: PassNames
    metas: PassNames
    spell: Callable[[PassNames], str] = field(repr=False)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def oz(self) -> str:
        """The pipeline of -Oz."""
        return self.spell((OZ,))

    def actions(self, count: int = 45) -> PassNames:
        """AutoPhase's actions: its own passes as far as this arm has them, filled up from the vocabulary."""
        by_pass: dict[str, str] = {}
        for name in self.passes:
            by_pass.setdefault(name.partition("<")[0], name)
        wanted = [by_pass[name] for name in AUTOPHASE_ACTIONS if name in by_pass]
        return tuple(dict.fromkeys([*wanted, *self.passes]))[:count]


def make_arm(name: str, toolchain: Toolchain) -> Arm:
    """Raises ToolchainError if the paper's arm is asked for and there is no ``opt`` to ask for its passes."""
    return _trusted(toolchain) if name == "trusted" else _paper(toolchain)


def random_passes(rng: random.Random, arm: Arm, longest: int) -> PassNames:
    """A random list of 1 to ``longest`` passes: lengths uniform, a meta-flag in one place out of six, each once."""
    length = rng.randint(1, longest)
    chosen: list[str] = []
    while len(chosen) < length:
        pool = arm.metas if rng.random() < 1 / 6 else arm.passes
        one = rng.choice(pool)
        if one not in METAS or one not in chosen:
            chosen.append(one)
    return tuple(chosen)


def _trusted(toolchain: Toolchain) -> Arm:
    trusted = Trusted.load(toolchain.major)
    metas = {"Oz": OZ_LIST}
    for meta in trusted.metas:
        name = meta.removeprefix("default<").removesuffix(">")
        if name in METAS and name != OZ:
            metas[name] = str(trusted.meta_on_function(meta))

    def spell(passes: PassNames) -> str:
        text = ",".join(metas.get(name, name) for name in passes)
        return f"function({PassList.parse(text).function_pipeline(trusted)})"

    refused: dict[str, str] = {}
    kept = []
    for name in trusted.vocabulary():
        try:
            spell((name,))
            kept.append(name)
        except PipelineError as error:  # sound only after another pass
            refused[name] = str(error)
    about = "size attributes, -Oz's inlining replayed, passes that the product trusts"
    return Arm("trusted", about, "bases", True, tuple(kept), tuple(metas), spell, refused)


def _paper(toolchain: Toolchain) -> Arm:
    kinds = _passes_of(toolchain)
    refused: dict[str, str] = {}
    wrapped: dict[str, str] = {}
    for name, level in kinds.items():
        if _NO_TRANSFORMATION.match(name):
            refused[name] = "does not transform, or instruments"
            continue
        wrapper = {"function": "{}", "loop": "loop({})", "loopnest": "loop({})"}[level]
        spelling = _SPELLINGS.get(name, name)
        wrapped[name] = ("loop-mssa({})" if name in _LOOP_MSSA else wrapper).format(spelling)

    def spell(passes: PassNames) -> str:
        parts: list[str] = []
        inside: list[str] = []
        for name in passes:
            if name in METAS:
                if inside:
                    parts.append(f"function({','.join(inside)})")
                    inside = []
                parts.append(f"default<{name}>")
            elif name in wrapped:
                inside.append(wrapped[name])
            else:
                raise PipelineError(f"the paper's arm has no pass {name!r}; take one of its vocabulary")
        if inside:
            parts.append(f"function({','.join(inside)})")
        return ",".join(parts)

    about = "no attributes, functions as clang emits them, all function and loop passes and -O0 to -Oz of this LLVM"
    return Arm("paper", about, "bitcode", False, tuple(sorted(wrapped)), METAS, spell, refused)


def _passes_of(toolchain: Toolchain) -> dict[str, str]:
    """Function and loop passes of this LLVM by name, from ``opt --print-passes``; parameters left out."""
    if toolchain.opt is None:
        raise ToolchainError(f"LLVM {toolchain.version} has no opt; install llvm-{toolchain.major}")
    done = subprocess.run([toolchain.opt, "--print-passes"], capture_output=True, text=True, check=True)
    level = ""
    found: dict[str, str] = {}
    for line in done.stdout.splitlines():
        if not line.startswith(" "):
            head = line.strip().rstrip(":").removesuffix(" with params").lower()
            level = {"function passes": "function", "loop passes": "loop", "loopnest passes": "loopnest"}.get(head, "")
        elif level:
            found.setdefault(re.sub(r"<.*", "", line.strip()), level)
    return found


def probed(arm: Arm, works: Callable[[str], str]) -> Arm:
    """The arm without the passes that already fail on a simple function; ``works`` gives "" or why a pass failed."""
    refused = dict(arm.refused)
    kept = []
    for name in arm.passes:
        why = works(arm.spell((name,)))
        if why:
            refused[name] = why
        else:
            kept.append(name)
    return Arm(arm.name, arm.about, arm.view, arm.attributes, tuple(kept), arm.metas, arm.spell, refused)
