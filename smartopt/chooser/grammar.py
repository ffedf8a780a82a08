"""What a spelled-out answer may be: only trusted passes in an order that is legal, at most one default pipeline.

Decoding asks the grammar which words may come next and takes the likeliest of those; so whatever a model has learnt, or
unlearnt, only lists come out that ``Trusted.check`` accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ..passes.passlist import PassList
from ..passes.trusted import Trusted
from .vocabulary import Words

__all__ = ["MAX_ITEMS", "Grammar"]

MAX_ITEMS: Final = 10
"""Passes of a list, at most."""


class Grammar:
    """The spelled answers over an LLVM version's trusted passes."""

    def __init__(self, words: Words, trusted: Trusted) -> None:
        self.words = words
        self._trusted = trusted
        self._passes = [number for number, name in enumerate(words.names) if name.startswith("<pass ")]
        self._oz = words.numbers["<oz>"]

    def allowed(self, said: Sequence[int]) -> list[int]:
        """The words that may follow; none after the end."""
        if said and (said[-1] == self.words.eos or said[0] == self._oz):
            return [] if said[-1] == self.words.eos else [self.words.eos]
        items = [self._item(number) for number in said]
        ends = [self.words.eos] if items else [self._oz]
        if len(items) >= MAX_ITEMS:
            return ends
        return ends + [number for number in self._passes if self._legal([*items, self._item(number)])]

    def decode(self, score: Callable[[list[int]], Sequence[float]]) -> list[int]:
        """The likeliest answer word by word, with ``<eos>``; ``score`` gives every word's logit after what was said."""
        said: list[int] = []
        while choices := self.allowed(said):
            logits = score(said)
            said.append(max(choices, key=lambda number: (logits[number], -number)))
        return said

    def _item(self, number: int) -> str:
        return self.words.names[number][len("<pass ") : -1]

    def _legal(self, items: list[str]) -> bool:
        return PassList.admitted(",".join(items), self._trusted)
