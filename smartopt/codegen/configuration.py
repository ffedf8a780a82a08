"""How clang's back end is run for one object: a typed configuration, its clang flags, and its form in a cache.

An object is made of one of two modules: clang's *own* unoptimized bitcode, or the bitcode that the optimizer made (the
*plan*). An :class:`ObjectChoice` names the module and the :class:`Configuration` under which the back end compiles it.

The data that the cache holds is checked when it is read (:meth:`ObjectChoice.from_data`): it can only name modules,
settings and variations that smartopt itself may choose, so a forged entry asks for no other flag.
"""

from __future__ import annotations

from ..annotations import Any, Literal
from ..encoding import EncodingError, codec_of
from ..records import dataclass, field, replace
from .outliner import NEVER_FLAGS, outliner_options
from .settings import VARIATIONS, slim_flags, variation_settings
from .targets import target_named

__all__ = ["OWN", "PLAN", "Configuration", "ObjectChoice", "Source", "source_flags"]

Source = Literal["own", "plan"]
"""The module that an object is made of."""


def source_flags(source: Source) -> tuple[str, ...]:
    """Clang's flags for one of the modules: all of clang's passes run on its own, and none on an optimized one."""
    return (*(("-Xclang", "-disable-llvm-passes") if source == "plan" else ()), "-Qunused-arguments")


@dataclass(frozen=True)
class Configuration:
    """Settings of clang's back end; by default clang's own.

    Attributes:
        slim: use the slim settings (``codegen.settings``).
        outlined: move repeated machine code into functions of its own (``codegen.outliner``).
        variations: names of variations of the slim settings; a later one wins over an earlier one of the same option.
        in_place: symbols of functions from which nothing is outlined. The bitcode carries them as attributes; clang has
            no flag for them.
        target: the target's name (``codegen.targets``), whose settings these are; of no account in the default.
    """

    slim: bool = False
    outlined: bool = False
    variations: tuple[str, ...] = ()
    in_place: tuple[str, ...] = ()
    target: str = "x86_64"

    @property
    def is_default(self) -> bool:
        """Whether clang makes the same object by itself."""
        return not (self.slim or self.outlined)

    def not_outlined(self) -> Configuration:
        """The same configuration without the outliner."""
        return replace(self, outlined=False, in_place=())

    def within(self, allowed: Configuration) -> bool:
        """Whether a configuration uses no slim settings and no outliner where ``allowed`` does not."""
        return self.slim <= allowed.slim and self.outlined <= allowed.outlined

    def flags(self, major: int) -> tuple[str, ...]:
        """Flags for a clang of a major version."""
        target = target_named(self.target)
        if target is None or self.is_default:
            return ()
        slim = slim_flags(major, variation_settings(self.variations), target.name) if self.slim else ()
        if self.outlined:
            return (*slim, *(flag for option in outliner_options(target) for flag in ("-mllvm", option)))
        return (*slim, *(NEVER_FLAGS if target.outlining == "default" else ()))

    def options(self, major: int) -> tuple[str, ...]:
        """LLVM's options in a process of a major version: what :meth:`flags` gives clang after ``-mllvm``."""
        return self.flags(major)[1::2]


@dataclass(frozen=True)
class ObjectChoice:
    """One object: the module that it is made of, and how."""

    source: Source
    configuration: Configuration = field(default_factory=Configuration)

    def flags(self, major: int) -> tuple[str, ...]:
        """Flags with which a clang of a major version makes the object; they stand before the user's own."""
        return (*source_flags(self.source), *self.configuration.flags(major))

    def to_data(self) -> Any:
        """The choice as plain JSON data."""
        return _CODEC.encoded(self)

    @staticmethod
    def from_data(data: object) -> ObjectChoice | None:
        """The choice that :meth:`to_data` encoded; None for data that no choice of smartopt encodes to."""
        try:
            choice: ObjectChoice = _CODEC.decode(data)
        except EncodingError:
            return None
        made = choice.configuration
        variations, in_place = set(made.variations), set(made.in_place)
        possible = (
            choice.source in ("own", "plan")
            and target_named(made.target) is not None
            and (made.slim or not variations)
            and variations <= VARIATIONS.keys()
            and len(variations) == len(made.variations)
            and (made.outlined or not in_place)
            and (choice.source == "plan" or not in_place)  # only functions of the optimizer's bitcode can be marked
        )
        return choice if possible else None


_CODEC = codec_of("ObjectChoice", __name__)

OWN, PLAN = ObjectChoice("own"), ObjectChoice("plan")
"""Clang's own object, and the optimizer's module compiled with clang's settings."""
