"""Checks one pair: a function before and after a pass list, on inputs drawn at random.

The verdict says how many inputs told something: inputs on which the function before has undefined behaviour, or does
not end within its steps, allow anything and tell nothing. A pair is ``validated`` only if enough of them did.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from .inputs import draw_arguments, edge_inputs
from .ir import Function, Module
from .machine import Program
from .proof import available, prove
from .refine import difference
from .run import Outcome, Run
from .types import Unsupported
from .world import World

__all__ = ["ENOUGH", "PROVES", "Settings", "Subject", "Verdict"]

ENOUGH = 4
"""Inputs that must have told something before a pair counts as validated."""


PROVES = available()
"""Whether pairs are also proved, where they can be."""

_DRAWS = 6
"""Inputs are drawn so many times over; those that take a new edge, or meet a comparison at its edge, are kept first."""

_QUIET = 50
"""After so many inputs in a row that met nothing new, no more are drawn."""

_NEW_NUMBERS = 6
"""So many of the numbers that only the version after has are tried, each with its neighbours on each parameter."""


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
    proved: bool = False
    """Whether Z3 proved it for all inputs."""


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
    _program: Program | None = None
    _numbers: list[int] = field(default_factory=list)
    _extra: dict[tuple[int, int], _Trial | None] = field(default_factory=dict)
    _notes: dict[str, int] = field(default_factory=dict)

    def trials(self) -> list[_Trial]:
        """The inputs on which the run is defined and ends. Raises Unsupported."""
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
        if "presplitcoroutine" in self.function.attributes:
            raise Unsupported("coroutine")
        self._program = program = Program(self.module, self.function)
        self._edges = program.edges
        self._numbers = sorted(program.numbers)
        found: list[_Trial] = []
        covered: set[Any] = set()
        spare: list[_Trial] = []
        quiet = 0
        edges = edge_inputs(self.function, self._numbers)
        random.Random(self.settings.seed).shuffle(edges)
        most = _DRAWS * self.settings.inputs
        for number in range(max(most, min(2 * len(edges), 3 * most))):
            trial = self._draw(number, edges[number // 2 % len(edges)] if number % 2 and edges else None)
            if trial is None:
                if not found and number >= self.settings.inputs:
                    break  # hardly any input tells something
                continue
            run = trial.outcome.run
            assert run is not None
            new = (run.covered | run.visited | {trial.outcome.ending}) - covered
            covered |= new
            (found if new else spare).append(trial)
            quiet = 0 if new else quiet + 1
            if quiet >= _QUIET and len(found) + len(spare) >= self.settings.inputs:
                break
            if len(found) >= 3 * self.settings.inputs:
                break
        # What is new is kept beyond the number asked for: a switch has more cases than that.
        return [*found, *spare[: max(0, self.settings.inputs - len(found))]]

    def _draw(self, number: int, edge: tuple[int, int] | None) -> _Trial | None:
        """The trial of one input; None if it tells nothing."""
        assert self._program is not None
        aliases = "!tbaa" not in self.function.text and number % 2 == 0
        world = World(f"{self.settings.seed}/{number}", self._numbers, aliases)
        arguments = draw_arguments(world, self.module, self.function, aliases, edge)
        run = Run(self.module, world, None, self.settings.steps)
        outcome = self._program.run(run, list(arguments))
        note = outcome.detail or outcome.ending if outcome.ending in ("ub", "budget") else ""
        if outcome.ending == "return" and outcome.value is None and not run.events and not run.memory.written:
            note = "result is poison"
        if note:
            self._notes[note] = self._notes.get(note, 0) + 1
            return None
        return _Trial(world, arguments, outcome, self.settings.steps - run.budget)

    def _at_new_numbers(self, after: Program) -> list[_Trial]:
        """Inputs at numbers with which only the version after compares: a bound that it got wrong, say."""
        new = sorted(after.numbers - set(self._numbers))[:_NEW_NUMBERS]
        found = []
        for edge in edge_inputs(self.function, new):
            if edge not in self._extra:
                self._extra[edge] = self._draw(1_000_001 + 2 * (64 * edge[1] + edge[0]), edge)
            trial = self._extra[edge]
            if trial is not None:
                found.append(trial)
        return found

    def compare(self, module: Module) -> Verdict:
        """Judge another version of the function."""
        try:
            trials = self.trials()
            after = Program(module, module.functions[self.function.name], self.module)
            taken: set[Any] = set()
            trials = [*trials, *self._at_new_numbers(after)]
            for number, trial in enumerate(trials):
                found = self._one(trial, after, module, number)
                if found is not None:
                    return Verdict(*found, inputs=len(trials))
                assert trial.outcome.run is not None
                taken |= trial.outcome.run.visited
        except Unsupported as error:
            return Verdict("undecided", str(error))
        proof = prove(module, self.function, module.functions[self.function.name], self.module) if PROVES else None
        if proof is False:
            return Verdict("different", "Z3 has an input on which it is", inputs=len(trials))
        if len(trials) < ENOUGH and not proof:
            notes = max(self._notes, key=lambda note: self._notes[note], default="")
            return Verdict("undecided", f"too few inputs: {notes}", len(trials))
        return Verdict("validated", "", len(trials), len(taken), self._edges, bool(proof))

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
