"""The records: complete, well formed, and without a known fault that nothing follows from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from smartopt.passes.pipeline import Node
from smartopt.passes.trust_records import RecordError, read_records
from smartopt.passes.trusted import Trusted

GOOD: dict[str, Any] = {
    "kind": "pass",
    "name": "sroa",
    "read": "2026-11-29",
    "searched": ["sroa"],
    "issues": [
        {
            "number": 1,
            "title": "t",
            "state": "open",
            "versions": "all",
            "when": "always",
            "tried": {"19.1.7": "right", "22.1.8": "wrong"},
            "effect": "banned",
        }
    ],
    "because": "why",
}
SETTING: dict[str, Any] = {
    "kind": "slim",
    "name": "-x",
    "read": "2026-11-29",
    "searched": ["x"],
    "issues": [{"number": 1, "title": "t", "state": "closed", "when": "in 2026"}],
    "because": "why",
    "what": "does x",
    "where": "CodeGen/X.cpp",
    "default": "nobody's",
}


def test_every_trusted_pass_has_been_read_about(major: int) -> None:
    known = {name for kind, name in read_records() if kind == "pass"}
    assert sorted(set(Trusted.load(major).table.rows) - known) == []


def test_something_follows_from_every_fault_of_a_supported_version() -> None:
    idle = [
        f"{record.name}: {issue.number}"
        for record in read_records().values()
        for issue in record.issues
        if issue.effect == "none" and any(result == "wrong" for _, result in issue.tried)
    ]
    assert idle == []


def test_what_the_records_call_banned_is_banned(major: int) -> None:
    table = Trusted.load(major).table
    free = [
        record.name
        for record in read_records().values()
        if any(issue.effect == "banned" for issue in record.issues) and table.ban(Node(record.name)) is None
    ]
    assert free == []


def _change(**changes: Any) -> dict[str, Any]:
    return {**GOOD, **changes}


def _issue(**changes: Any) -> dict[str, Any]:
    return _change(issues=[{**GOOD["issues"][0], **changes}])


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({}, "no list of records"),
        (["sroa"], "sroa: a field is missing"),
        ([{"read": "2026-11-29"}], "None None: a field is missing"),
        ([_change(kind="passes")], "passes sroa: the kind is not"),
        ([_change(read="yesterday")], "sroa: 'yesterday' is no date"),
        ([_change(searched=[])], "sroa: no search"),
        ([_change(because="")], "sroa: no sentence"),
        ([{key: value for key, value in GOOD.items() if key != "issues"}], "sroa: a field is missing"),
        ([GOOD, GOOD], "sroa: two records"),
        ([GOOD, _change(name="licm")], "order of their kinds and names"),
        ([_change(issues=GOOD["issues"] * 2)], "sroa: the issues are not in order"),
        ([_issue(state="maybe")], "sroa: issue 1: the state is 'maybe'"),
        ([_issue(title="")], "sroa: issue 1: it has no title"),
        ([_issue(effect="")], "sroa: issue 1: the effect is ''"),
        ([_issue(tried={"22.1.8": "right"})], "sroa: issue 1: tried must name"),
        ([_issue(tried={"19.1.7": "fine", "22.1.8": "right"})], "sroa: issue 1: a result"),
        ([_issue(effect="restricted")], "sroa: issue 1: a restriction must"),
        ([_issue(restriction="all of it")], "sroa: issue 1: a restriction must"),
        ([_issue(colour="red")], "sroa: a field is missing or of the wrong kind"),
        ([{**SETTING, "default": ""}], "slim -x: it must say what it does"),
        ([{**SETTING, "issues": GOOD["issues"]}], "slim -x: issue 1: only a pass has an effect"),
        ([{**SETTING, "issues": [], "dropped": True}], "slim -x: it was dropped, and no issue"),
    ],
)
def test_malformed_records_are_refused(entries: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    with pytest.raises(RecordError, match=message):
        read_records(str(path))


def test_a_well_formed_record_is_read(tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    path.write_text(json.dumps([GOOD, SETTING]), encoding="utf-8")
    records = read_records(str(path))
    assert records["pass", "sroa"].issues[0].tried == (("19.1.7", "right"), ("22.1.8", "wrong"))
    assert (records["slim", "-x"].default, records["slim", "-x"].dropped) == ("nobody's", False)
    with pytest.raises(RecordError, match="cannot be read"):
        read_records(str(tmp_path / "none.json"))
