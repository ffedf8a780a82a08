"""How the back end is run, as data that a cache holds, and as clang's flags."""

from __future__ import annotations

import json
from typing import Any

import pytest

from smartopt.codegen.configuration import OWN, PLAN, Configuration, ObjectChoice
from smartopt.codegen.outliner import OUTLINER_FLAGS
from smartopt.codegen.settings import slim_flags, variation_settings

SLIM = Configuration(slim=True)
BOTH = Configuration(slim=True, outlined=True)
CHOICES = [
    OWN,
    PLAN,
    ObjectChoice("own", BOTH),
    ObjectChoice("plan", SLIM),
    ObjectChoice("plan", Configuration(slim=True, variations=("lea", "no-machine-cse"))),
    ObjectChoice("plan", Configuration(outlined=True, in_place=("f", "g h\n\udc80"))),
]


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_choice_comes_back_from_json(choice: ObjectChoice) -> None:
    assert ObjectChoice.from_data(json.loads(json.dumps(choice.to_data()))) == choice


FORGED: dict[str, Any] = {
    "nothing": None,
    "text": "plan slim",
    "an object": {},
    "no configuration": ["plan"],
    "another source": ["other", [True, False, [], []]],
    "no flag": ["plan", [1, False, [], []]],
    "a field more": ["plan", [True, False, [], [], []]],
    "an unknown variation": ["plan", [True, False, ["-load=x"], []]],
    "a variation twice": ["plan", [True, False, ["lea", "lea"], []]],
    "a variation of settings that are off": ["plan", [False, True, ["lea"], []]],
    "a variation that is no name": ["plan", [True, False, [["lea"]], []]],
    "kept in place without an outliner": ["plan", [True, False, [], ["f"]]],
    "kept in place in clang's own module": ["own", [True, True, [], ["f"]]],
}


@pytest.mark.parametrize("data", FORGED.values(), ids=FORGED)
def test_data_that_no_choice_encodes_to_is_refused(data: object) -> None:
    assert ObjectChoice.from_data(data) is None


def test_what_is_allowed_now() -> None:
    assert OWN.configuration.within(Configuration())
    assert BOTH.within(BOTH)
    assert SLIM.within(BOTH)
    assert not BOTH.within(SLIM)
    assert not SLIM.within(Configuration(outlined=True))


@pytest.mark.parametrize("major", [19, 22])
def test_flags(major: int) -> None:
    assert OWN.flags(major) == ("-Qunused-arguments",)
    assert "-disable-llvm-passes" in PLAN.flags(major)
    assert ObjectChoice("plan", BOTH).flags(major) == (*PLAN.flags(major), *slim_flags(major), *OUTLINER_FLAGS)
    varied = Configuration(slim=True, variations=("lea",))
    assert varied.flags(major) == slim_flags(major, variation_settings(["lea"]))
    assert Configuration(outlined=True, in_place=("f",)).flags(major) == OUTLINER_FLAGS


def test_without_the_outliner_nothing_need_be_kept_in_place() -> None:
    configuration = Configuration(slim=True, outlined=True, variations=("lea",), in_place=("f",))
    assert configuration.not_outlined() == Configuration(slim=True, variations=("lea",))
    assert not SLIM.is_default
    assert Configuration(outlined=True).not_outlined().is_default
