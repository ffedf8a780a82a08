"""Trials on a base: run lists on a copy and measure what comes out; forks try some rounds on other processors.

The reply to a trial depends on nothing but the base and the lists, so rounds that are known beforehand may be tried by
forks of the worker (``worker.fork``), which have the base and all of LLVM at hand. Where a fork is lost, its rounds are
tried here when they are asked for, and whatever ended it happens again, and is found out, here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from ..encoding import codec_of
from ..ir.body_hash import Body, printed_instructions
from ..ir.function_keys import PortableBodies
from ..llvm.capi import Function, Module
from ..llvm.libllvm import LibLLVMEngine
from ..llvm.variables import added_bytes, last_variable
from ..records import dataclass
from .fork import Fork, processors
from .function_memory import BaseMemory, Remembered
from .process import EMITTING, WorkerProcess
from .protocol import TrialReply
from .size_cache import Key, SizeCache

__all__ = ["Trials", "divided"]

_WORTH_A_FORK = 300
"""Instructions to be tried from which on that takes longer than starting a process."""
_UNMEASURED = 2
"""How many times less work a list is where what comes out is not measured."""
_FORKS = 3
"""The most forks at a time: parallel builds gain nothing from more."""

Lists = dict[str, str]
"""Function -> the pipeline that is tried on it."""
Printed = Callable[[Module, Collection[str]], tuple[bytes, list[tuple[Function, Body]]]]
Pair = tuple[str, bool, tuple[tuple[str, str], ...]]
"""What a trial is told by: its base, whether it is measured, and its lists."""


@dataclass(frozen=True)
class TriedRounds:
    """What a fork found: a reply for each of its rounds, and the bodies that it measured for them."""

    replies: list[TrialReply]
    sizes: list[tuple[tuple[str, bytes], tuple[int, int]]]


_TRIED = codec_of("TriedRounds", __name__)


class Trials:
    """The trials of one worker. ``printed`` prints a module, and gives its named functions."""

    def __init__(
        self,
        engine: LibLLVMEngine,
        process: WorkerProcess,
        sizes: SizeCache,
        printed: Printed,
        idle: Callable[[], None],
    ) -> None:
        """``idle`` is called where all that is left to do is waiting for a fork."""
        self._engine, self._process, self._sizes, self._printed, self._idle = engine, process, sizes, printed, idle
        self._instructions: dict[Key, int] = {}
        self._forks: list[tuple[list[Pair], Fork[TriedRounds]]] = []
        """What each fork tries, and the fork."""
        self._found: dict[Pair, TrialReply] = {}

    def share(
        self,
        name: str,
        base: Module,
        rounds: Sequence[Lists],
        measure: bool,
        memory: BaseMemory | None = None,
        besides: Collection[str] = (),
    ) -> list[int]:
        """Have forks try some of the rounds from now on; answers the order in which all are best asked for.

        ``besides`` are functions whose lists will be run here meanwhile, without being measured.
        """
        self.drop()
        sizes = {function.name: function.instructions() for function in base.functions()}
        known = [_known(memory, lists, measure) for lists in rounds]
        costs = [
            sum(sizes.get(function, 0) for function in lists if function not in found)
            for lists, found in zip(rounds, known, strict=True)
        ]
        busy = sum(sizes.get(function, 0) for function in besides) // _UNMEASURED
        if len(rounds) < 2 and busy <= _WORTH_A_FORK:
            return list(range(len(rounds)))
        shares = divided(costs, min(processors(), _FORKS + 1), busy)
        others = [share for share in shares[1:] if sum(costs[index] for index in share) > _WORTH_A_FORK]
        for share in others:
            keys = [_key(name, rounds[index], measure) for index in share]
            work = partial(self._try_all, base, [rounds[index] for index in share], measure, memory)
            self._forks.append((keys, self._process.fork(work, _TRIED)))
        taken = [index for share in others for index in share]
        return [index for index in range(len(rounds)) if index not in taken] + taken

    @property
    def shared(self) -> bool:
        """Whether forks are trying rounds."""
        return bool(self._forks)

    def run(self, name: str, base: Module, lists: Lists, measure: bool, memory: BaseMemory | None = None) -> TrialReply:
        """What the lists come to: remembered, found by a fork, or now."""
        key = _key(name, lists, measure)
        for number, (keys, fork) in enumerate(self._forks):
            if key in keys:
                del self._forks[number]
                self._idle()
                self._take(keys, fork)
                break
        found = self._found.pop(key, None)
        return self._try(base, lists, measure, memory) if found is None else found

    def drop(self) -> None:
        """End what still runs, and forget what was not asked for."""
        for _, fork in self._forks:
            fork.drop()
        self._forks.clear()
        self._found.clear()

    def _take(self, keys: list[Pair], fork: Fork[TriedRounds]) -> None:
        found = fork.fetched()
        if found is not None:
            self._sizes.learn(found.sizes)
            self._found.update(zip(keys, found.replies, strict=True))

    def _try_all(self, base: Module, rounds: list[Lists], measure: bool, memory: BaseMemory | None) -> TriedRounds:
        """In a fork: the replies, and what was measured for them."""
        before = self._sizes.measured()
        replies = [self._try(base, lists, measure, memory) for lists in rounds]
        return TriedRounds(replies, self._sizes.measured_since(before))

    def _try(self, base: Module, lists: Lists, measure: bool, memory: BaseMemory | None) -> TrialReply:
        """What the lists come to; those whose outcome is remembered do not run."""
        known = _known(memory, lists, measure)
        outcomes = {name: (trial.instructions, trial.total) for name, trial in known.items()}
        if len(known) < len(lists):
            copy = base.clone()
            try:
                tried = self._tried(copy, lists, known, measure, memory)
            finally:
                copy.dispose()
            if tried.invalid:
                return tried
            outcomes.update(tried.outcomes)
        if measure:
            self._sizes.recall((name, trial.body, trial.size) for name, trial in known.items())
        return TrialReply(outcomes, remembered=len(known))

    def _tried(
        self, copy: Module, lists: Lists, known: Collection[str], measure: bool, memory: BaseMemory | None
    ) -> TrialReply:
        """Run the lists of functions that are not ``known``."""
        machine = copy.machine
        grown: dict[str, int] = {}
        order = {name: index for index, name in enumerate(lists)}
        wanted = {name: pipeline for name, pipeline in lists.items() if name not in known}
        last: list[tuple[str, int | None]] = []

        def count_growth() -> None:
            if last and machine is not None:
                name, before = last.pop()
                if last_variable(copy) != before:
                    grown[name] = added_bytes(copy, before, machine)

        def step(name: str) -> None:
            count_growth()
            last.append((name, last_variable(copy)))
            self._process.step(order[name])

        self._engine.run_lists(copy, wanted, step)
        count_growth()
        self._process.step(EMITTING)
        if not measure or self._sizes.separable(copy):
            self._engine.leave_only(copy, wanted)  # a large module takes longer to print than a few functions to try
        keys: dict[str, bytes] = {}
        invalid: list[str] = []
        module_text, found = self._printed(copy, wanted)
        for function, (body, text) in found:
            name = function.name
            key = (name, body)
            keys[name] = body
            if key not in self._instructions:
                if function.is_sound():
                    self._instructions[key] = printed_instructions(text)
                else:
                    invalid.append(name)
        if invalid:
            return TrialReply({}, tuple(invalid))
        if measure:
            self._sizes.measure(copy, keys)
        sizes = {name: self._sizes.sizes(name, key) if measure else (0, 0) for name, key in keys.items()}
        outcomes = {
            name: (self._instructions[name, key], sizes[name][0] + grown.get(name, 0) if measure else 0)
            for name, key in keys.items()
        }
        if memory is not None:
            portable = PortableBodies(module_text)
            for name, (_, printed) in zip(keys, found, strict=True):
                trial = Remembered(*outcomes[name], portable.key(printed), sizes[name])
                memory.remember(name, lists[name], measure, trial, printed[1])
        return TrialReply(outcomes)


def _known(memory: BaseMemory | None, lists: Lists, measure: bool) -> dict[str, Remembered]:
    return {} if memory is None else memory.known(lists, measure)


def _key(name: str, lists: Lists, measure: bool) -> Pair:
    return name, measure, tuple(lists.items())


def divided(work: Sequence[int], parts: int, busy: int = 0) -> list[list[int]]:
    """Which pieces of work go together, so that all parts take about as long.

    The first part has so much to do already as ``busy`` says; where that is nothing, it gets the most work.
    """
    shares: list[list[int]] = [[] for _ in range(max(1, parts))]
    sums = [busy] + [0] * (len(shares) - 1)
    for index in sorted(range(len(work)), key=lambda index: (-work[index], index)):
        least = sums.index(min(sums))
        shares[least].append(index)
        sums[least] += work[index]
    order = range(len(shares)) if busy else sorted(range(len(shares)), key=lambda part: -sums[part])
    return [sorted(shares[part]) for part in order]
