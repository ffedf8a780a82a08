"""A list's text is canonical, and means one pipeline at each level."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartopt.errors import PipelineError, UntrustedPassError
from smartopt.passes.passlist import PassList
from smartopt.passes.pipeline import parse
from smartopt.passes.trusted import Trusted

from .conftest import random_list_with_meta

TRUSTED = Trusted.load(22)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("sroa,licm", "sroa,licm"),
        (" sroa ", "sroa"),
        ("reg2mem,dce|default<Oz>|sroa", "reg2mem,dce | default<Oz> | sroa"),
        ("|default<O1>|", "| default<O1> |"),
        ("default<O1>", "| default<O1> |"),
        ("sroa,default<O1>,dce", "sroa | default<O1> | dce"),
        ("sroa | default<O1> |", "sroa | default<O1> |"),
        ("| default<O1> | sroa", "| default<O1> | sroa"),
        ("sroa | |", "sroa"),
    ],
)
def test_text(text: str, canonical: str) -> None:
    read = PassList.parse(text)
    assert str(read) == canonical
    assert PassList.parse(canonical) == read


@given(st.integers(min_value=0))
def test_round_trip(seed: int) -> None:
    made = random_list_with_meta(random.Random(seed), TRUSTED)
    assert PassList.parse(str(made)) == made
    assert "|" not in str(made) or made.meta


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "| |",
        "|",
        "sroa | dce",
        "sroa | dce | gvn",
        "sroa | | dce",
        "default<O1>,default<O2>",
        "default<O1> | default<O1> |",
        "a|b|c|d|e",
        "sroa | default<O1> | x(",
        "function(default<O1>)",
        "| default<O1>;rm | sroa",
    ],
)
def test_bad_text_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(PipelineError) as caught:
        PassList.parse(text)
    assert str(caught.value).isprintable()


def test_without_a_meta_the_suffix_joins_the_prefix() -> None:
    assert PassList(parse("sroa"), "", parse("dce")) == PassList(parse("sroa,dce"))
    assert len(PassList.parse("sroa | default<Oz> | dce,gvn")) == 4


def test_canonical_spelling_makes_equal_lists_equal() -> None:
    left, right = (PassList.parse(text) for text in ("instcombine,gvn<>", "instcombine<no-verify-fixpoint>,gvn"))
    assert left != right
    assert left.canonical() == right.canonical() == right
    nested = PassList.parse("function(instcombine)").canonical()
    assert str(nested) == "function(instcombine<no-verify-fixpoint>)"


def test_pipelines() -> None:
    made = PassList.parse("licm | default<Oz> | instcombine")
    assert (
        made.module_pipeline(TRUSTED)
        == "function(loop-mssa(licm)),default<Oz>,function(instcombine<no-verify-fixpoint>)"
    )
    alone = made.function_pipeline(TRUSTED)
    assert alone.startswith("loop-mssa(licm),lower-expect,")
    assert ",function-simplification<Oz>," in alone
    assert alone.endswith(",instcombine<no-verify-fixpoint>")
    assert "default<" not in alone
    assert "late<" not in alone


def test_untrusted_lists_are_refused_at_both_levels() -> None:
    for text in ("sroa,structurizecfg", "| default<O0> |", "sroa | default<Oz> | newgvn"):
        made = PassList.parse(text)
        with pytest.raises(UntrustedPassError):
            made.function_pipeline(TRUSTED)
        with pytest.raises(UntrustedPassError):
            made.module_pipeline(TRUSTED)


def test_the_ban_can_be_lifted_for_the_fuzzer() -> None:
    made = PassList.parse("structurizecfg,licm")
    assert made.function_pipeline(TRUSTED, allow_banned=True) == "structurizecfg,loop-mssa(licm)"


def test_random_lists_run_in_the_real_opt(opt: Callable[..., str], major: int) -> None:
    trusted = Trusted.load(major)
    rng = random.Random(major)
    lists = [random_list_with_meta(rng, trusted, max_len=8) for _ in range(12)]
    for made in lists:
        opt(made.module_pipeline(trusted), "-verify-each", "-disable-output")
    opt(",".join(f"function({made.function_pipeline(trusted)})" for made in lists))
