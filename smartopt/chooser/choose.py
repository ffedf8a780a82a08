"""Chooses the proposer of an optimisation: from its options, the LLVM version and the engine.

A new proposer implements ``proposer.Proposer`` and is named here.
"""

from __future__ import annotations

import os

from ..annotations import TYPE_CHECKING
from ..errors import ModelError
from ..options import Options
from .coreset import CoresetProposer
from .proposer import Proposer

if TYPE_CHECKING:
    from collections import Counter

__all__ = ["choose_proposer"]


def choose_proposer(
    options: Options, major: int, fallbacks: Counter[str], engine: str = "libllvm", target: str = ""
) -> Proposer:
    """The proposer that the options ask for: a model's folder, ``none`` for the ranked coreset, or the default.

    The default is the packaged line model, which costs about as much as one trial; effort fast tries no more than one
    list and does better without. Only libLLVM replays inlining: other engines show functions in another state than the
    model was trained on, so the coreset proposes there. A model that is damaged or made for another version is counted
    in ``fallbacks``, and the coreset proposes.

    Raises ModelError if a named file or folder holds no model, or one whose libraries are not installed: the caller
    asked for it, and can mend that. ``target`` names whose packaged lists and model are wanted; a target without any
    has x86-64's.
    """
    chosen: Proposer | None = None
    if options.model is None:
        if engine == "libllvm" and options.effort != "fast":
            chosen = _lines(options, major, fallbacks, target)
    elif options.model != "none":
        chosen = _model(options.model, major, fallbacks, target)
    return chosen or CoresetProposer.load(major, target)


def _lines(options: Options, major: int, fallbacks: Counter[str], target: str) -> Proposer | None:
    from .line_model import LineProposer

    try:
        found = LineProposer.load(major, target)
    except ModelError:
        fallbacks["model-refused"] += 1
        return None
    return found if found.knows(options.objective) else None


def _model(folder: str, major: int, fallbacks: Counter[str], target: str) -> Proposer | None:
    if os.path.isfile(folder):
        from .line_model import LineProposer

        return LineProposer.read(folder, major, target)
    from .language_model import ModelProposer
    from .manifest import MANIFEST

    try:
        model = ModelProposer.load(folder, major, fallbacks)
    except ModelError:
        if not os.path.isfile(os.path.join(folder, MANIFEST)):
            raise
        fallbacks["model-refused"] += 1
        return None
    model.require_libraries()
    return model
