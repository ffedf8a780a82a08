"""``bench build``: builds whole packages by their own build systems with clang and smartopt-clang, and tests them.

Each variant builds in its own copy of the source tree, one after the other on the same machine. Times are those of the
build, without configuring and testing. A failure becomes a row that says what failed; the log of every step stays
beside the build.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from compileall import compile_dir
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import smartopt

from ...errors import SmartoptError
from ...llvm.toolchain import Toolchain
from .build_recipes import VARIANTS, BuildRecipe, Variant
from .linked import is_linked, measure_file

__all__ = ["BuildRow", "Settings", "bench_build", "summary", "write_launchers"]

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
    """Settings of all builds. ``limit``: seconds for all of them (None: no limit); ``step``: seconds for one step."""

    work: Path
    toolchain: Toolchain
    effort: str = "default"
    jobs: int = 1
    limit: float | None = None
    step: float = 3600.0
    driver: Path | None = None
    variants: tuple[Variant, ...] = VARIANTS


@dataclass
class BuildRow:
    """One package built as one variant.

    Attributes:
        error: what failed; what came before the failure is still recorded.
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
    for recipe, tree in work:
        shutil.rmtree(settings.work / recipe.package, ignore_errors=True)
        done: dict[str, BuildRow] = {}
        for variant in settings.variants:
            row = _Build(recipe, tree, variant, settings, launchers, until).run()
            reference = done.get(variant.like)
            if reference is not None and row.passed is not None and reference.passed is not None:
                row.same = (row.passed, row.results) == (reference.passed, reference.results)
            done[variant.name] = row
            rows.append(row)
            report(row)
    return rows


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


class _Build:
    """One package in one variant."""

    def __init__(
        self, recipe: BuildRecipe, tree: Path, variant: Variant, settings: Settings, launchers: Path, until: float
    ) -> None:
        self.recipe, self.source, self.variant, self.settings, self.until = recipe, tree, variant, settings, until
        home = settings.work.resolve() / recipe.package
        name = (variant.again or variant.name).replace(" ", "-")
        self.tree = home / name
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
        self._step(row, "configure", self.recipe.configure)
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
        if not row.linked:
            raise _StepFailed(f"build: nothing linked matches {', '.join(self.recipe.linked)}")
        if not self.variant.again:
            self._test(row)

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
            for line in lines:
                left = min(self.settings.step, self.until - time.monotonic())
                self._line(name, line, left)
        finally:
            row.seconds[name] = round(time.monotonic() - start, 3)

    def _line(self, name: str, line: str, limit: float) -> None:
        with self.log.open("ab") as log:
            log.write(f"\n== {name}: {line}\n".encode())
            log.flush()
            began = log.tell()
            process = subprocess.Popen(
                ["sh", "-c", line],
                cwd=self.tree,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                code = process.wait(max(0.0, limit))
            except BaseException as stopped:
                _end(process)
                if not isinstance(stopped, subprocess.TimeoutExpired):
                    raise
                raise _StepFailed(f"{name}: stopped after {max(0.0, limit):.0f} s ({line})") from None
        if code:
            raise _StepFailed(
                f"{name}: {_complaint(self.log, began)} (exit code {code}; {self.log.name} has more)", code
            )

    def _environment(self, launchers: Path) -> dict[str, str]:
        toolchain, variant = self.settings.toolchain, self.variant
        clang, clangxx = toolchain.clang or "clang", toolchain.clangxx or "clang++"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SMARTOPT_", "MAKE"))}
        separate = Path(__file__).with_name("separate_compiles.py")
        return {
            **kept,
            "LC_ALL": "C.UTF-8",
            "CC": str(launchers / "smartopt-clang") if variant.smartopt else clang,
            "CXX": str(launchers / "smartopt-clang++") if variant.smartopt else clangxx,
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
        }

    def _linker(self) -> Path:
        """A folder with the toolchain's lld, for builds that link with another compiler (libtool may use gcc)."""
        folder = self.settings.work.resolve() / f"linker-{self.settings.toolchain.major}"
        lld = self.settings.toolchain.tool("ld.lld")
        folder.mkdir(parents=True, exist_ok=True)
        if lld and not (folder / "ld.lld").is_symlink():
            (folder / "ld.lld").symlink_to(lld)
        return folder

    def _linked(self) -> dict[str, dict[str, int]]:
        strip = self.settings.toolchain.tool("llvm-strip")
        paths = sorted({path for pattern in self.recipe.linked for path in self.tree.glob(pattern) if is_linked(path)})
        return {str(path.relative_to(self.tree)): measure_file(path, strip) for path in paths}

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


def summary(rows: Sequence[BuildRow]) -> list[dict[str, Any]]:
    """Compare each row with the row of the variant it names in ``like``.

    A line holds the bytes of both by kind over the files that both link, both build times and their ratio, and how
    many linked files became larger. Rows that failed before linking have no ``bytes``.
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
            line["seconds"] = (base.seconds["build"], row.seconds["build"])
            line["time"] = round(row.seconds["build"] / max(base.seconds["build"], 0.001), 3)
        line["passed"], line["same"] = row.passed, row.same
        line["calls"], line["objects"] = row.calls, row.objects
        table.append(line)
    return table
