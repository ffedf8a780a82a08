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
        Part("autotuner", "section III-B: random search, minimisation, broadcast", "autotuner", "autotune", ("functions",)),
    )
}
