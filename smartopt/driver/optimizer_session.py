"""The driver's use of the optimizer for one compile: bitcode in, bitcode and outcome out, decisions kept in the cache.

The driver makes an :class:`OptimizerSession` while the front end runs. Its worker, which loads LLVM, is started first;
the rest of what a compile needs besides clang, mostly imports, is done after that.
"""

from __future__ import annotations

import os

from ..errors import SmartoptError
from ..llvm.toolchain import toolchain_for_clang
from ..optimizer import PreparedOptimizer
from ..options import Options
from ..records import replace
from .fallback import Fallback
from .switches import allowed_by, may_add_frame_pointers

TYPE_CHECKING = False  # typing takes as long to import as all of the above
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..codegen.configuration import ObjectChoice
    from ..optimizer.outcome import Emission, Outcome
    from ..optimizer.run import Here
    from ..options import Stage
    from ..state.cache import Cache
    from .flags import Compile
    from .remembered_choices import RememberedObject

__all__ = ["OptimizerSession", "options_from_environment"]


class OptimizerSession:
    """The optimizer, prepared before there is bitcode; close it."""

    def __init__(self, clang: str, command: Compile, start: bool = True, here: Here = "never") -> None:
        """Find the toolchain and read the options. Raises Fallback where the optimizer cannot be used.

        ``start``: start a worker now, because one will most likely be needed. ``here``: what needs none.
        """
        self._command = command
        self.allowed = allowed_by(command)
        self._name = os.fsencode(command.source).decode("utf-8", "replace")
        self.prepare: Callable[[tuple[str, ...], bytes], None] | None = None
        """Called with predicted back-end flags and the output bitcode (empty if not known yet):

        see ``BackEnd.prepare``.
        """
        self._start = start
        self._known: RememberedObject | None = None
        self._marked: tuple[tuple[str, ...], bytes] = ((), b"")
        try:
            self._options = options_from_environment(
                toolchain_for_clang(clang).root,
                command.level,
                slim=self.allowed.configuration.slim,
                frames=may_add_frame_pointers(command),
                outline=self.allowed.configuration.outlined,
                stage=command.stage,
                llvm_options=command.llvm_options,
            )
            self._optimizer = PreparedOptimizer(self._options, start, here)
        except SmartoptError as error:
            raise Fallback("driver-optimiser-failed", str(error)) from error

    def load(self) -> None:
        """Do what can be done while the worker loads LLVM; call it before :meth:`run`. Raises Fallback."""
        from ..optimizer.fingerprint import fingerprint
        from ..state.cache import Cache
        from . import object_file, smallest_object  # noqa: F401 - imported now, while the worker loads LLVM
        from .remembered_choices import RememberedChoices

        try:
            if self._start:
                self._optimizer.load()
            cache = Cache()
            self._decisions = _Decisions(cache, fingerprint(self._options))
            self._choices = RememberedChoices(cache, self._command)
        except SmartoptError as error:
            raise Fallback("driver-optimiser-failed", str(error)) from error

    def run(self, data: bytes) -> tuple[Outcome, bytes]:
        """Optimize the front end's bitcode; the outcome and the optimized bitcode. Raises Fallback."""
        try:
            result = self._optimizer.run(data, self._name, self._decisions, self._expect)
            known = self.known_object
            if known is not None and known.choice.configuration.in_place:
                names = known.choice.configuration.in_place
                self._marked = names, self._optimizer.keep_in_place(result.data, names)  # while there is a worker
        except SmartoptError as error:
            raise Fallback("driver-optimiser-failed", str(error)) from error
        finally:
            self._optimizer.dismiss()
        from ..optimizer.memory import DISTURBANCES  # loaded by now

        outcome = result.outcome
        if not DISTURBANCES.isdisjoint(outcome.fallbacks):
            self._decisions.forget()
            if outcome.winner == "oz":  # nobody knows what would have won, so the object is clang's own, to the byte
                outcome = replace(outcome, slimmable=False, outlinable=False)
        return outcome, result.data

    def keep_in_place(self, bitcode: bytes, names: tuple[str, ...]) -> bytes:
        """Mark functions of the optimized bitcode that the outliner must not take code from. Raises Fallback.

        A worker is started for that unless :meth:`run` did it. If that worker is killed, the object becomes clang's
        own, because it must not depend on what else happens on the machine.
        """
        if self._marked[0] != names:
            try:
                self._marked = names, self._optimizer.keep_in_place(bitcode, names)
            except SmartoptError as error:
                raise Fallback("driver-optimiser-failed", str(error)) from error
            finally:
                self._optimizer.dismiss()
        return self._marked[1]

    def _expect(self, emission: Emission, bitcode: bytes) -> None:
        """Start the back end early for the objects that are most likely to be made."""
        if self.prepare is not None:
            from .smallest_object import likely_choices

            for choice in likely_choices(emission, self.allowed, self.known_choice):
                self.prepare(choice.flags(emission.llvm), bitcode)

    def close(self) -> None:
        """End the worker; safe to call twice."""
        self._optimizer.close()

    @property
    def known_object(self) -> RememberedObject | None:
        """The object that an earlier compile chose for the recalled decision; None if unknown."""
        decision = self._decisions.recalled
        if decision is None:
            return None
        if self._known is None:
            self._known = self._choices.get(decision)
        return self._known

    @property
    def known_choice(self) -> ObjectChoice | None:
        """How that object was made."""
        known = self.known_object
        return None if known is None else known.choice

    def remember(self, choice: ObjectChoice, outcome: Outcome) -> None:
        """Remember the object chosen by this compile, if its decision was remembered."""
        sizes = outcome.output if outcome.objective == "size" and outcome.output.total else None
        known = self.known_object
        new = known is None or known.choice != choice or known.sizes is None
        if self._decisions.kept is not None and new:
            from .remembered_choices import RememberedObject

            self._choices.put(self._decisions.kept, RememberedObject(choice, sizes))

    @property
    def counters(self) -> dict[str, int]:
        """How often the cache of decisions answered: ``hit`` and ``miss``."""
        return self._decisions.counters


class _Decisions:
    """The cache as the optimizer's memory of decisions.

    Attributes:
        fingerprint: changes whenever an output may.
        counters: how often a decision was known: ``hit`` and ``miss``.
        functions: whether what lists did to functions is remembered.
        recalled: the key of the decision that was read; None where there was none, or it was replaced.
        kept: the key of the decision of this compile, read or written; None where it is not in the cache.
    """

    def __init__(self, cache: Cache, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self.functions = True
        self.counters: dict[str, int] = {}
        self.recalled: str | None = None
        self.kept: str | None = None
        self._cache = cache

    def get(self, key: str) -> bytes | None:
        """The decision kept under a key; None if there is none."""
        value = self._cache.get(key)
        name = "miss" if value is None else "hit"
        self.counters[name] = self.counters.get(name, 0) + 1
        self.recalled = self.kept = None if value is None else key
        return value

    def put(self, key: str, value: bytes) -> None:
        """Keep a decision."""
        self.recalled, self.kept = None, key
        self._cache.put(key, value)

    def forget(self) -> None:
        """Forget the decision, because the outcome of this compile is not the one in the entry."""
        self.recalled = self.kept = None


def options_from_environment(
    llvm: str | None,
    level: str,
    slim: bool = False,
    frames: bool = True,
    outline: bool = False,
    stage: Stage = "compile",
    llvm_options: tuple[str, ...] = (),
) -> Options:
    """Options from ``SMARTOPT_OBJECTIVE`` and the other environment variables. Raises UsageError.

    Args:
        llvm: the toolchain's folder.
        level: what the user asked clang for: ``Os`` or ``Oz``.
        slim: whether the back end may use slim settings.
        frames: whether functions may be given frame pointers.
        outline: whether repeated code may be outlined.
        stage: whether a source file is compiled or a program is linked.
        llvm_options: the user's own options of LLVM.
    """
    chosen: dict[str, Any] = {"llvm": llvm, "level": level, "stands_for": "clang"}
    chosen |= {"stage": stage, "llvm_options": llvm_options}
    for field, variable in (
        ("objective", "SMARTOPT_OBJECTIVE"),
        ("effort", "SMARTOPT_EFFORT"),
        ("model", "SMARTOPT_MODEL"),
        ("select", "SMARTOPT_SELECT"),
    ):
        value = os.environ.get(variable)
        if value:
            chosen[field] = value
    by_size = chosen.get("objective", "size") == "size"
    return Options(**chosen, slim=slim and by_size, frames=frames, outline=outline and by_size)
