"""The sampler is deterministic, trusted and as varied as it says."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from smartopt.passes.random_lists import random_list
from smartopt.passes.trusted import Trusted

TRUSTED = Trusted.load(22)


def _many(seed: int, count: int) -> list[str]:
    rng = random.Random(seed)
    return [str(random_list(rng, TRUSTED)) for _ in range(count)]


def test_the_same_seed_gives_the_same_lists() -> None:
    assert _many(5, 100) == _many(5, 100)
    assert _many(5, 100) != _many(6, 100)


def test_every_list_is_trusted_and_of_the_length_asked_for() -> None:
    rng = random.Random(1)
    for _ in range(300):
        made = random_list(rng, TRUSTED, min_len=2, max_len=5)
        assert 2 <= len(made) <= 5
        made.module_pipeline(TRUSTED)
        made.function_pipeline(TRUSTED)
        assert made == made.canonical()


def test_short_lists_are_favoured_and_every_pass_comes_up() -> None:
    rng = random.Random(2)
    made = [random_list(rng, TRUSTED) for _ in range(10_000)]
    lengths = Counter(len(item) for item in made)
    assert lengths[1] > lengths[2] > lengths[4]
    assert set(lengths) == {1, 2, 3, 4, 5, 6}
    seen = {node.spelling for item in made for node in item.prefix}
    assert seen == set(TRUSTED.vocabulary())


def test_no_list_holds_a_default_pipeline() -> None:
    assert not any("|" in text for text in _many(3, 500))


def test_lengths_that_cannot_be_are_refused() -> None:
    for low, high in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="lengths"):
            random_list(random.Random(0), TRUSTED, min_len=low, max_len=high)
