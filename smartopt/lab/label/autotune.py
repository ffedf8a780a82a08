"""The autotuner: what a search without the coreset's bounds finds for each function (the paper, section III-B).

Every function of a sample gets the same random lists and the coreset first; then its own search goes on from the best
two that it has, by bytes and by instructions: a pass left out, one or two put in, one list's beginning before the
other's end. Trials run on the product's own bases, as labels do (``label``), and samples are of whole files, since all
functions of a base are tried at the cost of few. Files that are done are kept, so a run can be stopped and goes on.
Same seed, same answer: the budget is trials a function, not time.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ...errors import EngineError, InputError, PipelineError
from ...llvm.toolchain import find_toolchain
from ...passes.passlist import PassList
from ...passes.pipeline import Pipeline
from ...passes.plan_stages import OZ_LIST
from ...passes.random_lists import random_list
from ...passes.trusted import Trusted
from ...worker.pool import Pool, Round
from ...worker.protocol import TrialOutcome
from ...worker.service import LibLLVMService
from ..corpus.functions import STRATEGY
from ..parallel import run_map
from .label import ROUNDS, Plan, keep, place_of

__all__ = ["Tuning", "autotune", "neighbours", "plans_for", "write_best"]


@dataclass(frozen=True)
class Tuning:
    """How much is tried: ``lists`` on every function, then ``rounds`` times ``width`` lists of each function's own."""

    lists: tuple[str, ...]
    rounds: int = 6
    width: int = 24
    seed: int = 1

    @property
    def trials(self) -> int:
        return len(self.lists) + self.rounds * self.width

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


def plans_for(folder: Path, packages: Sequence[str], hashes: frozenset[str], count: int, seed: int) -> list[Plan]:
    """A random sample of ``count`` functions, in whole files; each function once."""
    import pyarrow.parquet as pq

    left = set(hashes)
    files: dict[tuple[str, str], dict[str, str]] = {}
    for package in packages:
        table = pq.read_table(folder / "functions" / f"{package}.parquet", columns=["hash", "file", "name", "view"])
        for row in table.to_pylist():
            if row["view"] == "base" and row["hash"] in left:
                left.remove(row["hash"])
                files.setdefault((package, row["file"]), {})[row["name"]] = row["hash"]
    order = sorted(files)
    random.Random(seed).shuffle(order)
    plans: list[Plan] = []
    for package, file in order:
        if count <= 0:
            break
        names = dict(list(files[package, file].items())[:count])
        plans.append(Plan(package, file, names))
        count -= len(names)
    return plans


def autotune(
    folder: Path,
    plans: Sequence[Plan],
    tuning: Tuning,
    llvm: str,
    jobs: int,
    minutes: float,
    report: Callable[[str], None],
    ray: str | None = None,
) -> dict[str, dict[str, Any]]:
    """Tune every plan's functions that are not tuned yet; returns all results by hash when they are done or time is up.

    A row has ``bytes`` and ``insns`` (the best found, absolute), the lists that gave them, and ``trials``.
    """
    store = folder / "labels" / f"autotuned-{tuning.digest}"
    todo = [plan for plan in plans if not place_of(store, plan).exists()]
    begin = time.monotonic()

    def until() -> Iterator[Plan]:
        for plan in todo:
            if time.monotonic() > begin + 60 * minutes:
                return
            yield plan

    work = partial(_one_file, folder=str(folder), tuning=tuning, llvm=llvm)
    trials = 0
    for number, (plan, rows) in enumerate(zip(todo, run_map(work, until(), jobs, ray), strict=False), 1):
        keep(place_of(store, plan), rows)
        trials += sum(row["trials"] for row in rows.values())
        if number % 20 == 0 or number == len(todo):
            report(
                f"{number} of {len(todo)} files, {trials:,} trials, {trials / (time.monotonic() - begin):.0f} a second"
            )
    found: dict[str, dict[str, Any]] = {}
    for place in (place_of(store, plan) for plan in plans):
        found.update(json.loads(place.read_text()) if place.exists() else {})
    return found


@dataclass
class _Function:
    """One function's search: the outcomes of its lists, and the best of them."""

    name: str
    outcomes: dict[str, TrialOutcome] = field(default_factory=dict)

    def best(self, column: int, count: int) -> list[str]:
        """The best lists by a column (0 instructions, 1 bytes), of equals the shorter."""
        return sorted(self.outcomes, key=lambda text: (self.outcomes[text][column], text.count(","), text))[:count]


def _one_file(plan: Plan, *, folder: str, tuning: Tuning, llvm: str) -> dict[str, dict[str, Any]]:
    toolchain = find_toolchain(llvm)
    trusted = Trusted.load(toolchain.major)
    data = Path(folder, "bases", plan.package, plan.file + ".bc").read_bytes()
    pool = Pool(partial(LibLLVMService, toolchain=toolchain), data, plan.file, 1)
    pool.add_base(STRATEGY, data)
    functions = [_Function(name) for name in plan.functions]
    rng = random.Random(f"{tuning.seed} {plan.file}")
    try:
        same = [{function.name: text for function in functions} for text in tuning.lists]
        for start in range(0, len(same), ROUNDS):
            _try(pool, trusted, same[start : start + ROUNDS], functions)
        for _ in range(tuning.rounds):
            offers = {function.name: _next(function, rng, trusted, tuning.width) for function in functions}
            deals = [
                {name: texts[position] for name, texts in offers.items() if position < len(texts)}
                for position in range(tuning.width)
            ]
            _try(pool, trusted, deals, functions)
    except (EngineError, InputError):
        return {}
    finally:
        pool.close()
    rows = {}
    for function in functions:
        if not function.outcomes:
            continue
        by_bytes, by_insns = function.best(1, 1)[0], function.best(0, 1)[0]
        rows[plan.functions[function.name]] = {
            "bytes": function.outcomes[by_bytes][1],
            "insns": function.outcomes[by_insns][0],
            "by_bytes": by_bytes,
            "by_insns": by_insns,
            "trials": len(function.outcomes),
        }
    return rows


def _try(pool: Pool, trusted: Trusted, deals: list[dict[str, str]], functions: list[_Function]) -> None:
    """Try deals of lists, function -> list each; what fails is not an outcome."""
    rounds = []
    for number, deal in enumerate(deals):
        pipelines = {}
        for name, text in deal.items():
            try:
                pipelines[name] = PassList.parse(text).function_pipeline(trusted)
            except PipelineError:
                continue
        rounds.append(Round(number, STRATEGY, pipelines))
    for deal, found in zip(deals, pool.run(rounds, True), strict=True):
        for function in functions:
            if function.name in found:
                function.outcomes[deal[function.name]] = found[function.name]


def _next(function: _Function, rng: random.Random, trusted: Trusted, width: int) -> list[str]:
    """The lists to try next on a function: half from its best by bytes, half from its best by instructions."""
    fresh: dict[str, None] = {}
    for column in (1, 0):
        best = function.best(column, 2)
        for text in neighbours(best, rng, trusted, 4 * width) if best else ():
            if text not in function.outcomes and len(fresh) < width * (2 - column) / 2:
                fresh.setdefault(text)
    return list(fresh)


def neighbours(best: Sequence[str], rng: random.Random, trusted: Trusted, count: int) -> list[str]:
    """Up to ``count`` lists near the first of ``best``, in random order; the second lends ends."""
    nodes = [PassList.parse(text).prefix.nodes for text in best if "|" not in text]
    if not nodes:
        return []
    first, second = nodes[0], nodes[-1]
    found = [first[:at] + first[at + 1 :] for at in range(len(first))]
    while len(found) < count:
        kind = rng.random()
        at = rng.randint(0, len(first))
        if kind < 0.7:
            found.append(first[:at] + random_list(rng, trusted, max_len=2).prefix.nodes + first[at:])
        elif kind < 0.85 and at < len(first):
            found.append(first[:at] + random_list(rng, trusted, max_len=1).prefix.nodes + first[at + 1 :])
        else:
            found.append(first[:at] + second[rng.randint(0, len(second)) :])
    rng.shuffle(found)
    return [str(Pipeline(tuple(each))) for each in found if each]


def write_best(path: Path, found: dict[str, dict[str, Any]], about: dict[str, Any]) -> None:
    """Write the best outcomes into a label table as ``best_bytes`` and ``best_insns``; null where there is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    table = table.drop_columns([name for name in ("best_bytes", "best_insns") if name in table.column_names])
    rows = [found.get(key) for key in table["hash"].to_pylist()]
    for name, key in (("best_bytes", "bytes"), ("best_insns", "insns")):
        table = table.append_column(name, pa.array([row[key] if row else None for row in rows], pa.int32()))
    metadata = dict(table.schema.metadata or {})
    metadata[b"about"] = json.dumps({**json.loads(metadata.get(b"about", b"{}")), "autotuner": about}).encode()
    half = path.with_suffix(".part")
    pq.write_table(
        table.replace_schema_metadata(metadata), half, compression="zstd", compression_level=19, version="2.6"
    )
    half.rename(path)


def lists_for(coreset: Sequence[str], random_lists: Sequence[str]) -> tuple[str, ...]:
    """The lists that every function is tried with first: -Oz's own, the coreset, random lists."""
    return tuple(dict.fromkeys((OZ_LIST, *coreset, *random_lists)))
