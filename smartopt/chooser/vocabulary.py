"""The answer words of a model: its special tokens by name, in the order of their numbers.

They come before the tokens of text, so that a model's output layer can be cut to its first ``len(words)`` rows: only
answers come out then, and the layer costs next to nothing. Text is never encoded as one of them: they are in the
tokenizer's vocabulary, but no merge makes them. ``<counts>`` and ``<digit N>`` are no longer used, but keep their
numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Final

from ..options import OBJECTIVES, Objective
from ..passes.passlist import PassList
from ..passes.trusted import Trusted
from ..records import dataclass

__all__ = ["TARGETS", "VOCABULARY_VERSION", "Words", "items_of"]

VOCABULARY_VERSION: Final = 1
"""Raised whenever a number may mean another word; part of manifests."""

TARGETS: Final = ("x86_64", "aarch64", "other")
"""Architectures with a word of their own; all others share the last."""

_LINE_BUCKETS: Final = 40


@dataclass(frozen=True)
class Words:
    """The answer words of a model that ranks ``lists`` pass lists at ``slots`` places and can spell ``passes``."""

    lists: int
    slots: int
    passes: tuple[str, ...]

    @classmethod
    def of(cls, lists: Iterable[str], slots: int, trusted: Trusted) -> Words:
        """The words for ranking some lists, and for spelling them and an LLVM version's trusted passes."""
        texts = tuple(lists)
        spellings = [*trusted.vocabulary(), *trusted.metas, *(item for text in texts for item in items_of(text))]
        return cls(len(texts), slots, tuple(dict.fromkeys(spellings)))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every word, in the order of their numbers."""
        return (
            *("<pad>", "<bos>", "<eos>", "<answer>", "<oz>", "<bar>", "<counts>", "<code>", "<saves>"),
            *(f"<target {name}>" for name in TARGETS),
            *(f"<objective {name}>" for name in OBJECTIVES),
            *(f"<next {slot}>" for slot in range(2, self.slots + 1)),
            *(f"<lines {bucket}>" for bucket in range(_LINE_BUCKETS)),
            *(f"<digit {digit}>" for digit in range(10)),
            *(f"<list {number}>" for number in range(self.lists)),
            *(f"<pass {text}>" for text in self.passes),
        )

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    @property
    def pad(self) -> int:
        return 0

    @property
    def bos(self) -> int:
        return 1

    @property
    def eos(self) -> int:
        return 2

    @cached_property
    def first_list(self) -> int:
        """The number of ``<list 0>``; the other lists follow."""
        return self.numbers["<list 0>"]

    def target(self, architecture: str) -> int:
        return self.numbers[f"<target {architecture if architecture in TARGETS else TARGETS[-1]}>"]

    def lines(self, count: int) -> int:
        """The word for a function's number of lines, rounded to a power of the third root of two."""
        bucket = max(0, min(_LINE_BUCKETS - 1, round(3 * _log2(max(count, 1))) - 3))
        return self.numbers[f"<lines {bucket}>"]

    def places(self, objective: Objective) -> tuple[int, ...]:
        """The words that ask for the first list of an answer, the second, and so on."""
        first = self.numbers[f"<objective {objective}>"]
        return (first, *(self.numbers[f"<next {slot}>"] for slot in range(2, self.slots + 1)))


def items_of(passes: str) -> list[str]:
    """The items that spell a pass list, in order: its passes in canonical form, and its meta.

    Passes under one adaptor are one item, since separate ones might be nested with their neighbours. Raises
    PipelineError.
    """
    if not passes:
        return []
    parsed = PassList.parse(passes).canonical()
    meta = [parsed.meta] if parsed.meta else []
    return [*map(str, parsed.prefix), *meta, *map(str, parsed.suffix)]


def _log2(count: int) -> float:
    """The binary logarithm, linear between powers of two: close enough, and the same on every machine."""
    whole = count.bit_length() - 1
    return whole + (count / (1 << whole) - 1)
