"""The words of the line model: frequent lines of the train functions, and the first two words of all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Numbers", "Words"]

Numbers = npt.NDArray[np.int32]

_LEAST = 5
"""A line that occurs more seldom is no word."""
_LONGEST = 20_000
"""Lines of a function that are read in training: one giant function must not fill a step."""


@dataclass(frozen=True)
class Words:
    """Lines that are words of their own, and beginnings that stand for other lines; 0 is any other line."""

    lines: tuple[bytes, ...]
    starts: tuple[bytes, ...]

    @classmethod
    def learn(cls, texts: Iterable[bytes], lines: int, starts: int) -> Words:
        """The most frequent lines and beginnings of functions' lines (``ir.lines``)."""
        counts: Counter[bytes] = Counter()
        for text in texts:
            counts.update(text.split(b"\n"))
        begins: Counter[bytes] = Counter()
        for line, count in counts.items():
            begins[_start(line)] += count
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:lines]
        begun = sorted(begins.items(), key=lambda item: (-item[1], item[0]))[:starts]
        return cls(tuple(line for line, count in ranked if count >= _LEAST), tuple(start for start, _ in begun))

    def __len__(self) -> int:
        return 1 + len(self.lines) + len(self.starts)

    def encode(self, texts: Sequence[bytes]) -> list[Numbers]:
        """Each function's words by number."""
        known = {line: number for number, line in enumerate(self.lines, 1)}
        begun = {start: number for number, start in enumerate(self.starts, 1 + len(self.lines))}
        return [
            np.array(
                [known.get(line) or begun.get(_start(line), 0) for line in text.split(b"\n")[:_LONGEST]], dtype=np.int32
            )
            for text in texts
        ]


def _start(line: bytes) -> bytes:
    return b" ".join(line.split(b" ", 2)[:2])
