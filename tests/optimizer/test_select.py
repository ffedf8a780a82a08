"""What is made small is what was asked for."""

from __future__ import annotations

import pytest

from tests.optimizer.support import PROGRAMS, bitcode, case, measure, optimised


@pytest.mark.parametrize("effort", ["fast", "default"])
@pytest.mark.parametrize("source", PROGRAMS)
def test_instructions_never_more(source: str, effort: str) -> None:
    report = optimised(bitcode(source), objective="instructions", effort=effort).report
    assert report["objective"] == "instructions"
    before, after = measure(report)
    assert after <= before
    # bytes are told all the same
    assert report["bytes"]["output"]["total"] > 0


def test_instructions_get_fewer() -> None:
    sums = [measure(optimised(bitcode(source), objective="instructions").report) for source in PROGRAMS]
    before, after = (sum(column) for column in zip(*sums, strict=True))
    assert after < before


@pytest.mark.parametrize("source", PROGRAMS)
def test_each_objective_is_best_at_its_own(source: str) -> None:
    """Among the candidates of its own run, the winner is least by the objective, and -Oz wins ties."""
    for objective in ("size", "instructions"):
        report = optimised(bitcode(source), objective=objective, effort="default").report

        def score(candidate: dict) -> tuple[int, int]:  # type: ignore[type-arg]
            pair = (candidate["bytes"]["total"], candidate["instructions"])
            return pair if objective == "size" else pair[::-1]  # noqa: B023

        best = min(map(score, report["candidates"]))
        assert (report["bytes"]["output"]["total"], report["instructions"]["output"]) == (
            best if objective == "size" else best[::-1]
        )
        assert report["candidates"][0]["kind"] == "oz"
        if score(report["candidates"][0]) == best:
            assert report["winner"] == "oz"


def test_the_objective_needs_no_target() -> None:
    report = optimised(case("target_unknown"), objective="instructions").report
    assert "target-missing" not in report["fallbacks"]
    assert report["instructions"]["output"] <= report["instructions"]["oz"]


@pytest.mark.parametrize("name", ["target_aarch64", "target_riscv32", "target_thumbv7m", "target_wasm32"])
def test_other_targets(name: str) -> None:
    report = optimised(case(name)).report
    before, after = measure(report)
    assert 0 < after <= before
    assert report["trials"] > 0
    assert "measure-failed" not in report["fallbacks"]
