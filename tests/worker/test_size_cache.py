"""Functions that aliases stand on: measuring some functions alone must not take the ground from under an alias."""

from __future__ import annotations

from smartopt.llvm.toolchain import find_toolchain
from smartopt.optimizer import optimize
from smartopt.options import Options
from smartopt.worker.process import Worker
from smartopt.worker.service import Workbench
from tests.optimizer.support import bitcode, optimised


def test_one_function_is_measured_beside_an_alias() -> None:
    worker = Worker(lambda child: Workbench(child, find_toolchain("22")))
    try:
        worker.call("load", bitcode("aliased.cpp", "-g"), "aliased.cpp")
        base = worker.call("make_base", "replay", "default<Oz>", None)
        worker.call("adopt", "base", base["bitcode"])
        # The destructor of Base, on which an alias stands, is not among the functions of this round.
        answer = worker.call("trial", "base", {"main": "sroa,instcombine<no-verify-fixpoint>"}, True)
        assert answer["outcomes"]["main"][1] > 0
    finally:
        worker.close()


def test_constructors_that_are_aliases_cost_no_trial() -> None:
    report = optimize(bitcode("aliased.cpp", "-g"), Options(llvm="22")).report
    assert report["fallbacks"] == {}
    assert report["bytes"]["output"]["total"] <= report["bytes"]["oz"]["total"]
    assert any(candidate["kind"] == "plan" for candidate in report["candidates"])


def test_code_with_two_names_is_counted_once_where_plans_are_measured_by_their_parts() -> None:
    source = b"""
    target triple = "x86_64-unknown-linux-gnu"
    @other = alias i32 (i32), ptr @f
    define i32 @f(i32 %x) minsize optsize {
      %1 = mul i32 %x, 12345
      ret i32 %1
    }
    """
    report = optimised(source, stands_for="clang").report
    assert report["bytes"]["output"] == report["bytes"]["oz"]
    assert all(row["bytes"]["total"] == report["bytes"]["oz"]["total"] for row in report["candidates"])
