"""Every pass ends up where LLVM can run it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.errors import PipelineError
from smartopt.passes.nesting import Level, legalise, spell
from smartopt.passes.pipeline import Node, Pipeline, parse
from smartopt.passes.random_lists import random_list
from smartopt.passes.trusted import Trusted

UNSWITCH = "simple-loop-unswitch<no-nontrivial;trivial>"


@pytest.mark.parametrize(
    ("text", "level", "legal"),
    [
        ("licm,sroa", "function", "loop-mssa(licm),sroa"),
        ("licm,sroa", "module", "function(loop-mssa(licm),sroa)"),
        ("function(licm)", "module", "function(loop-mssa(licm))"),
        ("function(loop(licm))", "module", "function(loop-mssa(licm))"),
        ("indvars,loop-idiom,sroa,licm", "function", "loop(indvars,loop-idiom),sroa,loop-mssa(licm)"),
        ("loop-rotate,licm,indvars", "function", "loop-mssa(loop-rotate,licm),loop(indvars)"),
        ("loop-rotate", "function", "loop(loop-rotate)"),
        ("loop-mssa(loop-rotate)", "function", "loop-mssa(loop-rotate)"),
        ("loop-mssa(licm,indvars)", "function", "loop-mssa(licm),loop(indvars)"),
        ("loop(indvars),loop(indvars)", "function", "loop(indvars),loop(indvars)"),
        ("function<eager-inv>(licm)", "function", "loop-mssa(licm)"),
        ("function<eager-inv>(licm)", "module", "function<eager-inv>(loop-mssa(licm))"),
        (
            "cgscc(devirt<4>(inline,licm,gvn))",
            "module",
            "cgscc(devirt<4>(inline,function(loop-mssa(licm),gvn)))",
        ),
        ("devirt<2>(inline)", "module", "cgscc(devirt<2>(inline))"),
        ("inline,function-attrs,sroa", "module", "cgscc(inline,function-attrs),function(sroa)"),
        ("loop(indvars),sroa", "module", "function(loop(indvars),sroa)"),
        ("globaldce,late<Oz>,globalopt", "module", "globaldce,function(late<Oz>),globalopt"),
        ("function-simplification<Oz>,dce", "module", "function(function-simplification<Oz>,dce)"),
        ("module(globaldce)", "module", "globaldce"),
        ("repeat<2>(licm)", "module", "repeat<2>(function(loop-mssa(licm)))"),
        ("loop(repeat<2>(licm))", "function", "loop-mssa(repeat<2>(licm))"),
        ("loop(loop(indvars))", "function", "loop(indvars)"),
        ("structurizecfg", "module", "function(structurizecfg)"),
        ("loop-flatten", "function", "loop(loop-flatten)"),
        ("default<Oz>,sroa", "module", "default<Oz>,function(sroa)"),
        ("instcombine", "function", "instcombine<no-verify-fixpoint>"),
        ("simple-loop-unswitch", "function", f"loop-mssa({UNSWITCH})"),
    ],
)
def test_nesting(text: str, level: Level, legal: str) -> None:
    assert str(legalise(text, level)) == legal
    assert str(legalise(legal, level)) == legal


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("instcombine", "instcombine<no-verify-fixpoint>"),
        ("instcombine<>", "instcombine<no-verify-fixpoint>"),
        ("instcombine<max-iterations=1>", "instcombine<max-iterations=1;no-verify-fixpoint>"),
        ("instcombine<verify-fixpoint>", "instcombine<no-verify-fixpoint>"),
        (
            "instcombine<no-verify-fixpoint;max-iterations=2>",
            "instcombine<max-iterations=2;no-verify-fixpoint>",
        ),
        ("simple-loop-unswitch<trivial>", UNSWITCH),
        ("simple-loop-unswitch<nontrivial>", "simple-loop-unswitch<nontrivial>"),
        ("loop-unroll", "loop-unroll<O2>"),
        ("gvn<>", "gvn"),
        ("sroa<preserve-cfg>", "sroa<preserve-cfg>"),
    ],
)
def test_spelling_traps_are_removed(written: str, spelt: str) -> None:
    (node,) = parse(written).nodes
    assert str(spell(node)) == spelt
    assert spell(spell(node)) == spell(node)


@pytest.mark.parametrize(
    ("text", "level", "says"),
    [
        ("globalopt", "function", "'globalopt' is a module pass and cannot run at function level"),
        ("cgscc(inline)", "function", "'cgscc' is a module pass and cannot run at function level"),
        ("default<Oz>", "function", "'default<Oz>' is a module pass"),
        ("inline", "function", "'inline' is a cgscc pass"),
        ("loop(sroa)", "function", "'sroa' is a function pass and cannot run at a loop"),
        ("loop(cgscc(inline))", "module", "cannot appear inside a loop adaptor"),
        ("function(globaldce)", "module", "'globaldce' is a module pass and cannot run at function level"),
        ("no-such-pass", "function", "unknown pass 'no-such-pass'"),
        ("sroa(dce)", "function", "'sroa' is not an adaptor"),
        ("loop(repeat<2>(licm,indvars))", "function", "mixes passes"),
    ],
)
def test_what_cannot_be_nested_says_why(text: str, level: Level, says: str) -> None:
    with pytest.raises(PipelineError) as caught:
        legalise(text, level)
    assert says in str(caught.value)
    assert str(caught.value).isprintable()


@given(st.integers(min_value=0), st.sampled_from(["function", "module"]), st.sampled_from([19, 22]))
def test_legalising_twice_changes_nothing(seed: int, level: Level, major: int) -> None:
    trusted = Trusted.load(major)
    once = trusted.legalise(random_list(random.Random(seed), trusted).prefix, level)
    assert trusted.legalise(once, level) == once
    assert trusted.legalise(str(once), level) == once


def test_passes_keep_their_order() -> None:
    trusted = Trusted.load(22)
    rng = random.Random(7)
    for _ in range(200):
        tree = random_list(rng, trusted, max_len=10).prefix
        for level in ("function", "module"):
            legal = trusted.legalise(tree, level)
            assert [n.spelling for n in legal.walk() if n.children is None] == [n.spelling for n in tree]


def test_a_tree_built_too_deep_is_refused() -> None:
    node = Node("sroa")
    for _ in range(100):
        node = Node("function", "", (node,))
    with pytest.raises(PipelineError, match="nested"):
        legalise(Pipeline((node,)), "module")
