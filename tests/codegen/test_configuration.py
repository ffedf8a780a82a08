"""How the back end is run, as data that a cache holds, and as clang's flags."""

from __future__ import annotations

import json
from typing import Any

import pytest

from smartopt.codegen.configuration import OWN, PLAN, Configuration, ObjectChoice
from smartopt.codegen.outliner import NEVER_FLAGS, outliner_options
from smartopt.codegen.settings import slim_flags, variation_settings
from smartopt.codegen.targets import TARGETS, Target, target_named
from smartopt.records import replace

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
    "no target": ["plan", [True, False, [], []]],
    "an unknown target": ["plan", [True, False, [], [], "vax"]],
    "another source": ["other", [True, False, [], [], "x86_64"]],
    "no flag": ["plan", [1, False, [], [], "x86_64"]],
    "a field more": ["plan", [True, False, [], [], [], "x86_64"]],
    "an unknown variation": ["plan", [True, False, ["-load=x"], [], "x86_64"]],
    "a variation twice": ["plan", [True, False, ["lea", "lea"], [], "x86_64"]],
    "a variation of settings that are off": ["plan", [False, True, ["lea"], [], "x86_64"]],
    "a variation that is no name": ["plan", [True, False, [["lea"]], [], "x86_64"]],
    "kept in place without an outliner": ["plan", [True, False, [], ["f"], "x86_64"]],
    "kept in place in clang's own module": ["own", [True, True, [], ["f"], "x86_64"]],
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
    assert ObjectChoice("plan", BOTH).flags(major) == (*PLAN.flags(major), *slim_flags(major), *outlining(TARGETS[0]))
    varied = Configuration(slim=True, variations=("lea",))
    assert varied.flags(major) == slim_flags(major, variation_settings(["lea"]))
    assert Configuration(outlined=True, in_place=("f",)).flags(major) == outlining(TARGETS[0])


@pytest.mark.parametrize("name", ["aarch64", "arm", "arm-m", "riscv32", "riscv64"])
def test_flags_of_other_targets(name: str) -> None:
    target = target_named(name)
    assert target is not None
    slim, both = replace(SLIM, target=name), replace(BOTH, target=name)
    assert both.flags(22) == (*slim_flags(22, target=name), *outlining(target))
    never = NEVER_FLAGS if target.outlining == "default" else ()
    assert slim.flags(22) == (*slim_flags(22, target=name), *never)
    assert Configuration(target=name).flags(22) == ()
    assert not [flag for flag in both.flags(22) if "x86" in flag]


def outlining(target: Target) -> tuple[str, ...]:
    """Clang's flags for a target's outliner."""
    return tuple(flag for option in outliner_options(target) for flag in ("-mllvm", option))


def test_without_the_outliner_nothing_need_be_kept_in_place() -> None:
    configuration = Configuration(slim=True, outlined=True, variations=("lea",), in_place=("f",))
    assert configuration.not_outlined() == Configuration(slim=True, variations=("lea",))
    assert not SLIM.is_default
    assert Configuration(outlined=True).not_outlined().is_default
