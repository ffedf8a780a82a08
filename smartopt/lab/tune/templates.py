"""Candidate lists for the search: short random ones, and random variations on lists that finish a function.

A function on the base of a strategy has its final body but is hardly simplified, so most lists that save anything
consist of one simplifying core with little before and after it.
"""

from __future__ import annotations

import random

from ...passes.passlist import PassList
from ...passes.random_lists import random_list
from ...passes.trusted import Trusted

__all__ = ["candidates"]

_LIGHT = "sroa,early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>"
_CORES = (
    "function-simplification<Oz>,late<Oz>",
    "function-simplification<Oz>",
    "function-simplification<O1>",
    "function-simplification<O1>,late<O1>",
    "function-simplification<O2>,late<O2>",
    "function-simplification<O3>",
    "late<Oz>",
    _LIGHT,
    f"{_LIGHT},gvn,dse",
    f"{_LIGHT},adce,bdce",
    f"{_LIGHT},loop-mssa(licm),loop(indvars,loop-idiom,loop-deletion)",
    "sroa,jump-threading",
    "early-cse<memssa>",
    "gvn",
    "",
)
_FINISHES = (
    "",
    "simplifycfg<bonus-inst-threshold=1;switch-range-to-icmp;no-keep-loops;hoist-common-insts;sink-common-insts>",
    "simplifycfg<bonus-inst-threshold=1;forward-switch-cond;switch-range-to-icmp;switch-to-lookup;no-keep-loops;"
    "hoist-common-insts;sink-common-insts>",
    "simplifycfg<no-keep-loops;hoist-common-insts>",
    "simplifycfg<sink-common-insts>",
    "simplifycfg",
    "instcombine<no-verify-fixpoint>",
    "loop(loop-reduce)",
    "reassociate,early-cse",
    "tailcallelim",
    "adce",
)


def candidates(seed: int, count: int, trusted: Trusted) -> list[str]:
    """``count`` distinct lists, deterministic by seed: first the plain templates, then variations and random lists."""
    rng = random.Random(seed)
    found: dict[str, None] = {}
    for core in _CORES:
        for finish in _FINISHES[:4]:
            _add(found, [core, finish])
    while len(found) < count:
        if rng.random() < 0.35:
            _add(found, [str(random_list(rng, trusted, max_len=4))])
            continue
        before = str(random_list(rng, trusted, max_len=2)) if rng.random() < 0.35 else ""
        after = str(random_list(rng, trusted, max_len=2)) if rng.random() < 0.6 else ""
        _add(found, [before, rng.choice(_CORES), after, rng.choice(_FINISHES) if rng.random() < 0.6 else ""])
    return list(found)[:count]


def _add(found: dict[str, None], parts: list[str]) -> None:
    text = ",".join(part for part in parts if part)
    if text and "|" not in text:
        found.setdefault(str(PassList.parse(text).canonical()))
