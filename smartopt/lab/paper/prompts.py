"""The paper's prompts and answers (Figure 1, Listing 4), and what is read from an answer.

A prompt is the unoptimised function. An answer is a line and, where the model is trained for it, the optimised code::

    Run passes -instcombine -simplifycfg to reduce instruction count from 14 to 7:
    define i32 @f1(i32 %0) {
    ...
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .arms import METAS, Arm, PassNames

__all__ = ["Answer", "answer_text", "read_answer"]

_LINE = re.compile(r"^Run passes(?P<passes>(?: -\S+)*) to reduce instruction count from (?P<a>\d+) to (?P<b>\d+):")
_LIST = re.compile(r"^Run passes(?P<passes>(?: -\S+)+) to ")


@dataclass(frozen=True)
class Answer:
    """What a model said.

    Attributes:
        passes: its pass list; empty where it is none of this arm.
        before, after: its instruction counts; -1 where it gave none.
        code: its optimised code; "" without.
    """

    passes: PassNames = ()
    before: int = -1
    after: int = -1
    code: str = ""


def answer_text(passes: PassNames, before: int, after: int, code: str | None) -> str:
    """The answer that is trained for; without code where ``code`` is None."""
    line = f"Run passes {' '.join('-' + name for name in passes)} to reduce instruction count from {before} to {after}:"
    return line if code is None else f"{line}\n{code}"


def read_answer(text: str, arm: Arm) -> Answer:
    """Read an answer; a list with an unknown pass, or with a meta-flag twice, is none."""
    first, _, code = text.partition("\n")
    whole = _LINE.match(first)
    found = whole or _LIST.match(first)
    if found is None:
        return Answer(code=code)
    passes = tuple(word[1:] for word in found["passes"].split())
    metas = [name for name in passes if name in METAS]
    known = all(name in arm.passes or name in arm.metas for name in passes)
    if not known or len(set(metas)) != len(metas) or not passes:
        passes = ()
    before, after = (int(whole["a"]), int(whole["b"])) if whole else (-1, -1)
    return Answer(passes, before, after, code)
