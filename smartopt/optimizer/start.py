"""From options to a flow that can run: which workers, which proposer."""

from __future__ import annotations

import os
from collections import Counter
from functools import partial

from ..chooser.coreset import CoresetProposer
from ..chooser.proposer import Proposer
from ..errors import ModelError
from ..options import Options
from ..passes.trusted import Trusted
from .context import Context, Progress
from .engine_choice import Staff, hire
from .run import Flow
from .strategies import ARMS

__all__ = ["choose_proposer", "start"]


def start(options: Options, progress: Progress | None, staff: Staff | None = None) -> Flow:
    """A flow over workers without input (fresh ones, or ``staff``); the caller closes it.

    Raises ToolchainError or ModelError.
    """
    fallbacks: Counter[str] = Counter()
    staff = staff or hire(options)
    context = Context(
        crew=staff.crew,
        options=options,
        trusted=Trusted.load(staff.major),
        choose=partial(choose_proposer, options, staff.major, fallbacks, staff.engine),
        engine=staff.engine,
        arms=frozenset(name for name, arm in ARMS.items() if staff.engine == "libllvm" or arm.kind == "after"),
        progress=progress,
        fallbacks=fallbacks,
    )
    if options.model is not None:
        context.proposer  # noqa: B018 - whoever named a model hears at once where there is none
    return Flow(context)


def choose_proposer(options: Options, major: int, fallbacks: Counter[str], engine: str = "libllvm") -> Proposer:
    """The proposer that the options ask for: a model's folder, ``none`` for the ranked coreset, or the default.

    The default is the packaged forest, which costs about as much as one trial; the fast effort, which affords no more
    than one, does better without. Engines without inline replay show functions in
    another state than models were trained on; there the coreset proposes. A folder without a manifest is an error of
    whoever named it (ModelError); one that cannot be used is counted, and the ranked coreset proposes.
    """
    if options.model is None and engine == "libllvm" and options.effort != "fast":
        from ..chooser.forest import ForestProposer

        try:
            forest = ForestProposer.load(major)
            if forest.knows(options.objective):
                return forest
        except ModelError:
            fallbacks["model-refused"] += 1
    elif options.model not in (None, "none"):
        from ..chooser.runtime import ModelProposer

        try:
            return ModelProposer.load(options.model, major, fallbacks)
        except ModelError:
            if not os.path.isfile(os.path.join(options.model, "manifest.json")):
                raise
            fallbacks["model-refused"] += 1
    return CoresetProposer.load(major)
