"""Functions that aliases stand on: measuring some functions alone must not take the ground from under an alias."""

from __future__ import annotations

from smartopt.optimize import optimize
from smartopt.options import Options

from tests.optimize.support import bitcode


def test_constructors_that_are_aliases_cost_no_trial() -> None:
    data = bitcode("aliased.cpp")
    report = optimize(data, Options(llvm="22")).report
    assert report["fallbacks"] == {}
    assert report["bytes"]["output"]["total"] <= report["bytes"]["oz"]["total"]
    assert any(candidate["kind"] == "plan" for candidate in report["candidates"])
