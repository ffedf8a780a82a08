"""Where clang itself runs each pass, and with which options: ``data/exposure-<major>.json``.

    python -m smartopt.passes.exposure --clang clang-22          write the data of that LLVM version
    python -m smartopt.passes.exposure --clang clang-22 --check  compare it with the committed data
    python -m smartopt.passes.exposure --clang clang-22 --list   list the trusted spellings that clang never runs

A pass is *exposed* if everybody's code goes through it: clang runs it at some -O level, as part of the middle end
(``-print-pipeline-passes``) or as an IR pass of code generation (``-debug-pass=Arguments``). Faults in exposed passes
are found and mended; faults in the others are still there for us to meet. The same holds for options: ``simplifycfg``
is exposed, ``simplifycfg<no-speculate-blocks>`` is not.

The data has two limits. For the middle end it holds what clang prints for *every* target in ``TARGETS``, so that what
one target adds does not count. For code generation clang prints no options: AArch64 and Arm run ``simplifycfg`` there
with options of their own, which are missing here. Loop passes bring ``loop-simplify`` and ``lcssa``, unprinted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence

from ..annotations import Any
from ..errors import SmartoptError, ToolchainError
from ..records import dataclass
from .clang_pipelines import clang_version
from .nesting import legalise
from .pass_table import DATA, PassTable, data_major
from .pipeline import Node, parse

__all__ = ["LEVELS", "TARGETS", "Exposure", "exposure", "main", "render"]

LEVELS = ("O1", "O2", "O3", "Os", "Oz")
TARGETS = {
    "x86_64": "x86_64-linux-gnu",
    "aarch64": "aarch64-linux-gnu",
    "arm": "armv7a-linux-gnueabihf",
    "thumb": "thumbv7a-linux-gnueabihf",
    "riscv32": "riscv32-unknown-elf",
    "riscv64": "riscv64-linux-gnu",
}
# The adaptor that runs loop passes puts these in front of them (LoopPassManager.h) and prints neither.
_BEFORE_LOOPS = ("loop-simplify", "lcssa")
# Passes that the two pass managers name differently: legacy -> new.
_LEGACY_NAMES = {"expandmemcmp": "expand-memcmp"}


@dataclass(frozen=True)
class Exposure:
    """Where clang runs one pass.

    Attributes:
        middle: level -> the option texts that clang prints for it there, each complete.
        codegen: target -> the levels at which the target's code generation runs it, with unknown options.
    """

    middle: dict[str, tuple[str, ...]]
    codegen: dict[str, tuple[str, ...]]

    @property
    def options(self) -> frozenset[str]:
        """Every option with which the middle end runs this pass at some level."""
        return frozenset(
            option for texts in self.middle.values() for text in texts for option in Node("x", f"<{text}>").options
        )


def exposure(major: int) -> dict[str, Exposure]:
    """The exposure of every pass that clang of an LLVM version runs; a pass that is missing is not exposed."""
    with open(_path(data_major(major)), encoding="utf-8") as file:
        raw: dict[str, Any] = json.load(file)["passes"]
    return {
        name: Exposure(
            {level: tuple(texts) for level, texts in entry["middle"].items()},
            {target: tuple(levels) for target, levels in entry["codegen"].items()},
        )
        for name, entry in raw.items()
    }


def generate(clang: str) -> dict[str, Any]:
    """The data of one clang. Raises ToolchainError if it cannot be run or does not print pipelines."""
    passes: dict[str, dict[str, Any]] = {}
    for level in LEVELS:
        printed = [_middle(clang, level, triple) for triple in TARGETS.values()]
        everywhere = set.intersection(*map(set, printed))
        for name, options in printed[0]:
            if (name, options) in everywhere:
                texts = _entry(passes, name)["middle"].setdefault(level, [])
                if options not in texts:
                    texts.append(options)
        for target, triple in TARGETS.items():
            for name in _codegen(clang, level, triple):
                levels = _entry(passes, name)["codegen"].setdefault(target, [])
                if level not in levels:
                    levels.append(level)
    return {"schema": 1, "llvm": clang_version(clang), "passes": dict(sorted(passes.items()))}


def render(data: dict[str, Any]) -> str:
    """The file's text: one line per pass, so that diffs are easy to read."""
    lines = [f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in data["passes"].items()]
    head = ",\n".join(f"  {json.dumps(key)}: {json.dumps(data[key])}" for key in ("schema", "llvm"))
    return "{\n" + head + ',\n  "passes": {\n' + ",\n".join(lines) + "\n  }\n}\n"


def _entry(passes: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    return passes.setdefault(name, {"middle": {}, "codegen": {}})


def _middle(clang: str, level: str, triple: str) -> list[tuple[str, str]]:
    """(name, options) of every pass of the middle end, in order, without analyses and adaptors."""
    text = _ask(clang, level, triple, "-print-pipeline-passes").stdout.strip()
    if not text:
        raise ToolchainError(f"{clang} prints no pipeline at -{level}")
    out: list[tuple[str, str]] = []
    for node in parse(text).walk():
        if node.children is not None:
            if node.name in ("loop", "loop-mssa"):
                out.extend((name, "") for name in _BEFORE_LOOPS)
        elif node.name not in ("require", "invalidate", "verify"):
            out.append((node.name, node.params[1:-1]))
    return out


def _codegen(clang: str, level: str, triple: str) -> Iterator[str]:
    """The names of the passes that code generation runs before instruction selection."""
    printed = _ask(clang, level, triple, "-debug-pass=Arguments").stderr
    for line in printed.splitlines():
        options = line.removeprefix("Pass Arguments:").split() if line.startswith("Pass Arguments:") else []
        names = [option[1:] for option in options]
        if "codegenprepare" in names:
            yield from (_LEGACY_NAMES.get(name, name) for name in names[: names.index("codegenprepare") + 1])
            return
    raise ToolchainError(f"{clang} prints no code generation passes for {triple} at -{level}")


def _ask(clang: str, level: str, triple: str, option: str) -> Any:
    import subprocess

    command = [clang, f"--target={triple}", f"-{level}", "-S", "-x", "c", os.devnull, "-o", os.devnull]
    try:
        done = subprocess.run(
            [*command, "-mllvm", option], capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolchainError(f"{clang} could not be run: {error}") from error
    if done.returncode != 0:
        message = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise ToolchainError(f"{clang} failed for {triple} at -{level}: {message[0]}")
    return done


def _unexposed(clang: str) -> Iterator[str]:
    """One line for each trusted pass, option or spelling that clang runs at no level."""
    from .trusted import Trusted

    major = int(clang_version(clang).split(".")[0])
    known = exposure(major)
    table = Trusted.load(major).table
    full = _complete(clang, [text for row in table.rows.values() for text in row.variants], table)
    for name, row in sorted(table.rows.items()):
        here = known.get(name)
        if here is None:
            yield f"{name}: run by no target at any level"
        elif not here.middle:
            yield f"{name}: run by code generation only ({', '.join(here.codegen)})"
        else:
            if list(here.middle) == ["O3"]:
                yield f"{name}: run at -O3 only"
            strange = sorted(option for option in row.flags if option not in here.options)
            if strange:
                yield f"{name}: options that no level prints: {', '.join(strange)}"
            run = {text for texts in here.middle.values() for text in texts}
            for spelling in row.variants:
                if full[spelling] not in run:
                    yield f"{name}: no level runs exactly {spelling}"


def _complete(clang: str, spellings: Sequence[str], table: PassTable) -> dict[str, str]:
    """The complete options of each spelling, as printed by the opt that belongs to clang."""
    import subprocess

    opt = subprocess.run([clang, "-print-prog-name=opt"], capture_output=True, text=True, check=True).stdout.strip()
    if not os.path.isabs(opt):  # clang found none beside itself
        raise ToolchainError(f"no opt is beside {clang}")
    pipeline = ",".join(str(node) for text in spellings for node in legalise(text, "module", table))
    command = [opt, f"-passes={pipeline}", "-print-pipeline-passes", "-disable-output", "-"]
    done = subprocess.run(command, input="define void @f() { ret void }\n", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ToolchainError(f"{opt} refused the trusted spellings: {done.stderr.strip()[:200]}")
    leaves = [node for node in parse(done.stdout.strip()).walk() if node.children is None and node.name != "verify"]
    return {text: leaf.params[1:-1] for text, leaf in zip(spellings, leaves, strict=True)}


def _path(major: int) -> str:
    return os.path.join(DATA, f"exposure-{major}.json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code (1: ``--check`` found a difference)."""
    import argparse

    summary = (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog="python -m smartopt.passes.exposure", description=summary)
    parser.add_argument("--clang", required=True, help="the clang to ask, such as clang-22")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="compare with the committed data and write nothing")
    what.add_argument("--list", action="store_true", help="list trusted passes and options that clang never runs")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.list:
            print("\n".join(_unexposed(chosen.clang)))
            return 0
        data = generate(chosen.clang)
    except SmartoptError as error:
        print(f"exposure: {error}", file=sys.stderr)
        return error.exit_code
    path = _path(int(data["llvm"].split(".")[0]))
    text = render(data)
    if chosen.check:
        try:
            with open(path, encoding="utf-8") as file:
                same = file.read() == text
        except FileNotFoundError:
            same = False
        print(f"{os.path.basename(path)}: {'as committed' if same else 'differs from the committed data'}")
        return 0 if same else 1
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    print(f"{os.path.basename(path)}: {len(data['passes'])} passes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
