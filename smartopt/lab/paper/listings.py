"""Examples after the paper's Listings 1 to 5, found in the test results, each with the reason for its choice."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..equivalence.check import Verdict
from .arms import PassNames
from .functions import Sample
from .generated_code import Judged, error_class
from .prompts import Answer

__all__ = ["Case", "find_listings"]

_NUMBER = re.compile(r"(?<![%@\w.])-?\d[\w.+-]*")
_MOST = 4000
"""Characters of a text that is shown."""


@dataclass(frozen=True)
class Case:
    """One test function.

    Attributes:
        sample: the function.
        passes: the list that was run for the model; ``answer`` is all that the model said.
        instructions: what the list came to.
        tuned, tuned_instructions, tuned_code: the autotuner's list and what it came to.
        code: the model's code; ``wanted`` the compiler's with the same list; ``judged`` the comparison.
        meaning: whether the model's code means what the function means; only known where it compiles and is not exact.
    """

    sample: Sample
    passes: PassNames
    answer: Answer
    instructions: int
    tuned: PassNames
    tuned_instructions: int
    tuned_code: str
    code: str
    wanted: str
    judged: Judged
    meaning: Verdict | None = None


def find_listings(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """One example of each kind that there is, the shortest one; kinds without any are named too."""
    made: list[dict[str, Any]] = []
    for listing, about, fits, reason in _KINDS:
        found = [case for case in cases if fits(case)]
        row: dict[str, Any] = {"listing": listing, "about": about, "found": len(found)}
        if found:
            case = min(found, key=lambda one: (not one.code, len(one.sample.prompt), one.sample.hash))
            row |= {"reason": reason(case), "package": case.sample.package, **_texts(case)}
        made.append(row)
    return made


def _texts(case: Case) -> dict[str, Any]:
    return {
        "passes": list(case.passes),
        "tuned": list(case.tuned),
        "input": case.sample.prompt[:_MOST],
        "compiler": case.wanted[:_MOST],
        "model": case.code[:_MOST],
        "autotuner": case.tuned_code[:_MOST],
        "message": case.judged.message,
    }


def _only_numbers_differ(case: Case) -> bool:
    if case.judged.exact or not case.judged.compiles:
        return False
    return _NUMBER.sub("0", case.code.strip()) == _NUMBER.sub("0", case.wanted.strip())


def _right_code_wrong_list(case: Case) -> bool:
    return case.code.strip() == case.tuned_code.strip() and case.instructions > case.tuned_instructions


def _unsafe(case: Case) -> bool:
    return case.meaning is not None and case.meaning.outcome == "different"


_KINDS: tuple[tuple[str, str, Callable[[Case], bool], Callable[[Case], str]], ...] = (
    (
        "1",
        "the model's list is better than the autotuner's",
        lambda case: case.instructions < case.tuned_instructions,
        lambda case: (
            f"{case.instructions} instructions with the model's list, {case.tuned_instructions} with the autotuner's"
        ),
    ),
    (
        "2",
        "the model's code does not compile",
        lambda case: not case.judged.compiles,
        lambda case: f"LLVM says: {case.judged.message} ({error_class(case.judged.message)})",
    ),
    (
        "3",
        "the model's code compiles, but a number in it is wrong",
        _only_numbers_differ,
        lambda case: "the model's and the compiler's code differ in numbers only",
    ),
    (
        "4",
        "the model's code is the autotuner's, but its list does not lead there",
        _right_code_wrong_list,
        lambda case: f"its list gives {case.instructions} instructions, its code has {case.judged.instructions}",
    ),
    (
        "5",
        "the model's code compiles and is wrong: an input shows it",
        _unsafe,
        lambda case: f"the interpreter says: {case.meaning.detail if case.meaning else ''}",
    ),
    (
        "7",
        "the model's code is exactly the compiler's",
        lambda case: case.judged.exact and case.wanted.strip() != case.sample.prompt.strip(),
        lambda case: (
            f"from {case.sample.instructions} to {case.judged.instructions} instructions, character by character"
        ),
    ),
)
"""Listing, what it shows, whether a case is one, and why this case was chosen."""
