"""Writes the smallest object of one compile: of the optimizer's module or clang's own, under the best configuration.

The optimizer returns bitcode, but only the object's size counts. The first try uses slim settings (under which pass
lists were measured) and the outliner; its object is usually final. If it is larger than -Oz's object, or larger than
expected without the outliner, the back end runs again. If the optimizer's object is still larger than -Oz's, clang's
own object is taken. Effort max also tries variations (``driver.variation_search``). The choice is remembered
(``driver.remembered_choices``), so that the next build makes one object only.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from ..annotations import TYPE_CHECKING, Protocol
from ..codegen.configuration import OWN, PLAN, Configuration, ObjectChoice, Source
from ..codegen.outliner import has_outlined
from ..codegen.outlining_cost import HEADER_ENTRY, count_outlined
from ..codegen.settings import variations
from ..optimizer.outcome import Outcome
from ..records import replace
from .back_end import NO_TEMPORARY_FILE, replace_file
from .expected_size import ExpectedSize
from .fallback import Fallback
from .flags import Command
from .object_file import measure_bytes, measure_file, missing_functions, read
from .switches import may_outline, may_use_slim

if TYPE_CHECKING:
    from ..optimizer.outcome import Emission

__all__ = ["KeepInPlace", "Writer", "likely_choices", "write_smallest"]

_ENOUGH_CODE = 500
"""Bytes of machine code below which variations gain too little for more runs of the back end."""
_CLOSE, _CLOSE_SHARE = 16, 256
"""An object within so many bytes of -Oz's size, or within that part of it, is compared with clang's own object. The
optimizer measures -Oz's module after it went through bitcode, which loses the order of uses; on 98 files of Lua, zlib
and leveldb two came out otherwise than clang's object, by 0.3%."""
_ROUNDS = 2
"""Attempts to exclude functions from outlining before giving it up: each attempt changes what is outlined elsewhere."""

KeepInPlace = Callable[[bytes, tuple[str, ...]], bytes]
"""Returns the bitcode with the named functions marked so that nothing is outlined from them. Raises Fallback."""


class Writer(Protocol):
    """Compiles bitcode to an object with clang's back end, our flags before the user's. Raises Fallback."""

    def __call__(self, bitcode: bytes, flags: tuple[str, ...]) -> None:
        """Write the object where the user wants it."""

    def begin(self, bitcode: bytes, flags: tuple[str, ...]) -> Callable[[], bytes]:
        """Start to make the object in memory; the returned function waits for the bytes."""


def write_smallest(
    command: Command,
    data: bytes,
    optimized: bytes,
    outcome: Outcome,
    known: ObjectChoice | None,
    write: Writer,
    keep_in_place: KeepInPlace,
) -> tuple[Outcome, ObjectChoice]:
    """Write the object of one compile.

    Args:
        command: the user's command.
        data: the front end's bitcode.
        optimized: the optimizer's bitcode.
        outcome: the optimizer's result.
        known: the choice of an earlier build; ignored if its settings are not allowed now.
        write: the back end.
        keep_in_place: marks functions in ``optimized``.

    Returns:
        The outcome with the object's own sizes and configuration, and the choice to remember as ``known``. Raises
        Fallback where the object lacks what clang's has or clang fails, and OSError.
    """
    emission = outcome.emission
    allowed = _allowed(command, emission)
    own, plan = _Module("own", data), _Module("plan", optimized, keep_in_place)
    if known is not None and known.configuration.within(allowed):
        module = own if known.source == "own" else plan
        write(module.bitcode_for(known.configuration), known.flags(emission.llvm))
        if known.source == "own":
            outcome = _with_own_sizes(outcome if outcome.winner == "oz" else _grown(outcome), command)
        return _with_object(outcome, command, known.configuration), known
    once_more = True
    if outcome.winner != "oz":
        found = _write_plan(command, own, plan, outcome, allowed, write)
        if found is not None:
            return found
        outcome = _grown(outcome)
        # Effort fast usually runs the back end at most once more: with the same settings if frame pointers may have
        # grown the object, otherwise with clang's.
        once_more = emission.effort != "fast" or emission.framed
        emission = outcome.emission
    # The front end's bitcode is compiled, although the optimizer knows -Oz's module, because only it gives clang's
    # object byte for byte: bitcode loses use-list order, which sometimes affects code generation (llvm-c/BitWriter.h
    # cannot preserve it; opt can).
    best = None
    if once_more:
        best = _Attempts(command, own, emission, allowed, write).write_smallest()
    beaten = best is not None and not best.is_default and _is_beaten(command, own, emission, write)
    if best is None or beaten:
        _write_own(command, own, emission, write)
    if best is None or best.is_default or beaten:
        return _with_own_sizes(outcome, command), OWN
    return _with_object(outcome, command, best), ObjectChoice("own", best)


def likely_choices(command: Command, emission: Emission, known: ObjectChoice | None) -> list[ObjectChoice]:
    """The objects that :func:`write_smallest` will most likely make first. See there for the arguments."""
    allowed = _allowed(command, emission)
    if known is not None and known.configuration.within(allowed):
        return [known]
    source: Source = "own" if emission.winner == "oz" else "plan"
    expected = ExpectedSize(emission, source)
    first, names = expected.worth_trying(allowed), _worthwhile_variations(command, expected, allowed, emission.llvm)
    likely = [first, *(replace(first, variations=(name,)) for name in names[:1])]
    return [ObjectChoice(source, configuration) for configuration in likely if not configuration.is_default]


class _Module:
    """One of the two modules that an object can be made from."""

    def __init__(self, source: Source, bitcode: bytes, keep_in_place: KeepInPlace | None = None) -> None:
        """Without ``keep_in_place``, functions cannot be marked."""
        self.source, self.bitcode, self.keep_in_place = source, bitcode, keep_in_place
        self.default_object: bytes | None = None
        """The object under clang's own settings, where it was made to compare."""

    def bitcode_for(self, configuration: Configuration) -> bytes:
        """The bitcode under a configuration: with marks on functions that it keeps in place. Raises Fallback."""
        names = configuration.in_place
        return self.keep_in_place(self.bitcode, names) if names and self.keep_in_place else self.bitcode


class _Written:
    """The object that was just written.

    Attributes:
        total: its linked size in bytes, or None if it cannot be measured.
        configuration: how it was made; ``outlined`` is False if the outliner found nothing.
        made_larger: functions that may be larger after linking, because of outlining.
    """

    def __init__(self, path: str, configuration: Configuration, expected: ExpectedSize) -> None:
        made = read(path)
        sizes = measure_bytes(made)
        # The linker adds an entry for each unwind entry to a table that the object does not have.
        entries = HEADER_ENTRY * count_outlined(sizes.functions) if sizes and sizes.eh_frame else 0
        self.total = None if sizes is None else sizes.total + entries
        outlined = configuration.outlined and has_outlined(made)
        self.configuration = configuration if outlined else configuration.not_outlined()
        self.made_larger = expected.functions_made_larger(made) if outlined else set()


class _Attempts:
    """Makes one module's object under one configuration after another; the last one written is the result."""

    def __init__(
        self, command: Command, module: _Module, emission: Emission, allowed: Configuration, write: Writer
    ) -> None:
        self._command, self._module, self._write = command, module, write
        self._llvm = emission.llvm
        self._expected = ExpectedSize(emission, module.source)
        self._allowed = allowed

    def write_smallest(self) -> Configuration | None:
        """Write the smallest object that the allowed settings make; its configuration.

        None if only clang's own settings are worth trying (no object was written), or if the object is too large (it
        must be replaced).
        """
        configuration = self._first()
        if configuration is None:
            return None
        names: tuple[str, ...] = ()
        if configuration.slim:
            names = _worthwhile_variations(self._command, self._expected, self._allowed, self._llvm)
        if names:
            from .variation_search import vary_object  # most compiles do without

            configuration = vary_object(self._command.output, self._begin, configuration, names, self._acceptable)
        if configuration.outlined and not has_outlined(read(self._command.output)):
            configuration = configuration.not_outlined()
        return configuration

    def _first(self) -> Configuration | None:
        """Write the object under the settings that usually make it smallest, with or without the outliner.

        None as for :meth:`write_smallest`.
        """
        configuration = self._expected.worth_trying(self._allowed)
        if configuration.is_default:
            return None
        limit = self._expected.limit
        made = self._make(configuration)
        if made.made_larger:
            made = self._keep_in_place(made)
        if made.total is None:
            return configuration if made.configuration.is_default else None
        fits = made.total <= limit and not made.made_larger
        doubtful = made.made_larger or self._expected.may_be_smaller_in_place(made.total)
        if made.configuration.outlined and configuration.slim and doubtful:
            alone = self._make(configuration.not_outlined())
            if alone.total is not None and alone.total <= (limit if made.made_larger else min(made.total, limit)):
                return alone.configuration
            if fits:
                self._make(made.configuration)
        return made.configuration if fits or made.configuration.is_default else None

    def _keep_in_place(self, made: _Written) -> _Written:
        """Remake the object without outlining from functions that outlining made larger, if the effort allows."""
        for _ in range(_ROUNDS):
            if self._expected.hasty or self._module.keep_in_place is None or not made.made_larger:
                break
            names = {*made.configuration.in_place, *made.made_larger}
            made = self._make(replace(made.configuration, in_place=tuple(sorted(names))))
        return made

    def _make(self, configuration: Configuration) -> _Written:
        flags = ObjectChoice(self._module.source, configuration).flags(self._llvm)
        self._write(self._module.bitcode_for(configuration), flags)
        return _Written(self._command.output, configuration, self._expected)

    def _begin(self, configuration: Configuration) -> Callable[[], bytes]:
        flags = ObjectChoice(self._module.source, configuration).flags(self._llvm)
        return self._write.begin(self._module.bitcode_for(configuration), flags)

    def _acceptable(self, made: bytes) -> bool:
        return not self._expected.functions_made_larger(made)


def _write_plan(
    command: Command, own: _Module, plan: _Module, outcome: Outcome, allowed: Configuration, write: Writer
) -> tuple[Outcome, ObjectChoice] | None:
    """Write the smallest object of the optimizer's module; None where clang's own may be smaller."""
    emission = outcome.emission
    best = _Attempts(command, plan, emission, allowed, write).write_smallest()
    if best is not None and not best.is_default:
        if _is_beaten(command, own, emission, write):
            return None
        _check_nothing_missing(command, emission)
        return _with_object(outcome, command, best), ObjectChoice("plan", best)
    if best is None:
        if emission.effort == "fast" and emission.winner == "module":
            return None  # -Oz's module with frame pointers only: without other settings not worth another run
        write(plan.bitcode, PLAN.flags(emission.llvm))
    _check_nothing_missing(command, emission)
    if os.environ.get("SMARTOPT_SELECT") != "plan" and _is_beaten(command, own, emission, write):
        return None
    made = measure_file(command.output)
    if made is None or not emission.oz.total or emission.objective != "size":
        return outcome, PLAN
    return replace(outcome, output=made), PLAN


def _is_beaten(command: Command, own: _Module, emission: Emission, write: Writer) -> bool:
    """Whether clang's own object is no larger than the one just written; it is made to see only where that is close.

    The optimizer's sums do not know flags that only the back end heeds, either.
    """
    made, oz = measure_file(command.output), emission.oz.total
    if made is None or not oz or emission.objective != "size":
        return False
    if made.total <= oz - max(_CLOSE, oz // _CLOSE_SHARE):
        return False
    if own.default_object is None:
        own.default_object = write.begin(own.bitcode, OWN.flags(emission.llvm))()
    clangs = measure_bytes(own.default_object)
    return clangs is not None and clangs.total <= made.total


def _write_own(command: Command, own: _Module, emission: Emission, write: Writer) -> None:
    """Write clang's own object."""
    if own.default_object is not None and NO_TEMPORARY_FILE not in command.back:
        replace_file(command.output, own.default_object)
    else:
        write(own.bitcode, OWN.flags(emission.llvm))


def _check_nothing_missing(command: Command, emission: Emission) -> None:
    if missing := missing_functions(command.output, emission.vanished):
        raise Fallback("driver-assembly-needs", ", ".join(sorted(missing)))


def _allowed(command: Command, emission: Emission) -> Configuration:
    """The settings that the optimizer, the user's environment and the command line allow."""
    by_size = emission.objective == "size"
    return Configuration(
        slim=by_size and emission.slimmable and may_use_slim(command),
        outlined=by_size and emission.outlinable and may_outline(command),
    )


def _worthwhile_variations(
    command: Command, expected: ExpectedSize, allowed: Configuration, llvm: int
) -> tuple[str, ...]:
    """The names of the variations that are worth trying."""
    worthwhile = expected.thorough and expected.worth_trying(allowed).slim and expected.code >= _ENOUGH_CODE
    return variations(llvm) if worthwhile and NO_TEMPORARY_FILE not in command.back else ()


def _grown(outcome: Outcome) -> Outcome:
    """The outcome when the optimizer's object was larger than clang's."""
    return outcome.baseline_taken("driver-grew")


def _with_object(outcome: Outcome, command: Command, made: Configuration) -> Outcome:
    """The outcome with the object's own sizes and configuration, where it can be measured."""
    sizes = measure_file(command.output)
    if sizes is None or outcome.objective != "size":
        return outcome
    return replace(outcome, output=sizes, back_end=None if made.is_default else made)


def _with_own_sizes(outcome: Outcome, command: Command) -> Outcome:
    """The outcome where clang's own object was taken, with its sizes where the optimizer did not measure them."""
    if outcome.oz.total or outcome.objective != "size":
        return outcome
    sizes = measure_file(command.output)
    return outcome if sizes is None else replace(outcome, oz=sizes, output=sizes)
