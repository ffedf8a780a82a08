"""Checks one pair: a function before and after a pass list, on inputs drawn at random.

The verdict says how many inputs told something: inputs on which the function before has undefined behaviour, or does
not end within its steps, allow anything and tell nothing. A pair is ``validated`` only if enough of them did.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from .inputs import draw_arguments, edge_inputs
from .machine import Outcome, Program, Run
from .reader import Function, Module
from .refine import difference
from .types import Unsupported
from .world import World

__all__ = ["ENOUGH", "Settings", "Subject", "Verdict"]

ENOUGH = 4
"""Inputs that must have told something before a pair counts as validated."""


_DRAWS = 6
"""Inputs are drawn so many times over; those that take a new edge, or meet a comparison at its edge, are kept first."""

_QUIET = 50
"""After so many inputs in a row that met nothing new, no more are drawn."""


@dataclass(frozen=True)
class Settings:
    """So many ``inputs`` are kept of those that are drawn for a function, runs take at most ``steps`` instructions."""

    inputs: int = 20
    steps: int = 3_000
    seed: int = 1


@dataclass
class Verdict:
    """``outcome`` is validated, undecided or different; ``detail`` says why, ``inputs`` how many told something."""

    outcome: str
    detail: str = ""
    inputs: int = 0
    taken: int = 0
    """Control-flow edges of the version before that these inputs took ..."""
    edges: int = 0
    """... of so many."""


@dataclass
class _Trial:
    """One input: its world as the version before left it, and what came of it there."""

    world: World
    arguments: list[Any]
    outcome: Outcome
    steps: int


@dataclass
class Subject:
    """One function as it was before. What it does on the inputs is found once and compared with many versions."""

    module: Module
    function: Function
    settings: Settings
    _trials: list[_Trial] | None = None
    _problem: str = ""
    _edges: int = 0
    _notes: dict[str, int] = field(default_factory=dict)

    def trials(self) -> list[_Trial]:
        """The inputs that tell something. Raises Unsupported."""
        if self._problem:
            raise Unsupported(self._problem)
        if self._trials is None:
            try:
                self._trials = self._run()
            except Unsupported as error:
                self._problem = str(error)
                raise
        return self._trials

    def _run(self) -> list[_Trial]:
        program = Program(self.module, self.function)
        if "presplitcoroutine" in self.function.attributes:
            raise Unsupported("coroutine")
        self._edges = program.edges
        numbers = sorted(program.numbers)
        typed = "!tbaa" in self.function.text
        found: list[_Trial] = []
        covered: set[Any] = set()
        spare: list[_Trial] = []
        quiet = 0
        edges = edge_inputs(self.function, numbers)
        random.Random(self.settings.seed).shuffle(edges)
        most = _DRAWS * self.settings.inputs
        for number in range(max(most, min(2 * len(edges), 3 * most))):
            aliases = not typed and number % 2 == 0
            edge = edges[number // 2 % len(edges)] if number % 2 and edges else None
            world = World(f"{self.settings.seed}/{number}", numbers, aliases)
            arguments = draw_arguments(world, self.module, self.function, aliases, edge)
            run = Run(self.module, world, None, self.settings.steps)
            outcome = program.run(run, list(arguments))
            if outcome.ending in ("ub", "budget"):
                note = outcome.detail or outcome.ending
                self._notes[note] = self._notes.get(note, 0) + 1
                if not found and number >= self.settings.inputs:
                    break  # hardly any input tells something
                continue
            if outcome.ending == "return" and outcome.value is None and not run.events and not run.memory.written:
                self._notes["result is poison"] = self._notes.get("result is poison", 0) + 1
                continue
            trial = _Trial(world, arguments, outcome, self.settings.steps - run.budget)
            new = (run.covered | run.visited | {outcome.ending}) - covered
            covered |= new
            (found if new else spare).append(trial)
            quiet = 0 if new else quiet + 1
            if quiet >= _QUIET and len(found) + len(spare) >= self.settings.inputs:
                break
            if len(found) >= 3 * self.settings.inputs:
                break
        # What is new is kept beyond the number asked for: a switch has more cases than that.
        return [*found, *spare[: max(0, self.settings.inputs - len(found))]]

    def compare(self, module: Module) -> Verdict:
        """The verdict on another version of the function."""
        try:
            trials = self.trials()
            after = Program(module, module.functions[self.function.name], self.module)
            taken: set[Any] = set()
            for number, trial in enumerate(trials):
                found = self._one(trial, after, module, number)
                if found is not None:
                    return Verdict(*found, inputs=len(trials))
                assert trial.outcome.run is not None
                taken |= trial.outcome.run.visited
        except Unsupported as error:
            return Verdict("undecided", str(error))
        if len(trials) < ENOUGH:
            notes = max(self._notes, key=lambda note: self._notes[note], default="")
            return Verdict("undecided", f"too few inputs: {notes}", len(trials))
        return Verdict("validated", "", len(trials), len(taken), self._edges)

    def _one(self, trial: _Trial, after: Program, module: Module, number: int) -> tuple[str, str] | None:
        world = trial.world.fork()
        fill = random.Random(f"{self.settings.seed}/{number}/fill")
        run = Run(module, world, fill, 20 * trial.steps + 4000)
        outcome = after.run(run, list(trial.arguments))
        found = difference(trial.outcome, outcome)
        if not found:
            return None
        assert trial.outcome.run is not None
        doubts = trial.outcome.run.doubts | run.doubts
        if trial.outcome.run.memory.nan_bits or run.memory.nan_bits:
            doubts.add("bits of a NaN")
        if doubts:
            return "undecided", "; ".join(sorted(doubts))
        return "different", f"input {number} {trial.arguments}: {found}"
