"""A campaign with link-time optimisation: programs in several translation units, linked with and without smartopt.

Each program is compiled with ``-flto`` or ``-flto=thin`` and linked by lld in one of several forms, with flags drawn by
its seed. What clang's program prints at ``-O0`` and with LTO, line by line, is compared with what smartopt-clang's
programs print; lines in which clang's two differ are left out.
"""

from __future__ import annotations

import json
import random
import shlex
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ...errors import UsageError
from ...llvm.toolchain import Toolchain, find_toolchain
from ..bench.linked import NotLinkedError, measure_linked
from ..child import run_child
from ..parallel import run_threads
from ..plugin import PLUGINS, PluginStore, counters, private_state
from ..results import ResultFile
from .builds import CampaignTools, Step, found_reports
from .compile_options import CompileOptions, draw_options
from .link_report import LinkSummary, summarise_links
from .linked_programs import LinkedProgram, csmith_program, shape_program
from .programs import Tools, check_seeds, generate
from .report import KIND, SCHEMA
from .shape_campaign import generator_digest
from .shaped import make_file

__all__ = ["LinkOptions", "LinkSettings", "draw_link", "link_steps", "run_links"]

Form = Literal["objects", "archive", "shared", "relocatable", "mixed"]
Line = dict[str, Any]

_EFFORTS = ("fast", "default")
_FORMS: dict[Form, float] = {"objects": 6, "archive": 2, "shared": 1.5, "relocatable": 1, "mixed": 1.5}
_UNITS = (2, 4)
_THIN = 0.35


@dataclass(frozen=True)
class LinkOptions:
    """How a program is compiled and linked.

    Attributes:
        compile: the compiler's flags.
        form: ``objects``, all but the first in an ``archive`` or a ``shared`` library, all first made one
            ``relocatable`` object, or ``mixed`` with one that is compiled without LTO.
        gc: ``--gc-sections``.
        icf: ``--icf``: none, safe or all.
        units: how many units the program has.
        thin: ThinLTO instead of full LTO.
    """

    compile: CompileOptions
    form: Form
    gc: bool
    icf: str
    units: int
    thin: bool = False

    @property
    def lto(self) -> str:
        """The flag of link-time optimisation."""
        return "-flto=thin" if self.thin else "-flto"

    @property
    def flags(self) -> tuple[str, ...]:
        """The linker's."""
        return (*("-Wl,--gc-sections",) * self.gc, f"-Wl,--icf={self.icf}")


def draw_link(seed: int, language: Literal["c", "c++"]) -> LinkOptions:
    """Draw the options of a program by its seed."""
    rng = random.Random(f"{seed}/link")
    form = rng.choices(list(_FORMS), list(_FORMS.values()))[0]
    options = draw_options(seed, (language,))
    if form == "shared":
        options = replace(options, switches=tuple(dict.fromkeys((*options.switches, "-fPIC"))))
        options = replace(options, switches=tuple(one for one in options.switches if one != "-fvisibility=hidden"))
    gc, icf, units = rng.random() < 0.6, rng.choice(("none", "safe", "all")), rng.randint(*_UNITS)
    return LinkOptions(options, form, gc, icf, units, thin=rng.random() < _THIN)


@dataclass(frozen=True)
class LinkSettings:
    """What a campaign does.

    Attributes:
        source: where programs come from: ``csmith`` or ``shapes``.
        programs: how many seeds, from ``seed`` on.
        seed: the first one.
        per_file: programs of shapes that are linked together.
        jobs: programs at a time.
        time_limit: seconds after which no further program is begun; None for no limit.
        llvm: a version ("22") or a folder; None takes the newest.
        run_timeout: seconds for the program built by ``clang -O0``; three times that for the others.
    """

    source: str = "csmith"
    programs: int = 100
    seed: int = 1
    per_file: int = 8
    jobs: int = 1
    time_limit: float | None = None
    llvm: str | None = None
    run_timeout: float = 5.0

    def __post_init__(self) -> None:
        check_seeds(self.seed, self.programs)
        if self.source not in ("csmith", "shapes"):
            raise UsageError(f"programs come from csmith or shapes; got {self.source!r}")
        if self.per_file < 1 or self.jobs < 1:
            raise UsageError(f"programs per file and jobs must be at least 1; got {self.per_file} and {self.jobs}")

    @property
    def step(self) -> int:
        """Seeds to a linked program."""
        return self.per_file if self.source == "shapes" else 1

    def identity(self, toolchain: Toolchain) -> dict[str, Any]:
        """What decides the lines of a seed: a result file with another identity is refused."""
        generator = generator_digest() if self.source == "shapes" else ""
        return {
            "lto": True,
            "programs-from": self.source,
            "seed": self.seed,
            "per_file": self.step,
            "llvm": toolchain.version,
            "generator": generator,
        }


def run_links(
    settings: LinkSettings,
    *,
    out: Path | None = None,
    finds: Path | None = None,
    progress: Callable[[int, LinkSummary], None] | None = None,
) -> LinkSummary:
    """Run a campaign, or go on with one.

    Args:
        settings: what to do.
        out: the result file (JSON lines, see :mod:`smartopt.lab.fuzz.link_report`); it may exist already.
        finds: a folder that gets the units and the commands of every find.
        progress: called after each program with its seed and the summary so far.

    Raises ToolchainError if a tool is missing, UsageError if ``out`` is of another campaign or there is no plugin,
    InputError and OutputError for files.
    """
    toolchain = find_toolchain(settings.llvm)
    csmith = Tools.find(toolchain) if settings.source == "csmith" else None
    if toolchain.tool("ld.lld") is None:
        raise UsageError(f"link-time optimisation is tested with lld; install lld-{toolchain.major}")
    results = ResultFile(out, settings.identity(toolchain), SCHEMA, KIND)
    wanted = range(settings.seed, settings.seed + settings.programs, settings.step)
    done = results.values("seed")
    seeds = [seed for seed in wanted if seed not in done]

    def summary() -> LinkSummary:
        return summarise_links(line for line in results.lines if line["seed"] in wanted)

    with (
        tempfile.TemporaryDirectory(prefix="smartopt-fuzz-state-") as name,
        private_state(Path(name), "plugin", PluginStore(toolchain.clang or "clang", PLUGINS)) as state,
    ):
        tools = CampaignTools(toolchain, state, way="plugin")
        tools.check_way()
        judge = _LinkJudge(settings, tools, csmith, finds)
        for seed, line in run_threads(judge.program, seeds, settings.jobs, settings.time_limit):
            results.add([line])
            if progress is not None:
                progress(seed, summary())
        whole = summary()
        whole.calls = counters(state)
    return whole


def link_steps(
    compilers: dict[str, str], ar: str, program: LinkedProgram, options: LinkOptions, level: str, folder: str
) -> list[Step]:
    """The commands that make ``folder``'s program of the units beside it.

    Args:
        compilers: by language.
        ar: llvm-ar.
        program, options: what is made.
        level: the flags of optimisation; without one of link-time optimisation among them nothing of ``options`` but
            the form counts.
        folder: the name of the folder for what is made.
    """
    compiler, optimised = compilers[program.language], "-flto" in level
    flags = [*(options.compile.flags if optimised else options.compile.target), *level.split()]
    if not optimised:
        flags += [one for one in options.compile.switches if one == "-fPIC" or one.startswith("-I")]
    ending = "cpp" if program.language == "c++" else "c"
    objects = [f"{folder}/unit{number}.o" for number in range(len(program.units))]
    steps: list[Step] = []
    for number, made in enumerate(objects):
        alone = ["-fno-lto"] if options.form == "mixed" and number == len(objects) - 1 else []
        steps.append([compiler, *flags, *alone, "-c", f"unit{number}.{ending}", "-o", made])
    link = [compiler, *flags, "-fuse-ld=lld", *(options.flags if optimised else ())]
    parts = objects
    if options.form == "archive":
        steps.append([ar, "rcs", f"{folder}/rest.a", *objects[1:]])
        parts = [objects[0], f"{folder}/rest.a"]
    elif options.form == "shared":
        # Units call and read one another in both directions: what the program defines stays undefined here.
        library = f"{folder}/librest.so"
        steps.append([*link, "-shared", "-Wl,-z,undefs", "-Wl,-soname,librest.so", *objects[1:], "-o", library])
        parts = [objects[0], library, "-Wl,-rpath,$ORIGIN"]
    elif options.form == "relocatable":
        bare = [word for word in link if word not in options.flags]  # lld refuses --icf with -r, and would collect main
        steps.append([*bare, "-r", *objects, "-o", f"{folder}/whole.o"])
        parts = [f"{folder}/whole.o"]
    return [*steps, [*link, *parts, "-o", f"{folder}/program", "-lm"]]


@dataclass(frozen=True)
class _Built:
    """A program: what it printed (name -> value), or why there is nothing. ``bytes``: of all that was linked."""

    outcome: str = ""
    detail: str = ""
    printed: tuple[tuple[str, str], ...] = ()
    bytes: int = 0
    reports: int = 0


@dataclass(frozen=True)
class _LinkJudge:
    """Makes, runs and judges programs."""

    settings: LinkSettings
    tools: CampaignTools
    csmith: Tools | None
    finds: Path | None

    def program(self, seed: int) -> Line:
        """The result line of one program."""
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="smartopt-fuzz-") as name:
            line = self._judge(seed, Path(name))
        line["seconds"] = round(time.monotonic() - start, 3)
        return line

    def _judge(self, seed: int, folder: Path) -> Line:
        program, options = self._made(seed, folder)
        line: Line = {"seed": seed, "outcome": "generator-failed", "build": "", "detail": "", "builds": {}, "bytes": {}}
        line |= {"reports": {}, "options": asdict(options), "larger": []}
        if program is None:
            return line
        for number, text in enumerate(program.units):
            (folder / f"unit{number}.{'cpp' if program.language == 'c++' else 'c'}").write_text(text, "utf-8")
        plain = self._build("O0", "-O0", program, options, folder)
        clang = self._build("clang", options.lto, program, options, folder) if not plain.outcome else plain
        for built in (plain, clang):
            if built.outcome:
                endless = built is plain and built.outcome == "program-timeout"
                line.update(outcome="endless" if endless else "clang-failed", detail=f"{built.outcome}: {built.detail}")
                return line
        judged = dict(set(plain.printed) & set(clang.printed))
        line["bytes"]["clang"] = clang.bytes
        line["outcome"] = "same" if judged else "clang-differs"
        for effort in _EFFORTS if judged else ():
            ours = self._build(effort, options.lto, program, options, folder)
            line["bytes"][effort], line["reports"][effort] = ours.bytes, ours.reports
            outcome, detail = _compare(judged, ours)
            line["builds"][effort] = outcome
            if outcome == "same" and ours.bytes > clang.bytes:
                line["larger"].append(effort)
            if outcome != "same" and line["outcome"] == "same":
                line.update(outcome=outcome, build=effort, detail=detail)
        if line["build"] and self.finds is not None:
            self._keep(line, program, options, folder)
        return line

    def _made(self, seed: int, folder: Path) -> tuple[LinkedProgram | None, LinkOptions]:
        if self.csmith is None:
            options = draw_link(seed, random.Random(f"{seed}/language").choice(("c", "c++")))
            last = min(seed + self.settings.step, self.settings.seed + self.settings.programs)
            file = make_file(range(seed, last), options.compile.language, wide=options.compile.wide)
            return shape_program(file, options.units, random.Random(f"{seed}/units"), seed), options
        options = draw_link(seed, "c")
        source = generate(self.csmith, seed, folder)
        flags = tuple(word for word in self.csmith.c_flags() if word != "-I")
        flags = tuple(word if word.startswith("-") else f"-I{word}" for word in flags)
        compile_options = options.compile
        options = replace(options, compile=replace(compile_options, switches=(*compile_options.switches, *flags)))
        if source is None:
            return None, options
        return csmith_program(source.read_text(), options.units, random.Random(f"{seed}/units")), options

    def _steps(self, name: str, level: str, program: LinkedProgram, options: LinkOptions) -> list[Step]:
        ours = name in _EFFORTS
        tools = self.tools
        compilers = {
            "c": tools.smartopt("smartopt-clang") if ours else str(tools.toolchain.clang),
            "c++": tools.smartopt("smartopt-clang++") if ours else str(tools.toolchain.clangxx),
        }
        return link_steps(compilers, tools.toolchain.tool("llvm-ar") or "ar", program, options, level, name)

    def _build(self, name: str, level: str, program: LinkedProgram, options: LinkOptions, folder: Path) -> _Built:
        """Make and run a program by clang (``O0``, ``clang``), or by smartopt-clang at the effort ``name``."""
        home = folder / name
        home.mkdir()
        reports = home / "reports"
        environment = {
            "SMARTOPT_EFFORT": name,
            "SMARTOPT_REPORT_DIR": str(reports),
            **dict(options.compile.environment),
        }
        for step in self._steps(name, level, program, options):
            child = self.tools.run(step, folder, environment if name in _EFFORTS else {})
            if not child.ok:
                return _Built("link-failed", f"{shlex.join(step)}: {child.ending}: {child.errors[-800:]}")
        count = len(found_reports(self.tools, reports)) if name in _EFFORTS else 0
        size = sum(_linked(path) for path in (home / "program", home / "librest.so"))
        limit = self.settings.run_timeout * (1 if name == "O0" else 3)
        ran = run_child([home / "program", *program.arguments], limit, folder=folder)
        if not ran.ok:
            outcome = "program-timeout" if ran.status is None else "program-crash"
            return _Built(outcome, ran.ending, bytes=size, reports=count)
        lines = ran.output.decode("utf-8", "replace").splitlines()
        pairs = [(line.rpartition(" ")[0], line.rpartition(" ")[2]) for line in lines]
        return _Built(printed=tuple(pairs), bytes=size, reports=count)

    def _keep(self, line: Line, program: LinkedProgram, options: LinkOptions, folder: Path) -> None:
        assert self.finds is not None
        target = self.finds / f"{line['seed']}-{line['build']}"
        target.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("unit*.c*"):
            (target / path.name).write_bytes(path.read_bytes())
        (target / "line.json").write_text(json.dumps(line, indent=1) + "\n", "utf-8")
        given = {name: value for name, value in self.tools.environment.items() if name != "SMARTOPT_DIR"}
        given = {**given, "SMARTOPT_EFFORT": line["build"], **dict(options.compile.environment)}
        lines = [
            "# clang's program and ours print different lines",
            *(f"export {n}={shlex.quote(v)}" for n, v in given.items()),
        ]
        for name in ("clang", line["build"]):
            lines.append(f"mkdir -p {name}")
            lines += [shlex.join(step) for step in self._steps(name, options.lto, program, options)]
            lines.append(f"{name}/program {shlex.join(program.arguments)} > {name}.txt")
        (target / "commands.sh").write_text("\n".join([*lines, f"diff clang.txt {line['build']}.txt", ""]), "utf-8")


def _compare(judged: dict[str, str], ours: _Built) -> tuple[str, str]:
    """Outcome and detail of a program of ours."""
    if ours.outcome:
        return ours.outcome, ours.detail
    printed = dict(ours.printed)
    for name, value in judged.items():
        if printed.get(name) != value:
            return "wrong-output", f"{name}: expected {value}; got {printed.get(name, 'nothing')}"
    return "same", ""


def _linked(path: Path) -> int:
    """Allocated bytes of a linked file; 0 where there is none."""
    try:
        return measure_linked(path.read_bytes())["total"]
    except (OSError, NotLinkedError):
        return 0
