"""Text and tree are the same thing; bad text costs one line."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartopt.errors import PipelineError
from smartopt.passes.pipeline import MAX_DEPTH, MAX_LENGTH, Node, Pipeline, parse

NAMES = st.builds(str.__add__, st.sampled_from("aZ0_"), st.text("aZ0_.+-", max_size=4))
ITEMS = st.text("ab1=;:[]. -", max_size=6)
GROUPS = st.recursive(ITEMS, lambda inner: st.tuples(ITEMS, inner, ITEMS).map(lambda t: f"{t[0]}<{t[1]}>{t[2]}"))
PARAMS = st.lists(GROUPS.map(lambda text: f"<{text}>"), max_size=2).map("".join)
LEAVES = st.builds(Node, NAMES, PARAMS)
NODES = st.recursive(
    LEAVES,
    lambda inner: st.builds(Node, NAMES, PARAMS, st.lists(inner, min_size=1, max_size=4).map(tuple)),
    max_leaves=12,
)
TREES = st.lists(NODES, min_size=1, max_size=5).map(lambda nodes: Pipeline(tuple(nodes)))


def _outcome(text: str) -> tuple[str, str]:
    """The error's message, or else what the text reads as."""
    try:
        return "", str(parse(text))
    except PipelineError as error:
        return str(error), ""


@given(TREES)
def test_tree_to_text_and_back(tree: Pipeline) -> None:
    assert parse(str(tree)) == tree


@pytest.mark.parametrize("level", ["O0", "O1", "O2", "O3", "Os", "Oz"])
def test_real_default_pipelines_round_trip(opt: Callable[..., str], level: str) -> None:
    text = opt(f"default<{level}>", "-print-pipeline-passes", "-disable-output").strip()
    tree = parse(text)
    assert str(tree) == text
    assert len(list(tree.walk())) == text.count(",") + text.count("(") + 1


@pytest.mark.parametrize(
    "text",
    [
        "sroa",
        "early-cse<>",
        "cgscc(devirt<4>(inline,function<eager-inv;no-rerun>(repeat<3>(loop-mssa(licm<allowspeculation>)))))",
        "require<globals-aa>,function(invalidate<aa>)",
        "print<structural-hash><detailed;call-target-ignored>",
        "lower-allow-check<cutoffs[0]=5>",
        "default<Oz>,function(print<da><normalized-results>),coro-cond(coro-early)",
    ],
)
def test_params_are_kept_verbatim(text: str) -> None:
    assert str(parse(text)) == text


def test_a_node_knows_its_parts() -> None:
    (node,) = parse("simplifycfg<keep-loops;bonus-inst-threshold=1;>").nodes
    assert (node.name, node.options) == ("simplifycfg", ("keep-loops", "bonus-inst-threshold=1"))
    assert [n.spelling for n in parse("a(b<x>,c),d").walk()] == ["a", "b<x>", "c", "d"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("sroa,", "missing at character 6, near the end"),
        (",sroa", "missing at character 1"),
        ("sroa,,dce", "missing at character 6"),
        ("sroa dce", "',' or ')' is missing at character 5"),
        ("function(sroa", "not closed at character 14, near the end"),
        ("sroa)", "has no '(' at character 5"),
        ("function()", "missing at character 10"),
        ("licm<allowspeculation", "not closed or not clean at character 5"),
        ("licm>x", "',' or ')' is missing at character 5"),
        ("a<b,c>", "not closed or not clean"),
        ("a(b)c", "',' or ')' is missing at character 5"),
        ("sr\noa", "',' or ')' is missing"),
        ("\x1b[31m", "missing at character 1"),
        ("é", "missing at character 1"),
    ],
)
def test_bad_text_costs_one_line_with_its_place(text: str, says: str) -> None:
    with pytest.raises(PipelineError) as caught:
        parse(text)
    message = str(caught.value)
    assert says in message
    assert message.isprintable()


@given(st.text(max_size=200) | st.text(alphabet="ab,()<>;=- ", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    message, again = _outcome(text)
    assert message.isprintable()
    assert len(message) < 300
    assert message or again == text


@pytest.mark.parametrize(
    "text",
    [
        "(" * MAX_LENGTH,
        "a(" * 30_000,
        "a<" * 30_000,
        "a" + "<" * 60_000,
        "a" + "<>" * 30_000,
        "a," * 32_000,
        "a" * (MAX_LENGTH + 1),
        "a(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1),
    ],
)
def test_hostile_text_cannot_hang_it(text: str) -> None:
    started = time.process_time()
    message, again = _outcome(text)
    assert len(message) < 300
    assert message or again == text
    assert time.process_time() - started < 2


def test_the_depth_allowed_is_read() -> None:
    text = "a(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    "make",
    [
        lambda: Node("a,b"),
        lambda: Node(""),
        lambda: Node("a", "x"),
        lambda: Node("a", "<x"),
        lambda: Node("a", "<x,y>"),
        lambda: Node("function", "", ()),
    ],
)
def test_a_tree_that_no_text_means_cannot_be_built(make: Callable[[], Node]) -> None:
    with pytest.raises(PipelineError):
        make()


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(TREES, TREES)
def test_adding_is_a_comma(left: Pipeline, right: Pipeline) -> None:
    assert str(left + right) == f"{left},{right}"
