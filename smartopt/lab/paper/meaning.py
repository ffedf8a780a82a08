"""Whether generated code means what its input means (section IV-D: "the second challenge ... semantic equivalency").

The paper could not tell for the 21.9% of answers that compile without being the compiler's. Ours are run beside the
input by the lab's interpreter (``smartopt.lab.equivalence``) on random inputs, and proved by Z3 where that is possible:
``different`` is a fact, with an input that shows it; ``validated`` is a sample, or a proof; ``undecided`` is what the
interpreter cannot run, or what has undefined behaviour on all inputs that were tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..equivalence.check import Settings, Subject, Verdict
from ..equivalence.reader import read_module
from ..equivalence.types import Unsupported
from .compiler import Compiler

__all__ = ["compared", "counted"]

FUNCTION = "f1"
_INPUTS = Settings(inputs=20, steps=3000)


def compared(compiler: Compiler, inputs: Sequence[str], made: Sequence[str]) -> list[Verdict]:
    """A verdict on each generated text, all of which compile, against the module that it is an answer to."""
    before = compiler.run([(text, "") for text in inputs], give=True)
    after = compiler.run([(text, "") for text in made], give=True)
    return [
        _one(one.text, two.text) if one.ok and two.ok else Verdict("undecided", "cannot be read again")
        for one, two in zip(before, after, strict=True)
    ]


def _one(before: str, after: str) -> Verdict:
    try:
        module, other = read_module(before), read_module(after)
        if FUNCTION not in module.functions or FUNCTION not in other.functions:
            return Verdict("different", "the function is not defined")
        function, answer = module.functions[FUNCTION], other.functions[FUNCTION]
        kinds = [[of for of, _, _ in one.parameters] for one in (function, answer)]
        if kinds[0] != kinds[1] or function.returns != answer.returns:
            return Verdict("different", "the function has another type")
        return Subject(module, function, _INPUTS).compare(other)
    except (Unsupported, KeyError, IndexError, ValueError) as error:  # text of a form that LLVM itself never prints
        return Verdict("undecided", f"{type(error).__name__}: {error}")


def counted(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """How many of each outcome, and how many proofs."""
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    return {
        "functions": len(verdicts),
        **{name: outcomes[name] for name in ("validated", "different", "undecided")},
        "proved": sum(verdict.proved for verdict in verdicts),
    }
