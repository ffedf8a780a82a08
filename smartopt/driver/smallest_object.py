"""Chooses the smallest object of one compile: of the optimizer's module or clang's own, under the best configuration.

The optimizer returns bitcode, but only the object's size counts. The first try uses slim settings (under which pass
lists were measured) and the outliner; its object is usually final. If it is larger than -Oz's object, or larger than
expected without the outliner, the back end runs again. If the optimizer's object is still larger than -Oz's, clang's
own object is taken. Effort max also tries variations (``driver.variation_search``). The choice is remembered
(``driver.remembered_choices``), so that the next build makes one object only.

A ``driver.object_maker`` makes the objects and keeps the chosen one.
"""

from __future__ import annotations

from collections.abc import Callable

from ..annotations import TYPE_CHECKING
from ..codegen.configuration import OWN, PLAN, Configuration, ObjectChoice, Source
from ..codegen.settings import variations
from ..codegen.targets import target_named
from ..optimizer.outcome import Outcome
from ..records import dataclass, replace
from .expected_size import ExpectedSize
from .fallback import Fallback
from .made_object import MadeObject
from .switches import Allowed

if TYPE_CHECKING:
    from ..optimizer.outcome import Emission
    from .object_maker import ObjectMaker
    from .remembered_choices import RememberedObject

__all__ = ["KeepInPlace", "Modules", "choose_object", "clearly_smaller", "likely_choices", "recall_object"]

_ENOUGH_CODE = 500
"""Bytes of machine code below which variations gain too little for more runs of the back end."""
_CLOSE = 16
"""An object within so many bytes of -Oz's size, or within the target's ``doubt``, is compared with clang's own object.
The optimizer measures -Oz's module after it went through bitcode, which loses the order of uses."""
_ROUNDS = 2
"""Attempts to exclude functions from outlining before giving it up: each attempt changes what is outlined elsewhere."""

KeepInPlace = Callable[[bytes, tuple[str, ...]], bytes]
"""Returns the bitcode with the named functions marked so that nothing is outlined from them. Raises Fallback."""


@dataclass(frozen=True)
class Modules:
    """The two modules that the object of a compile can be made from.

    Attributes:
        own: the front end's bitcode.
        plan: the optimizer's bitcode.
        keep_in_place: marks functions in ``plan``.
    """

    own: bytes
    plan: bytes
    keep_in_place: KeepInPlace


def choose_object(
    maker: ObjectMaker, modules: Modules, outcome: Outcome, allowed: Allowed, known: ObjectChoice | None
) -> tuple[Outcome, ObjectChoice]:
    """Make the smallest object of one compile; it is the maker's result afterwards.

    Args:
        maker: makes objects.
        modules: what they are made from.
        outcome: the optimizer's result.
        allowed: what the user allows.
        known: the choice of an earlier build; ignored if its settings are not allowed now.

    Returns:
        The outcome with the object's own sizes and configuration, and the choice to remember as ``known``. Raises
        Fallback where the object lacks what clang's has or the back end fails, and OSError.
    """
    emission = outcome.emission
    settings = _allowed_settings(allowed, emission)
    own = _Module(maker, "own", modules.own)
    plan = _Module(maker, "plan", modules.plan, modules.keep_in_place)
    if known is not None and known.configuration.within(settings):
        made = (own if known.source == "own" else plan).make(known.configuration)
        if known.source == "own":
            outcome = _with_own_sizes(outcome if outcome.winner == "oz" else _grown(outcome), made)
        return _with_object(outcome, made), known
    if emission.frame_limits:
        own.default()  # what clang warns of are its own frames, also where the plan's are smaller
    once_more = True
    if outcome.winner != "oz":
        found = _choose_plan(own, plan, outcome, settings, allowed.prefer_own)
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
    best = _Attempts(own, emission, settings).smallest() if once_more else None
    if best is not None and not best.configuration.is_default:
        if not _is_beaten(best, own, emission):
            return _with_object(outcome, best), ObjectChoice("own", best.configuration)
        best = None
    if best is None and maker.clang_goes_on and outcome.oz.total:
        return outcome, OWN
    return _with_own_sizes(outcome, best or own.take_default()), OWN


def recall_object(outcome: Outcome, allowed: Allowed, known: RememberedObject | None) -> Outcome | None:
    """The outcome with the object of an earlier build, which nobody needs to look at; None where it must be made."""
    if known is None or known.sizes is None:
        return None
    made = known.choice.configuration
    if not made.within(_allowed_settings(allowed, outcome.emission)):
        return None
    if known.choice.source == "own":
        outcome = outcome if outcome.winner == "oz" else _grown(outcome)
        if made.is_default:
            return outcome if outcome.oz.total else replace(outcome, oz=known.sizes, output=known.sizes)
    return replace(outcome, output=known.sizes, back_end=None if made.is_default else made)


def clearly_smaller(outcome: Outcome, allowed: Allowed) -> tuple[Outcome, ObjectChoice]:
    """The outcome where nobody sees the objects: the optimizer's module, under clang's settings, where it is smaller by
    more than its sizes may err. Raises Fallback where the back end may print what depends on the module.
    """
    oz = outcome.oz.total
    if outcome.winner == "oz":
        return outcome, OWN
    if outcome.frame_limits or outcome.reported_calls:
        raise Fallback("driver-back-spoke", "what the back end says may depend on how the functions were optimised")
    clear = bool(oz) and _is_clear(outcome.output.total, oz, outcome.target)
    if allowed.prefer_own and outcome.objective == "size" and not clear:
        return _grown(outcome), OWN
    return outcome, PLAN


def likely_choices(emission: Emission, allowed: Allowed, known: ObjectChoice | None) -> list[ObjectChoice]:
    """The objects that :func:`choose_object` will most likely make first. See there for the arguments."""
    settings = _allowed_settings(allowed, emission)
    if known is not None and known.configuration.within(settings):
        return [known]
    source: Source = "own" if emission.winner == "oz" else "plan"
    expected = ExpectedSize(emission, source)
    first, names = expected.worth_trying(settings), _worthwhile_variations(expected, settings, emission.llvm)
    likely = [first, *(replace(first, variations=(name,)) for name in names[:1])]
    return [ObjectChoice(source, configuration) for configuration in likely if not configuration.is_default]


class _Module:
    """One of the two modules, and the objects that are made of it."""

    def __init__(
        self, maker: ObjectMaker, source: Source, bitcode: bytes, keep_in_place: KeepInPlace | None = None
    ) -> None:
        """Without ``keep_in_place``, functions cannot be marked."""
        self.source, self._maker, self._bitcode = source, maker, bitcode
        self._keep_in_place = keep_in_place
        self._default: MadeObject | None = None

    @property
    def can_keep_in_place(self) -> bool:
        """Whether functions can be marked."""
        return self._keep_in_place is not None

    def make(self, configuration: Configuration) -> MadeObject:
        """Make the object under a configuration, as the result. Raises Fallback."""
        return MadeObject(configuration, self._maker.make(*self._input(configuration)))

    def begin(self, configuration: Configuration) -> Callable[[], bytes]:
        """Start to make an object in memory; the answer waits for it. Both raise Fallback."""
        return self._maker.begin(*self._input(configuration))

    def take(self, made: MadeObject) -> None:
        """Keep as the result an object that was made earlier. Raises Fallback."""
        self._maker.take(*self._input(made.configuration), made.data)

    def withdraw(self) -> bool:
        """Remove the result until the next :meth:`take`; False if that is impossible."""
        return self._maker.withdraw()

    def default(self) -> MadeObject:
        """The object under clang's own settings, made in memory, once. Raises Fallback."""
        if self._default is None:
            self._default = MadeObject(Configuration(), self.begin(Configuration())())
        return self._default

    def take_default(self) -> MadeObject:
        """Keep the object under clang's own settings as the result. Raises Fallback."""
        if self._default is None:
            return self.make(Configuration())
        self.take(self._default)
        return self._default

    def _input(self, configuration: Configuration) -> tuple[ObjectChoice, bytes]:
        """The arguments of an :class:`ObjectMaker`: the bitcode has marks on functions that are kept in place."""
        names, bitcode = configuration.in_place, self._bitcode
        if names and self._keep_in_place is not None:
            bitcode = self._keep_in_place(bitcode, names)
        return ObjectChoice(self.source, configuration), bitcode


class _Attempts:
    """Makes one module's object under one configuration after another; the last one is the result."""

    def __init__(self, module: _Module, emission: Emission, allowed: Configuration) -> None:
        self._module, self._allowed, self._llvm = module, allowed, emission.llvm
        self._expected = ExpectedSize(emission, module.source)

    def smallest(self) -> MadeObject | None:
        """Make the smallest object that the allowed settings make, as the result.

        None if only clang's own settings are worth trying (no object was made), or if the object is too large (the
        caller replaces it).
        """
        made = self._first()
        if made is None or not made.configuration.slim:
            return made
        names = _worthwhile_variations(self._expected, self._allowed, self._llvm)
        if names and made.sizes is not None and self._module.withdraw():
            from .variation_search import vary_object  # most compiles do without

            made = vary_object(self._module.begin, made, names, self._acceptable).without_idle_outliner()
            self._module.take(made)
        return made

    def _first(self) -> MadeObject | None:
        """Make the object under the settings that usually make it smallest, with or without the outliner.

        None as for :meth:`smallest`.
        """
        configuration = self._expected.worth_trying(self._allowed)
        if configuration.is_default:
            return None
        limit = self._expected.limit
        made, larger = self._keep_in_place(self._make(configuration))
        total = made.linked_total
        if total is None:
            return made if made.configuration.is_default else None
        fits = total <= limit and not larger
        doubtful = larger or self._expected.may_be_smaller_in_place(total)
        if made.configuration.outlined and configuration.slim and doubtful:
            alone = self._make(configuration.not_outlined())
            alone_total = alone.linked_total
            if alone_total is not None and alone_total <= (limit if larger else min(total, limit)):
                return alone
            if fits:
                self._module.take(made)
        return made if fits or made.configuration.is_default else None

    def _keep_in_place(self, made: MadeObject) -> tuple[MadeObject, set[str]]:
        """Remake the object without outlining from functions that outlining made larger, if the effort allows.

        Returns the last object, and the functions that may still be larger after linking.
        """
        larger = self._made_larger(made)
        for _ in range(_ROUNDS):
            if self._expected.hasty or not self._module.can_keep_in_place or not larger:
                break
            names = {*made.configuration.in_place, *larger}
            made = self._make(replace(made.configuration, in_place=tuple(sorted(names))))
            larger = self._made_larger(made)
        return made, larger

    def _make(self, configuration: Configuration) -> MadeObject:
        return self._module.make(configuration).without_idle_outliner()

    def _made_larger(self, made: MadeObject) -> set[str]:
        return self._expected.functions_made_larger(made.data) if made.configuration.outlined else set()

    def _acceptable(self, made: bytes) -> bool:
        return not self._expected.functions_made_larger(made)


def _choose_plan(
    own: _Module, plan: _Module, outcome: Outcome, allowed: Configuration, prefer_own: bool
) -> tuple[Outcome, ObjectChoice] | None:
    """Make the smallest object of the optimizer's module; None where clang's own may be smaller."""
    emission = outcome.emission
    best = _Attempts(plan, emission, allowed).smallest()
    if best is not None and not best.configuration.is_default:
        if _is_beaten(best, own, emission):
            return None
        _check_nothing_missing(best, emission)
        return _with_object(outcome, best), ObjectChoice("plan", best.configuration)
    if best is None:
        if emission.effort == "fast" and emission.winner == "module":
            return None  # -Oz's module with frame pointers only: without other settings not worth another run
        best = plan.make(PLAN.configuration)
    _check_nothing_missing(best, emission)
    if prefer_own and _is_beaten(best, own, emission):
        return None
    if best.sizes is None or not emission.oz.total or emission.objective != "size":
        return outcome, PLAN
    return replace(outcome, output=best.sizes), PLAN


def _is_beaten(made: MadeObject, own: _Module, emission: Emission) -> bool:
    """Whether clang's own object is no larger than ``made``; it is made to see only where that is close.

    The optimizer's sums do not know flags that only the back end heeds, either.
    """
    oz = emission.oz.total
    if not oz or emission.objective != "size" or made.sizes is None:
        return False
    if _is_clear(made.sizes.total, oz, emission.target):
        return False
    clangs = own.default().sizes
    return clangs is not None and clangs.total <= made.sizes.total


def _is_clear(total: int, oz: int, target: str) -> bool:
    """Whether a size is smaller than -Oz's by more than the latter may err on a target, which is not known for targets
    without settings.
    """
    known = target_named(target)
    return known is not None and total <= oz - max(_CLOSE, oz // known.doubt)


def _check_nothing_missing(made: MadeObject, emission: Emission) -> None:
    if missing := made.missing_functions(emission.vanished):
        raise Fallback("driver-assembly-needs", ", ".join(sorted(missing)))


def _allowed_settings(allowed: Allowed, emission: Emission) -> Configuration:
    """The settings that both the optimizer and the user allow."""
    by_size, settings = emission.objective == "size", allowed.configuration
    return Configuration(
        slim=by_size and emission.slimmable and settings.slim,
        outlined=by_size and emission.outlinable and settings.outlined,
        target=emission.target or settings.target,
    )


def _worthwhile_variations(expected: ExpectedSize, allowed: Configuration, llvm: int) -> tuple[str, ...]:
    """The names of the variations that are worth trying."""
    worthwhile = expected.thorough and expected.worth_trying(allowed).slim and expected.code >= _ENOUGH_CODE
    return variations(llvm, allowed.target) if worthwhile else ()


def _grown(outcome: Outcome) -> Outcome:
    """The outcome when the optimizer's object was larger than clang's."""
    return outcome.baseline_taken("driver-grew")


def _with_object(outcome: Outcome, made: MadeObject) -> Outcome:
    """The outcome with the object's own sizes and configuration, where it can be measured."""
    if outcome.objective != "size" or made.sizes is None:
        return outcome
    back_end = None if made.configuration.is_default else made.configuration
    return replace(outcome, output=made.sizes, back_end=back_end)


def _with_own_sizes(outcome: Outcome, made: MadeObject) -> Outcome:
    """The outcome where clang's own object was taken, with its sizes where the optimizer did not measure them."""
    if outcome.oz.total or outcome.objective != "size" or made.sizes is None:
        return outcome
    return replace(outcome, oz=made.sizes, output=made.sizes)
