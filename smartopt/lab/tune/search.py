"""Search pass lists on real functions, in the product's own view, and choose a ranked coreset.

The functions are those of unoptimised bitcode files, tried exactly as the product tries them: in place on the base of
the replay arm. Every outcome is kept (``outcomes.jsonl``, one row a module and list, written as it is found), so that a
run can be stopped and resumed, and the choice made again without trying anything again.

Steps: broadcast every candidate to all functions; take each function's winner and minimise it (drop passes while
the outcome holds); broadcast what is new; then choose greedily, each time the list that saves the most bytes (or
instructions) beyond those chosen before it. Source: the paper, section III-B; Liang et al. (ICML 2023) for the greedy
core set.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ...errors import EngineError, InputError, PipelineError
from ...llvm.toolchain import Toolchain
from ...optimize.crew import Crew, Outcome, Round
from ...optimize.plans import ARMS, OZ_LIST
from ...optimize.workbench import Workbench
from ...passes.passlist import PassList
from ...passes.pipeline import Pipeline
from ...passes.trusted import Trusted

__all__ = ["Search", "greedy"]

ARM = "replay"
Report = Callable[[str], None]


@dataclass
class Search:
    """Outcomes of lists on the functions of some bitcode files: ``table[function][list] = (instructions, bytes)``.

    A function is named ``file:symbol``, the file by its name and content; equal functions (by the text of their base)
    are kept once, in the file that had them first.
    """

    toolchain: Toolchain
    trusted: Trusted
    files: list[Path]
    store: Path
    deadline: float
    report: Report = print
    table: dict[str, dict[str, Outcome]] = field(default_factory=dict)
    _done: set[tuple[str, str]] = field(default_factory=set)
    _owner: dict[str, str] = field(default_factory=dict)

    def resume(self) -> None:
        """Read the outcomes that an earlier run left; a row cut off by a crash is passed over."""
        if not self.store.exists():
            return
        for line in self.store.read_text().splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if "owns" in row:
                for digest in row["owns"]:
                    self._owner.setdefault(digest, row["file"])
            else:
                self._keep(row["file"], row["list"], {k: (v[0], v[1]) for k, v in row["outcomes"].items()})

    def _keep(self, file: str, text: str, outcomes: dict[str, Outcome]) -> None:
        self._done.add((file, text))
        for name, outcome in outcomes.items():
            self.table.setdefault(f"{file}:{name}", {})[text] = outcome

    def broadcast(self, lists: Iterable[str]) -> None:
        """Try every list on every function of every file, until the deadline."""
        legal = [(text, pipeline) for text in lists if (pipeline := self._legal(text)) is not None]
        for number, path in enumerate(self.files):
            name = file_name(path)
            todo = [(text, pipeline) for text, pipeline in legal if (name, text) not in self._done]
            if todo and time.monotonic() < self.deadline:
                self.report(f"[{number + 1}/{len(self.files)}] {path.name}: {len(todo)} lists")
                self._module(path, todo)

    def _module(self, path: Path, todo: list[tuple[str, str]]) -> None:
        file = file_name(path)
        crew = Crew(partial(Workbench, toolchain=self.toolchain), path.read_bytes(), path.name, 1)
        try:
            crew.load()
            arm = ARMS[ARM]
            base = crew.ask("make_base", arm.kind, arm.pipeline, arm.threshold, source=True)
            names = [name for name in base["hashes"] if name not in base["excluded"]]
            names = [n for n in names if self._owner.setdefault(base["hashes"][n], file) == file]
            crew.add_base(ARM, base["bitcode"])
            with self.store.open("a") as out:
                out.write(json.dumps({"file": file, "owns": [base["hashes"][n] for n in names]}) + "\n")
                for start in range(0, len(todo), 16):
                    part = todo[start : start + 16]
                    if time.monotonic() > self.deadline:
                        return
                    rounds = [Round(i, ARM, dict.fromkeys(names, pipeline)) for i, (_, pipeline) in enumerate(part)]
                    for (text, _), outcomes in zip(part, crew.run(rounds, True), strict=True):
                        self._keep(file, text, outcomes)
                        row = {"file": file, "list": text, "outcomes": outcomes}
                        out.write(json.dumps(row, separators=(",", ":")) + "\n")
                    out.flush()
        except (EngineError, InputError) as error:
            self.report(f"{path.name}: skipped ({error})")
        finally:
            crew.close()

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


def file_name(path: Path) -> str:
    """What a file is called in outcomes: its name and the beginning of its content's SHA-256."""
    return f"{path.stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"


def greedy(table: dict[str, dict[str, Outcome]], column: int, size: int, start: str = OZ_LIST) -> list[tuple[str, int]]:
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
