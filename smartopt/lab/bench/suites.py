"""``bench suites``: builds public programs with clang and smartopt-clang, and compares the results of their tests.

Only correctness is judged. Every (package, LLVM, compiler) is built in its own tree. A result is one line of a JSON
lines file, so a stopped campaign goes on. A line is used again while its recipe, the compiler's exact version and, for
smartopt, its fingerprint are the same.

Both compilers must agree on the result of every test that the suite names, on all other lines that the recipe matches,
and on the exit code. If they do not, both are built and tested once more: a result that clang gives in one of its runs
is no difference.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, cast

from ...errors import InputError, SmartoptError, UsageError
from ...llvm.toolchain import Toolchain
from ...optimizer.fingerprint import fingerprint
from ...options import Effort, Options
from ..packages import PackageError, fetch, install
from ..targets import HOST, TARGETS, Target
from .build import BuildRow, Settings, bench_build, write_launchers
from .build_recipes import BuildRecipe, Variant

__all__ = ["Compiler", "ResultLines", "Run", "SuiteSettings", "Verdict", "judge", "run_suites"]

Compiler = Literal["clang", "smartopt"]
Status = Literal["same", "different", "unstable", "not compared"]
_VARIANTS: dict[Compiler, Variant] = {
    "clang": Variant("clang", smartopt=False),
    "smartopt": Variant("smartopt", smartopt=True),
}
_SCHEMA = 2
_SHOWN = 5
"""Differences of one package that are printed."""


@dataclass(frozen=True)
class SuiteSettings:
    """What a campaign does.

    Attributes:
        folder: sources, builds and logs (``folder/logs/PACKAGE-LLVM-COMPILER-RUN.log``).
        toolchains: the LLVMs, in order; each package is built by all of them.
        effort: smartopt's.
        jobs: ``make -j``.
        time_limit: seconds after which nothing more is begun and what runs is stopped; None for no limit.
        step_limit: seconds for one step (configure, build or test) of one package.
        repeats: how often both are built and tested again where they differ.
        keep: keep the trees that were built, also where nothing differs.
        driver: a folder with smartopt-clang and smartopt-clang++; None for this smartopt's.
        target: what is built; tests of another target than this machine are run by its emulator.
    """

    folder: Path
    toolchains: tuple[Toolchain, ...]
    effort: str = "default"
    jobs: int = 1
    time_limit: float | None = None
    step_limit: float = 1800.0
    repeats: int = 1
    keep: bool = False
    driver: Path | None = None
    target: Target = TARGETS[HOST]


@dataclass(frozen=True)
class Run:
    """One build and test of a package by one compiler: a line of the result file.

    ``identity`` digests what decided the result; ``number`` counts runs of the same identity from 1. ``code`` is the
    suite's exit code, None where it was not run to its end; ``error`` says what failed. ``tests``: name -> result,
    where the suite names its tests; ``lines``: how often each other line that the recipe
    matches occurs. ``ours`` and
    ``alone``: what smartopt compiled, and what was left to clang, by reason; ``within``: what smartopt gave up within
    what it compiled, by reason.
    """

    package: str
    llvm: str
    compiler: Compiler
    effort: str
    identity: str
    number: int
    code: int | None
    error: str
    tests: dict[str, str]
    lines: dict[str, int]
    ours: int = 0
    alone: dict[str, int] = field(default_factory=dict)
    within: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    schema: int = _SCHEMA

    def results(self) -> dict[str, str]:
        """The results, which must not depend on the compiler."""
        return {
            "exit code": str(self.code),
            **{f"test {name}": result for name, result in self.tests.items()},
            **{f"line {line!r}": f"{count} times" for line, count in self.lines.items()},
        }


@dataclass(frozen=True)
class Verdict:
    """The verdict on the runs of one package and LLVM.

    ``different``: no run of smartopt's gives what a run of clang's does; ``unstable``: some do. ``not compared``: clang
    itself failed before the suite, or the time limit came. ``why`` has a line for each difference.
    """

    package: str
    llvm: str
    status: Status
    why: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()

    @property
    def tests(self) -> int:
        """How many results of the suite were compared: its named tests, else its lines."""
        return max(
            (len(run.tests) or sum(run.lines.values()) for run in self.runs if run.compiler == "clang"), default=0
        )


class ResultLines:
    """The result file. Opened again, it holds the runs of before. Without a path it only remembers."""

    def __init__(self, path: Path | None) -> None:
        """Raises InputError if the file is something else."""
        self.path = path
        self.runs: list[Run] = []
        if path is None or not path.exists():
            return
        try:
            lines = path.read_text("utf-8").split("\n")
            self.runs = [Run(**json.loads(line)) for line in lines[:-1]]
        except (OSError, ValueError, TypeError) as error:
            raise InputError(f"{path} is not a result file of bench suites: {error}; name another file") from error
        if lines[-1]:  # cut short by a crash: the next line would be glued to it
            path.write_text("".join(f"{line}\n" for line in lines[:-1]), "utf-8")

    def of(self, identity: str) -> list[Run]:
        """The runs of one package, LLVM and compiler."""
        return [run for run in self.runs if run.identity == identity]

    def add(self, run: Run) -> None:
        self.runs.append(run)
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(run)) + "\n")


def judge(package: str, llvm: str, reference: Sequence[Run], ours: Sequence[Run]) -> Verdict:
    """Compare all runs of clang's build with all of smartopt's."""
    runs = (*reference, *ours)
    if all(run.code is None for run in reference):
        why = f"clang's own: {reference[0].error}" if reference else "no run"
        return Verdict(package, llvm, "not compared", (why,), runs)
    if not ours:
        return Verdict(package, llvm, "not compared", ("no run by smartopt",), runs)
    if all(run.code is None for run in ours):
        return Verdict(package, llvm, "different", (ours[-1].error,), runs)
    theirs, mine = ([run.results() for run in side] for side in (reference, ours))
    different: list[str] = []
    unstable: list[str] = []
    for name in sorted({name for results in (*theirs, *mine) for name in results}):
        expected, got = ({results.get(name, "absent") for results in side} for side in (theirs, mine))
        if got <= expected:
            continue
        line = f"{name}: {_either(expected)} under clang, {_either(got)} under smartopt-clang"
        (unstable if got & expected else different).append(line)
    status: Status = "different" if different else "unstable" if unstable else "same"
    return Verdict(package, llvm, status, (*different, *unstable), runs)


def _either(values: set[str]) -> str:
    return " or ".join(sorted(value if len(value) < 200 else f"{value[:200]}..." for value in values))


def run_suites(
    recipes: Sequence[BuildRecipe],
    settings: SuiteSettings,
    results: ResultLines,
    report: Callable[[str], None],
    tree: Callable[[BuildRecipe], Path] | None = None,
) -> list[Verdict]:
    """Run a campaign, or go on with one; ``report`` gets a line of progress for each build.

    ``tree`` gets a package's unpacked sources, by default from Debian's archive. Returns a verdict for each package and
    LLVM, in order. What cannot be fetched, built by clang or begun within the time limit is ``not compared``. Raises
    UsageError where another campaign works in the folder.
    """
    settings.folder.mkdir(parents=True, exist_ok=True)
    with (settings.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(f"another campaign works in {settings.folder}; wait, or name another --folder") from None
        return _Campaign(settings, results, report, tree or _Sources(settings.folder)).run(recipes)


class _Sources:
    """Sources from Debian's archive, with the packages that they need installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "sources"

    def __call__(self, recipe: BuildRecipe) -> Path:
        install(recipe.packages)
        return fetch(recipe.package, self.folder)


class _Campaign:
    """One campaign under way."""

    def __init__(
        self,
        settings: SuiteSettings,
        results: ResultLines,
        report: Callable[[str], None],
        tree: Callable[[BuildRecipe], Path],
    ) -> None:
        self.settings, self.results, self.report, self.tree = settings, results, report, tree
        limit = settings.time_limit
        self.until = float("inf") if limit is None else time.monotonic() + limit
        self.launchers = settings.driver or write_launchers(settings.folder / "bin")
        self.logs = settings.folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)

    def run(self, recipes: Sequence[BuildRecipe]) -> list[Verdict]:
        verdicts = []
        pairs = [(recipe, toolchain) for toolchain in self.settings.toolchains for recipe in recipes]
        for number, (recipe, toolchain) in enumerate(pairs, 1):
            where = f"[{number}/{len(pairs)}] {recipe.package}, LLVM {toolchain.version}"
            verdict = self._pair(recipe, toolchain, where)
            self.report(f"{where}: {verdict.status}, {verdict.tests} results compared")
            for line in verdict.why[:_SHOWN]:
                self.report(f"    {line}")
            verdicts.append(verdict)
        return verdicts

    def _pair(self, recipe: BuildRecipe, toolchain: Toolchain, where: str) -> Verdict:
        """Both compilers' runs of one package, again where they differ."""
        package, llvm = recipe.package, toolchain.version
        identities = {compiler: self._identity(recipe, toolchain, compiler) for compiler in _VARIANTS}
        try:
            for wanted in range(1, self.settings.repeats + 2):
                for compiler, identity in identities.items():
                    if len(self.results.of(identity)) < wanted:
                        self.report(f"{where}: {compiler}{', once more' * (wanted > 1)} ...")
                        self._build(recipe, toolchain, compiler, identity)
                    if all(run.code is None for run in self.results.of(identities["clang"])):
                        break  # clang's own build failed: there is nothing to compare with
                verdict = judge(package, llvm, *(self.results.of(identity) for identity in identities.values()))
                if verdict.status in ("same", "not compared"):
                    break
        except (_TimeIsUp, PackageError) as error:
            return Verdict(package, llvm, "not compared", (str(error),))
        if verdict.status == "same" and not self.settings.keep:
            for compiler in _VARIANTS:
                shutil.rmtree(self._home(toolchain, compiler) / package, ignore_errors=True)
        return verdict

    def _build(self, recipe: BuildRecipe, toolchain: Toolchain, compiler: Compiler, identity: str) -> None:
        """Build and test once; the line is written last. Raises _TimeIsUp, PackageError."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise _TimeIsUp
        tree = self.tree(recipe)
        home = self._home(toolchain, compiler)
        settings = Settings(
            home,
            toolchain,
            self.settings.effort,
            self.settings.jobs,
            limit=None if left == float("inf") else max(0.0, self.until - time.monotonic()),
            step=self.settings.step_limit,
            driver=self.launchers,
            variants=(_VARIANTS[compiler],),
            target=self.settings.target,
        )
        (row,) = bench_build([(recipe, tree)], settings, lambda row: None)
        if row.error and time.monotonic() >= self.until:
            raise _TimeIsUp
        if not row.seconds:
            raise PackageError(row.error)  # a program is missing: nothing was begun
        number = len(self.results.of(identity)) + 1
        log = home / recipe.package / f"{compiler}.log"
        if log.exists():
            shutil.copy2(
                log, self.logs / f"{recipe.package}-{toolchain.version}-{compiler}{self._of_target}-{number}.log"
            )
        self.results.add(_run(row, toolchain, compiler, self.settings.effort, identity, number))

    def _home(self, toolchain: Toolchain, compiler: Compiler) -> Path:
        return self.settings.folder / "builds" / f"{toolchain.version}-{compiler}{self._of_target}"

    @property
    def _of_target(self) -> str:
        name = self.settings.target.name
        return "" if name == HOST else f"-{name}"

    def _identity(self, recipe: BuildRecipe, toolchain: Toolchain, compiler: Compiler) -> str:
        parts = [repr(recipe), repr(_VARIANTS[compiler]), toolchain.version, str(toolchain.clang)]
        if self.settings.target.name != HOST:
            parts.append(repr(self.settings.target))
        if compiler == "smartopt":
            effort = cast(Effort, self.settings.effort)
            llvm = toolchain.root or str(toolchain.major)
            parts.append(fingerprint(Options(effort=effort, llvm=llvm, stands_for="clang")))
            parts.append(str(self.settings.driver))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


class _TimeIsUp(SmartoptError):
    """The campaign's time limit is reached."""

    def __init__(self) -> None:
        super().__init__("the time limit was reached; the same command goes on from here")


def _run(row: BuildRow, toolchain: Toolchain, compiler: Compiler, effort: str, identity: str, number: int) -> Run:
    """A row of ``bench build`` as a line of the campaign."""
    code, error = row.code, row.error
    ours = int(row.calls.get("ours", 0))
    if code is not None and not row.results:
        code, error = None, f"the recipe matches no line of the suite's output (exit code {code}) {error}".rstrip()
    if code is not None and compiler == "smartopt" and not ours:
        code, error = None, "smartopt compiled nothing; the suite does not test it"
    return Run(
        row.package,
        toolchain.version,
        compiler,
        effort if compiler == "smartopt" else "",
        identity,
        number,
        code,
        error,
        row.tests,
        dict(sorted(Counter(row.others).items())),
        ours,
        dict(row.calls.get("clang", {})),
        dict(row.calls.get("within", {})),
        row.seconds,
    )
