"""The grammar of spelled answers: trusted passes in a legal order, with at most one default pipeline.

Decoding takes the likeliest of the words that the grammar allows next, so that whatever a model has learned, only lists
come out that ``Trusted.check`` accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ..passes.passlist import PassList
from ..passes.trusted import Trusted
from .vocabulary import Words

__all__ = ["MAX_ITEMS", "Grammar"]

MAX_ITEMS: Final = 10
"""The most passes in a list."""


class Grammar:
    """The spelled answers made of an LLVM version's trusted passes."""

    def __init__(self, words: Words, trusted: Trusted) -> None:
        self.words = words
        self._trusted = trusted
        self._passes = [number for number, name in enumerate(words.names) if name.startswith("<pass ")]
        self._oz = words.numbers["<oz>"]

    def allowed(self, answer: Sequence[int]) -> list[int]:
        """The words that may follow an answer's beginning; none after its end."""
        if answer and (answer[-1] == self.words.eos or answer[0] == self._oz):
            return [] if answer[-1] == self.words.eos else [self.words.eos]
        items = [self._item(number) for number in answer]
        ends = [self.words.eos] if items else [self._oz]
        if len(items) >= MAX_ITEMS:
            return ends
        return ends + [number for number in self._passes if self._legal([*items, self._item(number)])]

    def decode(self, score: Callable[[list[int]], Sequence[float]]) -> list[int]:
        """The likeliest answer word by word, with ``<eos>``; ``score`` gives every word's logit after a beginning."""
        answer: list[int] = []
        while choices := self.allowed(answer):
            logits = score(answer)
            answer.append(max(choices, key=lambda number: (logits[number], -number)))
        return answer

    def _item(self, number: int) -> str:
        return self.words.names[number][len("<pass ") : -1]

    def _legal(self, items: list[str]) -> bool:
        return PassList.admitted(",".join(items), self._trusted)
