"""Training of the tokenizer: byte-level BPE over the compact form of normalised train functions.

Pre-tokenisation is by line: merges may cross spaces and punctuation, up to whole lines. On C++ and C functions of other
packages than it was trained on that gives several times the characters a token of word-wise pre-tokenisation (figures:
``models/LOG.md``).
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

from ...chooser.compact import compact
from ...chooser.tokenizer import LINE
from ...chooser.vocabulary import Words
from ...errors import UsageError

__all__ = ["byte_level_bpe", "characters_a_token", "sample", "train_tokenizer"]

LONGEST = 20_000
"""Characters of a text that are used: a few giant functions must not decide the merges."""


def sample(texts: Sequence[str], characters: int, seed: int) -> list[str]:
    """Whole texts in random order, cut to ``LONGEST``, until there are so many characters."""
    order = list(range(len(texts)))
    random.Random(seed).shuffle(order)
    chosen, total = [], 0
    for number in order:
        if total >= characters:
            break
        chosen.append(compact(texts[number])[:LONGEST])
        total += len(chosen[-1])
    return chosen


def byte_level_bpe(pattern: str, size: int, special: Sequence[str]) -> tuple[Any, Any]:
    """A byte-level BPE tokenizer without merges, which never merges across the pieces of a pattern, and the trainer
    that gives it at most ``size`` tokens with the special ones first.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer: Any = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    return tokenizer, trainer


def train_tokenizer(texts: Sequence[str], words: Words, size: int) -> bytes:
    """The content of a ``tokenizer.json`` of at most ``size`` tokens, from texts in compact form."""
    if size < len(words) + 256:
        raise UsageError(f"a vocabulary of {size} has no room for {len(words)} answer words and 256 bytes")
    tokenizer, trainer = byte_level_bpe(LINE, size, words.names)
    tokenizer.train_from_iterator(texts, trainer)
    made = json.loads(tokenizer.to_str())
    made["added_tokens"] = []  # as such, the library would find them in text too
    merged = {"".join(pair) for pair in made["model"]["merges"]}
    if merged & set(words.names):
        raise UsageError(f"the train texts spell answer words: {', '.join(sorted(merged & set(words.names)))}")
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def characters_a_token(texts: Sequence[str], lengths: Sequence[int]) -> float:
    """Characters of normalised text a token."""
    return sum(map(len, texts)) / max(sum(lengths), 1)
