"""The outcome of one optimisation, as typed data: the optimizer decides it, drivers act on it, and reports are made
from it.

Nothing inside smartopt reads a report (``optimizer.report``): it is made last, from an :class:`Outcome`, for people.
"""

from __future__ import annotations

from ..annotations import Literal
from ..codegen.configuration import Configuration
from ..ir.names import symbol_of
from ..objfile.sizes import Sizes
from ..options import Effort, Objective
from ..records import dataclass, field, replace

__all__ = ["CandidateOutcome", "Emission", "FunctionOutcome", "Outcome", "Winner"]

Winner = Literal["oz", "module", "plan"]
"""The kind of candidate that is the output: -Oz's module, another whole-module pipeline, or a plan of pass lists."""


@dataclass(frozen=True)
class FunctionOutcome:
    """One function that is in the output or in -Oz's module.

    Attributes:
        name: its symbol.
        input_instructions: IR instructions in the input; 0 where it is not there. So for -Oz's and the output's.
        oz_bytes: allocated bytes in -Oz's object; 0 where it was not measured. So for the output's.
        passes: the pass list that it got, or the name of the whole-module pipeline.
        source: who proposed that: ``model``, ``coreset``, ``search``, ``oz`` or ``cache``.
        rank: the list's place among the proposer's, from 0.
    """

    name: str
    input_instructions: int
    oz_instructions: int
    output_instructions: int
    oz_bytes: int
    output_bytes: int
    passes: str
    source: str
    rank: int


@dataclass(frozen=True)
class CandidateOutcome:
    """One finished module that could have been the output; ``sizes`` are zeros where it was not measured."""

    kind: Winner
    name: str
    instructions: int
    sizes: Sizes


@dataclass(frozen=True)
class Emission:
    """How the back end may make an object of the output, and the size that the object is expected to have.

    Attributes:
        llvm: LLVM's major version.
        winner: what the output is; a prediction says ``plan``.
        objective: what is made small.
        effort: how much may be tried, in the back end too.
        slimmable: whether slim settings may be used.
        outlinable: whether repeated code may be outlined.
        oz: -Oz's object as clang's back end makes it by itself, by section; zeros where that is not known.
        output: the output's, as far as the optimizer measured it.
        oz_slim: total bytes of -Oz's object under slim settings; None where lists were not measured so.
        as_made: whether ``output`` was measured under the settings with which it will be made.
        framed: whether functions of the output were given frame pointers.
        oz_functions: bytes by function in -Oz's object.
        target: the name of the target's settings (``codegen.targets``); empty where there are none.
        vanished: functions that -Oz keeps and the output has no more.
        frame_limits: clang's back end warns of functions whose stack frames are larger than a limit.
    """

    llvm: int
    winner: Winner
    objective: Objective
    effort: Effort
    slimmable: bool
    outlinable: bool
    oz: Sizes = field(default_factory=Sizes)
    output: Sizes = field(default_factory=Sizes)
    oz_slim: int | None = None
    as_made: bool = False
    framed: bool = False
    oz_functions: dict[str, int] = field(default_factory=dict)
    vanished: frozenset[str] = frozenset()
    frame_limits: bool = False
    target: str = ""


@dataclass(frozen=True)
class Outcome:
    """The result in full; reports are made from it, and drivers use :meth:`emission`.

    Attributes:
        llvm: full version, such as ``22.1.8``.
        chooser: the name of the proposer that in fact proposed lists; ``none`` if nobody was asked.
        instructions: IR instructions of the input, of -Oz's module and of the output.
        oz: sizes of -Oz's object by section; zeros where the target cannot be measured. So for the output's.
        trials: pass lists tried on functions.
        remembered: pass lists that were not tried, because what they do to a function was known from earlier runs.
        seconds: by stage.
        fallbacks: reason (``smartopt.reasons``) to count.
        agreement: how many functions came out as they were tried (``same``) and how many not (``other``).
        attributes: function to the code generation attribute that it was given.
        frames: functions that were given a frame pointer.
        fault: an internal error of the search, empty where there was none.
        back_end: how a driver's back end made the object; None where no driver did, or it made it as clang does.
        frame_limits: clang's back end warns of functions whose stack frames are larger than a limit.
        target: the name of the target's settings of the back end; empty where there are none.
        reported_calls: it reports calls that are left in -Oz's module (the attributes ``error`` and ``warning``).
    """

    llvm: str
    engine: str
    chooser: str
    objective: Objective
    effort: Effort
    winner: Winner
    instructions: tuple[int, int, int]
    oz: Sizes
    output: Sizes
    functions: tuple[FunctionOutcome, ...]
    candidates: tuple[CandidateOutcome, ...]
    trials: int
    seconds: dict[str, float]
    fallbacks: dict[str, int]
    agreement: dict[str, int]
    slimmable: bool
    outlinable: bool
    attributes: dict[str, str]
    frames: tuple[str, ...]
    as_made: bool = False
    oz_slim: int | None = None
    fault: str = ""
    back_end: Configuration | None = None
    remembered: int = 0
    frame_limits: bool = False
    reported_calls: bool = False
    target: str = ""

    @property
    def emission(self) -> Emission:
        """How the back end may make the object."""
        rows = self.functions
        return Emission(
            llvm=int(self.llvm.partition(".")[0] or 0),
            winner=self.winner,
            objective=self.objective,
            effort=self.effort,
            slimmable=self.slimmable,
            outlinable=self.outlinable,
            oz=self.oz,
            output=self.output,
            oz_slim=self.oz_slim,
            as_made=self.as_made,
            framed=bool(self.frames),
            oz_functions={symbol_of(row.name): row.oz_bytes for row in rows},
            vanished=frozenset(
                symbol_of(row.name) for row in rows if row.oz_instructions and not row.output_instructions
            ),
            frame_limits=self.frame_limits,
            target=self.target,
        )

    def baseline_taken(self, reason: str) -> Outcome:
        """The outcome where -Oz's object is taken after all, for a counted ``reason``."""
        rows = [
            replace(
                row,
                output_instructions=row.oz_instructions,
                output_bytes=row.oz_bytes,
                passes="",
                source="oz",
                rank=0,
            )
            for row in self.functions
            if row.oz_instructions
        ]
        return replace(
            self,
            winner="oz",
            instructions=(self.instructions[0], self.instructions[1], self.instructions[1]),
            output=self.oz,
            functions=tuple(rows),
            fallbacks={**self.fallbacks, reason: self.fallbacks.get(reason, 0) + 1},
            frames=(),
            attributes={},
        )

    def recalled(self) -> Outcome:
        """The outcome of a run that remembered this one and did not search."""
        rows = tuple(replace(row, source="cache") for row in self.functions)
        seconds = dict.fromkeys((*self.seconds, "total"), 0.0)
        return replace(self, functions=rows, trials=0, remembered=0, seconds=seconds)
