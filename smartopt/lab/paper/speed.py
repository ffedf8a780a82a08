"""A second objective, as the paper intends ("we intend to target runtime performance in the future"): run time.

The autotuner's search over whole programs, the examples' and csmith's, for the fewest executed instructions. These are
counted by valgrind's cachegrind without its cache model: deterministic, without privileges, and the same in containers,
where hardware counters often do not exist. What an empty program executes, linked in the same way, is taken off. A list
counts only if the program prints what it prints at -O0. The product never optimises for this.

Programs are compiled without size attributes, as for -O3, which is what everything is compared with. Lists are those of
the trusted arm, run on every function after a stage of inlining; -O3 and -O2 are tried whole, too.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from ...errors import EngineError, SmartoptError, ToolchainError
from ...llvm.toolchain import Toolchain
from ...records import dataclass as record
from ...worker.process import Limits, WorkerProcess, step_limit
from ...worker.protocol import Handlers, Request
from ..child import run_child
from ..corpus.examples import EXAMPLES
from ..fuzz.programs import Tools, generate
from .arms import Arm, PassNames, random_passes
from .functions import arm_of
from .study import Study

__all__ = ["ARM", "SpeedSearch", "executed_instructions", "search_for_speed", "tune_for_speed"]

ARM: Final = "trusted"
FIRST_SEED: Final = 700_001
"""Of csmith's programs: apart from those of the corpus."""
COMPILE_SECONDS: Final = 60.0
RUN_SECONDS: Final = 60.0
MOST: Final = 300_000_000
"""Programs that execute more instructions at -O0 take too long to search."""
_COUNT = re.compile(r"I\s+refs:\s+([\d,]+)")


@record(frozen=True)
class RunOnModule(Request["bytes"]):
    """Bitcode after a module pipeline."""

    bitcode: bytes
    pipeline: str


@dataclass(frozen=True)
class SpeedSearch:
    """One search.

    Attributes:
        toolchain: of the LLVM.
        arm: the passes that lists are drawn from.
        programs: how many, the examples' first, then csmith's.
        trials: random lists for each.
        longest: passes of a list.
        seed: of the lists.
        say: prints a line of progress.
        check_time: called between pieces of work; may raise to end the search.
        known: rows of programs that were searched earlier, by name.
        keep: told each new row.
    """

    toolchain: Toolchain
    arm: Arm
    programs: int
    trials: int
    longest: int
    seed: int
    say: Callable[[str], None]
    check_time: Callable[[], None]
    known: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    keep: Callable[[dict[str, Any]], None] = lambda row: None


@dataclass(frozen=True)
class _Program:
    """A program: its unoptimised bitcode, and what it prints."""

    name: str
    bitcode: bytes
    output: bytes
    at_o0: int


def executed_instructions(binary: Path, folder: Path) -> tuple[int, bytes] | None:
    """Instructions that a program executes, and its output; None where it fails, or takes too long.

    Raises ToolchainError if there is no valgrind.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise ToolchainError("valgrind was not found in PATH; install valgrind")
    command = [valgrind, "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", binary]
    child = run_child(command, RUN_SECONDS, folder=folder, limited=False)
    found = _COUNT.search(child.errors)
    return (int(found[1].replace(",", "")), child.output) if child.ok and found else None


def tune_for_speed(study: Study) -> dict[str, Any]:
    """Search each program; returns what -O3, -Oz and the best list execute."""
    scale = study.scale
    return search_for_speed(
        SpeedSearch(
            study.toolchain,
            arm_of(study, ARM),
            scale.speed_programs,
            scale.speed_trials,
            scale.longest,
            study.seed,
            study.say,
            study.check_time,
        )
    )


def search_for_speed(search: SpeedSearch) -> dict[str, Any]:
    """Search each program; returns what -O3, -Oz and the best list execute. Raises ToolchainError without valgrind."""
    tools = Tools.find(search.toolchain)
    rows = []
    with TemporaryDirectory(prefix="smartopt-speed-") as scratch:
        folder = Path(scratch)
        worker = WorkerProcess(
            lambda process: _Service(process, search.toolchain), Limits(module_seconds=60.0, request_seconds=120.0)
        )
        try:
            start_up = _start_up(tools, folder)
            for program in _programs(search, tools, folder):
                search.check_time()
                row = search.known.get(program.name)
                if row is None:
                    row = _tune(search, tools, worker, program, folder, start_up)
                    search.keep(row)
                rows.append(row)
                search.say(
                    f"{row['program']}: {row['saved']:+.2f}% fewer instructions than -O3 with {' '.join(row['passes'])}"
                )
        finally:
            worker.close()
    base, best = sum(row["o3"] for row in rows), sum(row["best"] for row in rows)
    return {
        "programs": rows,
        "saved": round(100 * (base - best) / max(1, base), 4),
        "mean_saved": round(sum(row["saved"] for row in rows) / max(1, len(rows)), 4),
        "runs": sum(row["tried"] for row in rows),
        "measure": "executed instructions, counted by valgrind's cachegrind",
    }


class _Service:
    """What runs in the child."""

    def __init__(self, process: WorkerProcess, toolchain: Toolchain) -> None:
        from ...llvm.libllvm import LibLLVMEngine

        self._engine = LibLLVMEngine(toolchain)
        self.handlers: Handlers = {RunOnModule: self._run}

    def _run(self, request: RunOnModule) -> bytes:
        step_limit(60.0)
        module = self._engine.parse(request.bitcode, "program")
        try:
            self._engine.run(module, request.pipeline)
            self._engine.verify(module)
            return self._engine.bitcode(module)
        finally:
            module.dispose()


def _programs(search: SpeedSearch, tools: Tools, folder: Path) -> list[_Program]:
    """Examples that need no input, and csmith's programs that end soon enough."""
    found: list[_Program] = []
    for name, compiler in (("words.cpp", search.toolchain.clangxx), ("pack.c", search.toolchain.clang)):
        if compiler is not None and len(found) < search.programs:
            made = _program(tools, name, compiler, EXAMPLES / "src" / name, folder)
            found += [made] if made is not None else []
    seed = FIRST_SEED
    while len(found) < search.programs and seed < FIRST_SEED + 20 * search.programs:
        search.check_time()
        source = generate(tools, seed, folder)
        made = _program(tools, f"csmith {seed}", tools.clang, source, folder) if source is not None else None
        found += [made] if made is not None else []
        seed += 1
    return found


def _program(tools: Tools, name: str, compiler: str, source: Path, folder: Path) -> _Program | None:
    bitcode = folder / "program.bc"
    command = [compiler, *_UNOPTIMISED, "-w", "-I", tools.headers, "-emit-llvm", "-c", "-o", bitcode, source]
    if not source.exists() or not run_child(command, COMPILE_SECONDS, folder=folder).ok:
        return None
    data = bitcode.read_bytes()
    counted = _count(tools, data, folder, "-O0")
    if counted is None or counted[0] > MOST:
        return None
    return _Program(name, data, counted[1], counted[0])


_UNOPTIMISED = ("-O3", "-Xclang", "-disable-llvm-passes")


def _start_up(tools: Tools, folder: Path) -> int:
    """Instructions that an empty program executes."""
    source, bitcode = folder / "empty.c", folder / "empty.bc"
    source.write_text("int main(void) { return 0; }\n")
    run_child([tools.clang, *_UNOPTIMISED, "-emit-llvm", "-c", "-o", bitcode, source], COMPILE_SECONDS, folder=folder)
    counted = _count(tools, bitcode.read_bytes(), folder) if bitcode.exists() else None
    if counted is None:
        raise ToolchainError("an empty program cannot be compiled, linked statically and counted; install libc6-dev")
    return counted[0]


def _count(tools: Tools, bitcode: bytes, folder: Path, level: str = "-O2") -> tuple[int, bytes] | None:
    """Instructions executed and output of a module, whose IR is not changed any more."""
    place, binary = folder / "module.bc", folder / "module"
    place.write_bytes(bitcode)
    command = [tools.clang, level, "-Xclang", "-disable-llvm-passes", "-w", "-static", "-o", binary, place, *_LIBRARIES]
    if not run_child(command, COMPILE_SECONDS, folder=folder).ok:
        return None
    return executed_instructions(binary, folder)


_LIBRARIES = ("-lstdc++", "-lm")


def _tune(
    search: SpeedSearch, tools: Tools, worker: WorkerProcess, program: _Program, folder: Path, start_up: int
) -> dict[str, Any]:
    """Random search for one program, after -O3, -O2 and -Oz."""
    rng, arm = random.Random(f"{search.seed} {program.name}"), search.arm
    counts: dict[PassNames, int] = {}
    whole: list[tuple[PassNames, str]] = [((level,), f"default<{level}>") for level in ("O3", "O2", "Oz")]
    drawn = (random_passes(rng, arm, search.longest) for _ in range(search.trials))
    searched = [(passes, f"{_BEFORE},{arm.spell(passes)}") for passes in drawn]
    failed = 0
    for passes, pipeline in [*whole, *searched]:
        search.check_time()
        found = _run(tools, worker, program, pipeline, folder)
        failed += found is None
        if found is not None:
            counts.setdefault(passes, max(1, found - start_up))
    base = counts.get(("O3",))
    if base is None:
        raise SmartoptError(f"{program.name} does not run at -O3")
    best = min(counts, key=lambda passes: (counts[passes], len(passes)))
    return {
        "program": program.name,
        "o0": program.at_o0 - start_up,
        "o3": base,
        "oz": counts.get(("Oz",)),
        "best": counts[best],
        "passes": list(best),
        "saved": round(100 * (base - counts[best]) / base, 4),
        "tried": len(whole) + len(searched),
        "failed": failed,
    }


_BEFORE = "inferattrs,function(sroa,early-cse,simplifycfg),globalopt,cgscc(inline),globaldce"


def _run(tools: Tools, worker: WorkerProcess, program: _Program, pipeline: str, folder: Path) -> int | None:
    """Instructions executed after a pipeline; None where it fails or the program prints something else."""
    try:
        bitcode = worker.call(RunOnModule(program.bitcode, pipeline))
    except EngineError:
        return None
    counted = _count(tools, bitcode, folder)
    return counted[0] if counted is not None and counted[1] == program.output else None
