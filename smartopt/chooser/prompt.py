"""Makes prompts and reads answers, in training and serving alike.

    <bos> <target x86_64> FUNCTION <lines 17> <answer> <objective size> <next 2> ... <next 8>

FUNCTION is the normalised text; for a model that reads machine code, ``<code>`` and what -Oz makes of the function
follow. The words after ``<answer>`` are *places*: at each, the model's next-word distribution over the list words is
read, all in one forward pass. The first place is for the best single list, each further place for the list that adds
most to those before it. The objective's word says whether bytes or instructions count. The logit of ``<oz>`` at
``<answer>`` says how sure the model is that no list beats -Oz, and the logit of ``<saves>`` at a place is the logarithm
of what its list should add, in bytes or instructions.

A spelled answer follows the first place instead: pass words up to ``<eos>``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..errors import ModelError
from ..ir.machine_code import apart
from ..options import Objective
from ..passes.passlist import PassList
from ..records import dataclass
from .tokenizer import TextTokenizer
from .vocabulary import Words, items_of

__all__ = ["PROMPT_VERSION", "Prompter", "spelled", "unspelled"]

PROMPT_VERSION: Final = 1
"""Raised whenever a function may give another prompt; part of manifests."""


@dataclass(frozen=True)
class Prompter:
    """Makes prompts of at most ``context`` tokens.

    A function that does not fit is shown by its beginning and end, with ``<bar>`` between them, if it is at most
    ``cut`` times too long; a longer one has no prompt. A function and its machine code have half of the room each, and
    what the other leaves of its half.
    """

    tokenizer: TextTokenizer
    context: int
    cut: int = 1
    reads_code: bool = False
    """Whether functions are shown with their machine code."""
    target: str = "x86_64"

    @property
    def words(self) -> Words:
        return self.tokenizer.words

    @property
    def overhead(self) -> int:
        """Tokens of a prompt that are not the function's."""
        return 4 + self.words.slots

    @property
    def room(self) -> int:
        """Tokens that a prompt has for the function."""
        return self.context - self.overhead

    def stems(self, texts: Sequence[str]) -> list[list[int] | None]:
        """Prompts without places (up to ``<answer>``); None for a text that is too long.

        A text is a normalised function, with its machine code behind it or without (``ir.machine_code.beside``).
        """
        pairs = [apart(text) for text in texts]
        functions = self.tokenizer.encode([function for function, _ in pairs])
        codes = iter(self.tokenizer.encode([code for _, code in pairs if code is not None]))
        return [
            self.stem(numbers, function.count("\n") + 1, None if code is None else next(codes))
            for numbers, (function, code) in zip(functions, pairs, strict=True)
        ]

    def stem(self, function: Sequence[int], lines: int, code: Sequence[int] | None = None) -> list[int] | None:
        """One prompt without places, from a function's tokens and number of lines, and its machine code's tokens."""
        words, room = self.words, self.room
        if len(function) > max(room * self.cut, room):
            return None
        shown = self._shown(function, room if code is None else max((room - 1) // 2, room - 1 - len(code)))
        if code is not None:
            shown += [words.numbers["<code>"], *self._shown(code, room - 1 - len(shown))]
        return [words.bos, words.target(self.target), *shown, words.lines(lines), words.numbers["<answer>"]]

    def _shown(self, numbers: Sequence[int], room: int) -> list[int]:
        """The tokens that fit: all, or the beginning and the end."""
        if len(numbers) <= room:
            return list(numbers)
        end = (room - 1) // 2
        return [*numbers[: room - 1 - end], self.words.numbers["<bar>"], *numbers[len(numbers) - end :]]

    def ask(self, stem: Sequence[int], objective: Objective) -> list[int]:
        """A prompt with all its places."""
        return [*stem, *self.words.places(objective)]

    def ask_spelled(self, stem: Sequence[int], objective: Objective) -> list[int]:
        """A prompt for a spelled answer."""
        return [*stem, self.words.places(objective)[0]]


def spelled(passes: str, words: Words) -> list[int]:
    """A pass list's words with ``<eos>``; ``""`` is -Oz itself. Raises ModelError for a pass without a word."""
    if not passes:
        return [words.numbers["<oz>"], words.eos]
    try:
        return [*(words.numbers[f"<pass {item}>"] for item in items_of(passes)), words.eos]
    except KeyError as error:
        raise ModelError(f"the vocabulary has no word {error.args[0]}; the list cannot be spelled") from error


def unspelled(answer: Sequence[int], words: Words) -> str:
    """The text of a spelled answer up to ``<eos>``: a pass list, or ``""`` for -Oz itself. Raises ModelError."""
    numbers = list(answer[: list(answer).index(words.eos)] if words.eos in answer else answer)
    if numbers == [words.numbers["<oz>"]]:
        return ""
    names = [words.names[number] for number in numbers if 0 <= number < len(words)]
    if not names or len(names) != len(numbers) or not all(name.startswith("<pass ") for name in names):
        raise ModelError("the answer is not a pass list")
    return str(PassList.parse(",".join(name[len("<pass ") : -1] for name in names)))
