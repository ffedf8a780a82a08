"""``bench same``: what two smartopts make of the same files, compared byte for byte.

Each file is compiled by both in every configuration, twice: the second time with what the first one remembered. Both
get the same paths, an empty state of their own and the same environment. Compared are exit codes, messages, outputs
(objects, or modules for IR) and reports, field by field but for those that hold times.

Instead of two smartopts, the two ways through clang of one can be compared: then objects must have the same sections,
and reports only explain what differs.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeVar

from ...errors import UsageError
from ...llvm.toolchain import Toolchain
from ..child import run_child
from ..parallel import run_threads
from ..plugin import PluginStore, Way, private_state, server_processes, variables, wait_for_workers
from ..results import ResultFile
from .installation import Installation
from .sections import compare_sections

__all__ = [
    "ENGINES",
    "SUFFIXES",
    "Case",
    "SameSettings",
    "Subject",
    "compare_all",
    "compare_reports",
    "files_in",
    "make_cases",
]

File = TypeVar("File")

_C, _CXX, _IR = (".c",), (".cc", ".cpp", ".cxx"), (".ll", ".bc")
SUFFIXES = (*_C, *_CXX, *_IR)
"""The files that can be compared."""

ENGINES = ("auto", "llvmlite")
"""The engines that optimise IR files."""

_TIMES = frozenset({"seconds"})
_SHOWN = 8
"""Differing report fields that a line names."""


@dataclass(frozen=True)
class Subject:
    """One file: its name in results, where it lies, where and with which flags it is compiled."""

    name: str
    file: Path
    folder: Path
    flags: tuple[str, ...] = ()

    @property
    def is_ir(self) -> bool:
        return self.file.suffix in _IR


@dataclass(frozen=True)
class Case:
    """One file in one configuration: ``engine`` for IR, ``debug`` (-g) for C and C++."""

    subject: Subject
    effort: str
    debug: bool = False
    engine: str = ""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.subject.name, self.effort, "-g" * self.debug, self.engine)))


@dataclass(frozen=True)
class SameSettings:
    """What all comparisons share.

    Attributes:
        llvm: what names the toolchain.
        timeout: seconds for one compile.
        ways: the way through clang of the one and of the other; where they differ, sections are compared.
        stores: the plugins of both, for those that take the plugin's way.
    """

    before: Installation
    after: Installation
    toolchain: Toolchain
    llvm: str
    ignored: frozenset[str] = frozenset()
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 3600.0
    ways: tuple[Way, Way] = ("two-run", "two-run")
    stores: tuple[PluginStore | None, PluginStore | None] = (None, None)


@dataclass(frozen=True)
class _Output:
    """What one compile made. ``problem`` is empty if it succeeded."""

    problem: str
    messages: str
    data: bytes
    report: Any


def files_in(place: Path) -> list[Subject]:
    """The files of a folder that can be compared, or a file itself. Raises UsageError if there are none."""
    place = place.resolve()
    if place.is_file() and place.suffix in SUFFIXES:
        return [Subject(place.name, place, place.parent)]
    found = sorted(path for path in place.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    if not found:
        raise UsageError(f"{place} holds no {', '.join(SUFFIXES)} files; name other files or folders")
    return [Subject(f"{place.name}/{path.relative_to(place)}", path, place) for path in found]


def make_cases(
    subjects: Sequence[Subject], efforts: Sequence[str], debug: Sequence[bool], max_files: int
) -> Iterator[Case]:
    """Every configuration of every file; effort max for ``max_files`` files only, spread over all of them."""
    chosen = spread(subjects, max_files)
    for effort in efforts:
        for subject in chosen if effort == "max" else subjects:
            if subject.is_ir:
                yield from (Case(subject, effort, engine=engine) for engine in ENGINES)
            else:
                yield from (Case(subject, effort, debug=with_debug) for with_debug in debug)


def spread(subjects: Sequence[File], count: int) -> list[File]:
    """``count`` of the files at even distances; all if there are fewer."""
    total = len(subjects)
    return list(subjects) if count >= total else [subjects[index * total // count] for index in range(count)]


def compare_all(
    cases: Sequence[Case],
    settings: SameSettings,
    results: ResultFile,
    jobs: int,
    report: Callable[[dict[str, Any]], None],
) -> list[dict[str, Any]]:
    """Compare every case that ``results`` does not hold already; returns the lines of all of them, in the cases' order.

    A line: ``{"case": name, "compared": bool, "identical": bool, "reported": bool, "differences": [text, ...],
    "problem": text}``. ``identical``: the outputs are the same byte for byte. ``reported``: one of the two optimised
    the file at least once; else clang compiled it alone in all runs. ``problem``: why neither compiles it.
    """
    done = results.values("case")
    waiting = [case for case in cases if case.name not in done]
    for _, line in run_threads(lambda case: _compare(case, settings), waiting, jobs):
        results.add([line])
        report(line)
    by_name = {line["case"]: line for line in results.lines}
    return [by_name[case.name] for case in cases]


def _compare(case: Case, settings: SameSettings) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="smartopt-same-") as scratch:
        before, after = (_compile_twice(case, side, settings, Path(scratch, "run")) for side in (0, 1))
    compare = _differences if settings.ways[0] == settings.ways[1] else _differences_by_section
    differences = [
        f"{when}: {text}"
        for when, one, other in zip(("first", "remembered"), before, after, strict=True)
        for text in compare(one, other, settings.ignored)
    ]
    problem = before[0].problem if before[0].problem == after[0].problem else ""
    return {
        "case": case.name,
        "compared": not problem,
        "identical": all(one.data == other.data for one, other in zip(before, after, strict=True)),
        "reported": any(output.report is not None for output in (*before, *after)),
        "differences": differences,
        "problem": problem,
    }


def _compile_twice(case: Case, side: int, settings: SameSettings, scratch: Path) -> tuple[_Output, _Output]:
    """The outputs of a compile that starts from nothing, and of one that starts from what that remembered."""
    try:
        scratch.mkdir()
        with private_state(scratch / "state", settings.ways[side], settings.stores[side]):
            return (_compile(case, side, settings, scratch), _compile(case, side, settings, scratch))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _compile(case: Case, side: int, settings: SameSettings, scratch: Path) -> _Output:
    installation, way = (settings.before, settings.after)[side], settings.ways[side]
    subject, out, reports = case.subject, scratch / "out", scratch / "reports"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    out.unlink(missing_ok=True)
    clang, clangxx = settings.toolchain.clang or "clang", settings.toolchain.clangxx or "clang++"
    environment = {
        "LC_ALL": "C.UTF-8",
        "SMARTOPT_CLANG": clang,
        "SMARTOPT_CLANGXX": clangxx,
        "SMARTOPT_DIR": str(scratch / "state"),
        "SMARTOPT_EFFORT": case.effort,
        "SMARTOPT_LLVM": settings.llvm,
        "SMARTOPT_REPORT_DIR": str(reports),
        **variables(way),
        **settings.environment,
    }
    file = os.path.relpath(subject.file, subject.folder)
    if subject.is_ir:
        command = [installation.commands / "smartopt", file, "--engine", case.engine]
    else:
        name = "smartopt-clang++" if subject.file.suffix in _CXX else "smartopt-clang"
        command = [installation.commands / name, *subject.flags, "-Oz", *["-g"] * case.debug, "-c", "-w", file]
    done = run_child(
        [*command, "-o", out],
        settings.timeout,
        folder=subject.folder,
        environment=environment,
        without="SMARTOPT_",
        limited=False,
    )
    served = way == "two-run" or bool(server_processes(scratch / "state"))
    if way == "plugin":
        wait_for_workers(scratch / "state")
    messages = done.output.decode("utf-8", "replace") + done.errors
    last = (messages.strip().splitlines() or [""])[-1]
    data = out.read_bytes() if out.is_file() else b""
    found = sorted(reports.iterdir())
    if found and not served:
        return _Output("the plugin asked no server: this is another way", messages, data, None)
    return _Output(
        "no output" if done.ok and not data else "" if done.ok else f"{done.ending}: {last}",
        messages,
        data,
        json.loads(found[0].read_bytes()) if found else None,
    )


def _differences_by_section(before: _Output, after: _Output, ignored: frozenset[str]) -> Iterator[str]:
    """What one compile made differently on another way, a line each."""
    if before.problem != after.problem:
        yield f"{before.problem or 'compiled'} and {after.problem or 'compiled'}"
    elif before.messages != after.messages:
        yield "the messages differ"
    sections = compare_sections(before.data, after.data)
    yield from sections
    if (before.report is None) != (after.report is None):
        yield f"only the {'other' if before.report is None else 'one'} way optimised it"
    elif sections and (fields := list(compare_reports(before.report, after.report, ignored))):
        yield f"the reports differ: {'; '.join(fields[:_SHOWN])}"


def _differences(before: _Output, after: _Output, ignored: frozenset[str]) -> Iterator[str]:
    """What one compile made differently, a line each."""
    if before.problem != after.problem:
        yield f"{before.problem or 'compiled'} and {after.problem or 'compiled'}"
    elif before.messages != after.messages:
        yield "the messages differ"
    if before.data != after.data:
        sizes = [f"{len(data)} bytes, {hashlib.sha256(data).hexdigest()[:12]}" for data in (before.data, after.data)]
        yield f"the outputs differ: {sizes[0]} and {sizes[1]}"
    if (before.report is None) != (after.report is None):
        who = "after" if before.report is None else "before"
        yield f"only --{who} optimised it; the other left it to clang"
    elif fields := list(compare_reports(before.report, after.report, ignored)):
        more = f" and {len(fields) - _SHOWN} more" if len(fields) > _SHOWN else ""
        yield f"the reports differ: {'; '.join(fields[:_SHOWN])}{more}"


def compare_reports(before: Any, after: Any, ignored: frozenset[str] = frozenset(), place: str = "") -> Iterator[str]:
    """The fields in which two reports differ, as "functions[2].rank: 1 and 0".

    Fields called ``seconds`` hold times; these and the ``ignored`` ones are left out wherever they are.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            if name not in _TIMES | ignored:
                inner = f"{place}.{name}" if place else str(name)
                yield from compare_reports(before.get(name, _ABSENT), after.get(name, _ABSENT), ignored, inner)
    elif isinstance(before, list) and isinstance(after, list):
        for index, pair in enumerate(zip_longest(before, after, fillvalue=_ABSENT)):
            yield from compare_reports(*pair, ignored, f"{place}[{index}]")
    elif type(before) is not type(after) or before != after:
        yield f"{place or 'report'}: {_short(before)} and {_short(after)}"


class _Absent:
    """Stands for a field that is not there; null is a value."""


_ABSENT = _Absent()


def _short(value: Any) -> str:
    text = "nothing" if isinstance(value, _Absent) or value is None else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def check_distinct(subjects: Sequence[Subject]) -> None:
    """Raise UsageError if two files have one name in the results."""
    names = [subject.name for subject in subjects]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"two files are called {twice[0]}; name their common folder instead")
