"""Dataclasses as far as they are used on the build path, without the standard module's cost.

``dataclasses`` imports half of the standard library's introspection and compiles three functions for every class. These
behave alike (keyword and positional arguments, defaults, ``__post_init__``, equality, hashes and immutability of frozen
ones) and answer to ``dataclasses.fields`` and its siblings; type checkers take them for the standard ones.

With ``dataclasses`` and ``typing`` in the place of this file and ``annotations.py`` a compile of ten lines takes 22%
more processor time the first time and 26% more when it is remembered (``smartopt-lab bench pace``, models/LOG.md).
"""

from __future__ import annotations

from .annotations import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass, field, fields, replace
else:
    _NONE = object()

    class field:
        """One field's default or how it is made, and what is known of it."""

        def __init__(self, *, default=_NONE, default_factory=_NONE, repr=True, metadata=None):
            self.name = ""
            self.default, self.default_factory, self.repr = default, default_factory, repr
            self.metadata = metadata or {}

    class _Standard:
        """``__dataclass_fields__``, made by the standard module when somebody asks it about a record."""

        def __get__(self, instance, owner):
            import dataclasses

            given = []
            for one in owner.__record_fields__.values():
                made = {"metadata": one.metadata, "repr": one.repr}
                if one.default is not _NONE:
                    made["default"] = one.default
                if one.default_factory is not _NONE:
                    made["default_factory"] = one.default_factory
                given.append((one.name, "object", dataclasses.field(**made)))
            return dataclasses.make_dataclass(owner.__name__, given).__dataclass_fields__

    def dataclass(cls=None, *, frozen=False):
        """Make a class a record: its annotated names are its fields."""
        if cls is None:
            return lambda cls: dataclass(cls, frozen=frozen)
        known = {}
        for base in reversed(cls.__mro__[1:]):
            known.update(base.__dict__.get("__record_fields__", {}))
        for name, kind in cls.__dict__.get("__annotations__", {}).items():  # noqa: RUF063 (that imports inspect)
            if kind.startswith("ClassVar"):
                continue
            default = cls.__dict__.get(name, _NONE)
            one = default if isinstance(default, field) else field(default=default)
            one.name = name
            known[name] = one
            if one.default is not _NONE:
                setattr(cls, name, one.default)
            elif name in cls.__dict__:
                delattr(cls, name)
        cls.__record_fields__ = known
        cls.__dataclass_fields__ = _Standard()
        cls.__match_args__ = tuple(known)
        for method in (_init, _eq, _repr):
            name = f"__{method.__name__[1:]}__"
            if name not in cls.__dict__:
                setattr(cls, name, method)
        if frozen:
            cls.__setattr__, cls.__delattr__ = _refuse, _refuse
            cls.__hash__ = _hash
        else:
            cls.__hash__ = None
        return cls

    def fields(record):
        """The fields of a record or of its class, in order."""
        return tuple(record.__record_fields__.values())

    def replace(record, **changes):
        """Another record with some fields changed."""
        return type(record)(**{**{name: getattr(record, name) for name in record.__record_fields__}, **changes})

    def _init(self, *values, **named):
        known = self.__record_fields__
        content = self.__dict__
        if len(values) > len(known):
            raise TypeError(f"{type(self).__name__} takes {len(known)} values, not {len(values)}")
        content.update(zip(known, values, strict=False))
        for name, value in named.items():
            if name not in known or name in content:
                raise TypeError(f"{type(self).__name__} got an unexpected or repeated {name!r}")
            content[name] = value
        if len(content) < len(known):
            for name, one in known.items():
                if name not in content:
                    if one.default_factory is not _NONE:
                        content[name] = one.default_factory()
                    elif one.default is not _NONE:
                        content[name] = one.default
                    else:
                        raise TypeError(f"{type(self).__name__} needs {name!r}")
        post = getattr(self, "__post_init__", None)
        if post is not None:
            post()

    def _values(self):
        return tuple([getattr(self, name) for name in self.__record_fields__])

    def _eq(self, other):
        return _values(self) == _values(other) if type(other) is type(self) else NotImplemented

    def _hash(self):
        return hash(_values(self))

    def _repr(self):
        shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _refuse(self, name, *_):
        raise AttributeError(f"{type(self).__name__} does not change: {name!r} cannot be set")


__all__ = ["dataclass", "field", "fields", "replace"]
