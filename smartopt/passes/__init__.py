"""Pass pipelines as text and trees, legal nesting, the trusted passes of each LLVM version, pass lists."""

from __future__ import annotations

from .nesting import Level, legalise, spell
from .passlist import PassList
from .pipeline import Node, Pipeline, parse
from .random_lists import random_list
from .trusted import Trusted

__all__ = ["Level", "Node", "PassList", "Pipeline", "Trusted", "legalise", "parse", "random_list", "spell"]
