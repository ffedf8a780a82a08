"""What the tests of the use case share: our own small programs, optimised once per choice of options, and run."""

from __future__ import annotations

import faulthandler
import functools
import re
import subprocess
from pathlib import Path
from typing import Any

from smartopt.objfile.measure import measure_object
from smartopt.optimizer import optimize
from smartopt.optimizer.result import Result
from smartopt.options import Options
from tests.support import ROOT, tool

SOURCES = Path(__file__).parent / "sources"
CASES = ROOT / "tests" / "cases"
PROGRAMS = ("words.c", "numbers.c", "shapes.cpp")
BACK_END = ("-Xclang", "-disable-llvm-passes")
OTHERS = [("opt", "numbers.c"), *(("llvmlite", source) for source in PROGRAMS)]
"""Other engines, each with a program. The real opt is started for every list, so one has to do."""


def clang(major: int, source: str | Path, *flags: str | Path, data: bytes | None = None) -> bytes:
    """Run clang, or clang++ for C++; the output is on stdout unless a flag says otherwise."""
    compiler = tool(f"clang{'++' if str(source).endswith('.cpp') else ''}-{major}")
    command = [compiler, *map(str, flags), "-w", str(source)]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@functools.cache
def bitcode(source: str, *flags: str, major: int = 22) -> bytes:
    """Unoptimised bitcode of one of our own programs, with -Oz's attributes."""
    return clang(major, SOURCES / source, "-Oz", *BACK_END, *flags, "-emit-llvm", "-c", "-o", "-")


@functools.cache
def case(name: str) -> bytes:
    return (CASES / f"{name}.ll").read_bytes()


def optimised(data: bytes, text: bool = False, **options: Any) -> Result:
    """The result for an input under some options (those of ``Options``); worked out once."""
    return _optimised(data, text, Options(**{"llvm": "22", "effort": "fast", **options}))


@functools.cache
def _optimised(data: bytes, text: bool, options: Options) -> Result:
    enabled = faulthandler.is_enabled()
    faulthandler.disable()  # the crashes that faults force in the children are wanted
    try:
        return optimize(data, options, text=text)
    finally:
        if enabled:
            faulthandler.enable()


def baseline(data: bytes, **options: Any) -> bytes:
    """What plain -Oz makes of an input."""
    return optimised(data, select="baseline", **options).data


def opt(major: int, pipeline: str, data: bytes, *flags: str) -> bytes:
    done = subprocess.run(
        [tool(f"opt-{major}"), f"-passes={pipeline}", *flags, "-o", "-"], input=data, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def text_of(data: bytes, major: int = 22) -> str:
    """A module's IR without the name that it was read under and the comments on predecessors, which have no order."""
    text = opt(major, "no-op-module", data, "-S").decode().split("\n", 1)[1]
    return re.sub(r" *; preds = .*", "", text).replace('source_filename = "<string>"', 'source_filename = "<stdin>"')


def object_of(module: bytes, *flags: str, major: int = 22) -> bytes:
    """The object that clang's back end alone makes of finished IR."""
    return clang(major, "-", "-Oz", *BACK_END, *flags, "-x", "ir", "-c", "-o", "-", data=module)


def total(module: bytes) -> int:
    return measure_object(object_of(module)).total


def run(module: bytes, folder: Path, *flags: str, major: int = 22) -> tuple[int, bytes]:
    """Build and run a program; ``flags`` decide whether LLVM's passes run on it."""
    program = folder / "program"
    file = folder / "module.bc"
    file.write_bytes(module)
    command = [tool(f"clang++-{major}"), "-Oz", "-w", *flags, "-x", "ir", str(file), "-o", str(program)]
    subprocess.run(command, check=True)
    done = subprocess.run([str(program)], capture_output=True, timeout=20, check=False)
    return done.returncode, done.stdout


def measure(report: dict[str, Any]) -> tuple[int, int]:
    """(-Oz, output) by the report's own objective."""
    if report["objective"] == "size" and report["bytes"]["oz"]["total"]:
        return report["bytes"]["oz"]["total"], report["bytes"]["output"]["total"]
    return report["instructions"]["oz"], report["instructions"]["output"]
