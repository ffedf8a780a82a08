"""Asks the proposer for pass lists, once for each function, and remembers what it answered.

The proposer may be asked before its answer is needed, while a worker is busy; it then answers for all functions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from ..chooser.coreset import CoresetProposer
from ..chooser.proposer import FunctionView, Proposal, Proposer
from ..options import Objective, Options
from ..worker.protocol import FunctionLines
from .budget import EFFORTS, LONGEST, MOST, trial_cost

__all__ = ["Proposing"]


class Proposing:
    """The proposer of one optimisation, loaded when it is first wanted, which a remembered decision does not."""

    def __init__(
        self,
        choose: Callable[[str], Proposer],
        options: Options,
        major: int,
        worth: Callable[[], float],
        target: Callable[[], str],
    ) -> None:
        """Prepare to ask.

        Args:
            choose: loads the proposer for the lists of a target.
            options: the objective, the effort, and whether the user named a model.
            major: LLVM's version.
            worth: what a trial must be expected to save for each instruction that it costs.
            target: the name of the module's lists (``codegen.targets``), once the module is known.
        """
        self._choose, self._options, self._major, self._worth = choose, options, major, worth
        self._target = target
        self._answers: dict[tuple[str, FunctionView, int], list[Proposal]] = {}
        self._sources: set[str] = set()

    @cached_property
    def proposer(self) -> Proposer:
        """Who proposes lists."""
        return self._choose(self._target())

    @cached_property
    def coreset(self) -> CoresetProposer:
        """The proposer that needs to see nothing of a function."""
        return CoresetProposer.load(self._major, self._target())

    @property
    def name(self) -> str:
        """The name of who proposed lists in fact: a model that left every function to the coreset did not."""
        if not self._sources:
            return "none"
        return self.coreset.name if self._sources == {"coreset"} else self.proposer.name

    @property
    def probably_wants_lines(self) -> bool:
        """Whether the proposer will most likely want lines, as far as can be told before it is loaded."""
        return self._options.model is None and self._options.effort != "fast"

    def views(self, lines: FunctionLines) -> list[FunctionView]:
        """What a proposer that wants lines sees."""
        worth = self._worth()
        return [
            FunctionView(name, instructions, "", text, worth * trial_cost(instructions))
            for name, (text, instructions) in lines.items()
        ]

    def ask_early(self, lines: FunctionLines | None) -> None:
        """Ask before the answer is needed, for all functions. An internal error shows when the answer is needed."""
        try:
            if lines and self.proposer.wants_lines:
                rounds = EFFORTS[self._options.effort].rounds
                self.ask(self.proposer, self.views(lines), min(MOST, LONGEST * rounds))
        except Exception:
            self._answers.clear()

    def ask(self, proposer: Proposer, views: list[FunctionView], count: int) -> list[list[Proposal]]:
        """What a proposer proposes for each function, at most ``count`` lists; it is asked once."""
        answers, name = self._answers, proposer.name
        missing = [view for view in views if (name, view, count) not in answers]
        if missing:
            objective: Objective = self._options.objective
            found = proposer.propose(missing, objective, count)
            answers.update(((name, view, count), lists) for view, lists in zip(missing, found, strict=True))
            self._sources.update(proposal.source for lists in found for proposal in lists)
        return [answers[name, view, count] for view in views]
