"""The parts of the paper's evaluation, in the order in which they need each other.

A part is a function from a :class:`Study` to a JSON object. Each can be run alone (``smartopt-lab paper PART``), and
several run one after another in processes of their own, so that none inherits another's threads or memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from .study import Study

__all__ = ["PARTS", "Part"]


@dataclass(frozen=True)
class Part:
    """A part: ``function`` of ``module`` in this package; ``needs`` are the parts whose data it reads."""

    name: str
    about: str
    module: str
    function: str
    needs: tuple[str, ...] = ()

    def load(self) -> Callable[[Study], dict[str, Any]]:
        """Import the part's module, and with it what it needs of the lab's libraries."""
        found: Callable[[Study], dict[str, Any]] = getattr(
            import_module(f"smartopt.lab.paper.{self.module}"), self.function
        )
        return found


PARTS = {
    part.name: part
    for part in (
        Part("functions", "Tables I and II: the functions, before and after -Oz", "functions", "collect"),
        Part(
            "autotuner",
            "section III-B: random search, minimisation, broadcast",
            "autotuner",
            "autotune",
            ("functions",),
        ),
        Part(
            "choosers",
            "Tables III and IV: the product's forest and model",
            "choosers",
            "measure_choosers",
            ("functions",),
        ),
        Part("autophase", "Tables III and IV: AutoPhase", "autophase", "train_and_test", ("functions",)),
        Part("nvp", "Tables III and IV: Coreset-NVP", "nvp", "train_and_test", ("autotuner",)),
        Part(
            "model",
            "Figures 2 and 6, Tables III to V: the paper's model",
            "main_model",
            "train_and_test",
            ("autotuner",),
        ),
        Part("breakdown", "Figures 3 to 5: passes, sources, sizes", "breakdown", "break_down", ("model",)),
        Part("ablations", "Table VI and Figure 8: less data, no code", "ablations", "ablate", ("model",)),
        Part(
            "translation",
            "section V-C, Figure 7: single passes by the model",
            "translation",
            "translate",
            ("functions",),
        ),
        Part("context", "section VI-A: longer contexts", "context", "measure_context", ("model",)),
        Part("arithmetic", "section VI-B: a curriculum, and tools", "arithmetic", "teach_arithmetic", ("model",)),
        Part("inference", "section VI-C: batching and quantisation", "inference", "measure_inference", ("model",)),
        Part("sequences", "section VI-C: pass sub-sequences as tokens", "sequences", "measure_sequences", ("model",)),
        Part(
            "active",
            "section V-C: more examples of difficult passes",
            "active_learning",
            "learn_actively",
            ("translation",),
        ),
        Part("speed", "a second objective: executed instructions", "speed", "tune_for_speed", ("functions",)),
    )
}
