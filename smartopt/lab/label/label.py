"""Label functions: run every list of a coreset on every distinct function of the corpus, on the product's own bases.

Each list runs in place on a copy of a file's base, exactly as the product tries it, so a label is what the product
will see. The first list is what -Oz does to one function from there; all others are measured against it. Outcomes are
kept file by file (``labels/LISTS/PACKAGE/FILE.json``, with a digest of the lists), so that a run can be stopped and
goes on; ``tables`` makes the final tables of them.

The compiler driver has code made slim, and gives functions frame pointers where that makes -Oz's code smaller
(``codegen.frame_pointers``). Which list wins there is another matter, so it has labels of its own (``driver``).
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ...errors import EngineError, InputError
from ...llvm.toolchain import Toolchain, find_toolchain
from ...optimizer.strategies import STRATEGIES
from ...passes.clang_pipelines import clang_pipeline
from ...passes.passlist import PassList
from ...passes.plan_stages import BASELINE
from ...passes.trusted import Trusted
from ...worker.pool import Pool, Round
from ...worker.protocol import MakeBase, MakeBaseline
from ...worker.service import LibLLVMService
from ..corpus.functions import STRATEGY
from ..parallel import run_map

__all__ = ["ROUNDS", "Plan", "choose", "keep", "label", "place_of", "read_outcomes"]

ROUNDS = 16
"""Lists that go to a worker at a time."""


@dataclass(frozen=True)
class Plan:
    """The functions to label in one file: name -> hash."""

    package: str
    file: str
    functions: dict[str, str]


def choose(
    folder: Path,
    packages: Sequence[str],
    unwanted: frozenset[str],
    most: int,
    seed: int = 1,
    each: int = 0,
    least: int = 0,
) -> list[Plan]:
    """Which functions to label where: every distinct one once, none that is ``unwanted``, longer than ``most``
    instructions or shorter than ``least``, at most ``each`` of a package (0: all). Files come in an order that mixes
    packages, drawn by seed, so that a run that is stopped has seen some of each."""
    import pyarrow.parquet as pq

    seen = set(unwanted)
    plans: list[Plan] = []
    for package in packages:
        table = pq.read_table(
            folder / "functions" / f"{package}.parquet", columns=["hash", "file", "name", "view", "instructions"]
        ).to_pylist()
        files: dict[str, dict[str, str]] = {}
        for row in table:
            if row["view"] == "base" and least <= row["instructions"] <= most and row["hash"] not in seen:
                seen.add(row["hash"])
                files.setdefault(row["file"], {})[row["name"]] = row["hash"]
        order = sorted(files)
        random.Random(f"{seed} {package}").shuffle(order)
        count = 0
        for file in order:
            if each and count >= each:
                break
            plans.append(Plan(package, file, files[file]))
            count += len(files[file])
    random.Random(seed).shuffle(plans)
    return plans


def label(
    folder: Path,
    plans: Sequence[Plan],
    lists: Sequence[str],
    llvm: str,
    jobs: int,
    minutes: float,
    report: Callable[[str], None],
    ray: str | None = None,
    driver: bool = False,
) -> int:
    """Label all plans that have no outcomes yet; returns how many functions were labelled.

    With ``driver`` as the compiler driver measures, where the first list is not run but what -Oz itself came to.
    """
    store = _store(folder, lists, driver)
    todo = [plan for plan in plans if not place_of(store, plan).exists()]
    deadline = time.monotonic() + 60 * minutes
    begin = time.monotonic()

    def until() -> Iterator[Plan]:
        for plan in todo:
            if time.monotonic() > deadline:
                return
            yield plan

    work = partial(_one_file, folder=str(folder), lists=tuple(lists), llvm=llvm, driver=driver)
    functions = 0
    for number, (plan, outcome) in enumerate(zip(todo, run_map(work, until(), jobs, ray), strict=False), 1):
        keep(place_of(store, plan), outcome)
        functions += len(outcome["rows"])
        if number % 50 == 0 or number == len(todo):
            spent = time.monotonic() - begin
            report(f"{number} of {len(todo)} files, {functions} functions, {functions / spent:.1f} a second")
    return functions


def _store(folder: Path, lists: Sequence[str], driver: bool) -> Path:
    name = hashlib.sha256("\n".join(lists).encode()).hexdigest()[:12]
    return folder / "labels" / (f"{name}-driver" if driver else name)


def place_of(store: Path, plan: Plan) -> Path:
    """The file that keeps the outcomes of one bitcode file."""
    return store / plan.package / f"{plan.file}.json"


def keep(place: Path, found: dict[str, Any]) -> None:
    """Write the outcomes of one file, whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    part.write_text(json.dumps(found, separators=(",", ":")))
    part.rename(place)


def _one_file(plan: Plan, *, folder: str, lists: tuple[str, ...], llvm: str, driver: bool) -> dict[str, Any]:
    """The outcomes of one file: by hash, (instructions, bytes) for each list, None if a list failed.

    Raises InputError where the corpus lacks the file.
    """
    toolchain = find_toolchain(llvm)
    trusted = Trusted.load(toolchain.major)
    path = Path(folder, "bitcode" if driver else "bases", plan.package, plan.file + ".bc")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); make the corpus again") from error
    pool = Pool(partial(LibLLVMService, toolchain=toolchain, slim=driver), data, plan.file, 1)
    functions = plan.functions
    rows: dict[str, list[list[int] | None]] = {key: [] for key in functions.values()}
    try:
        if driver:
            begun = _begin_as_driver(pool, toolchain)
            functions = {name: key for name, key in functions.items() if name in begun}
            rows = {key: [begun[name]] for name, key in functions.items()}
            if not functions:
                return {"rows": {}}
        else:
            pool.add_base(STRATEGY, data)
        pipelines = [PassList.parse(text).function_pipeline(trusted) for text in (lists[1:] if driver else lists)]
        for start in range(0, len(pipelines), ROUNDS):
            part = pipelines[start : start + ROUNDS]
            rounds = [Round(i, STRATEGY, dict.fromkeys(functions, pipeline)) for i, pipeline in enumerate(part)]
            for outcomes in pool.run(rounds, True):
                for name, key in functions.items():
                    found = outcomes.get(name)
                    rows[key].append(list(found) if found else None)
    except (EngineError, InputError) as error:
        return {"problem": str(error), "rows": {}}
    finally:
        pool.close()
    return {"rows": rows}


def _begin_as_driver(pool: Pool, toolchain: Toolchain) -> dict[str, list[int] | None]:
    """Give a pool the base on which the driver tries lists; returns the outcome of -Oz for its functions.

    None of them where the driver would leave the module to -Oz.
    """
    if pool.load().excluded:
        return {}
    pipeline = clang_pipeline(toolchain.major, "Oz") or BASELINE
    baseline = pool.ask(MakeBaseline(pipeline, True, True), source=True)
    measured = baseline.measured
    framed = {} if measured is None else {name: size for name, (size, _) in measured.framed.items()}
    strategy = STRATEGIES[STRATEGY]
    frames = tuple(sorted(framed))
    request = MakeBase(strategy.recipe_kind, pipeline, strategy.threshold, None, frames)
    base = pool.ask(request, source=True)
    pool.add_base(STRATEGY, base.bitcode)
    alike = None
    if measured is not None:
        pool.known = measured.bodies
        alike = measured.alike or measured.oz
    sizes = {**(alike.functions if alike is not None else {}), **framed}
    before = baseline.module.instructions
    known = (before.keys() & sizes.keys()) - set(base.excluded)
    return {name: [before[name], sizes[name]] for name in base.hashes if name in known}


def read_outcomes(
    folder: Path, plans: Sequence[Plan], lists: Sequence[str], driver: bool = False
) -> Iterator[tuple[Plan, str, list[list[int] | None]]]:
    """(plan, hash, outcomes) for everything that has been labelled, in the order of the plans."""
    for plan in plans:
        place = place_of(_store(folder, lists, driver), plan)
        if place.exists():
            rows = json.loads(place.read_text())["rows"]
            for key in plan.functions.values():
                if rows.get(key):
                    yield plan, key, rows[key]
