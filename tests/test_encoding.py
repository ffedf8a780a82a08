"""Records as plain data: what was encoded comes back the same, and nothing else than its declared type comes back."""

from __future__ import annotations

import json
import sys
import types
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartopt.annotations import Literal
from smartopt.encoding import EncodingError, codec_of
from smartopt.optimizer import memory
from smartopt.optimizer.memory import Entry
from smartopt.records import dataclass, field, fields
from smartopt.worker import protocol
from smartopt.worker.protocol import AnyRequest, Request
from smartopt.worker.wire import decode_reply, decode_request, encode_reply, encode_request

REQUESTS: list[type[AnyRequest]] = [
    kind
    for kind in map(vars(protocol).get, protocol.__all__)
    if isinstance(kind, type) and issubclass(kind, Request) and hasattr(kind, "__record_fields__")
]


# -- declared types, read by the standard library ---------------------------------------------------------------------


def declared(annotation: str, module: types.ModuleType) -> Any:
    """The type that an annotation stands for in a module."""

    def holder() -> None: ...

    holder.__annotations__ = {"return": annotation}
    return typing.get_type_hints(holder, vars(module))["return"]


def members(kind: type) -> dict[str, Any]:
    """A record's fields with their types."""
    hints = typing.get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind)}  # type: ignore[arg-type]


def is_record(kind: Any) -> bool:
    return isinstance(kind, type) and hasattr(kind, "__record_fields__")


NAMES = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\udc80\udcff")), max_size=8)
"""Symbols may have bytes that are no UTF-8: these are lone surrogates here."""
PLAIN = {
    int: st.integers(),
    float: st.one_of(st.floats(allow_nan=False), st.integers()),
    str: NAMES,
    object: NAMES,  # a Literal, for which anything may stand when a program runs
    bytes: st.binary(max_size=8),
    bool: st.booleans(),
    type(None): st.none(),
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a declared type."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if is_record(kind):
        return st.builds(kind, **{name: values(one) for name, one in members(kind).items()})
    if origin is list:
        return st.lists(values(inner[0]), max_size=2)
    if origin is frozenset:
        return st.frozensets(values(inner[0]), max_size=2)
    if origin is dict:
        return st.dictionaries(values(inner[0]), values(inner[1]), max_size=2)
    if origin is tuple and inner[1:] == (...,):
        return st.lists(values(inner[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, inner))
    assert origin in (typing.Union, types.UnionType), kind
    return st.one_of(*map(values, inner))


def full(kind: Any) -> Any:
    """A value of a declared type in which nothing is missing or empty."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind in PLAIN:
        return {int: 1, float: 0.5, str: "f", object: "f", bytes: b"b", bool: True}.get(kind)
    if is_record(kind):
        return kind(**{name: full(one) for name, one in members(kind).items()})
    if origin in (list, frozenset):
        return origin([full(inner[0])])
    if origin is dict:
        return {full(inner[0]): full(inner[1])}
    if origin is tuple:
        return tuple(full(one) for one in inner if one is not ...)
    return full(next(one for one in inner if one is not type(None)))


def fits(data: Any, kind: Any) -> bool:
    """Whether plain data is a value of a declared type."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    row = type(data) in (list, tuple)
    if kind is float:
        return type(data) in (float, int)
    if kind in PLAIN:
        return type(data) is (str if kind is object else kind)
    if is_record(kind):
        kinds = members(kind).values()
        return row and len(data) == len(kinds) and all(map(fits, data, kinds))
    if origin is dict:
        return type(data) is dict and all(fits(k, inner[0]) and fits(v, inner[1]) for k, v in data.items())
    if origin in (list, frozenset) or inner[1:] == (...,):
        return row and all(fits(item, inner[0]) for item in data)
    if origin is tuple:
        return row and len(data) == len(inner) and all(map(fits, data, inner))
    return any(fits(data, one) for one in inner)


WRONG = (None, True, 3, 1.5, "text", b"bytes", [], [1], (), {}, {"a": 1}, {1: "a"}, [["a"]], frozenset())


def changed(data: Any) -> Iterator[Any]:
    """Plain data with one value in it, however deep, replaced, left out or added."""
    yield from WRONG
    if type(data) in (list, tuple):
        kind = type(data)
        yield kind([*data, None])
        yield kind(data[:-1])
        for place, value in enumerate(data):
            for other in changed(value):
                yield kind([*data[:place], other, *data[place + 1 :]])
    if type(data) is dict:
        yield {**data, 7: None}
        for key, value in data.items():
            for other in changed(value):
                yield {**data, key: other}


# -- round trips ------------------------------------------------------------------------------------------------------

SOME = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_there_are_requests() -> None:
    assert len(REQUESTS) > 20
    assert len({kind.__name__ for kind in REQUESTS}) == len(REQUESTS), "a request is told by its name"


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
@SOME
@given(st.data())
def test_every_request_arrives_as_it_was(kind: type[AnyRequest], data: st.DataObject) -> None:
    request = data.draw(values(kind))
    arrived = decode_request(encode_request(request), dict.fromkeys(REQUESTS, print))
    assert type(arrived) is kind
    assert arrived == request


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
@SOME
@given(st.data())
def test_every_reply_arrives_as_it_was(kind: type[AnyRequest], data: st.DataObject) -> None:
    request, reply = full(kind), data.draw(values(declared(kind.reply, protocol)))
    arrived = decode_reply(encode_reply(request, reply), request)
    assert type(arrived) is type(reply)
    assert arrived == reply


@SOME
@given(values(Entry))
def test_a_remembered_entry_is_the_same_after_json(entry: Entry) -> None:
    codec = codec_of("Entry", memory.__name__)
    assert codec.decode(json.loads(json.dumps(codec.encoded(entry)))) == entry


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
def test_whatever_is_not_of_the_declared_type_is_refused(kind: type[AnyRequest]) -> None:
    """The request itself and its reply, with anything in them exchanged."""
    for annotation, wanted in ((kind.__name__, kind), (kind.reply, declared(kind.reply, protocol))):
        codec = codec_of(annotation, protocol.__name__)
        sample = codec.encoded(full(wanted))
        assert fits(sample, wanted)
        for other in changed(sample):
            if fits(other, wanted):
                codec.decode(other)
            else:
                with pytest.raises(EncodingError):
                    codec.decode(other)


def test_a_changed_entry_is_refused() -> None:
    codec = codec_of("Entry", memory.__name__)
    refused = 0
    for other in changed(codec.encoded(full(Entry))):
        if not fits(other, Entry):
            with pytest.raises(EncodingError):
                codec.decode(other)
            refused += 1
    assert refused > 500


Alias = dict[str, tuple[int, ...]]
Choice = Literal["a", "b"]


@dataclass(frozen=True)
class Inner:
    """A record within another."""

    name: str
    maybe: bytes | None = None


@dataclass(frozen=True)
class Outer:
    """A record with an alias, records and a choice."""

    numbers: Alias
    parts: tuple[Inner, ...]
    first: "Inner | None"  # noqa: UP037 - quotes may stand in an annotation
    choice: Choice = "a"
    more: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Longer(Inner):
    """A record with the fields of another."""

    number: int = 1


@pytest.mark.parametrize(
    ("annotation", "good", "bad"),
    [
        ("int", [0, -(2**70)], [True, 1.0, "1", None, b"1", [1]]),
        ("float", [0.5, 3], [True, "0.5", None]),
        ("str", ["", "ä\udcff"], [b"", 1, None, ["a"]]),
        ("bytes", [b"", b"\xff"], ["", 1, None, bytearray(b"x")]),
        ("bool", [True, False], [0, 1, None, "True"]),
        ("None", [None], [0, False, "", []]),
        ("list[int]", [[], [1, 2]], [None, {}, "12", [1, "2"], [None]]),
        ("tuple[int, ...]", [(), (1, 2)], [None, {}, "12", (1, "2")]),
        ("tuple[int, str]", [(1, "a")], [(), (1,), (1, 2), ("a", 1), (1, "a", "b"), "ab", None]),
        ("frozenset[str]", [frozenset(), frozenset("ab")], ["ab", None, [1], {"a": 1}]),
        ("dict[str, int]", [{}, {"a": 1}], [[], {"a": "1"}, {1: 1}, None, [["a", 1]]]),
        ("dict[str, list[tuple[str, int]]]", [{"a": [("b", 1)]}], [{"a": [("b",)]}, {"a": ("b", 1)}, {"a": None}]),
        ("str | None", ["a", None], [1, b"a", []]),
        ("None | int", [1, None], ["1", False]),
        ("Alias", [{"a": (1,)}], [{"a": ("1",)}, {"a": 1}, []]),
        ("Choice", ["a", "b"], [1, None]),
        ("Inner", [Inner("a"), Inner("a", b"b")], [["a"], ["a", "b"], ["a", b"b", 1], [1, b"b"], {}, None, "ab"]),
        ("Longer", [Longer("a", None, 2)], [["a", None], ["a", None, "2"], [2, "a", None]]),
        (
            "Outer",
            [Outer({"a": (1,)}, (Inner("x"), Inner("y", b"z")), Inner("w")), Outer({}, (), None, "b", ["c"])],
            [[{}, [], None, "a"], [{}, [["x"]], None, "a", []], [{}, [], ["x", "y"], "a", []]],
        ),
    ],
)
def test_each_declared_type(annotation: str, good: list[Any], bad: list[Any]) -> None:
    codec = codec_of(annotation, __name__)
    for value in good:
        arrived = codec.decode(codec.encoded(value))
        assert arrived == value
        assert type(arrived) is type(value)
    for value in bad:
        with pytest.raises(EncodingError) as caught:
            codec.decode(value)
        assert str(caught.value)


def test_lists_stand_for_rows_in_json() -> None:
    outer = Outer({"a": (1, 2)}, (Inner("x"),), Inner("w"), "b", ["c"])
    codec = codec_of("Outer", __name__)
    assert codec.decode(json.loads(json.dumps(codec.encoded(outer)))) == outer


def test_another_record_is_not_encoded_as_this_one() -> None:
    for value in (Longer("a"), Outer({}, (), None), ["a", None], None):
        with pytest.raises(EncodingError, match="where Inner is wanted"):
            codec_of("Inner", __name__).encoded(value)
    with pytest.raises(EncodingError, match="where Inner is wanted"):
        codec_of("Outer", __name__).encoded(Outer({}, (Longer("a"),), None))


@pytest.mark.parametrize(
    "annotation",
    [
        *("Unknown", "", "list[", "list[int", "int]", "list[Unknown]", "list", "list[int, str]", "dict[str]", "int |"),
        *("tuple[int, str, ...]", "tuple[...]", "dict[str, int] more", "frozenset[]"),
    ],
)
def test_a_type_that_cannot_be_read_is_refused(annotation: str) -> None:
    with pytest.raises(EncodingError):
        codec_of(annotation, __name__)


def test_a_type_is_looked_up_where_it_is_written() -> None:
    assert codec_of("Inner", __name__) is codec_of("Inner", __name__)
    with pytest.raises(EncodingError, match="knows no type 'Inner'"):
        codec_of("Inner", protocol.__name__)
    assert sys.modules[__name__].Alias == Alias
