"""What each approach chose for each test function, kept for the figures that break gains down (Figures 3 to 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .arms import PassNames
from .counts import Choice
from .functions import Sample
from .study import Study, read_json, write_json

__all__ = ["keep_choices", "kept_choices"]


def keep_choices(
    study: Study,
    arm: str,
    approach: str,
    samples: Sequence[Sample],
    chosen: Sequence[Choice],
    lists: Sequence[PassNames] | None = None,
) -> None:
    """Store choices by hash, with their lists where the approach has some."""
    rows = {
        sample.hash: {
            "instructions": choice.instructions,
            "bytes": choice.bytes,
            "is_oz": choice.is_oz,
            "passes": None if lists is None else list(lists[number]),
        }
        for number, (sample, choice) in enumerate(zip(samples, chosen, strict=True))
    }
    write_json(study.data_path(f"choices-{arm}-{approach}.json"), rows)


def kept_choices(study: Study, arm: str, approach: str) -> dict[str, dict[str, Any]] | None:
    """By hash; None where the approach has not run."""
    path = study.data_path(f"choices-{arm}-{approach}.json")
    return read_json(path) if path.exists() else None
