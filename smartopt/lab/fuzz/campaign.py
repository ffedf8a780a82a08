"""A fuzzing campaign: seeds to programs, programs to plans, plans to outcomes.

Which lists a plan has depends only on the program's seed and the plan's number, never on jobs or order.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...codegen.outliner import EAGER_FLAGS, has_outlined
from ...codegen.settings import slim_flags, variation_settings, variations
from ...errors import UsageError
from ...llvm.toolchain import Toolchain, find_toolchain
from ...passes.random_lists import random_list
from ...passes.trusted import Trusted
from ..child import Child, run_child
from ..parallel import run_threads
from ..plugin import PLUGINS, PluginStore, Way, counters, private_state
from ..results import ResultFile
from ..targets import HOST, TARGETS, find_targets, prepare_targets
from .builds import CampaignTools
from .driven import judge_driven
from .programs import FRONT_END, Tools, check_seeds, generate, reference
from .report import FINDS, KIND, SCHEMA, Summary, summarise
from .subject import SUBJECTS, Subject, SubjectName, items

__all__ = ["FuzzSettings", "plan_lists", "plan_variations", "run_fuzz"]

_LISTS = 8
_LIST_LENGTH = 12
_VARIED = 0.25
_MINIMISING_TRIES = 40
_EFFORTS = ("fast", "default")

Line = dict[str, Any]


@dataclass(frozen=True)
class FuzzSettings:
    """What a campaign does.

    Attributes:
        programs: how many seeds, from ``seed`` on, skipped ones included.
        plans: plans tried on each program.
        seed: the first csmith seed; all must lie within 1 to 999,999.
        jobs: programs at a time.
        time_limit: seconds after which no further program is begun; None for no limit.
        llvm: a version ("22") or a folder; None takes the newest.
        subject: ``smartopt``, ``opt`` for the lists alone, ``product`` for smartopt without forced lists, ``clang``, or
            ``driver`` for smartopt-clang.
        way: smartopt-clang's way through clang.
        lift_ban: a banned pass to put into every list: the fuzzer must then find a difference; it stops at
            the first.
        run_timeout: seconds for the program built by ``clang -O0``; three times that for the others.
        compile_timeout: seconds for each compiler, and for smartopt.
        minimise: reduce the lists of a difference to those that still show it.
        target: the name of the target, for the subject ``driver``; programs for others are run by qemu-user.
    """

    programs: int = 100
    plans: int = 2
    seed: int = 1
    jobs: int = 1
    time_limit: float | None = None
    llvm: str | None = None
    subject: SubjectName = "smartopt"
    way: Way = "two-run"
    lift_ban: str | None = None
    run_timeout: float = 5.0
    compile_timeout: float = 120.0
    minimise: bool = True
    target: str = HOST

    def __post_init__(self) -> None:
        check_seeds(self.seed, self.programs)
        if self.plans < 1 or self.jobs < 1:
            raise UsageError(f"plans and jobs must be at least 1; got {self.plans} and {self.jobs}")
        if self.subject not in SUBJECTS:
            raise UsageError(f"subject must be one of {', '.join(SUBJECTS)}; got {self.subject!r}")
        (target,) = find_targets(self.target)
        if not target.x86 and self.subject != "driver":
            raise UsageError(f"the {self.subject} is for this machine; programs for {self.target} are the driver's")
        if self.lift_ban and self.subject in ("product", "driver"):
            raise UsageError(f"the {self.subject} cannot lift a ban; choose the subject smartopt or opt")

    def identity(self, toolchain: Toolchain, trusted: Trusted) -> dict[str, Any]:
        """What decides the lines of a seed: a result file with another identity is refused."""
        free = ("programs", "seed", "jobs", "time_limit", "llvm")
        kept = {name: value for name, value in asdict(self).items() if name not in free}
        return {**kept, "llvm": toolchain.version, "trusted": trusted.version}


def run_fuzz(
    settings: FuzzSettings,
    *,
    out: Path | None = None,
    finds: Path | None = None,
    progress: Callable[[int, Summary], None] | None = None,
) -> Summary:
    """Run a campaign, or go on with one.

    Args:
        settings: what to do.
        out: the result file (JSON lines, see :mod:`smartopt.lab.fuzz.report`); it may exist already.
        finds: a folder that gets the program and the bitcode of every difference, as ``SEED-PLAN/``.
        progress: called after each program with its seed and the summary so far.

    Raises ToolchainError if a tool is missing, UsageError if ``out`` is of another campaign, InputError
    and OutputError for files.
    """
    toolchain = find_toolchain(settings.llvm)
    trusted = Trusted.load(toolchain.major)
    results = ResultFile(out, settings.identity(toolchain, trusted), SCHEMA, KIND)
    wanted = range(settings.seed, settings.seed + settings.programs)
    done = results.values("seed")
    seeds = [seed for seed in wanted if seed not in done]

    def caught(lines: list[Line]) -> bool:
        return settings.lift_ban is not None and any(line["outcome"] in FINDS for line in lines)

    prepare_targets([TARGETS[settings.target]], run=True)
    tools, store = Tools.find(toolchain), PluginStore(toolchain.clang or "clang", PLUGINS)
    way: Way = settings.way if settings.subject == "driver" else "two-run"
    with (
        tempfile.TemporaryDirectory(prefix="smartopt-fuzz-state-") as name,
        private_state(Path(name), way, store) as state,
    ):
        driver = CampaignTools(toolchain, state, settings.compile_timeout, way, TARGETS[settings.target])
        if settings.subject == "driver":
            driver.check_way()
        judge = _ProgramJudge(settings, toolchain, trusted, tools, driver, finds)
        for seed, lines in run_threads(judge.program, seeds, settings.jobs, settings.time_limit, caught):
            results.add(lines)
            if progress is not None:
                progress(seed, summarise(line for line in results.lines if line["seed"] in wanted))
        summary = summarise(line for line in results.lines if line["seed"] in wanted)
        summary.calls = counters(state)
    return summary


def plan_lists(seed: int, plan: int, trusted: Trusted, lift_ban: str | None = None) -> list[str]:
    """The forced lists of one plan: one to eight, of up to 12 passes each.

    With ``lift_ban`` each ends in that pass, and plan 0 is that pass alone: nothing before it hides a fault.
    """
    rng = random.Random(f"{seed}/{plan}")
    count = rng.randint(1, _LISTS)
    lists = [str(random_list(rng, trusted, max_len=_LIST_LENGTH)) for _ in range(count)]
    if lift_ban is None:
        return lists
    return [lift_ban] if plan == 0 else [f"{text},{lift_ban}" for text in lists]


def plan_variations(seed: int, plan: int, major: int) -> list[str]:
    """The variations of the back end that one plan's slim program is made with: a quarter of them, in any order."""
    rng = random.Random(f"{seed}/{plan}/back end")
    names = [name for name in variations(major) if rng.random() < _VARIED]
    rng.shuffle(names)
    return names


@dataclass(frozen=True)
class _ProgramJudge:
    """Compiles, runs and judges programs."""

    settings: FuzzSettings
    toolchain: Toolchain
    trusted: Trusted
    tools: Tools
    driver: CampaignTools
    finds: Path | None

    def program(self, seed: int) -> list[Line]:
        """The result lines of one program."""
        settings, start = self.settings, time.monotonic()
        with tempfile.TemporaryDirectory(prefix="smartopt-fuzz-") as name:
            folder = Path(name)
            source = generate(self.tools, seed, folder)
            if source is None:
                return [_line(seed, None, "generator-failed", start)]
            expected = reference(
                self.tools,
                source,
                compile_timeout=settings.compile_timeout,
                run_timeout=settings.run_timeout,
                target=self.driver.target,
            )
            if expected.skipped:
                return [_line(seed, None, expected.skipped, start, detail=expected.detail)]
            bitcode = folder / "program.bc"
            if settings.subject == "driver":
                return [self._plan(seed, plan, bitcode, expected.output) for plan in range(settings.plans)]
            flags = (*FRONT_END, *self.tools.c_flags(), "-emit-llvm", "-c")
            built = run_child(
                [self.tools.clang, *flags, "-o", bitcode, source], settings.compile_timeout, folder=folder
            )
            if not built.ok:
                return [_line(seed, None, "reference-failed", start, detail=f"front end: {built.ending}")]
            return [self._plan(seed, plan, bitcode, expected.output) for plan in range(settings.plans)]

    def _plan(self, seed: int, plan: int, bitcode: Path, expected: bytes) -> Line:
        start = time.monotonic()
        forced = self.settings.subject in ("smartopt", "opt")
        lists = plan_lists(seed, plan, self.trusted, self.settings.lift_ban) if forced else []
        effort = "fast" if forced else _EFFORTS[plan % len(_EFFORTS)]
        varied = plan_variations(seed, plan, self.toolchain.major)
        if self.settings.subject == "driver":
            lists, varied = [], []
            source, limit = bitcode.with_name("program.c"), 3 * self.settings.run_timeout
            found = judge_driven(self.driver, source, seed, effort, self.tools.c_flags(), expected, limit)
        else:
            found = self._judge(bitcode, lists, expected, effort, varied)
        line = _line(seed, plan, found.pop("outcome"), start, lists=lists, varied=varied, **found)
        if line["outcome"] in FINDS:
            if self.finds is not None:
                _keep(bitcode.parent, self.finds / f"{seed}-{plan}")
            if self.settings.minimise and forced:
                line["minimal"] = self._minimal(bitcode, lists, expected, line["outcome"], varied)
        return line

    def _judge(self, bitcode: Path, lists: list[str], expected: bytes, effort: str, varied: list[str]) -> Line:
        settings = self.settings
        limit = settings.compile_timeout
        lifted = settings.lift_ban is not None
        subject = Subject(settings.subject, self.toolchain, limit, allow_banned=lifted, effort=effort)
        optimised, binary = bitcode.with_name("optimised.bc"), bitcode.with_name("optimised")
        for stale in (optimised, binary):
            stale.unlink(missing_ok=True)
        result = subject.optimise(bitcode, optimised, lists)
        if result.fault:
            return {"outcome": "optimiser-failed", "detail": result.fault}
        facts: Line = {"winner": result.winner, "fallbacks": result.fallbacks, "outlined": False}
        framed = bitcode.with_name("framed.bc")
        given = subject.add_attributes(optimised, framed, " ".join(varied))
        if given.fault:
            return {"outcome": "optimiser-failed", "detail": given.fault}
        slim = (*EAGER_FLAGS, *slim_flags(self.toolchain.major, variation_settings(varied)))
        for source, flags in ((optimised, ()), (framed, slim)):
            command = [self.tools.clang, *FRONT_END, *flags, "-w", "-x", "ir", "-o", binary, source]
            built = run_child(command, limit, folder=bitcode.parent)
            facts["outlined"] = bool(flags) and built.ok and has_outlined(binary.read_bytes())
            found = self._ran(built, binary, expected)
            if found["outcome"] != "same":
                break
        return {**facts, **found}

    def _ran(self, built: Child, binary: Path, expected: bytes) -> Line:
        """The outcome of one back end's program."""
        if not built.ok:
            return {"outcome": "back-end-failed", "detail": f"{built.ending}: {built.errors[-2000:]}"}
        ran = run_child([binary], 3 * self.settings.run_timeout, folder=binary.parent)
        if ran.status is None:
            return {"outcome": "program-timeout"}
        if not ran.ok:
            return {"outcome": "program-crash", "detail": ran.ending}
        if ran.output != expected:
            ends = [text.decode("utf-8", "replace").strip()[-80:] for text in (expected, ran.output)]
            return {"outcome": "wrong-output", "detail": f"expected {ends[0]}; got {ends[1]}"}
        return {"outcome": "same"}

    def _minimal(self, bitcode: Path, lists: list[str], expected: bytes, outcome: str, varied: list[str]) -> list[str]:
        """Fewer lists, then fewer passes, as long as the outcome stays; within a bounded number of tries."""
        tries = _MINIMISING_TRIES
        best = [items(text) for text in lists]
        changed = True
        while changed:
            changed = False
            for smaller in _smaller(best):
                if tries == 0:
                    break
                tries -= 1
                texts = [",".join(one) for one in smaller]
                if self._judge(bitcode, texts, expected, "fast", varied)["outcome"] == outcome:
                    best, changed = smaller, True
                    break
        return [",".join(one) for one in best]


def _smaller(lists: list[list[str]]) -> Iterator[list[list[str]]]:
    """Every way to leave out one list, then every way to leave out one pass."""
    if len(lists) > 1:
        for number in range(len(lists)):
            yield lists[:number] + lists[number + 1 :]
    for number, one in enumerate(lists):
        if len(one) > 1:
            for at in range(len(one)):
                yield [*lists[:number], one[:at] + one[at + 1 :], *lists[number + 1 :]]


def _keep(folder: Path, target: Path) -> None:
    """Keep the program, the input and the output of a difference."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("program.c", "program.bc", "optimised.bc", "clang.o", "fast.o", "default.o"):
        if (folder / name).exists():
            shutil.copy2(folder / name, target / name)


def _line(
    seed: int,
    plan: int | None,
    outcome: str,
    start: float,
    *,
    lists: list[str] | None = None,
    varied: list[str] | None = None,
    detail: str = "",
    winner: str = "",
    fallbacks: dict[str, int] | None = None,
    outlined: bool = False,
) -> Line:
    return {
        "schema": SCHEMA,
        "seed": seed,
        "plan": plan,
        "outcome": outcome,
        "lists": lists or [],
        "varied": varied or [],
        "minimal": None,
        "detail": detail,
        "winner": winner,
        "fallbacks": fallbacks or {},
        "outlined": outlined,
        "seconds": round(time.monotonic() - start, 3),
    }
