"""The builds that make an object of a source file: clang at a level, smartopt-clang, smartopt on bitcode.

Each has a name for results, and :meth:`Build.commands`, which a person can run again: every child gets the same
environment, with a folder of the campaign's own for smartopt's state.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ...errors import ToolchainError, UsageError
from ...llvm.toolchain import Toolchain
from ..child import Child, run_child
from ..plugin import Way, counters, variables, wait_for_workers
from ..targets import HOST, TARGETS, Target
from .compile_options import CompileOptions

__all__ = ["BitcodeBuild", "Build", "CampaignTools", "ClangBuild", "DriverBuild", "Step", "found_reports"]

_LATE = 0.3
"""Seconds for a report."""
_PROBE = "int f(int a, int b) { int s = 0; for (int i = 0; i < a; i++) s += (i ^ b) * 7 + s / 3; return s; }\n"
Step = list[str]
"""A command and its arguments."""


@dataclass(frozen=True)
class CampaignTools:
    """The tools of a campaign, the folder for smartopt's state, smartopt-clang's way through clang, and the target."""

    toolchain: Toolchain
    state: Path
    timeout: float = 300.0
    way: Way = "two-run"
    target: Target = TARGETS[HOST]

    def __post_init__(self) -> None:
        if self.toolchain.clang is None or self.toolchain.clangxx is None:
            raise ToolchainError(f"LLVM {self.toolchain.version} has no clang; install clang-{self.toolchain.major}")

    def clang(self, options: CompileOptions) -> str:
        """The compiler of the file's language."""
        return str(self.toolchain.clangxx if options.language == "c++" else self.toolchain.clang)

    def smartopt(self, name: str) -> str:
        """One of our own commands, beside the Python that runs."""
        return str(Path(sys.executable).parent / name)

    def link(self, options: CompileOptions, inputs: Sequence[object], binary: Path) -> list[object]:
        """The command that links objects to a program; a static one for another target."""
        lld = self.toolchain.tool("ld.lld")
        linker = (f"-fuse-ld={lld}",) if lld else ()
        static = self.target.link if options.machine and not self.target.x86 else ()
        return [self.clang(options), "-pthread", *options.machine, *static, *linker, *inputs, "-o", binary, "-lm"]

    @property
    def environment(self) -> dict[str, str]:
        """The variables that every child gets, and that a person needs to run it again."""
        return {
            "SMARTOPT_DIR": str(self.state),
            "SMARTOPT_CLANG": str(self.toolchain.clang),
            "SMARTOPT_CLANGXX": str(self.toolchain.clangxx),
            **variables(self.way),
        }

    def run(self, step: Sequence[object], folder: Path, environment: dict[str, str] | None = None) -> Child:
        """Run a compiler without the user's SMARTOPT_ variables."""
        given = {**self.environment, **(environment or {})}
        return run_child(step, self.timeout, folder=folder, environment=given, without="SMARTOPT_", limited=False)

    def check_way(self) -> None:
        """Compile a probe. Raises UsageError unless smartopt-clang took the way that is asked for."""
        with tempfile.TemporaryDirectory(prefix="smartopt-fuzz-") as name:
            source = Path(name) / "probe.c"
            source.write_text(_PROBE)
            before = counters(self.state)
            done = self.run([self.smartopt("smartopt-clang"), "-Oz", "-c", source, "-o", f"{name}/probe.o"], Path(name))
            if not done.ok:
                raise UsageError(f"smartopt-clang cannot compile a probe: {done.errors.strip()}")
        wait_for_workers(self.state)
        key = "way.plugin"
        through_plugin = counters(self.state).get(key, 0) > before.get(key, 0)
        if through_plugin != (self.way == "plugin"):
            took = "the plugin" if through_plugin else "another way, or left the probe to clang"
            raise UsageError(f"--way {self.way} was asked for, but smartopt-clang took {took}")


@dataclass(frozen=True)
class Made:
    """The result of a build: ``fault`` is empty if there is an object."""

    fault: str = ""
    report: dict[str, Any] = field(default_factory=dict)


class Build(Protocol):
    """A way to make an object."""

    @property
    def name(self) -> str: ...

    @property
    def product(self) -> bool:
        """Whether its object is promised to be no larger than clang's."""
        ...

    def commands(self, tools: CampaignTools, options: CompileOptions, source: Path, target: Path) -> list[Step]:
        """The commands that make ``target``, one after another."""
        ...

    def environment(self, options: CompileOptions) -> dict[str, str]:
        """The variables that the commands need beside the tools' own."""
        ...


def make(build: Build, tools: CampaignTools, options: CompileOptions, source: Path, target: Path) -> Made:
    """Run a build's commands; the result holds smartopt's report if it wrote one."""
    reports = target.with_name(f"{target.stem}-reports")
    environment = {**build.environment(options), "SMARTOPT_REPORT_DIR": str(reports)}
    for step in build.commands(tools, options, source, target):
        child = tools.run(step, source.parent, environment)
        if not child.ok:
            return Made(f"{step[0].rsplit('/', 1)[-1]}: {child.ending}: {child.errors[-1500:]}")
    if not target.is_file():
        return Made("the build succeeded and wrote nothing")
    found = found_reports(tools, reports)
    return Made(report=json.loads(found[-1].read_text("utf-8")) if found else {})


def found_reports(tools: CampaignTools, folder: Path) -> list[Path]:
    """The reports in a folder. Through the plugin they come a moment after the compile has ended, if at all."""
    until = time.monotonic() + (_LATE if tools.way == "plugin" else 0)
    while True:
        found = sorted(folder.glob("*.json")) if folder.is_dir() else []
        if found or time.monotonic() >= until:
            return found
        time.sleep(0.01)


@dataclass(frozen=True)
class ClangBuild:
    """Clang at ``-O0``, at the file's level with its switches, or at another level with them."""

    level: str | None = None
    product = False

    @property
    def name(self) -> str:
        return f"clang {self.level or 'same'}"

    def commands(self, tools: CampaignTools, options: CompileOptions, source: Path, target: Path) -> list[Step]:
        flags = options.target if self.level == "-O0" else options.flags
        level = (self.level,) if self.level else ()
        return [[tools.clang(options), *flags, *level, "-c", str(source), "-o", str(target)]]

    def environment(self, options: CompileOptions) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class DriverBuild:
    """``smartopt-clang`` at an effort, with the file's settings."""

    effort: str
    product = True

    @property
    def name(self) -> str:
        return self.effort

    def commands(self, tools: CampaignTools, options: CompileOptions, source: Path, target: Path) -> list[Step]:
        driver = tools.smartopt("smartopt-clang++" if options.language == "c++" else "smartopt-clang")
        return [[driver, *options.flags, "-c", str(source), "-o", str(target)]]

    def environment(self, options: CompileOptions) -> dict[str, str]:
        return {"SMARTOPT_EFFORT": self.effort, **dict(options.environment)}


@dataclass(frozen=True)
class BitcodeBuild:
    """``smartopt`` on the front end's bitcode of another level, then clang's back end."""

    objective: str
    level: str
    effort: str = "default"
    product = False

    @property
    def name(self) -> str:
        return f"{self.objective} {self.level} {self.effort}"

    def commands(self, tools: CampaignTools, options: CompileOptions, source: Path, target: Path) -> list[Step]:
        bitcode, better = target.with_suffix(".in.bc"), target.with_suffix(".out.bc")
        clang = tools.clang(options)
        flags = [flag for flag in options.flags if flag != options.level]
        bare = ["-Xclang", "-disable-llvm-passes"]
        spec = tools.toolchain.root or str(tools.toolchain.major)
        arguments = ["--objective", self.objective, "--effort", self.effort, "--llvm", spec, "--model", "none"]
        return [
            [clang, *flags, self.level, *bare, "-emit-llvm", "-c", str(source), "-o", str(bitcode)],
            [tools.smartopt("smartopt"), *arguments, str(bitcode), "-o", str(better)],
            [clang, *flags, "-Wno-everything", self.level, *bare, "-c", "-x", "ir", str(better), "-o", str(target)],
        ]

    def environment(self, options: CompileOptions) -> dict[str, str]:
        return {}
