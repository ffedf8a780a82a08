"""``bench build``: builds whole packages by their own build systems with clang and smartopt-clang, and tests them.

Each variant builds in its own copy of the source tree, one after the other on the same machine. Times are those of the
build, without configuring and testing: wall clock, and processor time with that of smartopt's server. With ``pairs``,
the trees are built so many times again, in turn clang first and smartopt first, without reports and tests, and ratios
are medians over these. A failure becomes a row that says what failed; the log of every step stays beside the build.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from compileall import compile_dir
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import smartopt

from ...errors import SmartoptError
from ...llvm.toolchain import Toolchain
from ...objfile.measure import measure_object
from ..plugin import (
    PLUGINS,
    PluginStore,
    Way,
    processor_seconds,
    stop_servers,
    variables,
    wait_for_workers,
)
from ..targets import HOST, TARGETS, Target
from .build_memory import MemorySampler
from .build_recipes import VARIANTS, BuildRecipe, Variant
from .emulated import program_of, write_archivers, write_target_compiler
from .linked import is_linked, measure_file

__all__ = ["BuildRow", "Settings", "bench_build", "own_launchers", "ratios", "summary", "write_launchers"]

_ROOT = Path(smartopt.__file__).resolve().parent.parent
_LAUNCHER = """\
#!{python}
import sys
sys.path.insert(0, {root!r})
from smartopt.driver.entry import {main}
{main}()
"""


@dataclass(frozen=True)
class Settings:
    """Settings of all builds.

    Attributes:
        limit: seconds for all of them (None: no limit).
        step: seconds for one step.
        way: smartopt-clang's way through clang.
        pairs: how often timed variants are built once more for their times.
        memory_jobs: ``make -j`` of one more build whose memory is sampled; 0 for none.
        target: what the packages are built for; tests of another target than this machine are run by its emulator.
    """

    work: Path
    toolchain: Toolchain
    effort: str = "default"
    jobs: int = 1
    limit: float | None = None
    step: float = 3600.0
    driver: Path | None = None
    variants: tuple[Variant, ...] = VARIANTS
    way: Way = "two-run"
    pairs: int = 0
    memory_jobs: int = 0
    target: Target = TARGETS[HOST]


@dataclass
class BuildRow:
    """One package built as one variant.

    Attributes:
        error: what failed; what came before the failure is still recorded.
        seconds: wall-clock time of each step.
        processor: processor seconds of each step, with those of smartopt's server.
        again: seconds and processor seconds of each build for times (``Settings.pairs``).
        memory: peaks of the build with many jobs (``build_memory.MemorySampler``).
        compiled: allocated bytes of every object file in the tree.
        linked: bytes by kind (``linked.KINDS``, ``file``, ``stripped``) of every linked file.
        calls: how many files smartopt compiled (``ours``), and how many clang compiled alone, by reason.
        objects: how many reports there are, and how many report an object larger than -Oz's.
        code: the exit code of the tests.
        tests: the result of each test that the suite names.
        others: the result lines that name no test.
        results: all lines that the recipe's pattern matches.
        same: whether these lines are those of the variant ``like``.
    """

    package: str
    variant: str
    like: str = ""
    error: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    again: list[tuple[float, float]] = field(default_factory=list)
    memory: dict[str, int] = field(default_factory=dict)
    compiled: dict[str, int] = field(default_factory=dict)
    linked: dict[str, dict[str, int]] = field(default_factory=dict)
    passed: bool | None = None
    code: int | None = None
    tests: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    same: bool | None = None
    calls: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, int] = field(default_factory=dict)


class _StepFailed(Exception):
    """A step of a recipe failed; the text is for the row. ``code``: its exit code, None if it was stopped."""

    def __init__(self, text: str, code: int | None = None) -> None:
        super().__init__(text)
        self.code = code


def bench_build(
    work: Sequence[tuple[BuildRecipe, Path]], settings: Settings, report: Callable[[BuildRow], None]
) -> list[BuildRow]:
    """Build every (recipe, source tree) in every variant, and pass each finished row to ``report``."""
    until = float("inf") if settings.limit is None else time.monotonic() + settings.limit
    settings.work.mkdir(parents=True, exist_ok=True)
    launchers = settings.driver or write_launchers(settings.work / "bin")
    rows: list[BuildRow] = []
    store = PluginStore(settings.toolchain.clang or "clang", PLUGINS) if settings.way == "plugin" else None
    for recipe, tree in work:
        shutil.rmtree(settings.work / recipe.package, ignore_errors=True)
        builds = [_Build(recipe, tree, variant, settings, launchers, until, store) for variant in settings.variants]
        done: dict[str, BuildRow] = {}
        try:
            for build in builds:
                row = build.run()
                reference = done.get(build.variant.like)
                if reference is not None and row.passed is not None and reference.passed is not None:
                    row.same = (row.passed, row.results) == (reference.passed, reference.results)
                done[build.variant.name] = row
                rows.append(row)
                report(row)
            timed = [build for build in builds if build.variant.timed and not done[build.variant.name].error]
            for number in range(settings.pairs):
                for build in _in_turn(timed, number):
                    done[build.variant.name].again.append(build.time())
            for build in timed if settings.memory_jobs else ():
                if not build.variant.again:
                    done[build.variant.name].memory = build.sample()
            if settings.pairs or settings.memory_jobs:
                for row in done.values():
                    report(row)
        except _StepFailed as failed:
            rows[-1].error = rows[-1].error or f"once more: {failed}"
        finally:
            stop_servers(builds[0].state)
    return rows


def _in_turn(builds: Sequence[_Build], number: int) -> list[_Build]:
    """The builds of one pair: in every other pair the last comes first, but each before the one that remembers it."""
    groups: list[list[_Build]] = []
    for build in builds:
        if build.variant.again and groups:
            groups[-1].append(build)
        else:
            groups.append([build])
    return [build for group in (reversed(groups) if number % 2 else groups) for build in group]


def write_launchers(folder: Path) -> Path:
    """Write smartopt-clang and smartopt-clang++ for this very smartopt into a folder; returns the folder.

    The package is compiled to bytecode, as pip does: where Python writes no bytecode itself, every call of the compiler
    would compile the package anew, which takes a tenth of a second.
    """
    compile_dir(_ROOT / "smartopt", quiet=2)
    folder.mkdir(parents=True, exist_ok=True)
    for name, main in (("smartopt-clang", "run_c"), ("smartopt-clang++", "run_cxx")):
        part = folder / f".{name}.{os.getpid()}"  # a process that runs the old file must not read half of a new one
        part.write_text(_LAUNCHER.format(python=sys.executable, root=str(_ROOT), main=main))
        part.chmod(0o755)
        part.rename(folder / name)
    return folder.resolve()


def own_launchers() -> Path | None:
    """The folder of the smartopt-clang beside this Python, native where it was built; None if it has none.

    Its package is compiled to bytecode, as :func:`write_launchers` does it.
    """
    folder = Path(sys.executable).parent
    if not all((folder / name).is_file() for name in ("smartopt-clang", "smartopt-clang++")):
        return None
    compile_dir(_ROOT / "smartopt", quiet=2)
    return folder.resolve()


class _Build:
    """One package in one variant."""

    def __init__(
        self,
        recipe: BuildRecipe,
        tree: Path,
        variant: Variant,
        settings: Settings,
        launchers: Path,
        until: float,
        store: PluginStore | None,
    ) -> None:
        self.recipe, self.source, self.variant, self.settings, self.until = recipe, tree, variant, settings, until
        self.store = store
        home = settings.work.resolve() / recipe.package
        name = (variant.again or variant.name).replace(" ", "-")
        self.tree = home / name
        self.configured = home / f"{name}.configured"
        self.log = home / f"{variant.name.replace(' ', '-')}.log"
        self.state = home / "state"
        self.reports = home / f"{name}.reports"
        self.environment = self._environment(launchers)

    def run(self) -> BuildRow:
        row = BuildRow(self.recipe.package, self.variant.name, self.variant.like)
        try:
            self._run(row)
        except _StepFailed as failed:
            row.error = str(failed)
        except (OSError, SmartoptError, shutil.Error) as error:
            row.error = (str(error).splitlines() or [repr(error)])[0]
        return row

    def _run(self, row: BuildRow) -> None:
        missing = [name for name in ("make", *self.recipe.needs) if shutil.which(name) is None]
        if missing:
            raise _StepFailed(f"not begun: {', '.join(missing)} is not installed")
        if time.monotonic() >= self.until:
            raise _StepFailed("not begun: the time limit is reached")
        shutil.rmtree(self.tree, ignore_errors=True)
        shutil.copytree(self.source, self.tree, symlinks=True)
        self.log.write_bytes(b"")
        if self.variant.smartopt:
            self._install()
        self._step(row, "configure", self.recipe.configure)
        if (self.settings.pairs or self.settings.memory_jobs) and self.variant.timed and not self.variant.again:
            shutil.rmtree(self.configured, ignore_errors=True)
            shutil.copytree(self.tree, self.configured, symlinks=True)
        if self.variant.smartopt:
            self._statistics("--zero-stats")
            if not self.variant.again:  # configuring tried compilers, too
                shutil.rmtree(self.reports, ignore_errors=True)
        try:
            self._step(row, "build", self.recipe.build)
        finally:
            if self.variant.smartopt:
                row.calls = self._calls()
                row.objects = _objects(self.reports)
        row.linked = self._linked()
        row.compiled = self._compiled()
        if not row.linked:
            raise _StepFailed(f"build: nothing linked matches {', '.join(self.recipe.linked)}")
        if not self.variant.again:
            self._test(row)

    def time(self) -> tuple[float, float]:
        """Build once more; seconds and processor seconds. Raises _StepFailed."""
        self._restore()
        return self._lines("build", self.recipe.build, {"SMARTOPT_REPORT_DIR": ""})

    def sample(self) -> dict[str, int]:
        """Build once more with many jobs; the peaks of memory. Raises _StepFailed."""
        self._restore()
        peaks: dict[str, int] = {}
        jobs = {"JOBS": str(self.settings.memory_jobs), "SMARTOPT_REPORT_DIR": ""}
        left = min(self.settings.step, self.until - time.monotonic())
        for line in self.recipe.build:
            for key, value in self._line("build for memory", line, left, jobs, sampled=True).items():
                peaks[key] = max(value, peaks.get(key, 0))
        return peaks

    def _install(self) -> None:
        """Make smartopt's folder, with the plugin where that is the way."""
        if self.store is not None:
            self.store.install(self.state)

    def _restore(self) -> None:
        """The tree as it was configured, and smartopt's folder as this variant finds it."""
        shutil.rmtree(self.tree, ignore_errors=True)
        shutil.copytree(self.configured, self.tree, symlinks=True)
        if self.variant.smartopt and not self.variant.again:
            stop_servers(self.state)
            shutil.rmtree(self.state, ignore_errors=True)
            self._install()

    def _test(self, row: BuildRow) -> None:
        before = self.log.stat().st_size
        try:
            self._step(row, "test", self.recipe.test)
            row.passed, row.code = True, 0
        except _StepFailed as failed:
            row.passed, row.code = False, failed.code
            raise
        finally:
            text = self.log.read_bytes()[before:].decode("utf-8", "replace")
            matches = list(re.finditer(self.recipe.results, text))
            row.results = [match.group(0) for match in matches]
            row.tests, row.others = _by_test(matches)

    def _step(self, row: BuildRow, name: str, lines: Sequence[str]) -> None:
        """Run the lines of a step and record how long they take. Raises _StepFailed."""
        start = time.monotonic()
        try:
            row.processor[name] = self._lines(name, lines)[1]
        finally:
            row.seconds[name] = round(time.monotonic() - start, 3)

    def _lines(
        self, name: str, lines: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> tuple[float, float]:
        """Run lines; seconds and processor seconds, with those of smartopt's server. Raises _StepFailed."""
        before, start = self._processor_seconds(), time.monotonic()
        for line in lines:
            left = min(self.settings.step, self.until - time.monotonic())
            self._line(name, line, left, environment)
        wall = time.monotonic() - start
        if self._has_server:
            wait_for_workers(self.state)
        return round(wall, 3), round(self._processor_seconds() - before, 3)

    @property
    def _has_server(self) -> bool:
        return self.variant.smartopt and self.settings.way == "plugin"

    def _processor_seconds(self) -> float:
        """Of all children so far, and of the server that is there."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime + (processor_seconds(self.state) if self._has_server else 0.0)

    def _line(
        self,
        name: str,
        line: str,
        limit: float,
        environment: Mapping[str, str] | None = None,
        sampled: bool = False,
    ) -> dict[str, int]:
        """Run a line; the peaks of its memory if it is ``sampled``. Raises _StepFailed."""
        peaks: dict[str, int] = {}
        with self.log.open("ab") as log:
            log.write(f"\n== {name}: {line}\n".encode())
            log.flush()
            began = log.tell()
            process = subprocess.Popen(
                ["sh", "-c", line],
                cwd=self.tree,
                env={**self.environment, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            sampler = MemorySampler(process.pid, self.state if self._has_server else None) if sampled else None
            try:
                if sampler is not None:
                    sampler.start()
                code = process.wait(max(0.0, limit))
            except BaseException as stopped:
                _end(process)
                if not isinstance(stopped, subprocess.TimeoutExpired):
                    raise
                raise _StepFailed(f"{name}: stopped after {max(0.0, limit):.0f} s ({line})") from None
            finally:
                if sampler is not None:
                    peaks = sampler.stop()
        if code:
            raise _StepFailed(
                f"{name}: {_complaint(self.log, began)} (exit code {code}; {self.log.name} has more)", code
            )
        return peaks

    def _environment(self, launchers: Path) -> dict[str, str]:
        toolchain, variant = self.settings.toolchain, self.variant
        clang, clangxx = toolchain.clang or "clang", toolchain.clangxx or "clang++"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SMARTOPT_", "MAKE"))}
        separate = Path(__file__).with_name("separate_compiles.py")
        return {
            **kept,
            "LC_ALL": "C.UTF-8",
            "CC": self._compiler("cc", str(launchers / "smartopt-clang") if variant.smartopt else clang),
            "CXX": self._compiler("c++", str(launchers / "smartopt-clang++") if variant.smartopt else clangxx),
            "CFLAGS": variant.flags,
            "CXXFLAGS": variant.flags,
            "LDFLAGS": variant.link,
            "JOBS": str(self.settings.jobs),
            "SEPARATELY": f"{sys.executable} {separate}",
            "PATH": f"{self._linker()}{os.pathsep}{kept.get('PATH', os.defpath)}",
            "SMARTOPT_CLANG": clang,
            "SMARTOPT_CLANGXX": clangxx,
            "SMARTOPT_EFFORT": self.settings.effort,
            "SMARTOPT_DIR": str(self.state),
            "SMARTOPT_REPORT_DIR": str(self.reports),
            **variables(self.settings.way),
            **self._archivers(),
            "QEMU_LD_PREFIX": self.settings.target.root,
            **dict(variant.environment),
        }

    def _compiler(self, name: str, path: str) -> str:
        """The compiler for the target of these builds."""
        target = self.settings.target
        if not target.emulator:
            return shlex.join([path, *target.flags])
        kind = "smartopt" if self.variant.smartopt else "clang"
        home = self.settings.work.resolve() / f"compilers-{target.name}" / kind
        return str(write_target_compiler(home / name, path, target))

    def _archivers(self) -> dict[str, str]:
        """For bitcode in archives: the tools that read it."""
        if "-flto" not in self.variant.flags:
            return {}
        tools = {"AR": "llvm-ar", "RANLIB": "llvm-ranlib", "NM": "llvm-nm"}
        found = {name: self.settings.toolchain.tool(tool) for name, tool in tools.items()}
        return {name: path for name, path in found.items() if path}

    def _linker(self) -> Path:
        """A folder with the toolchain's lld, for builds that link with another compiler (libtool may use gcc)."""
        name = f"linker-{self.settings.toolchain.major}"
        folder = self.settings.work.resolve() / (f"{name}-llvm" if self.settings.target.emulator else name)
        lld = self.settings.toolchain.tool("ld.lld")
        folder.mkdir(parents=True, exist_ok=True)
        if lld and not (folder / "ld.lld").is_symlink():
            (folder / "ld.lld").symlink_to(lld)
        if self.settings.target.emulator:
            write_archivers(folder, self.settings.toolchain)
        return folder

    def _linked(self) -> dict[str, dict[str, int]]:
        strip = self.settings.toolchain.tool("llvm-strip")
        found = {path: program_of(path) for pattern in self.recipe.linked for path in self.tree.glob(pattern)}
        linked = {path: program for path, program in sorted(found.items()) if is_linked(program)}
        return {str(path.relative_to(self.tree)): measure_file(program, strip) for path, program in linked.items()}

    def _compiled(self) -> dict[str, int]:
        """Allocated bytes of every object in the tree, by path; what is no object (bitcode, say) is left out."""
        sizes: dict[str, int] = {}
        for path in sorted(self.tree.rglob("*.o")):
            if path.is_file() and not path.is_symlink():
                try:
                    sizes[str(path.relative_to(self.tree))] = measure_object(path.read_bytes()).total
                except SmartoptError:
                    pass
        return sizes

    def _statistics(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "smartopt.opt.main", *words],
            env={**self.environment, "PYTHONPATH": str(_ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout

    def _calls(self) -> dict[str, Any]:
        try:
            counters = json.loads(self._statistics("--show-stats", "--json"))
        except ValueError:
            return {}
        reasons = {name[len("reason.") :]: n for name, n in counters.items() if name.startswith("reason.")}
        alone = {n: v for n, v in reasons.items() if n == "disabled" or n.startswith("driver-")}
        return {
            "ours": sum(n for name, n in counters.items() if name.startswith("winner.")),
            "clang": alone,
            "within": {n: v for n, v in reasons.items() if n not in alone},
            "cache": {name[len("cache.") :]: n for name, n in counters.items() if name.startswith("cache.")},
        }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a command and its children."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        pass  # it ended just now
    process.wait()


def _by_test(matches: Sequence[re.Match[str]]) -> tuple[dict[str, str], list[str]]:
    """Split matched lines into the results of named tests and other lines.

    A test name that occurs again gets a number.
    """
    results: dict[str, str] = {}
    others: list[str] = []
    seen: Counter[str] = Counter()
    for match in matches:
        groups = match.groupdict()
        name, result = groups.get("test"), groups.get("result")
        if name and result:
            seen[name] += 1
            results[name if seen[name] == 1 else f"{name} #{seen[name]}"] = result
        else:
            others.append(match.group(0))
    return results, others


def _complaint(log: Path, began: int) -> str:
    """The line of a failed step's output that most likely says why it failed."""
    lines = [line.strip() for line in log.read_bytes()[began:].decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"\berror:|\*\*\*|not found|FAILED|annot ", line)]
    return (telling or lines or ["no output"])[0 if telling else -1][:200]


def _objects(folder: Path) -> dict[str, int]:
    """How many objects have a report, and how many of these are larger than -Oz's."""
    from ..report.collect import load

    try:
        files = load(folder).files
    except SmartoptError:
        return {"reports": 0, "larger": 0}
    return {"reports": len(files), "larger": sum(file.saved < 0 for file in files)}


def _pairs(base: BuildRow, row: BuildRow) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """(seconds, processor seconds) of both builds, pair by pair."""
    first = [(side.seconds["build"], side.processor.get("build", 0.0)) for side in (base, row)]
    return list(zip(base.again, row.again, strict=False)) or [(first[0], first[1])]


def ratios(pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> dict[str, float]:
    """Median ratios over pairs: ``time`` and ``processor``."""
    found = {}
    for index, name in enumerate(("time", "processor")):
        found[name] = median(after[index] / max(before[index], 0.001) for before, after in pairs)
    return found


def summary(rows: Sequence[BuildRow]) -> list[dict[str, Any]]:
    """Compare each row with the row of the variant it names in ``like``.

    A line holds the bytes of both by kind over the files that both link, how many of these became larger, the bytes of
    the objects that both compile and how many became larger, the builds whose times count (pairs of seconds and
    processor seconds of both) with the median ratios ``time`` and ``processor``, and the peaks of memory of both. Rows
    that failed before linking have no ``bytes``.
    """
    found = {(row.package, row.variant): row for row in rows}
    table = []
    for row in rows:
        base = found.get((row.package, row.like))
        if base is None:
            continue
        line: dict[str, Any] = {"package": row.package, "variant": row.variant, "error": row.error or base.error}
        both = sorted(base.linked.keys() & row.linked.keys())
        if both:
            kinds = [kind for kind in base.linked[both[0]] if kind in row.linked[both[0]]]
            line["bytes"] = {
                kind: (sum(base.linked[f][kind] for f in both), sum(row.linked[f][kind] for f in both))
                for kind in kinds
            }
            line["larger"] = sum(row.linked[f]["total"] > base.linked[f]["total"] for f in both)
            line["unmatched"] = sorted(base.linked.keys() ^ row.linked.keys())
            line["builds"] = _pairs(base, row)
            line |= ratios(line["builds"])
            objects = sorted(base.compiled.keys() & row.compiled.keys())
            line["compiled"] = tuple(sum(side.compiled[f] for f in objects) for side in (base, row))
            line["larger_objects"] = sum(row.compiled[f] > base.compiled[f] for f in objects)
            line["memory"] = (base.memory, row.memory)
        line["passed"], line["same"] = row.passed, row.same
        line["calls"], line["objects"] = row.calls, row.objects
        table.append(line)
    return table
