"""Search pass lists on real functions, in the product's own view, and choose a ranked coreset.

The functions are those of unoptimised bitcode files, tried exactly as the product tries them: in place on the base of
the replay strategy. Every outcome is kept (``outcomes.jsonl``, one row a module and list, written as it is found), so
that a run can be stopped and resumed, and the choice made again without trying anything again.

Steps: broadcast every candidate to all functions; take each function's winner and minimise it (drop passes while
the outcome holds); broadcast what is new; then choose greedily, each time the list that saves the most bytes (or
instructions) beyond those chosen before it. Source: the paper, section III-B; Liang et al. (ICML 2023) for the greedy
core set.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from ...errors import EngineError, InputError, PipelineError, WorkerError
from ...llvm.toolchain import find_toolchain
from ...optimizer.strategies import STRATEGIES
from ...passes.passlist import PassList
from ...passes.pipeline import Pipeline
from ...passes.plan_stages import OZ_LIST
from ...passes.trusted import Trusted
from ...worker.pool import Pool, Round
from ...worker.protocol import BaseMade, MakeBase, TrialOutcome
from ...worker.service import LibLLVMService
from ..parallel import run_map

__all__ = ["Search", "greedy"]

STRATEGY = "replay"
CHUNK = 48
"""Lists that one task tries on one file: work for some seconds, for which the file's base is made once."""
Task = tuple[Path, list[str], list[tuple[str, str]]]
"""A file, the names of its functions, and lists with their pipelines."""
Report = Callable[[str], None]


@dataclass
class Search:
    """Outcomes of lists on the functions of some bitcode files: ``table[function][list] = (instructions, bytes)``.

    A function is named ``file:symbol``, the file by its name and content; equal functions (by the text of their base)
    are kept once, in the file that had them first.
    """

    llvm: str
    trusted: Trusted
    files: list[Path]
    store: Path
    deadline: float
    report: Report = print
    jobs: int = 1
    ray: str | None = None
    table: dict[str, dict[str, TrialOutcome]] = field(default_factory=dict)
    _done: set[tuple[str, str]] = field(default_factory=set)
    _mine: dict[str, list[str]] = field(default_factory=dict)
    """By file, the functions that are tried there."""
    _seen: set[str] = field(default_factory=set)

    def resume(self) -> None:
        """Read the outcomes of an earlier run; a row cut off by a crash is passed over."""
        if not self.store.exists():
            return
        for line in self.store.read_text().splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row.get("owns"), dict):
                self._mine[row["file"]] = list(row["owns"])
                self._seen.update(row["owns"].values())
            elif "outcomes" in row:
                self._keep(row["file"], row["list"], {k: (v[0], v[1]) for k, v in row["outcomes"].items()})

    def _keep(self, file: str, text: str, outcomes: dict[str, TrialOutcome]) -> None:
        self._done.add((file, text))
        for name, outcome in outcomes.items():
            self.table.setdefault(f"{file}:{name}", {})[text] = outcome

    def broadcast(self, lists: Iterable[str]) -> None:
        """Try every list on every function of every file, until the deadline."""
        legal = [(text, pipeline) for text in lists if (pipeline := self._legal(text)) is not None]
        self._own()
        tasks = []
        for path in self.files:
            names = self._mine.get(file_name(path))
            todo = [(text, pipeline) for text, pipeline in legal if (file_name(path), text) not in self._done]
            if names:
                tasks += [(path, names, todo[start : start + CHUNK]) for start in range(0, len(todo), CHUNK)]
        begun: list[Task] = []

        def until() -> Iterator[Task]:
            for task in tasks:
                if time.monotonic() > self.deadline:
                    return
                begun.append(task)
                yield task

        for number, answer in enumerate(run_map(partial(_tried, llvm=self.llvm), until(), self.jobs, self.ray)):
            path, _, todo = begun[number]
            if isinstance(answer, str):
                self.report(f"{path.name}: skipped ({answer})")
                continue
            file = file_name(path)
            for (text, _), outcomes in zip(todo, answer, strict=True):
                self._keep(file, text, outcomes)
                self._append({"file": file, "list": text, "outcomes": outcomes})
            self.report(f"[{number + 1}/{len(tasks)}] {path.name}: {len(todo)} lists")

    def _own(self) -> None:
        """Decide which functions are tried in which file: in the order of the files, each distinct one once."""
        new = [path for path in self.files if file_name(path) not in self._mine]
        for path, hashes in zip(new, run_map(partial(_hashes, llvm=self.llvm), new, self.jobs, self.ray), strict=True):
            if isinstance(hashes, str):
                self.report(f"{path.name}: skipped ({hashes})")
                hashes = {}
            mine = {}
            for name, digest in hashes.items():
                if digest not in self._seen:
                    self._seen.add(digest)
                    mine[name] = digest
            self._mine[file_name(path)] = list(mine)
            self._append({"file": file_name(path), "owns": mine})

    def _append(self, row: dict[str, Any]) -> None:
        with self.store.open("a") as out:
            out.write(json.dumps(row, separators=(",", ":")) + "\n")

    def minimise(self, by_bytes: bool, limit: int) -> list[str]:
        """Shorter lists that may do what each function's winner does: every winner with one top item left out.

        The ``limit`` winners that save most are shortened; the product of one call is tried by :meth:`broadcast`, and
        calling again goes on from the new winners, so that lists shrink pass by pass.
        """
        gain: dict[str, int] = {}
        column = 1 if by_bytes else 0
        for outcomes in self.table.values():
            base = outcomes.get(OZ_LIST)
            if base is None:
                continue
            best = min(outcomes, key=lambda text: (outcomes[text][column], text.count(",")))
            saved = base[column] - outcomes[best][column]
            if saved > 0:
                gain[best] = gain.get(best, 0) + saved
        found: dict[str, None] = {}
        for text in sorted(gain, key=lambda text: (-gain[text], text))[:limit]:
            nodes = PassList.parse(text).prefix.nodes
            for index in range(len(nodes)):
                shorter = Pipeline(nodes[:index] + nodes[index + 1 :])
                if shorter and not any(str(shorter) in row for row in self.table.values()):
                    found.setdefault(str(shorter))
        return list(found)

    def _legal(self, text: str) -> str | None:
        try:
            return PassList.parse(text).function_pipeline(self.trusted)
        except PipelineError as error:
            self.report(f"dropped {text!r}: {error}")
            return None

    def digest(self) -> str:
        """SHA-256 over the names of the files and their contents: which corpus this was."""
        total = hashlib.sha256()
        for path in self.files:
            total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()


def _hashes(path: Path, *, llvm: str) -> dict[str, str] | str:
    """The functions of a file that lists may be tried on, with the hash of each; or why there are none."""
    pool = _pool(path, llvm)
    try:
        base = _base(pool)
    except (EngineError, InputError, WorkerError) as error:
        return str(error)
    finally:
        pool.close()
    return {name: digest for name, digest in base.hashes.items() if name not in base.excluded}


def _tried(task: Task, *, llvm: str) -> list[dict[str, TrialOutcome]] | str:
    """What each list of a task makes of each of its functions, or what went wrong with the file."""
    path, names, todo = task
    pool = _pool(path, llvm)
    try:
        pool.add_base(STRATEGY, _base(pool).bitcode)
        rounds = [Round(i, STRATEGY, dict.fromkeys(names, pipeline)) for i, (_, pipeline) in enumerate(todo)]
        return pool.run(rounds, True)
    except (EngineError, InputError, WorkerError) as error:
        return str(error)
    finally:
        pool.close()


def _pool(path: Path, llvm: str) -> Pool:
    return Pool(partial(LibLLVMService, toolchain=find_toolchain(llvm)), path.read_bytes(), path.name, 1)


def _base(pool: Pool) -> BaseMade:
    pool.load()
    strategy = STRATEGIES[STRATEGY]
    request = MakeBase(strategy.recipe_kind, strategy.pipeline, strategy.threshold)
    return pool.ask(request, source=True)


@cache
def file_name(path: Path) -> str:
    """What a file is called in outcomes: its name and the beginning of its content's SHA-256."""
    return f"{path.stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"


def greedy(
    table: dict[str, dict[str, TrialOutcome]], column: int, size: int, start: str = OZ_LIST
) -> list[tuple[str, int]]:
    """The ranked coreset: lists in the order of choice, each with what it saves beyond those before it.

    ``column`` 0 is instructions, 1 is bytes. The list ``start`` (what -Oz itself would do) is always there and costs
    nothing; a function that lacks an outcome for a list counts as not improved by it.
    """
    best = {name: outcomes[start][column] for name, outcomes in table.items() if start in outcomes}
    savings: dict[str, list[tuple[str, int]]] = {}
    for name in best:
        for text, outcome in table[name].items():
            if outcome[column] < best[name]:
                savings.setdefault(text, []).append((name, outcome[column]))
    chosen: list[tuple[str, int]] = []
    while savings and len(chosen) < size:
        gains = {text: sum(best[n] - v for n, v in rows if v < best[n]) for text, rows in savings.items()}
        text = min(gains, key=lambda t: (-gains[t], t.count(","), t))
        if gains[text] <= 0:
            break
        chosen.append((text, gains[text]))
        for name, value in savings.pop(text):
            best[name] = min(best[name], value)
    return chosen
