"""Options: what is refused, and which of them take part in keys."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from smartopt.errors import UsageError
from smartopt.options import EFFORTS, ENGINES, LEVELS, OBJECTIVES, SELECTS, STAGES, Options


@pytest.mark.parametrize(
    "wrong",
    [
        {"objective": "speed"},
        {"effort": "extreme"},
        {"effort": ""},
        {"engine": "gcc"},
        {"level": "O2"},
        {"stands_for": "gcc"},
        {"stage": "assemble"},
        {"select": "worst"},
        {"jobs": 0},
        {"jobs": -2},
        {"search": -1},
    ],
)
def test_refused_in_one_line_that_says_what_may_be(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(UsageError, match=name) as caught:
        Options(**wrong)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2
    assert str(wrong[name]) in str(caught.value)


def test_every_choice_is_accepted() -> None:
    for name, choices in (
        ("objective", OBJECTIVES),
        ("effort", EFFORTS),
        ("engine", ENGINES),
        ("level", LEVELS),
        ("select", SELECTS),
    ):
        for choice in choices:
            assert getattr(Options(**{name: choice}), name) == choice
    assert [Options(stands_for="clang", stage=stage).stage for stage in STAGES] == ["compile", "link", "thin"]


def test_defaults_are_the_documented_ones() -> None:
    plain = Options()
    assert (plain.objective, plain.effort, plain.engine, plain.jobs) == ("size", "default", "auto", 1)
    assert (plain.llvm, plain.model, plain.level) == (None, None, "Oz")
    assert plain.forced_lists == ()
    assert plain.forced_fault is None
    assert not plain.allow_banned


def test_every_field_but_jobs_takes_part_in_keys() -> None:
    assert {f.name for f in fields(Options)} - set(Options().outcome_fields()) == {"jobs"}
    assert replace(Options(), jobs=7).outcome_fields() == Options().outcome_fields()
    changes: dict[str, Any] = {
        "objective": "instructions", "effort": "max", "engine": "opt", "llvm": "19", "model": "none", "level": "Os",
        "stands_for": "clang", "stage": "link", "slim": True, "outline": True, "frames": False, "llvm_options": ("-x",),
        "select": "plan", "search": 3, "forced_lists": ("sroa",), "forced_fault": "endless", "allow_banned": True,
    }  # fmt: skip
    assert set(changes) == set(Options().outcome_fields())
    for name, value in changes.items():
        plain = Options(stands_for="clang" if name == "stage" else "opt")
        assert replace(plain, **{name: value}).outcome_fields() != plain.outcome_fields()


def test_frozen() -> None:
    with pytest.raises(AttributeError):
        Options().jobs = 2  # type: ignore[misc]
