"""The report: its fields, each made from the outcome, and figures that add up."""

from __future__ import annotations

import json
import re
from typing import Any

from smartopt import __version__
from smartopt.codegen.configuration import Configuration
from smartopt.llvm.printed_ir import count_instructions
from smartopt.optimizer.report import make_report
from smartopt.options import EFFORTS
from smartopt.passes.passlist import PassList
from smartopt.passes.trusted import Trusted
from smartopt.reasons import REASONS
from smartopt.records import replace
from tests.optimizer.support import OTHERS, PROGRAMS, bitcode, case, optimised, text_of
from tests.optimizer.test_outcome import OUTCOME

ALWAYS = {
    "schema",
    "smartopt",
    "llvm",
    "engine",
    "model",
    "objective",
    "effort",
    "instructions",
    "bytes",
    "winner",
    "functions",
    "candidates",
    "trials",
    "remembered",
    "seconds",
    "fallbacks",
    "agreement",
    "outlinable",
    "slimmable",
    "touches",
    "frames",
}
"""What every report has (smartopt/optimizer/REPORT.md)."""


def reports() -> list[dict[str, Any]]:
    found = [optimised(bitcode(source), effort=effort).report for source in PROGRAMS for effort in EFFORTS]
    found += [optimised(bitcode(source), engine=engine).report for engine, source in OTHERS]
    found += [optimised(case(name)).report for name in ("no_functions", "target_unknown", "coroutines", "optnone")]
    return [*found, optimised(bitcode("words.c", major=19), llvm="19").report]


def test_the_report_has_its_fields() -> None:
    for report in reports():
        assert set(report) == ALWAYS
        assert json.loads(json.dumps(report)) == report
        assert report["schema"] == 1
        assert report["smartopt"] == __version__
        assert re.fullmatch(r"(22|19)\.\d+\.\d+", report["llvm"])
        assert re.fullmatch(r"(coreset|lines)-\d+|none", report["model"])
        assert set(report["instructions"]) == {"input", "oz", "output"}
        assert set(report["bytes"]) == {"oz", "output"}
        assert report["winner"] in ("plan", "module", "oz")
        assert set(report["seconds"]) == {"baseline", "propose", "try", "compose", "total"}
        assert all(value >= 0 for value in report["seconds"].values())
        assert sum(report["seconds"].values()) <= 2 * report["seconds"]["total"] + 0.01
        assert report["fallbacks"].keys() <= REASONS.keys()
        assert all(count > 0 for count in report["fallbacks"].values())
        for row in report["functions"]:
            assert set(row) == {"name", "instructions", "bytes", "passes", "source", "rank"}
            assert set(row["instructions"]) == {"input", "oz", "output"}
            assert set(row["bytes"]) == {"oz", "output"}
            assert row["source"] in ("model", "coreset", "search", "oz", "cache")


def test_the_report_adds_up() -> None:
    for report in reports():
        rows = report["functions"]
        assert len({row["name"] for row in rows}) == len(rows)
        for which in ("oz", "output"):
            assert sum(row["instructions"][which] for row in rows) == report["instructions"][which]
            sections = report["bytes"][which]
            assert sections["total"] == sum(sections[key] for key in ("text", "rodata", "eh_frame", "data"))
            assert sum(row["bytes"][which] for row in rows) <= sections["total"]
        assert sum(row["instructions"]["input"] for row in rows) <= report["instructions"]["input"]


def test_the_report_tells_what_the_output_holds() -> None:
    """Instructions are counted as opt's own statistics do, name by name."""
    for source in PROGRAMS:
        result = optimised(bitcode(source))
        counted = count_instructions(text_of(result.data))
        rows = {row["name"]: row["instructions"]["output"] for row in result.report["functions"]}
        assert {name: count for name, count in rows.items() if count} == counted


def test_a_report_of_a_plan_names_lists_that_are_trusted() -> None:
    trusted = Trusted.load(22)
    report = optimised(bitcode("shapes.cpp"), select="plan").report
    sources = set()
    for row in report["functions"]:
        if row["instructions"]["output"]:
            PassList.parse(row["passes"]).function_pipeline(trusted)
            sources.add(row["source"])
    assert "coreset" in sources


def test_every_field_is_made_from_the_outcome() -> None:
    outcome = replace(
        OUTCOME,
        remembered=4,
        as_made=True,
        oz_slim=95,
        fault="ValueError: x",
        back_end=Configuration(True, True, ("lea",)),
    )
    zero = {"text": 0, "rodata": 0, "eh_frame": 0, "data": 0, "total": 0}
    assert make_report(outcome) == {
        "schema": 1,
        "smartopt": __version__,
        "llvm": "22.1.8",
        "engine": "libllvm",
        "model": "coreset-22",
        "objective": "size",
        "effort": "default",
        "instructions": {"input": 20, "oz": 12, "output": 8},
        "bytes": {
            "oz": {"text": 60, "rodata": 10, "eh_frame": 30, "data": 4, "total": 104},
            "output": {"text": 40, "rodata": 10, "eh_frame": 20, "data": 4, "total": 74},
        },
        "winner": "plan",
        "functions": [
            {
                "name": "f",
                "instructions": {"input": 12, "oz": 7, "output": 5},
                "bytes": {"oz": 50, "output": 40},
                "passes": "sroa",
                "source": "coreset",
                "rank": 2,
            },
            {
                "name": "\1gone",
                "instructions": {"input": 5, "oz": 5, "output": 0},
                "bytes": {"oz": 40, "output": 0},
                "passes": "replay",
                "source": "oz",
                "rank": 0,
            },
            {
                "name": "made",
                "instructions": {"input": 0, "oz": 0, "output": 3},
                "bytes": {"oz": 0, "output": 20},
                "passes": "gvn",
                "source": "model",
                "rank": 1,
            },
        ],
        "candidates": [
            {
                "kind": "oz",
                "name": "default<Oz>",
                "instructions": 12,
                "bytes": {"text": 60, "rodata": 10, "eh_frame": 30, "data": 4, "total": 104},
            },
            {"kind": "plan", "name": "replay", "instructions": 8, "bytes": zero},
        ],
        "trials": 9,
        "remembered": 4,
        "seconds": {"baseline": 0.1235, "try": 1.0, "total": 2.0},
        "fallbacks": {"trial-crash": 2},
        "agreement": {"same": 3},
        "outlinable": True,
        "slimmable": True,
        "touches": {"f": "no-minsize"},
        "frames": ["f"],
        "as_made": True,
        "oz_slim": 95,
        "fault": "ValueError: x",
        "outlined": True,
        "slim": True,
        "varied": ["lea"],
    }
    assert json.loads(json.dumps(make_report(outcome))) == make_report(outcome)


def test_what_is_not_known_has_no_field() -> None:
    assert set(make_report(OUTCOME)) == ALWAYS
    assert make_report(replace(OUTCOME, oz_slim=0))["oz_slim"] == 0
    assert make_report(replace(OUTCOME, back_end=Configuration(slim=True)))["varied"] == []


def test_reading_a_report_changes_no_outcome() -> None:
    report = make_report(OUTCOME)
    report["functions"].clear()
    report["bytes"]["oz"]["text"] = 0
    report["frames"].append("g")
    report["seconds"]["total"] = 0
    again = make_report(OUTCOME)
    assert (len(again["functions"]), again["bytes"]["oz"]["text"], again["frames"]) == (3, 60, ["f"])
    assert again["seconds"]["total"] == 2.0
