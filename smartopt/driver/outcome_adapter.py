"""Temporary: gives today's optimizer, which answers with report dictionaries, the interface with typed outcomes.

To be deleted with the commit that brings ``optimizer.PreparedOptimizer``.
"""

from __future__ import annotations

from .. import __version__
from ..annotations import TYPE_CHECKING, Any
from ..objfile.sizes import Sizes
from ..optimizer import Begun
from ..optimizer.outcome import CandidateOutcome, Emission, FunctionOutcome, Outcome
from ..records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ..optimizer.memory import Memory
    from ..options import Options

__all__ = ["PreparedOptimizer", "make_report"]


@dataclass(frozen=True)
class _Result:
    data: bytes
    outcome: Outcome


class PreparedOptimizer:
    """An optimization that is begun before its input is there."""

    def __init__(self, options: Options, start: bool) -> None:
        """``start``: load LLVM in a worker now."""
        self._begun = Begun(options, start)

    def load(self) -> None:
        """Load what the work needs while the worker loads LLVM."""
        self._begun.load()

    def run(self, data: bytes, name: str, memory: Memory, expected: Callable[[Emission, bytes], None]) -> _Result:
        """Optimize a module."""
        found = self._begun.run(data, name, memory, lambda report, bitcode: expected(_emission(report), bitcode))
        return _Result(found.data, _outcome(found.report))

    def keep_in_place(self, bitcode: bytes, names: Collection[str]) -> bytes:
        """Mark functions from which nothing is to be outlined."""
        return self._begun.in_place(bitcode, names)

    def dismiss(self) -> None:
        """End the workers without waiting."""
        self._begun.dismiss()

    def close(self) -> None:
        """End the workers."""
        self._begun.close()


def _sizes(sections: dict[str, int]) -> Sizes:
    return Sizes(*[sections.get(kind, 0) for kind in ("text", "rodata", "eh_frame", "data")])  # type: ignore[arg-type]


def _outcome(report: dict[str, Any]) -> Outcome:
    return Outcome(
        llvm=report["llvm"],
        engine=report["engine"],
        chooser=report["model"],
        objective=report["objective"],
        effort=report["effort"],
        winner=report["winner"],
        instructions=tuple(report["instructions"][which] for which in ("input", "oz", "output")),
        oz=_sizes(report["bytes"]["oz"]),
        output=_sizes(report["bytes"]["output"]),
        functions=tuple(
            FunctionOutcome(
                row["name"],
                row["instructions"]["input"],
                row["instructions"]["oz"],
                row["instructions"]["output"],
                row["bytes"]["oz"],
                row["bytes"]["output"],
                row["passes"],
                row["source"],
                row["rank"],
            )
            for row in report["functions"]
        ),
        candidates=tuple(
            CandidateOutcome(row["kind"], row["name"], row["instructions"], _sizes(row["bytes"]))
            for row in report["candidates"]
        ),
        trials=report["trials"],
        seconds=report["seconds"],
        fallbacks=report["fallbacks"],
        agreement=report["agreement"],
        slimmable=report["slimmable"],
        outlinable=report["outlinable"],
        attributes=report["touches"],
        frames=tuple(report["frames"]),
        as_made=report.get("as_made", False),
        oz_slim=report.get("oz_slim"),
        fault=report.get("fault", ""),
    )


def _emission(report: dict[str, Any]) -> Emission:
    if "functions" in report:
        return _outcome(report).emission
    return Emission(
        llvm=int(report["llvm"].partition(".")[0]),
        winner=report["winner"],
        objective=report["objective"],
        effort=report["effort"],
        slimmable=report["slimmable"],
        outlinable=report["outlinable"],
        oz=_sizes(report["bytes"]["oz"]),
        output=_sizes(report["bytes"]["output"]),
        oz_slim=report.get("oz_slim"),
    )


SCHEMA = 1


def make_report(outcome: Outcome) -> dict[str, Any]:
    """The report's fields, in the order in which they are documented.

    ``bytes`` are zeros where the target cannot be measured. ``candidates`` lists every finished module with its
    measures, so that a reader sees what each ingredient would have brought.
    """
    before, oz, output = outcome.instructions
    report: dict[str, Any] = {
        "schema": SCHEMA,
        "smartopt": __version__,
        "llvm": outcome.llvm,
        "engine": outcome.engine,
        "model": outcome.chooser,
        "objective": outcome.objective,
        "effort": outcome.effort,
        "instructions": {"input": before, "oz": oz, "output": output},
        "bytes": {"oz": outcome.oz.by_section(), "output": outcome.output.by_section()},
        "winner": outcome.winner,
        "functions": [_function(row) for row in outcome.functions],
        "candidates": [
            {"kind": c.kind, "name": c.name, "instructions": c.instructions, "bytes": c.sizes.by_section()}
            for c in outcome.candidates
        ],
        "trials": outcome.trials,
        "seconds": {key: round(value, 4) for key, value in outcome.seconds.items()},
        "fallbacks": outcome.fallbacks,
        "agreement": outcome.agreement,
        "outlinable": outcome.outlinable,
        "slimmable": outcome.slimmable,
        "touches": outcome.attributes,
        "frames": list(outcome.frames),
    }
    if outcome.as_made:
        report["as_made"] = True
    if outcome.oz_slim is not None:
        report["oz_slim"] = outcome.oz_slim
    if outcome.fault:
        report["fault"] = outcome.fault
    if outcome.back_end is not None:
        made = outcome.back_end
        report.update(outlined=made.outlined, slim=made.slim, varied=list(made.variations))
    return report


def _function(row: FunctionOutcome) -> dict[str, Any]:
    return {
        "name": row.name,
        "instructions": {
            "input": row.input_instructions,
            "oz": row.oz_instructions,
            "output": row.output_instructions,
        },
        "bytes": {"oz": row.oz_bytes, "output": row.output_bytes},
        "passes": row.passes,
        "source": row.source,
        "rank": row.rank,
    }
