"""Compares what a file of shapes does under smartopt and under clang, piece by piece.

A piece is judged only if ``clang -O0`` and clang at the file's own level (sometimes ``-O1``, too) print the
same for it: else the difference is clang's. A piece that crashes or hangs does not hide those after it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import EngineError
from ...objfile.measure import measure_object
from ..child import run_child
from .builds import BitcodeBuild, Build, CampaignTools, ClangBuild, DriverBuild, make
from .compile_options import CompileOptions
from .shaped import SourceFile

__all__ = ["Judgement", "Verdict", "builds_of", "judge"]

_RUN_TIMEOUT = 10.0
_EMULATED = 4
"""How many times as long an emulated program may run."""
_CRASHES = 40


@dataclass(frozen=True)
class Verdict:
    """The outcome of one piece in one build."""

    outcome: str
    detail: str = ""


@dataclass
class Judgement:
    """The outcomes of a file in all builds.

    Attributes:
        left_out: pieces that are not judged, by name, with the outcome that says why.
        verdicts: for each build by name, a verdict for each judged piece by name.
        larger: builds whose object is larger than clang's, with both sizes.
        reports: smartopt's reports by build.
    """

    left_out: dict[str, Verdict] = field(default_factory=dict)
    verdicts: dict[str, dict[str, Verdict]] = field(default_factory=dict)
    larger: dict[str, tuple[int, int]] = field(default_factory=dict)
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)

    def finds(self) -> Iterator[tuple[str, str, Verdict]]:
        """Build, piece and verdict of every difference."""
        for build, verdicts in self.verdicts.items():
            for piece, verdict in verdicts.items():
                if verdict.outcome != "same":
                    yield build, piece, verdict


def judge(
    file: SourceFile,
    options: CompileOptions,
    builds: Sequence[Build],
    tools: CampaignTools,
    *,
    tuples: int,
    folder: Path | None = None,
) -> Judgement:
    """Compile and run a file with all builds and compare.

    Args:
        file: what to compile.
        options: how it is compiled.
        builds: what is judged; clang's own builds are added.
        tools: tools.
        tuples: the seed of the argument tuples.
        folder: where the files are to stay; a temporary folder where it is None.
    """
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="smartopt-fuzz-") as name:
            return judge(file, options, builds, tools, tuples=tuples, folder=Path(name))
    source = folder / ("file.cpp" if options.language == "c++" else "file.c")
    source.write_text(file.text(), "utf-8")
    names = [piece.name for piece in file.pieces]
    result = Judgement()
    clangs = [ClangBuild("-O0"), ClangBuild(), *([ClangBuild("-O1")] if options.third else [])]
    expected: dict[str, Verdict] = {}
    ours = 0
    for number, clang in enumerate(clangs):
        target = folder / f"clang{number}.o"
        fault = make(clang, tools, options, source, target).fault
        printed = _run(target, names, options, tools, tuples) if not fault else {}
        if clang.level is None and not fault:
            ours = _size(target)
        for name in names:
            got = printed.get(name, Verdict("clang-failed", fault or f"{clang.name}: no line"))
            if got.outcome != "printed":
                result.left_out.setdefault(name, Verdict("clang-failed", f"{clang.name}: {got.detail}"))
            elif got != expected.setdefault(name, got):
                detail = f"{expected[name].detail} and, by {clang.name}, {got.detail}"
                result.left_out.setdefault(name, Verdict("clang-differs", detail))
    judged = [name for name in names if name not in result.left_out]
    for number, build in enumerate(builds) if judged else ():
        target = folder / f"ours{number}.o"
        made = make(build, tools, options, source, target)
        result.reports[build.name] = made.report
        if made.fault:
            result.verdicts[build.name] = dict.fromkeys(judged, Verdict("compile-failed", made.fault))
            continue
        if build.product and ours and _size(target) > ours:
            result.larger[build.name] = (_size(target), ours)
        printed = _run(target, names, options, tools, tuples)
        result.verdicts[build.name] = {name: _compare(expected[name], printed.get(name)) for name in judged}
    return result


def _compare(expected: Verdict, got: Verdict | None) -> Verdict:
    if got is None:
        return Verdict("program-crash", "nothing was printed")
    if got.outcome != "printed":
        return got
    return Verdict("same") if got == expected else Verdict("wrong-output", f"{expected.detail}, not {got.detail}")


def _size(target: Path) -> int:
    try:
        return measure_object(target.read_bytes()).total
    except EngineError:
        return 0


def _run(
    target: Path, names: Sequence[str], options: CompileOptions, tools: CampaignTools, tuples: int
) -> dict[str, Verdict]:
    """Link and run an object; what each piece printed, or how it ended."""
    binary = target.with_suffix("")
    linked = tools.run(tools.link(options, [target], binary), target.parent)
    if not linked.ok:
        return dict.fromkeys(names, Verdict("link-failed", linked.errors[-500:]))
    verdicts: dict[str, Verdict] = {}
    limit = _RUN_TIMEOUT * (_EMULATED if tools.target.emulator else 1)
    first = 0
    for _ in range(_CRASHES):
        child = run_child([*tools.target.command(str(binary)), tuples, first], limit, folder=target.parent)
        at = first
        for line in child.output.decode("utf-8", "replace").splitlines():
            words = line.split()
            if len(words) == 3 and at < len(names) and " ".join(words[:2]) == names[at]:
                verdicts[names[at]] = Verdict("printed", words[2])
                at += 1
        if child.ok or at >= len(names):
            break
        outcome = "program-timeout" if child.status is None else "program-crash"
        verdicts[names[at]] = Verdict(outcome, child.ending)
        first = at + 1
        if first >= len(names):
            break
    return verdicts


def builds_of(options: CompileOptions) -> list[Build]:
    """The product's builds that a file is judged by."""
    builds: list[Build] = [DriverBuild("fast"), DriverBuild("default")]
    for name in options.extra:
        if name == "max":
            builds.append(DriverBuild("max"))
        else:
            builds.append(BitcodeBuild("size" if name == "bitcode" else name, "-O2" if name != "bitcode" else "-Oz"))
    return builds
