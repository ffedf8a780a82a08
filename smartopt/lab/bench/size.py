"""``bench size``: compares the objects of C files made by clang -Oz and by smartopt.

-Oz's object is what ``clang -Oz -c`` writes. Smartopt's is what clang's back end writes for the optimised module, or
(``--as-built``) what smartopt-clang writes, which also chooses how the back end is run. A file for which one of them
fails is reported, never dropped; one that clang cannot compile for a target without an operating system is left out by
name.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ...errors import SmartoptError
from ...llvm.toolchain import Toolchain
from ...objfile.measure import measure_object
from ...optimizer import optimize
from ...options import Options
from ..plugin import PluginStore, Way, private_state, variables, wait_for_workers
from ..targets import HOST, TARGETS, Target
from .entry_points import SECTION_FLAGS, compare_roots

__all__ = ["SECTIONS", "Row", "bench", "ingredients", "totals"]

SECTIONS = ("text", "rodata", "eh_frame", "data", "total")
FRONT_END = ("-Oz", "-Xclang", "-disable-llvm-passes", "-emit-llvm", "-c", "-w")
BACK_END = ("-Oz", "-Xclang", "-disable-llvm-passes", "-x", "ir", "-c", "-w")


@dataclass(frozen=True)
class Job:
    """One C file under one effort; ``driver`` is the smartopt-clang that makes the object, if one does, on one ``way``.

    ``linker``: each function and variable gets a section of its own, and every entry point is linked alone with it.
    ``target``: what it is compiled for.
    """

    package: str
    file: Path
    tree: Path
    flags: tuple[str, ...]
    clang: str
    options: Options
    driver: Path | None = None
    linker: str | None = None
    way: Way = "two-run"
    store: PluginStore | None = None
    target: Target = TARGETS[HOST]

    @property
    def words(self) -> tuple[str, ...]:
        """The flags of every compile."""
        return (*self.target.flags, *self.flags, *(SECTION_FLAGS if self.linker else ()))


@dataclass
class Row:
    """The figures of one C file: sizes in bytes, seconds of wall clock, peak memory of the workers in bytes.

    ``roots``: what a linker keeps of the objects for each entry point alone (``entry_points.compare_roots``).
    ``left_out``: why clang does not compile the file for a target without an operating system; there are then no sizes.
    """

    package: str
    file: str
    effort: str
    error: str = ""
    oz: dict[str, int] = field(default_factory=dict)
    smartopt: dict[str, int] = field(default_factory=dict)
    instructions: dict[str, int] = field(default_factory=dict)
    winner: str = ""
    candidates: list[dict[str, Any]] = field(default_factory=list)
    trials: int = 0
    fallbacks: dict[str, int] = field(default_factory=dict)
    agreement: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    clang_seconds: float = 0.0
    peak_bytes: int = 0
    roots: dict[str, int] = field(default_factory=dict)
    target: str = HOST
    left_out: str = ""

    @property
    def counts(self) -> bool:
        """Whether there are sizes to add up."""
        return not self.error and not self.left_out


def bench(
    packages: Iterable[tuple[str, Path, list[Path], tuple[str, ...]]],
    toolchain: Toolchain,
    options: Options,
    jobs: int,
    report: Callable[[Row], None],
    done: Iterable[Row] = (),
    driver: Path | None = None,
    linker: str | None = None,
    way: Way = "two-run",
    store: PluginStore | None = None,
    target: Target = TARGETS[HOST],
) -> list[Row]:
    """Measure every file of every (name, tree, files, flags) that is not ``done`` already, for a target.

    Rows come to ``report`` as they are measured; all are returned, sorted.
    """
    clang = toolchain.clang
    if clang is None:
        raise SmartoptError("bench size needs clang; install clang-22 or pass --llvm DIR")
    one = replace(options, jobs=1, llvm=toolchain.root if options.llvm is None and toolchain.root else options.llvm)
    work = [
        Job(
            name,
            file,
            tree,
            flags,
            clang,
            one,
            driver,
            linker,
            way,
            store,
            target,
        )
        for name, tree, files, flags in packages
        for file in files
    ]
    # The largest first, so that one long file does not end a parallel run alone.
    work.sort(key=lambda job: -job.file.stat().st_size)
    rows = list(done)
    known = {(row.package, row.file) for row in rows}
    work = [job for job in work if (job.package, str(job.file.relative_to(job.tree))) not in known]
    # A fresh process a file: its children's peak memory is then this file's alone.
    with multiprocessing.Pool(jobs, maxtasksperchild=1) as pool:
        for row in pool.imap_unordered(measure, work, chunksize=1):
            report(row)
            rows.append(row)
    rows.sort(key=lambda row: (row.package, row.file))
    return rows


def measure(job: Job) -> Row:
    """Measure one file. A compiler's failure goes into the row and is never raised."""
    row = Row(job.package, str(job.file.relative_to(job.tree)), job.options.effort, target=job.target.name)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            _measure(job, row, Path(scratch))
    except Exception as error:  # one file must not end a run of an hour; the row says what it was
        row.error = f"{type(error).__name__}: {error}".splitlines()[0]
    return row


def _measure(job: Job, row: Row, scratch: Path) -> None:
    plain, ours = scratch / "oz.o", scratch / "smartopt.o"
    start = time.perf_counter()
    try:
        _clang(job, [*job.words, "-Oz", "-c", "-w", str(job.file), "-o", str(plain)])
    except subprocess.CalledProcessError as error:
        if job.target.hosted:
            raise
        row.left_out = _first_error(error.stderr.decode("utf-8", "replace"))
        return
    row.clang_seconds = time.perf_counter() - start
    row.oz = _sections(plain)
    make = _by_module if job.driver is None else _by_driver
    report, elapsed = make(job, row, scratch, ours)
    row.smartopt = _sections(ours)
    row.instructions = report["instructions"]
    row.winner = report["winner"]
    row.candidates = report["candidates"]
    row.trials = report["trials"]
    row.fallbacks = report["fallbacks"]
    row.agreement = report["agreement"]
    row.seconds = {**report["seconds"], "wall": elapsed}
    if job.linker is not None:
        row.roots = compare_roots(job.linker, plain, ours, scratch)
    row.peak_bytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def _by_module(job: Job, row: Row, scratch: Path, ours: Path) -> tuple[dict[str, Any], float]:
    """Optimise the module and make its object with clang's back end; returns the report and the optimiser's time."""
    bitcode, out = scratch / "in.bc", scratch / "out.bc"
    _clang(job, [*job.words, *FRONT_END, str(job.file), "-o", str(bitcode)])
    start = time.perf_counter()
    result = optimize(bitcode.read_bytes(), job.options, name=row.file)
    elapsed = time.perf_counter() - start
    out.write_bytes(result.data)
    _clang(job, [*job.target.flags, *BACK_END, *(SECTION_FLAGS if job.linker else ()), str(out), "-o", str(ours)])
    return result.report, elapsed


def _by_driver(job: Job, row: Row, scratch: Path, ours: Path) -> tuple[dict[str, Any], float]:
    """Compile with smartopt-clang; returns the report and the whole time.

    A file that smartopt leaves to clang has no report; one is made of the reasons that it counted. Through the plugin,
    each file has a server of its own, whose start is in the time.
    """
    reports, state = scratch / "reports", scratch / "state"
    own = {name: value for name, value in os.environ.items() if not name.startswith("SMARTOPT_")}
    settings = {"EFFORT": job.options.effort, "CLANG": job.clang, "DIR": state, "REPORT_DIR": reports}
    environment = {**own, **{f"SMARTOPT_{name}": str(value) for name, value in settings.items()}}
    environment |= variables(job.way)
    command = [str(job.driver), *job.words, "-Oz", "-c", "-w", str(job.file), "-o", str(ours)]
    with private_state(state, job.way, job.store):
        start = time.perf_counter()
        subprocess.run(command, cwd=job.tree, check=True, capture_output=True, env=environment)
        elapsed = time.perf_counter() - start
        if job.way == "plugin":
            wait_for_workers(state)  # the report is written after the compile
    for found in reports.glob("*.json"):
        return json.loads(found.read_text()), elapsed
    counted = subprocess.run([sys.executable, "-c", _COUNTED], check=True, capture_output=True, env=environment).stdout
    left: dict[str, Any] = {"winner": "clang", "candidates": [{"kind": "oz", "name": "clang", "bytes": row.oz}]}
    left |= {"instructions": dict.fromkeys(("input", "oz", "output"), 0), "seconds": {"total": elapsed}}
    return left | {"trials": 0, "fallbacks": json.loads(counted), "agreement": {}}, elapsed


_COUNTED = """
import json
from smartopt.state.statistics import read
print(json.dumps({name[7:]: count for name, count in read().items() if name.startswith("reason.")}))
"""
"""A program that prints the reasons in the statistics of one compile."""


def _clang(job: Job, arguments: list[str]) -> None:
    subprocess.run([job.clang, *arguments], cwd=job.tree, check=True, capture_output=True)


def _first_error(text: str) -> str:
    """What clang says first, without where."""
    errors = [line.split("error: ", 1)[1] for line in text.splitlines() if "error: " in line]
    return (errors or text.strip().splitlines() or ["no message"])[0]


def _sections(path: Path) -> dict[str, int]:
    sizes = measure_object(path.read_bytes())
    return {name: int(getattr(sizes, name)) for name in SECTIONS}


def totals(rows: Iterable[Row]) -> dict[str, Any]:
    """Sums over rows without error: sections and instructions under -Oz and smartopt, and how many got larger."""
    good = [row for row in rows if row.counts]
    return {
        "files": len(good),
        "larger": sum(row.smartopt["total"] > row.oz["total"] for row in good),
        "oz": {name: sum(row.oz[name] for row in good) for name in SECTIONS},
        "smartopt": {name: sum(row.smartopt[name] for row in good) for name in SECTIONS},
        "instructions": {key: sum(row.instructions[key] for row in good) for key in ("input", "oz", "output")},
        "seconds": sum(row.seconds["wall"] for row in good),
        "clang_seconds": sum(row.clang_seconds for row in good),
        "trials": sum(row.trials for row in good),
        "roots": {key: sum(row.roots.get(key, 0) for row in good) for key in ("roots", "larger", "more")},
        "peak_bytes": max((row.peak_bytes for row in good), default=0),
    }


def ingredients(rows: Iterable[Row]) -> list[tuple[str, dict[str, int]]]:
    """Sum what each kind of candidate alone would save: per file the best of -Oz and that kind.

    Measured by the engine (``candidates`` of the reports), so sums can differ from clang's objects by a few bytes.
    """
    kinds: list[tuple[str, Callable[[dict[str, Any]], bool]]] = [
        ("-Oz", lambda c: False),
        ("whole-module variants", lambda c: c["kind"] == "module"),
        ("lists after -Oz or -O1 (suffix plan)", lambda c: c["name"].startswith("after-")),
        ("replay plan, no repair", lambda c: c["name"] == "replay"),
        ("replay plan and repair", lambda c: c["name"].split(" ")[0] == "replay"),
        ("replay plans of every inlining strategy", lambda c: c["name"].startswith("replay")),
        ("and mixed group by group", lambda c: c["kind"] == "plan" and not c["name"].startswith("after-")),
        ("everything", lambda c: True),
    ]
    table = []
    good = [row for row in rows if row.counts]
    for label, wanted in kinds:
        sums = dict.fromkeys(SECTIONS, 0)
        for row in good:
            pool = [c for c in row.candidates if c["kind"] == "oz" or wanted(c)]
            best = min(pool, key=lambda c: c["bytes"]["total"])
            for name in SECTIONS:
                sums[name] += best["bytes"][name]
        table.append((label, sums))
    return table


def as_json(rows: list[Row]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]
