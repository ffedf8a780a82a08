"""A campaign with programs made of shapes: seeds to files, files to judgements, judgements to result lines.

What a seed's line says depends on its file, which depends on the campaign's seeds and the number of programs to a file;
never on jobs or order.
"""

from __future__ import annotations

import hashlib
import json
import shlex
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...errors import UsageError
from ...llvm.toolchain import Toolchain, find_toolchain
from ..parallel import run_threads
from ..plugin import PLUGINS, PluginStore, Way, counters, private_state
from ..results import ResultFile
from ..targets import HOST, TARGETS, find_targets, prepare_targets
from .builds import Build, CampaignTools, ClangBuild
from .chaos import Chaos
from .compile_options import CompileOptions, draw_options
from .judge import Judgement, Verdict, builds_of, judge
from .programs import check_seeds
from .reduce import reduce_find
from .report import KIND, SCHEMA
from .shape_report import SHAPE_OUTCOMES, ShapeSummary, summarise_shapes
from .shaped import SourceFile, make_file
from .shapes import SHAPES, Language

__all__ = ["LANGUAGES", "ShapeSettings", "generator_digest", "run_shapes"]

LANGUAGES: dict[str, tuple[Language, ...]] = {"c": ("c",), "c++": ("c++",), "both": ("c", "c++")}
"""What ``--language`` may be."""

_WORST = {outcome: rank for rank, outcome in enumerate(("same", *reversed(list(SHAPE_OUTCOMES)[1:])))}

Line = dict[str, Any]


@dataclass(frozen=True)
class ShapeSettings:
    """What a campaign does.

    Attributes:
        programs: how many seeds, from ``seed`` on.
        seed: the first one.
        per_file: programs to a source file.
        jobs: files at a time.
        time_limit: seconds after which no further file is begun; None for no limit.
        llvm: a version ("22") or a folder; None takes the newest.
        language: ``c``, ``c++`` or ``both``.
        shapes: names of shapes to draw from; all where empty.
        reduce: make finds small.
        way: smartopt-clang's way through clang.
        chaos: compile through the plugin in trouble (``chaos.py``), instead of at the efforts.
        target: the name of the target; programs for others are linked statically and run by qemu-user.
    """

    programs: int = 100
    seed: int = 1
    per_file: int = 8
    jobs: int = 1
    time_limit: float | None = None
    llvm: str | None = None
    language: str = "both"
    shapes: tuple[str, ...] = ()
    reduce: bool = True
    way: Way = "two-run"
    chaos: bool = False
    target: str = HOST

    def __post_init__(self) -> None:
        check_seeds(self.seed, self.programs)
        if self.per_file < 1 or self.jobs < 1:
            raise UsageError(f"programs per file and jobs must be at least 1; got {self.per_file} and {self.jobs}")
        if self.chaos and self.way != "plugin":
            raise UsageError("chaos is for the plugin's way")
        (target,) = find_targets(self.target)
        if not target.x86 and (self.language != "c" or self.chaos):
            raise UsageError("programs for other targets are C, without chaos; leave --language and --chaos out")
        if self.language not in LANGUAGES:
            raise UsageError(f"language must be one of {', '.join(LANGUAGES)}; got {self.language!r}")
        unknown = sorted(set(self.shapes) - set(SHAPES))
        if unknown:
            raise UsageError(f"there is no shape {unknown[0]!r}; there are {', '.join(SHAPES)}")
        if self.shapes and not all(
            any(language in SHAPES[name].languages for name in self.shapes) for language in LANGUAGES[self.language]
        ):
            raise UsageError(f"none of these shapes exists in every language asked for: {', '.join(self.shapes)}")

    def identity(self, toolchain: Toolchain) -> dict[str, Any]:
        """What decides the lines of a seed: a result file with another identity is refused."""
        free = ("programs", "jobs", "time_limit", "llvm", "reduce")
        kept = {name: value for name, value in asdict(self).items() if name not in free}
        return {"programs-from": "shapes", **kept, "llvm": toolchain.version, "generator": generator_digest()}

    def files(self) -> Iterator[range]:
        """The seeds of each file."""
        end = self.seed + self.programs
        for first in range(self.seed, end, self.per_file):
            yield range(first, min(first + self.per_file, end))


def generator_digest() -> str:
    """A digest of the generator's own text: with another one a seed is another program."""
    folder = Path(__file__).parent
    paths = (folder / "shaped.py", folder / "compile_options.py", *sorted((folder / "shapes").glob("*.py")))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def run_shapes(
    settings: ShapeSettings,
    *,
    out: Path | None = None,
    finds: Path | None = None,
    progress: Callable[[int, ShapeSummary], None] | None = None,
    builds: Callable[[CompileOptions], list[Build]] = builds_of,
) -> ShapeSummary:
    """Run a campaign, or go on with one.

    Args:
        settings: what to do.
        out: the result file (JSON lines, see :mod:`smartopt.lab.fuzz.shape_report`); it may exist already.
        finds: a folder that gets, for every find, a folder with the file, a reduced one and the commands.
        progress: called after each file with its last seed and the summary so far.
        builds: the builds to judge, by a file's options.

    Raises ToolchainError if a tool is missing, UsageError if ``out`` is of another campaign, InputError and
    OutputError for files.
    """
    toolchain = find_toolchain(settings.llvm)
    prepare_targets([TARGETS[settings.target]], run=True)
    results = ResultFile(out, settings.identity(toolchain), SCHEMA, KIND)
    wanted = range(settings.seed, settings.seed + settings.programs)
    store = PluginStore(toolchain.clang or "clang", PLUGINS)
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="smartopt-fuzz-state-"))
        state = stack.enter_context(private_state(Path(name), settings.way, store))
        chaos = stack.enter_context(Chaos(store)) if settings.chaos else None
        builds = chaos.builds if chaos else builds
        tools = CampaignTools(toolchain, state, way=settings.way, target=TARGETS[settings.target])
        tools.check_way()
        file_judge = _FileJudge(settings, tools, finds, builds)
        done = results.values("seed")
        files = (seeds for seeds in settings.files() if seeds[0] not in done)
        for seeds, lines in run_threads(file_judge.file, files, settings.jobs, settings.time_limit):
            results.add(line for line in lines if line["seed"] not in done)
            if progress is not None:
                progress(seeds[-1], summarise_shapes(line for line in results.lines if line["seed"] in wanted))
        summary = summarise_shapes(line for line in results.lines if line["seed"] in wanted)
        summary.calls = {"kills": chaos.kills} if chaos else counters(state)
    return summary


@dataclass(frozen=True)
class _FileJudge:
    """Compiles, runs and judges files of shapes."""

    settings: ShapeSettings
    tools: CampaignTools
    finds: Path | None
    builds: Callable[[CompileOptions], list[Build]]

    def file(self, seeds: range) -> list[Line]:
        """The result lines of one file's programs."""
        settings, start = self.settings, time.monotonic()
        options = draw_options(seeds[0], LANGUAGES[settings.language], self.tools.target)
        file = make_file(seeds, options.language, wide=options.wide, target=self.tools.target, shapes=settings.shapes)
        builds = self.builds(options)
        found = judge(file, options, builds, self.tools, tuples=seeds[0])
        lines = [self._line(seed, file, options, found) for seed in seeds]
        lines[0]["optimised"] = [build for build, report in found.reports.items() if report]
        for report in found.reports.values():
            for reason, count in report.get("fallbacks", {}).items():
                lines[0]["fallbacks"][reason] = lines[0]["fallbacks"].get(reason, 0) + count
        for build, (ours, clangs) in found.larger.items():
            lines[0]["detail"] = f"{build}: {ours} bytes, by clang {clangs}"
            lines[0]["builds"][build] = "larger"
            if lines[0]["outcome"] == "same":
                lines[0].update(outcome="larger", build=build)
        for line in lines:
            if line["build"]:
                self._keep(file, options, next(one for one in builds if one.name == line["build"]), line, seeds[0])
            line["seconds"] = round((time.monotonic() - start) / len(seeds), 3)
        return lines

    def _line(self, seed: int, file: SourceFile, options: CompileOptions, found: Judgement) -> Line:
        pieces = [piece for piece in file.pieces if piece.seed == seed]
        worst, piece, by = Verdict("same"), "", ""
        outcomes: dict[str, str] = {}
        for one in pieces:
            left_out = found.left_out.get(one.name)
            if left_out is not None and _WORST[left_out.outcome] > _WORST[worst.outcome]:
                worst, piece, by = left_out, one.name, ""
            for build, verdicts in found.verdicts.items():
                verdict = verdicts.get(one.name)
                if verdict is None:
                    continue
                if _WORST[verdict.outcome] >= _WORST[outcomes.get(build, "same")]:
                    outcomes[build] = verdict.outcome
                if _WORST[verdict.outcome] > _WORST[worst.outcome]:
                    worst, piece, by = verdict, one.name, build
        return {
            "seed": seed,
            "outcome": worst.outcome,
            "language": file.language,
            "shapes": [one.shape for one in pieces],
            "builds": outcomes,
            "build": by,
            "piece": piece,
            "detail": worst.detail,
            "reduced": "",
            "options": asdict(options),
            "fallbacks": {},
            "optimised": [],
            "seconds": 0.0,
        }

    def _keep(self, file: SourceFile, options: CompileOptions, build: Build, line: Line, tuples: int) -> None:
        """Make a find small, and keep it with what shows it."""
        small, plain = file, options
        if self.settings.reduce:
            small, plain = reduce_find(file, options, build, line["outcome"], line["piece"], self.tools, tuples=tuples)
        line["reduced"] = " ".join(
            (*(piece.name for piece in small.pieces), *plain.flags, *(f"{n}={v}" for n, v in plain.environment))
        )
        if self.finds is None:
            return
        folder = self.finds / f"{line['seed']}-{build.name.replace(' ', '-')}"
        folder.mkdir(parents=True, exist_ok=True)
        extension = "cpp" if options.language == "c++" else "c"
        (folder / f"whole.{extension}").write_text(file.text(), "utf-8")
        reduced = folder / f"reduced.{extension}"
        reduced.write_text(small.text(), "utf-8")
        (folder / "line.json").write_text(json.dumps(line, indent=1) + "\n", "utf-8")
        (folder / "commands.sh").write_text(_script(self.tools, plain, build, reduced, tuples), "utf-8")


def _script(tools: CampaignTools, options: CompileOptions, build: Build, source: Path, tuples: int) -> str:
    """Commands that show a find again, in the folder that it was kept in."""
    local = Path(source.name)
    lines = ["# clang's program and ours print different lines; a second argument 0 and a third 1 show every result"]
    for way, name in ((ClangBuild("-O0"), "clang"), (build, "ours")):
        target = Path(f"{name}.o")
        given = {name: value for name, value in tools.environment.items() if name != "SMARTOPT_DIR"}
        if tools.way == "two-run":  # else it is the user's own state folder that has the plugin
            given["SMARTOPT_DIR"] = "state"
        given.update(way.environment(options))
        prefix = " ".join(f"{name}={shlex.quote(value)}" for name, value in given.items())
        lines += [f"{prefix} {shlex.join(step)}" for step in way.commands(tools, options, local, target)]
        lines.append(shlex.join(map(str, tools.link(options, [target], Path(name)))))
        lines.append(f"{shlex.join(tools.target.command(f'./{name}'))} {tuples} > {name}.txt")
    return "\n".join([*lines, "diff clang.txt ours.txt", ""])
