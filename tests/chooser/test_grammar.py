"""Only trusted, legal lists can be spelled, whatever the scores say."""

from __future__ import annotations

import random

from smartopt.chooser.grammar import MAX_ITEMS, Grammar
from smartopt.chooser.prompt import spelled, unspelled
from smartopt.chooser.vocabulary import Words
from smartopt.passes.passlist import PassList
from smartopt.passes.trusted import Trusted

TRUSTED = Trusted.load(22)
# Words that no list may have: a banned pass, a module pass, a name that LLVM does not know.
WORDS = Words(4, 8, (*TRUSTED.vocabulary(), *TRUSTED.metas, "newgvn", "globaldce", "no-such-pass"))
GRAMMAR = Grammar(WORDS, TRUSTED)


def test_random_scores_give_legal_lists() -> None:
    rng = random.Random(0)
    lengths = set()
    for _ in range(10):
        weights = [rng.random() for _ in WORDS.names]
        end = rng.randrange(1, MAX_ITEMS)
        said = GRAMMAR.decode(
            lambda said, w=weights, end=end: [
                2.0 if n == 2 and len(said) >= end else x * rng.random() for n, x in enumerate(w)
            ]
        )
        text = unspelled(said, WORDS)
        lengths.add(len(said))
        if text:
            PassList.parse(text).function_pipeline(TRUSTED)  # raises if it may not be used
    assert len(lengths) > 2
    assert max(lengths) <= MAX_ITEMS + 1


def test_what_a_hostile_model_wants_does_not_come_out() -> None:
    wanted = [WORDS.numbers[f"<pass {name}>"] for name in ("newgvn", "globaldce", "no-such-pass")]
    said = GRAMMAR.decode(lambda said: [10.0 if number in wanted else -float(number) for number in range(len(WORDS))])
    assert not set(wanted) & set(said)
    endless = GRAMMAR.decode(lambda said: [float(name == "<pass sroa>") for name in WORDS.names])
    assert endless == [WORDS.numbers["<pass sroa>"]] * MAX_ITEMS + [WORDS.eos]


def test_one_default_pipeline_at_most() -> None:
    meta = WORDS.numbers["<pass default<Oz>>"]
    assert meta in GRAMMAR.allowed([])
    assert not {WORDS.numbers[f"<pass {name}>"] for name in TRUSTED.metas} & set(GRAMMAR.allowed([meta]))


def test_good_answers_are_admitted_word_by_word() -> None:
    for text in ("", "sroa", "sroa,gvn,dse", "sroa | default<O1> | adce"):
        numbers = spelled(text, WORDS)
        for at, number in enumerate(numbers):
            assert number in GRAMMAR.allowed(numbers[:at]), (text, at)
        assert GRAMMAR.allowed(numbers) == []
