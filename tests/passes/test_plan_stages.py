"""What an LLVM calls the pipelines of the size levels."""

from __future__ import annotations

import pytest

from smartopt.passes.plan_stages import BASELINE, level_pipeline


@pytest.mark.parametrize(
    ("major", "level", "pipeline"),
    [
        (17, "Oz", BASELINE),
        (22, "Os", "default<Os>"),
        (22, "Oz", BASELINE),
        (23, "Oz", "default<O2>"),
        (24, "Os", "default<O2>"),
    ],
)
def test_each_version_has_its_names(major: int, level: str, pipeline: str) -> None:
    assert level_pipeline(major, level) == pipeline
