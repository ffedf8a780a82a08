"""Nothing is trusted without a record, and the command says so."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from smartopt.codegen.attributes import ATTRIBUTES
from smartopt.codegen.settings import VARIATIONS, slim_settings
from smartopt.codegen.targets import TARGETS
from smartopt.lab.app import make_app
from smartopt.lab.trust.entries import Entry, entries, missing, validated
from smartopt.passes.generate_trusted import BY_RECORD
from smartopt.passes.trusted import Trusted

SLIM = {option for target in TARGETS for option, *_ in slim_settings(target.name)}
MAJORS = pytest.mark.parametrize("major", [22, 19])


@MAJORS
def test_everything_trusted_has_a_record(major: int) -> None:
    found = entries(major)
    assert missing(found) == []
    passes = {entry.name for entry in found if entry.kind == "pass" and entry.trusted}
    assert passes == set(Trusted.load(major).table.rows)
    named = {entry.name for entry in found if entry.trusted}
    assert {*VARIATIONS, *ATTRIBUTES} <= named
    assert {name.split("=")[0] for name in named} >= SLIM


def test_what_lacks_a_record_is_named() -> None:
    entry = Entry("pass", "new-pass", True, "nobody", "", "", ())
    assert missing([entry]) == ["pass new-pass"]


@MAJORS
def test_what_nobody_runs_has_earned_its_place(major: int) -> None:
    """Many pairs in which it changed something, none of them different."""
    counts = validated(major)
    least = {"lower-switch": 1000, "reg2mem": 1000, "break-crit-edges": 400}
    assert set(least) == set(BY_RECORD)
    for name, number in least.items():
        assert counts[name].different == 0
        assert counts[name].validated >= number


def test_the_command() -> None:
    def said(*words: str) -> str:
        done = CliRunner().invoke(make_app(["trust"]), ["trust", *words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    text = said("--issues")
    assert "loop-bound-split" in text
    assert "#207360" in text
    rows = {row["name"]: row for row in json.loads(said("--json"))}
    assert not rows["separate-const-offset-from-gep"]["trusted"]
    assert rows["reg2mem"]["origin"] == "nobody"
