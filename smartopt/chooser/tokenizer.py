"""Turns the text of functions into token numbers and back: byte-level BPE (library ``tokenizers``) of the compact form.

A token is a line of compact IR (``smartopt.chooser.compact``) or a piece of one; common lines are one token. The first
numbers belong to the answer words (``vocabulary``), the others to text. Any text comes back exactly.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from ..errors import ModelError
from .compact import compact, expand
from .vocabulary import Words

__all__ = ["LINE", "TextTokenizer"]

LINE: Final = r"[^\n]*\n?"
"""The unit within which BPE merges: a line with its end."""


class TextTokenizer:
    """A trained tokenizer. ``raw`` is the content of its ``tokenizer.json``; raises ModelError if that does not fit."""

    def __init__(self, raw: bytes, words: Words) -> None:
        from tokenizers import Tokenizer

        self.words = words
        try:
            vocabulary = json.loads(raw)["model"]["vocab"]
            if any(vocabulary.get(name) != number for number, name in enumerate(words.names)):
                raise ValueError("its answer words are not the manifest's")
            self._tokenizer: Any = Tokenizer.from_str(raw.decode())
        except Exception as error:  # the library raises plain Exception
            raise ModelError(f"the model's tokenizer.json cannot be used ({error}); export the model again") from error
        self.size: int = len(vocabulary)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The token numbers of normalised texts."""
        shorter = [compact(text).encode("utf-8", "surrogatepass").decode("utf-8", "replace") for text in texts]
        return [found.ids for found in self._tokenizer.encode_batch(shorter, add_special_tokens=False)]

    def decode(self, numbers: Sequence[int]) -> str:
        """The normalised text, without answer words."""
        text: str = self._tokenizer.decode([n for n in numbers if n >= len(self.words)], skip_special_tokens=False)
        return expand(text)

    def names(self) -> list[str]:
        """Every token, as the library writes it, in the order of their numbers."""
        return [self._tokenizer.id_to_token(number) for number in range(self.size)]
