"""Outcomes: how they are emitted, and what they become where -Oz's object is taken or a decision is recalled."""

from __future__ import annotations

import pytest

from smartopt.codegen.configuration import Configuration
from smartopt.objfile.sizes import Sizes
from smartopt.optimizer.outcome import CandidateOutcome, Emission, FunctionOutcome, Outcome
from smartopt.optimizer.report import make_report
from smartopt.records import replace
from tests.optimizer.support import PROGRAMS, bitcode, optimised

OZ, OUTPUT = Sizes(60, 10, 30, 4), Sizes(40, 10, 20, 4)
OUTCOME = Outcome(
    llvm="22.1.8",
    engine="libllvm",
    chooser="coreset-22",
    objective="size",
    effort="default",
    winner="plan",
    instructions=(20, 12, 8),
    oz=OZ,
    output=OUTPUT,
    functions=(
        FunctionOutcome("f", 12, 7, 5, 50, 40, "sroa", "coreset", 2),
        FunctionOutcome("\1gone", 5, 5, 0, 40, 0, "replay", "oz", 0),
        FunctionOutcome("made", 0, 0, 3, 0, 20, "gvn", "model", 1),
    ),
    candidates=(CandidateOutcome("oz", "default<Oz>", 12, OZ), CandidateOutcome("plan", "replay", 8, Sizes())),
    trials=9,
    seconds={"baseline": 0.12345, "try": 1.0, "total": 2.0},
    fallbacks={"trial-crash": 2},
    agreement={"same": 3},
    slimmable=True,
    outlinable=True,
    attributes={"f": "no-minsize"},
    frames=("f",),
)


def test_emission() -> None:
    assert OUTCOME.emission == Emission(
        llvm=22,
        winner="plan",
        objective="size",
        effort="default",
        slimmable=True,
        outlinable=True,
        oz=OZ,
        output=OUTPUT,
        oz_slim=None,
        as_made=False,
        framed=True,
        oz_functions={"f": 50, "gone": 40, "made": 0},
        vanished=frozenset({"gone"}),
    )
    other = replace(OUTCOME, llvm="", frames=(), oz_slim=99, as_made=True, slimmable=False, winner="oz").emission
    assert (other.llvm, other.framed, other.oz_slim, other.as_made) == (0, False, 99, True)
    assert (other.slimmable, other.outlinable, other.winner) == (False, True, "oz")


def test_what_became_of_the_object_changes_no_emission() -> None:
    assert (
        replace(OUTCOME, back_end=Configuration(True, True, ("x",)), trials=0, seconds={}).emission == OUTCOME.emission
    )


def test_taking_the_baseline() -> None:
    taken = OUTCOME.baseline_taken("size-larger")
    assert taken.winner == "oz"
    assert taken.instructions == (20, 12, 12)
    assert taken.output == taken.oz == OZ
    assert taken.frames == ()
    assert taken.functions == (
        FunctionOutcome("f", 12, 7, 7, 50, 50, "", "oz", 0),
        FunctionOutcome("\1gone", 5, 5, 5, 40, 40, "", "oz", 0),
    )
    assert taken.fallbacks == {"trial-crash": 2, "size-larger": 1}
    assert taken.baseline_taken("size-larger").fallbacks == {"trial-crash": 2, "size-larger": 2}
    assert OUTCOME.fallbacks == {"trial-crash": 2}, "an outcome does not change"
    assert (taken.candidates, taken.trials) == (OUTCOME.candidates, OUTCOME.trials)
    emission = taken.emission
    assert (emission.winner, emission.framed, emission.vanished) == ("oz", False, frozenset())
    assert emission.output == emission.oz


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_real_baseline_that_is_taken_adds_up(program: str) -> None:
    outcome = optimised(bitcode(program), effort="default").outcome
    assert outcome.winner != "oz"
    taken = outcome.baseline_taken("size-larger")
    oz = optimised(bitcode(program), select="baseline").outcome
    rows = [(row.name, row.oz_instructions, row.oz_bytes) for row in oz.functions if row.oz_instructions]
    assert [(row.name, row.output_instructions, row.output_bytes) for row in taken.functions] == rows
    assert (taken.instructions[2], taken.output) == (oz.instructions[2], oz.output)


def test_recalling() -> None:
    recalled = OUTCOME.recalled()
    assert recalled.trials == 0
    assert recalled.seconds == {"baseline": 0.0, "try": 0.0, "total": 0.0}
    assert {row.source for row in recalled.functions} == {"cache"}
    assert [replace(row, source="") for row in recalled.functions] == [
        replace(row, source="") for row in OUTCOME.functions
    ]
    assert recalled.emission == OUTCOME.emission
    changed = {"functions", "trials", "seconds"}
    before, after = make_report(OUTCOME), make_report(recalled)
    assert {name for name in before if before[name] != after[name]} == changed
    assert recalled.recalled() == recalled
