"""opt's command line, sorted: what smartopt does itself, and what the real ``opt`` must do.

LLVM's options are not POSIX ones: ``-passes=x``, ``--passes=x`` and ``-passes x`` are all the same to it, and
so are ``-S`` and ``--S``. One table says what each option is to us; :func:`classify` turns a command line
into the plain ``--name=value`` form that the typer door declares, or says why it is the real opt's. Nothing
is read but the command line.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Literal

from ..errors import UsageError
from ..records import dataclass

__all__ = ["OPTIONS", "HandOver", "Ours", "Row", "classify", "without_ours"]

Policy = Literal["ours", "shared", "size", "ignored", "other-level"]
"""``ours``: smartopt's own; ``shared``: opt's, and it means the same here; ``size``: opt's way to ask for
-Oz; ``ignored``: opt's, and changes nothing that we write; ``other-level``: opt's way to ask for another
level. An option in no row is the real opt's, and so is the command line then."""


@dataclass(frozen=True)
class Row:
    """One option: its name without dashes, its policy, whether it has a value, and its name at the door."""

    name: str
    policy: Policy
    value: bool = False
    canonical: str = ""

    @property
    def door(self) -> str:
        return self.canonical or f"--{self.name}"


OPTIONS: tuple[Row, ...] = (
    Row("o", "shared", value=True, canonical="--output"),
    Row("S", "shared", canonical="-S"),
    Row("f", "shared", canonical="-f"),
    Row("Oz", "size"),
    Row("passes", "size", value=True),
    Row("p", "size", value=True),
    Row("O0", "other-level"),
    Row("O1", "other-level"),
    Row("O2", "other-level"),
    Row("O3", "other-level"),
    Row("Os", "other-level"),
    Row("disable-verify", "ignored"),  # what we hand out has been verified in any case
    Row("verify-each", "ignored"),
    Row("objective", "ours", value=True),
    Row("effort", "ours", value=True),
    Row("search", "ours", value=True),
    Row("engine", "ours", value=True),
    Row("llvm", "ours", value=True),
    Row("model", "ours", value=True),
    Row("jobs", "ours", value=True),
    Row("j", "ours", value=True, canonical="--jobs"),
    Row("report", "ours", value=True),
    Row("table", "ours"),
    Row("no-table", "ours"),
    Row("v", "ours", canonical="--table"),
    Row("show-stats", "ours"),
    Row("json", "ours"),
    Row("zero-stats", "ours"),
    Row("clear-cache", "ours"),
    Row("fingerprint", "ours"),
    Row("help", "ours"),
    Row("h", "ours", canonical="--help"),
    Row("version", "ours"),
)

_ROWS = {row.name: row for row in OPTIONS}
_SIZE_PIPELINE = "default<Oz>"
_TRUE = ("true", "TRUE", "True", "1")
_FALSE = ("false", "FALSE", "False", "0")


@dataclass(frozen=True)
class Ours:
    """smartopt does it: ``argv`` is the command line in the door's own form."""

    argv: tuple[str, ...]


@dataclass(frozen=True)
class HandOver:
    """The real opt does it: ``reason`` is an id of ``smartopt.reasons``, ``word`` what decided."""

    reason: str
    word: str


@dataclass(frozen=True)
class _Word:
    """One argument, or an option with the value that followed; ``row`` is None for what is in no row."""

    text: tuple[str, ...]
    row: Row | None
    value: str | None = None
    positional: bool = False


def classify(argv: Sequence[str]) -> Ours | HandOver:
    """Sort a command line (without the program's name).

    Raises UsageError where neither smartopt nor opt could make sense of it: a value is missing, there are two
    inputs, or options of smartopt stand beside work that only the real opt can do.
    """
    words = list(_words(argv))
    other = _others_work(words)
    if other is not None:
        mine = next((w for w in words if w.row is not None and w.row.policy == "ours"), None)
        if mine is None:
            return other
        raise UsageError(
            f"{mine.text[0]} is smartopt's, but {other.word} is work for the real opt; leave out one of them"
        )
    inputs = [w.text[0] for w in words if w.positional]
    if len(inputs) > 1:
        raise UsageError(f"one input at a time, as with opt; got {' and '.join(inputs[:3])}")
    return Ours(tuple(_door_words(words)) + (("--", inputs[0]) if inputs else ()))


def without_ours(argv: Sequence[str]) -> list[str]:
    """The command line for the real opt when we are switched off: our options dropped, -Oz explicit."""
    words = list(_words(argv))
    rest = [part for w in words if w.row is None or w.row.policy != "ours" for part in w.text]
    asked = any(w.row is not None and w.row.policy in ("size", "other-level") for w in words)
    if asked or _others_work(words) is not None:
        return rest
    return ["-Oz", *rest]


def _words(argv: Sequence[str]) -> Iterator[_Word]:
    """Split the arguments as LLVM's command-line library does."""
    rest = iter(argv)
    for text in rest:
        if text == "--":
            yield from (_Word((text,), None, positional=True) for text in rest)
            return
        if not text.startswith("-") or text == "-":
            # A response file holds more options; only opt knows how to read it.
            is_response_file = text.startswith("@") and os.path.isfile(text[1:])
            yield _Word((text,), None, positional=not is_response_file)
            continue
        name, equals, value = text.lstrip("-").partition("=")
        row = _ROWS.get(name)
        if row is None or (not row.value and equals and value not in _TRUE + _FALSE):
            yield _Word((text,), None)
        elif equals:
            yield _Word((text,), row, value)
        elif row.value:
            following = next(rest, None)
            if following is None:
                raise UsageError(f"{text} needs a value; see smartopt --help")
            yield _Word((text, following), row, following)
        else:
            yield _Word((text,), row)


def _others_work(words: Sequence[_Word]) -> HandOver | None:
    """The first thing that makes this command line the real opt's, if any."""
    for word in words:
        row, said = word.row, word.text[0]
        if row is None:
            if not word.positional:
                _refuse_typo(said)
                return HandOver("opt-unknown-option", said)
        elif row.policy == "other-level" and word.value not in _FALSE:
            return HandOver("opt-not-size", said)
        elif row.policy == "size" and row.value and "".join((word.value or "").split()) != _SIZE_PIPELINE:
            return HandOver("opt-not-size", " ".join(word.text))
    return None


def _refuse_typo(said: str) -> None:
    """Raise UsageError for a near miss of one of our long options: opt's own message would only puzzle."""
    name = said.lstrip("-").partition("=")[0]
    if not said.startswith("--") or len(name) < 4:
        return
    from difflib import get_close_matches

    own = [row.name for row in OPTIONS if row.policy == "ours" and len(row.name) > 3]
    close = get_close_matches(name, own, n=1, cutoff=0.85)
    if close:
        raise UsageError(f"there is no option --{name}; did you mean --{close[0]}?")


def _door_words(words: Sequence[_Word]) -> Iterator[str]:
    for word in words:
        row = word.row
        if row is None or row.policy in ("size", "ignored"):
            continue
        if row.value:
            yield f"{row.door}={word.value}"
        elif word.value not in _FALSE:
            yield row.door
