"""``bench memory``: checks on unoptimised bitcode that the memory of functions changes no result, and what it saves.

Each file is optimised three times, as ``smartopt-clang`` would: without the memory, with what the files before it left
there, and again with all that the file itself left. Every trial's outcome, and the output, must be the same each time.
A new folder serves as smartopt's own.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, cast

import typer

from ...optimizer import PreparedOptimizer
from ...options import Effort, Options
from ...worker.pool import Pool, Round
from ...worker.protocol import TrialOutcome

__all__ = ["MemoryUse", "bench_memory", "memory"]

MODES = ("without", "with", "again")


@dataclass
class MemoryUse:
    """What one mode came to over all files.

    Attributes:
        tried: pass lists that ran on a function.
        remembered: pass lists whose outcome was known.
        seconds: processor time, of the workers too.
    """

    tried: int = 0
    remembered: int = 0
    seconds: float = 0.0


@dataclass
class _Run:
    """What one run found: the outcomes of its trials in order, and its output."""

    output: bytes = b""
    outcomes: list[list[dict[str, TrialOutcome]]] = field(default_factory=list)


class _Memory:
    """Remembers functions, if asked to, but no decision, so that every run searches."""

    def __init__(self, fingerprint: str, functions: bool) -> None:
        self.fingerprint, self.functions = fingerprint, functions

    def get(self, key: str) -> bytes | None:
        return None

    def put(self, key: str, value: bytes) -> None:
        pass


def bench_memory(files: list[Path], options: Options) -> tuple[dict[str, MemoryUse], list[str]]:
    """Optimise every file in every mode. Returns each mode's figures, and the files whose results differ.

    ``SMARTOPT_DIR`` should name a new folder.
    """
    uses = {mode: MemoryUse() for mode in MODES}
    wrong = []
    for number, path in enumerate(files):
        # Drifting clocks hit all modes alike: each comes first, second and last as often, "with" before "again".
        order = (("without", "with", "again"), ("with", "without", "again"), ("with", "again", "without"))[number % 3]
        runs = [_run(path, options, mode != "without", uses[mode]) for mode in order]
        if any(run != runs[0] for run in runs):
            wrong.append(str(path))
    return uses, wrong


def _run(path: Path, options: Options, remember: bool, use: MemoryUse) -> _Run:
    before = os.times()
    found = _Run()
    prepared = PreparedOptimizer(options)
    try:
        pool = prepared.load().context.pool
        pool.run = _recorded(pool, found)  # type: ignore[method-assign]
        found.output = prepared.run(path.read_bytes(), path.name, _Memory("bench", remember)).data
        use.tried += pool.trials
        use.remembered += pool.remembered
    finally:
        prepared.close()
    use.seconds += sum(os.times()[:4]) - sum(before[:4])
    return found


def _recorded(pool: Pool, found: _Run) -> Callable[..., list[dict[str, TrialOutcome]]]:
    run = pool.run

    def recorded(
        rounds: list[Round],
        measure: bool,
        done: Callable[[int], None] | None = None,
        decided: Mapping[str, str] | None = None,
    ) -> list[dict[str, TrialOutcome]]:
        results = run(rounds, measure, done, decided)
        found.outcomes.append(results)
        return results

    return recorded


def memory(
    folder: Annotated[Path, typer.Argument(help="Unoptimised bitcode (*.bc), as SMARTOPT_COLLECT_DIR keeps it.")],
    effort: Annotated[str, typer.Option(help="fast, default or max.")] = "default",
    llvm: Annotated[str, typer.Option(help="LLVM version or folder.")] = "22",
    limit: Annotated[int | None, typer.Option(help="Files at most.")] = None,
) -> None:
    """Check that remembering what lists did to functions changes no result, and show what it saves.

    Exit code 1: a trial or an output differed.
    """
    if effort not in ("fast", "default", "max"):
        raise typer.BadParameter("the effort is fast, default or max")
    files = sorted(folder.rglob("*.bc"))[:limit]
    options = Options(llvm=llvm, effort=cast(Effort, effort), stands_for="clang", slim=True, outline=True)
    with tempfile.TemporaryDirectory(prefix="smartopt-memory-") as place:
        os.environ["SMARTOPT_DIR"] = place
        uses, wrong = bench_memory(files, options)
    for mode, use in uses.items():
        typer.echo(f"{mode:<8} {use.tried:7,} tried {use.remembered:7,} remembered {use.seconds:9.1f} s of processor")
    typer.echo(f"{len(files)} files, {len(wrong)} differ" + "".join(f"\n  {path}" for path in wrong))
    if wrong:
        raise typer.Exit(1)
