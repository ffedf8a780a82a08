"""Encodes records as plain data and decodes them again, checking every value against its declared type.

Plain data is what ``marshal`` and JSON take: numbers, text, bytes, None, and lists, tuples and dictionaries of them. A
record becomes the list of its fields' values, in order. What comes from another process or from a file is decoded here
before anything uses it: a value of another type, a missing field or an unknown record raises :class:`EncodingError`.

Declared types are the annotations of the record classes: ``int``, ``float``, ``str``, ``bytes``, ``bool``, ``None``,
``list[X]``, ``tuple[X, Y]``, ``tuple[X, ...]``, ``frozenset[X]``, ``dict[K, V]``, ``X | None``, names of records, and
module-level aliases of these. JSON has no tuples and no bytes: lists are accepted for tuples; records with bytes cannot
be stored as JSON.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from .annotations import Any

__all__ = ["Codec", "EncodingError", "codec_of", "read_all_types"]


class EncodingError(Exception):
    """Data is not what its declared type says."""


class Codec:
    """How one declared type is encoded and decoded. ``encode`` is None where encoding changes nothing."""

    __slots__ = ("decode", "encode")

    def __init__(self, encode: Callable[[Any], Any] | None, decode: Callable[[Any], Any]) -> None:
        self.encode, self.decode = encode, decode

    def encoded(self, value: Any) -> Any:
        """The value as plain data."""
        return value if self.encode is None else self.encode(value)


_known: dict[tuple[str, str], Codec] = {}


def codec_of(annotation: str, module: str) -> Codec:
    """The codec of a type as written in a module (its ``__name__``). Raises EncodingError for a type it cannot read."""
    key = (annotation, module)
    if key not in _known:
        _known[key] = _Reader(annotation, module).whole()
    return _known[key]


def read_all_types() -> None:
    """Read the types of all records met so far, for processes that will be forked from this one: else each reads them
    when it meets a record.
    """
    read: set[int] = set()
    while waiting := [codec for codec in _records if id(codec) not in read]:
        for codec in waiting:
            read.add(id(codec))
            codec.fields()


def _exactly(*kinds: type) -> Codec:
    def decode(value: Any) -> Any:
        if type(value) not in kinds:
            raise EncodingError(f"{type(value).__name__} where {kinds[0].__name__} is wanted")
        return value

    return Codec(None, decode)


_PLAIN = {
    "int": _exactly(int),
    "float": _exactly(float, int),
    "str": _exactly(str),
    "bytes": _exactly(bytes),
    "bool": _exactly(bool),
    "None": _exactly(type(None)),
}
_PARAMETERS = {"dict": 2, "list": 1, "frozenset": 1}


class _Reader:
    """Reads one annotation, from left to right."""

    def __init__(self, text: str, module: str) -> None:
        self._text, self._module, self._at = "".join(c for c in text if c not in "\"' "), module, 0

    def whole(self) -> Codec:
        codec = self._union()
        if self._at < len(self._text):
            raise EncodingError(f"cannot read the type {self._text!r}")
        return codec

    def _union(self) -> Codec:
        parts = [self._one()]
        while self._taken("|"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else _union(parts)

    def _one(self) -> Codec:
        start = self._at
        while self._at < len(self._text) and self._text[self._at] not in "[],|":
            self._at += 1
        name = self._text[start : self._at]
        inner: list[Codec] = []
        endless = False
        if self._taken("["):
            while not self._taken("]"):
                if self._taken("..."):
                    endless = True
                else:
                    inner.append(self._union())
                self._taken(",")
        return self._named(name, inner, endless)

    def _taken(self, text: str) -> bool:
        found = self._text.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _named(self, name: str, inner: list[Codec], endless: bool) -> Codec:
        if name in _PLAIN:
            return _PLAIN[name]
        if len(inner) != _PARAMETERS.get(name, len(inner)) or (endless and len(inner) != 1):
            raise EncodingError(f"cannot read the type {self._text!r}")
        if name == "dict":
            return _dictionary(*inner)
        if name == "list":
            return _sequence(inner[0], list)
        if name == "frozenset":
            return _sequence(inner[0], frozenset)
        if name == "tuple":
            return _sequence(inner[0], tuple) if endless else _row(inner)
        found = getattr(sys.modules[self._module], name, None)
        if found is None:
            raise EncodingError(f"{self._module} knows no type {name!r}")
        if found is object:  # a Literal: all of ours are of text (``annotations``)
            return _PLAIN["str"]
        if isinstance(found, type) and hasattr(found, "__record_fields__"):
            return _Record(found)
        return codec_of(str(found), self._module)


def _union(parts: list[Codec]) -> Codec:
    """``X | None``, in any order; of other unions only those of plain types."""

    def encode(value: Any) -> Any:
        return None if value is None else encoders[0](value)

    def decode(value: Any) -> Any:
        error = EncodingError("no type fits")
        for part in parts:
            try:
                return part.decode(value)
            except EncodingError as why:
                error = why
        raise error

    encoders = [part.encode for part in parts if part.encode is not None]
    return Codec(encode if encoders else None, decode)


def _sequence(item: Codec, kind: type) -> Codec:
    encode, decode = item.encode, item.decode

    def encoded(values: Any) -> Any:
        return list(values) if encode is None else [encode(value) for value in values]

    def decoded(values: Any) -> Any:
        if type(values) not in (list, tuple):
            raise EncodingError(f"{type(values).__name__} where {kind.__name__} is wanted")
        return kind([decode(value) for value in values])

    return Codec(None if encode is None and kind is not frozenset else encoded, decoded)


def _row(items: list[Codec]) -> Codec:
    def encoded(values: Any) -> Any:
        return tuple([item.encoded(value) for item, value in zip(items, values, strict=True)])

    def decoded(values: Any) -> Any:
        if type(values) not in (list, tuple) or len(values) != len(items):
            raise EncodingError(f"{type(values).__name__} where a row of {len(items)} is wanted")
        return tuple([item.decode(value) for item, value in zip(items, values, strict=True)])

    return Codec(None if all(item.encode is None for item in items) else encoded, decoded)


def _dictionary(key: Codec, item: Codec) -> Codec:
    encode, decode = item.encode, item.decode

    def encoded(values: Any) -> Any:
        return {key.encoded(name): item.encoded(value) for name, value in values.items()}

    def decoded(values: Any) -> Any:
        if type(values) is not dict:
            raise EncodingError(f"{type(values).__name__} where dict is wanted")
        return {key.decode(name): decode(value) for name, value in values.items()}

    return Codec(None if encode is None and key.encode is None else encoded, decoded)


class _Record(Codec):
    """A record: the list of its fields' values. The fields' types are read when the first one is met."""

    __slots__ = ("_fields", "_kind")

    def __init__(self, kind: Any) -> None:
        super().__init__(self._encode, self._decode)
        self._kind = kind
        self._fields: list[tuple[str, Codec]] | None = None
        _records.append(self)

    def fields(self) -> list[tuple[str, Codec]]:
        """The fields' names and codecs."""
        if self._fields is None:
            declared: dict[str, tuple[str, str]] = {}
            for base in reversed(self._kind.__mro__):
                for name, annotation in base.__dict__.get("__annotations__", {}).items():  # noqa: RUF063
                    declared[name] = annotation, base.__module__
            self._fields = [(name, codec_of(*declared[name])) for name in self._kind.__record_fields__]
        return self._fields

    def _encode(self, record: Any) -> Any:
        if type(record) is not self._kind:
            raise EncodingError(f"{type(record).__name__} where {self._kind.__name__} is wanted")
        return [codec.encoded(getattr(record, name)) for name, codec in self.fields()]

    def _decode(self, values: Any) -> Any:
        rows = self.fields()
        if type(values) not in (list, tuple) or len(values) != len(rows):
            raise EncodingError(f"no {self._kind.__name__}: {len(rows)} fields are wanted")
        return self._kind(*[codec.decode(value) for (_, codec), value in zip(rows, values, strict=True)])


_records: list[_Record] = []
