"""The gate through which every pass list goes: it runs only if it is trusted and this LLVM takes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..errors import EngineError, PipelineError
from ..options import Options
from ..passes.passlist import PassList, function_pipeline
from ..passes.trusted import Trusted
from ..worker.pool import Pool
from ..worker.protocol import SupportedPipelines

__all__ = ["Legality"]


class Legality:
    """Turns pass lists as people write them into function-level pipelines that may run, or refuses them, counted."""

    def __init__(self, pool: Pool, trusted: Trusted, options: Options, fallbacks: Counter[str]) -> None:
        self._pool, self._trusted, self._options, self._fallbacks = pool, trusted, options, fallbacks
        self._known: dict[str, str | None] = {}

    def pipeline(self, passes: str) -> str | None:
        """The pipeline of a list; None if it may not be used here (``list-untrusted`` or ``list-refused``)."""
        if passes not in self._known:
            self._known[passes] = self._checked(passes)
        return self._known[passes]

    def check_all(self, texts: Iterable[str]) -> None:
        """Ask the worker about many lists at once; what that does not answer is asked for one by one."""
        wanted: dict[str, str] = {}
        for passes in dict.fromkeys(texts):
            if passes and passes not in self._known and not self._options.forced_fault:
                try:
                    wanted[passes] = self._trusted_pipeline(passes)
                except PipelineError:
                    continue
        try:
            found = self._pool.ask(SupportedPipelines(list(wanted.values()))) if wanted else []
        except EngineError:
            return
        self._known.update(
            (text, pipeline) for text, pipeline in zip(wanted, found, strict=True) if pipeline is not None
        )

    def define(self, passes: str, pipeline: str | None) -> None:
        """Register the pipeline of a list's display text on this engine."""
        self._known[passes] = pipeline

    def replayable(self, lists: dict[str, str]) -> dict[str, str]:
        """Remembered lists as they may be run: passes that must not share a loop adaptor are separated, wherever the
        list came from.

        Raises PipelineError for what is not trusted.
        """
        texts = set(lists.values()) - {""}
        runnable = {text: self._trusted.runnable(text, level="function") for text in texts}
        return {name: runnable.get(text, "") for name, text in lists.items()}

    def _trusted_pipeline(self, passes: str) -> str:
        if self._options.allow_banned:
            return PassList.parse(passes).function_pipeline(self._trusted, allow_banned=True)
        return function_pipeline(passes, self._trusted)

    def _checked(self, passes: str) -> str | None:
        if not passes:
            return ""
        if self._options.forced_fault:
            return passes
        try:
            pipeline = self._trusted_pipeline(passes)
        except PipelineError:
            self._fallbacks["list-untrusted"] += 1
            return None
        try:
            supported = self._pool.ask(SupportedPipelines([pipeline]))[0]
        except EngineError:
            supported = None
        if supported is None:
            self._fallbacks["list-refused"] += 1
        return supported
