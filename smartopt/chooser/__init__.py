"""Choosers of pass lists: the ranked coreset, and language models."""

from __future__ import annotations

from ..annotations import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .language_model import ModelProposer

__all__ = ["load_model"]


def load_model(folder: str | Path) -> ModelProposer:
    """The proposer of a model's folder, for the LLVM that the model was trained for. Raises ModelError."""
    from pathlib import Path

    from .language_model import ModelProposer
    from .manifest import Manifest

    return ModelProposer.load(folder, Manifest.read(Path(folder)).llvm)
