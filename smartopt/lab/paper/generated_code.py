"""The quality of generated code: BLEU, exact matches, whether LLVM accepts it, and why not (section IV-D, Table V).

BLEU ([41]) is sacrebleu's, over tokens of IR (names, numbers and signs apart), so that white space does not count.
"Code compiles" is: LLVM's parser and verifier accept the text. Errors are classed by LLVM's own first message; the
classes are the paper's, and the patterns those of LLVM's IR parser (llvm/lib/AsmParser/LLParser.cpp) and verifier.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from .compiler import Compiler, Parsed

__all__ = ["CLASSES", "Judged", "bleu", "corpus_bleu", "error_class", "judge", "quality"]

_TOKEN = re.compile(r"[%@!#]?[\w.$]+|[^\w\s]")

CLASSES: Final = (
    ("instruction forward referenced", r"forward referenced|does not dominate|expected to be numbered"),
    ("undefined function", r"use of undefined (?:value|global) '@"),
    ("undefined value", r"use of undefined (?:value|type|metadata|comdat)"),
    ("invalid redefinition", r"redefinition|multiple definition|defined more than once|already defined|redefined"),
    (
        "invalid value for constant",
        r"constant invalid for type|invalid for type|integer constant must have|floating point",
    ),
    ("index error", r"index|indices|getelementptr|out of range|extractvalue|insertvalue"),
    (
        "type error",
        r"type|defined with|but expected|operands? must|Both operands|Call parameter|not agree|mismatch|signature|"
        r"must be (?:an? )?(?:i1|integer|pointer|first class)|PHI node|invalid cast|cannot|must be",
    ),
    ("syntax error", r"expected|unexpected|unterminated|instruction opcode|end of (?:file|line|string)|invalid"),
)
"""Classes in the order in which they are tried, with patterns of LLVM's messages."""


@dataclass(frozen=True)
class Judged:
    """One generated text.

    Attributes:
        bleu: against the compiler's own result, 0 to 1.
        exact: character by character the same.
        message: LLVM's message; "" if the text compiles.
        instructions: of the generated code; 0 if it does not compile.
    """

    bleu: float
    exact: bool
    message: str
    instructions: int

    @property
    def compiles(self) -> bool:
        return not self.message


def tokens(text: str) -> str:
    """The text as sacrebleu takes it: tokens of IR between spaces."""
    return " ".join(_TOKEN.findall(text))


def bleu(made: str, wanted: str) -> float:
    """BLEU of one text, 0 to 1."""
    from sacrebleu.metrics.bleu import BLEU

    metric = BLEU(tokenize="none", force=True, effective_order=True)
    return float(metric.sentence_score(tokens(made), [tokens(wanted)]).score) / 100


def corpus_bleu(made: Sequence[str], wanted: Sequence[str]) -> float:
    """BLEU of many texts together, 0 to 1; 0 for none."""
    if not made:
        return 0.0
    from sacrebleu.metrics.bleu import BLEU

    metric = BLEU(tokenize="none", force=True)
    return float(metric.corpus_score([tokens(one) for one in made], [[tokens(one) for one in wanted]]).score) / 100


def error_class(message: str) -> str:
    """The class of one of LLVM's messages; ``other`` for one that fits none."""
    plain = re.sub(r"^[^:]*:\d+:\d+: error: ", "", message)
    return next((name for name, pattern in CLASSES if re.search(pattern, plain)), "other")


def judge(compiler: Compiler, made: Sequence[str], wanted: Sequence[str]) -> list[Judged]:
    """Each generated text against what the compiler makes."""
    parsed = compiler.parse(list(made))
    return [
        Judged(bleu(one, two), one.strip() == two.strip(), _message(found), found.instructions)
        for one, two, found in zip(made, wanted, parsed, strict=True)
    ]


def _message(found: Parsed) -> str:
    """LLVM's message; a module without a function is valid, but no answer."""
    return found.message or ("" if found.instructions else "expected a function")


def quality(
    judged: Sequence[Judged], made: Sequence[str], wanted: Sequence[str], given: Sequence[str]
) -> dict[str, Any]:
    """The paper's three metrics, against copying the input (``given``), and the classes of errors."""
    count = max(1, len(judged))
    errors = Counter(error_class(one.message) for one in judged if not one.compiles)
    copied = [one.strip() == two.strip() for one, two in zip(given, wanted, strict=True)]
    return {
        "functions": len(judged),
        "bleu": round(corpus_bleu(made, wanted), 4),
        "bleu_of_copying": round(corpus_bleu(given, wanted), 4),
        "compiles": round(100 * sum(one.compiles for one in judged) / count, 2),
        "exact": round(100 * sum(one.exact for one in judged) / count, 2),
        "exact_of_copying": round(100 * sum(copied) / count, 2),
        "errors": dict(errors.most_common()),
    }
