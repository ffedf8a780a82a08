"""Decides from opt's command line whether smartopt or the real ``opt`` must run it.

LLVM's options are not POSIX options: ``-passes=x``, ``--passes=x`` and ``-passes x`` are the same, and so are ``-S``
and ``--S``. One table says what each option means here; :func:`classify` turns a command line into the plain
``--name=value`` form that ``entry`` declares, or gives the reason to run the real opt. Nothing but the command line is
read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Literal

from ..errors import UsageError
from ..records import dataclass

__all__ = ["OPTIONS", "HandOver", "Ours", "Row", "asks_smartopt", "classify", "without_ours"]

Policy = Literal["ours", "shared", "size", "ignored", "other-level"]
"""What an option means here.

``ours``: smartopt's own. ``shared``: opt's, with the same meaning here. ``size``: opt's way to ask for -Oz.
``ignored``: opt's, without effect on what we write. ``other-level``: opt's way to ask for another level. The real opt
runs a command line with an option that is in no row.
"""


@dataclass(frozen=True)
class Row:
    """One option: its name without dashes, its policy, whether it takes a value, and any other name in ``entry``."""

    name: str
    policy: Policy
    value: bool = False
    canonical: str = ""

    @property
    def declared(self) -> str:
        """The option as ``entry`` declares it."""
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
    Row("disable-verify", "ignored"),  # every output has been verified
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
    Row("build-plugin", "ours"),
    Row("doctor", "ours"),
    Row("stop-server", "ours"),
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
    """smartopt runs the command line; ``argv`` has it in the form that ``entry`` declares."""

    argv: tuple[str, ...]


@dataclass(frozen=True)
class HandOver:
    """The real opt runs the command line: ``reason`` is an id of ``smartopt.reasons``, ``argument`` what decided."""

    reason: str
    argument: str


@dataclass(frozen=True)
class _Argument:
    """One argument, or an option with the value that follows it; ``row`` is None if it is in no row."""

    text: tuple[str, ...]
    row: Row | None
    value: str | None = None
    positional: bool = False


def classify(argv: Sequence[str]) -> Ours | HandOver:
    """Decides who runs a command line (given without the program's name).

    Raises UsageError if nobody can: a value is missing, there are two inputs, or an option of smartopt stands beside
    one that needs the real opt.
    """
    arguments = list(_split(argv))
    other = _needs_real_opt(arguments)
    if other is not None:
        own = next((one for one in arguments if one.row is not None and one.row.policy == "ours"), None)
        if own is None:
            return other
        raise UsageError(
            f"{own.text[0]} is an option of smartopt, but {other.argument} needs the real opt; leave out one of them"
        )
    inputs = [one.text[0] for one in arguments if one.positional]
    if len(inputs) > 1:
        raise UsageError(f"one input at a time, as with opt; got {' and '.join(inputs[:3])}")
    return Ours(tuple(_declared(arguments)) + (("--", inputs[0]) if inputs else ()))


_REQUESTS = frozenset(
    {"show-stats", "zero-stats", "clear-cache", "build-plugin", "doctor", "stop-server", "fingerprint"}
)
"""Options that ask for something that no opt does, and read no input."""


def asks_smartopt(argv: Sequence[str]) -> bool:
    """Whether a command line asks something of smartopt itself, which the real opt would wait for an input to do."""
    return any(one.row is not None and one.row.name in _REQUESTS for one in _split(argv))


def without_ours(argv: Sequence[str]) -> list[str]:
    """The command line for the real opt if smartopt is disabled: without our options, and with -Oz."""
    arguments = list(_split(argv))
    rest = [part for one in arguments if one.row is None or one.row.policy != "ours" for part in one.text]
    asked = any(one.row is not None and one.row.policy in ("size", "other-level") for one in arguments)
    if asked or _needs_real_opt(arguments) is not None:
        return rest
    return ["-Oz", *rest]


def _split(argv: Sequence[str]) -> Iterator[_Argument]:
    """Splits a command line as LLVM's command-line library does."""
    rest = iter(argv)
    for text in rest:
        if text == "--":
            yield from (_Argument((text,), None, positional=True) for text in rest)
            return
        if not text.startswith("-") or text == "-":
            # A response file holds more options, which only opt knows how to read.
            is_response_file = text.startswith("@") and os.path.isfile(text[1:])
            yield _Argument((text,), None, positional=not is_response_file)
            continue
        name, equals, value = text.lstrip("-").partition("=")
        row = _ROWS.get(name)
        if row is None or (not row.value and equals and value not in _TRUE + _FALSE):
            yield _Argument((text,), None)
        elif equals:
            yield _Argument((text,), row, value)
        elif row.value:
            following = next(rest, None)
            if following is None:
                raise UsageError(f"{text} needs a value; see smartopt --help")
            yield _Argument((text, following), row, following)
        else:
            yield _Argument((text,), row)


def _needs_real_opt(arguments: Sequence[_Argument]) -> HandOver | None:
    """The first argument that only the real opt can serve, if any."""
    for argument in arguments:
        row, text = argument.row, argument.text[0]
        if row is None:
            if not argument.positional:
                _refuse_typo(text)
                return HandOver("opt-unknown-option", text)
        elif row.policy == "other-level" and argument.value not in _FALSE:
            return HandOver("opt-not-size", text)
        elif row.policy == "size" and row.value and "".join((argument.value or "").split()) != _SIZE_PIPELINE:
            return HandOver("opt-not-size", " ".join(argument.text))
    return None


def _refuse_typo(text: str) -> None:
    """Raises UsageError for a misspelling of one of our long options, which opt's own message would not explain."""
    name = text.lstrip("-").partition("=")[0]
    if not text.startswith("--") or len(name) < 4:
        return
    from difflib import get_close_matches

    own = [row.name for row in OPTIONS if row.policy == "ours" and len(row.name) > 3]
    close = get_close_matches(name, own, n=1, cutoff=0.85)
    if close:
        raise UsageError(f"there is no option --{name}; did you mean --{close[0]}?")


def _declared(arguments: Sequence[_Argument]) -> Iterator[str]:
    """Our options as ``entry`` declares them."""
    for argument in arguments:
        row = argument.row
        if row is None or row.policy in ("size", "ignored"):
            continue
        if row.value:
            yield f"{row.declared}={argument.value}"
        elif argument.value not in _FALSE:
            yield row.declared
