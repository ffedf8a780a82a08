"""What is fuzzed: ``smartopt`` with forced lists, the bare ``opt`` with the same, ``product``, ``clang`` or ``driver``.

``opt`` runs the lists without smartopt's composition: a difference that it shows too is LLVM's. ``product`` is smartopt
as users run it: it proposes and selects on its own, with one effort after another. ``clang`` is -Oz itself, to test the
back end's settings: every module becomes a plain program, and a slim one with outlined code and some variations, in
which every function that may have one has a frame pointer, and each an attribute drawn at random. ``driver`` is
smartopt-clang on the source (``driven.py``).

Run as a module, this is the child that calls ``optimize``, so that a crash or a hang of smartopt is a result as well;
without options it adds frame pointers and attributes::

    echo '{"input": ..., "output": ..., "options": {...}}' | python -m smartopt.lab.fuzz.subject
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from ...llvm.toolchain import Toolchain
from ...passes.passlist import PassList
from ...passes.pipeline import Pipeline
from ...passes.trusted import Trusted
from ..child import Child, run_child

__all__ = ["SUBJECTS", "Optimised", "Subject", "SubjectName"]

SubjectName = Literal["smartopt", "opt", "product", "clang", "driver"]
SUBJECTS: tuple[SubjectName, ...] = ("smartopt", "opt", "product", "clang", "driver")

_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Optimised:
    """How optimising one module ended; ``fault`` is empty if there is an output."""

    fault: str = ""
    winner: str = ""
    fallbacks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """Optimises bitcode files, with forced lists unless it is the ``product``."""

    name: SubjectName
    toolchain: Toolchain
    timeout: float
    allow_banned: bool = False
    effort: str = "fast"

    def optimise(self, source: Path, target: Path, lists: Sequence[str]) -> Optimised:
        """Optimise ``source`` into ``target``.

        ``opt`` runs all of ``lists``, one after another, on every function; ``smartopt`` deals them out to the
        functions in turn; the ``product`` has none.
        """
        if self.name == "clang":
            return self._with_clang(source, target)
        run = self._with_opt if self.name == "opt" else self._with_smartopt
        return run(source, target, lists)

    def _with_clang(self, source: Path, target: Path) -> Optimised:
        command = [self.toolchain.clang or "clang", "-Oz", "-w", "-c", "-emit-llvm", "-x", "ir", "-o", target, source]
        child = run_child(command, self.timeout, folder=target.parent)
        return Optimised(winner="oz") if child.ok else Optimised(f"{child.ending}: {child.errors[-2000:]}")

    def _with_opt(self, source: Path, target: Path, lists: Sequence[str]) -> Optimised:
        trusted = Trusted.load(self.toolchain.major)
        pipelines = (PassList.parse(text).module_pipeline(trusted, allow_banned=self.allow_banned) for text in lists)
        passes = ",".join(pipelines)
        command = [self.toolchain.opt or "opt", f"-passes={passes}", "-o", target, source]
        child = run_child(command, self.timeout, folder=target.parent)
        return Optimised(winner="plan") if child.ok else Optimised(f"{child.ending}: {child.errors[-2000:]}")

    def _with_smartopt(self, source: Path, target: Path, lists: Sequence[str]) -> Optimised:
        options = {
            "select": "auto" if self.name == "product" else "plan",
            "effort": self.effort,
            "model": "none",
            "llvm": self.toolchain.root or str(self.toolchain.major),
            "forced_lists": list(lists),
            "allow_banned": self.allow_banned,
        }
        child = self._child({"input": str(source), "output": str(target), "options": options}, target.parent)
        if not child.ok:
            return Optimised(f"{child.ending}: {child.errors[-2000:]}")
        report = cast(dict[str, Any], json.loads(child.output))
        return Optimised(winner=report["winner"], fallbacks=report["fallbacks"])

    def add_attributes(self, source: Path, target: Path, seed: str) -> Optimised:
        """Add a frame pointer to every function that may have one, and to each an attribute drawn by the seed."""
        if self.toolchain.libllvm is None:  # opt alone: the module as it is
            target.write_bytes(source.read_bytes())
            return Optimised()
        request = {
            "input": str(source),
            "output": str(target),
            "library": str(self.toolchain.libllvm),
            "seed": seed,
        }
        child = self._child(request, target.parent)
        return Optimised() if child.ok else Optimised(f"{child.ending}: {child.errors[-2000:]}")

    def _child(self, request: dict[str, Any], folder: Path) -> Child:
        """Serve a request by running this module as a program."""
        return run_child(
            [sys.executable, "-m", __name__],
            self.timeout,
            folder=folder,
            text=json.dumps(request),
            environment={"PYTHONPATH": str(_ROOT)},
        )


def items(text: str) -> list[str]:
    """The passes of a list's text, one by one; joined with commas they are that list again."""
    parsed = PassList.parse(text)
    meta = [parsed.meta] if parsed.meta else []
    return [*_texts(parsed.prefix), *meta, *_texts(parsed.suffix)]


def _texts(pipeline: Pipeline) -> list[str]:
    return [str(Pipeline((node,))) for node in pipeline]


def main() -> None:
    """Serve one request from standard input; writes the winner and the fallbacks to standard output."""
    from ...optimizer import optimize
    from ...options import Options

    request = json.load(sys.stdin)
    if "options" not in request:
        _add_attributes(Path(request["input"]), Path(request["output"]), request["library"], request["seed"])
        return
    options = request["options"]
    options["forced_lists"] = tuple(options["forced_lists"])
    result = optimize(Path(request["input"]).read_bytes(), Options(**options), name=request["input"])
    Path(request["output"]).write_bytes(result.data)
    json.dump({"winner": result.report["winner"], "fallbacks": result.report["fallbacks"]}, sys.stdout)


def _add_attributes(source: Path, target: Path, library: str, seed: str) -> None:
    from random import Random

    from ...codegen.attributes import ATTRIBUTES, give_attribute
    from ...codegen.frame_pointers import frameable, give_frame
    from ...ir.body_hash import bodies
    from ...llvm.capi import Context, Library

    module = Context(Library(library)).parse(source.read_bytes(), str(source))
    rng, names = Random(seed), list(ATTRIBUTES)
    defined = [function for function in module.functions() if not function.is_declaration]
    for function, body in zip(defined, bodies(module.text()), strict=True):
        if body is not None and frameable(function, body[1]):
            give_frame(function)
        give_attribute(function, rng.choice(names))
    target.write_bytes(module.bitcode())


if __name__ == "__main__":
    main()
