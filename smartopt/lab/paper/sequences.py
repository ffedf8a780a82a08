"""Sub-sequences of passes as single tokens (section VI-C): byte pair encoding over pass lists.

"We can reduce entire subsequences of passes to single vocabulary elements using Byte Pair Encoding so that at inference
time fewer tokens need to be generated." Merges are learned on the best lists of train functions; what they spare is
counted on those of test functions, beside the tokens that the main model's tokenizer needs.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from .arms import ARMS, OZ, PassNames
from .autotuner import best_lists
from .language import Language
from .main_model import model_folder
from .study import Study

__all__ = ["learn_merges", "measure_sequences", "merged"]

MERGES: Final = (0, 8, 32, 128)

Token = tuple[str, ...]


def learn_merges(lists: Sequence[PassNames], count: int) -> list[tuple[Token, Token]]:
    """Up to ``count`` merges of neighbouring tokens, the most frequent pair first; pairs that occur once are none."""
    current: list[list[Token]] = [[(name,) for name in passes] for passes in lists]
    merges: list[tuple[Token, Token]] = []
    while len(merges) < count:
        pairs = Counter(pair for tokens in current for pair in itertools.pairwise(tokens))
        if not pairs:
            break
        pair = min(pairs, key=lambda one: (-pairs[one], one))
        if pairs[pair] < 2:
            break
        merges.append(pair)
        current = [_apply(tokens, pair) for tokens in current]
    return merges


def merged(passes: PassNames, merges: Sequence[tuple[Token, Token]]) -> list[Token]:
    """A list as tokens, merges taken in the order in which they were learned."""
    tokens: list[Token] = [(name,) for name in passes]
    for pair in merges:
        tokens = _apply(tokens, pair)
    return tokens


def _apply(tokens: list[Token], pair: tuple[Token, Token]) -> list[Token]:
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        if at + 1 < len(tokens) and (tokens[at], tokens[at + 1]) == pair:
            made.append(tokens[at] + tokens[at + 1])
            at += 2
        else:
            made.append(tokens[at])
            at += 1
    return made


def measure_sequences(study: Study) -> dict[str, Any]:
    """Tokens a list (lists that are -Oz alone left out) by number of merges, in both arms."""
    words = Language.load(model_folder(study, "main"))
    answer: dict[str, Any] = {}
    for arm in ARMS:
        train = [passes for passes in best_lists(study, arm, "train").values() if passes != (OZ,)]
        test = [passes for passes in best_lists(study, arm, "test").values() if passes != (OZ,)]
        text = [len(words.encode("".join(f" -{name}" for name in passes))) for passes in test]
        merges = learn_merges(train, max(MERGES))
        answer[arm] = {
            "train_lists": len(train),
            "test_lists": len(test),
            "tokens_as_text": round(sum(text) / max(1, len(text)), 3),
            "merges_found": len(merges),
            "rows": [
                {
                    "merges": count,
                    "tokens": round(sum(len(merged(passes, merges[:count])) for passes in test) / max(1, len(test)), 3),
                }
                for count in MERGES
            ],
            "first_merges": [" ".join(one + two) for one, two in merges[:10]],
        }
    return answer
