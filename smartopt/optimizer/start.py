"""From options to an optimisation that can run: which workers, which proposer."""

from __future__ import annotations

from collections import Counter
from functools import partial

from ..chooser.choose import choose_proposer
from ..options import Options
from ..passes.trusted import Trusted
from .context import Context, Progress
from .engine_choice import EngineChoice, choose
from .run import Optimization
from .strategies import STRATEGIES

__all__ = ["start"]


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
        context.proposing.proposer  # noqa: B018 - report a missing model at once if the user named one
    return Optimization(context)
