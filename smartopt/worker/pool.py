"""The parent's side of the work: a fault-tolerant pool of disposable workers for one input.

Single requests go to the first worker. Trials go out in rounds: a round tries one list for each of some functions on
one base. The outcome of a (function, list) pair depends on nothing else, so rounds can go to any worker in any order,
and the number of jobs changes no byte of the output. A worker's death costs the (function, list) pair that caused it.
If the cause is unknown (during object emission), the round is halved until it is found.
"""

from __future__ import annotations

import select
from collections import Counter, deque
from collections.abc import Callable, Mapping

from ..annotations import TypeVar
from ..errors import EngineError, WorkerError
from ..records import dataclass, field
from .process import Limits, Service, WorkerHere, WorkerProcess
from .protocol import (
    AdoptBase,
    KnownBody,
    KnowSizes,
    Load,
    ModuleFacts,
    Request,
    ShareTrials,
    Survey,
    Trial,
    TrialOutcome,
)

__all__ = ["Pool", "Round"]

Reply = TypeVar("Reply")


@dataclass(frozen=True)
class Round:
    """Lists to try on one base: function to function-level pipeline (trusted, and one that this LLVM takes)."""

    number: int
    base: str
    lists: Mapping[str, str]
    attempt: int = 0


@dataclass
class _Member:
    """A worker, and what has been set up in its present child."""

    worker: WorkerProcess
    generation: int = 0
    loaded: bool = False
    taught: bool = False
    adopted: set[str] = field(default_factory=set)

    def refresh(self) -> None:
        """Forget what died with an earlier child."""
        if self.generation != self.worker.starts or not self.worker.pid:
            self.generation = self.worker.starts + (0 if self.worker.pid else 1)
            self.loaded = self.taught = False
            self.adopted.clear()


class Pool:
    """Up to ``jobs`` workers over one input module.

    Attributes:
        data: the input; empty until there is one.
        known: function bodies of known size; sent to every worker before trials.
        fallbacks: reasons counted so far.
        trials: (function, list) pairs tried so far.
        remembered: those whose outcome was known from earlier runs.
    """

    def __init__(
        self,
        factory: Callable[[WorkerProcess], Service],
        data: bytes,
        name: str,
        jobs: int,
        limits: Limits | None = None,
        sharing: bool = False,
    ) -> None:
        """Make a pool; no worker is started yet.

        Args:
            factory: makes the service in a child.
            data: the input.
            name: what LLVM's messages call it.
            jobs: workers at a time.
            limits: of each child.
            sharing: a worker that is the only one may use other processors for trials (:class:`ShareTrials`).
        """
        self._factory, self._limits = factory, limits
        self._members = [_Member(WorkerProcess(factory, limits)) for _ in range(jobs)]
        self.data = data
        self._name = name
        self._sharing = sharing and jobs == 1
        self._bases: dict[str, bytes] = {}
        self.known: dict[str, KnownBody] = {}
        self.fallbacks: Counter[str] = Counter()
        self.trials = self.remembered = 0
        self._memory = ""

    def begin(self) -> None:
        """Start the first worker before there is input. Raises EngineError if it cannot be started."""
        self._members[0].worker.begin()

    def answer(self, here: bool) -> None:
        """Answer the next requests in this process, which must be disposable, or in processes of their own again."""
        first = self._members[0]
        if here != isinstance(first.worker, WorkerHere):
            first.worker.close()
            self._members[0] = _Member((WorkerHere if here else WorkerProcess)(self._factory, self._limits))

    def set_input(self, data: bytes, name: str, memory: str = "") -> None:
        """Set the input of a pool made without one; call before the first request.

        ``memory`` is the fingerprint under which trials are remembered; empty for none.
        """
        self.data, self._name, self._memory = data, name, memory

    def dismiss(self) -> None:
        """Tell the workers to exit; do not wait."""
        for member in self._members:
            member.worker.dismiss()

    def close(self) -> None:
        """End the workers; safe to call twice."""
        for member in self._members:
            member.worker.close()

    def add_base(self, name: str, bitcode: bytes) -> None:
        """Keep a base by name: each worker adopts it when it is first asked about it."""
        self._bases[name] = bitcode

    # -- single requests ------------------------------------------------------------------------------------------

    def load(self) -> ModuleFacts:
        """Load the input into the first worker and return its facts. Raises InputError, EngineError or WorkerError."""
        member = self._members[0]
        member.refresh()
        member.worker.call(Load(self.data, self._name))
        member.refresh()
        member.loaded = True
        return member.worker.call(Survey())

    def ask(
        self,
        request: Request[Reply],
        *,
        base: str | None = None,
        source: bool = False,
        meanwhile: Callable[[], object] | None = None,
    ) -> Reply:
        """Send one request to the first worker and wait for its reply.

        If the worker is killed from outside, the request is repeated once.

        Args:
            request: what is asked.
            base: the base that the worker must have adopted first.
            source: whether it must have read the input first.
            meanwhile: called in this process while the worker is busy; may be called twice.

        Raises what the worker raised, or WorkerError if it died.
        """
        for attempt in (0, 1):
            member = self._members[0]
            try:
                self._prepare(member, base, source)
                member.worker.send(request)
                if meanwhile is not None:
                    meanwhile()
                return member.worker.receive(request)
            except WorkerError as error:
                if error.reason != "trial-killed" or attempt:
                    raise
                self.fallbacks[error.reason] += 1
        raise AssertionError("unreachable")

    def _prepare(self, member: _Member, base: str | None, source: bool) -> None:
        member.refresh()
        if source and not member.loaded:
            member.worker.call(Load(self.data, self._name))
            member.refresh()
            member.loaded = True
        if base is not None and base not in member.adopted:
            member.worker.call(AdoptBase(base, self._bases[base], self._memory))
            member.refresh()
            member.adopted.add(base)
        if self.known and not member.taught and (base is not None or self._bases):
            member.worker.call(KnowSizes(self.known))
            member.taught = True

    # -- rounds ---------------------------------------------------------------------------------------------------

    def run(
        self,
        rounds: list[Round],
        measure: bool,
        done: Callable[[int], None] | None = None,
        decided: Mapping[str, str] | None = None,
    ) -> list[dict[str, TrialOutcome]]:
        """Run rounds of trials.

        Args:
            rounds: what to try; their numbers are their places.
            measure: whether bytes are measured.
            done: told how many rounds are done, after each.
            decided: lists that are already final; a worker may run them ahead.

        Returns: for each round, function to outcome; lost pairs are absent.
        """
        results: list[dict[str, TrialOutcome]] = [{} for _ in rounds]
        wanted = [Round(index, r.base, r.lists) for index, r in enumerate(rounds) if r.lists]
        waiting = deque(self._ordered(wanted, measure, dict(decided or {})))
        busy: dict[int, tuple[_Member, Round, Trial]] = {}
        finished = 0
        try:
            while waiting or busy:
                while waiting and len(busy) < len(self._members):
                    self._send(waiting.popleft(), busy, waiting, measure)
                if not busy:
                    continue
                ready = [reader for reader in busy if reader < 0]  # the work is done here, when it is asked for
                if not ready:
                    ready, _, _ = select.select(list(busy), [], [], self._members[0].worker.limits.request_seconds)
                for reader in ready or list(busy):
                    member, item, request = busy.pop(reader)
                    if self._receive(member, item, request, results, waiting):
                        finished += 1
                        if done is not None:
                            done(finished)
        finally:
            for member, *_ in busy.values():
                member.worker.close()
        return results

    def _ordered(self, rounds: list[Round], measure: bool, decided: dict[str, str]) -> list[Round]:
        """The rounds in the best order to request them; those tried by forks come last."""
        few = len(rounds) < 2 and not (rounds and decided)
        if not self._sharing or few or len({item.base for item in rounds}) > 1:
            return rounds
        member, base = self._members[0], rounds[0].base
        try:
            self._prepare(member, base, source=False)
            lists = [dict(item.lists) for item in rounds]
            order = member.worker.call(ShareTrials(base, lists, measure, decided))
        except EngineError as error:  # a later trial or composition will hit the same error and report it
            killed = isinstance(error, WorkerError) and error.reason == "trial-killed"
            self.fallbacks.update(["trial-killed"] if killed else [])
            return rounds
        return [rounds[index] for index in order]

    def _send(
        self, item: Round, busy: dict[int, tuple[_Member, Round, Trial]], waiting: deque[Round], measure: bool
    ) -> None:
        used = {id(member) for member, *_ in busy.values()}
        member = next(member for member in self._members if id(member) not in used)
        try:
            self._prepare(member, item.base, source=False)
        except EngineError as error:  # not even a child can be started, say: the round is lost, the search goes on
            reason = error.reason if isinstance(error, WorkerError) else "replay-failed"
            self.fallbacks[reason] += 1
            if reason == "trial-killed" and item.attempt < 3:
                waiting.appendleft(Round(item.number, item.base, item.lists, item.attempt + 1))
            return
        request = Trial(item.base, dict(item.lists), measure)
        member.worker.send(request)
        busy[member.worker.reader] = (member, item, request)

    def _receive(
        self,
        member: _Member,
        item: Round,
        request: Trial,
        results: list[dict[str, TrialOutcome]],
        waiting: deque[Round],
    ) -> bool:
        try:
            reply = member.worker.receive(request)
        except WorkerError as error:
            self._after_death(member.worker.last_step, error.reason, item, waiting)
            return False
        except EngineError:
            self._halve(item, "list-refused", waiting)
            return False
        if reply.invalid:
            self.fallbacks["trial-invalid"] += len(reply.invalid)
            self._try_again(item, set(reply.invalid), waiting)
            return False
        results[item.number].update(reply.outcomes)
        self.trials += len(reply.outcomes) - reply.remembered
        self.remembered += reply.remembered
        return True

    def _after_death(self, step: int, reason: str, item: Round, waiting: deque[Round]) -> None:
        if reason == "trial-killed" and item.attempt == 0:
            self.fallbacks[reason] += 1
            waiting.appendleft(Round(item.number, item.base, item.lists, 1))
        elif 0 <= step < len(item.lists):
            self.fallbacks[reason] += 1
            culprit = list(item.lists)[step]
            # Where functions run grouped by list, any function of that group may have caused it.
            self._try_again(item, {culprit}, waiting)
        else:
            self._halve(item, reason, waiting)

    def _try_again(self, item: Round, without: set[str], waiting: deque[Round]) -> None:
        rest = {name: pipeline for name, pipeline in item.lists.items() if name not in without}
        if rest:
            waiting.appendleft(Round(item.number, item.base, rest, item.attempt))

    def _halve(self, item: Round, reason: str, waiting: deque[Round]) -> None:
        """Halve a round whose culprit is unknown; a round of one function has found it."""
        names = list(item.lists)
        if len(names) == 1:
            self.fallbacks[reason] += 1
            return
        for half in (names[len(names) // 2 :], names[: len(names) // 2]):
            waiting.appendleft(Round(item.number, item.base, {name: item.lists[name] for name in half}, item.attempt))
