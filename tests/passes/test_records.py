"""The records: complete, well formed, and without a known fault that nothing follows from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from smartopt.passes import Node, Trusted
from smartopt.passes.records import RecordError, read_records

GOOD: dict[str, Any] = {
    "pass": "sroa",
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
    "simple": "why",
}


def test_every_trusted_pass_has_been_read_about(major: int) -> None:
    records = read_records()
    assert sorted(set(Trusted.load(major).table.rows) - set(records)) == []


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
        ([{"read": "2026-11-29"}], "names no pass"),
        ([_change(read="yesterday")], "sroa: 'yesterday' is no date"),
        ([_change(searched=[])], "sroa: no search"),
        ([_change(simple="")], "sroa: no sentence"),
        ([{key: value for key, value in GOOD.items() if key != "issues"}], "sroa: a field is missing"),
        ([GOOD, GOOD], "sroa: two records"),
        ([GOOD, _change(**{"pass": "licm"})], "order of their names"),
        ([_change(issues=GOOD["issues"] * 2)], "sroa: the issues are not in order"),
        ([_issue(state="maybe")], "sroa: issue 1: the state is 'maybe'"),
        ([_issue(effect="")], "sroa: issue 1: the effect is ''"),
        ([_issue(tried={"22.1.8": "right"})], "sroa: issue 1: tried must name"),
        ([_issue(tried={"19.1.7": "fine", "22.1.8": "right"})], "sroa: issue 1: a result"),
        ([_issue(effect="restricted")], "sroa: issue 1: a restriction is said"),
        ([_issue(restriction="all of it")], "sroa: issue 1: a restriction is said"),
        ([_issue(colour="red")], "sroa: a field is missing or of the wrong kind"),
    ],
)
def test_malformed_records_are_refused(entries: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    with pytest.raises(RecordError, match=message):
        read_records(str(path))


def test_a_well_formed_record_is_read(tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    path.write_text(json.dumps([GOOD]), encoding="utf-8")
    [record] = read_records(str(path)).values()
    assert (record.name, record.issues[0].tried) == ("sroa", (("19.1.7", "right"), ("22.1.8", "wrong")))
    with pytest.raises(RecordError, match="cannot be read"):
        read_records(str(tmp_path / "none.json"))
