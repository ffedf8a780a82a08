"""What a shape is, and the small template language that shapes are written in.

A shape is a function that draws random parameters and returns C (or C++) text which defines
``u64 NAME(u64 a, u64 b, u64 c)``: free of undefined behaviour for all arguments, and the same result each time it is
called with the same ones. It is registered by :func:`shape`.

Templates (:meth:`Draw.fill`) hold C with these marks:

- ``$name``: a value handed to ``fill``, or ``$name`` itself the shape's prefix, ``$head`` the head of its entry point;
- ``@u32[a i:i32 k:u8:0:9]`` (any integer type): a random expression of that type over the named variables; one is
  ``u64`` of its whole range unless a type, and the range that it is known to keep, are given;
- ``@cond[a i:i32]``: a random truth value; ``@n[1 15]``: a random number;
- ``@pick[+ | - | ^]``: one of these texts, which `` | `` separates; ``@maybe[text]``: the text or nothing. The texts may
  hold marks, and brackets in pairs.
"""

# ruff: noqa: E501 - templates of C are kept as they are
from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from string import Template
from typing import Literal

from .expressions import Value, condition, expression, variable
from .types import TYPES

__all__ = ["Draw", "Language", "Shape", "ShapeFunction", "shape"]

Language = Literal["c", "c++"]

_MARK = re.compile(r"@(\w+)\[")
_BRACKET = re.compile(r"[\[\]]")


@dataclass
class Draw:
    """The source of chance for one piece of a program, and what that piece needs of its file.

    Attributes:
        rng: the only source of chance.
        name: the prefix of every name at file scope.
        language: of the file.
        wide: whether the file is compiled for AVX2 (``-march=x86-64-v3``).
        includes: headers that the piece wants.
        depth: how deep expressions are.
    """

    rng: random.Random
    name: str
    language: Language
    wide: bool = False
    includes: set[str] = field(default_factory=set)
    depth: int = 3

    @property
    def cpp(self) -> bool:
        return self.language == "c++"

    def chance(self, likely: float) -> bool:
        return self.rng.random() < likely

    def number(self, lo: int, hi: int) -> int:
        return self.rng.randint(lo, hi)

    def pick(self, *choices: str) -> str:
        return self.rng.choice(choices)

    def maybe(self, text: str, likely: float = 0.5) -> str:
        return text if self.chance(likely) else ""

    def repeat(self, lo: int, hi: int, text: str) -> str:
        """The text a few times, ``#`` in it replaced by the number: each copy's marks are drawn anew."""
        return "".join(text.replace("#", str(number)) for number in range(self.number(lo, hi)))

    def some(self, lo: int, hi: int, choices: Sequence[str], between: str = "\n  ") -> str:
        """A few of these texts, in any order, some of them more than once."""
        return between.join(self.rng.choice(choices) for _ in range(self.number(lo, hi)))

    def head(self) -> str:
        """The head of the entry point: static or not, inlined or not."""
        linkage = self.pick("static NOINLINE", "static NOINLINE", "NOINLINE", "static", "")
        return f"{linkage} u64 {self.name}(u64 a, u64 b, u64 c)"

    def helper(self) -> str:
        """The attributes of a helper: seldom the same for all helpers of a piece."""
        return self.pick("static", "static", "static NOINLINE", "static NOINLINE", "static inline")

    def fill(self, text: str, **values: object) -> str:
        """Replace the marks of a template."""
        return self._expand(Template(text).substitute({"name": self.name, "head": self.head(), **values}))

    def _expand(self, text: str) -> str:
        """Replace marks from left to right, those inside others after them."""
        done = []
        while mark := _MARK.search(text):
            end, depth = mark.end(), 1
            while depth:
                bracket = _BRACKET.search(text, end)
                if bracket is None:
                    raise ValueError(f"a mark without its end: {text[mark.start() :][:60]}")
                depth += 1 if bracket[0] == "[" else -1
                end = bracket.end()
            done.append(text[: mark.start()])
            done.append(self._mark(mark[1], text[mark.end() : end - 1]))
            text = text[end:]
        return "".join((*done, text))

    def _mark(self, kind: str, inside: str) -> str:
        if kind == "n":
            lo, hi = map(int, inside.split())
            return str(self.number(lo, hi))
        if kind == "pick":
            return self._expand(self.rng.choice(_choices(inside)).strip())
        if kind == "maybe":
            return self._expand(self.maybe(inside))
        variables = [_variable(word) for word in inside.split()]
        depth = self.number(1, self.depth)
        if kind == "cond":
            return condition(self.rng, variables, depth)
        return expression(self.rng, variables, TYPES[kind], depth).text


def _choices(text: str) -> list[str]:
    """Split at `` | ``, not inside brackets."""
    parts, depth = [""], 0
    for piece in re.split(r"( \| |[\[\]])", text):
        depth += (piece == "[") - (piece == "]")
        if piece == " | " and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _variable(word: str) -> Value:
    """``name``, ``name:type`` or ``name:type:lo:hi``."""
    name, *rest = word.split(":")
    bounds = [int(number) for number in rest[1:]]
    return variable(name, rest[0] if rest else "u64", *bounds)


ShapeFunction = Callable[[Draw], str]


@dataclass(frozen=True)
class Shape:
    """One kind of code, and where it can be had.

    Attributes:
        name: for people and results.
        write: makes the text.
        languages: the languages that it is written in.
        x86: only for x86-64.
        integer_bits: the width of the widest integers that it uses.
        weight: how often it is chosen, beside 1.0 for most.
    """

    name: str
    write: ShapeFunction
    languages: tuple[Language, ...] = ("c", "c++")
    x86: bool = False
    weight: float = 1.0
    integer_bits: int = 64


def shape(
    name: str,
    *,
    languages: tuple[Language, ...] = ("c", "c++"),
    x86: bool = False,
    weight: float = 1.0,
    integer_bits: int = 64,
) -> Callable[[ShapeFunction], Shape]:
    """Make a :class:`Shape` of the function that writes it."""
    return lambda write: Shape(name, write, languages, x86, weight, integer_bits)
