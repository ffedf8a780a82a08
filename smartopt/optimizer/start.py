"""From options to an optimisation that can run: which workers, which proposer."""

from __future__ import annotations

import os
from collections import Counter
from functools import partial

from ..chooser.coreset import CoresetProposer
from ..chooser.proposer import Proposer
from ..errors import ModelError
from ..options import EngineName, Options
from ..passes.trusted import Trusted
from .context import Context, Progress
from .engine_choice import EngineChoice, choose
from .run import Optimization
from .strategies import STRATEGIES

__all__ = ["choose_proposer", "start"]


def start(options: Options, progress: Progress | None, engine: EngineChoice | None = None) -> Optimization:
    """An optimisation without input, over a new pool or that of ``engine``; the caller closes it.

    Raises ToolchainError or ModelError.
    """
    fallbacks: Counter[str] = Counter()
    engine = engine or choose(options)
    replays = engine.engine == "libllvm"
    context = Context(
        pool=engine.pool,
        options=options,
        trusted=Trusted.load(engine.major),
        choose=partial(choose_proposer, options, engine.major, fallbacks, engine.engine),
        engine=engine.engine,
        strategies=frozenset(name for name, one in STRATEGIES.items() if replays or one.kind == "after"),
        progress=progress,
        fallbacks=fallbacks,
    )
    if options.model is not None:
        context.proposing.proposer  # noqa: B018 - whoever named a model hears at once where there is none
    return Optimization(context)


def choose_proposer(options: Options, major: int, fallbacks: Counter[str], engine: EngineName = "libllvm") -> Proposer:
    """The proposer that the options ask for: a model's folder, ``none`` for the ranked coreset, or the default.

    The default is the packaged forest, which costs about as much as one trial; the fast effort, which affords no more
    than one, does better without. Engines without inline replay show functions in another state than models were
    trained on; there the coreset proposes. A folder without a manifest is an error of whoever named it (ModelError);
    one that cannot be used is counted (``model-refused``), and the ranked coreset proposes.
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
