"""``bench larger``: compiles files of many packages as their builds do, on each way, and looks for larger objects.

Each package is built once by its corpus recipe with a compiler that notes its commands (``record_compiles.py``). Some
of its files, spread over all, are then compiled again with those flags and ``-Oz``: by clang, and by smartopt-clang on
each way. Results are JSON lines, so a stopped run goes on.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import SmartoptError
from ...llvm.toolchain import Toolchain
from ...objfile.measure import measure_object
from ..child import run_child
from ..corpus.build import FLAGS, LENIENT, install_dependencies, run_shell
from ..corpus.recipes import recipe_for
from ..packages import PackageError, fetch
from ..parallel import run_threads
from ..plugin import PluginStore, Way, private_state, variables
from ..results import ResultFile
from .same import spread

__all__ = ["PACKAGES", "Compile", "LargerSettings", "chosen", "compare_sizes", "read_compiles", "recorded"]

PACKAGES = tuple(
    """
    nettle gmp libpng1.6 tiff xz-utils libxml2 freetype brotli libdeflate speex flac libsodium
    leveldb snappy ninja-build yaml-cpp libjsoncpp double-conversion capnproto tinyxml2
    """.split()
)
"""Train packages of C and C++ that build in a few minutes each."""
_ENDINGS = (".c", ".cc", ".cpp", ".cxx")
_DROPPED = frozenset({"-c", "-MD", "-MMD", "-MP", "-MG", "-MV", "-save-temps", "-pipe"})
_DROPPED_WITH_VALUE = frozenset({"-o", "-MF", "-MT", "-MQ", "-MJ"})
_BUILD_LIMIT = 1800.0


@dataclass(frozen=True)
class Compile:
    """One file of a package: where and how it is compiled, without its output."""

    package: str
    name: str
    folder: str
    words: tuple[str, ...]
    cxx: bool


@dataclass(frozen=True)
class LargerSettings:
    """What a run does. ``timeout``: seconds for one compile; ``stores``: the plugin, if its way is among ``ways``."""

    toolchain: Toolchain
    commands: Path
    ways: tuple[Way, ...]
    efforts: tuple[str, ...]
    store: PluginStore | None
    timeout: float = 1800.0


def recorded(package: str, folder: Path, toolchain: Toolchain, jobs: int) -> list[Compile]:
    """The compiles of a package, which is fetched and built once. Raises PackageError."""
    tree = fetch(package, folder)
    record, done = folder / f"{package}.compiles", folder / f"{package}.recorded"
    if not done.exists():
        record.unlink(missing_ok=True)
        install_dependencies(tree, folder)
        _build(package, tree, folder, record, toolchain, jobs)
        done.write_text("")
    return read_compiles(package, tree, record)


def _build(package: str, tree: Path, folder: Path, record: Path, toolchain: Toolchain, jobs: int) -> None:
    """Build a package while its compiles are recorded; what fails only ends the record. Raises PackageError."""
    recipe = recipe_for(package, tree)
    if recipe is None:
        raise PackageError(f"{package}: no build system was recognised")
    launchers = folder / "recorders"
    launchers.mkdir(parents=True, exist_ok=True)
    script = Path(__file__).with_name("record_compiles.py")
    real = {"clang": toolchain.clang or "clang", "clang++": toolchain.clangxx or "clang++"}
    for name, path in real.items():
        noting = f'exec {sys.executable} {script} "$RECORDED" {path} "$@"'
        (launchers / name).write_text(f'#!/bin/sh\n[ -n "$RECORDED" ] || exec {path} "$@"\n{noting}\n')
        (launchers / name).chmod(0o755)
    flags = FLAGS if recipe.strict else FLAGS + LENIENT
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SMARTOPT_", "MAKE"))}
    environment = {**kept, "CC": str(launchers / "clang"), "CXX": str(launchers / "clang++"), "CFLAGS": flags}
    environment |= {"CXXFLAGS": flags, "JOBS": str(jobs), "LC_ALL": "C", "FORCE_UNSAFE_CONFIGURE": "1"}
    end = time.monotonic() + _BUILD_LIMIT
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    with (folder / "logs" / f"{package}.log").open("wb") as log:
        for line in recipe.configure:
            if why := run_shell(line, tree, environment, log, end):
                raise PackageError(f"{package}: configure: {why}; see {log.name}")
        for line in recipe.build:
            run_shell(line, tree, {**environment, "RECORDED": str(record.resolve())}, log, end)
    if not record.exists():
        raise PackageError(f"{package}: its build compiled nothing; see {folder / 'logs' / package}.log")


def read_compiles(package: str, tree: Path, record: Path) -> list[Compile]:
    """The compiles in a record, one for each source that is still there."""
    found: dict[str, Compile] = {}
    for line in record.read_text("utf-8").splitlines():
        entry = json.loads(line)
        compiler, *words = entry["words"]
        kept: list[str] = []
        sources: list[Path] = []
        rest = iter(words)
        for word in rest:
            if word in _DROPPED_WITH_VALUE:
                next(rest, "")
            elif word.endswith(_ENDINGS) and not word.startswith("-"):
                sources.append(Path(entry["folder"], word))
                kept.append(word)
            elif word not in _DROPPED and not word.startswith(("-Wp,-M", "-MF", "-MT", "-MQ", "-save-temps")):
                kept.append(word)
        if len(sources) != 1 or not sources[0].is_file():
            continue
        name = os.path.relpath(os.path.realpath(sources[0]), os.path.realpath(tree))
        cxx = compiler.endswith("++") or not sources[0].name.endswith(".c")
        found.setdefault(name, Compile(package, name, entry["folder"], tuple(kept), cxx))
    return [found[name] for name in sorted(found)]


def compare_sizes(
    compiles: Sequence[Compile],
    settings: LargerSettings,
    results: ResultFile,
    jobs: int,
    report: Callable[[dict[str, Any]], None],
) -> list[dict[str, Any]]:
    """Compile every file that ``results`` does not hold already; returns the lines of all, in order.

    A line: ``{"case": "PACKAGE/FILE", "clang": n, "bytes": {"WAY EFFORT": n}, "optimised": ["WAY EFFORT", ...],
    "larger": ["WAY EFFORT", ...], "problem": text}``, sizes in allocated bytes; ``optimised`` are those that clang did
    not compile alone; ``problem`` says why nothing was compared.
    """
    done = results.values("case")
    waiting = [one for one in compiles if _case(one) not in done]
    for _, line in run_threads(lambda one: _compare(one, settings), waiting, jobs):
        results.add([line])
        report(line)
    by_name = {line["case"]: line for line in results.lines}
    return [by_name[_case(one)] for one in compiles]


def chosen(recorded_compiles: Iterable[list[Compile]], files: int) -> list[Compile]:
    """So many files in all, as equally many of each package as there are, spread over each."""
    waiting = sorted(recorded_compiles, key=len)
    taken: list[Compile] = []
    for number, compiles in enumerate(waiting):
        share = -(-(files - len(taken)) // (len(waiting) - number))
        taken += spread(compiles, share)
    return taken


def _case(one: Compile) -> str:
    return f"{one.package}/{one.name}"


def _compare(one: Compile, settings: LargerSettings) -> dict[str, Any]:
    line: dict[str, Any] = {"case": _case(one), "clang": 0, "bytes": {}, "optimised": [], "larger": [], "problem": ""}
    try:
        with tempfile.TemporaryDirectory(prefix="smartopt-larger-") as scratch:
            _measure(one, settings, Path(scratch), line)
    except (SmartoptError, OSError) as error:
        line["problem"] = str(error).splitlines()[0]
    return line


def _measure(one: Compile, settings: LargerSettings, scratch: Path, line: dict[str, Any]) -> None:
    clang = str((settings.toolchain.clangxx if one.cxx else settings.toolchain.clang) or "clang")
    line["clang"] = _size(one, clang, scratch / "clang.o", {}, settings.timeout)
    ours = str(settings.commands / ("smartopt-clang++" if one.cxx else "smartopt-clang"))
    for way in settings.ways:
        for effort in settings.efforts:
            name, state, reports = f"{way} {effort}", scratch / "state", scratch / f"reports-{way}-{effort}"
            environment = {
                "SMARTOPT_CLANG": settings.toolchain.clang or "clang",
                "SMARTOPT_CLANGXX": settings.toolchain.clangxx or "clang++",
                "SMARTOPT_DIR": str(state),
                "SMARTOPT_EFFORT": effort,
                "SMARTOPT_REPORT_DIR": str(reports),
                **variables(way),
            }
            with private_state(state, way, settings.store):
                size = _size(one, ours, scratch / "ours.o", environment, settings.timeout)
            shutil.rmtree(state, ignore_errors=True)
            line["bytes"][name] = size
            if reports.is_dir() and list(reports.glob("*.json")):
                line["optimised"].append(name)
            if size > line["clang"]:
                line["larger"].append(name)


def _size(one: Compile, compiler: str, out: Path, environment: dict[str, str], timeout: float) -> int:
    """Allocated bytes of an object. Raises SmartoptError if there is none."""
    done = run_child(
        [compiler, *one.words, "-Oz", "-w", "-c", "-o", out],
        timeout,
        folder=Path(one.folder),
        environment={"LC_ALL": "C.UTF-8", **environment},
        without="SMARTOPT_",
        limited=False,
    )
    if not done.ok:
        last = (done.errors.strip().splitlines() or ["no message"])[-1]
        raise SmartoptError(f"{Path(compiler).name}: {done.ending}: {last}")
    return measure_object(out.read_bytes()).total
