"""The parent's side of trials: rounds of pass lists sent to disposable workers, whatever happens to those.

A round tries one list for each of some functions on one base. The outcome of a (function, list) pair depends on
nothing else, so rounds can go to any worker in any order: ``jobs`` changes no byte of the output. A worker's death
costs the pair that it can be laid to; where it cannot (while an object was emitted), the round is halved until it can.
"""

from __future__ import annotations

import select
from collections import Counter, deque
from collections.abc import Callable, Mapping

from ..annotations import Any
from ..errors import EngineError, WorkerError
from ..records import dataclass, field
from .process import Limits, Worker

__all__ = ["Bench", "Crew", "Outcome", "Round"]

Outcome = tuple[int, int]
"""Instructions and bytes of a function after a list."""


@dataclass(frozen=True)
class Round:
    """Lists (already legal function-level pipelines) to try on one base: function -> pipeline."""

    number: int
    base: str
    lists: Mapping[str, str]
    attempt: int = 0


@dataclass
class Bench:
    """A worker and what has been set up in its present child."""

    worker: Worker
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


class Crew:
    """Up to ``jobs`` workers over one input module."""

    def __init__(
        self,
        factory: Callable[[Worker], Any],
        data: bytes,
        name: str,
        jobs: int,
        limits: Limits | None = None,
        sharing: bool = False,
    ) -> None:
        """``sharing``: a worker that is the only one may use other processors for trials (``Workbench.share``)."""
        self._benches = [Bench(Worker(factory, limits)) for _ in range(jobs)]
        self.data = data
        self._name = name
        self._sharing = sharing and jobs == 1
        self._bases: dict[str, bytes] = {}
        self.known: dict[str, tuple[bytes, bytes, tuple[int, int]]] = {}
        """Bodies whose size need not be measured again (``Workbench.know``): every worker is told before it tries."""
        self.fallbacks: Counter[str] = Counter()
        self.trials = 0

    def begin(self) -> None:
        """Start the first worker before there is input. EngineError if that cannot be."""
        self._benches[0].worker.begin()

    def take(self, data: bytes, name: str) -> None:
        """The input, for a crew that was made without; before the first request."""
        self.data, self._name = data, name

    def dismiss(self) -> None:
        """Have the workers end, without waiting for that."""
        for bench in self._benches:
            bench.worker.dismiss()

    def close(self) -> None:
        for bench in self._benches:
            bench.worker.close()

    def add_base(self, name: str, bitcode: bytes) -> None:
        self._bases[name] = bitcode

    # -- single requests ------------------------------------------------------------------------------------------

    def load(self) -> dict[str, Any]:
        bench = self._benches[0]
        bench.refresh()
        bench.worker.call("load", self.data, self._name)
        bench.refresh()
        bench.loaded = True
        answer: dict[str, Any] = bench.worker.call("survey")
        return answer

    def ask(
        self,
        method: str,
        *arguments: Any,
        base: str | None = None,
        source: bool = False,
        meanwhile: Callable[[], object] | None = None,
    ) -> Any:
        """One request to the first worker, with what it needs set up. An external kill is tried again once.

        ``meanwhile`` is done here while the worker is at it.
        """
        for attempt in (0, 1):
            bench = self._benches[0]
            try:
                self._prepare(bench, base, source)
                bench.worker.send(method, *arguments)
                if meanwhile is not None:
                    meanwhile()
                return bench.worker.receive()
            except WorkerError as error:
                if error.reason != "trial-killed" or attempt:
                    raise
                self.fallbacks[error.reason] += 1
        raise AssertionError("unreachable")

    def _prepare(self, bench: Bench, base: str | None, source: bool) -> None:
        bench.refresh()
        if source and not bench.loaded:
            bench.worker.call("load", self.data, self._name)
            bench.refresh()
            bench.loaded = True
        if base is not None and base not in bench.adopted:
            bench.worker.call("adopt", base, self._bases[base])
            bench.refresh()
            bench.adopted.add(base)
        if self.known and not bench.taught and (base is not None or self._bases):
            bench.worker.call("know", self.known)
            bench.taught = True

    # -- rounds ---------------------------------------------------------------------------------------------------

    def run(
        self,
        rounds: list[Round],
        measure: bool,
        done: Callable[[int], None] | None = None,
        settled: Mapping[str, str] | None = None,
    ) -> list[dict[str, Outcome]]:
        """Run rounds; answers one mapping function -> outcome a round (lost pairs are absent).

        ``settled``: lists that the plan will have whatever comes out, for a worker that has time (``Workbench.share``).
        """
        results: list[dict[str, Outcome]] = [{} for _ in rounds]
        wanted = [Round(index, r.base, r.lists) for index, r in enumerate(rounds) if r.lists]
        waiting = deque(self._ordered(wanted, measure, dict(settled or {})))
        busy: dict[int, tuple[Bench, Round]] = {}
        finished = 0
        try:
            while waiting or busy:
                while waiting and len(busy) < len(self._benches):
                    self._post(waiting.popleft(), busy, waiting, measure)
                if not busy:
                    continue
                ready, _, _ = select.select(list(busy), [], [], self._benches[0].worker.limits.request_seconds)
                for reader in ready or list(busy):
                    bench, item = busy.pop(reader)
                    if self._take(bench, item, results, waiting):
                        finished += 1
                        if done is not None:
                            done(finished)
        finally:
            for bench, _ in busy.values():
                bench.worker.close()
        return results

    def _ordered(self, rounds: list[Round], measure: bool, settled: dict[str, str]) -> list[Round]:
        """The rounds in the order in which they are best asked for: last those that a worker has others try."""
        few = len(rounds) < 2 and not (rounds and settled)
        if not self._sharing or few or len({item.base for item in rounds}) > 1:
            return rounds
        bench, base = self._benches[0], rounds[0].base
        try:
            self._prepare(bench, base, source=False)
            order = bench.worker.call("share", base, [dict(item.lists) for item in rounds], measure, settled)
        except EngineError as error:  # what is wrong with the worker or a list, a trial or the composition will tell
            killed = isinstance(error, WorkerError) and error.reason == "trial-killed"
            self.fallbacks.update(["trial-killed"] if killed else [])
            return rounds
        return [rounds[index] for index in order]

    def _post(self, item: Round, busy: dict[int, tuple[Bench, Round]], waiting: deque[Round], measure: bool) -> None:
        used = {id(bench) for bench, _ in busy.values()}
        bench = next(bench for bench in self._benches if id(bench) not in used)
        try:
            self._prepare(bench, item.base, source=False)
        except WorkerError as error:
            self.fallbacks[error.reason] += 1
            if error.reason == "trial-killed" and item.attempt < 3:
                waiting.appendleft(Round(item.number, item.base, item.lists, item.attempt + 1))
            return
        bench.worker.send("trial", item.base, dict(item.lists), measure)
        busy[bench.worker.reader] = (bench, item)

    def _take(self, bench: Bench, item: Round, results: list[dict[str, Outcome]], waiting: deque[Round]) -> bool:
        try:
            answer = bench.worker.receive()
        except WorkerError as error:
            self._after_death(bench.worker.last_step, error.reason, item, waiting)
            return False
        except EngineError:
            self._narrow(item, "list-refused", waiting)
            return False
        if answer["invalid"]:
            self.fallbacks["trial-invalid"] += len(answer["invalid"])
            self._again(item, set(answer["invalid"]), waiting)
            return False
        results[item.number].update(answer["outcomes"])
        self.trials += len(answer["outcomes"])
        return True

    def _after_death(self, step: int, reason: str, item: Round, waiting: deque[Round]) -> None:
        if reason == "trial-killed" and item.attempt == 0:
            self.fallbacks[reason] += 1
            waiting.appendleft(Round(item.number, item.base, item.lists, 1))
        elif 0 <= step < len(item.lists):
            self.fallbacks[reason] += 1
            culprit = list(item.lists)[step]
            # Where functions run grouped by list, the death may be any function's of that group.
            self._again(item, {culprit}, waiting)
        else:
            self._narrow(item, reason, waiting)

    def _again(self, item: Round, without: set[str], waiting: deque[Round]) -> None:
        rest = {name: pipeline for name, pipeline in item.lists.items() if name not in without}
        if rest:
            waiting.appendleft(Round(item.number, item.base, rest, item.attempt))

    def _narrow(self, item: Round, reason: str, waiting: deque[Round]) -> None:
        """Halve a round whose culprit is unknown; a round of one function has found it."""
        names = list(item.lists)
        if len(names) == 1:
            self.fallbacks[reason] += 1
            return
        for half in (names[len(names) // 2 :], names[: len(names) // 2]):
            waiting.appendleft(Round(item.number, item.base, {name: item.lists[name] for name in half}, item.attempt))
