"""Build packages with ``smartopt-clang`` and keep the bitcode of every compile, package by package.

``SMARTOPT_COLLECT_DIR`` keeps the front end's output, with the user's flags and -Oz's attributes; with
``SMARTOPT_SELECT=collect`` the objects are made without optimisation, only to let the build go on. A package that does
not build is reported and skipped, but what it compiled before it failed is kept if there is enough of it. Finished
packages are listed in ``manifest.jsonl``, so a stopped run goes on.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from ...llvm.toolchain import find_toolchain
from ..bench.build import write_launchers
from ..packages import PackageError, fetch
from .recipes import recipe_for, split_of

__all__ = [
    "FLAGS",
    "LENIENT",
    "Built",
    "build_package",
    "install_dependencies",
    "keep_bitcode",
    "manifest",
    "record_package",
    "run_shell",
]

FLAGS = "-Oz -w"
LENIENT = (
    " -Wno-error -Wno-implicit-function-declaration -Wno-implicit-int -Wno-int-conversion "
    "-Wno-incompatible-function-pointer-types"
)
"""Flags that let clang accept old C code."""
ENOUGH = 3
"""A package whose build ends with an error is kept if it compiled at least so many files."""


@dataclass(frozen=True)
class Built:
    """One package of the corpus. ``status``: ``built``, ``partly`` (its build ended with an error) or ``failed``."""

    package: str
    split: str
    version: str
    status: str
    why: str
    files: int
    bytes: int
    sha256: str
    """Over the names of the bitcode files, which are hashes of their contents."""
    seconds: float


def manifest(folder: Path) -> dict[str, Built]:
    """The packages of a corpus folder, with the latest entry of each."""
    path = folder / "manifest.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return {row["package"]: Built(**row) for row in map(json.loads, lines)}


def keep_bitcode(data: bytes, folder: Path) -> None:
    """Put a module into a folder under the hash of its content."""
    digest = hashlib.sha256(data).hexdigest()[:32]
    part = folder / f".{digest}.{os.getpid()}"
    part.write_bytes(data)
    part.rename(folder / f"{digest}.bc")


def record_package(folder: Path, package: str, split: str, version: str, why: str, begin: float) -> Built:
    """Add a package that was made here (not fetched) to the manifest. ``begin``: its start on the monotonic clock."""
    files = sorted((folder / "bitcode" / package).glob("*.bc"))
    built = Built(
        package=package,
        split=split,
        version=version,
        status="built" if files else "failed",
        why=why,
        files=len(files),
        bytes=sum(path.stat().st_size for path in files),
        sha256=hashlib.sha256("\n".join(path.name for path in files).encode()).hexdigest(),
        seconds=round(time.monotonic() - begin, 1),
    )
    with (folder / "manifest.jsonl").open("a") as out:
        out.write(json.dumps(asdict(built)) + "\n")
    return built


def build_package(
    package: str, folder: Path, llvm: str, jobs: int, minutes: float, report: Callable[[str], None]
) -> Built:
    """Fetch and build one package; its bitcode goes to ``folder/bitcode/PACKAGE``."""
    begin = time.monotonic()
    split = split_of(package)
    if split is None:
        raise PackageError(f"{package} is in no split of the corpus and is used for nothing; name one that is")
    bitcode = folder / "bitcode" / package
    home = folder / "work" / package
    shutil.rmtree(bitcode, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)  # what an interrupted build compiled would not be compiled again
    bitcode.mkdir(parents=True)
    version, why = "", ""
    try:
        tree = fetch(package, folder / "work")
        named = (re.search(r"_([^_]+)\.dsc$", path.name) for path in home.glob("*.dsc"))
        version = next((match.group(1) for match in named if match), "")
        install_dependencies(tree, folder)
        why = _run_recipe(package, tree, folder, llvm, jobs, 60 * minutes) or ""
    except PackageError as error:
        why = str(error)
    files = sorted(bitcode.glob("*.bc"))
    done = Built(
        package=package,
        split=split,
        version=version,
        status="failed" if len(files) < (ENOUGH if why else 1) else "partly" if why else "built",
        why=why,
        files=len(files),
        bytes=sum(path.stat().st_size for path in files),
        sha256=hashlib.sha256("\n".join(path.name for path in files).encode()).hexdigest(),
        seconds=round(time.monotonic() - begin, 1),
    )
    shutil.rmtree(home, ignore_errors=True)
    with (folder / "manifest.jsonl").open("a") as out:
        out.write(json.dumps(asdict(done)) + "\n")
    report(f"{package}: {done.status}, {done.files} files in {done.seconds:.0f} s {why}".rstrip())
    return done


def install_dependencies(tree: Path, folder: Path) -> None:
    """Install what the package's build needs, if this process may."""
    if os.geteuid() != 0:
        return
    log = folder / "logs" / f"{tree.parent.name}-dependencies.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        "apt-get", "-y", "-o", "DPkg::Lock::Timeout=600", "--no-install-recommends", "--arch-only",
        "-P", "nodoc,nocheck", "build-dep", str(tree),
    ]  # fmt: skip
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with log.open("wb") as out:
        try:
            subprocess.run(lines, stdout=out, stderr=out, timeout=1200, check=False, env=environment)
        except subprocess.TimeoutExpired:
            pass  # what is missing will show in the build


def _run_recipe(package: str, tree: Path, folder: Path, llvm: str, jobs: int, seconds: float) -> str | None:
    """Run the recipe's lines and keep their log; returns None, or what went wrong."""
    recipe = recipe_for(package, tree)
    if recipe is None:
        return "no build system was recognised"
    flags = FLAGS if recipe.strict else FLAGS + LENIENT
    # Build systems name sources by absolute path, and __FILE__ is as long as that: the corpus must not depend on its
    # folder. (The path given is as long as the one in which the committed labels were made.)
    flags += f" -ffile-prefix-map={tree}=/smartopt/corpora/{package}/tree"
    launchers = _launchers(folder / "launchers", llvm)
    environment = {
        **os.environ,
        "CC": str(launchers / "smartopt-clang"),
        "CXX": str(launchers / "smartopt-clang++"),
        "CFLAGS": flags,
        "CXXFLAGS": flags,
        "JOBS": str(jobs),
        "LC_ALL": "C",
        "FORCE_UNSAFE_CONFIGURE": "1",
        "SMARTOPT_DIR": str(folder / "state"),
        "SMARTOPT_LLVM": llvm,
    }
    collecting = {"SMARTOPT_SELECT": "collect", "SMARTOPT_COLLECT_DIR": str(folder / "bitcode" / package)}
    end = time.monotonic() + seconds
    with (folder / "logs" / f"{package}.log").open("wb") as log:
        for line in recipe.configure:
            if why := run_shell(line, tree, {**environment, "SMARTOPT_DISABLE": "1"}, log, end):
                return f"configure: {why}"
        for line in recipe.build:
            if why := run_shell(line, tree, {**environment, **collecting}, log, end):
                return f"build: {why}"
    return None


def _launchers(folder: Path, llvm: str) -> Path:
    """Write the compilers that builds call. With SMARTOPT_DISABLE (for configure scripts) they run clang directly."""
    toolchain = find_toolchain(llvm)
    for name, path in (("smartopt-clang", toolchain.clang), ("smartopt-clang++", toolchain.clangxx)):
        launcher = folder / name
        behind = write_launchers(folder / "behind") / name
        part = folder / f".{name}.{os.getpid()}"
        part.write_text(f'#!/bin/sh\n[ -n "$SMARTOPT_DISABLE" ] && exec {path} "$@"\nexec {behind} "$@"\n')
        part.chmod(0o755)
        part.rename(launcher)
    return folder.resolve()


def run_shell(line: str, tree: Path, environment: dict[str, str], log: BinaryIO, end: float) -> str | None:
    """Run a line of a recipe until ``end`` (monotonic clock); None, or what went wrong."""
    with subprocess.Popen(
        ["/bin/sh", "-c", line],
        cwd=tree,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as child:
        try:
            code = child.wait(timeout=max(1.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            code = -1
        finally:
            # Kill what the build left running.
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
    return None if code == 0 else "out of time" if code < 0 else f"exit status {code}"
